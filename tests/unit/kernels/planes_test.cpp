// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <random>

#include "image/buffer.h"
#include "kernels/colour.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

template <class T> Frame noise(Format format, Size size, Colour colour, unsigned seed) {
    Frame frame(format, size);
    frame.colour = colour;
    std::mt19937 random(seed);
    for (int i = 0; i < plane_count(format); ++i) {
        const View<T> plane = frame.edit<T>(i);
        for (int y = 0; y < plane.size.height; ++y)
            for (int x = 0; x < plane.size.width * plane.channels; ++x) plane.row(y)[x] = static_cast<T>(random() & ((1u << format.depth) - 1));
    }
    return frame;
}

template <class T> Picture<T> rgb_of(const Frame& frame, Rect region) {
    Picture<T> rgb(host_queue(), region.size(), 3);
    to_rgb<T>(host_queue(), planes_of<T>(frame), region, rgb);
    return rgb;
}

std::array<int, 3> colour_of(const Frame& frame, int x, int y) {
    const Picture<std::uint8_t> rgb = rgb_of<std::uint8_t>(frame, {0, 0, frame.size().width, frame.size().height});
    return {rgb.view().at(x, y, 0), rgb.view().at(x, y, 1), rgb.view().at(x, y, 2)};
}

Frame flat(Layout layout, Colour colour, std::uint8_t y, std::uint8_t u, std::uint8_t v) {
    Frame frame({layout, 8, false}, {34, 18});
    frame.colour = colour;
    const std::array<std::uint8_t, 3> value{y, u, v};
    for (int i = 0; i < 3; ++i) {
        const View<std::uint8_t> plane = frame.edit<std::uint8_t>(i);
        for (int row = 0; row < plane.size.height; ++row) std::fill_n(plane.row(row), plane.size.width, value[static_cast<std::size_t>(i)]);
    }
    return frame;
}

void expect_near(std::array<int, 3> found, std::array<int, 3> wanted) {
    for (std::size_t c = 0; c < 3; ++c) EXPECT_LE(std::abs(found[c] - wanted[c]), 1) << "channel " << c << ": " << found[c] << " instead of " << wanted[c];
}

constexpr std::array yuv_layouts{Layout::yuv420, Layout::yuv422, Layout::yuv444};

TEST(Planes, WhiteBlackAndPrimariesOfBt601) {
    const Colour limited{.matrix = 6};
    for (const Layout layout : yuv_layouts) {
        EXPECT_EQ(colour_of(flat(layout, limited, 235, 128, 128), 20, 9), (std::array{255, 255, 255}));
        EXPECT_EQ(colour_of(flat(layout, limited, 16, 128, 128), 20, 9), (std::array{0, 0, 0}));
        expect_near(colour_of(flat(layout, limited, 81, 90, 240), 20, 9), {255, 0, 0});
        expect_near(colour_of(flat(layout, limited, 145, 54, 34), 20, 9), {0, 255, 0});
        expect_near(colour_of(flat(layout, limited, 41, 240, 110), 20, 9), {0, 0, 255});
    }
}

TEST(Planes, MatrixAndRangeComeFromTheCodes) {
    expect_near(colour_of(flat(Layout::yuv444, {.matrix = 1}, 63, 102, 240), 3, 3), {255, 0, 0});
    expect_near(colour_of(flat(Layout::yuv444, {.matrix = 9}, 74, 97, 240), 3, 3), {255, 0, 0});
    expect_near(colour_of(flat(Layout::yuv444, {.matrix = 5, .full_range = true}, 76, 85, 255), 3, 3), {254, 0, 0});
    EXPECT_EQ(colour_of(flat(Layout::yuv420, {.full_range = true}, 255, 128, 128), 3, 3), (std::array{255, 255, 255}));
    // Unspecified: low pictures are BT.601.
    EXPECT_EQ(colour_of(flat(Layout::yuv444, {}, 81, 90, 240), 3, 3), colour_of(flat(Layout::yuv444, {.matrix = 6}, 81, 90, 240), 3, 3));
}

