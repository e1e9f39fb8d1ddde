// SPDX-License-Identifier: Apache-2.0
#include "runtime/free_batch.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <limits>
#include <map>
#include <set>

#include "runtime/onnx_rewrite.h"

namespace mien {
namespace {

using Numbers = std::vector<std::int64_t>;
constexpr const char* batch_name = "mien_batch";

std::optional<Numbers> numbers_of(const onnx::TensorData& tensor) {
    constexpr std::size_t longest = 8;  // shapes only
    if (tensor.data_type() != onnx_int64 || tensor.dims_size() != 1 || tensor.dims(0) < 1 || tensor.dims(0) > static_cast<std::int64_t>(longest))
        return std::nullopt;
    const auto count = static_cast<std::size_t>(tensor.dims(0));
    if (tensor.raw_data().size() == count * 8) {
        Numbers values(count);
        std::memcpy(values.data(), tensor.raw_data().data(), count * 8);
        return values;
    }
    if (static_cast<std::size_t>(tensor.int64_data_size()) == count) return Numbers(tensor.int64_data().begin(), tensor.int64_data().end());
    return std::nullopt;
}

class Freeing {
public:
    explicit Freeing(onnx::Graph& graph) : graph_(graph) {}
    void run(const std::set<std::string>& item_inputs);

private:
    void learn_constants();
    void visit(onnx::Node& node);
    void free_reshape(onnx::Node& node);
    void free_sizes(onnx::Node& node, int input);
    void free_slice(onnx::Node& node);
    void free_concat(onnx::Node& node);
    bool depends(const std::string& name) const { return dependent_.contains(name); }
    std::optional<Numbers> constant(const onnx::Node& node, int input) const;
    void set_constant(onnx::Node& node, int input, const Numbers& values);
    std::string add_constant(const Numbers& values);
    onnx::Node& add_node(const char* op, std::initializer_list<std::string> inputs, const std::string& output);
    std::string new_name() { return fmt::format("mien_free_{}", ++made_); }

