// From posed vertices to visibility buffers: projection for camera and key light, and triangles to samples.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/drawing.h"

namespace mien::synth {

/// Marks samples as empty, whatever the stamp.
void forget_keys(Queue&, std::uint64_t* keys, std::size_t count);
/// Fills ScreenVertex of every instance; `most_vertices` = the largest instance.
void project(Queue&, const Drawing&, int instances, int most_vertices);
/// Lowers the visibility buffers and shadow maps of every instance.
void rasterise(Queue&, const Drawing&, int instances, int most_triangles);

}  // namespace mien::synth