TEST(Planes, ChromaIsInterpolatedAtItsSite) {
    // A vertical edge in V between chroma columns 4 and 5: halfway at pixel 9 for the left site, and symmetric around 9.5 for the centre.
    for (const auto& [siting, wanted] : {std::pair{1, std::array{0, 50, 100, 100}}, std::pair{2, std::array{0, 25, 75, 100}}}) {
        Frame frame = flat(Layout::yuv422, {.matrix = 6, .siting = static_cast<std::uint8_t>(siting), .full_range = true}, 100, 128, 128);
        for (int y = 0; y < 18; ++y) std::fill_n(frame.edit<std::uint8_t>(2).row(y) + 5, 12, std::uint8_t{128 + 64});
        const double step = 1.402 * 64;
        for (int i = 0; i < 4; ++i)
            EXPECT_NEAR(colour_of(frame, 8 + i, 5)[0], 100 + step * wanted[static_cast<std::size_t>(i)] / 100.0, 0.51) << "siting " << siting << " pixel " << 8 + i;
    }
}

TEST(Planes, FullChromaSurvivesTheRoundTripWithinOneLevel) {
    for (const int matrix : {1, 6, 9})
        for (const bool full : {false, true}) {
            const Frame start = noise<std::uint8_t>({Layout::rgb, 8, false}, {64, 48}, {}, 3);
            Frame film({Layout::yuv444, 8, false}, {64, 48});
            film.colour = {.matrix = static_cast<std::uint8_t>(matrix), .full_range = full};
            const Rect whole{0, 0, 64, 48};
            from_rgb<std::uint8_t>(host_queue(), start.plane<std::uint8_t>(0), whole, edit_planes<std::uint8_t>(film));
            Frame again = film;
            const Picture<std::uint8_t> rgb = rgb_of<std::uint8_t>(film, whole);
            from_rgb<std::uint8_t>(host_queue(), rgb, whole, edit_planes<std::uint8_t>(again));
            for (int i = 0; i < 3; ++i)
                for (int y = 0; y < 48; ++y)
                    for (int x = 0; x < 64; ++x) ASSERT_LE(std::abs(film.plane<std::uint8_t>(i).at(x, y) - again.plane<std::uint8_t>(i).at(x, y)), 1) << matrix << full << i;
        }
}

TEST(Planes, TenBitsSurviveTheRoundTrip) {
    const Frame start = noise<std::uint16_t>({Layout::rgb, 10, false}, {33, 21}, {}, 4);
    Frame film({Layout::yuv444, 10, false}, {33, 21});
    film.colour = {.matrix = 9};
    const Rect whole{0, 0, 33, 21};
    from_rgb<std::uint16_t>(host_queue(), start.plane<std::uint16_t>(0), whole, edit_planes<std::uint16_t>(film));
    const Picture<std::uint16_t> rgb = rgb_of<std::uint16_t>(film, whole);
    for (int y = 0; y < 21; ++y)
        for (int x = 0; x < 99; ++x) ASSERT_LE(std::abs(rgb.view().row(y)[x] - start.plane<std::uint16_t>(0).row(y)[x]), 3);
}

TEST(Planes, WritingARegionLeavesTheRestAlone) {
    for (const Layout layout : yuv_layouts) {
        const Frame before = noise<std::uint8_t>({layout, 8, true}, {65, 47}, {}, 5);
        Frame after = before;
        const Rect region{22, 10, 43, 20};
        const Frame paint = noise<std::uint8_t>({Layout::rgb, 8, false}, region.size(), {}, 6);
        from_rgb<std::uint8_t>(host_queue(), paint.plane<std::uint8_t>(0), region, edit_planes<std::uint8_t>(after));
        for (int i = 0; i < 4; ++i) {
            const Size size = plane_size(before.format(), before.size(), i);
            const int across = size.width < 65 ? 2 : 1, down = size.height < 47 ? 2 : 1;
            bool changed = false;
            for (int y = 0; y < size.height; ++y)
                for (int x = 0; x < size.width; ++x) {
                    const bool inside = x * across >= region.x && x * across < region.x + region.width && y * down >= region.y && y * down < region.y + region.height;
                    const bool same = before.plane<std::uint8_t>(i).at(x, y) == after.plane<std::uint8_t>(i).at(x, y);
                    changed |= !same;
                    ASSERT_TRUE(same || (inside && i < 3)) << "plane " << i << " at " << x << ", " << y;
                }
            EXPECT_EQ(changed, i < 3);
        }
    }
}

