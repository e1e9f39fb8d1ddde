// Kernels that move pixels: affine warps, resizes, rotations by 90 degrees.
// Every function queues its work; host queues are done on return. u8 and u16 are instantiated unless a line says otherwise.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "image/queue.h"
#include "image/view.h"

namespace mien::kernels {

enum class Border : std::uint8_t { constant_zero, replicate };
/// exact: bilinear in 32-bit float with coordinates in double. grid32: OpenCV's warpAffine: coordinates rounded to 1/32 pixel, 15-bit integer weights
/// for 8-bit samples, float weights of the same grid for float samples.
enum class Sampling : std::uint8_t { exact, grid32 };

/// out(p) = in(out_to_in(p)), bilinear. In and out have the same channels (1..4). T: u8, u16, float; float: clamps nothing.
template <class T> void warp_affine(Queue&, View<const T> in, const Affine& out_to_in, Border, Sampling, View<T> out);

/// Bilinear warp with an area prefilter where out_to_in shrinks (scale > 1): mean over the footprint of the output pixel on a fixed sample grid
/// whose density follows from the map alone. Equal to warp_affine(exact) where nothing shrinks.
template <class T> void warp_affine_area(Queue&, View<const T> in, const Affine& out_to_in, Border, View<T> out);

enum class Filter : std::uint8_t {
    bilinear, area, bicubic, lanczos,  ///< exact: 14-bit fixed-point weights per axis from the host, rounded once
    bilinear_cv, area_cv, bicubic_cv,  ///< OpenCV's resize with INTER_LINEAR, INTER_AREA, INTER_CUBIC, byte for byte on u8 (bicubic: a = -0.75, in floats; one level off in 1 of 30000 samples)
};
/// Separable resize of in to out.size; pixel centres aligned, borders replicated. T: u8, u16, float.
template <class T> void resize(Queue&, View<const T> in, Filter, View<T> out);

/// Quarter turns clockwise: 1, 2, 3. out.size must be the turned size.
template <class T> void rotate90(Queue&, View<const T> in, int turns, View<T> out);

/// Copies pixels and channels; T: u8, u16, float.
template <class T> void copy(Queue&, View<const T> in, View<T> out);
template <class T> void fill(Queue&, View<T> out, T value);
/// Widens or narrows samples: u8 <-> u16 with (2^b - 1) as full scale on both sides, rounded to nearest.
void widen(Queue&, View<const std::uint8_t> in, int out_depth, View<std::uint16_t> out);
void narrow(Queue&, View<const std::uint16_t> in, int in_depth, View<std::uint8_t> out);

/// Pixel boost: part (i, j) = crop[i::n, j::n], i major. parts is one tall picture of n*n parts below each other.
template <class T> void split_polyphase(Queue&, View<const T> in, int n, View<T> parts);
template <class T> void join_polyphase(Queue&, View<const T> parts, int n, View<T> out);

}  // namespace mien::kernels
