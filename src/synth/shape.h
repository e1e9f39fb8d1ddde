// The shape of a head: traits as drags on the template.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/person.h"
#include "synth/vector3.h"

namespace mien::synth {

/// How far one unit of a shape trait moves the place t of the template, mm. Zero for traits that are not drags.
Vec3 trait_displacement(Trait, Vec3 t) noexcept;
/// How far a person's head differs from the template at t, mm.
Vec3 shape_displacement(const Person&, Vec3 t) noexcept;

}  // namespace mien::synth