    onnx::Graph& graph_;
    std::map<std::string, const onnx::TensorData*> constants_;
    std::set<std::string> dependent_;
    std::vector<onnx::TensorData> new_constants_;
    std::vector<onnx::Node> nodes_;  ///< the new order: made nodes lie before their use
    int made_ = 0;
};

void Freeing::learn_constants() {
    for (const onnx::TensorData& tensor : graph_.initializer()) constants_[tensor.name()] = &tensor;
    for (const onnx::Node& node : graph_.node()) {
        if (node.op_type() != "Constant" || node.output_size() != 1) continue;
        for (const onnx::Attribute& attribute : node.attribute()) {
            if (attribute.name() == "value" && attribute.has_t()) constants_[node.output(0)] = &attribute.t();
        }
    }
}

std::optional<Numbers> Freeing::constant(const onnx::Node& node, int input) const {
    if (input >= node.input_size()) return std::nullopt;
    const auto found = constants_.find(node.input(input));
    return found == constants_.end() ? std::nullopt : numbers_of(*found->second);
}

std::string Freeing::add_constant(const Numbers& values) {
    return new_constants_.emplace_back(constant_of(new_name(), values)).name();
}

void Freeing::set_constant(onnx::Node& node, int input, const Numbers& values) { node.set_input(input, add_constant(values)); }

onnx::Node& Freeing::add_node(const char* op, std::initializer_list<std::string> inputs, const std::string& output) {
    return nodes_.emplace_back(node_of(op, inputs, output));
}

// A target without a free extent gets one in front: right whenever the items lie in front, also when they are folded with another extent.
// With a free extent elsewhere the leading 1 becomes "as in the data".
void Freeing::free_reshape(onnx::Node& node) {
    std::optional<Numbers> target = constant(node, 1);
    if (!target || !depends(node.input(0))) return;
    const bool has_free = std::find(target->begin(), target->end(), -1) != target->end();
    const bool has_zero = std::find(target->begin(), target->end(), 0) != target->end();
    const bool zero_counts = std::any_of(node.attribute().begin(), node.attribute().end(), [](const auto& a) { return a.name() == "allowzero" && a.i() != 0; });
    Numbers& extents = *target;
    if (!has_free && extents[0] > 0 && !(has_zero && zero_counts)) {
        extents[0] = -1;
    } else if (has_free && extents[0] == 1 && !zero_counts) {
        extents[0] = 0;
    } else {
        return;
    }
    set_constant(node, 1, extents);
}

// Sizes that start with 1 become (batch, rest...).
void Freeing::free_sizes(onnx::Node& node, int input) {
    const std::optional<Numbers> sizes = constant(node, input);
    if (!sizes || (*sizes)[0] != 1 || sizes->size() < 2) return;
    const bool some_axes = std::any_of(node.attribute().begin(), node.attribute().end(), [](const auto& a) { return a.name() == "axes"; });
    if (some_axes) return;
    const std::string rest = add_constant(Numbers(sizes->begin() + 1, sizes->end()));
    const std::string joined = new_name();
    set_number(add_node("Concat", {batch_name, rest}, joined), "axis", 0);
    node.set_input(input, joined);
}

// Items 0 up to 1 along the first extent: all items.
void Freeing::free_slice(onnx::Node& node) {
    if (!depends(node.input(0))) return;
    const std::optional<Numbers> starts = constant(node, 1), axes = constant(node, 3);
    std::optional<Numbers> ends = constant(node, 2);
    if (!starts || !ends || starts->size() != ends->size()) return;
    for (std::size_t i = 0; i < ends->size(); ++i) {
        const std::int64_t axis = axes && i < axes->size() ? (*axes)[i] : static_cast<std::int64_t>(i);
        if (axis != 0 || (*starts)[i] != 0 || (*ends)[i] != 1) continue;
        (*ends)[i] = std::numeric_limits<std::int64_t>::max();
        set_constant(node, 2, *ends);
        return;
    }
}

// A constant with a leading 1 that is joined to items along another extent is repeated for every item.
void Freeing::free_concat(onnx::Node& node) {
    std::int64_t axis = 0;
    for (const onnx::Attribute& attribute : node.attribute()) axis = attribute.name() == "axis" ? attribute.i() : axis;
    const bool joins_items = std::any_of(node.input().begin(), node.input().end(), [&](const std::string& name) { return depends(name); });
    if (!joins_items || axis == 0) return;
    for (int i = 0; i < node.input_size(); ++i) {
        const auto found = constants_.find(node.input(i));
        if (found == constants_.end() || found->second->dims_size() < 2 || found->second->dims(0) != 1) continue;
        const std::string ones = add_constant(Numbers(static_cast<std::size_t>(found->second->dims_size()) - 1, 1));
        const std::string shape = new_name(), repeated = new_name();
        set_number(add_node("Concat", {batch_name, ones}, shape), "axis", 0);
        add_node("Expand", {node.input(i), shape}, repeated);
        node.set_input(i, repeated);
    }
}

void Freeing::visit(onnx::Node& node) {
    if (node.op_type() == "Reshape" && node.input_size() == 2) free_reshape(node);
    if (node.op_type() == "Resize") free_sizes(node, 3);
    if (node.op_type() == "Expand") free_sizes(node, 1);
    if (node.op_type() == "ConstantOfShape") free_sizes(node, 0);
    if (node.op_type() == "Slice" && node.input_size() >= 3) free_slice(node);
    if (node.op_type() == "Concat") free_concat(node);
}

void Freeing::run(const std::set<std::string>& item_inputs) {
    learn_constants();
    dependent_ = item_inputs;
    // The batch extent as a tensor of one number, from the first input that carries items.
    const std::string shape = new_name(), first = add_constant({0});
    add_node("Shape", {*item_inputs.begin()}, shape);
    add_node("Gather", {shape, first}, batch_name);
    for (onnx::Node& node : *graph_.mutable_node()) {
        const bool items = std::any_of(node.input().begin(), node.input().end(), [&](const std::string& name) { return depends(name); });
        if (node.domain().empty() || node.domain() == "ai.onnx") visit(node);
        const bool shape_only = node.op_type() == "Shape" || node.op_type() == "Size";
        if (items && !shape_only) dependent_.insert(node.output().begin(), node.output().end());
        nodes_.push_back(std::move(node));
    }
    graph_.clear_node();
    for (onnx::Node& node : nodes_) *graph_.add_node() = std::move(node);
    for (onnx::TensorData& tensor : new_constants_) *graph_.add_initializer() = std::move(tensor);
}

void forget_first_extent(onnx::ValueInfo& value) {
    onnx::TensorShape* shape = value.mutable_type()->mutable_tensor_type()->mutable_shape();
    if (shape->dim_size() == 0) return;
    shape->mutable_dim(0)->Clear();
}

}  // namespace

bool carries_items(const OnnxPort& port) noexcept { return port.extents.size() >= 2 && (port.extents[0] == 1 || port.extents[0] == -1); }

std::optional<std::string> free_batch(std::span<const std::byte> file, const OnnxSummary& summary) {
    std::set<std::string> items;
    bool fixed = false;
    for (const OnnxPort& port : summary.inputs) {
        if (!carries_items(port)) continue;
        items.insert(port.name);
        fixed = fixed || port.extents[0] == 1;
    }
    onnx::Model model;
    if (!fixed || !model.ParseFromArray(file.data(), static_cast<int>(file.size()))) return std::nullopt;
    onnx::Graph& graph = *model.mutable_graph();
    for (onnx::ValueInfo& value : *graph.mutable_input()) {
        // A name may stand there twice, the second time without extents: such a file is refused when it is opened.
        if (!items.contains(value.name()) || value.type().tensor_type().shape().dim_size() == 0) continue;
        onnx::Dimension& first = *value.mutable_type()->mutable_tensor_type()->mutable_shape()->mutable_dim(0);
        first.clear_dim_value();
        first.set_dim_param(batch_name);
    }
    // Inferred anew from the inputs; what the file says about values inside it still has the 1.
    graph.clear_value_info();
    for (onnx::ValueInfo& value : *graph.mutable_output()) forget_first_extent(value);
    Freeing(graph).run(items);
    std::string text;
    if (!model.SerializeToString(&text)) return std::nullopt;
    return text;
}

}  // namespace mien
