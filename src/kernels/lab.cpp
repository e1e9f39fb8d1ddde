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

// Float: OpenCV reads Lab from a table of 33 x 33 x 33 colours in 1/2^14, between them with weights of 1/16 per axis. Its table rounds a few ties otherwise.
constexpr int grid = 33, grid_shift = 9, share_bits = 4;
const std::vector<std::int16_t>& lab_grid() {
    static const std::vector<std::int16_t> table = [] {
        double light[grid];
        for (int i = 0; i < grid; ++i) light[i] = decode_srgb(i / static_cast<double>(grid - 1));
        std::vector<std::int16_t> t;
        t.reserve(static_cast<std::size_t>(3 * grid * grid * grid));
        for (int r = 0; r < grid; ++r)
            for (int g = 0; g < grid; ++g)
                for (int b = 0; b < grid; ++b) {
                    double xyz[3], f[3];
                    for (int i = 0; i < 3; ++i) {
                        xyz[i] = (to_xyz[3 * i] * light[r] + to_xyz[3 * i + 1] * light[g] + to_xyz[3 * i + 2] * light[b]) / white[i];
                        f[i] = cube_root_curve(xyz[i]);
                    }
                    const double l = xyz[1] > cube_threshold ? 116 * f[1] - 16 : xyz[1] * 24389.0 / 27.0;
                    for (const double share : {l / 100, (500 * (f[0] - f[1]) + 128) / 256, (200 * (f[1] - f[2]) + 128) / 256})
                        t.push_back(static_cast<std::int16_t>(std::nearbyint(share * base)));
                }
        return t;
    }();
    return table;
}

struct ToLabFloat {
    View<const float> in;
    View<float> lab;
    const std::int16_t* table;
    int red;
    static std::string name() { return "to_lab_f32"; }
    MIEN_HD void operator()(int x, int y) const {
        int cell[3], share[3];
        for (int c = 0; c < 3; ++c) {
            const int position = static_cast<int>(round_even(clamp(in.at(x, y, c == 0 ? red : c == 2 ? 2 - red : 1), 0.0f, 1.0f) * static_cast<float>(base)));
            cell[c] = position >> grid_shift;
            share[c] = (position >> (grid_shift - share_bits)) & 15;
        }
        int sum[3] = {};
        for (int corner = 0; corner < 8; ++corner) {
            int weight = 1, at = 0;
            for (int c = 0; c < 3; ++c) {
                const int next = (corner >> c) & 1;
                weight *= next ? share[c] : 16 - share[c];
                at = at * grid + clamp(cell[c] + next, 0, grid - 1);
            }
            for (int c = 0; c < 3; ++c) sum[c] += weight * table[3 * at + c];
        }
        const float unit = 1.0f / static_cast<float>(base);
        lab.at(x, y, 0) = static_cast<float>(descale(sum[0], 3 * share_bits)) * unit * 100.0f;
        lab.at(x, y, 1) = static_cast<float>(descale(sum[1], 3 * share_bits)) * unit * 256.0f - 128.0f;
        lab.at(x, y, 2) = static_cast<float>(descale(sum[2], 3 * share_bits)) * unit * 256.0f - 128.0f;
    }
};

/// sRGB's encoding curve as a natural cubic spline over 1,024 equal steps, 4 numbers each, as OpenCV evaluates it.
constexpr int curve_steps = 1024;
const std::vector<float>& encoding_spline() {
    static const std::vector<float> table = [] {
        std::vector<double> value, ratio(curve_steps + 1), second(curve_steps + 1);
        for (int i = 0; i <= curve_steps; ++i) value.push_back(encode_srgb(i / static_cast<double>(curve_steps)));
        const auto at = [](int i) { return static_cast<std::size_t>(i); };
        for (int i = 1; i < curve_steps; ++i) {  // the tridiagonal system of second derivatives, forwards and back
            ratio[at(i)] = 1 / (4 - ratio[at(i - 1)]);
            second[at(i)] = (3 * (value[at(i + 1)] - 2 * value[at(i)] + value[at(i - 1)]) - second[at(i - 1)]) * ratio[at(i)];
        }
        std::vector<float> t(at(4 * curve_steps));
        double next = 0;
        for (int i = curve_steps - 1; i >= 0; --i) {
            const double here = second[at(i)] - ratio[at(i)] * next;
            t[at(4 * i)] = static_cast<float>(value[at(i)]);
            t[at(4 * i + 1)] = static_cast<float>(value[at(i + 1)] - value[at(i)] - (next + here * 2) / 3);
            t[at(4 * i + 2)] = static_cast<float>(here);
            t[at(4 * i + 3)] = static_cast<float>((next - here) / 3);
            next = here;
        }
        return t;
    }();
    return table;
}

struct FromLabFloat {
    View<const float> lab;
    View<float> out;
    const float* spline;
    float matrix[9];
    int red;
    static std::string name() { return "from_lab_f32"; }
    static MIEN_HD float uncurved(float f) { return f <= 6.0f / 29.0f ? (f - 16.0f / 116.0f) / static_cast<float>(linear_slope) : f * f * f; }
    MIEN_HD float encoded(float light) const {
        const float position = clamp(light, 0.0f, 1.0f) * static_cast<float>(curve_steps);
        const int step = clamp(static_cast<int>(position), 0, curve_steps - 1);
        const float* const t = spline + 4 * step;
        const float part = position - static_cast<float>(step);
        return ((t[3] * part + t[2]) * part + t[1]) * part + t[0];
    }
    MIEN_HD void operator()(int px, int py) const {
        const float l = lab.at(px, py, 0), a = lab.at(px, py, 1), b = lab.at(px, py, 2);
        float y, f;
        if (l <= 8.0f) {
            y = l * static_cast<float>(27.0 / 24389.0);
            f = static_cast<float>(linear_slope) * y + static_cast<float>(linear_offset);
        } else {
            f = (l + 16.0f) / 116.0f;
            y = f * f * f;
        }
        const float x = uncurved(a / 500.0f + f), z = uncurved(f - b / 200.0f);
        out.at(px, py, red) = encoded(matrix[0] * x + matrix[1] * y + matrix[2] * z);
        out.at(px, py, 1) = encoded(matrix[3] * x + matrix[4] * y + matrix[5] * z);
        out.at(px, py, 2 - red) = encoded(matrix[6] * x + matrix[7] * y + matrix[8] * z);
    }
};

}  // namespace

void to_lab(Queue& queue, View<const float> in, Order first, View<float> lab) {
    const Table<std::int16_t> table(queue, lab_grid());
    for_each_pixel(queue, in.size, ToLabFloat{in, lab, table.data(), first == Order::rgb ? 0 : 2});
}

void from_lab(Queue& queue, View<const float> lab, Order first, View<float> out) {
    const Table<float> spline(queue, encoding_spline());
    FromLabFloat body{lab, out, spline.data(), {}, first == Order::rgb ? 0 : 2};
    for (int i = 0; i < 9; ++i) body.matrix[i] = static_cast<float>(from_xyz[i] * white[i % 3]);
    for_each_pixel(queue, lab.size, body);
}

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
