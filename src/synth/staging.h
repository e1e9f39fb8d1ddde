// A scene made ready: figures, performances, cameras and lights, so that every frame can be asked for by itself, from any thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "synth/performance.h"
#include "synth/scene.h"
#include "synth/shot.h"

namespace mien::synth {

/// The same film with one thing changed; what is learned or scored against the film itself.
enum class Twin : std::uint8_t {
    none,
    swap,        ///< everybody's inner face is that of the next person of the scene (of somebody else when there is one only)
    age,         ///< everybody is a generation older, or younger beyond 50
    expression,  ///< other moods; mouths that speak still speak
    mouth,       ///< the mouths say something else
    undegraded,  ///< no noise, no blur, no defocus, usual plan
    colour,      ///< in colour where the film is black and white
    background,  ///< people before black
    count_
};
std::string_view name_of(Twin) noexcept;
std::optional<Twin> twin_of(std::string_view name) noexcept;

/// A frame as a plan: moments whose light is added by weight. Weights sum to 1.
struct FramePlan {
    struct Part {
        Shot shot;
        float weight = 1;
    };
    std::vector<Part> parts;           ///< the truth is told of the first: the middle of the open shutter, of the shot that shows more
    std::optional<Shot> next;          ///< the first part one frame later, for flow; none at a shot's end and in dissolves
    bool colour = true, background = true;
    int shot = 0, take = 0;            ///< number of the shot in the scene, and of its appearance in the film
    double shot_time = 0;              ///< seconds since the shot began
    float share = 1;                   ///< of this shot in the picture
};

/// What truth says of a performer beside geometry.
struct Seen {
    int person = 0;                    ///< number in the scene
    std::array<float, viseme_count> visemes{};
};

/// Thread-safety: immutable after construction; any thread (figures are on the queue's device).
class Staging {
public:
    /// Throws Error{bad_input}: check_scene's, and more than 10000 shots in a film.
    Staging(Queue&, const Scene&, Twin = Twin::none);
    ~Staging();

    const Scene& scene() const noexcept { return scene_; }
    const std::vector<Person>& people() const noexcept { return people_; }
    /// Numbers on the frame grid of the frames that the film has, rising.
    const std::vector<std::int64_t>& frames() const noexcept { return frames_; }
    double seconds_of(std::int64_t frame) const noexcept;
    double seconds() const noexcept { return seconds_of(scene_.frames); }

    /// A frame of the grid; `flow`: its `next` is filled in.
    FramePlan at(std::int64_t frame, bool flow = false) const;
    /// One moment, without blur and dissolve: what shot_at means.
    Shot shot_at(double time) const;
    /// Who the performers of a plan's first part are, in their order.
    std::vector<Seen> seen(const FramePlan&) const;

    /// A stretch of the film in one shot: for sound.
    struct Take {
        int shot = 0;
        double start = 0, end = 0;
        std::vector<std::unique_ptr<Performance>> performances;
        std::vector<int> people;       ///< of the performances
        Vec3 middle;                   ///< of their places: what the camera looks at
        float half_width = 0, half_height = 0;
    };
    const std::vector<Take>& takes() const noexcept { return takes_; }

private:
    void cast(Queue&, Twin);
    void arrange(Take&, double seen_for) const;
    std::size_t take_at(double time) const;
    Shot draw_up(const Take&, double shot_time, double props_of, std::uint32_t noise_seed) const;
    std::vector<FramePlan::Part> expose(const Take&, double film_time, float share, std::uint32_t noise_seed) const;
    Scene scene_;
    Twin twin_;
    std::vector<Person> people_;
    std::vector<std::unique_ptr<Figure>> figures_;
    std::vector<Take> takes_;
    std::vector<std::int64_t> frames_;
};

/// Camera and light of a shot at a moment; `followed`: what it looks at, mm.
Camera camera_at(const SceneCamera&, Size, Vec3 followed, float half_width, float half_height, double time, std::uint32_t seed);
Light light_at(const SceneLight&, std::span<const SceneFlash>, const Camera&, double time);

}  // namespace mien::synth
