// Styles of hair, and which part of a shell of hair, beard or lashes is hair at all: the alpha test of Material::hair, beard and lash.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "synth/noise.h"
#include "synth/vector3.h"

namespace mien::synth {

/// Trait::hair_style.
enum class Hair : std::uint8_t { bald, short_cut, buzz, side_part, curly, bob, long_straight, bun, short_curls, long_waves, count_ };

/// Which way the hair lies.
enum class Combing : std::uint8_t { back, side, middle, tied };

struct HairStyle {
    float top = 0, side = 0, back = 0;  ///< thickness of the cap, mm
    float fuzz = 0;                     ///< how ragged the outer shells are, 0..1
    float curl = 0;                     ///< 0 straight, 0.5 waves, 1 curls
    float ends_at = 0;                  ///< y where hanging hair ends, mm; 0: none hangs
    int layers = 0;                     ///< shells of the cap, from the scalp outwards
    Combing combing = Combing::back;
    Hair hair = Hair::bald;
    MIEN_HD constexpr bool curls() const { return curl > 0.8f; }
};
HairStyle hair_style(Hair) noexcept;
std::string_view name_of(Hair) noexcept;

/// FigureVertex::layer and FigureTriangle::layer of hair: shells of the cap count from 0; these are the others.
inline constexpr std::uint8_t knot_layer = 50, curtain_layer = 100;
/// Sheets of the hanging hair, from outside to inside; shells of a beard, from the skin outwards.
inline constexpr int curtain_layers = 4, beard_layers = 7;

/// 0 at the scalp, 1 at the tips: for shading; hanging hair counts from its inside.
MIEN_HD constexpr float hair_height(const HairStyle& style, int layer) {
    if (layer >= curtain_layer) return 1 - static_cast<float>(layer - curtain_layer) / (curtain_layers - 1);
    if (layer >= knot_layer) return 1;
    return static_cast<float>(layer) / static_cast<float>(style.layers > 1 ? style.layers - 1 : 1);
}

/// Drawn where positive. u across and v along the strands (mm), a = mm inside the hair's edge, `on` the template position, seed the person's.
MIEN_HD inline float hair_cover(const HairStyle& style, int layer, float u, float v, float a, Vec3 on, std::uint32_t seed) {
    if (layer >= knot_layer && layer < curtain_layer) return 1;
    const float f = hair_height(style, layer);
    if (layer < knot_layer && style.curls()) {
        const float c = 0.7f * noise(on * 0.42f + Vec3{static_cast<float>(seed % 1021u), 0, 0}) + 0.6f * noise(on * 0.95f);
        return (a + 2) * 0.13f + c * 0.55f - f * f * 0.55f + 0.1f - 0.2f * f;
    }
    if (layer < knot_layer && style.hair == Hair::buzz) return (a + 1) * 0.15f + 0.8f * noise(on * 2.4f) - f * 0.65f + 0.12f;
    const float broad = noise2(u * 0.9f, v * 0.018f, seed), fine = noise2(u * 2.3f, v * 0.05f, seed + 7);
    if (layer >= curtain_layer) return a * 0.16f + broad * 0.9f + fine * 0.5f - 0.5f;
    // Strands part in the outer shells only: no slit shows the scalp.
    return least((a - f * 6 - 3 * broad - 2 * fine) * 0.25f, 0.6f + 0.8f * (1 - f) + broad * 0.75f + fine * 0.6f - f * f * style.fuzz);
}
MIEN_HD inline float beard_cover(int layer, float a, Vec3 on) {
    const float f = static_cast<float>(layer) / (beard_layers - 1);
    const float n = 0.6f * noise({on.x * 1.1f, on.y * 0.28f, on.z * 0.8f}) + 0.5f * noise({on.x * 2.3f, on.y * 0.6f, on.z * 1.7f});
    return a * 0.10f + n * 1.1f - f * 0.95f + 0.15f;
}
/// u along the rim and v from root to tip, both 0..1; layer 0 = upper lashes, 1 = lower.
MIEN_HD inline float lash_cover(int layer, float u, float v) {
    const float x = u * (layer != 0 ? 40.0f : 58.0f);
    const int strand = whole_below(x);
    const float off = magnitude(x - static_cast<float>(strand) - 0.5f + 0.25f * (lattice(strand, 3, layer) - 0.5f));
    const float half = mix(0.36f, 0.07f, v) * (layer != 0 ? 0.5f : 1.0f), reach = 1 - 0.35f * lattice(strand, 7, layer);
    if (layer == 0 && v < 0.10f) return 1;  // the line of the roots
    return v < reach ? half - off : -1;
}

}  // namespace mien::synth
