// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "kernels/cases.h"
#include "kernels/colour.h"

namespace mien::kernels {
namespace {

using u8 = std::uint8_t;
using u16 = std::uint16_t;

template <class T> void swap_case(Case& c) {
    const auto in = c.input<T>(c.size(), 3);
    const auto out = c.output<T>(c.size(), 3);
    c.run([&] { swap_red_blue<T>(c.queue(), in, out); });
}

template <auto kernel, int out_channels> void convert_case(Case& c) {
    const Order order = c.whole(0, 1) ? Order::rgb : Order::bgr;
    const auto in = c.input<u8>(c.size(), 3);
    const auto out = c.output<u8>(c.size(), out_channels);
    c.run([&] { kernel(c.queue(), in, order, out); });
}
void to_lab_bytes(Queue& queue, View<const u8> in, Order order, View<u8> out) { to_lab(queue, in, order, out); }
void from_lab_bytes(Queue& queue, View<const u8> in, Order order, View<u8> out) { from_lab(queue, in, order, out); }

void clahe_case(Case& c) {
    const auto in = c.input<u8>(c.size(), 1);
    const auto out = c.output<u8>(c.size(), 1);
    const double limit = c.real(0, 4);
    const Size tiles{c.whole(1, 8), c.whole(1, 8)};
    c.run([&] { clahe(c.queue(), in, limit, tiles, out); });
}

template <class T> void gain_case(Case& c) {
    const int depth = std::is_same_v<T, u8> ? 8 : c.whole(9, 16);
    const auto in = c.input<T>(c.size(), 3, 0, (1 << depth) - 1);
    const auto out = c.output<T>(c.size(), 3);
    const std::array<float, 3> gain{static_cast<float>(c.real(0, 2)), static_cast<float>(c.real(0.5, 2)), static_cast<float>(c.real(0, 16))};
    c.run([&] { gain_linear<T>(c.queue(), in, depth, gain, out); });
}

void to_lab_floats_case(Case& c) {
    const Order order = c.whole(0, 1) ? Order::rgb : Order::bgr;
    const auto in = c.input<float>(c.size(), 3, -0.1, 1.1);
    const auto out = c.output<float>(c.size(), 3);
    c.run([&] { to_lab(c.queue(), in, order, out); });
}
void from_lab_floats_case(Case& c) {
    const Order order = c.whole(0, 1) ? Order::rgb : Order::bgr;
    const auto in = c.input<float>(c.size(), 3, -100, 110);
    const auto out = c.output<float>(c.size(), 3);
    c.run([&] { from_lab(c.queue(), in, order, out); });
}

/// A film of any layout, range, matrix and siting, whose planes are the case's.
template <class T, class Plane> auto film_of(Case& c, Plane plane) {
    constexpr std::array layouts{Layout::yuv420, Layout::yuv422, Layout::yuv444, Layout::gray, Layout::rgb, Layout::rgba, Layout::gbr};
    const auto layout = layouts[c.timed() ? 0 : static_cast<std::size_t>(c.whole(0, 6))];
    const Format format{layout, std::is_same_v<T, u8> ? 8 : c.timed() ? 10 : c.whole(9, 16), false};
    const Colour colour{.matrix = static_cast<std::uint8_t>(c.whole(0, 10)), .siting = static_cast<std::uint8_t>(c.whole(0, 6)), .full_range = c.whole(0, 1) == 1};
    Planes<typename decltype(plane(Size{}, 1, 0))::Sample> planes{{}, format, colour};
    for (int i = 0; i < plane_count(format); ++i)
        planes.plane[static_cast<std::size_t>(i)] = plane(plane_size(format, c.size(), i), channel_count(format), (1 << format.depth) - 1).view;
    return planes;
}
Rect region_in(Case& c) {
    const Size size = c.size();
    if (c.timed()) return {0, 0, size.width, size.height};
    const int x = c.whole(0, size.width - 1), y = c.whole(0, size.height - 1);
    return {x, y, c.whole(1, size.width - x), c.whole(1, size.height - y)};
}
template <class T> struct Held {
    using Sample = T;
    View<T> view;
};

template <class T> void to_rgb_case(Case& c) {
    const auto planes = film_of<T>(c, [&c](Size size, int channels, double high) { return Held<const T>{c.input<T>(size, channels, 0, high)}; });
    const Rect region = region_in(c);
    const auto out = c.output<T>(region.size(), 3);
    c.run([&] { to_rgb<T>(c.queue(), planes, region, out); });
}
template <class T> void from_rgb_case(Case& c) {
    const auto planes = film_of<T>(c, [&c](Size size, int channels, double high) { return Held<T>{c.in_out<T>(size, channels, 0, high)}; });
    const Rect region = align_to_chroma(planes.format, c.size(), region_in(c));
    const auto in = c.input<T>(region.size(), 3, 0, (1 << planes.format.depth) - 1);
    c.run([&] { from_rgb<T>(c.queue(), in, region, planes); });
}

constexpr KernelCase rows[] = {
    {"to_rgb.u8", to_rgb_case<u8>},
    {"to_rgb.u16", to_rgb_case<u16>},
    {"from_rgb.u8", from_rgb_case<u8>},
    {"from_rgb.u16", from_rgb_case<u16>},
    {"to_lab.f32", to_lab_floats_case},
    {"from_lab.f32", from_lab_floats_case},
    {"swap_red_blue.u8", swap_case<u8>},
    {"swap_red_blue.u16", swap_case<u16>},
    {"to_lab.u8", convert_case<to_lab_bytes, 3>},
    {"from_lab.u8", convert_case<from_lab_bytes, 3>},
    {"to_hsv", convert_case<to_hsv, 3>},
    {"to_gray", convert_case<to_gray, 1>},
    {"clahe", clahe_case},
    {"gain_linear.u8", gain_case<u8>},
    {"gain_linear.u16", gain_case<u16>},
};

}  // namespace

std::span<const KernelCase> colour_cases() { return rows; }

}  // namespace mien::kernels
