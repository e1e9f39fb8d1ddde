// SPDX-License-Identifier: Apache-2.0
#include "synth/props.h"

#include <algorithm>
#include <array>

namespace mien::synth {
namespace {

/// A place and three directions: across (towards `side`), along (up, where fingers point), out (away from the face).
struct Stand {
    Vec3 at, across, along, out;
    Vec3 operator()(float x, float y, float z) const { return at + across * x + along * y + out * z; }
};

constexpr std::array<Vec3, 10> parts{
    {{0, -68, 110}, {0, -34, 122}, {0, 0, 96}, {31, 0, 92}, {-31, 0, 92}, {46, -42, 78}, {-46, -42, 78}, {0, 52, 96}, {0, -106, 98}, {0, -34, 116}}};
constexpr Vec3 foam{0.02f, 0.02f, 0.022f}, metal{0.16f, 0.16f, 0.17f}, china{0.75f, 0.72f, 0.66f}, cloth{0.32f, 0.52f, 0.62f}, pole{0.10f, 0.11f, 0.12f};

void capsule(Vec3 from, Vec3 to, float radius, Vec3 colour, float gloss, bool skin, std::vector<Occluder>& out) {
    Occluder part;
    part.kind = Occluder::Kind::capsule;
    part.from = from;
    part.to = to;
    part.radius = radius;
    part.colour = colour;
    part.gloss = gloss;
    part.skin = skin ? 1 : 0;
    out.push_back(part);
}

// Palm, four fingers of two joints, thumb and forearm; `curl` bends the fingers towards the face.
void add_hand(const Stand& s, float size, float side, float curl, Vec3 colour, std::vector<Occluder>& out) {
    constexpr std::array<float, 4> base{-30, -10, 10, 29}, first{40, 46, 43, 33}, second{34, 40, 37, 28};
    const float k = size;
    const Vec3 wrist = s(0, -92 * k, 14 * k);
    for (std::size_t i = 0; i < 4; ++i) {
        const float x = base[i] * k, spread = 0.10f * x, r = (i == 3 ? 8.0f : 9.2f) * k;
        const Vec3 knuckle = s(x, 0, 6 * k), middle = s(x + spread, first[i] * k, (2 - 10 * curl) * k),
                   tip = s(x + 1.7f * spread, (first[i] + second[i]) * k, (-4 - 30 * curl) * k);
        capsule(wrist + (s(0.75f * x, 0, 0) - s.at), s(x, 0, 4 * k), 12.5f * k, colour, 0.25f, true, out);
        capsule(knuckle, middle, r, colour, 0.25f, true, out);
        capsule(middle, tip, 0.88f * r, colour, 0.25f, true, out);
    }
    capsule(s(-26 * k, -62 * k, 2 * k), s(-56 * k, -30 * k, -4 * k), 11.5f * k, colour, 0.25f, true, out);
    capsule(s(-56 * k, -30 * k, -4 * k), s(-66 * k, 4 * k, -10 * k), 9.5f * k, colour, 0.25f, true, out);
    capsule(wrist, wrist + Vec3{180 * side, -680 * k, -30}, 27 * k, colour, 0.25f, true, out);
}

void add_cup(const Stand& s, float size, float side, Vec3 colour, Vec3 skin, std::vector<Occluder>& out) {
    const float k = size;
    // A stack of discs: straight walls and a flat rim, which no single capsule has.
    for (int disc = 0; disc < 13; ++disc) {
        const float y = (-66 + 7.5f * static_cast<float>(disc)) * k, r = (31 + 0.5f * static_cast<float>(disc)) * k;
        Occluder part;
        part.kind = Occluder::Kind::ellipsoid;
        part.from = s(0, y, 36 * k);
        part.to = {r, 11 * k, r};
        part.colour = colour;
        part.gloss = 0.5f;
        out.push_back(part);
    }
    // The fingers go round it, one below the other.
    for (int i = 0; i < 4; ++i) {
        const float y = (4 - 17 * static_cast<float>(i)) * k;
        capsule(s(40 * k, y, 26 * k), s(22 * k, y + 2, 70 * k), 8.5f * k, skin, 0.25f, true, out);
        capsule(s(22 * k, y + 2, 70 * k), s(-16 * k, y + 3, 76 * k), 7.8f * k, skin, 0.25f, true, out);
    }
    capsule(s(46 * k, -60 * k, 20 * k), s(48 * k, 2 * k, 26 * k), 17 * k, skin, 0.25f, true, out);
    capsule(s(48 * k, -64 * k, 20 * k), s(50 * k, -74 * k, 20 * k) + Vec3{240 * side, -640 * k, -20}, 27 * k, skin, 0.25f, true, out);
}

void add_microphone(const Stand& s, float size, float side, Vec3 colour, Vec3 skin, std::vector<Occluder>& out) {
    const float k = size;
    Occluder ball;
    ball.kind = Occluder::Kind::ellipsoid;
    ball.from = s(0, -22 * k, 34 * k);
    ball.to = Vec3{25, 26, 25} * k;
    ball.colour = colour;
    ball.gloss = 0.15f;
    out.push_back(ball);
    const Vec3 top = s(2 * k, -42 * k, 40 * k), bottom = s(26 * k, -190 * k, 84 * k), grip = mix(top, bottom, 0.55f);
    capsule(top, bottom, 12.5f * k, metal, 0.6f, false, out);
    for (int i = 0; i < 4; ++i) {
        const Vec3 at = mix(grip, bottom, 0.23f * static_cast<float>(i));
        capsule(at + s.across * (17 * k), at + s.out * (16 * k) - s.across * (12 * k), 8.5f * k, skin, 0.25f, true, out);
    }
    capsule(grip + s.across * (22 * k), bottom + s.across * (20 * k), 18 * k, skin, 0.25f, true, out);
    capsule(bottom + s.across * (22 * k), bottom + Vec3{240 * side, -560 * k, -60}, 27 * k, skin, 0.25f, true, out);
}

// Locks that hang from the hairline over one eye and swing a little. Few parts that do not overlap: each would throw its shade on the next.
void add_strand(const Pose& pose, float size, float side, Vec3 colour, double time, std::uint32_t seed, std::vector<Occluder>& out) {
    for (int lock = 0; lock < 5; ++lock) {
        const auto k = static_cast<float>(lock);
        const float swing = 3.5f * drift(time * 0.9 + 0.13 * lock, seed) * size, uneven = 14 * chance(seed + 7, lock), radius = (4.6f - 0.3f * k) * size;
        const float x = side * (4 + 8.6f * k) * size;
        const Vec3 root = to_world(pose, {side * (2 + 6.5f * k), 79 - 1.2f * k, 89 - 1.5f * k}),
                   bend = to_world(pose, {x + side * 7 + 0.4f * swing, 26 - 2 * k, 113 - 0.012f * square(x)});
        const Vec3 tip = to_world(pose, {x + side * (10 - 3.2f * k) + swing, -44 + uneven - 2 * k, 101 - 0.012f * square(x)});
        const Vec3 shaded = colour * (1.5f + 0.3f * chance(seed + 9, lock));
        capsule(root, bend, radius, shaded, 0.25f, false, out);
        capsule(bend, tip, 0.8f * radius, shaded, 0.25f, false, out);
    }
}

// Pleats from cheek to cheek, and bands to the ears.
void add_mask(const Pose& pose, float size, Vec3 colour, std::vector<Occluder>& out) {
    for (int pleat = 0; pleat < 8; ++pleat) {
        const float y = (-40 - 9.5f * static_cast<float>(pleat)) * size, bulge = 1 - square((y + 72) / 46);
        const Vec3 middle = to_world(pose, {0, y, 95 + 20 * bulge});
        for (const float side : {-1.0f, 1.0f}) {
            const Vec3 near = to_world(pose, {side * 26, y, 92 + 14 * bulge}), far = to_world(pose, {side * 50, y + 2, 62 + 8 * bulge});
            capsule(middle, near, 11.5f, colour, 0.1f, false, out);
            capsule(near, far, 11, colour, 0.1f, false, out);
        }
    }
    for (const float side : {-1.0f, 1.0f})
        for (const float y : {-42.0f, -104.0f})
            capsule(to_world(pose, {side * 50, y * size, 64}), to_world(pose, {side * 77, -8 + 0.1f * y, 6}), 1.8f, colour * 1.1f, 0.1f, false, out);
}

// Grey hairs between the others, seen from where single ones cannot be told.
Vec3 hair_colour(const Person& person) {
    return mix(Vec3{person[Trait::hair_red], person[Trait::hair_green], person[Trait::hair_blue]}, {0.55f, 0.54f, 0.53f}, person[Trait::grey]);
}

// Where on its way a thing is: offset in the stand's axes.
Vec3 way_of(const SceneOccluder& prop, double time, double end, std::uint32_t seed) {
    const double last = prop.seconds ? prop.from + *prop.seconds : end;
    const auto length = static_cast<float>(last - prop.from), t = static_cast<float>(time - prop.from);
    Vec3 way = Vec3{3 * drift(time * 0.8, seed), 3 * drift(time * 0.7, seed + 1), 0};
    if (prop.path == OccluderPath::cross) {
        const float u = 2 * t / length - 1;  // slower over the face
        way += Vec3{-420 * (0.45f * u + 0.55f * u * u * u), -26 * square(u), 0};
    } else if (prop.path == OccluderPath::rise) {
        const float move = least(0.55f, 0.4f * length), away = 1 - reach(t / move) * reach((length - t) / move);
        way += Vec3{70 * away, -430 * away, 30 * away};
    }
    return way;
}

}  // namespace

Vec3 skin_colour(const Person& person) noexcept {
    const float melanin = person[Trait::melanin], blood = person[Trait::haemoglobin] * (1 - 0.45f * melanin);
    const Vec3 base{0.82f, 0.655f, 0.545f}, dark{1.85f, 2.32f, 2.80f}, red{0.07f, 0.46f, 0.38f};
    return base *
           Vec3{exponential(-melanin * dark.x - blood * red.x), exponential(-melanin * dark.y - blood * red.y), exponential(-melanin * dark.z - blood * red.z)};
}

void add_prop(const SceneOccluder& prop, const Person& person, const Pose& pose, double time, double present, double end, std::uint32_t seed,
              std::vector<Occluder>& out) {
    if (present < prop.from || present >= (prop.seconds ? prop.from + *prop.seconds : end)) return;
    const Vec3 way = way_of(prop, time, end, seed);
    const float side = prop.side < 0 ? -1.0f : 1.0f;
    const Mat3 head = head_rotation(pose, 1);
    const Vec3 across = head.row0.x != 0 || head.row2.x != 0 ? unit(Vec3{head.row0.x, 0, head.row2.x}) : Vec3{1, 0, 0};
    // Things stand upright in the world and turn with the face about the vertical only.
    Stand stand{to_world(pose, parts[static_cast<std::size_t>(prop.over)]), across * side, {0, 1, 0}, unit(cross(across, Vec3{0, 1, 0}))};
    stand.at = stand(way.x, way.y, way.z);
    const Vec3 skin = skin_colour(person);
    const auto colour = [&](Vec3 usual) { return prop.own_colour ? prop.colour : usual; };
    switch (prop.kind) {
        case OccluderKind::hand: {
            // Fingers lean inwards, the palm's middle meets the part.
            Stand hand = stand;
            hand.along = unit(Vec3{0, 1, 0} - stand.across * 0.35f);
            hand.across = unit(cross(hand.along, stand.out) * side);
            hand.at = hand(0, -38 * prop.size, 24);
            add_hand(hand, prop.size, side, 0.35f, colour(skin), out);
            break;
        }
        case OccluderKind::cup:
            add_cup(stand, prop.size, side, colour(china), skin, out);
            break;
        case OccluderKind::microphone:
            add_microphone(stand, prop.size, side, colour(foam), skin, out);
            break;
        case OccluderKind::strand:
            add_strand(pose, prop.size, side, colour(hair_colour(person)), time, seed, out);
            break;
        case OccluderKind::mask:
            add_mask(pose, prop.size, colour(cloth), out);
            break;
        case OccluderKind::bar:
            capsule(stand(0, -900, 140), stand(0, 900, 140), 34 * prop.size, colour(pole), 0.5f, false, out);
            break;
    }
}

}  // namespace mien::synth
