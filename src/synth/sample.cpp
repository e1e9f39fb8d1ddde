// SPDX-License-Identifier: Apache-2.0
#include "synth/sample.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "synth/expression.h"
#include "synth/noise.h"
#include "synth/person.h"
#include "synth/rig.h"
#include "synth/shot.h"

namespace mien::synth {
namespace {

constexpr Vec3 head_centre{0, -30, 55};  // between eyes and mouth, inside the head: what cameras look at
constexpr float face_height = 140;       // mm from brows to chin, for sizes in pixels

bool chance(Draws& draws, float share) { return draws.uniform() < share; }
int whole(Draws& draws, int count) { return std::min(static_cast<int>(draws.uniform() * static_cast<float>(count)), count - 1); }
float between_logarithms(Draws& draws, float low, float high) { return power_of_two(draws.between(logarithm2(low), logarithm2(high))); }
void put(float* to, Vec3 from) { to[0] = from.x, to[1] = from.y, to[2] = from.z; }
Vec3 taken(const float* from) { return {from[0], from[1], from[2]}; }

struct Range {
    float low, high;
};
Range range_of(Trait trait) {
    const TraitRow& row = trait_rows()[static_cast<std::size_t>(trait)];
    return {row.low, row.high};
}
int choices_of(Trait trait) { return static_cast<int>(range_of(trait).high) + 1; }

/// A person in one of their looks: 0 as the seed says; others up to five years off, often with other hair, sometimes with other glasses.
mien_synth_person in_look(std::uint32_t seed, int look) {
    mien_synth_person person{seed, 0, -1, -1};
    if (look <= 0) return person;
    Draws draws(scramble(seed) + static_cast<std::uint32_t>(look));
    const Range ages = range_of(Trait::age);
    person.age = limit(make_person(seed)[Trait::age] + draws.between(-5, 5), ages.low, ages.high);
    const int hair = whole(draws, choices_of(Trait::hair_style)), glasses = whole(draws, choices_of(Trait::glasses));
    if (chance(draws, 0.7f)) person.hair_style = hair;
    if (chance(draws, 0.3f)) person.glasses = glasses;
    return person;
}

void draw_expression(Draws& draws, float* actions) {
    Expression expression;
    if (chance(draws, 0.6f)) {
        const Expression mouth = viseme_expression(static_cast<Viseme>(whole(draws, static_cast<int>(Viseme::count_))));
        const float strength = draws.between(0.3f, 1);
        for (std::size_t i = 0; i < action_count; ++i)
            expression.actions[i] += strength * mouth.actions[i] * (static_cast<Action>(i) == Action::pupil ? 0.0f : 1.0f);
    }
    for (std::size_t i = 0; i < drag_action_count; ++i) {
        const ActionRow& row = action_rows()[i];
        const float value = draws.between(row.low < 0 ? row.low : 0, row.high);
        if (chance(draws, 0.12f)) expression.actions[i] += value;
    }
    const float jaw = draws.uniform(), blink = draws.between(0.5f, 1), wink = draws.uniform();
    if (chance(draws, 0.15f)) expression[Action::jaw] += jaw * jaw;
    const bool left = wink < 0.14f, right = wink < 0.11f || wink > 0.97f;  // mostly both
    if (left) expression[Action::blink_left] = blink;
    if (right) expression[Action::blink_right] = blink;
    const float gaze_x = draws.normal() * 0.35f, gaze_y = draws.normal() * 0.3f, lids = draws.uniform(), pupil = draws.between(0.75f, 1.3f);
    expression[Action::gaze_x] = gaze_x;
    expression[Action::gaze_y] = gaze_y;
    expression[Action::pupil] = pupil;
    if (lids < 0.12f) expression[Action::wide] = lids / 0.12f;
    if (lids > 0.85f) expression[Action::squint] = (lids - 0.85f) / 0.15f;
    for (std::size_t i = 0; i < action_count; ++i) actions[i] = limit(expression.actions[i], action_rows()[i].low, action_rows()[i].high);
}

/// Mostly towards the camera, one in ten around the profile. What the neck cannot do the person's stand does.
void draw_pose(Draws& draws, mien_synth_performer& performer) {
    const float kind = draws.uniform(), side = draws.uniform() < 0.5f ? -1.0f : 1.0f, far = draws.between(30, 70), profile = draws.between(60, 100),
                near = draws.normal() * 22;
    const float yaw = kind < 0.7f ? limit(near, -70, 70) : side * (kind < 0.9f ? far : profile);
    performer.yaw = limit(yaw, -55, 55);
    performer.turn = yaw - performer.yaw;
    performer.pitch = limit(draws.normal() * 10, -35, 35);
    performer.roll = limit(draws.normal() * 8, -28, 28);
}

mien_synth_performer draw_performer(Draws& draws, const mien_synth_cast& cast, const std::uint32_t* number) {
    mien_synth_performer performer{};
    const std::uint32_t drawn = cast.first + std::min(static_cast<std::uint32_t>(draws.uniform() * static_cast<float>(cast.count)), cast.count - 1);
    const std::uint32_t who = number ? *number : drawn;
    const int look = whole(draws, cast.looks);
    performer.person = in_look(person_seed(who, cast.held_out != 0), look);
    const int partner = cast.partners > 0 ? whole(draws, cast.partners) : -1;
    if (partner >= 0) {
        // Others are fixed per person and look, so that the figures of twins can be kept.
        const std::uint32_t pick = scramble(performer.person.seed ^ scramble(static_cast<std::uint32_t>(look * 64 + partner) + 77u));
        std::uint32_t other = cast.first + pick % cast.count;
        if (other == who) other = cast.first + (other - cast.first + 1) % cast.count;
        performer.other = {person_seed(other, cast.held_out != 0), 0, -1, -1};
    }
    performer.tone = 0.85f;
    performer.detail = cast.detail;
    draw_expression(draws, performer.expression);
    draw_pose(draws, performer);
    return performer;
}

Pose pose_of(const mien_synth_performer& performer) { return {performer.pitch, performer.yaw, performer.roll, taken(performer.place), performer.turn}; }

void draw_light(Draws& draws, mien_synth_shot& shot) {
    const float azimuth = limit(draws.normal() * 45, -110, 110) * degree, height = draws.between(0, 62) * degree, warm = draws.between(-1, 1);
    put(shot.key_direction, {sine(azimuth) * cosine(height), sine(height), cosine(azimuth) * cosine(height)});
    const Light usual;
    const Vec3 tint{1 + 0.12f * warm, 1, 1 - 0.18f * warm};
    const float key = draws.between(0.45f, 1.3f), fill = draws.between(0.2f, 1.7f), rim = draws.between(0, 1.4f), ambient = draws.between(0.5f, 1.7f);
    put(shot.key, usual.key * tint * key);
    put(shot.fill_direction, {draws.between(-1, 1), draws.between(-0.2f, 0.6f), 0.7f});
    put(shot.fill, usual.fill * fill);
    put(shot.rim_direction, {draws.uniform() < 0.5f ? -0.6f : 0.6f, 0.5f, -0.8f});
    put(shot.rim, usual.rim * rim);
    put(shot.ground, usual.ground * ambient);
    put(shot.sky, usual.sky * ambient);
    shot.exposure = power_of_two(limit(draws.normal() * 0.4f, -1.2f, 1));
    if (chance(draws, 0.08f)) shot.exposure *= 0.35f;
}

void draw_surroundings(Draws& draws, std::uint32_t seed, mien_synth_shot& shot) {
    shot.scenery = whole(draws, static_cast<int>(Scenery::bokeh) + 1);
    shot.scenery_seed = scramble(seed ^ 0x5eedu);
    put(shot.tint, {draws.between(0.02f, 0.6f), draws.between(0.02f, 0.6f), draws.between(0.02f, 0.6f)});
    shot.pan[0] = draws.between(-20, 20);
    shot.pan[1] = draws.between(-6, 6);
    const float noise = magnitude(draws.normal()) * 3, defocus = draws.between(0.3f, 1.6f) * static_cast<float>(shot.height) / 320;
    shot.noise = chance(draws, 0.6f) ? noise : 0;
    shot.defocus = chance(draws, 0.2f) ? defocus : 0;
    shot.noise_seed = scramble(seed ^ 0xfea7u);
    shot.samples = 2;
}

/// Rows right, up, backwards of a camera that looks from `place` to `at`, rolled by degrees.
Mat3 looking(Vec3 place, Vec3 at, float roll) {
    const Vec3 back = unit(place - at), right = unit(cross({0, 1, 0}, back)), up = cross(back, right);
    const float c = cosine(roll * degree), s = sine(roll * degree);
    return {right * c + up * s, up * c - right * s, back};
}
void put_camera(mien_synth_shot& shot, Vec3 place, const Mat3& axes, float focal, float cx, float cy) {
    put(shot.camera_place, place);
    put(shot.camera_axes, axes.row0);
    put(shot.camera_axes + 3, axes.row1);
    put(shot.camera_axes + 6, axes.row2);
    shot.focal = focal;
    shot.centre[0] = cx;
    shot.centre[1] = cy;
}
float draw_roll(Draws& draws, float anywhere) {
    const float wild = draws.between(-180, 180), usual = draws.normal() * 11;
    return chance(draws, anywhere) ? wild : usual;
}

void add_occluder(mien_synth_shot& shot, const mien_synth_occluder& occluder) {
    if (shot.occluder_count < MIEN_SYNTH_OCCLUDERS) shot.occluders[shot.occluder_count++] = occluder;
}
mien_synth_occluder capsule(Vec3 from, Vec3 to, float radius, Vec3 colour, bool skin) {
    mien_synth_occluder made{1, skin ? 1 : 0, {}, {}, radius, {}, 0.3f};
    put(made.from, from);
    put(made.to, to);
    put(made.colour, colour);
    return made;
}
mien_synth_occluder ellipsoid(Vec3 centre, Vec3 radii, Vec3 colour) {
    mien_synth_occluder made{0, 0, {}, {}, 0, {}, 0.3f};
    put(made.from, centre);
    put(made.to, radii);
    put(made.colour, colour);
    return made;
}

/// A hand of four fingers and a palm, a bar, a ball, or a microphone between the camera and some part of a face.
void draw_occluder(Draws& draws, const mien_synth_performer& performer, mien_synth_shot& shot) {
    const Vec3 spot = to_world(pose_of(performer), {draws.between(-45, 45), draws.between(-100, 30), 95}), to_camera = unit(taken(shot.camera_place) - spot);
    const Vec3 right = taken(shot.camera_axes), up = taken(shot.camera_axes + 3), centre = spot + to_camera * draws.between(22, 80);
    const float angle = draws.between(0, 360) * degree;
    const Vec3 along = right * cosine(angle) + up * sine(angle), across = up * cosine(angle) - right * sine(angle);
    const Vec3 colour{draws.between(0.02f, 0.8f), draws.between(0.02f, 0.8f), draws.between(0.02f, 0.8f)};
    const float melanin = draws.uniform() * draws.uniform(), size = draws.between(0.7f, 1.3f), length = draws.between(50, 190);
    const float kind = draws.uniform();
    if (kind < 0.45f) {
        const Vec3 skin{0.79f * exponential(-1.85f * melanin), 0.55f * exponential(-2.32f * melanin), 0.47f * exponential(-2.8f * melanin)};
        for (int finger = 0; finger < 4; ++finger) {
            const Vec3 root = centre + across * (size * 19 * (static_cast<float>(finger) - 1.5f));
            const float reach = size * (finger == 0 || finger == 3 ? 62.0f : 76.0f);
            add_occluder(shot, capsule(root, root + along * reach, size * 8.8f, skin, true));
        }
        for (const float side : {-1.0f, 1.0f})
            add_occluder(shot,
                         capsule(centre + across * (side * size * 17), centre + across * (side * size * 15) - along * (size * 70), size * 20, skin, true));
    } else if (kind < 0.7f) {
        add_occluder(shot, capsule(centre - along * length, centre + along * length, draws.between(5, 24), colour, false));
    } else if (kind < 0.88f) {
        add_occluder(shot, ellipsoid(centre, {draws.between(14, 48), draws.between(14, 60), draws.between(14, 48)}, colour));
    } else {
        add_occluder(shot, ellipsoid(centre, Vec3{26, 30, 26} * size, colour * 0.3f));
        add_occluder(shot, capsule(centre - up * 20, centre - up * (20 + length), size * 13, colour * 0.15f, false));
    }
}

void sample_face(Draws& draws, const std::uint32_t* number, const mien_synth_cast& cast, mien_synth_shot& shot) {
    shot.performer_count = 1;
    mien_synth_performer& one = shot.performers[0] = draw_performer(draws, cast, number);
    const Vec3 at = to_world(pose_of(one), head_centre);
    const float azimuth = draws.normal() * 6 * degree, height = draws.normal() * 6 * degree, distance = between_logarithms(draws, 400, 2500);
    const Vec3 place = at + Vec3{sine(azimuth) * cosine(height), sine(height), cosine(azimuth) * cosine(height)} * distance;
    const float w = static_cast<float>(shot.width), h = static_cast<float>(shot.height), span = draws.between(250, 330), roll = draw_roll(draws, 0.2f);
    const float aside = draws.normal() * 0.025f * w, above = draws.normal() * 0.025f * h;
    put_camera(shot, place, looking(place, at, roll), least(w, h) / span * distance, (w - 1) / 2 + aside, (h - 1) / 2 + above);
    if (chance(draws, 0.32f)) draw_occluder(draws, one, shot);
}

/// Where heads are on the picture, so that no face stands in another's.
struct Spot {
    float x, y, size;
};
bool is_free(const Spot& wanted, const Spot* taken_spots, int count) {
    for (int i = 0; i < count; ++i) {
        const float reach = 0.75f * (wanted.size + taken_spots[i].size);
        if (square(wanted.x - taken_spots[i].x) + square(wanted.y - taken_spots[i].y) < square(reach)) return false;
    }
    return true;
}

void sample_crowd(Draws& draws, const std::uint32_t* number, const mien_synth_cast& cast, mien_synth_shot& shot) {
    const float w = static_cast<float>(shot.width), h = static_cast<float>(shot.height), share = draws.uniform();
    const int wanted = share < 0.06f ? 0 : share < 0.45f ? 1 : share < 0.65f ? 2 : 3 + whole(draws, 4);
    const float focal = draws.between(0.8f, 2.2f) * most(w, h), pitch = draws.normal() * 6;
    const Vec3 place{0, 0, 1000}, ahead = Vec3{0, sine(pitch * degree), -cosine(pitch * degree)};
    const Mat3 axes = looking(place, place + ahead, draw_roll(draws, 0.5f));
    put_camera(shot, place, axes, focal, (w - 1) / 2, (h - 1) / 2);
    std::array<Spot, MIEN_SYNTH_PERFORMERS> spots{};
    const float largest = least(0.95f * least(w, h), focal * face_height / 300);
    for (int i = 0; i < wanted; ++i) {
        mien_synth_performer one = draw_performer(draws, cast, i == 0 ? number : nullptr);
        Spot spot{};
        bool fits = false;
        for (int attempt = 0; attempt < 8; ++attempt) {
            const Spot proposed{draws.between(0, w - 1), draws.between(0, h - 1), between_logarithms(draws, 9, wanted > 2 ? 0.4f * largest : largest)};
            if (!fits && is_free(proposed, spots.data(), shot.performer_count)) spot = proposed, fits = true;
        }
        if (!fits) continue;
        const float distance = focal * face_height / spot.size, x = (spot.x - shot.centre[0]) * distance / focal,
                    y = (shot.centre[1] - spot.y) * distance / focal;
        const Vec3 at = place + axes.row0 * x + axes.row1 * y - axes.row2 * distance;
        put(one.place, at - to_world(pose_of(one), head_centre));
        spots[static_cast<std::size_t>(shot.performer_count)] = spot;
        shot.performers[shot.performer_count++] = one;
        if (spot.size > 40 && chance(draws, 0.15f) && shot.occluder_count == 0) draw_occluder(draws, one, shot);
    }
}

void check(int kind, Size size, const mien_synth_cast& cast) {
    if (kind < 0 || kind >= MIEN_SYNTH_KINDS)
        throw Error(Code::usage, fmt::format("There is no kind of shot {}; {} to {} are known.", kind, 0, MIEN_SYNTH_KINDS - 1));
    if (size.width < 8 || size.height < 8 || size.width > 8192 || size.height > 8192)
        throw Error(Code::usage, fmt::format("Shots of {}x{} cannot be drawn; 8x8 to 8192x8192 can.", size.width, size.height));
    if (cast.count < 2 || cast.looks < 1 || cast.partners < 0 || cast.detail < 1 || cast.detail > 2)
        throw Error(Code::usage, fmt::format("A cast has at least 2 people, 1 look, 0 partners and detail 1 or 2; this one has {}, {}, {} and {}.", cast.count,
                                             cast.looks, cast.partners, cast.detail));
}

}  // namespace

std::uint32_t person_seed(std::uint32_t number, bool held_out) noexcept {
    std::uint32_t seed = scramble(number + 1);
    while (seed == 0 || is_held_out(seed) != held_out) ++seed;
    return seed;
}

mien_synth_shot sample_shot(int kind, std::uint32_t seed, const std::uint32_t* number, Size size, const mien_synth_cast& cast) {
    check(kind, size, cast);
    static_assert(action_count <= MIEN_SYNTH_ACTIONS);
    mien_synth_shot shot{};
    shot.width = size.width;
    shot.height = size.height;
    Draws draws(scramble(seed) ^ static_cast<std::uint32_t>(kind + 1));
    draw_light(draws, shot);
    draw_surroundings(draws, seed, shot);
    if (kind == MIEN_SYNTH_FACE)
        sample_face(draws, number, cast, shot);
    else
        sample_crowd(draws, number, cast, shot);
    return shot;
}

}  // namespace mien::synth
