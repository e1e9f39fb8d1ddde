// SPDX-License-Identifier: Apache-2.0
#include "face/analyse.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <set>

#include "base/error.h"
#include "face/recognise.h"
#include "kernels/geometry.h"
#include "unit/face/networks.h"
#include "unit/png_file.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// A recorded picture with one face, or an empty one.
Picture<std::uint8_t> one_face() {
    const char* data = std::getenv("MIEN_GOLDENS_DATA");
    const char* source = std::getenv("MIEN_SOURCE_DIR");
    const fs::path file = (data ? fs::path(data) : fs::path(source ? source : ".") / "../shared/data") / "images/astronaut.png";
    return png_file::read_picture(file);
}

#define NEEDS_RECORDED(picture)                                                                                            \
    if (test_networks::recorded().empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS"; \
    if (!(picture).view().data) GTEST_SKIP() << "the recorded pictures are not there; set MIEN_GOLDENS_DATA"

std::vector<Face> faces_of(const AnalysisSettings& settings, View<const std::uint8_t> rgb) {
    ModelStore store = test_networks::recorded_store();
    FaceAnalyser::Scratch scratch;
    return FaceAnalyser(store, settings).analyse(host_queue(), rgb, scratch);
}

/// The quickest detector that still finds the face.
AnalysisSettings small() {
    AnalysisSettings settings;
    settings.detector_model = "scrfd";
    settings.detector_size = 320;
    return settings;
}

void expect_same(const std::vector<Face>& ours, const std::vector<Face>& wanted) {
    ASSERT_EQ(ours.size(), wanted.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        EXPECT_EQ(ours[i].box, wanted[i].box);
        EXPECT_EQ(ours[i].score, wanted[i].score);
        EXPECT_EQ(ours[i].points5_68, wanted[i].points5_68);
        EXPECT_EQ(ours[i].points68, wanted[i].points68);
        EXPECT_EQ(ours[i].embedding, wanted[i].embedding);
        EXPECT_EQ(ours[i].attributes, wanted[i].attributes);
    }
}

TEST(Analyse, EverySettingIsInItsText) {
    const AnalysisSettings plain;
    std::set<std::string> texts{text_of(plain)};
    const auto add = [&](auto change) {
        AnalysisSettings settings;
        change(settings);
        EXPECT_TRUE(texts.insert(text_of(settings)).second) << text_of(settings);
    };
    add([](AnalysisSettings& s) { s.detector_model = "scrfd"; });
    add([](AnalysisSettings& s) { s.detector_size = 320; });
    add([](AnalysisSettings& s) { s.detector_margin = {0, 1, 0, 0}; });
    add([](AnalysisSettings& s) { s.detector_angles = {0, 90}; });
    add([](AnalysisSettings& s) { s.detector_score = 0.55; });
    add([](AnalysisSettings& s) { s.landmarker_model = "many"; });
    add([](AnalysisSettings& s) { s.landmarker_score = 0.55; });
    add([](AnalysisSettings& s) { s.classify = true; });
    add([](AnalysisSettings& s) { s.faithful = true; });
}

TEST(Analyse, AFaceIsFoundAndKnown) {
    const Picture<std::uint8_t> picture = one_face();
    NEEDS_RECORDED(picture);
    ModelStore store = test_networks::recorded_store();
    FaceAnalyser::Scratch scratch;
    for (const auto& [model, faithful] : {std::pair("many", false), {"yunet", true}}) {
        AnalysisSettings settings;
        settings.detector_model = model;
        settings.landmarker_model = "many";
        settings.classify = settings.faithful = faithful;
        const std::vector<Face> faces = FaceAnalyser(store, settings).analyse(host_queue(), picture, scratch);
        ASSERT_EQ(faces.size(), 1U) << model;
        const Face& face = faces[0];
        EXPECT_GT(face.score, 0.5);
        for (const Point& point : face.points5_68)
            EXPECT_TRUE(point.x > face.box.low.x && point.x < face.box.high.x && point.y > face.box.low.y && point.y < face.box.high.y) << model;
        EXPECT_NEAR(face.box.low.x, 177, 12) << model;
        EXPECT_NEAR(face.box.high.y, 184, 12) << model;
        EXPECT_TRUE(face.embedding.has_value());
        EXPECT_EQ(face.attributes.has_value(), faithful) << "only when it is asked for";
    }
}

TEST(Analyse, SeveralPicturesGiveTheFacesOfEach) {
    const Picture<std::uint8_t> picture = one_face();
    NEEDS_RECORDED(picture);
    const Picture<std::uint8_t> empty = test_networks::noise(picture.size());
    Picture<std::uint8_t> turned(host_queue(), picture.size(), 3);
    ASSERT_EQ(picture.size().width, picture.size().height);
    kernels::rotate90<std::uint8_t>(host_queue(), picture, 1, turned);
    ModelStore store = test_networks::recorded_store();
    for (const bool faithful : {true, false}) {
        AnalysisSettings settings = small();
        settings.detector_angles = {0, 270};
        settings.detector_margin = {5, 0, 10, 20};
        settings.faithful = faithful;
        const FaceAnalyser analyser(store, settings);
        FaceAnalyser::Scratch scratch, other;
        const std::vector<View<const std::uint8_t>> pictures{picture, empty, turned, picture};
        const std::vector<std::vector<Face>> together = analyser.analyse(host_queue(), pictures, scratch);
        ASSERT_EQ(together.size(), 4U);
        EXPECT_TRUE(together[1].empty());
        EXPECT_FALSE(together[2].empty()) << "one of the angles looks at it upright";
        for (std::size_t i = 0; i < 4; ++i) expect_same(together[i], analyser.analyse(host_queue(), pictures[i], other));
        EXPECT_EQ(analyser.detector_calls(), 16) << "two angles of eight pictures";
        EXPECT_EQ(analyser.non_finite(), 0);
        EXPECT_TRUE(analyser.analyse(host_queue(), std::span<const View<const std::uint8_t>>{}, scratch).empty());
    }
}

TEST(Analyse, OddPicturesAreLookedAtWithoutHarm) {
    if (test_networks::recorded().empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    ModelStore store = test_networks::recorded_store();
    AnalysisSettings settings;
    settings.detector_model = "scrfd";
    settings.detector_size = 160;
    settings.detector_angles = {0, 90, 180, 270};
    settings.detector_margin = {100, 100, 100, 100};
    const FaceAnalyser analyser(store, settings);
    FaceAnalyser::Scratch scratch;
    for (const Size size : {Size{1, 1}, Size{7, 5}, Size{4000, 3}, Size{3, 4000}, Size{641, 163}})
        EXPECT_TRUE(analyser.analyse(host_queue(), test_networks::noise(size), scratch).empty());
}

TEST(Analyse, AScoreOfNothingMakesNoFaces) {
    const Picture<std::uint8_t> picture = one_face();
    NEEDS_RECORDED(picture);
    AnalysisSettings settings = small();
    settings.detector_score = 0;
    EXPECT_TRUE(faces_of(settings, picture).empty());
}

TEST(Analyse, WithoutALandmarkerThePointsAreTheDetectors) {
    const Picture<std::uint8_t> picture = one_face();
    NEEDS_RECORDED(picture);
    AnalysisSettings settings = small();
    settings.landmarker_score = 0;
    const std::vector<Face> faces = faces_of(settings, picture);
    ASSERT_EQ(faces.size(), 1U);
    EXPECT_EQ(faces[0].points5_68, faces[0].points5);
    EXPECT_EQ(faces[0].points68, faces[0].points68_5);
    EXPECT_EQ(faces[0].landmarker_score, 0);
}

/// The recorded networks but one, which answers NaN whatever it sees.
void write_broken(const test_networks::Folder& folder, const std::string& name, const onnx_text::Extents& input, const onnx_text::Extents& output) {
    for (const auto& file : fs::directory_iterator(test_networks::recorded()))
        if (file.path().stem() != name && file.path().extension() == ".onnx")
            fs::create_symlink(fs::absolute(file.path()), folder.path / file.path().filename());
    std::int64_t count = 1;
    for (const std::int64_t extent : output) count *= extent;
    onnx_text::Graph graph;
    graph.inputs = {onnx_text::value("input", onnx_text::f32, input)};
    graph.outputs = {onnx_text::value("output", onnx_text::f32, output)};
    graph.initialisers = {onnx_text::tensor("nan", onnx_text::f32, output,
                                            onnx_text::raw(std::vector<float>(static_cast<std::size_t>(count), std::numeric_limits<float>::quiet_NaN()))),
                          onnx_text::shape_tensor("one", {1}), onnx_text::tensor("zero", onnx_text::f32, {1}, onnx_text::raw(std::vector<float>{0}))};
    graph.nodes = {onnx_text::node("ReduceMean", {"input"}, "mean", {onnx_text::attribute("keepdims", 0)}),
                   onnx_text::node("Reshape", {"mean", "one"}, "single"), onnx_text::node("Add", {"nan", "single"}, "output")};
    std::ofstream(folder.path / (name + ".onnx"), std::ios::binary) << onnx_text::model(graph);
}

TEST(Analyse, AFaceWithoutNumbersIsLeftOutAndCounted) {
    const Picture<std::uint8_t> picture = one_face();
    NEEDS_RECORDED(picture);
    struct Broken {
        const char* name;
        onnx_text::Extents input, output;
    };
    const Broken rows[] = {{"arcface_w600k_r50", {1, 3, 112, 112}, {1, 512}}, {"fan_68_5", {1, 5, 2}, {1, 68, 2}}};
    for (const Broken& broken : rows) {
        const test_networks::Folder folder;
        write_broken(folder, broken.name, broken.input, broken.output);
        ModelStore store(folder.options());
        const FaceAnalyser analyser(store, small());
        FaceAnalyser::Scratch scratch;
        EXPECT_TRUE(analyser.analyse(host_queue(), picture, scratch).empty()) << broken.name;
        EXPECT_EQ(analyser.non_finite(), 1) << broken.name;
    }
}

TEST(Analyse, WhatDoesNotExistIsSaid) {
    const auto code_of = [](const AnalysisSettings& settings) -> std::optional<Code> {
        ModelStore store = test_networks::recorded().empty() ? test_networks::empty_store() : test_networks::recorded_store();
        try {
            const FaceAnalyser analyser(store, settings);
            return std::nullopt;
        } catch (const Error& error) {
            return error.code();
        }
    };
    AnalysisSettings settings;
    settings.detector_model = "hog";
    EXPECT_EQ(code_of(settings), Code::usage);
    settings = {};
    settings.detector_angles.clear();
    EXPECT_EQ(code_of(settings), Code::usage);
    ModelStore empty = test_networks::empty_store();
    EXPECT_THROW(FaceAnalyser(empty, {}), Error);
    if (test_networks::recorded().empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    settings = {};
    settings.detector_size = 320;
    EXPECT_EQ(code_of(settings), Code::usage) << "yolo_face works at 640";
    settings = {};
    settings.landmarker_model = "dlib";
    EXPECT_EQ(code_of(settings), Code::usage);
}

TEST(Recognise, ClassesInWords) {
    EXPECT_EQ(attributes_of(0, 1, 0), (Attributes{Gender::female, Race::white, 0, 2}));
    EXPECT_EQ(attributes_of(3, 0, 3), (Attributes{Gender::male, Race::asian, 20, 29}));
    EXPECT_EQ(attributes_of(4, 2, 7).race, Race::asian);
    EXPECT_EQ(attributes_of(6, 0, 8), (Attributes{Gender::male, Race::arabic, 70, 100}));
    EXPECT_EQ(attributes_of(-1, 0, 99), (Attributes{Gender::male, Race::white, 70, 100})) << "what the network cannot mean";
}

Face source(double edge, std::size_t axis, float length) {
    Face face;
    face.box = {{0, 0}, {edge, edge}};
    face.embedding.emplace();
    (*face.embedding)[axis] = length;
    return face;
}

TEST(AverageSource, MeanOfTheLargestFaces) {
    const std::vector<std::vector<Face>> pictures{{}, {source(5, 9, 7), source(20, 0, 10)}, {source(3, 1, 2)}};
    for (const bool faithful : {true, false}) {
        const SourceIdentity identity = average_source(pictures, faithful);
        EXPECT_EQ(identity.picture, 1) << "the first picture with a face";
        EXPECT_EQ(identity.faces_used, 2);
        EXPECT_EQ(identity.face.box.high.x, 20);
        EXPECT_EQ(identity.embedding[0], 5);
        EXPECT_EQ(identity.embedding[1], 1);
        EXPECT_EQ(identity.embedding[9], 0) << "the smaller face of a picture is not used";
        EXPECT_NEAR(identity.embedding_unit[0], faithful ? 0.5 : std::sqrt(0.5), 1e-6);
        EXPECT_EQ(identity.embedding_unit[0], identity.embedding_unit[1]);
    }
}

TEST(AverageSource, NobodyIsNobody) {
    const std::vector<std::vector<Face>> pictures(3);
    EXPECT_EQ(average_source(pictures, false).picture, -1);
    EXPECT_EQ(average_source({}, true).faces_used, 0);
}

}  // namespace
}  // namespace mien
