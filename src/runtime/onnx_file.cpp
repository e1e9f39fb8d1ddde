// The walk is over the wire format itself: a parser that builds objects would let 2 bytes of a file become 100 bytes of memory.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/onnx_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <fstream>
#include <limits>
#include <set>

#include "base/error.h"
#include "onnx_subset.pb.h"

namespace mien {
namespace {

// What a field holds. Messages come first: they are descended into.
enum class Kind : std::uint8_t {
    model,
    graph,
    node,
    attribute,
    tensor,
    sparse,
    value,
    type,
    tensor_type,
    shape,
    dimension,
    opset,
    entry,
    name,
    text,
    number,
    packed32,
    packed64,
    varints,
    raw,
    refused
};

struct FieldRow {
    Kind message;
    std::uint32_t field;
    Kind holds;
    std::string_view said;  ///< for refusals: what the file holds
};
constexpr auto fields = std::to_array<FieldRow>({
    {Kind::model, 1, Kind::number},
    {Kind::model, 7, Kind::graph},
    {Kind::model, 8, Kind::opset},
    {Kind::model, 14, Kind::entry},
    {Kind::model, 20, Kind::refused, "a training graph"},
    {Kind::model, 25, Kind::refused, "functions of its own"},
    {Kind::opset, 1, Kind::name},
    {Kind::opset, 2, Kind::number},
    {Kind::entry, 1, Kind::text},
    {Kind::entry, 2, Kind::text},
    {Kind::graph, 1, Kind::node},
    {Kind::graph, 2, Kind::name},
    {Kind::graph, 5, Kind::tensor},
    {Kind::graph, 11, Kind::value},
    {Kind::graph, 12, Kind::value},
    {Kind::graph, 13, Kind::value},
    {Kind::graph, 15, Kind::sparse},
    {Kind::node, 1, Kind::name},
    {Kind::node, 2, Kind::name},
    {Kind::node, 3, Kind::name},
    {Kind::node, 4, Kind::name},
    {Kind::node, 5, Kind::attribute},
    {Kind::node, 7, Kind::name},
    {Kind::attribute, 1, Kind::name},
    {Kind::attribute, 2, Kind::number},
    {Kind::attribute, 3, Kind::number},
    {Kind::attribute, 4, Kind::text},
    {Kind::attribute, 5, Kind::tensor},
    {Kind::attribute, 6, Kind::graph},
    {Kind::attribute, 7, Kind::packed32},
    {Kind::attribute, 8, Kind::varints},
    {Kind::attribute, 9, Kind::text},
    {Kind::attribute, 10, Kind::tensor},
    {Kind::attribute, 11, Kind::graph},
    {Kind::attribute, 20, Kind::number},
    {Kind::attribute, 22, Kind::sparse},
    {Kind::attribute, 23, Kind::sparse},
    {Kind::sparse, 1, Kind::tensor},
    {Kind::sparse, 2, Kind::tensor},
    {Kind::sparse, 3, Kind::varints},
    {Kind::tensor, 1, Kind::varints},
    {Kind::tensor, 2, Kind::number},
    {Kind::tensor, 4, Kind::packed32},
    {Kind::tensor, 5, Kind::varints},
    {Kind::tensor, 6, Kind::text},
    {Kind::tensor, 7, Kind::varints},
    {Kind::tensor, 8, Kind::name},
    {Kind::tensor, 9, Kind::raw},
    {Kind::tensor, 10, Kind::packed64},
    {Kind::tensor, 11, Kind::varints},
    {Kind::tensor, 13, Kind::refused, "weights in another file"},
    {Kind::tensor, 14, Kind::number},
    {Kind::value, 1, Kind::name},
    {Kind::value, 2, Kind::type},
    {Kind::type, 1, Kind::tensor_type},
    {Kind::tensor_type, 1, Kind::number},
    {Kind::tensor_type, 2, Kind::shape},
    {Kind::shape, 1, Kind::dimension},
    {Kind::dimension, 1, Kind::number},
    {Kind::dimension, 2, Kind::name},
});

// Bits of one element by ONNX's data type code; 0 for strings, -1 for what no published network holds.
constexpr std::array<int, 24> element_bits{-1, 32, 8, 8, 16, 16, 32, 64, 0, 8, 16, 64, 32, 64, -1, -1, 16, 8, 8, 8, 8, 4, 4, -1};

using Bytes = std::span<const std::byte>;

class Walk {
public:
    Walk(Bytes file, std::string name, const OnnxLimits& limits) : file_(file), name_(std::move(name)), limits_(limits) {}
    OnnxSummary run();

private:
    struct TensorSeen {
        int rank = 0;
        std::uint64_t elements = 1, raw_bytes = 0, values = 0, strings = 0;
        std::int64_t type = 0;
        bool raw = false;
    };
    struct Around {  ///< what the enclosing messages collect
        TensorSeen* tensor = nullptr;
        OnnxPort* port = nullptr;
        OnnxSummary* main = nullptr;  ///< only while in the main graph's own fields
        int graphs = 0, depth = 0;
    };
    struct Counts {
        std::uint64_t nodes = 0, ports = 0, edges = 0, attributes = 0, ranks = 0;
    };

