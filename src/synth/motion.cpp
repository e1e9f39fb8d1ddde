// SPDX-License-Identifier: Apache-2.0
#include "synth/motion.h"

#include <algorithm>

namespace mien::synth {
namespace {

using K = MotionKind;
constexpr std::array<MotionRow, static_cast<std::size_t>(K::count_)> rows{{
    {K::still, "still", "share", 0, 0, 1, 1, "holds still: the share of the small motions that stays"},
    {K::nod, "nod", "degrees", 9, -30, 30, 0.95f, "up and down: yes"},
    {K::shake, "shake", "degrees", 16, -60, 60, 0.85f, "left and right: no"},
    {K::tilt, "tilt", "degrees", 10, -35, 35, 2.2f, "ear to shoulder, to and fro"},
    {K::sway, "sway", "mm", 35, -400, 400, 2.6f, "the body from side to side"},
    {K::turn, "turn", "degrees", 35, -85, 85, 3.6f, "turns to one side and the other, and rests there"},
    {K::profile, "profile", "degrees", 90, -150, 150, 4.0f, "turns away, rests, and comes back"},
    {K::around, "around", "degrees", 360, -1080, 1080, 5.0f, "the whole person turns about, rests, and goes on"},
    {K::roll, "roll", "degrees", 25, -35, 35, 3.2f, "leans the head to one side and the other, and rests there; for more, roll the camera"},
    {K::look_around, "look_around", "degrees", 24, -70, 70, 1.7f, "looks here and there"},
    {K::lean, "lean", "mm", 130, -400, 400, 3.4f, "leans forward and back"},
    {K::whip, "whip", "degrees", 50, -85, 85, 1.3f, "flings the head from side to side in a fifth of a second"},
    {K::walk_in, "walk_in", "mm", 1100, -6000, 6000, 2.6f, "walks to the place, from the left when positive"},
    {K::walk_out, "walk_out", "mm", 1100, -6000, 6000, 2.6f, "walks away from the place, to the left when positive"},
    {K::approach, "approach", "mm", 300, -6000, 6000, 2.5f, "comes nearer (positive) or goes back"},
}};

/// A motion at a moment: seconds since its beginning, share that its fades leave, rounds done.
struct Moment {
    double time;
    float share, amplitude, period;
    std::uint32_t seed;
    double rounds() const { return time / static_cast<double>(period); }
    float uneven(float depth) const { return 1 + depth * drift(rounds() * 1.1, seed); }
};

float swing(const Moment& m) { return m.amplitude * m.share * m.uneven(0.22f) * static_cast<float>(sine_of_turns(m.rounds())); }

// 0 .. +1 (rest) .. -1 (rest): positions of a round whose moves take `move` of it.
float side_to_side(const Moment& m, float move) {
    const std::int64_t round = whole_below(m.rounds());
    const auto u = static_cast<float>(m.rounds() - static_cast<double>(round));
    const float from = round == 0 ? 0.0f : -1.0f;
    return u < 0.5f ? mix(from, 1, reach(u / move)) : mix(1, -1, reach((u - 0.5f) / move));
}

// Goes to a place, rests, comes back, rests: shares of a round.
float there_and_back(const Moment& m, float move, float rest) {
    const auto u = static_cast<float>(fraction_of(m.rounds()));
    return u < move + rest ? reach(u / move) : 1 - reach((u - move - rest) / move);
}

// Targets by chance, one per period, each reached along the path of least jerk.
float wander(const Moment& m, std::uint32_t salt) {
    const std::int64_t cell = whole_below(m.rounds());
    const auto u = static_cast<float>(m.rounds() - static_cast<double>(cell));
    const auto target = [&](std::int64_t k) { return k < 0 ? 0.0f : 2 * chance(m.seed + salt, k) - 1; };
    const float late = 0.35f * chance(m.seed + 3, cell), length = 0.30f + 0.12f * chance(m.seed + 4, cell);
    return mix(target(cell - 1), target(cell), reach((u - late) / length));
}

// Steps: two a second, the body rises with each and sways with every other.
void walk(const Moment& m, float way, float speed, Movement& out) {
    const double steps = m.time * 1.9;
    out.shift.x += m.amplitude * way;
    out.shift.y += speed * (13 * static_cast<float>(sine_of_turns(steps)) - 4);
    out.shift.x += speed * 9 * static_cast<float>(sine_of_turns(steps / 2));
    out.roll += speed * 1.3f * static_cast<float>(sine_of_turns(steps / 2 + 0.1));
    out.pitch += speed * 1.1f * static_cast<float>(sine_of_turns(steps + 0.2));
}

void walk_in(const Moment& m, Movement& out) {
    const auto u = static_cast<float>(std::min(1.0, m.rounds()));
    // Even steps that slow down over the last third; the body faces where it goes and turns to the front when it arrives.
    const float way = u < 0.65f ? 1 - 1.2f * u : 0.22f * square((1 - u) / 0.35f);
    walk(m, way, u < 1 ? 1 - smooth_step(0.7f, 1, u) : 0, out);
    out.turn -= with_sign(62, m.amplitude) * (1 - smooth_step(0.45f, 0.95f, u));
    out.yaw += with_sign(20, m.amplitude) * (smooth_step(0.2f, 0.5f, u) - smooth_step(0.6f, 0.95f, u));
}

void walk_out(const Moment& m, Movement& out) {
    const auto u = static_cast<float>(std::min(1.0, m.rounds()));
    const float way = u > 0.35f ? 0.22f + 1.2f * (u - 0.35f) : 0.22f * square(u / 0.35f);
    walk(m, way, u < 1 ? smooth_step(0.05f, 0.3f, u) : 0, out);
    out.turn += with_sign(70, m.amplitude) * smooth_step(0.0f, 0.4f, u);
    out.yaw += with_sign(16, m.amplitude) * (smooth_step(0, 0.12f, u) - smooth_step(0.2f, 0.5f, u));
}

// A turn of the head dips a little on its way, as heads do.
void turn_head(const Moment& m, float place, Movement& out) {
    out.yaw += m.amplitude * m.share * place;
    out.pitch += 2.5f * m.share * (1 - square(place));
    out.roll += 0.03f * m.amplitude * m.share * place;
}

void apply(MotionKind kind, const Moment& m, Movement& out) {
    switch (kind) {
        case K::still:
            out.life *= mix(1, m.amplitude, m.share);
            break;
        case K::nod:
            out.pitch += swing(m);
            break;
        case K::shake:
            out.yaw += swing(m);
            break;
        case K::tilt:
            out.roll += swing(m);
            break;
        case K::sway:
            out.shift.x += swing(m);
            out.roll -= 0.05f * swing(m);
            break;
        case K::turn:
            turn_head(m, side_to_side(m, 0.30f), out);
            break;
        case K::profile:
            turn_head(m, there_and_back(m, 0.27f, 0.23f), out);
            break;
        case K::around:
            out.turn += m.amplitude * (static_cast<float>(whole_below(m.rounds())) + reach(static_cast<float>(fraction_of(m.rounds())) / 0.85f));
            break;
        case K::roll:
            out.roll += m.amplitude * m.share * side_to_side(m, 0.32f);
            break;
        case K::look_around:
            out.yaw += m.amplitude * m.share * wander(m, 0);
            out.pitch += 0.35f * m.amplitude * m.share * wander(m, 1);
            out.roll += 0.12f * m.amplitude * m.share * wander(m, 2);
            break;
        case K::lean: {
            const float to = there_and_back(m, 0.33f, 0.17f) * m.share;
            out.shift += Vec3{0, -0.22f * magnitude(m.amplitude) * to, m.amplitude * to};
            out.pitch += 0.035f * m.amplitude * to;
            break;
        }
        case K::whip:
            turn_head(m, side_to_side(m, least(0.49f, 0.2f / m.period)), out);
            break;
        case K::walk_in:
            walk_in(m, out);
            break;
        case K::walk_out:
            walk_out(m, out);
            break;
        case K::approach:
            out.shift.z += m.amplitude * reach(static_cast<float>(m.rounds()));
            break;
        case K::count_:
            break;
    }
}

}  // namespace

std::span<const MotionRow> motion_rows() noexcept { return rows; }

void add_motion(const SceneMotion& motion, double time, double end, std::uint32_t seed, Movement& out) {
    const double last = motion.seconds ? motion.from + *motion.seconds : end;
    const bool stays = motion.kind == K::walk_in || motion.kind == K::walk_out || motion.kind == K::approach;
    // Ways are walked to their end and stay there; before a way in begins, its walker waits outside.
    if (stays) {
        if (time >= motion.from || motion.kind == K::walk_in)
            apply(motion.kind, {std::max(0.0, time - motion.from), 1, motion.amplitude, motion.period, seed}, out);
        return;
    }
    if (time < motion.from || time >= last) return;
    const float fade = std::min(0.35f * motion.period, 0.6f);
    float share = smooth_step(0, fade, static_cast<float>(time - motion.from));
    if (motion.seconds) share *= smooth_step(0, fade, static_cast<float>(last - time));
    apply(motion.kind, {time - motion.from, share, motion.amplitude, motion.period, seed}, out);
}

}  // namespace mien::synth
