// SPDX-License-Identifier: Apache-2.0
#include "synth/staging.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "synth/props.h"

namespace mien::synth {
namespace {

constexpr std::array<std::string_view, static_cast<std::size_t>(Twin::count_)> twin_names{"none",  "swap",       "age",    "expression",
                                                                                          "mouth", "undegraded", "colour", "background"};
constexpr std::size_t most_takes = 10000;

// The film's frames and shots depend on whole ticks, so that rounding cannot move a cut: a moment belongs to a shot from half a microsecond before it.
constexpr double hair = 5e-7;

ScenePerson at_another_age(ScenePerson person, const Person& now) {
    const float age = now[Trait::age];
    person.wish.age = age < 50 ? age + 28 : age - 30;
    std::erase_if(person.traits, [](const auto& trait) { return trait.first == Trait::age; });
    return person;
}

// Other moods in the same places, and no actions of the scene's own.
void change_expression(ScenePerformer& performer, std::uint32_t seed) {
    constexpr std::array<std::string_view, 6> others{"happy", "surprised", "angry", "sad", "disgusted", "friendly"};
    if (performer.moods.empty()) performer.moods.emplace_back(0, "neutral");
    std::int64_t number = 0;
    for (auto& [time, mood] : performer.moods) {
        auto index = static_cast<std::size_t>(chance(seed, number++) * 6);
        if (others[index] == mood) index = (index + 1) % others.size();
        mood = others[index];
    }
    performer.actions.clear();
}

void change_mouth(ScenePerformer& performer) {
    if (performer.speech.empty()) performer.speech.emplace_back();
    for (SceneSpeech& speech : performer.speech) speech.text = "babble";
}

void remove_degradation(SceneShot& shot) {
    shot.sensor.noise = Curve(0);
    shot.sensor.samples = 3;
    shot.camera.defocus = Curve(0);
    shot.camera.shutter = 0;
    shot.light.exposure = Curve(1);
    shot.sensor.colour = true;
}

void change_scene(Scene& scene, Twin twin) {
    for (SceneShot& shot : scene.shots) {
        if (twin == Twin::undegraded) remove_degradation(shot);
        if (twin == Twin::colour) shot.sensor.colour = true;
        const auto change = [&](ScenePerformer& performer) {
            if (twin == Twin::expression) change_expression(performer, seed_for(scene.seed, 501));
            if (twin == Twin::mouth) change_mouth(performer);
        };
        for (ScenePerformer& performer : shot.performers) change(performer);
        if (shot.everyone) change(*shot.everyone);
    }
}

// Where performers without a place stand: side by side, or in rows of which each stands higher than the one before it.
Vec3 place_in_rows(int index, int count, const Person& person, std::uint32_t seed) {
    constexpr float beside = 330, behind = 420, above = 205;
    int columns = count;
    if (count > 4)
        for (columns = 3; columns * columns < 2 * count; ++columns) {}
    const int row = index / columns, in_row = std::min(columns, count - row * columns), column = index % columns;
    const auto by_chance = [&](std::uint32_t salt) { return 2 * chance(seed_for(seed, salt), index) - 1; };
    Vec3 place{(static_cast<float>(column) - static_cast<float>(in_row - 1) / 2) * beside, static_cast<float>(row) * above, -static_cast<float>(row) * behind};
    if (count > 1) place += Vec3{24 * by_chance(1) + (row % 2 != 0 && count > 4 ? 0.35f * beside : 0), 26 * by_chance(2), 40 * by_chance(3)};
    const float age = person[Trait::age];
    if (age < 17 && count > 1) place.y -= 15 * (17 - age);
    return place;
}

}  // namespace

std::string_view name_of(Twin twin) noexcept { return twin_names[static_cast<std::size_t>(twin)]; }
std::optional<Twin> twin_of(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(twin_names, name);
    if (found == twin_names.end() || found == twin_names.begin()) return std::nullopt;
    return static_cast<Twin>(found - twin_names.begin());
}

Staging::Staging(Queue& queue, const Scene& scene, Twin twin) : scene_(scene), twin_(twin) {
    check_scene(scene_);
    change_scene(scene_, twin);
    cast(queue, twin);
    const double end = seconds();
    double start = 0;
    for (std::size_t number = 0; start < end - hair; ++number) {
        if (number >= most_takes)
            throw Error(Code::bad_input, fmt::format("the film of {:.1f} s has more than {} shots: make them longer or the film shorter", end, most_takes));
        Take take;
        take.shot = static_cast<int>(number % scene_.shots.size());
        const SceneShot& shot = scene_.shots[static_cast<std::size_t>(take.shot)];
        take.start = start;
        take.end = shot.seconds ? std::min(end, start + *shot.seconds) : end;
        takes_.push_back(std::move(take));
        start = takes_.back().end;
    }
    for (std::size_t i = 0; i < takes_.size(); ++i) {
        const bool fades = i + 1 < takes_.size();
        arrange(takes_[i], takes_[i].end - takes_[i].start + (fades ? scene_.shots[static_cast<std::size_t>(takes_[i + 1].shot)].dissolve : 0));
    }
    for (std::int64_t frame = 0; frame < scene_.frames; ++frame) {
        const double time = seconds_of(frame) + hair;
        if (std::ranges::none_of(scene_.missing, [&](const auto& gap) { return time >= gap.first && time < gap.second; })) frames_.push_back(frame);
    }
    if (frames_.empty()) throw Error(Code::bad_input, "missing leaves no frame of the film");
}

Staging::~Staging() = default;

double Staging::seconds_of(std::int64_t frame) const noexcept {
    return static_cast<double>(frame * scene_.frame_rate.denominator) / static_cast<double>(scene_.frame_rate.numerator);
}

void Staging::cast(Queue& queue, Twin twin) {
    for (const ScenePerson& person : scene_.people) {
        people_.push_back(make_person(person));
        if (twin == Twin::age) people_.back() = make_person(at_another_age(person, people_.back()));
    }
    for (std::size_t i = 0; i < people_.size(); ++i) {
        FigureOptions options;
        const Person other = people_.size() > 1 ? people_[(i + 1) % people_.size()] : make_person(seed_for(people_[0].seed, 77));
        if (twin == Twin::swap) options.other = &other;
        figures_.push_back(std::make_unique<Figure>(queue, people_[i], options));
    }
}

void Staging::arrange(Take& take, double seen_for) const {
    const SceneShot& shot = scene_.shots[static_cast<std::size_t>(take.shot)];
    std::vector<const ScenePerformer*> settings;
    for (const ScenePerformer& performer : shot.performers) {
        settings.push_back(&performer);
        take.people.push_back(performer.person);
    }
    if (shot.everyone)
        for (int person = 0; person < static_cast<int>(people_.size()); ++person)
            if (std::ranges::find(take.people, person) == take.people.end()) {
                settings.push_back(&*shot.everyone);
                take.people.push_back(person);
            }
    const auto unplaced = static_cast<int>(std::ranges::count_if(settings, [](const ScenePerformer* s) { return !s->place; }));
    const auto number = static_cast<std::uint32_t>(&take - takes_.data());
    Vec3 low{1e9f, 1e9f, 1e9f}, high{-1e9f, -1e9f, -1e9f};
    int index = 0;
    for (std::size_t i = 0; i < settings.size(); ++i) {
        const auto person = static_cast<std::size_t>(take.people[i]);
        const Vec3 place = settings[i]->place ? *settings[i]->place : place_in_rows(index++, unplaced, people_[person], scene_.seed);
        low = {least(low.x, place.x), least(low.y, place.y), least(low.z, place.z)};
        high = {most(high.x, place.x), most(high.y, place.y), most(high.z, place.z)};
        std::uint32_t seed = seed_for(seed_for(seed_for(scene_.seed, number), static_cast<std::uint32_t>(i)), 900);
        if (twin_ == Twin::mouth) seed = seed_for(seed, 17);
        take.performances.push_back(std::make_unique<Performance>(*settings[i], place, seed, seen_for));
    }
    take.middle = mix(low, high, 0.5f);
    take.middle.z = high.z;
    take.half_width = (high.x - low.x) / 2;
    take.half_height = (high.y - low.y) / 2;
}

std::size_t Staging::take_at(double time) const {
    const auto next = std::ranges::upper_bound(takes_, time + hair, {}, &Take::start);
    return next == takes_.begin() ? 0 : static_cast<std::size_t>(next - takes_.begin() - 1);
}

// `props_of`: the moment that says which props are there, so that two shots for flow have the same ones.
Shot Staging::draw_up(const Take& take, double time, double props_of, std::uint32_t noise_seed) const {
    const SceneShot& settings = scene_.shots[static_cast<std::size_t>(take.shot)];
    const std::uint32_t seed = seed_for(scene_.seed, 2000 + static_cast<std::uint32_t>(&take - takes_.data()));
    Shot shot;
    Vec3 followed = take.middle;
    float half_width = take.half_width, half_height = take.half_height;
    if (settings.camera.look_at) {
        const std::size_t index = std::min(static_cast<std::size_t>(*settings.camera.look_at), take.performances.size() - 1);
        followed = take.performances[index]->path(time);
        half_width = half_height = 0;
    }
    shot.camera = camera_at(settings.camera, scene_.size, followed, half_width, half_height, time, seed);
    shot.light = light_at(settings.light, settings.flashes, shot.camera, time);
    shot.background = settings.background;
    const Vec3 back = shot.camera.axes.row2;
    shot.background.pan_x = arc_tangent(back.x, back.z) / degree;
    shot.background.pan_y = arc_sine(limit(back.y, -1, 1)) / degree;
    shot.sensor.noise = settings.sensor.noise.at(time);
    shot.sensor.defocus = settings.camera.defocus.at(time);
    shot.sensor.samples = settings.sensor.samples;
    shot.sensor.frame = noise_seed;
    for (std::size_t i = 0; i < take.performances.size(); ++i) {
        const auto person = static_cast<std::size_t>(take.people[i]);
        const Performance::Moment moment = take.performances[i]->at(time, shot.camera.place);
        shot.performers.push_back({figures_[person].get(), moment.expression, moment.pose});
        std::uint32_t number = 0;
        for (const SceneOccluder& prop : take.performances[i]->settings().occluders)
            add_prop(prop, people_[person], moment.pose, time, props_of, take.end - take.start,
                     seed_for(seed, 300 + 16 * static_cast<std::uint32_t>(i) + number++), shot.occluders);
    }
    return shot;
}

Shot Staging::shot_at(double time) const {
    const Take& take = takes_[take_at(time)];
    return draw_up(take, time - take.start, time - take.start, 0);
}

// The moments of an open shutter, its middle first.
std::vector<FramePlan::Part> Staging::expose(const Take& take, double time, float share, std::uint32_t noise_seed) const {
    const SceneCamera& camera = scene_.shots[static_cast<std::size_t>(take.shot)].camera;
    const int samples = camera.shutter > 0 ? camera.blur_samples : 1;
    const double open = static_cast<double>(camera.shutter) / 360 * seconds_of(1);
    std::vector<FramePlan::Part> parts;
    for (int k = 0; k < samples; ++k) {
        const int sample = (k + samples / 2) % samples;
        const double moment = std::max(0.0, time - take.start + open * (sample - 0.5 * (samples - 1)) / samples);
        parts.push_back({draw_up(take, moment, moment, noise_seed), share / static_cast<float>(samples)});
    }
    return parts;
}

FramePlan Staging::at(std::int64_t frame, bool flow) const {
    const double time = seconds_of(frame);
    const std::size_t index = take_at(time);
    const Take& take = takes_[index];
    const SceneShot& settings = scene_.shots[static_cast<std::size_t>(take.shot)];
    const std::uint32_t seed = seed_for(scene_.seed, static_cast<std::uint32_t>(frame) + 0x10000u);
    float share = 1;
    if (index > 0 && settings.dissolve > 0) share = smooth_step(0, static_cast<float>(settings.dissolve), static_cast<float>(time - take.start));
    // Of two shots that are seen at once the stronger one comes first, and is the one that truth tells of.
    const bool fading = share < 1, first_is_before = share < 0.5f;
    const Take& shown = first_is_before ? takes_[index - 1] : take;
    FramePlan plan;
    plan.take = static_cast<int>(first_is_before ? index - 1 : index);
    plan.shot = shown.shot;
    plan.shot_time = time - shown.start;
    plan.share = first_is_before ? 1 - share : share;
    plan.background = twin_ != Twin::background;
    plan.colour = scene_.shots[static_cast<std::size_t>(shown.shot)].sensor.colour;
    plan.parts = expose(shown, time, plan.share, seed);
    if (fading && plan.share < 1)
        for (FramePlan::Part& part : expose(first_is_before ? take : takes_[index - 1], time, 1 - plan.share, seed)) plan.parts.push_back(std::move(part));
    if (flow && !fading && seconds_of(frame + 1) < take.end - hair) plan.next = draw_up(take, seconds_of(frame + 1) - take.start, plan.shot_time, 0);
    return plan;
}

std::vector<Seen> Staging::seen(const FramePlan& plan) const {
    const Take& take = takes_[static_cast<std::size_t>(plan.take)];
    std::vector<Seen> all;
    for (std::size_t i = 0; i < take.performances.size(); ++i) all.push_back({take.people[i], take.performances[i]->visemes(plan.shot_time)});
    return all;
}

}  // namespace mien::synth
