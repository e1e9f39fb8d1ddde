// SPDX-License-Identifier: Apache-2.0
#include "models/decode.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.h"

namespace mien {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Outputs of a detector of 32 px: levels of 4, 2 and 1 cells an edge.
struct Levels {
    std::vector<std::vector<float>> memory;
    std::vector<std::span<const float>> spans() const { return {memory.begin(), memory.end()}; }
};
Levels empty_scrfd() {
    Levels levels;
    for (const std::size_t width : {1U, 4U, 10U}) {
        for (const std::size_t anchors : {32U, 8U, 2U}) levels.memory.emplace_back(anchors * width);
    }
    return levels;
}

TEST(DecodeScrfd, MeasuresFromTheAnchor) {
    Levels levels = empty_scrfd();
    // Level 1 (stride 16), cell (1, 0), second anchor: number 3.
    levels.memory[1][3] = 0.5F;
    levels.memory[4][12] = 0.25F;
    levels.memory[4][13] = -0.5F;
    levels.memory[4][14] = 1;
    levels.memory[4][15] = 2;
    levels.memory[7][32] = 1;
    levels.memory[7][33] = 3;
    Candidates found;
    append_scrfd(levels.spans(), {.input = {32, 32}, .threshold = 0.5, .ratio_x = 2, .ratio_y = 3}, found);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.boxes[0], (Box{{(16 - 4) * 2.0, 8 * 3.0}, {32 * 2.0, 32 * 3.0}}));
    EXPECT_EQ(found.scores[0], 0.5);
    EXPECT_EQ(found.points[0][1], (Point{(16 + 16) * 2.0, 48 * 3.0}));
    EXPECT_EQ(found.points[0][0], (Point{32, 0}));
}

TEST(DecodeScrfd, CountsTheCellsOfAPictureThatIsNoSquare) {
    Levels levels;
    for (const std::size_t width : {1U, 4U, 10U}) {
        for (const std::size_t anchors : {64U, 16U, 4U}) levels.memory.emplace_back(anchors * width);
    }
    levels.memory[0][2 * (8 * 3 + 5)] = 0.75F;  // stride 8, eight cells a row: row 3, column 5
    Candidates found;
    append_scrfd(levels.spans(), {.input = {64, 32}}, found);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.boxes[0].low, (Point{40, 24}));
    found.clear();
    EXPECT_THROW(append_scrfd(levels.spans(), {.input = {64, 64}}, found), Error);
}

TEST(DecodeScrfd, DropsALoneFirstAnchorOnlyWhenAsked) {
    Levels levels = empty_scrfd();
    levels.memory[0][0] = 0.9F;
    Candidates found;
    append_scrfd(levels.spans(), {.input = {32, 32}}, found);
    EXPECT_EQ(found.size(), 1U);
    found.clear();
    append_scrfd(levels.spans(), {.input = {32, 32}, .drop_lone_first = true}, found);
    EXPECT_EQ(found.size(), 0U);
    levels.memory[0][5] = 0.6F;
    append_scrfd(levels.spans(), {.input = {32, 32}, .drop_lone_first = true}, found);
    EXPECT_EQ(found.size(), 2U);
}

TEST(DecodeScrfd, LeavesOutWhatIsNoNumberAndCountsIt) {
    Levels levels = empty_scrfd();
    levels.memory[0][1] = nan;
    levels.memory[0][2] = 0.9F;
    levels.memory[3][8] = std::numeric_limits<float>::infinity();
    levels.memory[0][3] = 0.9F;
    Candidates found;
    append_scrfd(levels.spans(), {.input = {32, 32}}, found);
    EXPECT_EQ(found.size(), 1U);
    EXPECT_EQ(found.non_finite, 2);
}

TEST(DecodeScrfd, RefusesShortOutputs) {
    Levels levels = empty_scrfd();
    levels.memory[8].pop_back();
    Candidates found;
    EXPECT_THROW(append_scrfd(levels.spans(), {.input = {32, 32}}, found), Error);
    levels.memory.resize(5);
    EXPECT_THROW(append_scrfd(levels.spans(), {.input = {32, 32}}, found), Error);
}

TEST(DecodeYolo, KeepsOnlyScoresAboveTheThreshold) {
    constexpr std::size_t anchors = 16 + 4 + 1;
    std::vector<float> output(20 * anchors);
    const auto set = [&](std::size_t row, std::size_t anchor, float value) { output[row * anchors + anchor] = value; };
    set(4, 3, 0.5F);
    set(4, 20, 0.75F);
    set(0, 20, 10);
    set(1, 20, 12);
    set(2, 20, 4);
    set(3, 20, 6);
    set(8, 20, 7);
    set(9, 20, 9);
    Candidates found;
    append_yolo(output, {.input = {32, 32}, .threshold = 0.5, .ratio_x = 0.5}, found);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.boxes[0], (Box{{4, 9}, {6, 15}}));
    EXPECT_EQ(found.points[0][1], (Point{3.5, 9}));
}

