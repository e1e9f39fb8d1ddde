// What a scene must be as a whole, wherever its parts came from.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "synth/scene.h"

namespace mien::synth {

namespace {

void check_shot(const Scene& scene, std::size_t number) {
    const SceneShot& shot = scene.shots[number];
    const std::string path = fmt::format("shots[{}]", number);
    const auto refuse = [](const std::string& text) { throw Error(Code::bad_input, text); };
    if (!shot.seconds && number + 1 < scene.shots.size()) refuse(fmt::format("{} has no seconds: only the last shot lasts to the end of the film", path));
    if (shot.dissolve > 0 && number == 0) refuse(fmt::format("{}.dissolve is {}, and the first shot has none before it", path, shot.dissolve));
    if (shot.seconds && shot.dissolve > *shot.seconds)
        refuse(fmt::format("{}.dissolve is {} s, longer than the shot's {} s", path, shot.dissolve, *shot.seconds));
    if (shot.performers.empty() && !shot.everyone) refuse(fmt::format("{} shows nobody: give it performers or everyone", path));
    for (std::size_t i = 0; i < shot.performers.size(); ++i)
        if (shot.performers[i].person >= static_cast<int>(scene.people.size()))
            refuse(fmt::format("{}.performers[{}].person is {}, and the scene has {} people, counted from 0", path, i, shot.performers[i].person,
                               scene.people.size()));
    const auto count = static_cast<int>(shot.performers.size());
    if (shot.camera.look_at && *shot.camera.look_at >= std::max(count, shot.everyone ? static_cast<int>(scene.people.size()) : count))
        refuse(fmt::format("{}.camera.look_at is {}, and the shot has {} performers, counted from 0", path, *shot.camera.look_at, count));
}

}  // namespace

void check_scene(const Scene& scene) {
    if (scene.people.empty() || scene.people.size() > most_people)
        throw Error(Code::bad_input, fmt::format("people has {} items, and may have from 1 to {}", scene.people.size(), most_people));
    if (scene.shots.empty()) throw Error(Code::bad_input, "shots is empty, and a film needs one at least");
    if (scene.size.width < 16 || scene.size.height < 16 || scene.size.width > largest_edge || scene.size.height > largest_edge ||
        std::int64_t{scene.size.width} * scene.size.height > (std::int64_t{1} << 25))
        throw Error(Code::bad_input, fmt::format("size is {} x {}, and goes from 16 to {} for each edge, with at most 2^25 pixels", scene.size.width,
                                                 scene.size.height, largest_edge));
    if (scene.frames < 1 || scene.frames > most_frames)
        throw Error(Code::bad_input, fmt::format("frames is {}, and goes from 1 to {}", scene.frames, most_frames));
    for (std::size_t i = 0; i < scene.shots.size(); ++i) check_shot(scene, i);
}

void set_people(Scene& scene, std::span<const std::uint32_t> seeds) {
    if (seeds.empty() || seeds.size() > most_people)
        throw Error(Code::usage, fmt::format("--people names {} people, and goes from 1 to {}", seeds.size(), most_people));
    const bool everyone = std::ranges::any_of(scene.shots, [](const SceneShot& shot) { return shot.everyone.has_value(); });
    if (seeds.size() > scene.people.size() && !everyone)
        throw Error(Code::usage, fmt::format("--people names {} people, and the scene has parts for {}: name fewer, or choose the scene crowd", seeds.size(),
                                             scene.people.size()));
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (i >= scene.people.size()) scene.people.emplace_back();
        scene.people[i].seed = seeds[i];
    }
    // Parts that performers name must be filled; a crowd is as large as was asked for.
    std::size_t named = 0;
    for (const SceneShot& shot : scene.shots)
        for (const ScenePerformer& performer : shot.performers) named = std::max(named, static_cast<std::size_t>(performer.person) + 1);
    if (everyone) scene.people.resize(std::max(named, seeds.size()));
}

}  // namespace mien::synth
