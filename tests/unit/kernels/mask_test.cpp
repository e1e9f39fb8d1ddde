// SPDX-License-Identifier: Apache-2.0
#include "kernels/mask.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "image/buffer.h"
#include "kernels/colour.h"

namespace mien::kernels {
namespace {

Picture<float> filled(Size size, float value) {
    Picture<float> out(host_queue(), size);
    for (int y = 0; y < size.height; ++y) std::fill_n(out.view().row(y), size.width, value);
    return out;
}

TEST(BoxMask, BandsFollowBlurAndPadding) {
    Picture<float> mask(host_queue(), {100, 100});
    box_mask(host_queue(), 0, {10, 20, 30, 5}, mask);  // no blur: one pixel at the least
    const View<float> m = mask;
    for (int y = 0; y < 100; ++y)
        for (int x = 0; x < 100; ++x) ASSERT_EQ(m.at(x, y), x >= 5 && x < 80 && y >= 10 && y < 70 ? 1.0f : 0.0f) << x << ", " << y;
    box_mask(host_queue(), 0, {0, 0, 0, 0}, mask);
    EXPECT_EQ(m.at(0, 50), 0);
    EXPECT_EQ(m.at(1, 1), 1);
    box_mask(host_queue(), 0.3, {0, 0, 0, 0}, mask);  // band 7, sigma 3.75
    EXPECT_NEAR(m.at(50, 50), 1, 1e-5);
    EXPECT_NEAR(m.at(6, 50) + m.at(7, 50), 1, 2e-3);  // the edge lies between them
    EXPECT_EQ(m.at(50, 99), m.at(50, 0));
}

TEST(SoftStep, FeathersInwardsOnly) {
    Picture<float> in = filled({80, 40}, 0), out(host_queue(), {80, 40});
    for (int y = 0; y < 40; ++y) std::fill_n(in.view().row(y) + 40, 40, 3.0f);  // above one is one
    soft_step(host_queue(), in, out);
    for (int x = 0; x < 40; ++x) EXPECT_EQ(out.view().at(x, 20), 0);
    EXPECT_GT(out.view().at(41, 20), 0);
    EXPECT_LT(out.view().at(41, 20), 0.5);
    EXPECT_NEAR(out.view().at(70, 20), 1, 1e-5);
}

TEST(ClassMask, TheFirstOfEqualScoresWins) {
    const std::vector<float> scores{1, 5, 2, /**/ 3, 5, 0, /**/ 3, 1, 4};  // three classes of 3 x 1
    Picture<float> out(host_queue(), {3, 1});
    class_mask(host_queue(), scores.data(), 3, {3, 1}, 1u << 1, out);
    EXPECT_EQ(out.view().at(0, 0), 1);
    EXPECT_EQ(out.view().at(1, 0), 0);
    EXPECT_EQ(out.view().at(2, 0), 0);
    class_mask(host_queue(), scores.data(), 3, {3, 1}, 1u << 0 | 1u << 2, out);
    EXPECT_EQ(out.view().at(0, 0), 0);
    EXPECT_EQ(out.view().at(1, 0), 1);
    EXPECT_EQ(out.view().at(2, 0), 1);
}

TEST(Masks, CombinePixelByPixel) {
    const Picture<float> low = filled({5, 3}, 0.25f), high = filled({5, 3}, 0.5f);
    Picture<float> out(host_queue(), {5, 3});
    minimum(host_queue(), low, high, out);
    EXPECT_EQ(out.view().at(4, 2), 0.25f);
    maximum(host_queue(), low, high, out);
    EXPECT_EQ(out.view().at(4, 2), 0.5f);
    product(host_queue(), low, high, out);
    EXPECT_EQ(out.view().at(4, 2), 0.125f);
    clip(host_queue(), high, 0.0f, 0.375f, out);
    EXPECT_EQ(out.view().at(0, 0), 0.375f);
}

TEST(Hull, OneAndTwoPointsAreDrawn) {
    Picture<float> out(host_queue(), {6, 6});
    fill_hull(host_queue(), std::vector<Point>{{2, 3}}, out);
    EXPECT_EQ(out.view().at(2, 3), 1);
    EXPECT_EQ(out.view().at(3, 3), 0);
    fill_hull(host_queue(), std::vector<Point>{{1, 1}, {4, 4}}, out);
    EXPECT_EQ(out.view().at(3, 3), 1);
    fill_hull(host_queue(), {}, out);
    EXPECT_EQ(out.view().at(3, 3), 0);
}

TEST(GainLinear, OneKeepsEverySampleAndTwoDoublesLight) {
    Picture<std::uint8_t> ramp(host_queue(), {256, 1}, 3), out(host_queue(), {256, 1}, 3);
    for (int x = 0; x < 256; ++x)
        for (int c = 0; c < 3; ++c) ramp.view().at(x, 0, c) = static_cast<std::uint8_t>(x);
    gain_linear<std::uint8_t>(host_queue(), ramp, 8, {1, 2, 0}, out);
    for (int x = 0; x < 256; ++x) {
        EXPECT_EQ(out.view().at(x, 0, 0), x);
        EXPECT_EQ(out.view().at(x, 0, 2), 0);
    }
    EXPECT_EQ(out.view().at(188, 0, 1), 255);  // 188 is half of the light
    EXPECT_EQ(out.view().at(137, 0, 1), 188);  // and 137 a quarter
}

TEST(LabOfFloats, GoesThereAndBack) {
    Picture<float> in(host_queue(), {9, 9}, 3), lab(host_queue(), {9, 9}, 3), out(host_queue(), {9, 9}, 3);
    for (int y = 0; y < 9; ++y)
        for (int x = 0; x < 9; ++x)
            for (int c = 0; c < 3; ++c) in.view().at(x, y, c) = static_cast<float>((x * 3 + y * 5 + c * 4) % 11) / 10;
    to_lab(host_queue(), View<const float>(in), Order::rgb, lab.view());
    from_lab(host_queue(), View<const float>(lab), Order::rgb, out.view());
    for (int y = 0; y < 9; ++y)
        for (int x = 0; x < 27; ++x) EXPECT_NEAR(in.view().row(y)[x], out.view().row(y)[x], 0.02);
    for (int c = 0; c < 3; ++c) in.view().at(0, 0, c) = 1;
    to_lab(host_queue(), View<const float>(in), Order::bgr, lab.view());
    EXPECT_NEAR(lab.view().at(0, 0, 0), 100, 0.01);
    EXPECT_NEAR(lab.view().at(0, 0, 1), 0, 0.02);
}

}  // namespace
}  // namespace mien::kernels