    [[noreturn]] void refuse(const std::string& found) const {
        throw Error(Code::models, fmt::format("The network file {} is refused: it {}; take the file from its publisher again.", name_, found));
    }
    std::uint64_t varint(Bytes& left) const;
    Bytes piece(Bytes& left) const;
    void message(Kind kind, Bytes bytes, Around around);
    void field(const FieldRow& row, std::uint32_t wire, Bytes& left, Around& around, Counts& counts);
    void submessage(const FieldRow& row, Bytes bytes, Around& around, Counts& counts);
    void number(const FieldRow& row, std::uint64_t value, Around& around);
    void integers(const FieldRow& row, std::uint32_t wire, Bytes& left, Around& around);
    void words(const FieldRow& row, std::uint32_t wire, Bytes& left, Around& around);
    void name(const FieldRow& row, Bytes text, Around& around, Counts& counts);
    void extent(std::uint64_t value, TensorSeen& tensor) const;
    void check(const TensorSeen& tensor) const;
    void skip(std::uint32_t wire, Bytes& left);
    void count(std::uint64_t& seen, std::uint64_t limit, const char* what) const {
        if (++seen > limit) refuse(fmt::format("holds more than {} {}", limit, what));
    }
    void add_text(std::uint64_t bytes) {
        text_ += bytes;
        if (text_ > limits_.text_bytes) refuse(fmt::format("holds more than {} bytes of text and unknown fields", limits_.text_bytes));
    }

