// Numbers over time: curves that a scene writes down, and the smooth unrest of living things. Time is in seconds.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "synth/exact_double.h"
#include "synth/noise.h"

namespace mien::synth {

/// Keys in rising time. Between two keys the value eases from one to the other; before the first and after the last it stays; two keys at one
/// time are a step (the later one counts from that time on).
struct Curve {
    struct Key {
        double time = 0;
        float value = 0;
        friend bool operator==(const Key&, const Key&) = default;
    };
    std::vector<Key> keys;

    Curve() : Curve(0) {}
    explicit Curve(float value) : keys{{0, value}} {}
    bool constant() const noexcept { return keys.size() < 2; }
    float at(double time) const {
        std::size_t next = 0;
        while (next < keys.size() && keys[next].time <= time) ++next;
        if (next == 0) return keys.front().value;
        if (next == keys.size()) return keys.back().value;
        const Key &a = keys[next - 1], &b = keys[next];
        return mix(a.value, b.value, smooth_step(0, 1, static_cast<float>((time - a.time) / (b.time - a.time))));
    }
    friend bool operator==(const Curve&, const Curve&) = default;
};

/// The path of least jerk from 0 at s <= 0 to 1 at s >= 1: how heads, hands and eyes move to a place.
constexpr float reach(float s) {
    s = unit_range(s);
    return s * s * s * (10 + s * (6 * s - 15));
}
/// A hash of a whole number under a seed, in [0, 1).
constexpr float chance(std::uint32_t seed, std::int64_t number) {
    return as_fraction(scramble(scramble(seed + 0x51ed270bu) ^ static_cast<std::uint32_t>(number) ^ (static_cast<std::uint32_t>(number >> 32) * 0x9e3779b1u)));
}
/// Smooth unrest: a cubic B-spline over hashed values, one per unit of x; within -1.5..1.5, standard deviation about 0.55, two continuous derivatives.
constexpr float drift(double x, std::uint32_t seed) {
    const std::int64_t cell = whole_below(x);
    const auto f = static_cast<float>(x - static_cast<double>(cell));
    const auto value = [&](int k) { return chance(seed, cell + k) * 2 - 1; };
    const float g = 1 - f, f2 = f * f, f3 = f2 * f;
    const float sum = g * g * g * value(-1) + (3 * f3 - 6 * f2 + 4) * value(0) + (3 * (f2 - f3 + f) + 1) * value(1) + f3 * value(2);
    return sum * (1.5f / 6);
}
/// A seed for a part of something that has a seed.
constexpr std::uint32_t seed_for(std::uint32_t seed, std::uint32_t part) { return scramble(seed * 2654435761u + scramble(part + 0x68bc21ebu)); }

}  // namespace mien::synth
