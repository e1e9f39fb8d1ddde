// SPDX-License-Identifier: Apache-2.0
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

constexpr KernelCase rows[] = {
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
