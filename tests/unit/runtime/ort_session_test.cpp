// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstring>
#include <functional>
#include <thread>

#include "base/error.h"
#include "runtime/session.h"
#include "unit/runtime/onnx_text.h"

namespace mien {
namespace {

namespace text = onnx_text;

// y = x * weight + shift over [1, 2, 2]; the sum of all of x as a single value.
std::string small_network() {
    text::Graph graph;
    graph.inputs = {text::value("x", text::f32, {1, 2, 2}), text::value("weight", text::f32, {1})};
    graph.initialisers = {text::tensor("shift", text::f32, {2}, text::raw<float>({10, 20}))};
    graph.nodes = {text::node("Mul", {"x", "weight"}, "product"), text::node("Add", {"product", "shift"}, "y"),
                   text::node("ReduceSum", {"x"}, "sum", {text::attribute("keepdims", 0)})};
    graph.outputs = {text::value("y", text::f32, {1, 2, 2}), text::value("sum", text::f32, {})};
    return text::model(graph);
}

std::string code_and_text(const std::function<void()>& call) {
    try {
        call();
    } catch (const Error& error) {
        return std::string(fault(error.code()).name) + ": " + error.what();
    }
    return "nothing thrown";
}

TEST(OrtSession, FindsTheRuntime) {
    const RuntimeFound found = find_onnx_runtime();
    EXPECT_EQ(found.trouble, "");
    EXPECT_NE(found.version, "");
    EXPECT_NE(found.path, "");
}

TEST(OrtSession, RunsItemsOneAfterTheOtherWhenASingleValueComesOut) {
    const auto session = open_ort_session(text::write("small.onnx", small_network()));
    EXPECT_EQ(session->batching(), Batching::looped);  // a single value cannot hold three items
    ASSERT_EQ(session->inputs().size(), 2U);
    EXPECT_EQ(session->inputs()[0].name, "x");
    EXPECT_EQ(session->outputs()[1].shape, Shape{});
    std::vector<float> x{1, 2, 3, 4, 5, 6, 7, 8}, weight{2}, y(8), sum(2);
    const std::array<Shape, 2> shapes{Shape{2, 2, 2}, Shape{1}};
    const std::vector<Shape> expected{Shape{2, 2, 2}, Shape{2}};
    EXPECT_EQ(session->output_shapes(shapes), expected);
    const std::array<Tensor, 2> in{Tensor{x.data(), Element::f32, shapes[0]}, Tensor{weight.data(), Element::f32, shapes[1]}};
    const std::array<Tensor, 2> out{Tensor{y.data(), Element::f32, expected[0]}, Tensor{sum.data(), Element::f32, expected[1]}};
    session->run(host_queue(), in, out);
    EXPECT_EQ(y, (std::vector<float>{12, 24, 16, 28, 20, 32, 24, 36}));
    EXPECT_EQ(sum, (std::vector<float>{10, 26}));
    const std::array<Tensor, 2> one_wanted{Tensor{y.data(), Element::f32, expected[0]}, Tensor{nullptr, Element::f32, expected[1]}};
    weight[0] = 1;
    session->run(host_queue(), in, one_wanted);
    EXPECT_EQ(y[0], 11);
}

TEST(OrtSession, RunsFromSeveralThreads) {
    const auto session = open_ort_session(text::write("small.onnx", small_network()));
    std::vector<std::thread> threads;
    std::array<bool, 4> right{};
    for (std::size_t t = 0; t < right.size(); ++t) {
        threads.emplace_back([&, t] {
            right[t] = true;
            for (int i = 0; i < 200; ++i) {
                const auto base = static_cast<float>(t * 1000 + static_cast<std::size_t>(i));
                std::vector<float> x{base, 1, 2, 3}, weight{1}, y(4), sum(1);
                const std::array<Tensor, 2> in{Tensor{x.data(), Element::f32, {1, 2, 2}}, Tensor{weight.data(), Element::f32, {1}}};
                const std::array<Tensor, 2> out{Tensor{y.data(), Element::f32, {1, 2, 2}}, Tensor{sum.data(), Element::f32, {}}};
                session->run(host_queue(), in, out);
                right[t] = right[t] && y[0] == base + 10 && sum[0] == base + 6;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const bool one : right) EXPECT_TRUE(one);
}

TEST(OrtSession, SaysWhatIsWrongWithTensors) {
    const auto session = open_ort_session(text::write("small.onnx", small_network()));
    std::vector<float> x(8), weight(1), y(8), sum(2);
    std::array<Tensor, 2> in{Tensor{x.data(), Element::f32, {1, 2, 3}}, Tensor{weight.data(), Element::f32, {1}}};
    const std::array<Tensor, 2> out{Tensor{y.data(), Element::f32, {1, 2, 2}}, Tensor{sum.data(), Element::f32, {}}};
    const auto run = [&] { return code_and_text([&] { session->run(host_queue(), in, out); }); };
    EXPECT_EQ(run(), "device: The input \"x\" of the network small.onnx was given another shape than it has.");
    in[0].shape = {1, 2, 2};
    in[0].element = Element::f64;
    EXPECT_EQ(run(), "device: The tensor \"x\" of the network small.onnx was given with another element type than it has.");
    in[0].element = Element::f32;
    in[0].place = Place::device;
    EXPECT_EQ(run(), "device: The tensor \"x\" of the network small.onnx lies on a device; this engine reads host memory.");
    in[0].place = Place::host;
    EXPECT_EQ(run(), "nothing thrown");
}

TEST(OrtSession, RefusesWhatOnnxRuntimeRefuses) {
    text::Graph graph;
    graph.inputs = {text::value("x", text::f32, {1, 4})};
    graph.outputs = {text::value("y", text::f32, {1, 4})};
    graph.nodes = {text::node("NoSuchOperator", {"x"}, "y")};
    const std::string said = code_and_text([&] { open_ort_session(text::write("odd.onnx", text::model(graph))); });
    EXPECT_TRUE(said.starts_with("models: ONNX Runtime cannot open the network odd.onnx: ")) << said;
    EXPECT_EQ(said.find('\n'), std::string::npos);
}

// One recorded network of each kind. Looped are those that hard-code their batch, that answer single values, or whose pictures are above the limit.
TEST(OrtSession, FreesTheRecordedNetworks) {
    const std::filesystem::path folder = text::golden_models();
    if (folder.empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    struct Row {
        const char* name;
        Batching expected;
    };
    for (const Row& row : std::initializer_list<Row>{{"2dfan4", Batching::freed},
                                                     {"arcface_w600k_r50", Batching::freed},
                                                     {"blendswap_256", Batching::freed},
                                                     {"codeformer", Batching::freed},
                                                     {"crossface_ghost", Batching::freed},
                                                     {"fairface", Batching::freed},
                                                     {"fan_68_5", Batching::freed},
                                                     {"gpen_bfr_1024", Batching::looped},
                                                     {"hyperswap_1a_256", Batching::freed},
                                                     {"inswapper_128_fp16", Batching::freed},
                                                     {"live_portrait_motion_extractor", Batching::looped},
                                                     {"nsfw_2", Batching::freed},
                                                     {"peppa_wutz", Batching::freed},
                                                     {"retinaface_10g", Batching::freed},
                                                     {"scrfd_2.5g", Batching::freed},
                                                     {"span_kendata_x4", Batching::freed},
                                                     {"xseg_1", Batching::native},
                                                     {"yoloface_8n", Batching::looped}}) {
        EXPECT_EQ(name_of(open_ort_session(folder / (std::string(row.name) + ".onnx"))->batching()), name_of(row.expected)) << row.name;
    }
}

}  // namespace
}  // namespace mien
