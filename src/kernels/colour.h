// Kernels that change colour spaces: film planes to RGB and back, Lab, HSV, grey, linear light.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>

#include "image/frame.h"
#include "image/queue.h"
#include "image/view.h"

namespace mien::kernels {

/// The planes of a film frame as kernels see them: T is u8 for 8 bits, u16 above. Unused planes have data == nullptr.
template <class T> struct Planes {
    std::array<View<T>, 4> plane;
    Format format;
    Colour colour;
};
template <class T> Planes<const T> planes_of(const Frame&);
/// Copies shared pixels first (Frame::edit).
template <class T> Planes<T> edit_planes(Frame&);

/// The part `region` of a film frame as RGB: rgb(x, y) is the film's pixel (region.x + x, region.y + y). Matrix, range and chroma siting from the planes'
/// colour codes (unspecified matrix: BT.601 up to 576 lines, BT.709 above; unspecified siting: left). Chroma is interpolated bilinearly at its site.
/// 8-bit planes give 8-bit RGB; planes of d > 8 bits give u16 RGB of d bits (full scale 2^d - 1). Gray, rgb, rgba and gbr layouts are copied.
/// Integer arithmetic, one rounding.
template <class T> void to_rgb(Queue&, const Planes<const T>&, Rect region, View<T> rgb);
/// Writes an RGB part back into the planes; `region` must be even-aligned for subsampled layouts or reach the picture's edge (align_to_chroma). Chroma is the
/// mean of its footprint at the planes' siting, taken inside the region. Alpha stays.
template <class T> void from_rgb(Queue&, View<const T> rgb, Rect region, const Planes<T>&);
/// The smallest region with whole chroma samples around `region`, inside the picture.
Rect align_to_chroma(const Format&, Size, Rect region) noexcept;

/// Swaps the first and third channel. In may be out.
template <class T> void swap_red_blue(Queue&, View<const T> in, View<T> out);

// OpenCV's conversions of 8-bit and float pictures, for parity (byte for byte on u8). `first` says which channel comes first in memory.
enum class Order : std::uint8_t { rgb, bgr };
void to_lab(Queue&, View<const std::uint8_t> in, Order, View<std::uint8_t> lab);
void from_lab(Queue&, View<const std::uint8_t> lab, Order, View<std::uint8_t> out);
void to_lab(Queue&, View<const float> in, Order, View<float> lab);      ///< in 0..1; L 0..100
void from_lab(Queue&, View<const float> lab, Order, View<float> out);
void to_hsv(Queue&, View<const std::uint8_t> in, Order, View<std::uint8_t> hsv);  ///< H 0..179
void to_gray(Queue&, View<const std::uint8_t> in, Order, View<std::uint8_t> gray);
/// OpenCV's CLAHE of one 8-bit channel.
void clahe(Queue&, View<const std::uint8_t> in, double clip_limit, Size tiles, View<std::uint8_t> out);

/// Multiplies linear light: out = encode(gain[c] * decode(in)), sRGB curve (IEC 61966-2-1) by tables; gains 0..16.
template <class T> void gain_linear(Queue&, View<const T> in, int depth, std::array<float, 3> gain, View<T> out);

}  // namespace mien::kernels
