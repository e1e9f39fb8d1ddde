// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <vector>

#include "kernels/colour.h"
#include "kernels/exact.h"
#include "kernels/launch.h"
#include "kernels/table.h"

namespace mien::kernels {
namespace {

template <class T> struct SwapRedBlue {
    View<const T> in;
    View<T> out;
    static std::string name() { return std::string("swap_red_blue_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        const T first = in.at(x, y, 0), third = in.at(x, y, 2);
        out.at(x, y, 0) = third;
        out.at(x, y, 1) = in.at(x, y, 1);
        out.at(x, y, 2) = first;
        if (in.channels == 4 && out.channels == 4) out.at(x, y, 3) = in.at(x, y, 3);
    }
};

struct Gray8 {
    View<const std::uint8_t> in;
    View<std::uint8_t> gray;
    int red;
    static std::string name() { return "to_gray_u8"; }
    MIEN_HD void operator()(int x, int y) const {
        // BT.601 luma in 1/2^15; the three weights sum to 2^15.
        gray.at(x, y) = static_cast<std::uint8_t>((in.at(x, y, red) * 9798 + in.at(x, y, 1) * 19235 + in.at(x, y, 2 - red) * 3735 + (1 << 14)) >> 15);
    }
};

/// Reciprocals in 1/4096: 255 / i, then 180 / (6 i).
const std::vector<std::int32_t>& hsv_divisors() {
    static const std::vector<std::int32_t> table = [] {
        std::vector<std::int32_t> t(512);
        for (int i = 1; i < 256; ++i) {
            t[static_cast<std::size_t>(i)] = static_cast<std::int32_t>(std::nearbyint((255 << 12) / (1.0 * i)));
            t[static_cast<std::size_t>(256 + i)] = static_cast<std::int32_t>(std::nearbyint((180 << 12) / (6.0 * i)));
        }
        return t;
    }();
    return table;
}

struct Hsv8 {
    View<const std::uint8_t> in;
    View<std::uint8_t> hsv;
    const std::int32_t* divisor;
    int red;
    static std::string name() { return "to_hsv_u8"; }
    MIEN_HD void operator()(int x, int y) const {
        const int r = in.at(x, y, red), g = in.at(x, y, 1), b = in.at(x, y, 2 - red);
        const int high = r > g ? (r > b ? r : b) : (g > b ? g : b), low = r < g ? (r < b ? r : b) : (g < b ? g : b);
        const int spread = high - low;
        const int sixths = high == r ? g - b : high == g ? b - r + 2 * spread : r - g + 4 * spread;
        const int hue = (sixths * divisor[256 + spread] + (1 << 11)) >> 12;
        hsv.at(x, y, 0) = static_cast<std::uint8_t>(hue < 0 ? hue + 180 : hue);
        hsv.at(x, y, 1) = static_cast<std::uint8_t>((spread * divisor[high] + (1 << 11)) >> 12);
        hsv.at(x, y, 2) = static_cast<std::uint8_t>(high);
    }
};

double decode_srgb(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }

/// Per channel and sample the result; gains are the same for a whole picture, so one table per channel holds decode, gain and encode with one rounding.
template <class T> std::vector<T> gain_tables(int depth, std::array<float, 3> gain) {
    const int samples = 1 << depth;
    const double full = samples - 1;
    std::vector<T> table;
    table.reserve(static_cast<std::size_t>(3 * samples));
    for (const float factor : gain)
        for (int i = 0; i < samples; ++i) {
            const double light = std::clamp(decode_srgb(i / full) * std::clamp<double>(factor, 0, 16), 0.0, 1.0);
            const double encoded = light <= 0.0031308 ? light * 12.92 : 1.055 * std::pow(light, 1 / 2.4) - 0.055;
            table.push_back(static_cast<T>(std::nearbyint(encoded * full)));
        }
    return table;
}

template <class T> struct LookUp {
    View<const T> in;
    View<T> out;
    const T* table;
    int samples;
    static std::string name() { return std::string("gain_linear_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < 3; ++c) {
            const int sample = in.at(x, y, c);
            out.at(x, y, c) = table[c * samples + (sample < samples ? sample : samples - 1)];
        }
    }
};

}  // namespace

template <class T> void swap_red_blue(Queue& queue, View<const T> in, View<T> out) { for_each_pixel(queue, out.size, SwapRedBlue<T>{in, out}); }
template void swap_red_blue<std::uint8_t>(Queue&, View<const std::uint8_t>, View<std::uint8_t>);
template void swap_red_blue<std::uint16_t>(Queue&, View<const std::uint16_t>, View<std::uint16_t>);
template void swap_red_blue<float>(Queue&, View<const float>, View<float>);

void to_gray(Queue& queue, View<const std::uint8_t> in, Order first, View<std::uint8_t> gray) {
    for_each_pixel(queue, in.size, Gray8{in, gray, first == Order::rgb ? 0 : 2});
}

void to_hsv(Queue& queue, View<const std::uint8_t> in, Order first, View<std::uint8_t> hsv) {
    const Table<std::int32_t> divisor(queue, hsv_divisors());
    for_each_pixel(queue, in.size, Hsv8{in, hsv, divisor.data(), first == Order::rgb ? 0 : 2});
}

template <class T> void gain_linear(Queue& queue, View<const T> in, int depth, std::array<float, 3> gain, View<T> out) {
    const std::vector<T> numbers = gain_tables<T>(depth, gain);
    const Table<T> table(queue, numbers);
    for_each_pixel(queue, in.size, LookUp<T>{in, out, table.data(), 1 << depth});
}
template void gain_linear<std::uint8_t>(Queue&, View<const std::uint8_t>, int, std::array<float, 3>, View<std::uint8_t>);
template void gain_linear<std::uint16_t>(Queue&, View<const std::uint16_t>, int, std::array<float, 3>, View<std::uint16_t>);

}  // namespace mien::kernels
