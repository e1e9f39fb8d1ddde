// From light to a picture: defocus, tone curve, noise.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "image/queue.h"
#include "synth/drawing.h"

namespace mien::synth {

/// Entries of the tone curve's table: 8-bit levels (not rounded) over the square root of light, 0..2.
inline constexpr int tone_entries = 1024;
/// Fills a host array of tone_entries: a gentle shoulder, then the sRGB transfer.
void tone_table(float* table);

/// The mean of linear light over discs of Sensor::defocus. `sums` is scratch of the same shape as `in` and `out` (3 floats per pixel); out may not be in.
void defocus(Queue&, const Drawing&, int shots, const float* in, float* sums, float* out);
/// Light to 8-bit RGB by the tone curve, with the noise of each shot's sensor.
void develop(Queue&, const Drawing&, int shots, const float* light, const float* tone, std::uint8_t* picture);

}  // namespace mien::synth
