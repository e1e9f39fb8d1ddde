// The implicit head: ellipsoids and capsules joined smoothly; the template is cast from it once.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/vector3.h"

namespace mien::synth {

/// Height of the lip line, place of the eye on the +x side, radii of the globe and of the lids' inner surface, mm.
inline constexpr float lip_y = -68.5f, eye_x = 31.5f, eye_z = 70.5f, globe_radius = 12.0f, lid_radius = 12.9f;

/// Signed distance in mm (a lower bound of it) to the skin of the mean head; negative inside.
float head_distance(Vec3 p) noexcept;
/// The outermost skin on the ray from origin along the unit direction.
Vec3 outermost_skin(Vec3 origin, Vec3 direction) noexcept;
/// How much the lip line lies above lip_y at x, mm.
MIEN_HD inline float lip_line(float x) { return -0.9f * bell(x, 4.5f) + 0.7f * bell(magnitude(x) - 11, 5) - 0.9f * bell(magnitude(x) - 25, 5); }

}  // namespace mien::synth
