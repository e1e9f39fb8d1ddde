// SPDX-License-Identifier: Apache-2.0
#include "parity/recording.h"

#include <png.h>
#include <zlib.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>

#include "base/error.h"

namespace mien::parity {
namespace {

[[noreturn]] void damaged(const std::filesystem::path& path, const std::string& what) {
    throw Error(Code::bad_input, path.string() + " is not a recording this suite can read: " + what);
}

std::vector<std::byte> read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary | std::ios::ate);
    if (!in) damaged(path, "it cannot be opened");
    std::vector<std::byte> bytes(static_cast<std::size_t>(in.tellg()));
    in.seekg(0);
    in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    return bytes;
}

template <class T> T little(const std::vector<std::byte>& bytes, std::size_t at) {
    T value{};
    if (at + sizeof(T) <= bytes.size()) std::memcpy(&value, bytes.data() + at, sizeof(T));
    return value;
}

float widen_half(std::uint16_t half) {
    const int exponent = (half >> 10) & 31, fraction = half & 1023;
    const float sign = half & 0x8000 ? -1.0f : 1.0f;
    if (exponent == 31) return fraction ? std::nanf("") : sign * INFINITY;
    if (exponent == 0) return sign * std::ldexp(static_cast<float>(fraction), -24);
    return sign * std::ldexp(static_cast<float>(1024 + fraction), exponent - 25);
}

/// numpy's and the json's names of types, side by side.
struct TypeName {
    std::string_view code, name;
    Element element;
    bool is_unsigned;
};
constexpr TypeName type_names[] = {
    {"|u1", "uint8", Element::u8, true},    {"<i4", "int32", Element::i32, false},     {"<u4", "uint32", Element::i32, true}, {"<i8", "int64", Element::i64, false},
    {"<i2", "int16", Element::i32, false},  // widened when it is read: sound only
    {"<f2", "float16", Element::f16, false}, {"<f4", "float32", Element::f32, false}, {"<f8", "float64", Element::f64, false}, {"|b1", "bool", Element::boolean, true},
};
const TypeName& find_type(std::string_view text) {
    for (const TypeName& row : type_names)
        if (row.code == text || row.name == text) return row;
    throw Error(Code::bad_input, "A recorded array has the type " + std::string(text) + ", which this suite does not know.");
}

/// The header is a Python literal such as {'descr': '<f4', 'fortran_order': False, 'shape': (5, 2), }.
std::string between(const std::string& text, const std::string& from, char open, char close) {
    const std::size_t key = text.find(from), start = text.find(open, key + from.size()), end = text.find(close, start + 1);
    return key == std::string::npos || end == std::string::npos ? std::string() : text.substr(start + 1, end - start - 1);
}

Array parse_npy(const std::filesystem::path& path, const std::vector<std::byte>& bytes) {
    if (bytes.size() < 12 || std::memcmp(bytes.data(), "\x93NUMPY", 6) != 0) damaged(path, "an array has no numpy header");
    const bool old = static_cast<int>(bytes[6]) == 1;
    const std::size_t length = old ? little<std::uint16_t>(bytes, 8) : little<std::uint32_t>(bytes, 8), start = old ? 10 : 12;
    const std::string header(reinterpret_cast<const char*>(bytes.data()) + start, std::min(length, bytes.size() - start));
    if (header.find("'fortran_order': False") == std::string::npos) damaged(path, "an array is not in row order");
    const TypeName& type = find_type(between(header, "'descr':", '\'', '\''));
    Array array{type.element, type.is_unsigned, {}, {}};
    std::string extents = between(header, "'shape':", '(', ')');
    for (std::size_t at = 0; at < extents.size();) {
        const std::size_t comma = std::min(extents.find(',', at), extents.size());
        const std::string word = extents.substr(at, comma - at);
        if (word.find_first_of("0123456789") != std::string::npos) array.shape.push_back(std::stoll(word));
        at = comma + 1;
    }
    array.bytes.assign(bytes.begin() + static_cast<std::ptrdiff_t>(start + length), bytes.end());
    if (type.code == "<i2") {
        std::vector<std::byte> wide(array.bytes.size() * 2);
        for (std::size_t i = 0; i < array.bytes.size() / 2; ++i) {
            const std::int32_t value = little<std::int16_t>(array.bytes, i * 2);
            std::memcpy(wide.data() + i * 4, &value, 4);
        }
        array.bytes = std::move(wide);
    }
    if (array.bytes.size() != static_cast<std::size_t>(array.count()) * size_bytes(array.element)) damaged(path, "an array is shorter than its shape says");
    return array;
}

