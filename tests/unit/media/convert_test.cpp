// SPDX-License-Identifier: Apache-2.0
#include "media/convert.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mien {
namespace {

// Samples that a small generator makes, inside the depth.
Frame noise(const Format& format, Size size, std::uint32_t seed) {
    Frame frame(format, size);
    for (int plane = 0; plane < plane_count(format); ++plane) {
        const Size extent = plane_size(format, size, plane);
        for (int y = 0; y < extent.height; ++y)
            for (int x = 0; x < extent.width * (plane == 0 ? channel_count(format) : 1); ++x) {
                seed = seed * 1664525U + 1013904223U;
                const std::uint32_t value = seed >> 8 & ((1U << format.depth) - 1);
                if (sample_bytes(format) == 1)
                    frame.edit<std::uint8_t>(plane).row(y)[x] = static_cast<std::uint8_t>(value);
                else
                    frame.edit<std::uint16_t>(plane).row(y)[x] = static_cast<std::uint16_t>(value);
            }
    }
    frame.colour = {1, 1, 1, 1, false};
    frame.number = 7;
    frame.time = {42, {1, 25}};
    return frame;
}

TEST(Convert, RepackingAndWideningAreUndoneExactly) {
    const std::pair<Format, Format> cases[] = {
        {{Layout::rgb, 8, false}, {Layout::gbr, 8, false}},     {{Layout::rgba, 8, false}, {Layout::gbr, 8, true}},       {{Layout::rgb, 16, false}, {Layout::gbr, 16, false}},
        {{Layout::gbr, 8, false}, {Layout::gbr, 10, false}},    {{Layout::yuv420, 8, false}, {Layout::yuv420, 10, false}}, {{Layout::yuv444, 10, true}, {Layout::yuv444, 16, true}},
    };
    for (const auto& [from, to] : cases)
        for (const Size size : {Size{7, 5}, Size{1, 1}, Size{16, 3}}) {
            const Frame frame = noise(from, size, 3);
            const Frame back = convert(convert(frame, to), from);
            EXPECT_EQ(digest(back), digest(frame)) << name_of(from) << " " << name_of(to);
            EXPECT_EQ(back.number, 7);
            EXPECT_EQ(back.time.ticks, 42);
        }
}

TEST(Convert, FlatPicturesSurviveEveryChroma) {
    const Layout layouts[] = {Layout::yuv420, Layout::yuv422, Layout::yuv444};
    for (const Layout from : layouts)
        for (const Layout to : layouts) {
            Frame frame({from, 8, false}, {9, 7});
            const int values[] = {90, 160, 70};
            for (int plane = 0; plane < 3; ++plane)
                for (int y = 0; y < plane_size(frame.format(), frame.size(), plane).height; ++y)
                    std::fill_n(frame.edit<std::uint8_t>(plane).row(y), plane_size(frame.format(), frame.size(), plane).width, static_cast<std::uint8_t>(values[plane]));
            const Frame other = convert(frame, {to, 8, false});
            for (int plane = 0; plane < 3; ++plane) {
                const View<const std::uint8_t> view = other.plane<std::uint8_t>(plane);
                for (int y = 0; y < view.size.height; ++y)
                    for (int x = 0; x < view.size.width; ++x) EXPECT_EQ(view.at(x, y), values[plane]);
            }
        }
}

TEST(Convert, ColoursFollowTheMatrix) {
    Frame frame({Layout::rgb, 8, false}, {1, 1});
    const std::uint8_t red[] = {255, 0, 0};
    std::copy_n(red, 3, frame.edit<std::uint8_t>(0).data);
    const Frame yuv = convert(frame, {Layout::yuv444, 8, false});
    // BT.709 in limited range: Y = 16 + 219 * 0.2126, Cb = 128 - 224 * 0.2126 / 1.8556, Cr = 128 + 112.
    EXPECT_EQ(*yuv.plane<std::uint8_t>(0).data, 63);
    EXPECT_EQ(*yuv.plane<std::uint8_t>(1).data, 102);
    EXPECT_EQ(*yuv.plane<std::uint8_t>(2).data, 240);
    EXPECT_EQ(yuv.colour.matrix, 1);
    EXPECT_FALSE(yuv.colour.full_range);
    const Frame back = convert(yuv, {Layout::rgb, 8, false});
    for (int channel = 0; channel < 3; ++channel) EXPECT_NEAR(back.plane<std::uint8_t>(0).data[channel], red[channel], 2);
}

TEST(Convert, CostPrefersTheNearest) {
    const Format film{Layout::yuv420, 10, false};
    EXPECT_EQ(conversion_cost(film, film), 0);
    EXPECT_LT(conversion_cost(film, {Layout::yuv422, 10, false}), conversion_cost(film, {Layout::yuv420, 8, false}));
    EXPECT_LT(conversion_cost(film, {Layout::yuv444, 10, false}), conversion_cost(film, {Layout::gbr, 10, false}));
    EXPECT_LT(conversion_cost(film, {Layout::yuv420, 10, true}), 0);
    EXPECT_LT(conversion_cost(film, {Layout::gray, 10, false}), 0);
    EXPECT_GT(conversion_cost({Layout::yuv444, 8, false}, {Layout::yuv420, 8, false}), conversion_cost({Layout::yuv444, 8, false}, {Layout::yuv444, 10, false}));
}
}  // namespace
}  // namespace mien