TEST(DecodeYunet, MultipliesClassAndObject) {
    Levels levels;
    for (const std::size_t width : {1U, 1U, 4U, 10U}) {
        for (const std::size_t anchors : {16U, 4U, 1U}) levels.memory.emplace_back(anchors * width);
    }
    levels.memory[0][5] = 0.8F;  // cell (1, 1) of stride 8
    levels.memory[3][5] = 0.75F;
    levels.memory[6][20] = 0.5F;
    levels.memory[6][22] = std::log(2.0F);
    Candidates found;
    append_yunet(levels.spans(), {.input = {32, 32}, .threshold = 0.5}, found);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found.scores[0], 0.6, 1e-7);
    EXPECT_NEAR(found.boxes[0].low.x, 12 - 8, 1e-5);
    EXPECT_NEAR(found.boxes[0].high.x, 12 + 8, 1e-5);
    EXPECT_NEAR(found.boxes[0].low.y, 8 - 4, 1e-5);
    EXPECT_EQ(found.points[0][0], (Point{8, 8}));
}

TEST(DecodeLandmarks, ReadsPointsAndHowSureTheyAre) {
    std::vector<float> landmarks(68 * 3, 16.0F), heatmaps(68 * 64 * 64, -1.0F);
    for (std::size_t i = 0; i < 68; ++i) heatmaps[i * 4096 + i] = 0.45F;
    const ScoredPoints found = read_heatmap(landmarks, heatmaps);
    EXPECT_EQ(found.points[67], (Point{64, 64}));
    EXPECT_NEAR(found.score, 0.5, 1e-6);
    EXPECT_EQ(read_points_scored(landmarks).score, 1.0);
    for (std::size_t i = 0; i < 68; ++i) landmarks[3 * i + 2] = 0.475F;
    EXPECT_NEAR(read_points_scored(landmarks).score, 0.5, 1e-6);
    heatmaps[5000] = nan;
    EXPECT_TRUE(std::isnan(read_heatmap(landmarks, heatmaps).score));
    EXPECT_THROW(read_heatmap(std::span(landmarks).first(200), heatmaps), Error);
    EXPECT_EQ(read_points(landmarks)[1], (Point{static_cast<double>(landmarks[2]), 16}));
}

TEST(DecodeEmbedding, HasLengthOne) {
    const std::vector<float> raw{3, 0, -4};
    std::vector<float> unit(3);
    normalise_embedding(raw, unit);
    EXPECT_EQ(unit, (std::vector<float>{0.6F, 0, -0.8F}));
    normalise_embedding(std::vector<float>(3), unit);
    EXPECT_EQ(unit, (std::vector<float>{0, 0, 0}));
}

TEST(DecodeFairface, ReadsBothWidths) {
    std::int64_t race = 3, gender = 1;
    std::int32_t age = 4;
    std::vector<Tensor> outputs{{&race, Element::i64, {1}}, {&gender, Element::i64, {1}}, {&age, Element::i32, {1}}};
    const FairfaceClasses classes = read_fairface(outputs);
    EXPECT_EQ(classes.race, 3);
    EXPECT_EQ(classes.gender, 1);
    EXPECT_EQ(classes.age, 4);
    outputs[2].element = Element::f32;
    EXPECT_THROW(read_fairface(outputs), Error);
}

TEST(DecodeGate, FlagsAboveTheRowsLimitAndWhatIsNoNumber) {
    std::vector<float> detection(6 * 10, 0.9F);
    for (std::size_t i = 40; i < 60; ++i) detection[i] = 0.1F;
    EXPECT_FLOAT_EQ(static_cast<float>(read_gate_score(Decode::scores_detection, detection, 6)), 0.1F);
    EXPECT_FALSE(is_flagged(Decode::scores_detection, read_gate_score(Decode::scores_detection, detection, 6)));
    detection[59] = 0.21F;
    EXPECT_TRUE(is_flagged(Decode::scores_detection, read_gate_score(Decode::scores_detection, detection, 6)));
    detection[41] = nan;
    EXPECT_TRUE(is_flagged(Decode::scores_detection, read_gate_score(Decode::scores_detection, detection, 6)));
    EXPECT_FALSE(is_flagged(Decode::scores_pair, read_gate_score(Decode::scores_pair, std::vector<float>{1.25F, 1})));
    EXPECT_TRUE(is_flagged(Decode::scores_pair, read_gate_score(Decode::scores_pair, std::vector<float>{1.5F, 1})));
    EXPECT_EQ(read_gate_score(Decode::scores_four, std::vector<float>{1, 2, 10, 5}), 12);
    EXPECT_THROW(read_gate_score(Decode::scores_four, std::vector<float>(3)), Error);
    EXPECT_THROW(read_gate_score(Decode::scores_detection, detection, 7), Error);
}

TEST(DecodeMean, KeepsSmallAddendsThatARunningSumLoses) {
    std::vector<float> values(64, 1.0F);
    values[0] = 16777216;  // 2^24: adding 1 to it changes nothing
    double running = 0;
    float naive = 0;
    for (const float value : values) {
        running += value;
        naive += value;
    }
    EXPECT_EQ(naive, 16777216);
    EXPECT_NEAR(static_cast<double>(mean_in_reference_order(values.data(), values.size())) * 64, running, 8);
    EXPECT_EQ(mean_in_reference_order(values.data(), 0), 0);
    EXPECT_EQ(mean_in_reference_order(values.data() + 1, 3, 2), 1);
}

}  // namespace
}  // namespace mien
