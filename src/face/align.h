// Alignment: crop templates, similarity transforms, and crops by them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "face/face.h"
#include "image/buffer.h"
#include "image/queue.h"
#include "kernels/geometry.h"
#include "models/spec.h"

namespace mien {

/// Template points in the unit square; multiply by the crop's edge. (FaceFusion's seven templates.)
const Points5& template_points(Template) noexcept;
/// Least-squares similarity (rotation, uniform scale, shift) that maps `from` to `to`: Umeyama 1991 without reflection, closed form.
/// Computed in coordinates relative to the crop, so that the result does not depend on the crop's size.
Affine estimate_similarity(std::span<const Point> from, std::span<const Point> to) noexcept;
/// Frame to crop of `edge` x `edge` pixels. Faithful: from points and template pixels rounded to single precision, as OpenCV's estimator takes them.
Affine align_to(Template, int edge, const Points5&, bool faithful = false) noexcept;

/// The region a crop is pasted to, and the map from the crop into it. Faithful: FaceFusion's rule, every corner (0,0) (w,0) (w,h) (0,h) mapped and rounded half to even;
/// otherwise floor and ceiling of the exact corners. Clipped to the frame; may be empty.
struct PasteArea {
    Rect region;
    Affine crop_to_region;
};
PasteArea paste_area(const Affine& frame_to_crop, Size crop, Size frame, bool faithful) noexcept;

/// Rotation about the centre with a grown canvas, OpenCV's convention (counter-clockwise positive), as FaceFusion's detector passes use it.
struct RotatedCanvas {
    Affine frame_to_canvas;
    Size canvas;
};
RotatedCanvas rotate_canvas(Size, int angle) noexcept;

/// Mean of points 36..41, mean of 42..47, points 30, 48, 54.
Points5 reduce_to_5(const Points68&) noexcept;
/// Nearest of 0, 90, 180, 270 (360 is 0) to the direction from point 0 to point 16.
int face_angle(const Points68&) noexcept;
/// Nearest of 0, 90, 180, 270 to the direction from the eyes to the mouth (0: the mouth is below): the same for a face from the front, and right in profile too, where
/// points 0 and 16 say nothing.
int upright_angle(const Points5&) noexcept;
Box bounding_box(std::span<const Point>) noexcept;
template <std::size_t n> std::array<Point, n> map_points(const Affine& map, const std::array<Point, n>& points) noexcept {
    std::array<Point, n> out;
    for (std::size_t i = 0; i < n; ++i) out[i] = map(points[i]);
    return out;
}

}  // namespace mien
