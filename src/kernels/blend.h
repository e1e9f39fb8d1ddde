// Kernels that put pictures onto pictures, and draw.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "image/queue.h"
#include "image/view.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"

namespace mien::kernels {

/// Pastes a crop onto the part `region` of a picture, in one pass: for each pixel p of region the crop and mask are sampled at region_to_crop(p - region corner),
/// crop with replicated border, mask with zero border (clipped 0..1); out = back * (1 - m) + front * m; rounded or truncated. Pixels whose mask is 0 keep
/// their bytes. crop: float samples in the picture's scale. T: u8, u16 (full scale of `depth` bits).
struct Paste {
    Affine region_to_crop;
    Sampling sampling = Sampling::exact;
    Rounding rounding = Rounding::nearest;
    int depth = 8;
};
template <class T> void paste(Queue&, View<const float> crop, View<const float> mask, const Paste&, Rect region, View<T> picture);

/// out = saturate(round(first * (1 - share) + second * share)), OpenCV's addWeighted (computed in the precision OpenCV uses, round half to even).
template <class T> void weighted_sum(Queue&, View<const T> first, View<const T> second, double share, int depth, View<T> out);

/// Colour is in the picture's own channel order. Lines have round ends and whole-pixel coordinates (OpenCV's `line`, thickness as there).
template <class T> void draw_line(Queue&, View<T> picture, Point from, Point to, std::array<T, 3> colour, int thickness);
template <class T> void draw_rectangle(Queue&, View<T> picture, Rect, std::array<T, 3> colour, int thickness);
template <class T> void fill_circle(Queue&, View<T> picture, Point centre, int radius, std::array<T, 3> colour);
/// Outlines the region where mask >= threshold with lines of the given thickness (contours as chains of border pixels).
template <class T> void draw_contour(Queue&, View<T> picture, View<const float> mask, float threshold, std::array<T, 3> colour, int thickness);

}  // namespace mien::kernels
