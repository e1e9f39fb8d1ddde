// Kernels between pixels and network tensors.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "image/queue.h"
#include "image/tensor.h"
#include "image/view.h"

namespace mien::kernels {

/// How pixels become a tensor: y[c] = float(x[order(c)]) * scale[c] + shift[c] computed in the stated precision and order:
/// faithful rows of the zoo need (x / full_scale - mean) / deviation in double and one rounding to float, as numpy does it.
struct Normalise {
    std::array<double, 3> mean{0, 0, 0}, deviation{1, 1, 1};
    double full_scale = 255;   ///< sample that stands for 1.0; 1 for raw samples
    bool swap_red_blue = false;
    bool nhwc = false;
};
/// One 3-channel picture into item `item` of a tensor [N,3,H,W] or [N,H,W,3]; element f16, f32 or f64 (each rounded once, to nearest even).
/// The picture is put at the top-left; the rest of the plane is filled with what a zero sample becomes. T: u8, u16, float.
template <class T> void to_tensor(Queue&, View<const T> picture, const Normalise&, const Tensor&, int item);
/// The way back to float pixels 0..255 (unclipped unless low..high are given): x = clip(y * deviation + mean, low, high) * 255. Element f16, f32.
struct Denormalise {
    std::array<double, 3> mean{0, 0, 0}, deviation{1, 1, 1};
    double low = 0, high = 1;
    double full_scale = 255;
    bool swap_red_blue = false;
    bool nhwc = false;
};
void from_tensor(Queue&, const Tensor&, int item, const Denormalise&, View<float> picture);
enum class Rounding : std::uint8_t { nearest, truncate };
/// Float pixels to samples, clipped to 0..full scale.
template <class T> void quantise(Queue&, View<const float> in, Rounding, double full_scale, View<T> out);
template <class T> void to_float(Queue&, View<const T> in, View<float> out);

}  // namespace mien::kernels
