// SPDX-License-Identifier: Apache-2.0
#include "synth/look.h"

#include <algorithm>

namespace mien::synth {
namespace {

/// Heights of an eye's rims over its centre now: as the rig moves the lids.
void open_eye(Look& look, const Figure::Eye& eye, const Expression& e, int side) {
    const float gaze = e[Action::gaze_y], blink = unit_range(e[side == 0 ? Action::blink_left : Action::blink_right]);
    const float upper = eye.upper + 1.3f * e[Action::wide] - 0.8f * e[Action::squint] + (gaze > 0 ? 2.0f : 3.2f) * gaze;
    const float lower = eye.lower + 1.7f * e[Action::squint] - 0.6f * e[Action::wide] + (gaze < 0 ? 0.9f : 0.5f) * gaze;
    look.lower_lid[side] = mix(lower, -3.0f, blink);
    look.upper_lid[side] = most(mix(most(upper, 0.5f), -2.6f, blink), look.lower_lid[side] + 0.05f);
    look.half_width[side] = eye.half_width;
    look.tilt[side] = eye.tilt;
    look.eye_centre[side] = eye.centre;
}

}  // namespace

Look look_of(const Figure& figure, const Expression& e) noexcept {
    const Person& person = figure.person();
    const Person& inner = figure.other() != nullptr ? *figure.other() : person;
    const auto colour = [](const Person& p, Trait red) {
        const auto first = static_cast<std::size_t>(red);
        return Vec3{p.traits[first], p.traits[first + 1], p.traits[first + 2]};
    };
    Look look;
    look.melanin = person[Trait::melanin];
    look.age = person[Trait::age];
    look.grown = 0.5f + 0.5f * unit_range((look.age - 8) / 25);
    look.ear_albedo = skin_tone(look.melanin, person[Trait::haemoglobin] + 0.25f);
    look.hair = colour(person, Trait::hair_red);
    look.grey = person[Trait::grey];
    look.iris = colour(inner, Trait::iris_red);
    look.cloth = colour(person, Trait::cloth_red);
    look.inside = Vec3{0.62f, 0.30f, 0.26f} * (1 - 0.35f * unit_range(look.melanin));
    look.style = hair_style(static_cast<Hair>(std::clamp(static_cast<int>(person[Trait::hair_style] + 0.5f), 0, static_cast<int>(Hair::count_) - 1)));
    look.glasses = static_cast<int>(person[Trait::glasses] + 0.5f);
    look.seed = person.seed;
    look.eye_seed = inner.seed;
    const float age = inner[Trait::age], smile = unit_range(e[Action::smile]), jaw = unit_range(e[Action::jaw]);
    const float brows = unit_range(e[Action::brow_in_up] + 0.5f * e[Action::brow_out_up_left] + 0.5f * e[Action::brow_out_up_right]);
    look.forehead = 0.75f * brows * mix(0.2f, 1, smooth_step(10, 18, age));
    look.crow = 0.6f * unit_range(e[Action::smile] + e[Action::squint]) * smooth_step(18, 50, age);
    look.fold = 0.45f * smile * mix(0.5f, 1, smooth_step(10, 25, age));
    look.frown = 0.8f * unit_range(e[Action::brow_down]);
    look.lip_line = 1 - 0.5f * unit_range(jaw * 10);
    look.mouth_light = mix(0.42f, 1, unit_range(1.4f * jaw + 0.5f * smile + 0.5f * e[Action::upper_lip_up]));
    look.pupil = limit(e[Action::pupil], 0.3f, 2.2f);
    for (int side = 0; side < 2; ++side) open_eye(look, figure.eyes()[static_cast<std::size_t>(side)], e, side);
    return look;
}

Light exposed(Light light) noexcept {
    light.key_direction = unit(light.key_direction);
    light.fill_direction = unit(light.fill_direction);
    light.rim_direction = unit(light.rim_direction);
    for (Vec3* const part : {&light.key, &light.fill, &light.rim, &light.ground, &light.sky}) *part = *part * light.exposure;
    return light;
}

ShadowMap shadow_map_of(const Performer& performer, const Shot& shot) noexcept {
    constexpr float span = 520;  // mm: head, hair and shoulders
    ShadowMap map;
    map.centre = to_world(performer.pose, {0, -40, 0});
    map.towards = unit(shot.light.key_direction);
    const Vec3 sideways = cross({0, 1, 0}, map.towards);
    map.right = dot(sideways, sideways) > 1e-6f ? unit(sideways) : Vec3{1, 0, 0};
    map.up = cross(map.towards, map.right);
    const float distance = shot.camera.project(map.centre).z;
    const float texels = distance > 1 ? limit(0.6f * span * shot.camera.focal / distance, 0, 512) : 0;
    map.side = std::clamp((static_cast<int>(texels) + 31) / 32 * 32, 96, 512);
    map.scale = static_cast<float>(map.side) / span;
    return map;
}

float skin_level_of(const Performer& performer, const Shot& shot, int per_cell) noexcept {
    const float distance = shot.camera.project(to_world(performer.pose, {0, -30, 90})).z;
    if (distance <= 1) return 0;
    const float pixel_mm = distance / shot.camera.focal, texel_mm = 1.35f / static_cast<float>(per_cell);
    return limit(logarithm2(pixel_mm / texel_mm) - 0.25f, 0, SkinMap::levels - 1);
}

OccluderRecord record_of(const Occluder& now, const Occluder& next, const Camera& camera) noexcept {
    const bool capsule = now.kind == Occluder::Kind::capsule;
    const Vec3 centre = capsule ? (now.from + now.to) * 0.5f : now.from;
    const float reach =
        capsule ? length(now.to - now.from) * 0.5f + magnitude(now.radius) : most(magnitude(now.to.x), most(magnitude(now.to.y), magnitude(now.to.z)));
    OccluderRecord record{now, next, 0, camera.size.width - 1, 0, camera.size.height - 1};
    const Vec3 seen = camera.project(centre);
    if (seen.z + reach < 1) return {now, next, 1, 0, 1, 0};  // behind the camera: touches nothing
    if (seen.z - reach < 30) return record;
    // A ball's picture is widest away from the middle; this bound is generous.
    const float slant = 1 + (magnitude(seen.x - camera.cx) + magnitude(seen.y - camera.cy)) / camera.focal,
                around = slant * slant * camera.focal * reach / (seen.z - reach) + 2;
    const auto pixel = [](float x) { return static_cast<int>(limit(x, -16384, 16384)); };
    record.left = std::max(record.left, pixel(seen.x - around));
    record.right = std::min(record.right, pixel(seen.x + around + 1));
    record.top = std::max(record.top, pixel(seen.y - around));
    record.bottom = std::min(record.bottom, pixel(seen.y + around + 1));
    return record;
}

}  // namespace mien::synth