    Bytes file_;
    std::string name_;
    OnnxLimits limits_;
    OnnxSummary found_;
    std::set<std::string, std::less<>> initialiser_names_;
    std::uint64_t entries_ = 0, text_ = 0, nodes_ = 0, initialisers_ = 0;
    std::string tensor_name_;
    std::string domain_;
    std::int64_t version_ = 0;
    bool graph_seen_ = false;
};

std::uint64_t Walk::varint(Bytes& left) const {
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 10; ++i) {
        if (i >= left.size()) refuse("ends in the middle of a number");
        const auto byte = static_cast<std::uint64_t>(left[i]);
        value |= (byte & 0x7F) << (7 * i);
        if ((byte & 0x80) == 0) {
            left = left.subspan(i + 1);
            return value;
        }
    }
    refuse("is not an ONNX file (a number of more than ten bytes)");
}

Bytes Walk::piece(Bytes& left) const {
    const std::uint64_t length = varint(left);
    if (length > left.size()) refuse("is cut short or damaged (a part reaches past its end)");
    const Bytes part = left.first(static_cast<std::size_t>(length));
    left = left.subspan(part.size());
    return part;
}

void Walk::skip(std::uint32_t wire, Bytes& left) {
    const std::size_t before = left.size();
    if (wire == 0) {
        varint(left);
    } else if (wire == 2) {
        piece(left);
    } else if (wire == 1 || wire == 5) {
        const std::size_t bytes = wire == 1 ? 8 : 4;
        if (left.size() < bytes) refuse("is cut short or damaged (a number reaches past its end)");
        left = left.subspan(bytes);
    } else {
        refuse("is not an ONNX file (a field of an unknown kind)");
    }
    add_text(before - left.size());
}

void Walk::message(Kind kind, Bytes bytes, Around around) {
    // Graphs are limited on their own; the other messages cannot nest without one.
    Counts counts;
    while (!bytes.empty()) {
        count(entries_, limits_.entries, "fields");
        const std::uint64_t tag = varint(bytes);
        const auto wire = static_cast<std::uint32_t>(tag & 7);
        const std::uint64_t number = tag >> 3;
        if (number == 0 || number > 0x1FFFFFFF) refuse("is not an ONNX file (a field with an impossible number)");
        const auto row = std::find_if(fields.begin(), fields.end(), [&](const FieldRow& r) { return r.message == kind && r.field == number; });
        if (row == fields.end()) {
            skip(wire, bytes);
        } else {
            field(*row, wire, bytes, around, counts);
        }
    }
}

void Walk::field(const FieldRow& row, std::uint32_t wire, Bytes& left, Around& around, Counts& counts) {
    switch (row.holds) {
        case Kind::refused:
            refuse(fmt::format("holds {}, which mien does not read", row.said));
        case Kind::number:
            if (wire == 0) return number(row, varint(left), around);
            if (wire == 5 && row.message == Kind::attribute) return skip(wire, left);
            refuse("is not an ONNX file (a number of the wrong kind)");
        case Kind::varints:
            return integers(row, wire, left, around);
        case Kind::packed32:
        case Kind::packed64:
            return words(row, wire, left, around);
        default:
            break;
    }
    if (wire != 2) refuse("is not an ONNX file (a part of the wrong kind)");
    const Bytes part = piece(left);
    if (row.holds == Kind::name) return name(row, part, around, counts);
    if (row.holds == Kind::text) {
        add_text(part.size());
        if (around.tensor) ++around.tensor->strings;
        return;
    }
    if (row.holds == Kind::raw) {
        around.tensor->raw = true;
        around.tensor->raw_bytes = part.size();
        return;
    }
    submessage(row, part, around, counts);
}

void Walk::submessage(const FieldRow& row, Bytes bytes, Around& around, Counts& counts) {
    Around inner = around;
    inner.main = nullptr;
    switch (row.holds) {
        case Kind::graph:
            if (++inner.graphs > limits_.graphs_deep) refuse(fmt::format("nests graphs more than {} deep", limits_.graphs_deep));
            if (row.message == Kind::model) {
                if (graph_seen_) refuse("holds two main graphs");
                graph_seen_ = true;
                inner.main = &found_;
            }
            return message(Kind::graph, bytes, inner);
        case Kind::node:
            count(nodes_, limits_.nodes, "nodes");
            return message(Kind::node, bytes, inner);
        case Kind::attribute:
            count(counts.attributes, limits_.attributes, "attributes at one node");
            return message(Kind::attribute, bytes, inner);
        case Kind::tensor: {
            count(initialisers_, limits_.initialisers, "tensors");
            TensorSeen tensor;
            inner.tensor = &tensor;
            tensor_name_.clear();
            message(Kind::tensor, bytes, inner);
            check(tensor);
            if (row.message == Kind::graph && around.main) {
                initialiser_names_.insert(tensor_name_);
                around.main->last_initialiser = bytes;
                ++around.main->initialisers;
            }
            return;
        }
        case Kind::value: {
            OnnxPort port;
            inner.port = &port;
            message(Kind::value, bytes, inner);
            if (around.main && row.field != 13) {
                auto& ports = row.field == 11 ? around.main->inputs : around.main->outputs;
                // Old files list every initialiser among the inputs; those are taken out at the end.
                if (ports.size() >= limits_.initialisers) refuse("holds too many inputs or outputs");
                ports.push_back(std::move(port));
            }
            return;
        }
        case Kind::shape:
            if (around.port) around.port->ranked = true;
            return message(row.holds, bytes, around);
        case Kind::dimension:
            count(counts.ranks, static_cast<std::uint64_t>(limits_.rank), "extents at one value");
            if (around.port) around.port->extents.push_back(-1);
            return message(row.holds, bytes, around);
        case Kind::opset:
            domain_.clear();
            version_ = 0;
            message(row.holds, bytes, around);
            if (domain_.empty() || domain_ == "ai.onnx") found_.opset = version_;
            return;
        default:
            return message(row.holds, bytes, around);
    }
}

void Walk::number(const FieldRow& row, std::uint64_t value, Around& around) {
    const auto as_signed = static_cast<std::int64_t>(value);
    if (row.message == Kind::model) found_.ir_version = as_signed;
    if (row.message == Kind::opset) version_ = as_signed;
    if (row.message == Kind::tensor && row.field == 2) around.tensor->type = as_signed;
    if (row.message == Kind::tensor && row.field == 14 && value != 0) refuse("holds weights in another file, which mien does not read");
    if (row.message == Kind::tensor_type && around.port) around.port->element = as_signed;
    if (row.message != Kind::dimension) return;
    if (as_signed < -1 || value + 1 > limits_.elements) refuse(fmt::format("declares an extent of {}", as_signed));
    if (around.port && !around.port->extents.empty()) around.port->extents.back() = as_signed;
}

void Walk::extent(std::uint64_t value, TensorSeen& tensor) const {
    if (++tensor.rank > limits_.rank) refuse(fmt::format("holds a tensor of more than {} extents", limits_.rank));
    if (value > limits_.elements) refuse(fmt::format("holds a tensor with an extent of {}", static_cast<std::int64_t>(value)));
    tensor.elements *= value;  // both at most 2^31: no overflow
    if (tensor.elements > limits_.elements) refuse(fmt::format("holds a tensor of more than {} elements", limits_.elements));
}

void Walk::integers(const FieldRow& row, std::uint32_t wire, Bytes& left, Around& around) {
    TensorSeen* tensor = row.message == Kind::tensor ? around.tensor : nullptr;
    const bool dims = tensor && row.field == 1;
    if (wire == 0) {
        const std::uint64_t value = varint(left);
        if (dims) extent(value, *tensor);
        if (tensor && !dims) ++tensor->values;
        return;
    }
    if (wire != 2) refuse("is not an ONNX file (numbers of the wrong kind)");
    Bytes part = piece(left);
    while (dims && !part.empty()) extent(varint(part), *tensor);
    const auto ends = std::count_if(part.begin(), part.end(), [](std::byte b) { return (b & std::byte{0x80}) == std::byte{0}; });
    if (tensor) tensor->values += static_cast<std::uint64_t>(ends);
    if (!part.empty() && (part.back() & std::byte{0x80}) != std::byte{0}) refuse("ends in the middle of a number");
}

void Walk::words(const FieldRow& row, std::uint32_t wire, Bytes& left, Around& around) {
    const std::uint32_t single = row.holds == Kind::packed32 ? 5 : 1;
    const std::size_t bytes = row.holds == Kind::packed32 ? 4 : 8;
    if (wire != 2 && wire != single) refuse("is not an ONNX file (numbers of the wrong kind)");
    if (wire == single && left.size() < bytes) refuse("is cut short or damaged (a number reaches past its end)");
    const Bytes part = wire == single ? left.first(bytes) : piece(left);
    if (wire == single) left = left.subspan(bytes);
    if (part.size() % bytes != 0) refuse("holds a list of numbers that ends inside one");
    if (row.message == Kind::tensor) around.tensor->values += part.size() / bytes;
}

void Walk::name(const FieldRow& row, Bytes text, Around& around, Counts& counts) {
    if (text.size() > limits_.name_bytes) refuse(fmt::format("holds a name of {} bytes", text.size()));
    const auto as_string = [&] { return std::string(reinterpret_cast<const char*>(text.data()), text.size()); };
    if (row.message == Kind::node && row.field <= 2) count(counts.edges, 2 * limits_.edges, "inputs and outputs at one node");
    if (row.message == Kind::opset) domain_ = as_string();
    if (row.message == Kind::tensor) tensor_name_ = as_string();
    if (row.message == Kind::value && around.port) around.port->name = as_string();
}

void Walk::check(const TensorSeen& tensor) const {
    const bool known = tensor.type > 0 && tensor.type < static_cast<std::int64_t>(element_bits.size());
    const int bits = known ? element_bits[static_cast<std::size_t>(tensor.type)] : -1;
    if (bits < 0) refuse(fmt::format("holds a tensor of the unknown element type {}", tensor.type));
    // Typed fields hold one number per element, two 4-bit ones in one.
    const std::uint64_t values = bits == 4 ? (tensor.elements + 1) / 2 : tensor.elements;
    const std::uint64_t bytes = (tensor.elements * static_cast<std::uint64_t>(bits) + 7) / 8;
    const bool agrees = bits == 0    ? tensor.strings == tensor.elements && !tensor.raw
                        : tensor.raw ? tensor.raw_bytes == bytes && tensor.values == 0
                                     : tensor.values == values;
    if (!agrees) refuse(fmt::format("holds a tensor of {} elements whose data does not fit that", tensor.elements));
}

OnnxSummary Walk::run() {
    if (file_.size() > limits_.bytes) refuse(fmt::format("has {} bytes, more than {}", file_.size(), limits_.bytes));
    if (file_.empty()) refuse("is empty");
    message(Kind::model, file_, {});
    if (!graph_seen_) refuse("is not an ONNX file (it holds no graph)");
    if (nodes_ == 0 || found_.outputs.empty()) refuse("holds a graph without nodes or outputs");
    found_.nodes = nodes_;
    std::erase_if(found_.inputs, [&](const OnnxPort& port) { return initialiser_names_.contains(port.name); });
    if (found_.inputs.size() > limits_.ports || found_.outputs.size() > limits_.ports) refuse(fmt::format("has more than {} inputs or outputs", limits_.ports));
    for (const auto* ports : {&found_.inputs, &found_.outputs}) {
        for (const OnnxPort& port : *ports) {
            if (port.element == 0) refuse(fmt::format("has an input or output \"{}\" that is no tensor", printable(port.name)));
        }
    }
    return found_;
}

float float_of_half(std::uint16_t half) noexcept {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16U;
    const std::uint32_t exponent = (half >> 10U) & 31U;
    const std::uint32_t fraction = half & 1023U;
    if (exponent == 0) {  // zero and subnormals: fraction * 2^-24, exact in float
        const float value = static_cast<float>(fraction) / 16777216.0F;
        return sign != 0 ? -value : value;
    }
    const std::uint32_t bits = sign | (exponent == 31 ? 0x7F800000U : (exponent + 112U) << 23U) | (fraction << 13U);
    float value = 0;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

}  // namespace

std::string printable(std::string text) {
    constexpr std::size_t longest = 60;
    if (text.size() > longest) text = text.substr(0, longest) + "...";
    for (char& letter : text) letter = letter < ' ' || letter > '~' ? '?' : letter;
    return text;
}

std::vector<std::byte> read_onnx_file(const std::filesystem::path& path, const OnnxLimits& limits) {
    std::error_code trouble;
    const bool regular = std::filesystem::is_regular_file(path, trouble);
    const std::uintmax_t bytes = regular ? std::filesystem::file_size(path, trouble) : 0;
    if (!regular || trouble) throw Error(Code::models, fmt::format("The network file {} cannot be read; check its path and permissions.", path.string()));
    if (bytes == 0)
        throw Error(Code::models, fmt::format("The network file {} is refused: it is empty; take the file from its publisher again.", path.string()));
    if (bytes > limits.bytes) {
        throw Error(Code::models, fmt::format("The network file {} is refused: it has {} bytes, more than {}.", path.string(), bytes, limits.bytes));
    }
    std::vector<std::byte> content(static_cast<std::size_t>(bytes));
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(content.data()), static_cast<std::streamsize>(content.size()));
    if (file.gcount() != static_cast<std::streamsize>(content.size())) {
        throw Error(Code::models, fmt::format("The network file {} cannot be read to its end; check the disk and permissions.", path.string()));
    }
    return content;
}

