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

TEST(BenchMeasures, DecibelsWeighWhatTheAreaSays) {
    Picture<float> a(host_queue(), {2, 1}, 3), b(host_queue(), {2, 1}, 3);
    Picture<std::uint8_t> area(host_queue(), {2, 1});
    for (int c = 0; c < 3; ++c) a.view().at(0, 0, c) = a.view().at(1, 0, c) = b.view().at(0, 0, c) = 100, b.view().at(1, 0, c) = 125.5f;
    area.view().at(0, 0) = 0;
    area.view().at(1, 0) = 255;
    EXPECT_NEAR(decibels(a, b, area), 20, 1e-9);
    EXPECT_NEAR(decibels(a, b), 20 + 10 * std::log10(2.0), 1e-9);
}

TEST(BenchMeasures, ColourDistancesAreThoseOfThePublishedPairs) {
    struct Pair {
        std::array<float, 3> first, second;
        double distance;
    };
    const Pair pairs[] = {{{50, 2.6772f, -79.7751f}, {50, 0, -82.7485f}, 2.0425},
                          {{50, -1.3802f, -84.2814f}, {50, 0, -82.7485f}, 1.0},
                          {{50, 2.49f, -0.001f}, {50, -2.49f, 0.0009f}, 7.1792},
                          {{50, 2.5f, 0}, {50, 0, -2.5f}, 4.3065},
                          {{60.2574f, -34.0099f, 36.2677f}, {60.4626f, -34.1751f, 39.4387f}, 1.2644},
                          {{22.7233f, 20.0904f, -46.6940f}, {23.0331f, 14.9730f, -42.5619f}, 2.0373},
                          {{2.0776f, 0.0795f, -1.1350f}, {0.9033f, -0.0636f, -0.5514f}, 0.9082}};
    for (const Pair& pair : pairs) {
        EXPECT_NEAR(delta_e_2000(pair.first, pair.second), pair.distance, 1e-4);
        EXPECT_NEAR(delta_e_2000(pair.second, pair.first), pair.distance, 1e-4);
    }
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
