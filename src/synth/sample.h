// Shots drawn from seeds: the pictures that networks are trained on.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "image/view.h"
#include "synth/c_api.h"

namespace mien::synth {

/// Seed of the person with a number among those held out or not: the first seed of the right kind from the scrambled number on.
std::uint32_t person_seed(std::uint32_t number, bool held_out) noexcept;

/// The shot of a seed: a function of the arguments alone, the same on every machine. `number`: null, or who plays first.
/// Throws Error{usage} for a kind, size or cast that cannot be drawn.
mien_synth_shot sample_shot(int kind, std::uint32_t seed, const std::uint32_t* number, Size, const mien_synth_cast&);

}  // namespace mien::synth