OnnxSummary walk_onnx(std::span<const std::byte> bytes, const std::string& name, const OnnxLimits& limits) { return Walk(bytes, name, limits).run(); }

std::vector<float> floats_of_tensor(std::span<const std::byte> bytes, const std::string& name) {
    onnx::TensorData tensor;
    if (bytes.empty() || !tensor.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
        throw Error(Code::models, fmt::format("The network file {} holds no tensor where one was expected; take the file from its publisher again.", name));
    }
    std::size_t count = 1;
    for (const std::int64_t extent : tensor.dims()) count *= static_cast<std::size_t>(extent);
    const std::string& raw = tensor.raw_data();
    std::vector<float> values(count);
    if (tensor.data_type() == 1 && raw.size() == count * 4) {
        std::memcpy(values.data(), raw.data(), raw.size());
    } else if (tensor.data_type() == 1 && static_cast<std::size_t>(tensor.float_data_size()) == count) {
        std::copy(tensor.float_data().begin(), tensor.float_data().end(), values.begin());
    } else if (tensor.data_type() == 10 && raw.size() == count * 2) {
        for (std::size_t i = 0; i < count; ++i) {
            std::uint16_t half = 0;
            std::memcpy(&half, raw.data() + 2 * i, 2);
            values[i] = float_of_half(half);
        }
    } else if (tensor.data_type() == 10 && static_cast<std::size_t>(tensor.int32_data_size()) == count) {
        for (std::size_t i = 0; i < count; ++i) values[i] = float_of_half(static_cast<std::uint16_t>(tensor.int32_data(static_cast<int>(i))));
    } else {
        throw Error(Code::models,
                    fmt::format("The tensor \"{}\" of the network file {} is neither float32 nor float16; take the file from its publisher again.",
                                printable(tensor.name()), name));
    }
    return values;
}

}  // namespace mien
