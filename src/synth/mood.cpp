// SPDX-License-Identifier: Apache-2.0
#include "synth/mood.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"

namespace mien::synth {

std::span<const MoodRow> mood_rows() noexcept {
    using A = Action;
    static const std::vector<MoodRow> rows{
        {"neutral", {}},
        {"friendly", {{A::smile, 0.28f}, {A::cheek_raise, 0.15f}, {A::brow_in_up, 0.06f}}},
        {"happy", {{A::smile, 0.75f}, {A::cheek_raise, 0.55f}, {A::squint, 0.25f}, {A::dimple_left, 0.2f}, {A::dimple_right, 0.15f}}},
        {"laughing", {{A::smile, 0.95f}, {A::cheek_raise, 0.8f}, {A::squint, 0.5f}, {A::jaw, 0.32f}, {A::upper_lip_up, 0.25f}, {A::nose_wrinkle, 0.12f}}},
        {"sad", {{A::frown, 0.55f}, {A::brow_in_up, 0.7f}, {A::brow_down, 0.12f}, {A::chin_raise, 0.25f}, {A::lower_lip_down, 0.05f}}},
        {"angry", {{A::brow_down, 0.9f}, {A::press, 0.5f}, {A::squint, 0.3f}, {A::nose_wrinkle, 0.2f}, {A::frown, 0.2f}, {A::jaw_forward, 0.15f}}},
        {"surprised", {{A::brow_in_up, 0.8f}, {A::brow_out_up_left, 0.8f}, {A::brow_out_up_right, 0.8f}, {A::wide, 0.7f}, {A::jaw, 0.35f}, {A::pupil, 0.25f}}},
        {"afraid", {{A::brow_in_up, 0.9f}, {A::brow_down, 0.3f}, {A::wide, 0.8f}, {A::stretch, 0.6f}, {A::jaw, 0.15f}, {A::pupil, 0.35f}}},
        {"disgusted", {{A::nose_wrinkle, 0.8f}, {A::upper_lip_up, 0.5f}, {A::brow_down, 0.4f}, {A::frown, 0.25f}, {A::squint, 0.3f}, {A::chin_raise, 0.2f}}},
        {"doubtful", {{A::brow_out_up_left, 0.7f}, {A::brow_down, 0.2f}, {A::mouth_left, -0.25f}, {A::press, 0.2f}, {A::dimple_right, 0.35f}, {A::squint, 0.12f}}},
        {"thoughtful", {{A::brow_down, 0.3f}, {A::press, 0.3f}, {A::mouth_left, 0.2f}, {A::squint, 0.15f}}},
        {"tired", {{A::blink_left, 0.32f}, {A::blink_right, 0.30f}, {A::frown, 0.15f}, {A::brow_out_up_left, 0.12f}, {A::brow_out_up_right, 0.12f}}},
        {"smug", {{A::smile, 0.2f}, {A::sneer_left, 0.15f}, {A::dimple_left, 0.5f}, {A::brow_out_up_right, 0.3f}, {A::chin_raise, 0.15f}}},
    };
    return rows;
}

const MoodRow& mood_row(std::string_view name) {
    const auto rows = mood_rows();
    const auto row = std::ranges::find(rows, name, &MoodRow::name);
    if (row == rows.end()) throw Error(Code::internal, fmt::format("{} is not a mood", name));
    return *row;
}

}  // namespace mien::synth
