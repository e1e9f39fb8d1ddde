// What is true of every pixel: class, person, visible face, depth, normal, flow; and of every face: its points and how much of it shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/background.h"

namespace mien::synth {

/// Planes of all shots, one above the other, rows without padding. flow may be null.
struct TruthPlanes {
    std::uint8_t *regions = nullptr, *who = nullptr, *face = nullptr;
    float *depth = nullptr, *normals = nullptr, *flow = nullptr;
};
void draw_truth(Queue&, const Drawing&, int shots, const TruthPlanes&);

/// Gathers the points of every instance, those of the outline as its camera sees them, and measures how much of its face shows. `points`: one per instance. `areas` is scratch of area_lanes * 2 numbers per instance.
inline constexpr int area_lanes = 256;
void gather_faces(Queue&, const Drawing&, int instances, const FacePoints* points, std::int64_t* areas, PosedFace* faces);

}  // namespace mien::synth
