// Arithmetic with the same bits on host and device: rounding, clamping. Only + - * / sqrt, comparisons, conversions and IEEE rint.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <type_traits>

#include "image/view.h"

namespace mien::kernels {

template <class Value> MIEN_HD inline Value clamp(Value value, Value low, Value high) {
    value = value < low ? low : value;  // two steps: each is one instruction, NaN passes both
    return value > high ? high : value;
}

MIEN_HD inline int floor_to_int(double value) {
    const int whole = static_cast<int>(value);
    return whole - (static_cast<double>(whole) > value ? 1 : 0);
}

/// Nearest whole number, ties to even: IEEE 754 roundToIntegralTiesToEven on both sides.
MIEN_HD inline double round_even(double value) {
#if defined(__CUDA_ARCH__)
    return rint(value);
#else
    return __builtin_rint(value);
#endif
}
MIEN_HD inline float round_even(float value) {
#if defined(__CUDA_ARCH__)
    return rintf(value);
#else
    return __builtin_rintf(value);
#endif
}

/// A float as a sample: nearest, ties to even, clamped to the sample's range, NaN becomes 0; floats pass.
template <class T> MIEN_HD inline T to_sample(float value, float full_scale) {
    if constexpr (std::is_same_v<T, float>) return value;
    else return static_cast<T>(value > 0.0f ? (value < full_scale ? round_even(value) : full_scale) : 0.0f);
}
template <class T> MIEN_HD constexpr float largest_sample() { return sizeof(T) == 1 ? 255.0f : 65535.0f; }

}  // namespace mien::kernels
