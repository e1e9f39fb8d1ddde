// Elementary functions with the same bits on every machine: polynomials over + - * / sqrt and integer exponents, no libm.
// Relative errors are below 3e-7 for exponential, 4e-7 for logarithm (absolute), 2e-7 for sine and cosine (absolute), 3e-7 for arc tangent.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

#include "image/view.h"

namespace mien::synth {

inline constexpr float pi = 3.14159265f, degree = pi / 180;

/// IEEE 754 square root, correctly rounded everywhere.
MIEN_HD inline float square_root(float x) { return sqrtf(x); }
MIEN_HD constexpr float least(float a, float b) { return b < a ? b : a; }
MIEN_HD constexpr float most(float a, float b) { return a < b ? b : a; }
MIEN_HD constexpr float magnitude(float x) { return x < 0 ? -x : x; }
MIEN_HD constexpr float limit(float x, float low, float high) { return x < low ? low : (x > high ? high : x); }
MIEN_HD constexpr float unit_range(float x) { return limit(x, 0, 1); }
MIEN_HD constexpr float mix(float a, float b, float t) { return a + (b - a) * t; }
MIEN_HD constexpr float square(float x) { return x * x; }
MIEN_HD constexpr float with_sign(float size, float of) { return of < 0 ? -magnitude(size) : magnitude(size); }
/// 0 at `from`, 1 at `to` (which may be the smaller one), cubic in between.
MIEN_HD constexpr float smooth_step(float from, float to, float x) {
    const float t = unit_range((x - from) / (to - from));
    return t * t * (3 - 2 * t);
}
/// Largest whole number not above x; |x| < 2^31.
MIEN_HD constexpr int whole_below(float x) {
    const int whole = static_cast<int>(x);
    return whole - (static_cast<float>(whole) > x ? 1 : 0);
}

/// 2^x; 0 below -126, clamped at 2^127.
MIEN_HD constexpr float power_of_two(float x) {
    if (x < -126) return 0;
    x = least(x, 127);
    const int whole = whole_below(x + 0.5f);
    const float f = (x - static_cast<float>(whole)) * 0.69314718056f;
    const float p = 1 + f * (1 + f * (0.5f + f * (0.16666667f + f * (0.041666668f + f * (0.0083333310f + f * 0.0013981999f)))));
    return p * std::bit_cast<float>(static_cast<std::uint32_t>(whole + 127) << 23);
}
MIEN_HD constexpr float exponential(float x) { return power_of_two(x * 1.44269504089f); }
/// exp(-(x/s)^2 / 2).
MIEN_HD constexpr float bell(float x, float s) { return exponential(-0.5f * square(x / s)); }

/// Binary logarithm of a positive number; -126 for anything smaller than 2^-126.
MIEN_HD constexpr float logarithm2(float x) {
    if (!(x >= 1.17549435e-38f)) return -126;
    const auto bits = std::bit_cast<std::uint32_t>(x);
    // Mantissa in [sqrt(1/2), sqrt(2)): the series of atanh converges fast there.
    int exponent = static_cast<int>(bits >> 23) - 127;
    float m = std::bit_cast<float>((bits & 0x7fffffu) | 0x3f800000u);
    if (m > 1.41421356f) {
        m *= 0.5f;
        ++exponent;
    }
    const float t = (m - 1) / (m + 1), q = t * t;
    return static_cast<float>(exponent) + t * (2.88539008f + q * (0.96179669f + q * (0.57707802f + q * (0.41219859f + q * 0.32059890f))));
}
/// x^y for x >= 0; 0^y is 0 for y > 0.
MIEN_HD constexpr float power(float x, float y) { return x <= 0 ? 0 : power_of_two(y * logarithm2(x)); }

/// Sine of an angle in radians, |x| < 10^4.
MIEN_HD constexpr float sine(float x) {
    const int turns = whole_below(x * (1 / pi) + 0.5f);
    const auto t = static_cast<float>(turns);
    float r = (x - t * 3.140625f) - t * 0.00096765358979f;
    const float q = r * r;
    r = r * (1 + q * (-0.16666667f + q * (0.0083333310f + q * (-0.00019840874f + q * 2.7525562e-6f))));
    return (turns & 1) != 0 ? -r : r;
}
MIEN_HD constexpr float cosine(float x) { return sine(x + 1.57079633f); }

/// Angle of (x, y) in radians, -pi..pi; 0 for (0, 0).
MIEN_HD constexpr float arc_tangent(float y, float x) {
    const float ax = magnitude(x), ay = magnitude(y);
    if (ax == 0 && ay == 0) return 0;
    const bool steep = ay > ax;
    float t = steep ? ax / ay : ay / ax, base = 0;
    if (t > 0.41421356f) {
        t = (t - 1) / (t + 1);
        base = 0.78539816f;
    }
    const float q = t * t;
    float a = base + t * (1 + q * (-0.33333333f + q * (0.19999924f + q * (-0.14279842f + q * (0.10962818f + q * -0.0725f)))));
    if (steep) a = 1.57079633f - a;
    if (x < 0) a = pi - a;
    return y < 0 ? -a : a;
}
/// Angle whose sine is x, |x| <= 1.
MIEN_HD inline float arc_sine(float x) { return arc_tangent(x, square_root(most(0, 1 - x * x))); }

}  // namespace mien::synth
