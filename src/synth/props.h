// Things that come before a face: hands, cups, microphones, strands of hair, masks, poles; made of the renderer's capsules and ellipsoids.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "synth/scene.h"
#include "synth/shot.h"

namespace mien::synth {

/// Adds an occluder's parts at a moment, when it is there at the moment `present`. `pose`: of the head it meets; `end`: the end of the shot; `seed`: of its small unrest.
void add_prop(const SceneOccluder&, const Person&, const Pose&, double time, double present, double end, std::uint32_t seed, std::vector<Occluder>&);
/// Colour of a person's skin, linear, as spec "heads" section 8 mixes it.
Vec3 skin_colour(const Person&) noexcept;

}  // namespace mien::synth
