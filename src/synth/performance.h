// What one person does in a shot: expression and pose at every moment. A function of the scene, the seed and the time, never of a frame's number.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "synth/motion.h"
#include "synth/rig.h"
#include "synth/scene.h"
#include "synth/speech.h"

namespace mien::synth {

/// A line that is spoken, and how loudly.
struct SpokenLine {
    Speech speech;
    float level = 1;
};

/// Thread-safety: immutable after construction; any thread.
class Performance {
public:
    /// `settings` must outlive it. `place`: of the head at rest; `seconds`: how long the shot is seen, its dissolve into the next one included.
    Performance(const ScenePerformer& settings, Vec3 place, std::uint32_t seed, double seconds);

    struct Moment {
        Expression expression;
        Pose pose;
    };
    /// `time`: seconds from the shot's start; `camera`: where it stands, for eyes that look into it.
    Moment at(double time, Vec3 camera) const;
    /// Where motions alone bring the head's origin: what a camera that follows somebody looks at.
    Vec3 path(double time) const;

    const ScenePerformer& settings() const noexcept { return settings_; }
    const std::vector<SpokenLine>& lines() const noexcept { return lines_; }
    /// Moments of full closure lie between `start + close` and `start + close + hold`.
    struct Blink {
        double start = 0;
        float close = 0.12f, hold = 0.04f, open = 0.2f, depth = 1;
    };
    const std::vector<Blink>& blinks() const noexcept { return blinks_; }
    /// Visemes of all lines together; for truth.
    std::array<float, viseme_count> visemes(double time) const;

private:
    struct Glance {
        double start = 0;
        float x = 0, y = 0;  ///< degrees beside where the gaze goes
        bool away = false;
    };
    void draw_glances(double seconds);
    void draw_blinks(double seconds);
    float blink_at(double time) const;
    float talking_at(double time) const;
    Movement movement_at(double time) const;
    void add_mood(double time, float talking, Expression&) const;
    void add_speech(double time, Expression&) const;
    void look(double time, const Pose&, Vec3 camera, float life, Expression&) const;

    const ScenePerformer& settings_;
    Vec3 place_;
    std::uint32_t seed_;
    double seconds_;
    std::vector<SpokenLine> lines_;
    std::vector<Blink> blinks_;
    std::vector<Glance> glances_;
};

/// Expressions hold what an action adds to rest; these add and bring into the rows' ranges.
void add_action(Expression&, Action, float more) noexcept;
void clamp_actions(Expression&) noexcept;

}  // namespace mien::synth
