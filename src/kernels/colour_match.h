// Moves the low-frequency colours of one picture onto another; what later processors match crops with.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "image/queue.h"
#include "image/view.h"

namespace mien::kernels {

/// out = target + upsampled(downsampled(source) - downsampled(target)), clipped and truncated: both pictures are averaged down to `size`, their difference goes
/// back up bicubically. 8 bits, three channels, all of one size. out may be source.
void equalise_colours(Queue&, View<const std::uint8_t> source, View<const std::uint8_t> target, Size size, View<std::uint8_t> out);
/// equalise_colours at 16 pixels, at two sizes evenly between 16 and the height, then at full size, each working on the last one's result.
void match_colours(Queue&, View<const std::uint8_t> source, View<const std::uint8_t> target, View<std::uint8_t> out);
/// 0..1: correlation of the hue and saturation histograms (50 x 60 bins) of two blue-green-red or red-green-blue pictures (`bgr`), mapped from -1..1. Host memory only.
double colour_likeness(Queue&, View<const std::uint8_t> first, View<const std::uint8_t> second, bool bgr);
/// The target, moved towards match_colours by colour_likeness: the more alike, the more. Host memory only.
void match_colours_if_alike(Queue&, View<const std::uint8_t> source, View<const std::uint8_t> target, bool bgr, View<std::uint8_t> out);

}  // namespace mien::kernels
