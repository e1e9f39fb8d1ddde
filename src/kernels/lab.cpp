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

// sRGB primaries and D65 white, with the digits OpenCV's documentation of cvtColor gives.
constexpr double to_xyz[9] = {0.412453, 0.357580, 0.180423, 0.212671, 0.715160, 0.072169, 0.019334, 0.119193, 0.950227};
constexpr double from_xyz[9] = {3.240479, -1.53715, -0.498535, -0.969256, 1.875991, 0.041556, 0.055648, -0.204043, 1.057311};
constexpr double white[3] = {0.950456, 1.0, 1.088754};
constexpr double cube_threshold = 216.0 / 24389.0;    // (6/29)^3
constexpr double linear_slope = 24389.0 / 27.0 / 116.0;  // slope of f below it
constexpr double linear_offset = 16.0 / 116.0;

double decode_srgb(double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); }
double encode_srgb(double v) { return v <= 0.0031308 ? v * 12.92 : 1.055 * std::pow(v, 1.0 / 2.4) - 0.055; }
double cube_root_curve(double t) { return t > cube_threshold ? std::cbrt(t) : t * linear_slope + linear_offset; }

MIEN_HD inline int descale(int value, int bits) { return (value + (1 << (bits - 1))) >> bits; }
MIEN_HD inline std::uint8_t to_byte(int value) { return static_cast<std::uint8_t>(clamp(value, 0, 255)); }

// 8 bit: linear light in 1/2040, f in 1/2^15, matrices in 1/4096.
constexpr int gamma_scale = 255 * 8, matrix_bits = 12, curve_bits = 15;
constexpr int curve_entries = 256 * 3 / 2 * 8;
struct ToLabTables {
    std::vector<std::uint16_t> linear, curve;
    int matrix[9];
};
const ToLabTables& to_lab_tables() {
    static const ToLabTables tables = [] {
        ToLabTables t;
        for (int i = 0; i < 256; ++i) t.linear.push_back(static_cast<std::uint16_t>(std::nearbyint(gamma_scale * decode_srgb(i / 255.0))));
        for (int i = 0; i < curve_entries; ++i)
            t.curve.push_back(static_cast<std::uint16_t>(std::nearbyint((1 << curve_bits) * static_cast<float>(cube_root_curve(static_cast<double>(i) / gamma_scale)))));
        for (int i = 0; i < 9; ++i) t.matrix[i] = static_cast<int>(std::nearbyint(to_xyz[i] / white[i / 3] * (1 << matrix_bits)));
        return t;
    }();
    return tables;
}

struct ToLab8 {
    View<const std::uint8_t> in;
    View<std::uint8_t> lab;
    const std::uint16_t *linear, *curve;
    int matrix[9];
    int red;  // channel that holds red: 0 or 2
    static std::string name() { return "to_lab_u8"; }
    MIEN_HD void operator()(int x, int y) const {
        const int r = linear[in.at(x, y, red)], g = linear[in.at(x, y, 1)], b = linear[in.at(x, y, 2 - red)];
        const int fx = curve[descale(r * matrix[0] + g * matrix[1] + b * matrix[2], matrix_bits)];
        const int fy = curve[descale(r * matrix[3] + g * matrix[4] + b * matrix[5], matrix_bits)];
        const int fz = curve[descale(r * matrix[6] + g * matrix[7] + b * matrix[8], matrix_bits)];
        constexpr int scale_l = (116 * 255 + 50) / 100, shift_l = -((16 * 255 * (1 << curve_bits) + 50) / 100), half = 128 << curve_bits;
        lab.at(x, y, 0) = to_byte(descale(scale_l * fy + shift_l, curve_bits));
        lab.at(x, y, 1) = to_byte(descale(500 * (fx - fy) + half, curve_bits));
        lab.at(x, y, 2) = to_byte(descale(200 * (fy - fz) + half, curve_bits));
    }
};

