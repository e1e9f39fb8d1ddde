// Crops of faces: where one lies in a frame, cut out of a canvas, and pasted back.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "face/align.h"
#include "face/face.h"
#include "image/buffer.h"
#include "image/queue.h"
#include "image/trace.h"
#include "pipeline/processor.h"

namespace mien {

/// A square crop of a face in a frame. Everything is in frame pixels and independent of the canvas it is painted on.
struct FaceCrop {
    Template shape = Template::none;
    int edge = 0;            ///< of the crop, in pixels
    Affine frame_to_crop;
    PasteArea paste;         ///< empty region: the crop does not meet the frame, or the face's points make no crop
    Rect footprint;          ///< what cutting and pasting read or write, clipped to the frame
    bool outside() const noexcept { return paste.region.empty(); }
};
FaceCrop place_crop(Template, int edge, const Points5&, Size frame, bool faithful) noexcept;

/// The pixels a map of a crop can reach: bounding box of the mapped crop with a margin (2 for interpolation), clipped to the frame.
Rect reach_of_crop(const Affine& crop_to_frame, int edge, Size frame, int margin = 2) noexcept;

/// Coefficients rounded to multiples of 2^-38. Products with pixel indices (below 2^14) are then exact, so that a map gives the same
/// bits whether its coordinates count from the frame's corner or from a canvas' corner. Moves a point by less than 1e-8 pixels.
Affine snap(const Affine&) noexcept;

/// What both ways need to know about the canvas; throws Error{internal} when it does not hold the crop's footprint.
struct CanvasPart {
    Rect region;
    int depth = 8;
    bool faithful = false;
    double full_scale() const noexcept { return static_cast<double>((1 << depth) - 1); }
};
CanvasPart part_of(const Canvas&, const FaceCrop&, bool faithful);

/// Cuts the crop out of the canvas; T is u8 or u16, crop.size is edge x edge with three channels.
template <class T> void cut_crop(Queue&, View<const T> canvas, const CanvasPart&, const FaceCrop&, View<T> crop);
/// Stage "warp_points" of the trace.
template <class T> void trace_cut(Trace*, const FaceCrop&, const Points5&, View<const T> crop);

/// Buffers of one thread for pasting; they grow, then stay.
struct PasteScratch {
    Picture<float> front, mask;
    Picture<std::uint8_t> warped8;
    Picture<std::uint16_t> warped16;
};
/// Pastes a crop of float samples in the canvas' scale through its mask. Unless faithful, a crop that shrinks to less than half on its way back is
/// reduced by averaging first, so that no pixel of it is skipped.
template <class T>
void paste_crop(Queue&, View<const float> crop, View<const float> mask, const CanvasPart&, const FaceCrop&, PasteScratch&, View<T> canvas);
/// The same for a crop of whole samples, warped as samples (one more rounding): how FaceFusion pastes what it has rounded before. 1/32 grid, truncation.
template <class T>
void paste_samples(Queue&, View<const T> crop, View<const float> mask, const CanvasPart&, const FaceCrop&, PasteScratch&, View<T> canvas);
/// Stage "paste" of the trace.
template <class T, class Sample>
void trace_paste(Trace*, const FaceCrop&, const CanvasPart&, View<const Sample> crop, View<const float> mask, View<const T> canvas);

/// Stages "processor" and "selected" of the trace.
void trace_start(Trace*, std::string_view processor, std::span<const Face>);

/// The 8-bit picture masks are made from: the crop itself, or a narrowed copy kept in `copy`.
View<const std::uint8_t> as_8_bit(Queue&, View<const std::uint8_t> crop, int depth, Picture<std::uint8_t>& copy);
View<const std::uint8_t> as_8_bit(Queue&, View<const std::uint16_t> crop, int depth, Picture<std::uint8_t>& copy);

/// The crop pictures of one sample type; a scratch holds one per type.
template <class T> struct CropPictures {
    Picture<T> crop, parts, before;
};

}  // namespace mien
