// Moods: expressions with names.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "synth/expression.h"

namespace mien::synth {

struct MoodRow {
    std::string_view name;
    std::vector<std::pair<Action, float>> actions;
};
/// The first one is neutral.
std::span<const MoodRow> mood_rows() noexcept;
const MoodRow& mood_row(std::string_view name);  ///< throws Error{internal}

}  // namespace mien::synth
