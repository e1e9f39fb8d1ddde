// What moves one vertex of a face: drags, lids, jaw, inner rows, gaze; bodies of the rig's kernels call these.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "synth/head_field.h"
#include "synth/rig.h"

namespace mien::synth {

/// All that one figure needs in one frame; trivially copyable, pointers on the queue's device.
struct RigFrame {
    const FigureVertex* vertices = nullptr;
    const FigureTriangle* triangles = nullptr;
    const std::int32_t *first = nullptr, *around = nullptr;  ///< triangles around the soft vertices
    const std::int32_t* pull_first = nullptr;
    const Pull* pulls = nullptr;
    PosedVertex* out = nullptr;
    int count = 0, soft_count = 0;
    Expression expression;
    Figure::Eye eyes[2];
    Mat3 gaze[2];
    Vec3 teeth[2];            ///< shift of the arches, upper first, before the jaw turns
    Vec3 tongue;
    Pose pose;
    Mat3 turned, head, body;  ///< the whole person's turn; head_rotation at 1 and at 0

    MIEN_HD float action(Action a) const { return expression[a]; }
};

inline constexpr Vec3 neck_pivot{0, -75, -18};
inline constexpr float jaw_axis_y = -24, jaw_axis_z = 6;

/// Rotation of head and neck at a share w of it. The torso follows a quarter of the yaw up to 60 degrees and all of what is beyond, so that a turned back is a turned person.
MIEN_HD inline Mat3 neck_rotation(const Pose& pose, float w) {
    const float yaw = limit(pose.yaw, -60, 60), pitch = limit(pose.pitch, -50, 50), roll = limit(pose.roll, -35, 35);
    return rotation(mix(pose.pitch - pitch, pose.pitch, w), mix(0.25f * yaw + (pose.yaw - yaw), pose.yaw, w), mix(pose.roll - roll, pose.roll, w));
}
MIEN_HD inline Mat3 rotation_at(const RigFrame& f, float w) {
    if (w >= 1) return f.head;
    if (w <= 0) return f.body;
    return f.turned * neck_rotation(f.pose, w);
}
MIEN_HD inline Vec3 placed(const RigFrame& f, const Mat3& r, Vec3 p) { return f.pose.place + f.turned * neck_pivot + r * (p - neck_pivot); }

/// The opening of the jaw turns a direction downwards in front.
MIEN_HD inline Vec3 jaw_turned(const RigFrame& f, float w, Vec3 d) {
    const float angle = -24 * degree * f.action(Action::jaw) * w;
    if (angle == 0) return d;
    const float c = cosine(angle), s = sine(angle);
    return {d.x, c * d.y + s * d.z, c * d.z - s * d.y};
}
MIEN_HD inline Vec3 jaw_moved(const RigFrame& f, float w, Vec3 p) {
    if (w == 0) return p;
    const Vec3 turned = jaw_turned(f, w, {p.x, p.y - jaw_axis_y, p.z - jaw_axis_z});
    return turned + Vec3{6 * f.action(Action::jaw_side) * w, jaw_axis_y, jaw_axis_z + (5 * f.action(Action::jaw_forward) + 3 * f.action(Action::jaw)) * w};
}

/// Depth of the lids' surface at (x, y) from the eye's centre; continued linearly where the ellipsoid turns away.
MIEN_HD inline float lid_depth(float x, float y) {
    const float d = square(x / 17.2f) + square(y / lid_radius), last = 0.86f;
    if (d < last) return lid_radius * square_root(1 - d);
    const float edge = square_root(1 - last);
    return lid_radius * edge - lid_radius / (2 * edge) * (d - last) * 0.6f;
}

/// Heights of both rims at q, over the eye's centre and without tilt.
struct Rims {
    float upper, lower;
};
MIEN_HD inline Rims rims_at(const RigFrame& f, const Figure::Eye& eye, float blink, float q) {
    const float up = f.action(Action::gaze_y), wide = f.action(Action::wide), squint = f.action(Action::squint);
    const float open_upper = most(eye.upper + 1.3f * wide - 0.8f * squint + (up > 0 ? 2.0f : 3.2f) * up, 0.5f);
    const float open_lower = eye.lower + 1.7f * squint - 0.6f * wide + (up < 0 ? 0.9f : 0.5f) * up;
    // The upper rim peaks towards the nose, the lower one away from it.
    const float bow = most(0, 1 - q * q), upper_shape = power(bow, 0.62f) * (1 - 0.10f * q), lower_shape = power(bow, 0.70f) * (1 + 0.14f * q);
    const float meet = -3 * lower_shape;
    Rims rims{mix(open_upper * upper_shape, meet, blink), mix(open_lower * lower_shape, meet, blink)};
    if (rims.upper < rims.lower + 0.05f) rims.upper = rims.lower + 0.05f * upper_shape;
    return rims;
}

/// Skin near an eye: `base` without lids, at lid coordinates from the template's azimuth and level.
MIEN_HD inline Vec3 with_lids(const RigFrame& f, const FigureVertex& v, Vec3 base) {
    const float side = static_cast<float>(v.side);
    const Figure::Eye& eye = f.eyes[v.side > 0 ? 0 : 1];
    const float blink = f.action(v.side > 0 ? Action::blink_left : Action::blink_right);
    constexpr float inner = 11.6f * degree, outer = 33.8f * degree;
    const float q = (magnitude(v.u) - 0.5f * (inner + outer)) / (0.5f * (outer - inner)), clamped = limit(q, -1, 1);
    const bool upper = v.lid > 0;
    const float away = magnitude(v.v) / (upper ? 12.0f : 11.0f);  // 0 rim, 1 crease
    const Rims rims = rims_at(f, eye, blink, clamped);
    const float crease = (upper ? 8.8f - 1.2f * eye.fold : -9.5f) * (0.55f + 0.45f * square_root(most(0, 1 - square(0.93f * clamped))));
    const float share = unit_range(away);
    float y = mix(upper ? rims.upper : rims.lower, crease, share);
    if (away > 1) y = crease + (base.y - eye.centre.y - crease) * unit_range((away - 1) * 2);
    const float x = q * eye.half_width;
    float z = lid_depth(clamped < 0 ? x + 0.9f : x, y) + (clamped < 0 ? 1.2f * clamped * clamped : 0);
    z += upper ? 0.25f + 0.5f * smooth_step(0, 0.25f, share) : 0.2f + 0.4f * smooth_step(0, 0.3f, share);
    const Vec3 lid = eye.centre + Vec3{side * x, y + eye.tilt * clamped, z};
    const float beyond = 1 - smooth_step(1, 1.55f, magnitude(q));
    float weight = beyond * (1 - (upper ? smooth_step(0.62f, 1.08f, away) : smooth_step(0.25f, 1.05f, away)));
    if (away < 0.02f && magnitude(q) <= 1) weight = 1;
    if (upper) {  // a hood over the crease, not at the inner end: there it scowls
        const float hood = bell(away - 1.08f, 0.16f) * (1.3f + eye.fold + 1.2f * eye.age) * beyond * smooth_step(-1.25f, -0.15f, q);
        base += Vec3{0, -1.5f * (1 - 0.25f * blink), 0.8f} * hood;
    }
    const Vec3 p = mix(base, lid, weight), d = p - eye.centre;
    const float far = length(d), least_far = globe_radius + 0.75f;
    return far < least_far && d.z > 0 ? eye.centre + d * (least_far / far) : p;
}

/// The outer skin with its expression, before the jaw.
MIEN_HD inline Vec3 expressed(const RigFrame& f, std::int32_t i) {
    const FigureVertex& v = f.vertices[i];
    Vec3 p = v.rest;
    for (std::int32_t k = f.pull_first[i]; k < f.pull_first[i + 1]; ++k) {
        const Pull pull = f.pulls[k];
        const float amount = f.expression.actions[pull.which];
        if (amount != 0) p += pull.at(amount);
    }
    return v.side != 0 ? with_lids(f, v, p) : p;
}

/// An inner row behind a rim, before the jaw.
MIEN_HD inline Vec3 hung_inside(const RigFrame& f, const FigureVertex& v) {
    const Vec3 rim = expressed(f, v.anchor);
    const int row = v.layer;
    const float up = static_cast<float>(v.lid);
    if (v.a > 0) {
        const float deep[8] = {0, 1.2f, 3.2f, 5.8f, 8.5f, 15, 28, 48}, high[8] = {0, 0.15f, 0.9f, 2.6f, 5.5f, 12, 20, 24};
        const float narrow[8] = {1, 0.992f, 0.98f, 0.97f, 0.98f, 1.04f, 1.02f, 0.8f};
        const float c = unit_range(magnitude(v.on.x) / 26), flat = 1 - 0.85f * c * c * c * c;
        return {rim.x * narrow[row], rim.y + up * high[row] * flat, rim.z - deep[row] * (0.55f + 0.45f * flat)};
    }
    // 1 the rim's thickness, 2 on the globe, 3 tucked behind the skin.
    const Figure::Eye& eye = f.eyes[v.side > 0 ? 0 : 1];
    const Vec3 d = rim - eye.centre;
    const float r = globe_radius + (row == 1 ? 0.35f : (row == 2 ? 0.05f : -1.0f));
    const float y = d.y + up * (row == 1 ? -0.12f : (row == 2 ? 0.5f : 2.5f));
    const float left = r * r - y * y - d.x * d.x;
    const float z = left > 9 ? square_root(left) : 3 - 0.03f * (9 - left);
    return eye.centre + Vec3{d.x, y, least(z, d.z - 0.09f * static_cast<float>(row))};
}

/// A point of an eyeball: turned, and stretched towards the canthi so that the sclera fills them.
MIEN_HD inline Vec3 eyeball(const RigFrame& f, const FigureVertex& v) {
    const std::size_t s = v.side > 0 ? 0 : 1;
    Vec3 d = f.gaze[s] * v.rest;
    const float stretch = smooth_step(5.5f, 12, magnitude(d.x)) * bell(d.y, 4.5f);
    return f.eyes[s].centre + Vec3{d.x + with_sign(3.4f * stretch, d.x), d.y, d.z + 2.4f * stretch * unit_range(d.z / 6 + 0.3f)};
}

MIEN_HD inline Vec3 lash(const RigFrame& f, const FigureVertex& v) {
    const std::size_t s = v.side > 0 ? 0 : 1;
    const Vec3 root = expressed(f, v.anchor), out = unit(root - f.eyes[s].centre);
    const float reach = v.rest.x, r = v.rest.z, blink = f.action(s == 0 ? Action::blink_left : Action::blink_right);
    Vec3 d = unit({out.x * 0.55f + v.rest.y, v.layer != 0 ? -0.45f : 0.05f, out.z}) * (reach * r);
    d.y += (v.layer != 0 ? -0.25f : 0.62f) * reach * r * r;
    if (v.layer == 0) d.y -= 0.75f * blink * reach * r;
    return root + d;
}

}  // namespace mien::synth