struct PngSource {
    const std::byte* at;
    std::size_t left;
};

Array decode_png(const Array& packed, bool samples_bgr) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    PngSource source{packed.bytes.data(), packed.bytes.size()};
    Array out{Element::u8, true, {}, {}};
    std::vector<png_bytep> rows;
    if (setjmp(png_jmpbuf(png))) {
        png_destroy_read_struct(&png, &info, nullptr);
        throw Error(Code::bad_input, "A recorded picture is not a PNG that can be decoded.");
    }
    png_set_read_fn(png, &source, [](png_structp reader, png_bytep to, png_size_t size) {
        PngSource& from = *static_cast<PngSource*>(png_get_io_ptr(reader));
        if (size > from.left) png_error(reader, "short");
        std::memcpy(to, from.at, size);
        from.at += size;
        from.left -= size;
    });
    png_read_info(png, info);
    if (samples_bgr) png_set_bgr(png);
    png_read_update_info(png, info);
    const std::int64_t height = png_get_image_height(png, info), width = png_get_image_width(png, info), channels = png_get_channels(png, info);
    out.shape = {height, width};
    if (channels > 1) out.shape.push_back(channels);
    out.bytes.resize(static_cast<std::size_t>(height * width * channels));
    for (std::int64_t y = 0; y < height; ++y) rows.push_back(reinterpret_cast<png_bytep>(out.bytes.data()) + y * width * channels);
    png_read_image(png, rows.data());
    png_destroy_read_struct(&png, &info, nullptr);
    return out;
}

Stored parse_stored(const std::string& name, const Json& json) {
    Stored out;
    out.name = name;
    out.key = json.value("key", "");
    out.store = json.value("store", "");
    const TypeName& type = find_type(json.at("dtype").get<std::string>());
    out.element = type.element;
    out.is_unsigned = type.is_unsigned;
    out.shape = json.at("shape").get<std::vector<std::int64_t>>();
    out.crc = static_cast<std::uint32_t>(std::stoul(json.value("crc32", "0"), nullptr, 16));
    return out;
}

std::vector<std::string> words_of(const Json& json, const char* key) {
    return json.contains(key) && json[key].is_array() ? json[key].get<std::vector<std::string>>() : std::vector<std::string>();
}

Case parse_case(const Json& json) {
    Case out;
    out.json = json;
    out.json.erase("stages");
    out.id = json.at("id");
    out.kind = json.at("kind");
    if (json.contains("target") && json["target"].is_string()) out.target = json["target"];
    out.variant = json.value("variant", "");
    out.sources = words_of(json, "sources");
    out.options = words_of(json, "options");
    if (json.contains("frame") && json["frame"].is_number()) out.frame = json["frame"].get<std::int64_t>();
    if (json.contains("decoded") && json["decoded"].is_object())
        out.decoded_crc = static_cast<std::uint32_t>(std::stoul(json["decoded"].at("crc32").get<std::string>(), nullptr, 16));
    if (json.contains("error") && !json["error"].is_null()) out.error = json["error"].value("type", "error") + std::string(": ") + json["error"].value("text", "");
    for (const Json& stage : json.at("stages")) {
        Stage row{stage.at("stage"), stage.value("meta", Json::object()), {}};
        if (stage.contains("arrays"))
            for (const auto& [name, array] : stage["arrays"].items()) row.arrays.push_back(parse_stored(name, array));
        out.stages.push_back(std::move(row));
    }
    return out;
}

}  // namespace

std::int64_t Array::count() const noexcept {
    std::int64_t product = 1;
    for (const std::int64_t extent : shape) product *= extent;
    return product;
}

double Array::value(std::int64_t at) const noexcept {
    switch (element) {
        case Element::u8:
        case Element::boolean: return as<std::uint8_t>()[at];
        case Element::i32: return is_unsigned ? as<std::uint32_t>()[at] : as<std::int32_t>()[at];
        case Element::i64: return static_cast<double>(as<std::int64_t>()[at]);
        case Element::f16: return widen_half(as<std::uint16_t>()[at]);
        case Element::f32: return as<float>()[at];
        case Element::f64: return as<double>()[at];
    }
    return 0;
}

std::vector<double> Array::values() const {
    std::vector<double> out(static_cast<std::size_t>(count()));
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = value(static_cast<std::int64_t>(i));
    return out;
}

