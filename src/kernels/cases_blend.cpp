// SPDX-License-Identifier: Apache-2.0
#include "kernels/blend.h"
#include "kernels/cases.h"

namespace mien::kernels {
namespace {

using u8 = std::uint8_t;
using u16 = std::uint16_t;

Point spot_in(Case& c) { return {static_cast<double>(c.whole(-4, c.size().width + 4)), static_cast<double>(c.whole(-4, c.size().height + 4))}; }
template <class T> std::array<T, 3> colour_in(Case& c) { return {static_cast<T>(c.whole(0, 255)), static_cast<T>(c.whole(0, 255)), static_cast<T>(c.whole(0, 255))}; }

template <class T> void line_case(Case& c) {
    const auto picture = c.in_out<T>(c.size(), 3);
    const Point from = spot_in(c), to = spot_in(c);
    const auto colour = colour_in<T>(c);
    const int thickness = c.whole(1, 5);
    c.run([&] { draw_line<T>(c.queue(), picture, from, to, colour, thickness); });
}

template <class T> void rectangle_case(Case& c) {
    const auto picture = c.in_out<T>(c.size(), 3);
    const Point corner = spot_in(c);
    const Rect rect{static_cast<int>(corner.x), static_cast<int>(corner.y), c.whole(1, c.size().width), c.whole(1, c.size().height)};
    const auto colour = colour_in<T>(c);
    const int thickness = c.whole(1, 3);
    c.run([&] { draw_rectangle<T>(c.queue(), picture, rect, colour, thickness); });
}

template <class T> void circle_case(Case& c) {
    const auto picture = c.in_out<T>(c.size(), 3);
    const Point centre = spot_in(c);
    const int radius = c.whole(0, 9);
    const auto colour = colour_in<T>(c);
    c.run([&] { fill_circle<T>(c.queue(), picture, centre, radius, colour); });
}

template <class T> void contour_case(Case& c) {
    const auto picture = c.in_out<T>(c.size(), 3);
    const auto mask = c.input<float>(c.size(), 1);
    const auto colour = colour_in<T>(c);
    const int thickness = c.whole(1, 2);
    c.run([&] { draw_contour<T>(c.queue(), picture, mask, 0.5f, colour, thickness); });
}

template <class T> void paste_case(Case& c) {
    const int depth = std::is_same_v<T, u8> ? 8 : c.whole(9, 16);
    const double full = (1 << depth) - 1;
    const auto picture = c.in_out<T>(c.size(), 3, 0, full);
    const Size crop_size = c.other_size(0.85);
    const auto crop = c.input<float>(crop_size, 3, -0.1 * full, 1.1 * full);
    const auto mask = c.input<float>(crop_size, 1, c.timed() ? 0 : -0.3, 1.2);
    const Rect region{0, 0, c.size().width, c.size().height};
    const Paste how{c.map(c.size(), crop_size), c.whole(0, 1) || c.timed() ? Sampling::exact : Sampling::grid32, c.whole(0, 1) ? Rounding::nearest : Rounding::truncate, depth};
    c.run([&] { paste<T>(c.queue(), crop, mask, how, region, picture); });
}

template <class T> void weighted_sum_case(Case& c) {
    const int depth = std::is_same_v<T, u8> ? 8 : c.whole(9, 16);
    const auto first = c.input<T>(c.size(), 3, 0, (1 << depth) - 1), second = c.input<T>(c.size(), 3, 0, (1 << depth) - 1);
    const auto out = c.output<T>(c.size(), 3);
    const double share = c.real(0, 1);
    c.run([&] { weighted_sum<T>(c.queue(), first, second, share, depth, out); });
}

constexpr KernelCase rows[] = {
    {"paste.u8", paste_case<u8>},
    {"paste.u16", paste_case<u16>},
    {"weighted_sum.u8", weighted_sum_case<u8>},
    {"weighted_sum.u16", weighted_sum_case<u16>},
    {"draw_line.u8", line_case<u8>},
    {"draw_line.u16", line_case<u16>},
    {"draw_rectangle.u8", rectangle_case<u8>},
    {"draw_rectangle.u16", rectangle_case<u16>},
    {"fill_circle.u8", circle_case<u8>},
    {"fill_circle.u16", circle_case<u16>},
    {"draw_contour.u8", contour_case<u8>},
    {"draw_contour.u16", contour_case<u16>},
};

}  // namespace

std::span<const KernelCase> blend_cases() { return rows; }

}  // namespace mien::kernels
