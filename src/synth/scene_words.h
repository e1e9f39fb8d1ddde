// The words of scenes: names of kinds in the order of their enumerations.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>

namespace mien::synth {

inline constexpr std::array<std::string_view, 4> gaze_words{"camera", "ahead", "wander", "down"};
inline constexpr std::array<std::string_view, 6> scenery_words{"gradient", "room", "street", "foliage", "stripes", "bokeh"};
inline constexpr std::array<std::string_view, 6> occluder_words{"hand", "cup", "microphone", "strand", "mask", "bar"};
inline constexpr std::array<std::string_view, 3> path_words{"cross", "rise", "stay"};
inline constexpr std::array<std::string_view, 10> part_words{"mouth", "nose", "eyes", "left_eye", "right_eye", "left_cheek", "right_cheek", "forehead", "chin", "face"};

}  // namespace mien::synth
