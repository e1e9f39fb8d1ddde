// Where a warp looks and what it reads: coordinates, borders and bilinear weights, shared by every kernel that samples between pixels.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "image/view.h"
#include "kernels/exact.h"
#include "kernels/geometry.h"

namespace mien::kernels {

/// A position between four pixels: the whole part and how far it is to the next ones.
template <class Part> struct Between {
    int x = 0, y = 0;
    Part right{}, down{};
};

/// OpenCV's grid: positions in 32nds of a pixel, from 1/1024ths rounded half to even per axis and then cut (its warpAffine).
MIEN_HD inline Between<int> on_grid(const Affine& map, int x, int y) {
    constexpr double far = 1.0e9;  // beyond any picture, inside int
    const auto whole = [](double value) { return static_cast<int>(clamp(round_even(value), -far, far)); };
    const int gx = (whole((map.b * y + map.c) * 1024) + 16 + whole(map.a * x * 1024)) >> 5;
    const int gy = (whole((map.e * y + map.f) * 1024) + 16 + whole(map.d * x * 1024)) >> 5;
    return {gx >> 5, gy >> 5, gx & 31, gy & 31};
}

/// The exact position; fractions in float.
MIEN_HD inline Between<float> exactly_at(double px, double py) {
    constexpr double far = 1.0e9;
    px = clamp(px, -far, far);
    py = clamp(py, -far, far);
    const int x = floor_to_int(px), y = floor_to_int(py);
    return {x, y, static_cast<float>(px - x), static_cast<float>(py - y)};
}
MIEN_HD inline Between<float> exactly(const Affine& map, double x, double y) { return exactly_at(map.a * x + map.b * y + map.c, map.d * x + map.e * y + map.f); }

/// One sample under a border rule.
template <class T> MIEN_HD inline T tap(const View<const T>& in, int x, int y, int channel, Border border) {
    if (border == Border::constant_zero) return x < 0 || y < 0 || x >= in.size.width || y >= in.size.height ? T(0) : in.at(x, y, channel);
    return in.at(clamp(x, 0, in.size.width - 1), clamp(y, 0, in.size.height - 1), channel);
}

/// The four samples around a position, row by row. The common case, all inside, reads without asking again.
template <class T> struct Taps4 {
    T top_left, top_right, bottom_left, bottom_right;
};
template <class T, class Part> MIEN_HD inline Taps4<T> taps_at(const View<const T>& in, const Between<Part>& at, int channel, Border border) {
    if (at.x >= 0 && at.y >= 0 && at.x + 1 < in.size.width && at.y + 1 < in.size.height) {
        const T* const top = in.row(at.y) + at.x * in.channels + channel;
        const T* const bottom = in.row(at.y + 1) + at.x * in.channels + channel;
        return {top[0], top[in.channels], bottom[0], bottom[in.channels]};
    }
    return {tap(in, at.x, at.y, channel, border), tap(in, at.x + 1, at.y, channel, border), tap(in, at.x, at.y + 1, channel, border), tap(in, at.x + 1, at.y + 1, channel, border)};
}

/// OpenCV's 15-bit weights; they are exact on the grid. Sums stay below 2^24 for 8 bits.
MIEN_HD inline std::uint8_t mix_grid(const Taps4<std::uint8_t>& t, int right, int down) {
    const int left = 32 - right, up = 32 - down;
    return static_cast<std::uint8_t>(((t.top_left * left + t.top_right * right) * up + (t.bottom_left * left + t.bottom_right * right) * down + 512) >> 10);
}
/// OpenCV's float weights of the same grid, summed in its order.
template <class T> MIEN_HD inline float mix_grid_float(const Taps4<T>& t, int right, int down) {
    const float fx = static_cast<float>(right) * (1.0f / 32), fy = static_cast<float>(down) * (1.0f / 32);
    const float gx = 1.0f - fx, gy = 1.0f - fy;
    return static_cast<float>(t.top_left) * (gy * gx) + static_cast<float>(t.top_right) * (gy * fx) + static_cast<float>(t.bottom_left) * (fy * gx) + static_cast<float>(t.bottom_right) * (fy * fx);
}
template <class T> MIEN_HD inline float mix_exact(const Taps4<T>& t, float right, float down) {
    const float top = static_cast<float>(t.top_left) + (static_cast<float>(t.top_right) - static_cast<float>(t.top_left)) * right;
    const float bottom = static_cast<float>(t.bottom_left) + (static_cast<float>(t.bottom_right) - static_cast<float>(t.bottom_left)) * right;
    return top + (bottom - top) * down;
}

}  // namespace mien::kernels
