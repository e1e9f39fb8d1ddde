// Each case is a file with a fixed batch of 1 and the way it holds it; what counts is what the session makes of it.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/free_batch.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "runtime/session.h"
#include "unit/runtime/onnx_text.h"

namespace mien {
namespace {

namespace text = onnx_text;

struct Case {
    const char* name;
    std::vector<std::string> nodes, initialisers;
    text::Extents output;
    Batching expected;
    int opset = 13;
};

text::Graph graph_of(const Case& one) {
    text::Graph graph;
    graph.inputs = {text::value("x", text::f32, {1, 2, 4, 4})};
    graph.outputs = {text::value("y", text::f32, one.output)};
    graph.nodes = one.nodes;
    graph.initialisers = one.initialisers;
    return graph;
}

std::vector<Case> cases() {
    const std::string relu = text::node("Relu", {"x"}, "r");
    const auto reshape = [&](const text::Extents& target, const text::Extents& output, const char* name, Batching expected) {
        return Case{name, {relu, text::node("Reshape", {"r", "to"}, "y")}, {text::shape_tensor("to", target)}, output, expected};
    };
    const auto constant = [](const std::string& name, const text::Extents& values) {
        return text::node("Constant", {}, name, {text::part(1, "value") + text::part(5, text::shape_tensor("", values)) + text::number(20, 4)});
    };
    return {
        {"elementwise", {text::node("Relu", {"x"}, "y")}, {}, {1, 2, 4, 4}, Batching::freed},
        reshape({1, 32}, {1, 32}, "fixed target", Batching::freed),
        reshape({1, -1}, {1, 32}, "target with a free extent", Batching::freed),
        reshape({8, 4}, {8, 4}, "items folded into rows", Batching::freed),
        reshape({1, 2, -1, 4}, {1, 2, 4, 4}, "free extent inside", Batching::freed),
        reshape({0, 32}, {1, 32}, "copied extent", Batching::freed),
        {"target in a Constant node", {relu, constant("to", {1, 32}), text::node("Reshape", {"r", "to"}, "y")}, {}, {1, 32}, Batching::freed},
        {"the batch is not in front",
         {text::node("Transpose", {"x"}, "t",
                     {text::part(1, "perm") + text::number(8, 1) + text::number(8, 0) + text::number(8, 2) + text::number(8, 3) + text::number(20, 7)}),
          text::node("Reshape", {"t", "to"}, "y")},
         {text::shape_tensor("to", {1, 32})},
         {1, 32},
         Batching::looped},
        {"sum over the batch",
         {text::node("ReduceSum", {"x", "axes"}, "y", {text::attribute("keepdims", 1)})},
         {text::shape_tensor("axes", {0})},
         {1, 2, 4, 4},
         Batching::looped},
        {"sizes of a Resize",
         {relu, text::node("Resize", {"r", "", "", "sizes"}, "y")},
         {text::shape_tensor("sizes", {1, 2, 8, 8})},
         {1, 2, 8, 8},
         Batching::freed},
        {"first item of a Slice",
         {relu, text::node("Slice", {"r", "from", "to"}, "y")},
         {text::shape_tensor("from", {0, 1}), text::shape_tensor("to", {1, 2})},
         {1, 1, 4, 4},
         Batching::freed},
        {"a constant joined to items",
         {relu, text::node("Concat", {"r", "token"}, "y", {text::attribute("axis", 1)})},
         {text::tensor("token", text::f32, {1, 1, 4, 4}, text::raw(std::vector<float>(16, 7)))},
         {1, 3, 4, 4},
         Batching::freed},
        {"an expanded constant",
         {relu, text::node("Expand", {"row", "to"}, "e"), text::node("Concat", {"r", "e"}, "y", {text::attribute("axis", 1)})},
         {text::tensor("row", text::f32, {1, 1, 1, 4}, text::raw(std::vector<float>(4, 7))), text::shape_tensor("to", {1, 1, 4, 4})},
         {1, 3, 4, 4},
         Batching::freed},
    };
}

TEST(FreeBatch, FreesWhatItCanAndLoopsTheRest) {
    for (const Case& one : cases()) {
        const auto path = text::write("case.onnx", text::model(graph_of(one), one.opset));
        const auto session = open_ort_session(path);
        EXPECT_EQ(name_of(session->batching()), name_of(one.expected)) << one.name;
        // However it is done: two items give what each gives alone.
        std::vector<float> x(64);
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = static_cast<float>((i * 37) % 64) - 20;
        const std::array<Shape, 1> two{Shape{2, 2, 4, 4}}, single{Shape{1, 2, 4, 4}};
        const Shape shape_two = session->output_shapes(two)[0], shape_one = session->output_shapes(single)[0];
        ASSERT_EQ(shape_two.count(), 2 * shape_one.count()) << one.name;
        std::vector<float> together(static_cast<std::size_t>(shape_two.count())), alone(together.size());
        const std::array<Tensor, 1> both{Tensor{x.data(), Element::f32, two[0]}}, out{Tensor{together.data(), Element::f32, shape_two}};
        session->run(host_queue(), both, out);
        const auto original = open_ort_session(path, {.free_batch = false});
        for (std::size_t item = 0; item < 2; ++item) {
            const std::array<Tensor, 1> in{Tensor{x.data() + 32 * item, Element::f32, single[0]}};
            const std::array<Tensor, 1> part{Tensor{alone.data() + alone.size() / 2 * item, Element::f32, shape_one}};
            original->run(host_queue(), in, part);
        }
        EXPECT_EQ(together, alone) << one.name;
    }
}

TEST(FreeBatch, SharesOneItemWithAllOthers) {
    text::Graph graph;
    graph.inputs = {text::value("target", text::f32, {1, 2, 2}), text::value("source", text::f32, {1, 2})};
    graph.nodes = {text::node("MatMul", {"target", "column"}, "scaled"), text::node("Add", {"scaled", "source"}, "y")};
    graph.initialisers = {text::tensor("column", text::f32, {2, 2}, text::raw<float>({1, 0, 0, 1}))};
    graph.nodes[1] = text::node("Unsqueeze", {"source", "one"}, "s");
    graph.nodes.push_back(text::node("Concat", {"scaled", "s"}, "y", {text::attribute("axis", 1)}));
    graph.initialisers.push_back(text::shape_tensor("one", {1}));
    graph.outputs = {text::value("y", text::f32, {1, 3, 2})};
    const auto session = open_ort_session(text::write("shared.onnx", text::model(graph)));
    EXPECT_EQ(session->batching(), Batching::freed);
    std::vector<float> target{1, 2, 3, 4, 5, 6, 7, 8}, source{9, 10}, y(12);
    const std::array<Tensor, 2> in{Tensor{target.data(), Element::f32, {2, 2, 2}}, Tensor{source.data(), Element::f32, {1, 2}}};
    const std::array<Tensor, 1> out{Tensor{y.data(), Element::f32, {2, 3, 2}}};
    session->run(host_queue(), in, out);
    EXPECT_EQ(y, (std::vector<float>{1, 2, 3, 4, 9, 10, 5, 6, 7, 8, 9, 10}));
}

TEST(FreeBatch, LeavesFilesWithoutAFixedBatchAlone) {
    text::Graph graph;
    graph.inputs = {text::value("x", text::f32, {-1, 3}), text::value("weight", text::f32, {1})};
    graph.nodes = {text::node("Mul", {"x", "weight"}, "y")};
    graph.outputs = {text::value("y", text::f32, {-1, 3})};
    const std::string file = text::model(graph);
    const auto bytes = std::as_bytes(std::span(file));
    const OnnxSummary summary = walk_onnx(bytes, "native.onnx");
    EXPECT_TRUE(carries_items(summary.inputs[0]));
    EXPECT_FALSE(carries_items(summary.inputs[1]));
    EXPECT_FALSE(free_batch(bytes, summary).has_value());
    EXPECT_EQ(open_ort_session(text::write("native.onnx", file))->batching(), Batching::native);
}

}  // namespace
}  // namespace mien
