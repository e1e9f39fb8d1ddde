// SPDX-License-Identifier: Apache-2.0
#include "runtime/half_crop.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "runtime/session.h"
#include "unit/runtime/onnx_text.h"

namespace mien {
namespace {

namespace text = onnx_text;

/// A swapper of pictures of edge x edge in -1..1: the target plus a ramp of its own times the source's first number, and a mask that nobody asked for.
text::Graph swapper_like(std::int64_t edge, const std::string& picture = "target") {
    const std::int64_t count = 3 * edge * edge;
    std::vector<float> ramp(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < ramp.size(); ++i) ramp[i] = static_cast<float>(i) / 64;
    text::Graph graph;
    graph.inputs = {text::value("source", text::f32, {-1, 1, 1, 1}), text::value(picture, text::f32, {-1, 3, edge, edge})};
    graph.initialisers = {text::tensor("ramp", text::f32, {1, 3, edge, edge}, text::raw(ramp))};
    graph.nodes = {text::node("Mul", {"source", "ramp"}, "painted"), text::node("Add", {picture, "painted"}, "output"), text::node("Sigmoid", {"output"}, "mask")};
    graph.outputs = {text::value("output", text::f32, {-1, 3, edge, edge}), text::value("mask", text::f32, {-1, 3, edge, edge})};
    return graph;
}

TEST(HalfCrop, AnswersAsTheWholeDoesToEveryPixelDoubled) {
    constexpr std::int64_t edge = 4;
    constexpr std::size_t half = edge / 2, plane = half * half, items = 2;
    const auto session = open_ort_session(text::write("halved.onnx", text::model(swapper_like(edge))), {.half_crop = true});
    ASSERT_EQ(session->outputs().size(), 1U) << "the mask is left out";
    EXPECT_EQ(session->outputs()[0].name, "output");
    EXPECT_EQ(session->inputs()[1].shape, (Shape{-1, 3, half, half}));
    EXPECT_EQ(session->batching(), Batching::native);
    std::vector<float> source{0.5F, -1}, target(items * 3 * plane), given(target.size());
    for (std::size_t i = 0; i < target.size(); ++i) target[i] = static_cast<float>(i % 8) / 8;
    const std::array<Tensor, 2> in{Tensor{source.data(), Element::f32, {items, 1, 1, 1}}, Tensor{target.data(), Element::f32, {items, 3, half, half}}};
    const std::array<Tensor, 1> out{Tensor{given.data(), Element::f32, {items, 3, half, half}}};
    session->run(host_queue(), in, out);
    for (std::size_t i = 0; i < given.size(); ++i) {
        // The four pixels of the ramp that this one stands for: in -1..1, so half of them in 0..1.
        const std::size_t channel = i / plane % 3, row = i % plane / half * 2, column = i % half * 2;
        float mean = 0;
        for (std::size_t k = 0; k < 4; ++k) mean += static_cast<float>((channel * edge + row + k / 2) * edge + column + k % 2) / 64 / 4;
        EXPECT_FLOAT_EQ(given[i], target[i] + source[i / (3 * plane)] * mean / 2) << i;
    }
}

/// The answer's every number, for one black picture of `side` x `side` and a source of ones.
std::vector<float> painted_on_black(const text::Graph& graph, const std::string& file, std::size_t side, bool half_crop) {
    const auto session = open_ort_session(text::write(file, text::model(graph)), {.half_crop = half_crop});
    std::vector<float> source{1}, target(3 * side * side), given(target.size()), mask(target.size());
    const auto extent = static_cast<std::int64_t>(side);
    const std::array<Tensor, 2> in{Tensor{source.data(), Element::f32, {1, 1, 1, 1}}, Tensor{target.data(), Element::f32, {1, 3, extent, extent}}};
    std::vector<Tensor> out{Tensor{given.data(), Element::f32, {1, 3, extent, extent}}};
    if (!half_crop) out.push_back(Tensor{mask.data(), Element::f32, {1, 3, extent, extent}});
    session->run(host_queue(), in, out);
    return given;
}

TEST(HalfCrop, AddsWhatTheFileHoldsForSmallCropsAlone) {
    constexpr std::int64_t edge = 4;
    text::Graph plain = swapper_like(edge), told = plain;
    told.initialisers.push_back(text::tensor("ramp_halved_codes", text::i8, {1, 3, edge, edge}, std::string(3 * edge * edge, '\xFE')));
    told.initialisers.push_back(text::tensor("ramp_halved_steps", text::f32, {1, 1, 1, 1}, text::raw(std::vector<float>{0.25F})));
    EXPECT_EQ(painted_on_black(told, "told.onnx", edge, false), painted_on_black(plain, "plain.onnx", edge, false)) << "whole crops know nothing of it";
    const std::vector<float> before = painted_on_black(plain, "plain.onnx", edge / 2, true), after = painted_on_black(told, "told.onnx", edge / 2, true);
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_FLOAT_EQ(after[i], before[i] - 0.25F) << "-2 steps of 0.25, in -1..1";
}

TEST(HalfCrop, CodesWithoutStepsAreNoNetwork) {
    text::Graph graph = swapper_like(4);
    graph.initialisers.push_back(text::tensor("ramp_halved_codes", text::i8, {1, 3, 4, 4}, std::string(48, '\1')));
    const auto file = text::write("without_steps.onnx", text::model(graph));
    EXPECT_NO_THROW(open_ort_session(file, {}));
    try {
        open_ort_session(file, {.half_crop = true});
        ADD_FAILURE() << "opened";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::models) << error.what();
        EXPECT_NE(std::string(error.what()).find("without_steps.onnx"), std::string::npos) << error.what();
    }
}

TEST(HalfCrop, RefusesWhatSwapsNoPictures) {
    const auto said = [](const text::Graph& graph) -> std::string {
        const std::string file = text::model(graph);
        try {
            halve_crop(std::as_bytes(std::span(file)), "a.onnx");
        } catch (const Error& error) {
            return std::string(fault(error.code()).name) + ": " + error.what();
        }
        return "halved";
    };
    const std::string refusal = "models: a.onnx holds no network that swaps square pictures of an even size; take it from its publisher again.";
    EXPECT_EQ(said(swapper_like(4)), "halved");
    EXPECT_EQ(said(swapper_like(5)), refusal);
    EXPECT_EQ(said(swapper_like(-1)), refusal) << "a size that is not fixed";
    EXPECT_EQ(said(swapper_like(4, "picture")), refusal);
    text::Graph no_answer = swapper_like(4);
    no_answer.outputs.clear();
    EXPECT_EQ(said(no_answer), refusal);
    EXPECT_EQ(said({}), refusal);
}

}  // namespace
}  // namespace mien
