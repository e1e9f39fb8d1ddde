// SPDX-License-Identifier: Apache-2.0
#include "runtime/onnx_file.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/runtime/onnx_text.h"

namespace mien {
namespace {

namespace text = onnx_text;

text::Graph relu() {
    text::Graph graph;
    graph.inputs = {text::value("x", text::f32, {-1, 3})};
    graph.outputs = {text::value("y", text::f32, {-1, 3})};
    graph.nodes = {text::node("Relu", {"x"}, "y")};
    return graph;
}

std::span<const std::byte> bytes(const std::string& content) { return std::as_bytes(std::span(content)); }

/// The finding between "is refused: it " and the advice.
std::string refusal(const std::string& content, const OnnxLimits& limits = {}) {
    try {
        walk_onnx(bytes(content), "some.onnx", limits);
    } catch (const Error& error) {
        const std::string said = error.what();
        const std::string before = "The network file some.onnx is refused: it ", after = "; take the file from its publisher again.";
        EXPECT_EQ(error.code(), Code::models);
        EXPECT_TRUE(said.starts_with(before) && said.ends_with(after)) << said;
        return said.substr(before.size(), said.size() - before.size() - after.size());
    }
    return "nothing";
}

TEST(OnnxWalk, SumsUpAFile) {
    text::Graph graph = relu();
    graph.initialisers = {text::tensor("first", text::f32, {1}, text::raw<float>({1})),
                          text::tensor("last", text::f32, {2, 2}, text::raw<float>({1, 2, 3, 4}))};
    graph.inputs.push_back(text::value("first", text::f32, {1}));
    const std::string file = text::model(graph, 17);
    const OnnxSummary found = walk_onnx(bytes(file), "some.onnx");
    EXPECT_EQ(found.ir_version, 8);
    EXPECT_EQ(found.opset, 17);
    EXPECT_EQ(found.nodes, 1U);
    EXPECT_EQ(found.initialisers, 2U);
    ASSERT_EQ(found.inputs.size(), 1U);  // without the initialiser that old files list
    EXPECT_EQ(found.inputs[0].name, "x");
    EXPECT_EQ(found.inputs[0].extents, (std::vector<std::int64_t>{-1, 3}));
    EXPECT_EQ(floats_of_tensor(found.last_initialiser, "some.onnx"), (std::vector<float>{1, 2, 3, 4}));
}

TEST(OnnxWalk, RefusesEveryTruncation) {
    text::Graph graph = relu();
    graph.initialisers = {text::tensor("w", text::f32, {2, 2}, text::raw<float>({1, 2, 3, 4}))};
    const std::string file = text::model(graph);
    EXPECT_EQ(refusal(file), "nothing");
    const std::size_t opset_bytes = text::part(8, text::number(2, 13)).size();
    for (std::size_t length = 0; length < file.size(); ++length) {
        // Without its last field the file is whole, only older.
        if (length == file.size() - opset_bytes) continue;
        EXPECT_NE(refusal(file.substr(0, length)), "nothing") << length;
    }
}

TEST(OnnxWalk, SurvivesEveryChangedByte) {
    text::Graph graph = relu();
    graph.initialisers = {text::tensor("w", text::f32, {2, 2}, text::raw<float>({1, 2, 3, 4}))};
    const std::string file = text::model(graph);
    int refused = 0;
    for (std::size_t at = 0; at < file.size(); ++at) {
        for (const int bit : {1, 2, 8, 128}) {
            std::string changed = file;
            changed[at] = static_cast<char>(changed[at] ^ bit);
            refused += refusal(changed) == "nothing" ? 0 : 1;
        }
    }
    EXPECT_GT(refused, 100);
}

TEST(OnnxWalk, RefusesWhatIsNoOnnxFile) {
    EXPECT_EQ(refusal(""), "is empty");
    EXPECT_EQ(refusal(std::string(64, '\xFF')), "is not an ONNX file (a number of more than ten bytes)");
    EXPECT_EQ(refusal("GIF89a and so on"), "is not an ONNX file (a part of the wrong kind)");
    EXPECT_EQ(refusal(text::number(1, 8)), "is not an ONNX file (it holds no graph)");
    EXPECT_EQ(refusal(text::model({})), "holds a graph without nodes or outputs");
}

TEST(OnnxWalk, RefusesWeightsElsewhere) {
    text::Graph graph = relu();
    graph.initialisers = {text::number(1, 4) + text::number(2, 1) + text::part(8, "w") +
                          text::part(13, text::part(1, "location") + text::part(2, "/etc/passwd")) + text::number(14, 1)};
    EXPECT_EQ(refusal(text::model(graph)), "holds weights in another file, which mien does not read");
    graph.initialisers = {text::number(1, 0) + text::number(2, 1) + text::part(8, "w") + text::number(14, 1)};
    EXPECT_EQ(refusal(text::model(graph)), "holds weights in another file, which mien does not read");
    graph.initialisers.clear();
    EXPECT_EQ(refusal(text::model(graph) + text::part(25, text::part(1, "f"))), "holds functions of its own, which mien does not read");
    EXPECT_EQ(refusal(text::model(graph) + text::part(20, "")), "holds a training graph, which mien does not read");
}

TEST(OnnxWalk, RefusesTensorsThatDoNotFit) {
    const auto with = [](const std::string& tensor) {
        text::Graph graph = relu();
        graph.initialisers = {tensor};
        return refusal(text::model(graph));
    };
    EXPECT_EQ(with(text::tensor("w", text::f32, {3}, text::raw<float>({1, 2}))), "holds a tensor of 3 elements whose data does not fit that");
    EXPECT_EQ(with(text::tensor("w", text::f32, {1LL << 40}, "")), "holds a tensor with an extent of 1099511627776");
    EXPECT_EQ(with(text::tensor("w", text::f32, {-1}, "")), "holds a tensor with an extent of -1");
    EXPECT_EQ(with(text::tensor("w", text::f32, {1 << 20, 1 << 20}, "")), "holds a tensor of more than 2147483648 elements");
    EXPECT_EQ(with(text::tensor("w", text::f32, text::Extents(9, 1), "1234")), "holds a tensor of more than 8 extents");
    EXPECT_EQ(with(text::tensor("w", 14, {1}, "12345678")), "holds a tensor of the unknown element type 14");
    EXPECT_EQ(with(text::number(1, 2) + text::number(2, 7) + text::part(7, text::varint(300) + text::varint(5))), "nothing");
    EXPECT_EQ(with(text::number(1, 3) + text::number(2, 7) + text::part(7, text::varint(300) + text::varint(5))),
              "holds a tensor of 3 elements whose data does not fit that");
    EXPECT_EQ(with(text::number(1, 1) + text::number(2, 1) + text::part(4, "123")), "holds a list of numbers that ends inside one");
}

TEST(OnnxWalk, RefusesWhatIsTooMuch) {
    text::Graph graph = relu();
    OnnxLimits few;
    few.nodes = 2;
    few.entries = 500;
    few.text_bytes = 1000;
    graph.nodes.insert(graph.nodes.end(), 2, text::node("Relu", {"x"}, "z"));
    EXPECT_EQ(refusal(text::model(graph), few), "holds more than 2 nodes");
    graph.nodes.resize(1);
    EXPECT_EQ(refusal(text::model(graph) + text::part(99, std::string(1001, 'x')), few), "holds more than 1000 bytes of text and unknown fields");
    std::string entries;
    for (int i = 0; i < 600; ++i) entries += text::part(14, "");
    EXPECT_EQ(refusal(text::model(graph) + entries, few), "holds more than 500 fields");
    graph.nodes[0] = text::node("Relu", {std::string(9000, 'n')}, "y");
    EXPECT_EQ(refusal(text::model(graph)), "holds a name of 9000 bytes");
    graph = relu();
    graph.inputs[0] = text::value("x", text::f32, text::Extents(9, 1));
    EXPECT_EQ(refusal(text::model(graph)), "holds more than 8 extents at one value");
    graph.inputs[0] = text::value("x", text::f32, {1LL << 50});
    EXPECT_EQ(refusal(text::model(graph)), "declares an extent of 1125899906842624");
}

TEST(OnnxWalk, RefusesDeepNesting) {
    std::string inner = text::Graph{}.text();
    for (int depth = 0; depth < 2000; ++depth) inner = text::part(1, text::part(4, "If") + text::part(5, text::part(1, "then_branch") + text::part(6, inner)));
    text::Graph graph = relu();
    EXPECT_EQ(refusal(text::number(1, 8) + text::part(7, graph.text() + inner)), "nests graphs more than 8 deep");
}

TEST(OnnxTensor, ReadsHalves) {
    const std::string tensor = text::tensor("w", text::f16, {6}, text::raw<std::uint16_t>({0x3C00, 0xC000, 0x0001, 0x7BFF, 0x8000, 0x7C00}));
    const std::vector<float> values = floats_of_tensor(bytes(tensor), "some.onnx");
    EXPECT_EQ(values, (std::vector<float>{1, -2, 0x1p-24F, 65504, -0.0F, std::numeric_limits<float>::infinity()}));
    EXPECT_THROW(floats_of_tensor({}, "some.onnx"), Error);
    const std::string whole = text::shape_tensor("w", {1});
    EXPECT_THROW(floats_of_tensor(bytes(whole), "some.onnx"), Error);
}

TEST(OnnxFile, SaysWhyItCannotBeRead) {
    const auto said = [](const std::filesystem::path& path, const OnnxLimits& limits = {}) {
        try {
            read_onnx_file(path, limits);
        } catch (const Error& error) {
            return std::string(error.what());
        }
        return std::string("read");
    };
    EXPECT_NE(said("/no/such.onnx").find("cannot be read"), std::string::npos);
    EXPECT_NE(said("/").find("cannot be read"), std::string::npos);
    const auto file = text::write("ten.onnx", std::string(10, 'x'));
    EXPECT_EQ(said(file), "read");
    OnnxLimits small;
    small.bytes = 9;
    EXPECT_NE(said(file, small).find("has 10 bytes, more than 9"), std::string::npos);
}

}  // namespace
}  // namespace mien
