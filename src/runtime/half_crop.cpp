// SPDX-License-Identifier: Apache-2.0
#include "runtime/half_crop.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "runtime/onnx_rewrite.h"

namespace mien {
namespace {

constexpr int ints_code = 7;  // AttributeProto.INTS
constexpr std::string_view halved_codes = "_halved_codes", for_halved = "_for_halved";
const std::string picture_in = "target", inner_in = "mien_doubled", inner_out = "mien_whole";

/// The two picture extents of [n,3,2S,2S], made [n,3,S,S]; nothing when they are not fixed, square and even.
bool halve_extents(onnx::ValueInfo& value) {
    if (value.type().tensor_type().elem_type() != onnx_float32) return false;
    onnx::TensorShape& shape = *value.mutable_type()->mutable_tensor_type()->mutable_shape();
    if (shape.dim_size() != 4 || shape.dim(1).dim_value() != 3) return false;
    const std::int64_t edge = shape.dim(2).dim_value();
    if (edge < 2 || edge % 2 != 0 || shape.dim(3).dim_value() != edge) return false;
    for (int axis : {2, 3}) shape.mutable_dim(axis)->set_dim_value(edge / 2);
    return true;
}

void set_pair(onnx::Node& node, const char* attribute, std::int64_t value) {
    onnx::Attribute& pair = *node.add_attribute();
    pair.set_name(attribute);
    pair.set_type(ints_code);
    for (int axis = 0; axis < 2; ++axis) pair.add_ints(value);
}

void rename(onnx::Graph& graph, const std::string& output) {
    for (onnx::Node& node : *graph.mutable_node()) {
        for (std::string& name : *node.mutable_input()) {
            if (name == picture_in) name = inner_in;
            if (name == output) name = inner_out;
        }
        for (std::string& name : *node.mutable_output())
            if (name == output) name = inner_out;
    }
}

/// Constants that are others for halved crops: "X" where the file has "X_halved_codes" and "X_halved_steps".
std::set<std::string> changed_constants(const onnx::Graph& graph) {
    std::set<std::string> found;
    for (const onnx::TensorData& one : graph.initializer())
        if (std::string_view name = one.name(); name.ends_with(halved_codes) && name != halved_codes) found.emplace(name.substr(0, name.size() - halved_codes.size()));
    return found;
}

/// X + X_halved_codes * X_halved_steps, under a name of its own.
void add_halved(std::vector<onnx::Node>& nodes, const std::string& constant) {
    set_number(nodes.emplace_back(node_of("Cast", {constant + std::string(halved_codes)}, constant + "_halved_whole")), "to", onnx_float32);
    nodes.push_back(node_of("Mul", {constant + "_halved_whole", constant + "_halved_steps"}, constant + "_halved_away"));
    nodes.push_back(node_of("Add", {constant, constant + "_halved_away"}, constant + std::string(for_halved)));
}

}  // namespace

std::string halve_crop(std::span<const std::byte> file, const std::string& what) {
    const auto refuse = [&] { return Error(Code::models, fmt::format("{} holds no network that swaps square pictures of an even size; take it from its publisher again.", what)); };
    onnx::Model model;
    if (!model.ParseFromArray(file.data(), static_cast<int>(file.size()))) throw refuse();
    onnx::Graph& graph = *model.mutable_graph();
    const auto target = std::find_if(graph.mutable_input()->begin(), graph.mutable_input()->end(), [](const onnx::ValueInfo& input) { return input.name() == picture_in; });
    if (target == graph.mutable_input()->end() || graph.output_size() == 0 || !halve_extents(*target) || !halve_extents(*graph.mutable_output(0))) throw refuse();
    const std::string output = graph.output(0).name();
    graph.mutable_output()->DeleteSubrange(1, graph.output_size() - 1);
    graph.clear_value_info();  // inferred anew
    rename(graph, output);

    for (const auto& [name, values] : std::initializer_list<std::pair<const char*, std::vector<float>>>{
             {"mien_two", {2}}, {"mien_one", {1}}, {"mien_half", {0.5F}}, {"mien_scales", {1, 1, 2, 2}}})
        *graph.add_initializer() = constant_of(name, values);
    std::vector<onnx::Node> nodes{node_of("Mul", {picture_in, "mien_two"}, "mien_twice"), node_of("Sub", {"mien_twice", "mien_one"}, "mien_signed"),
                                  node_of("Resize", {"mien_signed", "", "mien_scales"}, inner_in)};  // "nearest" unless said
    const std::set<std::string> changed = changed_constants(graph);
    std::set<std::string> added;
    for (onnx::Node& node : *graph.mutable_node()) {
        for (std::string& name : *node.mutable_input()) {
            if (!changed.contains(name)) continue;
            if (added.insert(name).second) add_halved(nodes, name);
            name += for_halved;
        }
        nodes.push_back(std::move(node));
    }
    onnx::Node& mean = nodes.emplace_back(node_of("AveragePool", {inner_out}, "mien_mean"));
    for (const char* attribute : {"kernel_shape", "strides"}) set_pair(mean, attribute, 2);
    nodes.push_back(node_of("Mul", {"mien_mean", "mien_half"}, "mien_halved"));
    nodes.push_back(node_of("Add", {"mien_halved", "mien_half"}, output));
    graph.clear_node();
    for (onnx::Node& node : nodes) *graph.add_node() = std::move(node);
    return model.SerializeAsString();
}

}  // namespace mien
