// Local drags: the one deformation of the head, for identity and expression alike.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/vector3.h"

namespace mien::synth {

/// A displacement field on the template, mm.
struct Drag {
    enum class Kind : std::uint8_t {
        local,  ///< displacement * exp(-sum((t - centre) / radii)^2 / 2), with its mirror image when centre.x > 0
        width,  ///< the same around x = 0, with displacement.x scaled by t.x / centre.x
        scale,  ///< displacement * t: the whole head
    };
    Kind kind = Kind::local;
    Vec3 centre, radii, displacement;
};
constexpr Drag local(Vec3 centre, Vec3 radii, Vec3 displacement) { return {Drag::Kind::local, centre, radii, displacement}; }
constexpr Drag width(float reference, Vec3 centre, Vec3 radii, Vec3 displacement) { return {Drag::Kind::width, {reference, centre.y, centre.z}, radii, displacement}; }
constexpr Drag scale(Vec3 share) { return {Drag::Kind::scale, {}, {1, 1, 1}, share}; }

constexpr Vec3 displacement(const Drag& d, Vec3 t) {
    if (d.kind == Drag::Kind::scale) return d.displacement * t;
    if (d.kind == Drag::Kind::width) {
        const float e = square(t.x / d.radii.x) + square((t.y - d.centre.y) / d.radii.y) + square((t.z - d.centre.z) / d.radii.z);
        return Vec3{d.displacement.x * t.x / d.centre.x, d.displacement.y, d.displacement.z} * exponential(-0.5f * e);
    }
    Vec3 sum;
    for (int mirror = 0; mirror < (d.centre.x > 0.5f ? 2 : 1); ++mirror) {
        const float side = mirror != 0 ? -1.0f : 1.0f;
        const float e = square((t.x - side * d.centre.x) / d.radii.x) + square((t.y - d.centre.y) / d.radii.y) + square((t.z - d.centre.z) / d.radii.z);
        if (e < 18) sum += Vec3{side * d.displacement.x, d.displacement.y, d.displacement.z} * exponential(-0.5f * e);
    }
    return sum;
}

}  // namespace mien::synth
