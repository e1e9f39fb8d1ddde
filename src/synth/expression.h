// What a face does: actions, visemes, and their drags on the template.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "synth/drag.h"

namespace mien::synth {

enum class Action : std::uint8_t {
    // linear: drags of spec "heads" section 4
    smile, frown, pucker, funnel, stretch, press, upper_lip_up, lower_lip_down, lip_roll, chin_raise, cheek_puff, cheek_suck, nose_wrinkle, brow_in_up, brow_out_up_left,
    brow_out_up_right, brow_down, cheek_raise, mouth_left, sneer_left, sneer_right, dimple_left, dimple_right,
    // not linear
    jaw, jaw_forward, jaw_side, blink_left, blink_right, wide, squint, gaze_x, gaze_y, tongue, pupil,
    count_
};
inline constexpr std::size_t action_count = static_cast<std::size_t>(Action::count_);
inline constexpr std::size_t drag_action_count = static_cast<std::size_t>(Action::dimple_right) + 1;

struct ActionRow {
    Action action;
    std::string_view name;
    float low, high, rest;     ///< left and right are the subject's own
    std::string_view meaning;
};
std::span<const ActionRow> action_rows() noexcept;

/// How far an action at 1 moves the place t of the template, mm; zero for actions that are not drags. `above_lips`: the side of the lip line that t is on.
Vec3 action_displacement(Action, Vec3 t, bool above_lips) noexcept;

/// Trivially copyable; a fresh one is the face at rest.
struct Expression {
    std::array<float, action_count> actions = rest();
    MIEN_HD constexpr float operator[](Action a) const { return actions[static_cast<std::size_t>(a)]; }
    MIEN_HD constexpr float& operator[](Action a) { return actions[static_cast<std::size_t>(a)]; }
    static constexpr std::array<float, action_count> rest() {
        std::array<float, action_count> all{};
        all[static_cast<std::size_t>(Action::pupil)] = 1;
        return all;
    }
};

/// The fifteen visemes of speech.
enum class Viseme : std::uint8_t { sil, PP, FF, TH, DD, kk, CH, SS, nn, RR, aa, E, ih, oh, ou, count_ };
std::string_view name_of(Viseme) noexcept;
/// Mouth actions of a viseme at full strength, everything else at rest.
Expression viseme_expression(Viseme) noexcept;
/// a + b with every action clamped to its row's range.
Expression sum(const Expression& a, const Expression& b) noexcept;

}  // namespace mien::synth
