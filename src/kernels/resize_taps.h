// Which source samples an output sample of a resize is made of, and with which weights: computed on the host, per axis.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "kernels/geometry.h"

namespace mien::kernels {

/// Output i reads count[i] samples from first[i] on (already inside the picture when `clamped`, else to be clamped), weights from offset[i] on.
struct ResizeAxis {
    std::vector<int> first, count, offset;
    std::vector<float> weight;
    std::vector<int> fixed;   ///< the same in fixed point: 14 bits for exact filters, 11 bits (OpenCV's) for the *_cv ones
};
/// `across`: the horizontal axis, whose ends OpenCV treats otherwise than the vertical one's. Throws nothing; in, out >= 1.
ResizeAxis resize_axis(Filter, int in, int out, bool across);
/// OpenCV's INTER_AREA where the picture grows along either axis.
ResizeAxis area_as_linear(int in, int out, bool across);
/// OpenCV treats a resize as its fast area mean when both factors are whole numbers (and bilinear by exactly 2 as well).
bool is_whole_area(Filter, Size in, Size out) noexcept;

}  // namespace mien::kernels
