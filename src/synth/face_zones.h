// Zones of the face as functions of the template position: lips, brows, beard, hairline, and the inner face that a swap replaces.
// Shared by what builds figures and by what shades them, so that a landmark on the lip's edge is where the lip's colour ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/head_field.h"
#include "synth/noise.h"
#include "synth/vector3.h"

namespace mien::synth {

/// Share of the swapped-in person at template position t: 1 in the inner face, 0 outside, smooth between (spec "heads" section 11).
MIEN_HD inline float swap_share(Vec3 t) {
    const float d = square(t.x / 59) + square((t.y + 36) / (t.y > -36 ? 74.0f : 80.0f));
    return (1 - smooth_step(0.62f, 1.0f, d)) * smooth_step(10, 35, t.z);
}

/// Height of the red lip's upper and lower edge at x, mm; both meet the lip line beyond the corners.
MIEN_HD inline float lip_top(float x) {
    const float c = magnitude(x) / 24.8f;
    if (c > 1) return lip_y;
    return lip_y + lip_line(x) + 8.3f * power(1 - power(c, 1.7f), 0.9f) - 1.5f * bell(x, 2.6f) + 0.5f * bell(magnitude(x) - 5, 2.5f);
}
MIEN_HD inline float lip_bottom(float x) {
    const float c = magnitude(x) / 24.4f;
    if (c > 1) return lip_y;
    return lip_y + 0.5f * lip_line(x) - 10 * power(1 - c * c * c, 0.9f) * (1 - 0.12f * c);
}
/// 1 on the red of the lips, 0 outside, over 0.9 mm each way.
MIEN_HD inline float lip_mask(Vec3 t) {
    if (t.z < 70 || magnitude(t.x) > 25.5f || t.y > lip_y + 12 || t.y < lip_y - 13) return 0;
    const float inside = least(lip_top(t.x) - t.y, t.y - lip_bottom(t.x));
    return smooth_step(-0.9f, 0.9f, inside) * (1 - smooth_step(24, 25.5f, magnitude(t.x)));
}

/// Where a brow is: `along` 0 at its inner end, 1 at its tail; `above` mm over its centre line; `cover` 0..1 without strokes.
struct BrowPlace {
    float along = 0, above = 0, cover = 0;
};
/// `thickness` is Trait::brow_thickness.
MIEN_HD inline BrowPlace brow_place(Vec3 t, float thickness) {
    const float x = magnitude(t.x);
    BrowPlace place;
    if (t.z < 40 || x < 8 || x > 56 || t.y < 10 || t.y > 38) return place;
    const float s = (x - 12) / 39;
    place.along = s;
    place.above = t.y - (21 + 5.8f * sine(unit_range(s) * pi * 0.62f + 0.05f) - 19.1f * square(most(0, s - 0.62f)));
    float half = mix(4.2f, 3.6f, unit_range(s * 1.5f)) * (1 - 0.8f * smooth_step(0.5f, 1, s)) * thickness;
    half *= 0.55f + 0.45f * smooth_step(-0.05f, 0.15f, s);
    const float d = magnitude(place.above) / most(half, 0.3f);
    place.cover = (1 - smooth_step(0.55f, 1.25f, d)) * smooth_step(-0.10f, 0.06f, s) * (1 - smooth_step(0.9f, 1.06f, s));
    return place;
}
/// Hair of the brows with its strokes: 0 skin .. 1 hair. The person's seed varies the strokes.
MIEN_HD inline float brow_mask(Vec3 t, float thickness, std::uint32_t seed) {
    const BrowPlace place = brow_place(t, thickness);
    if (place.cover <= 0) return 0;
    const float angle = mix(70, 12, unit_range(place.along * 1.8f)) * degree, x = magnitude(t.x), side = t.x > 0 ? 1.0f : -1.0f;
    const float along = x * cosine(angle) + place.above * sine(angle), across = place.above * cosine(angle) - x * sine(angle);
    const float strokes = 0.6f * noise({across * 2.6f + side * 31, along * 0.22f, static_cast<float>(seed % 8191u) * 1.7f}) + 0.4f * noise({across * 5.1f, along * 0.3f, side * 9});
    return unit_range(place.cover * (0.92f + strokes));
}

/// Where a beard grows: 0..1, below a cheek line that rises outwards, above the throat, not on the lips.
MIEN_HD inline float beard_zone(Vec3 t) {
    const float x = magnitude(t.x);
    if (t.y > -20 || t.y < -128 || t.z < -14) return 0;
    float zone = smooth_step(-46, -66, t.y - most(0, x - 26) * 0.95f) * smooth_step(-12, 26, t.z) * (1 - smooth_step(-112, -126, t.y));
    zone *= 1 - lip_mask(t);
    // Thin between the lower lip and the chin, but for its middle's rim.
    zone *= mix(0.35f, 1, unit_range(smooth_step(9, 13, x) + (t.y < -88 ? 1.0f : 0.0f) + (t.y > lip_y ? 1.0f : 0.0f)));
    if (x < 30) zone *= 1 - smooth_step(-51, -46, t.y);
    return unit_range(zone);
}

/// Height of the hairline in template space (mm) at an azimuth in radians. `recession` is Trait::recession.
MIEN_HD inline float hairline(float azimuth, float recession) {
    const float a = magnitude(azimuth) / degree;
    const float angles[17] = {0, 18, 32, 44, 54, 62, 70, 76, 81, 86, 91, 98, 106, 116, 130, 150, 180};
    const float heights[17] = {78, 76, 70, 60, 46, 36, 10, -16, -22, -8, 14, 20, 10, -22, -52, -68, -72};
    float y = heights[16];
    for (int i = 1; i < 17; ++i)
        if (a <= angles[i]) {
            y = mix(heights[i - 1], heights[i], smooth_step(angles[i - 1], angles[i], a));
            break;
        }
    if (a < 60) y += 1.6f * noise({azimuth * 7, 2.5f, 1});
    y -= 2.5f * bell(a, 7);
    if (recession > 0 && a < 75) {
        // Temples first, then the whole front.
        y += recession * (18 * bell(a - 34, 16) + 22 * smooth_step(0, 0.5f, recession) * bell(a, 45) * (recession > 0.5f ? 1.6f : 0.6f));
    }
    return y;
}

}  // namespace mien::synth
