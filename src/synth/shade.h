// The picture in linear light.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/background.h"

namespace mien::synth {

/// Shades every pixel of every shot from the visibility buffers: `light` takes 3 floats per pixel, weight times the pixel's mean over its samples, added when
/// `add`. `alpha` (may be null) takes the people's coverage, 0..255. Rows are size.width pixels, shots one above the other.
void shade(Queue&, const Drawing&, const Backdrop&, int shots, float* light, std::uint8_t* alpha, float weight, bool add);

}  // namespace mien::synth
