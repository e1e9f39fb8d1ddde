// Kernels that make and combine masks: one channel of float, 0..1.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "image/queue.h"
#include "image/view.h"

namespace mien::kernels {

/// Gaussian blur, OpenCV's automatic kernel: width = round(8 sigma + 1) | 1 for float, round(6 sigma + 1) | 1 for u8; border reflect_101; 1..3 channels.
/// Weights come from the host; u8 uses OpenCV's fixed-point path byte for byte.
template <class T> void gaussian(Queue&, View<const T> in, double sigma, View<T> out);

/// FaceFusion's box mask: ones, a zero band of max(blur / 2, padding) per side, blurred. padding_percent: top, right, bottom, left.
void box_mask(Queue&, double blur, std::array<int, 4> padding_percent, View<float> out);
/// F(m) = (clip(gauss5(clip(m, 0, 1)), 0.5, 1) - 0.5) * 2: feathers inwards only.
void soft_step(Queue&, View<const float> in, View<float> out);
/// 1 inside the convex hull of points with whole coordinates (edges included, as OpenCV's fillConvexPoly draws them), 0 outside.
void fill_hull(Queue&, std::span<const Point> points, View<float> out);
/// 1 where the arg-max over C planes of scores [C,H,W] is one of the classes of `wanted` (bit c), else 0. First maximum wins.
void class_mask(Queue&, const float* scores, int classes, Size, std::uint32_t wanted, View<float> out);
/// 3x3 ellipse (a cross) erosion and dilation, `times` times; border ignored, as OpenCV does.
void erode(Queue&, View<const float> in, int times, View<float> out);
void dilate(Queue&, View<const float> in, int times, View<float> out);
void clip(Queue&, View<const float> in, float low, float high, View<float> out);
void minimum(Queue&, View<const float> first, View<const float> second, View<float> out);
void maximum(Queue&, View<const float> first, View<const float> second, View<float> out);
void product(Queue&, View<const float> first, View<const float> second, View<float> out);

}  // namespace mien::kernels
