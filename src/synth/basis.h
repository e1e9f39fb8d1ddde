// Drags evaluated once for all on the template: what every trait and every action does to every vertex.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "synth/vector3.h"

namespace mien::synth {

/// How far one trait or action moves one vertex, in units of 1/1024 mm.
struct Pull {
    std::int16_t x = 0, y = 0, z = 0;
    std::uint16_t which = 0;
    static constexpr float unit = 1.0f / 1024;
    MIEN_HD Vec3 at(float amount) const { return Vec3{static_cast<float>(x), static_cast<float>(y), static_cast<float>(z)} * (amount * unit); }
};

/// Rows of pulls, one per template vertex, of rising `which`; inner rows have none.
struct Basis {
    std::vector<std::int32_t> first;  ///< vertices + 1
    std::vector<Pull> pulls;
    /// Sum over a vertex's row of pull * amounts[which].
    Vec3 displacement(std::int32_t vertex, const float* amounts) const {
        Vec3 sum;
        for (std::int32_t k = first[static_cast<std::size_t>(vertex)]; k < first[static_cast<std::size_t>(vertex) + 1]; ++k) {
            const Pull& pull = pulls[static_cast<std::size_t>(k)];
            sum += pull.at(amounts[pull.which]);
        }
        return sum;
    }
};

/// Of the traits that are drags, and of the actions that are; one of each detail (see HeadTemplate). Thread-safety: any thread.
const Basis& trait_basis(int detail);
const Basis& action_basis(int detail);

}  // namespace mien::synth
