// SPDX-License-Identifier: Apache-2.0
#include "synth/performance.h"

#include <algorithm>

#include "synth/mood.h"

namespace mien::synth {
namespace {

// Full turns of the eyes, degrees (spec "heads" section 4).
constexpr float gaze_side = 34, gaze_height = 28;
constexpr float mood_change = 0.45f;  // seconds

bool is_mouth(Action action) {
    using A = Action;
    constexpr A mouth[] = {A::smile,          A::frown,    A::pucker,     A::funnel, A::stretch,     A::press,     A::upper_lip_up,
                           A::lower_lip_down, A::lip_roll, A::chin_raise, A::jaw,    A::jaw_forward, A::mouth_left};
    return std::find(std::begin(mouth), std::end(mouth), action) != std::end(mouth);
}

// How far the lids are closed, `t` seconds after the start of a blink: fast down, a moment, slower up.
float closure(const Performance::Blink& blink, float t) {
    if (t <= 0) return 0;
    if (t < blink.close) return blink.depth * reach(t / blink.close);
    t -= blink.close + blink.hold;
    return blink.depth * (t <= 0 ? 1 : 1 - smooth_step(0, 1, square(least(1, t / blink.open)) * 0.4f + 0.6f * least(1, t / blink.open)));
}

}  // namespace

void add_action(Expression& expression, Action action, float more) noexcept { expression[action] += more; }

void clamp_actions(Expression& expression) noexcept {
    for (const ActionRow& row : action_rows()) expression[row.action] = limit(expression[row.action], row.low, row.high);
}

Performance::Performance(const ScenePerformer& settings, Vec3 place, std::uint32_t seed, double seconds)
    : settings_(settings), place_(place), seed_(seed), seconds_(seconds) {
    std::uint32_t number = 0;
    for (const SceneSpeech& speech : settings.speech) {
        const std::uint32_t own = seed_for(seed, 40 + number++);
        SpokenLine line{speech.text == "babble" ? babble(own, speech.from, std::min(speech.to.value_or(seconds), seconds), speech.rate)
                                                : parse_speech(speech.text, speech.from, speech.rate, own),
                        speech.level};
        if (!line.speech.empty()) lines_.push_back(std::move(line));
    }
    draw_glances(seconds);
    draw_blinks(seconds);
}

void Performance::draw_glances(double seconds) {
    Draws draws(seed_for(seed_, 1));
    double time = 0;
    while (time < seconds) {
        Glance glance{time};
        float stay = 0.25f + 1.7f * square(draws.uniform());
        const float side = draws.uniform() < 0.5f ? -1.0f : 1.0f, u = draws.uniform(), v = draws.uniform(), w = draws.uniform();
        switch (settings_.gaze) {
            case Gaze::camera:
            case Gaze::ahead:
                glance.x = 1.6f * (2 * u - 1);
                glance.y = 1.2f * (2 * v - 1);
                // People look away to think, more often while they speak.
                if (w < (talking_at(time) > 0.5f ? 0.16f : 0.07f) && time > 0.8) {
                    glance.x = side * mix(7, 16, u);
                    glance.y = mix(-7, 7, v);
                    glance.away = true;
                    stay = mix(0.35f, 0.9f, v);
                }
                break;
            case Gaze::wander:
                glance.x = side * mix(2, 20, u);
                glance.y = mix(-10, 7, v);
                break;
            case Gaze::down:
                // Lines of a page: small steps to one side, a long one back.
                glance.x = -6 + 3 * static_cast<float>(glances_.size() % 5);
                glance.y = -19 + v;
                stay = mix(0.2f, 0.38f, u);
                break;
        }
        glances_.push_back(glance);
        time += static_cast<double>(stay);
    }
}

void Performance::draw_blinks(double seconds) {
    if (settings_.blinks <= 0 || settings_.life <= 0) return;
    Draws draws(seed_for(seed_, 2));
    double time = static_cast<double>(draws.between(0.4f, 3.5f) / settings_.blinks);
    while (time < seconds) {
        Blink blink{time, draws.between(0.100f, 0.150f), draws.between(0.015f, 0.055f), draws.between(0.16f, 0.27f), 1};
        if (draws.uniform() < 0.08f) blink.depth = draws.between(0.55f, 0.8f);
        blinks_.push_back(blink);
        const double whole = static_cast<double>(blink.close + blink.hold + blink.open);
        // One in twelve is followed by another at once.
        const bool twice = draws.uniform() < 0.08f;
        const double pause = static_cast<double>(draws.between(2, 6) / settings_.blinks);
        time += twice ? whole + 0.06 : std::max(pause, whole + 0.05);
    }
    // Large glances like to hide behind a blink.
    for (std::size_t i = 1; i < glances_.size(); ++i) {
        const float step = magnitude(glances_[i].x - glances_[i - 1].x);
        const double start = glances_[i].start - 0.03;
        const bool near = std::ranges::any_of(blinks_, [&](const Blink& b) { return b.start > start - 0.9 && b.start < start + 0.9; });
        if (step > 10 && !near && start > 0 && chance(seed_ + 5, static_cast<std::int64_t>(i)) < 0.35f) blinks_.push_back({start, 0.11f, 0.03f, 0.19f, 1});
    }
    std::ranges::sort(blinks_, {}, &Blink::start);
}

float Performance::blink_at(double time) const {
    float closed = 0;
    // No blink lasts longer than half a second.
    for (auto blink = std::ranges::lower_bound(blinks_, time - 0.55, {}, &Blink::start); blink != blinks_.end() && blink->start < time; ++blink)
        closed = most(closed, closure(*blink, static_cast<float>(time - blink->start)));
    return closed;
}

// 1 while a line is spoken, 0 else, smooth.
float Performance::talking_at(double time) const {
    float talking = 0;
    for (const SpokenLine& line : lines_) {
        const double from = line.speech.sounds.front().start, to = line.speech.end();
        talking = most(talking, smooth_step(-0.25f, 0.1f, static_cast<float>(time - from)) * smooth_step(0.35f, -0.05f, static_cast<float>(time - to)));
    }
    return talking;
}

std::array<float, viseme_count> Performance::visemes(double time) const {
    std::array<float, viseme_count> sum{};
    for (const SpokenLine& line : lines_) {
        const auto strengths = visemes_at(line.speech, time);
        for (std::size_t i = 1; i < viseme_count; ++i) sum[i] = most(sum[i], strengths[i]);
    }
    float spoken = 0;
    for (std::size_t i = 1; i < viseme_count; ++i) spoken += sum[i];
    sum[0] = most(0, 1 - spoken);
    return sum;
}

Movement Performance::movement_at(double time) const {
    Movement movement;
    std::uint32_t number = 0;
    for (const SceneMotion& motion : settings_.motions) add_motion(motion, time, seconds_, seed_for(seed_, 60 + number++), movement);
    return movement;
}

Vec3 Performance::path(double time) const {
    const Movement movement = movement_at(time);
    return place_ + Vec3{movement.shift.x, 0, movement.shift.z};
}

void Performance::add_mood(double time, float talking, Expression& expression) const {
    std::array<float, action_count> mood{};
    for (const auto& [from, name] : settings_.moods) {
        if (time < from) break;
        const float share = from <= 0 ? 1 : smooth_step(0, mood_change, static_cast<float>(time - from));
        std::array<float, action_count> next{};
        for (const auto& [action, value] : mood_row(name).actions) next[static_cast<std::size_t>(action)] = value;
        for (std::size_t i = 0; i < action_count; ++i) mood[i] = mix(mood[i], next[i], share);
    }
    for (std::size_t i = 0; i < action_count; ++i) {
        const auto action = static_cast<Action>(i);
        // A mouth that speaks keeps its mood, but less of it.
        add_action(expression, action, mood[i] * (is_mouth(action) ? 1 - 0.4f * talking : 1));
    }
}

void Performance::add_speech(double time, Expression& expression) const {
    const std::array<float, viseme_count> strengths = visemes(time);
    for (std::size_t i = 1; i < viseme_count; ++i) {
        if (strengths[i] <= 0) continue;
        const Expression mouth = viseme_expression(static_cast<Viseme>(i));
        const Expression rest;
        for (std::size_t k = 0; k < action_count; ++k) add_action(expression, static_cast<Action>(k), strengths[i] * (mouth.actions[k] - rest.actions[k]));
    }
}

// Turns the eyes to where the gaze goes: the head's own turn is taken back, as eyes do.
void Performance::look(double time, const Pose& pose, Vec3 camera, float life, Expression& expression) const {
    auto next = std::ranges::upper_bound(glances_, time, {}, &Glance::start);
    float x = 0, y = 0;
    if (next != glances_.begin()) {
        const Glance& now = *(next - 1);
        const Glance before = next - 1 == glances_.begin() ? Glance{} : *(next - 2);
        const float way = magnitude(now.x - before.x) + magnitude(now.y - before.y);
        const float arrived = reach(static_cast<float>(time - now.start) / (0.021f + 0.0024f * way));
        x = mix(before.x, now.x, arrived) * life;
        y = mix(before.y, now.y, arrived) * (settings_.gaze == Gaze::down ? 1 : life);
    }
    if (settings_.gaze == Gaze::camera) {
        const Vec3 eyes = to_world(pose, {0, 0, 80}), to = head_rotation(pose, 1).back(camera - eyes);
        const float side = arc_tangent(to.x, to.z) / degree, height = arc_tangent(to.y, square_root(to.x * to.x + to.z * to.z)) / degree;
        // A camera far to the side is not followed: the eyes go with the head.
        const float follow = 1 - smooth_step(42, 75, magnitude(side));
        x += follow * limit(side, -32, 32);
        y += follow * limit(height, -24, 24);
    }
    add_action(expression, Action::gaze_x, x / gaze_side);
    add_action(expression, Action::gaze_y, y / gaze_height);
}

Performance::Moment Performance::at(double time, Vec3 camera) const {
    const Movement movement = movement_at(time);
    const float life = settings_.life * movement.life, talking = talking_at(time);
    float emphasis = 0;
    for (const SpokenLine& line : lines_) emphasis = most(emphasis, emphasis_at(line.speech, time));
    const auto unrest = [&](double rate, std::uint32_t salt) { return drift(time * rate, seed_for(seed_, salt)); };
    const auto breath = static_cast<float>(sine_of_turns(time * 0.25 + 0.3 * static_cast<double>(unrest(0.06, 80))));
    Moment moment;
    Pose& pose = moment.pose;
    pose.pitch =
        movement.pitch + life * (0.9f * unrest(0.37, 81) + 0.22f * unrest(1.3, 82) - 0.2f * breath + talking * (2.4f * emphasis + 1.2f * unrest(0.8, 83)));
    pose.yaw = movement.yaw + life * (1.2f * unrest(0.31, 84) + 0.25f * unrest(1.2, 85) + talking * 2.2f * unrest(0.55, 86));
    pose.roll = movement.roll + life * (0.8f * unrest(0.27, 87) + 0.15f * unrest(1.1, 88) + talking * 1.1f * unrest(0.5, 89));
    pose.turn = settings_.turn + movement.turn;
    pose.place = place_ + movement.shift + life * Vec3{2.2f * unrest(0.3, 90), 1.2f * breath, 2.6f * unrest(0.26, 91)};

    Expression& expression = moment.expression;
    add_mood(time, talking, expression);
    add_speech(time, expression);
    for (const auto& [action, curve] : settings_.actions) add_action(expression, action, curve.at(time) - Expression()[action]);
    // Small things that a living face never stops doing.
    add_action(expression, Action::brow_in_up, life * (0.05f * most(0, unrest(0.4, 92)) + talking * (0.24f * emphasis + 0.06f * unrest(0.6, 93))));
    for (const Action side : {Action::brow_out_up_left, Action::brow_out_up_right}) add_action(expression, side, life * talking * 0.26f * emphasis);
    add_action(expression, Action::press, life * (1 - talking) * 0.10f * most(0, unrest(0.33, 94)));
    add_action(expression, Action::squint, life * 0.06f * most(0, unrest(0.23, 95)));
    add_action(expression, Action::pupil, life * 0.05f * unrest(0.5, 96));
    look(time, pose, camera, life, expression);
    const float closed = life > 0 ? blink_at(time) : 0;
    // The lower lid and the brow take part a little; the second eye is a hair later.
    const float later = life > 0 ? blink_at(time - 0.004) : 0;
    expression[Action::blink_left] = mix(expression[Action::blink_left], 1, closed);
    expression[Action::blink_right] = mix(expression[Action::blink_right], 1, later);
    add_action(expression, Action::cheek_raise, 0.08f * closed);
    clamp_actions(expression);
    return moment;
}

}  // namespace mien::synth
