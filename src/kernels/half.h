// Half precision (IEEE 754 binary16) as bits: the same conversions on host and device, whatever either has in hardware.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <cstring>

#include "image/view.h"

namespace mien::kernels {

struct Half {
    std::uint16_t bits;
};
template <class Number> constexpr const char* number_name() {
    if constexpr (sizeof(Number) == 2) return "f16";
    else return sizeof(Number) == 8 ? "f64" : "f32";
}

/// Nearest half, ties to even; overflow becomes infinity, NaN stays NaN.
MIEN_HD inline std::uint16_t half_bits(float value) {
    std::uint32_t bits = 0;
    memcpy(&bits, &value, sizeof bits);
    const auto sign = static_cast<std::uint32_t>(bits >> 16 & 0x8000U);
    const std::uint32_t magnitude = bits & 0x7fffffffU;
    if (magnitude > 0x7f800000U) return static_cast<std::uint16_t>(sign | 0x7e00U);
    if (magnitude >= 0x477ff000U) return static_cast<std::uint16_t>(sign | 0x7c00U);  // 65520 and above round to infinity
    if (magnitude < 0x33000001U) return static_cast<std::uint16_t>(sign);             // 2^-25 and below round to zero
    const std::uint32_t exponent = magnitude >> 23;
    // Normal halves keep 10 of 23 fraction bits; below 2^-14 the shift grows and the hidden bit becomes visible.
    const std::uint32_t shift = exponent >= 113 ? 13 : 126 - exponent;
    const std::uint32_t fraction = exponent >= 113 ? magnitude - (112U << 23) : (magnitude & 0x7fffffU) | 0x800000U;
    const std::uint32_t kept = fraction >> shift, rest = fraction & ((1U << shift) - 1), tie = 1U << (shift - 1);
    return static_cast<std::uint16_t>(sign | (kept + (rest > tie || (rest == tie && (kept & 1U)) ? 1U : 0U)));
}

/// The same from a double with one rounding: the float on the way keeps an odd last bit where it is not exact, which no later rounding mistakes for a tie.
MIEN_HD inline std::uint16_t half_bits(double value) {
    const float near = static_cast<float>(value);
    const double rounded = static_cast<double>(near);
    if (rounded == value || value != value) return half_bits(near);
    const bool too_large = value > 0 ? rounded > value : rounded < value;
    std::uint32_t bits = 0;
    memcpy(&bits, &near, sizeof bits);
    bits = (too_large ? bits - 1 : bits) | 1U;
    float odd = 0;
    memcpy(&odd, &bits, sizeof odd);
    return half_bits(odd);
}

MIEN_HD inline float half_value(std::uint16_t half) {
    const std::uint32_t sign = static_cast<std::uint32_t>(half & 0x8000U) << 16, exponent = half >> 10 & 0x1fU, fraction = half & 0x3ffU;
    std::uint32_t bits = 0;
    if (exponent == 31) bits = sign | 0x7f800000U | fraction << 13;
    else if (exponent > 0) bits = sign | (exponent + 112) << 23 | fraction << 13;
    else {
        // Subnormal: fraction * 2^-24, exact in float.
        const float value = static_cast<float>(fraction) * 5.9604644775390625e-8f;
        memcpy(&bits, &value, sizeof bits);
        bits |= sign;
    }
    float value = 0;
    memcpy(&value, &bits, sizeof value);
    return value;
}

}  // namespace mien::kernels
