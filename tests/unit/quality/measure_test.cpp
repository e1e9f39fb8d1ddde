// SPDX-License-Identifier: Apache-2.0
#include "quality/measure.h"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <vector>

#include "image/buffer.h"

namespace mien::quality {
namespace {

Picture<std::uint8_t> plain(Size size, std::uint8_t value) {
    Picture<std::uint8_t> picture(host_queue(), size, 3);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < 3 * size.width; ++x) picture.view().row(y)[x] = value;
    return picture;
}

TEST(Psnr, IsTenTimesTheLogarithmOfTheMeanSquare) {
    const Picture<std::uint8_t> grey = plain({7, 5}, 100), lighter = plain({7, 5}, 110);
    EXPECT_NEAR(psnr(grey.view(), lighter.view()), 10 * std::log10(255.0 * 255.0 / 100.0), 1e-12);
    EXPECT_EQ(psnr(grey.view(), lighter.view()), psnr(lighter.view(), grey.view()));
    EXPECT_NEAR(psnr(plain({3, 3}, 0).view(), plain({3, 3}, 255).view()), 0, 1e-12);
}

TEST(Psnr, OfEqualPicturesIsHundredAndNeverMore) {
    const Picture<std::uint8_t> grey = plain({64, 64}, 100);
    EXPECT_EQ(psnr(grey.view(), grey.view()), 100);
    const Picture<std::uint8_t> almost = plain({64, 64}, 100);
    almost.view().at(5, 5, 1) = 101;
    EXPECT_LT(psnr(grey.view(), almost.view()), 100);
    EXPECT_GT(psnr(grey.view(), almost.view()), 80);
    EXPECT_TRUE(std::isnan(psnr(grey.view().part({0, 0, 0, 0}), grey.view().part({0, 0, 0, 0}))));
}

TEST(Psnr, CountsThePartOnly) {
    const Picture<std::uint8_t> first = plain({8, 8}, 10), second = plain({8, 8}, 10);
    second.view().at(7, 7, 0) = 200;
    EXPECT_EQ(psnr(first.view().part({0, 0, 7, 8}), second.view().part({0, 0, 7, 8})), 100);
    EXPECT_LT(psnr(first.view().part({6, 6, 2, 2}), second.view().part({6, 6, 2, 2})), 20);
}

TEST(Jitter, ShiftAndDriftFallOut) {
    const std::vector<Point> before{{1, 2}, {3, 4}}, now{{2, 4}, {4, 6}}, after{{3, 6}, {5, 8}};
    EXPECT_EQ(jitter(before, now, after, 10), 0);
    EXPECT_EQ(jitter(now, now, now, 10), 0);
}

TEST(Jitter, IsTheRootMeanSquareOfTheSecondDifference) {
    // One point of two jumps by 3 and 4 pixels and back: its second difference is twice (3, 4), 10 long.
    const std::vector<Point> still{{0, 0}, {8, 8}}, jumped{{3, 4}, {8, 8}};
    EXPECT_NEAR(jitter(still, jumped, still, 1), std::sqrt(100.0 / 2), 1e-12);
    EXPECT_NEAR(jitter(still, jumped, still, 50), std::sqrt(100.0 / 2) / 50, 1e-12);
    EXPECT_TRUE(std::isnan(jitter({}, {}, {}, 1)));
    EXPECT_TRUE(std::isnan(jitter(still, still, still, 0)));
    EXPECT_TRUE(std::isnan(jitter(still, still, still, unknown)));
}

TEST(Summary, LeavesOutWhatIsUnknown) {
    const std::array<double, 6> values{4, unknown, 1, 3, unknown, 2};
    const Summary summary = summarise(values);
    EXPECT_EQ(summary.count, 4u);
    EXPECT_EQ(summary.mean, 2.5);
    EXPECT_EQ(summary.median, 2);
    EXPECT_EQ(summary.least, 1);
    EXPECT_EQ(summary.most, 4);
    EXPECT_EQ(summary.low, 1);
    EXPECT_EQ(summary.high, 4);
}

TEST(Summary, SharesAreByTheNearestRank) {
    std::vector<double> values;
    for (int i = 100; i >= 1; --i) values.push_back(i);
    const Summary summary = summarise(values);
    EXPECT_EQ(summary.low, 5);
    EXPECT_EQ(summary.median, 50);
    EXPECT_EQ(summary.high, 95);
}

TEST(Summary, OfNothingIsUnknown) {
    const std::array<double, 1> none{unknown};
    EXPECT_EQ(summarise({}).count, 0u);
    EXPECT_TRUE(std::isnan(summarise(none).mean));
}

TEST(Psnr, WeighsWhatTheAreaSays) {
    Picture<float> a(host_queue(), {2, 1}, 3), b(host_queue(), {2, 1}, 3);
    Picture<std::uint8_t> area(host_queue(), {2, 1});
    for (int c = 0; c < 3; ++c) a.view().at(0, 0, c) = a.view().at(1, 0, c) = b.view().at(0, 0, c) = 100, b.view().at(1, 0, c) = 125.5f;
    area.view().at(0, 0) = 0;
    area.view().at(1, 0) = 255;
    EXPECT_NEAR(psnr(a, b, area), 20, 1e-9);
    EXPECT_NEAR(psnr(a, b), 20 + 10 * std::log10(2.0), 1e-9);
}

TEST(DeltaE2000, ColourDistancesAreThoseOfThePublishedPairs) {
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

}  // namespace
}  // namespace mien::quality
