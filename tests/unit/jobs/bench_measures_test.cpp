// SPDX-License-Identifier: Apache-2.0
#include "jobs/bench_measures.h"

#include <gtest/gtest.h>

#include <cmath>

#include "image/buffer.h"
#include "synth/shot.h"

namespace mien::bench {
namespace {

Box box(double x, double y, double size) { return {{x, y}, {x + size, y + size}}; }

TEST(BenchMeasures, ADetectionTakesOneFaceAndNoneThatIsTaken) {
    const std::vector<Box> wanted{box(0, 0, 100), box(200, 0, 100)}, ignored{box(400, 0, 100)};
    const std::vector<Box> found{box(0, 10, 100), box(5, 0, 100), box(400, 20, 100), box(200, 60, 100)};
    const std::vector<double> scores{0.9, 0.8, 0.7, 0.6};
    const std::vector<Mark> marks = match(found, scores, wanted, ignored);
    ASSERT_EQ(marks.size(), 3u);  // the third lies on a face that does not count
    EXPECT_TRUE(marks[0].hit);
    EXPECT_FALSE(marks[1].hit);  // the same face a second time
    EXPECT_FALSE(marks[2].hit);  // 40 of 160 pixels of height are shared
}

TEST(BenchMeasures, PrecisionIsAveragedOverRecall) {
    EXPECT_DOUBLE_EQ(average_precision({{0.9, true}, {0.8, true}}, 2), 1);
    EXPECT_DOUBLE_EQ(average_precision({{0.9, true}, {0.8, false}, {0.7, true}}, 2), 0.5 + 0.5 * 2 / 3);
    EXPECT_DOUBLE_EQ(average_precision({{0.9, true}}, 4), 0.25);
    EXPECT_DOUBLE_EQ(average_precision({}, 4), 0);
}

TEST(BenchMeasures, AcceptanceIsTakenWhereTheWrongOnesPassSoOften) {
    std::vector<float> wrong(1000);
    for (std::size_t i = 0; i < wrong.size(); ++i) wrong[i] = static_cast<float>(i) / 1000;
    const std::vector<float> right{0.5f, 0.9f, 0.9985f, 1};
    const Acceptance one = accepted_at(right, wrong, 1e-3), tenth = accepted_at(right, wrong, 0.2);
    EXPECT_DOUBLE_EQ(one.accepted, 0.5);
    EXPECT_FLOAT_EQ(static_cast<float>(one.threshold), 0.998f);
    EXPECT_DOUBLE_EQ(tenth.accepted, 0.75);
    EXPECT_DOUBLE_EQ(area_under_curve({1, 2}, {0, 1}), 0.875);
}

TEST(BenchMeasures, PoseAndExpressionAreToldApart) {
    std::array<synth::Vec3, 68> known;
    for (std::size_t i = 0; i < 68; ++i) {
        const auto t = static_cast<float>(i);
        known[i] = {40 * std::sin(t), 50 * std::cos(1.7f * t), 20 * std::sin(0.6f * t + 1)};
    }
    const auto seen_from = [&](float degrees) {
        Points68 seen;
        const synth::Mat3 turn = synth::rotation(0, degrees, 0);
        for (std::size_t i = 0; i < 68; ++i) {
            const synth::Vec3 at = turn * known[i];
            seen[i] = {100 + 2.0 * static_cast<double>(at.x), 80 - 2.0 * static_cast<double>(at.y)};
        }
        return seen;
    };
    const PoseOfPoints front = pose_of_points(seen_from(0), known), turned = pose_of_points(seen_from(12), known);
    EXPECT_NEAR(angle_between(front, turned), 12, 0.05);
    EXPECT_NEAR(expression_error(turned, front, 100), 0, 1e-4);  // a turn is no expression
    Points68 smile = seen_from(0);
    for (std::size_t i = 48; i < 68; ++i) smile[i].y += i % 2 == 0 ? 5 : -5;
    const PoseOfPoints smiling = pose_of_points(smile, known);
    EXPECT_GT(expression_error(smiling, front, 100), 0.015);
    EXPECT_LT(angle_between(smiling, front), 4);
}

}  // namespace
}  // namespace mien::bench