// 8 bit back: Y, f and XYZ in 1/2^14; linear light in 1/4096 of which a table gives bytes.
constexpr int base_bits = 14, base = 1 << base_bits, light_entries = 1 << 12;
constexpr int lowest_f = -8145, f_entries = base * 9 / 4;
struct FromLabTables {
    std::vector<std::int32_t> luminance, f, cube;
    std::vector<std::uint8_t> encoded;
    int matrix[9];
};
const FromLabTables& from_lab_tables() {
    static const FromLabTables tables = [] {
        FromLabTables t;
        for (int i = 0; i < 256; ++i) {
            const double l = i * 100.0 / 255.0;
            const double y = l <= 8 ? l * 27.0 / 24389.0 : std::pow((l + 16) / 116, 3);
            const double f = l <= 8 ? linear_offset + y * linear_slope : (l + 16) / 116;
            t.luminance.push_back(static_cast<std::int32_t>(std::nearbyint(y * base)));
            t.f.push_back(static_cast<std::int32_t>(std::nearbyint(f * base)));
        }
        for (int i = lowest_f; i < lowest_f + f_entries; ++i) {
            // Whole-number arithmetic, as the values were fixed by OpenCV's bit-exact path.
            const std::int64_t v = i;
            t.cube.push_back(static_cast<std::int32_t>(i <= 3390 ? v * 108 / 841 - base * 16 / 116 * 108 / 841 : v * v / base * v / base));
        }
        for (int i = 0; i < light_entries; ++i) t.encoded.push_back(static_cast<std::uint8_t>(std::nearbyint(255 * encode_srgb(i / static_cast<double>(light_entries)))));
        for (int i = 0; i < 9; ++i) t.matrix[i] = static_cast<int>(std::nearbyint(from_xyz[i] * white[i % 3] * (1 << matrix_bits)));
        return t;
    }();
    return tables;
}

struct FromLab8 {
    View<const std::uint8_t> lab;
    View<std::uint8_t> out;
    const std::int32_t *luminance, *f, *cube;
    const std::uint8_t* encoded;
    int matrix[9];
    int red;
    static std::string name() { return "from_lab_u8"; }
    MIEN_HD int light(int row, int x, int y, int z) const {
        constexpr int bits = matrix_bits + base_bits - 12;
        return encoded[clamp(descale(matrix[3 * row] * x + matrix[3 * row + 1] * y + matrix[3 * row + 2] * z, bits), 0, light_entries - 1)];
    }
    MIEN_HD void operator()(int px, int py) const {
        const int l = lab.at(px, py, 0), a = lab.at(px, py, 1), b = lab.at(px, py, 2);
        const int y = luminance[l], fy = f[l];
        const int da = ((5 * a * 53687 + (1 << 7)) >> 13) - 128 * base / 500;
        const int db = ((b * 41943 + (1 << 4)) >> 9) - 128 * base / 200 + 1;
        const int x = cube[fy + da - lowest_f], z = cube[fy - db - lowest_f];
        out.at(px, py, red) = static_cast<std::uint8_t>(light(0, x, y, z));
        out.at(px, py, 1) = static_cast<std::uint8_t>(light(1, x, y, z));
        out.at(px, py, 2 - red) = static_cast<std::uint8_t>(light(2, x, y, z));
    }
};

}  // namespace

void to_lab(Queue& queue, View<const std::uint8_t> in, Order first, View<std::uint8_t> lab) {
    const ToLabTables& t = to_lab_tables();
    const Table<std::uint16_t> linear(queue, t.linear), curve(queue, t.curve);
    ToLab8 body{in, lab, linear.data(), curve.data(), {}, first == Order::rgb ? 0 : 2};
    std::copy_n(t.matrix, 9, body.matrix);
    for_each_pixel(queue, in.size, body);
}

void from_lab(Queue& queue, View<const std::uint8_t> lab, Order first, View<std::uint8_t> out) {
    const FromLabTables& t = from_lab_tables();
    const Table<std::int32_t> luminance(queue, t.luminance), f(queue, t.f), cube(queue, t.cube);
    const Table<std::uint8_t> encoded(queue, t.encoded);
    FromLab8 body{lab, out, luminance.data(), f.data(), cube.data(), encoded.data(), {}, first == Order::rgb ? 0 : 2};
    std::copy_n(t.matrix, 9, body.matrix);
    for_each_pixel(queue, lab.size, body);
}

}  // namespace mien::kernels
