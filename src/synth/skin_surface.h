// What skin is at a template position: colour, gloss, relief, occlusion, class. Formulas over the position and the person (spec "heads" section 8); read by
// baking only. SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/face_zones.h"
#include "synth/hair.h"
#include "synth/render.h"
#include "synth/skin.h"

namespace mien::synth {

/// Everything a texel holds, unpacked.
struct SkinSurface {
    Vec3 albedo, bump;
    float occlusion = 1, crease = 0, gloss = 1, rough = 0.4f, crease_tilt = 0, lip = 0;
    Region region = Region::skin;
};

/// exp(-(dx/sx)^2 - (dy/sy)^2).
MIEN_HD inline float patch(float dx, float sx, float dy, float sy) { return exponential(-square(dx / sx) - square(dy / sy)); }

/// Where on the face a template position is.
struct FacePlace {
    Vec3 t;
    float x = 0;      ///< distance from the middle, mm
    float front = 0;  ///< 0 behind the cheekbones, 1 on the face
    float lip = 0;    ///< lip_mask
    MIEN_HD explicit FacePlace(Vec3 at) : t(at), x(magnitude(at.x)), front(smooth_step(20, 60, at.z)), lip(lip_mask(at)) {}
};

/// Every person's noise lies elsewhere.
MIEN_HD inline Vec3 skin_offset(const Person& person) {
    return {static_cast<float>(person.seed % 97u) * 1.3f, static_cast<float>(person.seed % 89u) * 2.1f, 0};
}

/// Melanin and haemoglobin of a place: zones, mottling, freckles, moles, spots of age. `melanin` and `haemoglobin` are the person's or a swap's tone.
MIEN_HD inline Vec3 skin_colour(const Person& person, float melanin, float haemoglobin, const FacePlace& place) {
    const Vec3 t = place.t, there = t + skin_offset(person);
    const float x = place.x, front = place.front, fair = 1 - unit_range(melanin), age = person[Trait::age];
    float mel = melanin, hem = haemoglobin;
    if (front > 0) {
        hem += front * (0.30f * patch(x - 38, 17, t.y + 36, 17) * (0.6f + 0.4f * fair) + 0.32f * patch(x, 11, t.y + 37, 10) +
                        0.2f * patch(x - 15, 5, t.y + 42, 6) + 0.12f * patch(x, 14, t.y + 102, 10) - 0.10f * smooth_step(25, 60, t.y));
        const float socket = patch(x - 31, 17, t.y + 3, 11) * front;
        mel += 0.05f * socket + 0.07f * patch(x - 29, 12, t.y + 14, 4.5f) * front * smooth_step(20, 70, age);
        hem += 0.10f * socket;
    }
    const float broad = cloud(there * 0.045f, 3), fine = cloud(there * 0.35f, 2);
    hem += 0.16f * broad + 0.06f * fine;
    mel += (0.03f + 0.05f * melanin) * broad + 0.02f * fine;
    if (person[Trait::freckles] > 0 && front > 0) {
        const float zone = front * patch(x - 22, 30, t.y + 25, 28);
        const float spot = most(spots(there, 2.6f, 0.6f, 0.45f, 1.05f, 0.8f, 5), spots(there * 1.07f, 4.1f, 0.35f, 0.7f, 1.6f, 0.8f, 9));
        if (spot > 0) mel += 0.22f * person[Trait::freckles] * spot * zone * (0.7f + 0.5f * noise(there * 0.13f));
    }
    const float old = smooth_step(50, 80, age);
    if (old > 0) mel += 0.07f * old * smooth_step(0.25f, 0.75f, noise(there * 0.13f) * 0.8f + 0.4f * noise(there * 0.31f)) * smooth_step(0, 30, t.z);
    mel += 0.40f * spots(there, 25, 0.16f, 0.7f, 1.5f, 0.5f, 3) * front * (1 - place.lip);
    hem += place.lip * (0.75f + 0.25f * person[Trait::make_up]);
    mel += place.lip * (0.06f + 0.10f * melanin);
    return skin_tone(mel, hem);
}

/// Hair of head and brow as the skin under it shows it.
MIEN_HD inline Vec3 hair_colour(const Person& person, float grey_share) {
    const Vec3 own{person[Trait::hair_red], person[Trait::hair_green], person[Trait::hair_blue]};
    return mix(own, {0.40f, 0.37f, 0.34f}, person[Trait::grey] * grey_share);
}

/// Make-up, stubble, brows and the scalp's shade over the bare skin.
MIEN_HD inline void paint_skin(const Person& person, const FacePlace& place, SkinSurface& out, float& brow) {
    const Vec3 t = place.t;
    const float fair = 1 - unit_range(person[Trait::melanin]), make_up = person[Trait::make_up], age = person[Trait::age];
    Vec3 c = out.albedo;
    if (place.lip > 0) c = mix(c, c * Vec3{1.0f, 0.86f, 0.92f}, place.lip * 0.5f);
    if (make_up > 0 && place.front > 0) {
        c = mix(c, Vec3{0.55f, 0.06f, 0.10f} * (0.7f + 0.5f * fair), place.lip * 0.6f * make_up);
        c = mix(c, c * Vec3{0.62f, 0.48f, 0.52f}, patch(place.x - 32, 15, t.y - 8, 5) * place.front * 0.55f * make_up);
    }
    if (age > 9 && (person[Trait::stubble] > 0 || person[Trait::beard] > 0)) {
        const float zone = beard_zone(t);
        if (zone > 0) {
            const float grain = noise(t * 1.6f + skin_offset(person)) * 0.5f + noise(t * 3.1f) * 0.5f;
            const float shade = most(person[Trait::stubble], 0.8f * smooth_step(0, 0.3f, person[Trait::beard]));
            c = mix(c, mix(c * Vec3{0.62f, 0.66f, 0.72f}, hair_colour(person, 1) * 1.2f, 0.35f), unit_range(zone * shade * (0.55f + 0.5f * grain)) * 0.75f);
        }
    }
    brow = brow_mask(t, person[Trait::brow_thickness], person.seed) * (age < 10 ? 0.8f : 1.0f);
    if (brow > 0) c = mix(c, hair_colour(person, 0.7f) * 0.8f + c * 0.06f, unit_range(brow * 0.92f * person[Trait::brow_darkness]));
    out.albedo = c;
}

/// Lines that age has drawn and that expression deepens: occlusion, tilt, and the crease of expression alone (spec "heads" section 8).
MIEN_HD inline void crease_skin(const Person& person, const FacePlace& place, SkinSurface& out, Vec3& tilt) {
    const Vec3 t = place.t;
    if (t.z < -20) return;
    const float x = place.x, aged = smooth_step(28, 70, person[Trait::age]), seed = static_cast<float>(person.seed % 8191u);
    float open = 1;
    const float forehead = smooth_step(34, 44, t.y) * (1 - smooth_step(62, 70, t.y)) * smooth_step(30, 60, t.z);
    if (forehead > 0) {
        const float phase = t.y * 0.62f + 0.9f * noise({t.x * 0.045f, t.y * 0.02f, seed}) + 0.0008f * square(t.x), c = cosine(phase * 1.1f),
                    s = sine(phase * 1.1f);
        const float slope = -0.42f * forehead * with_sign(power(magnitude(s), 1.5f), s) * smooth_step(-0.2f, 0.9f, c);
        const float line = 0.46f * forehead * power(unit_range(c * 0.5f + 0.5f), 14) * (0.6f + 0.4f * noise({t.x * 0.06f, phase * 0.35f, 3}));
        open *= 1 - line * aged * 0.65f;
        tilt.y += slope * aged * 0.65f;
        out.crease = most(out.crease, line);
        out.crease_tilt += slope;
    }
    const float crow = patch(x - 54, 7, t.y, 13);
    if (crow > 0.01f) {
        const float ray = arc_tangent(t.y + 1, most(x - 40, 1)) * 11 + 0.6f * noise(t * 0.2f), s = sine(ray),
                    line = 0.42f * crow * power(0.5f + 0.5f * cosine(ray), 7);
        open *= 1 - line * aged;
        tilt.y -= 0.30f * crow * s * aged;
        out.crease = most(out.crease, line);
        out.crease_tilt -= 0.30f * crow * s;
    }
    const float below = -(t.y + 41), fold = exponential(-square((x - (19.5f + 0.44f * below)) / mix(1.3f, 2.0f, unit_range(below / 30)))) *
                                            smooth_step(-78, -64, t.y) * (1 - smooth_step(-44, -40, t.y)) * place.front;
    open *= 1 - 0.58f * fold * (0.06f + 0.85f * aged);
    tilt.x += (t.x > 0 ? -0.25f : 0.25f) * fold * (0.06f + 0.85f * aged);
    out.crease = most(out.crease, 0.58f * fold);
    const float bag =
        exponential(-square((t.y + 15.5f + 0.010f * square(x - 31)) / 1.5f)) * smooth_step(17, 22, x) * (1 - smooth_step(42, 47, x)) * place.front;
    open *= 1 - 0.42f * bag * (0.08f + 0.92f * aged);
    const float under =
        exponential(-square((t.y + 9.5f + 0.012f * square(x - 31)) / 0.8f)) * smooth_step(19, 24, x) * (1 - smooth_step(38, 44, x)) * place.front;
    open *= 1 - 0.35f * under * aged;
    const float frown = exponential(-square((x - 6.5f) / 1.4f)) * smooth_step(12, 16, t.y) * (1 - smooth_step(30, 34, t.y)) * place.front;
    open *= 1 - 0.30f * frown * aged;
    out.crease = most(out.crease, 0.30f * frown);
    const float marionette =
        exponential(-square((x - (27 - 0.12f * (t.y + 70))) / 1.6f)) * smooth_step(-96, -86, t.y) * (1 - smooth_step(-74, -70, t.y)) * place.front;
    open *= 1 - 0.5f * marionette * aged;
    const float very_old = smooth_step(55, 85, person[Trait::age]);
    if (very_old > 0) {
        const float wrinkled =
            smooth_step(0.1f, 0.8f, noise({t.x * 0.10f + t.y * 0.03f, t.y * 0.5f, t.z * 0.3f})) * smooth_step(25, 45, x) * smooth_step(0, 30, t.z);
        open *= 1 - 0.2f * wrinkled * very_old;
    }
    out.occlusion *= open;
}

/// Three independent value noises in -1..1 for the price of one: ten bits each of one hash per corner of the lattice.
MIEN_HD inline Vec3 vector_noise(Vec3 p) {
    const int x = whole_below(p.x), y = whole_below(p.y), z = whole_below(p.z);
    const auto fade = [](float f) { return f * f * (3 - 2 * f); };
    const auto corner = [x, y, z](int i, int j, int k) {
        const std::uint32_t h = scramble((static_cast<std::uint32_t>(x + i) * 73856093u) ^ (static_cast<std::uint32_t>(y + j) * 19349663u) ^
                                         (static_cast<std::uint32_t>(z + k) * 83492791u));
        return Vec3{static_cast<float>(h & 1023u), static_cast<float>((h >> 10) & 1023u), static_cast<float>((h >> 20) & 1023u)};
    };
    const float fx = fade(p.x - static_cast<float>(x)), fy = fade(p.y - static_cast<float>(y)), fz = fade(p.z - static_cast<float>(z));
    const auto layer = [&](int k) { return mix(mix(corner(0, 0, k), corner(1, 0, k), fx), mix(corner(0, 1, k), corner(1, 1, k), fx), fy); };
    return mix(layer(0), layer(1), fz) * (1 / 511.5f) - Vec3{1, 1, 1};
}
/// Pores, fine relief, grooves of the lips.
MIEN_HD inline Vec3 skin_relief(const Person& person, const FacePlace& place) {
    const Vec3 t = place.t;
    const float aged = smooth_step(28, 70, person[Trait::age]);
    Vec3 relief = vector_noise(t * 1.15f) * 0.6f + vector_noise(t * 2.3f) * 0.5f;
    if (place.lip > 0.02f) relief.x += 1.1f * sine(t.x * 2.2f + noise({t.x * 0.5f, t.y * 0.3f, 0}) * 2) * place.lip * (0.6f + 0.4f * aged);
    if (aged > 0) relief += vector_noise({t.x * 0.55f, t.y * 0.9f, t.z * 0.4f}) * Vec3{aged, aged, 0};
    return relief * (0.07f * (1 - 0.3f * place.lip) * (0.5f + 0.5f * unit_range((person[Trait::age] - 8) / 25)));
}

/// Shade that the head's own shape throws on ambient light.
MIEN_HD inline float skin_occlusion(const FacePlace& place) {
    const Vec3 t = place.t;
    const float x = place.x;
    float open = 1;
    if (t.z > 40) {
        open *= 1 - 0.18f * patch(x - 31, 19, t.y - 7, 8) * smooth_step(40, 60, t.z);
        open *= 1 - 0.20f * patch(x - 14, 5, t.y - 2, 9) * smooth_step(60, 75, t.z);
        open *= 1 - 0.85f * patch(x - 6.6f, 3.3f, t.y + 46.5f, 2.6f);
        open *= 1 - 0.25f * patch(x, 15, t.y + 50, 4) * smooth_step(80, 95, t.z);
        open *= 1 - 0.22f * patch(x, 16, t.y + 84, 4) * smooth_step(70, 85, t.z);
        open *= 1 - 0.25f * patch(x - 18, 2.2f, t.y + 42, 7) * smooth_step(60, 80, t.z);
    }
    return open * (1 - 0.5f * smooth_step(-108, -128, t.y) * smooth_step(-30, 20, t.z) * (1 - 0.45f * smooth_step(-140, -190, t.y)));
}

/// BiSeNet's class of bare skin.
MIEN_HD inline Region skin_region(const Person& person, const FacePlace& place) {
    const Vec3 t = place.t;
    if (place.lip > 0.5f) return t.y > lip_y + lip_line(t.x) ? Region::upper_lip : Region::lower_lip;
    if (brow_place(t, person[Trait::brow_thickness]).cover > 0.45f) return t.x > 0 ? Region::brow_left : Region::brow_right;
    if (t.y < 6 && t.y > -49 && place.x < mix(8.5f, 19.5f, smooth_step(-2, -38, t.y)) && t.z > 80) return Region::nose;
    if (t.y < -60 && t.y < -119 + 0.10f * most(0, place.x - 20) + (t.z < 50 ? (50 - t.z) * 0.55f : 0)) return Region::neck;
    return Region::skin;
}

/// One person's skin with a tone that may be another's.
MIEN_HD inline SkinSurface skin_of(const Person& person, float melanin, float haemoglobin, const FacePlace& place) {
    SkinSurface out;
    float brow = 0;
    Vec3 tilt;
    out.albedo = skin_colour(person, melanin, haemoglobin, place);
    paint_skin(person, place, out, brow);
    const float oil = person[Trait::oiliness];
    const float shiny = patch(place.x, 16, place.t.y + 20, 40) + 0.6f * smooth_step(20, 50, place.t.y);
    out.gloss = mix(0.75f, 1.15f, place.lip) * (1 + 0.7f * oil * shiny * place.front) * (1 - 0.8f * brow);
    out.rough = mix(0.46f - 0.06f * oil, 0.34f, place.lip);
    out.occlusion = skin_occlusion(place);
    crease_skin(person, place, out, tilt);
    out.bump = skin_relief(person, place) + tilt;
    // The line between the lips is darkest; it opens with the jaw, so it counts as a crease.
    const float line = 0.55f * exponential(-square((place.t.y - lip_y - 0.6f * lip_line(place.t.x)) / 1.5f)) * (1 - smooth_step(23, 27, place.x)) *
                       smooth_step(70, 80, place.t.z);
    out.crease = most(out.crease, line);
    out.lip = place.lip;
    out.region = skin_region(person, place);
    return out;
}

/// The skin of an owner at a template position: in a swap the inner face is the other's, its tone moved towards the target's.
MIEN_HD inline SkinSurface skin_surface(const SkinOwner& owner, Vec3 t) {
    const FacePlace place(t);
    const Person& person = owner.person;
    const float share = owner.swapped ? swap_share(t) : 0;
    SkinSurface out;
    if (share < 1) out = skin_of(person, person[Trait::melanin], person[Trait::haemoglobin], place);
    if (share > 0) {
        const Person& other = owner.other;
        const SkinSurface in = skin_of(other, mix(other[Trait::melanin], person[Trait::melanin], owner.tone),
                                       mix(other[Trait::haemoglobin], person[Trait::haemoglobin], owner.tone), place);
        const auto blend = [share](float a, float b) { return mix(a, b, share); };
        const bool inner = share > 0.5f;
        out = {mix(out.albedo, in.albedo, share),      mix(out.bump, in.bump, share), blend(out.occlusion, in.occlusion),
               blend(out.crease, in.crease),           blend(out.gloss, in.gloss),    blend(out.rough, in.rough),
               blend(out.crease_tilt, in.crease_tilt), blend(out.lip, in.lip),        inner ? in.region : out.region};
    }
    // The scalp under hair: darker, tinted by it. Always the person's own.
    const int style = static_cast<int>(person[Trait::hair_style] + 0.5f);
    if (style != 0 && t.y > -90) {
        const float under = smooth_step(-9, 3, t.y - hairline(arc_tangent(t.x, t.z), person[Trait::recession]));
        if (under > 0) {
            out.occlusion *= 1 - 0.35f * under;
            out.albedo = mix(out.albedo, hair_colour(person, 0.7f) * 0.55f + out.albedo * 0.15f, under * 0.85f);
        }
    }
    return out;
}

/// Packed, every sample rounded to the nearest.
MIEN_HD inline SkinTexel texel_of(const SkinSurface& s) {
    const auto sample = [](float x, float scale, float most_of) { return static_cast<std::uint32_t>(limit(x * scale, 0, most_of) + 0.5f); };
    const auto byte = [sample](float x, float scale) { return static_cast<std::uint8_t>(sample(x, scale, 255)); };
    SkinTexel t;
    t.albedo[0] = static_cast<std::uint16_t>(sample(square_root(most(s.albedo.x, 0)), 65535, 65535));
    t.albedo[1] = static_cast<std::uint16_t>(sample(square_root(most(s.albedo.y, 0)), 65535, 65535));
    t.albedo[2] = static_cast<std::uint16_t>(sample(square_root(most(s.albedo.z, 0)), 65535, 65535));
    t.occlusion = byte(s.occlusion, 255);
    t.crease = byte(s.crease, 255);
    t.gloss = byte(s.gloss, 128);
    t.rough = byte(s.rough, 255);
    t.bump_x = byte(s.bump.x + 0.5f, 256);
    t.bump_y = byte(s.bump.y + 0.5f, 256);
    t.bump_z = byte(s.bump.z + 0.5f, 256);
    t.crease_tilt = byte(s.crease_tilt + 0.5f, 256);
    t.region = static_cast<std::uint8_t>(s.region);
    t.lip = byte(s.lip, 255);
    return t;
}

}  // namespace mien::synth
