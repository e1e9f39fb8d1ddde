// Motions of head and body as rows: what each adds to a pose at a moment.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "synth/scene.h"

namespace mien::synth {

/// What motions add to a pose. Degrees and mm; `turn` is the whole person's.
struct Movement {
    float pitch = 0, yaw = 0, roll = 0, turn = 0;
    Vec3 shift;
    float life = 1;  ///< multiplies the small motions
};

struct MotionRow {
    MotionKind kind;
    std::string_view name, unit;          ///< unit of the amplitude
    float amplitude, low, high, period;   ///< default, range, default seconds
    std::string_view meaning;
};
std::span<const MotionRow> motion_rows() noexcept;

/// Adds a motion at a moment of the shot. `end`: the end of the shot; `seed`: of its irregularity.
void add_motion(const SceneMotion&, double time, double end, std::uint32_t seed, Movement&);

}  // namespace mien::synth
