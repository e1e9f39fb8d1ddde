// Light on surfaces: lobes of reflection, the key light's shadow, and shade that occluders throw.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/drawing.h"

namespace mien::synth {

MIEN_HD constexpr float fifth_power(float x) { return x * x * x * x * x; }
/// GGX with Smith's shadowing and Schlick's Fresnel, times the cosine. rough is the square root of alpha; at_normal the reflectance there.
MIEN_HD inline float glint(Vec3 normal, Vec3 view, Vec3 light, float rough, float at_normal) {
    const float nl = dot(normal, light);
    if (nl <= 0) return 0;
    const Vec3 half = unit(view + light);
    const float nv = most(0.05f, dot(normal, view)), nh = unit_range(dot(normal, half)), vh = unit_range(dot(view, half));
    const float alpha = square(rough), wide = square(alpha), k = square(rough + 1) / 8;
    const float spread = pi * square(nh * nh * (wide - 1) + 1) + 1e-7f, hidden = (nl * (1 - k) + k) * (nv * (1 - k) + k) * 4;
    return wide * (at_normal + (1 - at_normal) * fifth_power(1 - vh)) * nl / (spread * hidden);
}
/// Light that enters skin leaves it around the corner too, red most of all.
MIEN_HD inline Vec3 skin_diffuse(float nl) {
    const auto wrapped = [nl](float w) {
        const float q = (nl + w) / (1 + w);
        return q > 0 ? 0.35f * q * q + 0.65f * most(0, (nl + 0.5f * w) / (1 + 0.5f * w)) : 0;
    };
    return {wrapped(0.38f), wrapped(0.20f), wrapped(0.14f)};
}

/// Share of the key light that reaches a place of a figure past the figure itself: 0 shadow .. 1 light, soft over `radius` mm (at most 2.6 texels: the map is
/// as coarse as its shadows are soft).
MIEN_HD inline float lit_share(const ShadowMap& map, std::uint32_t stamp, Vec3 at, float radius) {
    if (map.side <= 0) return 1;
    const float texel = 1 / map.scale;
    const Vec3 d = at - map.centre;
    const float half = 0.5f * static_cast<float>(map.side), tx = half + dot(d, map.right) * map.scale, ty = half - dot(d, map.up) * map.scale;
    const float reach = limit(radius * map.scale, 1.25f, 2.6f), depth = 1000 - dot(d, map.towards) - most(1.6f, texel * 0.8f), fade = 1 / (2.6f + texel);
    if (!(tx > -64 && ty > -64 && tx < 8192 && ty < 8192)) return 1;
    const auto first = [](float x) { return whole_below(x) + 1; };
    const int x0 = first(tx - reach), x1 = whole_below(tx + reach), y0 = first(ty - reach), y1 = whole_below(ty + reach);
    float light = 0, weights = 0;
    for (int y = y0; y <= y1; ++y) {
        const float wy = reach - magnitude(static_cast<float>(y) - ty);
        for (int x = x0; x <= x1; ++x) {
            const float w = wy * (reach - magnitude(static_cast<float>(x) - tx));
            weights += w;
            if (x < 0 || y < 0 || x >= map.side || y >= map.side) {
                light += w;
                continue;
            }
            const std::uint64_t key = map.texels[y * map.side + x];
            if (!Visible::holds(key, stamp)) {
                light += w;
                continue;
            }
            const float behind = unit_range((depth - std::bit_cast<float>(Visible::depth(key)) - 0.2f) * fade);
            light += w * (1 - behind * behind * (3 - 2 * behind));
        }
    }
    return weights > 0 ? unit_range(light / weights) : 1;  // a weight on the rim may round below 0
}

/// Occluders beyond a kilometre are not drawn, mm.
inline constexpr float farthest_occluder = 1e6f;
/// Where a ray meets an occluder: distance along it, negative = not. `along` says where on a capsule, 0..1.
struct OccluderHit {
    float distance = -1, along = 0;
    Vec3 normal;
};
MIEN_HD inline OccluderHit meet_ellipsoid(const Occluder& it, Vec3 from, Vec3 direction) {
    const Vec3 radii{most(it.to.x, 0.1f), most(it.to.y, 0.1f), most(it.to.z, 0.1f)}, o = (from - it.from) / radii, d = direction / radii;
    const float a = dot(d, d), b = dot(o, d), c = dot(o, o) - 1, root = b * b - a * c;
    OccluderHit hit;
    if (root <= 0 || a <= 0) return hit;
    hit.distance = (-b - square_root(root)) / a;
    hit.normal = unit((o + d * hit.distance) / radii);
    return hit;
}
MIEN_HD inline OccluderHit meet_ball(Vec3 centre, float radius, Vec3 from, Vec3 direction) {
    const Vec3 o = from - centre;
    const float b = dot(o, direction), root = b * b - (dot(o, o) - radius * radius);
    OccluderHit hit;
    if (root <= 0) return hit;
    hit.distance = -b - square_root(root);
    hit.normal = unit(o + direction * hit.distance);
    return hit;
}
MIEN_HD inline OccluderHit meet_capsule(const Occluder& it, Vec3 from, Vec3 direction) {
    const Vec3 axis = it.to - it.from, o = from - it.from;
    const float length2 = dot(axis, axis), radius = most(it.radius, 0.1f);
    if (length2 > 1e-6f) {
        const float ad = dot(axis, direction), ao = dot(axis, o), a = length2 - ad * ad, b = length2 * dot(o, direction) - ao * ad;
        const float c = length2 * dot(o, o) - ao * ao - radius * radius * length2, root = b * b - a * c;
        if (root <= 0 && a > 1e-3f * length2) return {};
        if (root > 0 && a > 1e-6f * length2) {
            const float distance = (-b - square_root(root)) / a, along = (ao + distance * ad) / length2;
            if (along >= 0 && along <= 1) return {distance, along, unit(o + direction * distance - axis * along)};
        }
    }
    OccluderHit start = meet_ball(it.from, radius, from, direction), end = meet_ball(it.to, radius, from, direction);
    end.along = 1;
    if (start.distance < 0) return end;
    return end.distance >= 0 && end.distance < start.distance ? end : start;
}
MIEN_HD inline OccluderHit meet(const Occluder& it, Vec3 from, Vec3 direction) {
    return it.kind == Occluder::Kind::ellipsoid ? meet_ellipsoid(it, from, direction) : meet_capsule(it, from, direction);
}

/// About how far a place is from an occluder's surface, mm; negative inside.
MIEN_HD inline float distance_to(const Occluder& it, Vec3 at) {
    const Vec3 d = at - it.from;
    if (it.kind == Occluder::Kind::ellipsoid) {
        const Vec3 radii{most(it.to.x, 0.1f), most(it.to.y, 0.1f), most(it.to.z, 0.1f)};
        const float k0 = length(d / radii), k1 = length(d / (radii * radii));
        return k1 > 1e-9f ? k0 * (k0 - 1) / k1 : -least(radii.x, least(radii.y, radii.z));
    }
    const Vec3 axis = it.to - it.from;
    return length(d - axis * unit_range(dot(d, axis) / most(dot(axis, axis), 1e-6f))) - it.radius;
}
/// Share of the key light that passes an occluder on its way to a place.
MIEN_HD inline float passed_share(const Occluder& it, Vec3 at, Vec3 towards) {
    if (it.kind == Occluder::Kind::ellipsoid) {
        const Vec3 radii{most(it.to.x, 0.1f), most(it.to.y, 0.1f), most(it.to.z, 0.1f)}, o = (at - it.from) / radii, d = towards / radii;
        const float s = -dot(o, d) / most(dot(d, d), 1e-12f);
        return s <= 0 ? 1 : smooth_step(0.8f, 1.25f, length(o + d * s));
    }
    // Nearest places of a segment and a ray.
    const Vec3 axis = it.to - it.from, between = at - it.from;
    const float aa = most(dot(axis, axis), 1e-6f), at_axis = dot(axis, towards), ab = dot(axis, between), tb = dot(towards, between),
                det = aa - at_axis * at_axis;
    float along = det > 1e-4f * aa ? unit_range((ab - tb * at_axis) / det) : 0.5f;
    const float s = along * at_axis - tb;
    if (s <= 0) return 1;
    along = unit_range((ab + s * at_axis) / aa);
    return smooth_step(0.75f, 1.35f, length(between + towards * s - axis * along) / most(it.radius, 0.1f));
}
MIEN_HD inline float passed_share(const Drawing& drawing, const ShotRecord& shot, Vec3 at) {
    float share = 1;
    for (int i = 0; i < shot.occluder_count; ++i)
        share = least(share, passed_share(drawing.occluders[shot.first_occluder + i].now, at, shot.light.key_direction));
    return share;
}

}  // namespace mien::synth