Archive::Archive(const std::filesystem::path& path) : path_(path), file_(read_file(path)) {
    std::size_t end = file_.size() < 22 ? 0 : file_.size() - 22;
    while (end > 0 && little<std::uint32_t>(file_, end) != 0x06054b50) --end;
    if (end == 0) damaged(path, "it has no zip directory");
    std::size_t at = little<std::uint32_t>(file_, end + 16);
    for (int left = little<std::uint16_t>(file_, end + 10); left > 0 && little<std::uint32_t>(file_, at) == 0x02014b50; --left) {
        const std::size_t name_bytes = little<std::uint16_t>(file_, at + 28);
        std::string name(reinterpret_cast<const char*>(file_.data()) + at + 46, name_bytes);
        if (name.ends_with(".npy")) name.resize(name.size() - 4);
        members_[name] = {little<std::uint32_t>(file_, at + 42), little<std::uint32_t>(file_, at + 20), little<std::uint32_t>(file_, at + 24), little<std::uint16_t>(file_, at + 10)};
        at += 46 + name_bytes + little<std::uint16_t>(file_, at + 30) + little<std::uint16_t>(file_, at + 32);
    }
}

Array Archive::load(const std::string& key) const {
    const auto found = members_.find(key);
    if (found == members_.end()) damaged(path_, "it has no array " + key);
    const Member& member = found->second;
    const std::size_t start = member.at + 30 + little<std::uint16_t>(file_, member.at + 26) + little<std::uint16_t>(file_, member.at + 28);
    if (start + member.packed > file_.size()) damaged(path_, "array " + key + " reaches past the end");
    std::vector<std::byte> plain(member.plain);
    if (member.method == 0) {
        std::copy_n(file_.begin() + static_cast<std::ptrdiff_t>(start), member.plain, plain.begin());
    } else {
        z_stream stream{};
        stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(file_.data() + start));
        stream.avail_in = static_cast<uInt>(member.packed);
        stream.next_out = reinterpret_cast<Bytef*>(plain.data());
        stream.avail_out = static_cast<uInt>(plain.size());
        if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) damaged(path_, "zlib refused " + key);
        const int status = inflate(&stream, Z_FINISH);
        inflateEnd(&stream);
        if (status != Z_STREAM_END) damaged(path_, "array " + key + " does not inflate");
    }
    return parse_npy(path_, plain);
}

std::int64_t Stored::count() const noexcept {
    std::int64_t product = 1;
    for (const std::int64_t extent : shape) product *= extent;
    return product;
}

std::vector<std::int64_t> Stored::positions() const {
    const std::int64_t size = count(), kept = store == "probe" ? 512 : size;
    std::vector<std::int64_t> out(static_cast<std::size_t>(kept));
    for (std::int64_t i = 0; i < kept; ++i) out[static_cast<std::size_t>(i)] = store == "probe" ? (i * size + size / 2) / 512 : i;
    return out;
}

const Stored* Stage::find(std::string_view array) const noexcept {
    for (const Stored& stored : arrays)
        if (stored.name == array) return &stored;
    return nullptr;
}

std::string Stage::subject() const {
    std::string out;
    for (const char* key : {"file", "template", "name"})
        if (meta.contains(key) && meta[key].is_string()) out = meta[key];
    return out.ends_with(".onnx") ? out.substr(0, out.size() - 5) : out;
}

Group::Group(const std::filesystem::path& folder, const std::string& name) : name_(name), archive_(folder / (name + ".npz")) {
    std::ifstream in(folder / (name + ".json"));
    const Json json = Json::parse(in);
    for (const Json& row : json.at("cases")) cases_.push_back(parse_case(row));
}

Array Group::load(const Stored& stored) const {
    if (stored.store.empty()) return {stored.element, stored.is_unsigned, stored.shape, {}};
    Array array = archive_.load(stored.key);
    if (stored.store == "png") array = decode_png(array, stored.shape.size() == 3);
    return array;
}

std::vector<std::string> groups_of(const std::filesystem::path& folder) {
    std::vector<std::string> out;
    std::ifstream index(folder / "index.json");
    if (index) {
        const Json json = Json::parse(index);
        for (const auto& [name, row] : json.at("groups").items()) out.push_back(name);
    } else {
        for (const auto& entry : std::filesystem::directory_iterator(folder))
            if (entry.path().extension() == ".npz") out.push_back(entry.path().stem().string());
        std::sort(out.begin(), out.end());
    }
    return out;
}

}  // namespace mien::parity
