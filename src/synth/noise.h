// Randomness of the renderer: integer hashes, value noise, jittered spots, and a stream of draws.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "synth/vector3.h"

namespace mien::synth {

/// A bijective scrambler of 32 bits (two rounds of multiply and xor-shift).
MIEN_HD constexpr std::uint32_t scramble(std::uint32_t x) {
    x ^= x >> 16;
    x *= 0x7feb352du;
    x ^= x >> 15;
    x *= 0x846ca68bu;
    return x ^ (x >> 16);
}
/// 24 bits of a hash as a number in [0, 1).
MIEN_HD constexpr float as_fraction(std::uint32_t bits) { return static_cast<float>(bits >> 8) * (1.0f / 16777216.0f); }
MIEN_HD constexpr float lattice(int x, int y, int z) {
    const auto a = static_cast<std::uint32_t>(x) * 73856093u, b = static_cast<std::uint32_t>(y) * 19349663u, c = static_cast<std::uint32_t>(z) * 83492791u;
    return as_fraction(scramble(scramble(a ^ b) ^ c));
}

/// Value noise in -1..1 over a unit lattice.
MIEN_HD constexpr float noise(Vec3 p) {
    const int x = whole_below(p.x), y = whole_below(p.y), z = whole_below(p.z);
    const auto fade = [](float f) { return f * f * (3 - 2 * f); };
    const float fx = fade(p.x - static_cast<float>(x)), fy = fade(p.y - static_cast<float>(y)), fz = fade(p.z - static_cast<float>(z));
    float layer[2] = {};
    for (int k = 0; k < 2; ++k)
        layer[k] = mix(mix(lattice(x, y, z + k), lattice(x + 1, y, z + k), fx), mix(lattice(x, y + 1, z + k), lattice(x + 1, y + 1, z + k), fx), fy);
    return mix(layer[0], layer[1], fz) * 2 - 1;
}
/// Value noise in -1..1 of the plane, one lattice per seed: a third of the cost of noise().
MIEN_HD constexpr float noise2(float px, float py, std::uint32_t seed) {
    const int x = whole_below(px), y = whole_below(py);
    const auto fade = [](float f) { return f * f * (3 - 2 * f); };
    const float fx = fade(px - static_cast<float>(x)), fy = fade(py - static_cast<float>(y));
    const auto at = [seed](int ix, int iy) {
        std::uint32_t h = (static_cast<std::uint32_t>(ix) * 0x9e3779b1u) ^ ((static_cast<std::uint32_t>(iy) + seed) * 0x85ebca77u);
        h ^= h >> 15;
        h *= 0x2c1b3c6du;
        return as_fraction(h ^ (h >> 13));
    };
    return mix(mix(at(x, y), at(x + 1, y), fx), mix(at(x, y + 1), at(x + 1, y + 1), fx), fy) * 2 - 1;
}
/// Octaves of noise, halving.
MIEN_HD constexpr float cloud(Vec3 p, int octaves) {
    float sum = 0, share = 0.5f;
    for (int i = 0; i < octaves; ++i) {
        sum += share * noise(p);
        p = p * 2.03f + Vec3{17.1f, 3.7f, 9.2f};
        share *= 0.5f;
    }
    return sum;
}
/// Round spots, at most one per jittered cell of `cell` mm: 1 inside, 0 outside. `chance` of a cell to hold one; radii in mm; `soft` = share of the radius that fades.
MIEN_HD inline float spots(Vec3 p, float cell, float chance, float smallest, float largest, float soft, int salt) {
    const Vec3 q = p * (1 / cell);
    const int x = whole_below(q.x), y = whole_below(q.y), z = whole_below(q.z);
    const float h = lattice(x + salt * 131, y, z);
    if (h > chance) return 0;
    const float r = mix(smallest, largest, h / chance) / cell;
    const auto jitter = [r](int whole, float u) { return static_cast<float>(whole) + mix(r, 1 - r, u); };
    const Vec3 centre{jitter(x, lattice(x, y + salt, z + 7)), jitter(y, lattice(x + 3, y, z + salt)), jitter(z, lattice(x, y + 9, z + salt))};
    return 1 - smooth_step(r * (1 - soft), r, length(q - centre));
}

/// A stream of draws. The same seed gives the same draws on every machine.
class Draws {
public:
    explicit constexpr Draws(std::uint32_t seed) : state_(scramble(seed * 2654435761u + 12345u)) {}
    /// [0, 1).
    constexpr float uniform() {
        state_ = scramble(state_ + 0x9e3779b9u);
        return as_fraction(state_);
    }
    constexpr float between(float low, float high) { return low + (high - low) * uniform(); }
    /// Mean 0, standard deviation 1, within +-4.25: the sum of six uniforms.
    constexpr float normal() {
        float sum = 0;
        for (int i = 0; i < 6; ++i) sum += uniform();
        return (sum - 3) * 1.41421356f;
    }

private:
    std::uint32_t state_;
};

}  // namespace mien::synth
