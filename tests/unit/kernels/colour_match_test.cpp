// SPDX-License-Identifier: Apache-2.0
#include "kernels/colour_match.h"

#include <gtest/gtest.h>

#include "image/buffer.h"

namespace mien::kernels {
namespace {

Picture<std::uint8_t> flat(int edge, std::uint8_t first, std::uint8_t second, std::uint8_t third) {
    Picture<std::uint8_t> out(host_queue(), {edge, edge}, 3);
    for (int y = 0; y < edge; ++y)
        for (int x = 0; x < edge; ++x) {
            out.view().at(x, y, 0) = first;
            out.view().at(x, y, 1) = second;
            out.view().at(x, y, 2) = third;
        }
    return out;
}

TEST(ColourMatch, FlatPicturesTakeTheSourcesColour) {
    const Picture<std::uint8_t> source = flat(48, 200, 20, 90), target = flat(48, 10, 100, 90);
    Picture<std::uint8_t> out(host_queue(), {48, 48}, 3);
    match_colours(host_queue(), source, target, out);
    // Each of the four steps truncates, as the recorded engine does.
    for (int c = 0; c < 3; ++c) EXPECT_NEAR(out.view().at(20, 30, c), source.view().at(20, 30, c), 3);
}

TEST(ColourMatch, DetailsOfTheTargetStayAtCoarseSizes) {
    const Picture<std::uint8_t> source = flat(64, 100, 100, 100);
    Picture<std::uint8_t> target = flat(64, 100, 100, 100), out(host_queue(), {64, 64}, 3);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x) target.view().at(x, y, 1) = static_cast<std::uint8_t>(100 + ((x + y) % 2 ? 20 : -20));
    equalise_colours(host_queue(), source, target, {16, 16}, out);
    EXPECT_EQ(out.view().at(31, 30, 1), 120);
    EXPECT_EQ(out.view().at(30, 30, 1), 80);
}

TEST(ColourMatch, LikenessIsOneForEqualPicturesAndLessForOthers) {
    const Picture<std::uint8_t> red = flat(32, 200, 10, 10), green = flat(32, 10, 200, 10);
    EXPECT_DOUBLE_EQ(colour_likeness(host_queue(), red, red, false), 1);
    EXPECT_LT(colour_likeness(host_queue(), red, green, false), 0.51);
    Picture<std::uint8_t> out(host_queue(), {32, 32}, 3);
    match_colours_if_alike(host_queue(), red, green, false, out);
    EXPECT_NEAR(out.view().at(5, 5, 1), 105, 3);
}

}  // namespace
}  // namespace mien::kernels
