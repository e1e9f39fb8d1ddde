// Arithmetic with the same bits on host and device: rounding, clamping, half precision. Only + - * / sqrt, comparisons and conversions.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>

#include "image/view.h"

namespace mien::kernels {

template <class Value> MIEN_HD inline Value clamp(Value value, Value low, Value high) { return value < low ? low : (value > high ? high : value); }
MIEN_HD inline int floor_to_int(double value) {
    const int whole = static_cast<int>(value);
    return whole - (static_cast<double>(whole) > value ? 1 : 0);
}
/// Nearest whole number, ties to even, of |value| < 2^51: adding 1.5 * 2^52 leaves no fraction bits, and IEEE addition rounds to even.
MIEN_HD inline double round_even(double value) {
    constexpr double magic = 6755399441055744.0;
    volatile double sum = value + magic;  // volatile: no compiler may fold the pair away
    return sum - magic;
}

}  // namespace mien::kernels
