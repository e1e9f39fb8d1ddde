// Kernels that promise OpenCV's bytes, against CRC-32s of what OpenCV 4.13.0 made of the same made-up pictures.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "base/digest.h"
#include "image/buffer.h"
#include "kernels/blend.h"
#include "kernels/colour.h"
#include "kernels/mask.h"

namespace mien::kernels {
namespace {

using u8 = std::uint8_t;
constexpr Size size{67, 45};
constexpr std::array<u8, 3> paint{200, 100, 50};

/// Bytes from a linear congruential generator (Numerical Recipes' constants), row after row.
Picture<u8> noise(Size extent, int channels, std::uint32_t state) {
    Picture<u8> out(host_queue(), extent, channels);
    for (int y = 0; y < extent.height; ++y)
        for (int x = 0; x < extent.width * channels; ++x) {
            state = state * 1664525u + 1013904223u;
            out.view().row(y)[x] = static_cast<u8>(state >> 24);
        }
    return out;
}
Picture<float> floats(const Picture<u8>& in, float divisor) {
    Picture<float> out(host_queue(), in.size(), in.view().channels);
    for (int y = 0; y < in.size().height; ++y) std::transform(in.view().row(y), in.view().row(y) + in.size().width * in.view().channels, out.view().row(y), [&](u8 v) { return static_cast<float>(v) / divisor; });
    return out;
}
template <class T> std::uint32_t sum_of(const Picture<T>& picture) {
    std::uint32_t sum = 0;
    const View<T> view = picture.view();
    for (int y = 0; y < view.size.height; ++y) sum = crc32(std::as_bytes(std::span(view.row(y), static_cast<std::size_t>(view.size.width * view.channels))), sum);
    return sum;
}
template <class T = u8, class Fill> std::uint32_t sum_after(int channels, const Fill& fill) {
    Picture<T> out(host_queue(), size, channels);
    fill(out.view());
    return sum_of(out);
}
std::uint32_t sum_drawn(const std::function<void(View<u8>)>& draw) {
    const Picture<u8> picture = noise(size, 3, 1);
    draw(picture.view());
    return sum_of(picture);
}

TEST(Recorded, GaussianOfBytes) {
    const Picture<u8> in = noise(size, 3, 1);
    EXPECT_EQ(sum_after(3, [&](View<u8> out) { gaussian<u8>(host_queue(), in, 2, out); }), 0x6da5499du);
    EXPECT_EQ(sum_after(3, [&](View<u8> out) { gaussian<u8>(host_queue(), in, 4.75, out); }), 0x710ef303u);
}

TEST(Recorded, ColourSpacesOfBytes) {
    const Picture<u8> in = noise(size, 3, 1);
    const View<const u8> view = in;
    EXPECT_EQ(sum_after(3, [&](View<u8> out) { to_lab(host_queue(), view, Order::rgb, out); }), 0x79cc545fu);
    EXPECT_EQ(sum_after(3, [&](View<u8> out) { to_lab(host_queue(), view, Order::bgr, out); }), 0x2a3c326eu);
    EXPECT_EQ(sum_after(3, [&](View<u8> out) { from_lab(host_queue(), view, Order::rgb, out); }), 0x69229577u);
    EXPECT_EQ(sum_after(3, [&](View<u8> out) { to_hsv(host_queue(), view, Order::rgb, out); }), 0x8309a42fu);
    EXPECT_EQ(sum_after(1, [&](View<u8> out) { to_gray(host_queue(), view, Order::bgr, out); }), 0x22315838u);
}

TEST(Recorded, Clahe) {
    const Picture<u8> in = noise(size, 1, 3);
    EXPECT_EQ(sum_after(1, [&](View<u8> out) { clahe(host_queue(), in, 2.0, {8, 8}, out); }), 0x2ca3b9c6u);
}

TEST(Recorded, ErosionDilationAndHull) {
    const Picture<float> in = floats(noise(size, 1, 3), 255);
    EXPECT_EQ(sum_after<float>(1, [&](View<float> out) { erode(host_queue(), in, 2, out); }), 0xb7ba57e1u);
    EXPECT_EQ(sum_after<float>(1, [&](View<float> out) { dilate(host_queue(), in, 1, out); }), 0x8041993bu);
    const std::vector<Point> points{{5, 9}, {40, 2}, {61, 20}, {50, 41}, {12, 38}, {30, 30}, {-6, 20}, {44, 49}};
    EXPECT_EQ(sum_after<float>(1, [&](View<float> out) { fill_hull(host_queue(), points, out); }), 0x99dbd55cu);
}

TEST(Recorded, Drawing) {
    for (const auto& [thickness, sum] : {std::pair{1, 0xb3e38acfu}, {2, 0x4c0cb9d7u}, {3, 0x0a129dffu}, {4, 0x0a129dffu}})
        EXPECT_EQ(sum_drawn([&, wide = thickness](View<u8> p) { draw_line<u8>(host_queue(), p, {7, 5}, {52, 33}, paint, wide); }), sum) << thickness;
    EXPECT_EQ(sum_drawn([](View<u8> p) { draw_line<u8>(host_queue(), p, {30, 40}, {24, 6}, paint, 3); }), 0x2721f2c4u);
    EXPECT_EQ(sum_drawn([](View<u8> p) { draw_rectangle<u8>(host_queue(), p, {6, 8, 44, 64}, paint, 2); }), 0xe2538aabu);
    EXPECT_EQ(sum_drawn([](View<u8> p) { fill_circle<u8>(host_queue(), p, {20, 21}, 3, paint); }), 0x741d2cdcu);
    EXPECT_EQ(sum_drawn([](View<u8> p) { fill_circle<u8>(host_queue(), p, {64, 2}, 9, paint); }), 0x6e028562u);
    const Picture<float> mask = floats(noise(size, 1, 3), 1);
    EXPECT_EQ(sum_drawn([&](View<u8> p) { draw_contour<u8>(host_queue(), p, mask, 128, paint, 1); }), 0x9017eeb5u);
    EXPECT_EQ(sum_drawn([&](View<u8> p) { draw_contour<u8>(host_queue(), p, mask, 128, paint, 2); }), 0x849730cbu);
    EXPECT_EQ(sum_drawn([&](View<u8> p) { draw_contour<u8>(host_queue(), p, mask, 41, paint, 1); }), 0x4b02345eu);
}

TEST(Recorded, WeightedSum) {
    const Picture<u8> first = noise(size, 3, 1), second = noise(size, 3, 2);
    EXPECT_EQ(sum_after(3, [&](View<u8> out) { weighted_sum<u8>(host_queue(), first, second, 0.37, 8, out); }), 0x01b5bff7u);
}

TEST(Recorded, FaithfulPaste) {
    const Picture<float> crop = floats(noise({40, 40}, 3, 4), 1), mask = floats(noise({40, 40}, 1, 5), 255);
    const Paste how{{0.75, -0.25, 3.125, 0.25, 0.75, -4.5}, Sampling::grid32, Rounding::truncate, 8};
    EXPECT_EQ(sum_drawn([&](View<u8> p) { paste<u8>(host_queue(), crop, mask, how, {0, 0, size.width, size.height}, p); }), 0x77a617e7u);
}

}  // namespace
}  // namespace mien::kernels