TEST(Planes, TunedRowsGiveThePlainBytes) {
    std::mt19937 random(7);
    const auto draw = [&random](int low, int high) { return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1)); };
    for (int round = 0; round < 300; ++round) {
        const Format format{yuv_layouts[static_cast<std::size_t>(round % 3)], 8, false};
        const Size size{draw(1, 90), draw(1, 40)};
        const Colour colour{.matrix = static_cast<std::uint8_t>(draw(0, 10)), .siting = static_cast<std::uint8_t>(draw(0, 6)), .full_range = draw(0, 1) == 1};
        const Frame film = noise<std::uint8_t>(format, size, colour, static_cast<unsigned>(round));
        Rect region{draw(0, size.width - 1), draw(0, size.height - 1), 0, 0};
        region.width = draw(1, size.width - region.x);
        region.height = draw(1, size.height - region.y);
        const Picture<std::uint8_t> tuned = rgb_of<std::uint8_t>(film, region);
        Picture<std::uint8_t> plain;
        {
            const PlainBodies only;
            plain = rgb_of<std::uint8_t>(film, region);
        }
        for (int y = 0; y < region.height; ++y) ASSERT_TRUE(std::equal(tuned.view().row(y), tuned.view().row(y) + 3 * region.width, plain.view().row(y))) << round;

        region = align_to_chroma(format, size, region);
        const Frame paint = noise<std::uint8_t>({Layout::rgb, 8, false}, region.size(), {}, static_cast<unsigned>(round + 1000));
        Frame first = film, second = film;
        from_rgb<std::uint8_t>(host_queue(), paint.plane<std::uint8_t>(0), region, edit_planes<std::uint8_t>(first));
        const PlainBodies only;
        from_rgb<std::uint8_t>(host_queue(), paint.plane<std::uint8_t>(0), region, edit_planes<std::uint8_t>(second));
        ASSERT_EQ(digest(first), digest(second)) << round << ' ' << name_of(format) << ' ' << size.width << 'x' << size.height;
    }
}

TEST(Planes, OtherLayoutsAreCopied) {
    for (const Layout layout : {Layout::rgb, Layout::rgba, Layout::gbr, Layout::gray}) {
        const Frame film = noise<std::uint16_t>({layout, 12, layout == Layout::rgba}, {19, 7}, {}, 8);
        const Picture<std::uint16_t> rgb = rgb_of<std::uint16_t>(film, {2, 1, 17, 6});
        Frame again = film;
        from_rgb<std::uint16_t>(host_queue(), rgb, {2, 1, 17, 6}, edit_planes<std::uint16_t>(again));
        EXPECT_EQ(digest(film), digest(again)) << name_of(film.format());
    }
    const Frame film = noise<std::uint8_t>({Layout::gbr, 8, false}, {3, 3}, {}, 9);
    EXPECT_EQ(colour_of(film, 1, 2)[0], film.plane<std::uint8_t>(2).at(1, 2));
    EXPECT_EQ(colour_of(film, 1, 2)[1], film.plane<std::uint8_t>(0).at(1, 2));
}

TEST(Planes, RegionsGrowToWholeChromaSamples) {
    const Size size{65, 47};
    EXPECT_EQ(align_to_chroma({Layout::yuv420, 8, false}, size, {3, 5, 4, 4}), (Rect{2, 4, 6, 6}));
    EXPECT_EQ(align_to_chroma({Layout::yuv422, 8, false}, size, {3, 5, 4, 4}), (Rect{2, 5, 6, 4}));
    EXPECT_EQ(align_to_chroma({Layout::yuv444, 8, false}, size, {3, 5, 4, 4}), (Rect{3, 5, 4, 4}));
    EXPECT_EQ(align_to_chroma({Layout::yuv420, 8, false}, size, {60, 40, 50, 50}), (Rect{60, 40, 5, 7}));
}

}  // namespace
}  // namespace mien::kernels
