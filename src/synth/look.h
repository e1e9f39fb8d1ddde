// From a performer to what shading needs to know of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/drawing.h"

namespace mien::synth {

Look look_of(const Figure&, const Expression&) noexcept;
/// Light with unit directions and the exposure multiplied in.
Light exposed(Light) noexcept;
/// The key light's view of a figure, without its texels: as fine as the picture, within reason.
ShadowMap shadow_map_of(const Performer&, const Shot&) noexcept;
/// Level of the skin's pyramid whose texels are about as large as the picture's pixels on this performer's face.
float skin_level_of(const Performer&, const Shot&, int per_cell) noexcept;
/// An occluder with the pixels it can touch.
OccluderRecord record_of(const Occluder& now, const Occluder& next, const Camera&) noexcept;

}  // namespace mien::synth
