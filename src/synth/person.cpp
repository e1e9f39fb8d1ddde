// SPDX-License-Identifier: Apache-2.0
#include "synth/person.h"

#include "synth/hair.h"
#include "synth/noise.h"

namespace mien::synth {
namespace {

constexpr std::string_view sd = "sd", share = "0..1", linear = "linear", whole = "whole";

constexpr std::array<TraitRow, trait_count> rows{{
    {Trait::head_width, "head_width", sd, -3, 3, "breadth of the whole head, 2.8 % per unit"},
    {Trait::head_height, "head_height", sd, -3, 3, "height of the vault, 5 mm per unit"},
    {Trait::head_depth, "head_depth", sd, -3, 3, "back of the head, 6 mm per unit"},
    {Trait::face_length, "face_length", sd, -4, 3, "height of the lower face, 4.5 mm per unit at the chin"},
    {Trait::midface_length, "midface_length", sd, -4, 3, "height between eyes and mouth, 2.6 mm per unit"},
    {Trait::forehead_height, "forehead_height", sd, -3, 3, "height of the forehead, 3.5 mm per unit"},
    {Trait::forehead_slope, "forehead_slope", sd, -3, 3, "how far the forehead leans back, 5 mm per unit"},
    {Trait::brow_ridge, "brow_ridge", sd, -3, 3, "the bone over the eyes, 2.8 mm per unit"},
    {Trait::temple_width, "temple_width", sd, -3, 3, "breadth at the temples, 3.2 mm per unit and side"},
    {Trait::cheekbone_width, "cheekbone_width", sd, -3, 3, "breadth at the cheekbones, 3.6 mm per unit and side"},
    {Trait::cheekbone_front, "cheekbone_front", sd, -3, 3, "how far the cheekbones stand out, 2.8 mm per unit"},
    {Trait::cheek_full, "cheek_full", sd, -3, 3, "fullness of the cheeks, 3.6 mm per unit"},
    {Trait::jaw_width, "jaw_width", sd, -3, 3, "breadth of the jaw, 4.4 mm per unit and side"},
    {Trait::jaw_drop, "jaw_drop", sd, -3, 3, "how low the corners of the jaw are, 5 mm per unit"},
    {Trait::chin_width, "chin_width", sd, -3, 3, "breadth of the chin, 3.2 mm per unit and side"},
    {Trait::chin_length, "chin_length", sd, -3, 3, "height of the chin, 3.6 mm per unit"},
    {Trait::chin_front, "chin_front", sd, -3, 3, "how far the chin stands out, 3.4 mm per unit"},
    {Trait::chin_cleft, "chin_cleft", share, 0, 1, "depth of the cleft in the chin, 1.2 mm"},
    {Trait::nose_length, "nose_length", sd, -3, 3, "height of the nose, 2.8 mm per unit"},
    {Trait::nose_width, "nose_width", sd, -3, 3, "breadth at the wings, 1.9 mm per unit and side"},
    {Trait::nose_protrusion, "nose_protrusion", sd, -3, 3, "how far the tip stands out, 3 mm per unit"},
    {Trait::bridge_height, "bridge_height", sd, -3, 3, "how far the root of the nose stands out, 2.6 mm per unit"},
    {Trait::bridge_width, "bridge_width", sd, -3, 3, "breadth of the bridge, 1.5 mm per unit and side"},
    {Trait::bridge_hump, "bridge_hump", sd, 0, 3, "hump of the bridge, 2 mm per unit"},
    {Trait::tip_up, "tip_up", sd, -3, 3, "how far the tip turns up, 2.6 mm per unit"},
    {Trait::tip_bulb, "tip_bulb", sd, -3, 3, "breadth of the tip, 1.8 mm per unit and side"},
    {Trait::nostril_flare, "nostril_flare", sd, -3, 3, "flare of the wings, 1.4 mm per unit"},
    {Trait::mouth_width, "mouth_width", sd, -3, 3, "breadth of the mouth, 2.5 mm per unit and side"},
    {Trait::upper_lip, "upper_lip", sd, -3, 3, "fullness of the upper lip, 1.4 mm per unit"},
    {Trait::lower_lip, "lower_lip", sd, -3, 3, "fullness of the lower lip, 1.6 mm per unit"},
    {Trait::cupid_bow, "cupid_bow", sd, -3, 3, "how marked the upper lip's bow is, 1 mm per unit"},
    {Trait::mouth_front, "mouth_front", sd, -3, 3, "how far the mouth stands out, 2.8 mm per unit"},
    {Trait::philtrum_length, "philtrum_length", sd, -3, 3, "height between nose and lip, 1.8 mm per unit"},
    {Trait::brow_height, "brow_height", sd, -3, 3, "height of the brows, 2.2 mm per unit"},
    {Trait::neck_width, "neck_width", sd, -4, 3, "breadth of the neck, 4.5 mm per unit and side"},
    {Trait::fat, "fat", sd, 0, 2, "weight: cheeks, double chin, neck"},
    {Trait::lip_corner_up, "lip_corner_up", sd, -2, 2, "how high the corners of the mouth rest, 1.4 mm per unit"},
    {Trait::eye_bag, "eye_bag", sd, 0, 2, "bags under the eyes, 1.5 mm per unit"},
    {Trait::jowl, "jowl", sd, 0, 2, "jowls, 4.5 mm per unit"},
    {Trait::nasolabial, "nasolabial", sd, 0, 2, "folds from nose to mouth, 2.2 mm per unit"},
    {Trait::hollow_cheek, "hollow_cheek", sd, 0, 1.5f, "hollow cheeks, 3.2 mm per unit"},
    {Trait::adams_apple, "adams_apple", sd, 0, 1.5f, "the throat's cartilage, 5 mm per unit"},
    {Trait::eye_distance, "eye_distance", sd, -3, 3, "half the distance of the pupils, 1.6 mm per unit"},
    {Trait::eye_width, "eye_width", sd, -3, 4, "length of the eye's opening, 5 % per unit"},
    {Trait::canthal_tilt, "canthal_tilt", sd, -3, 3, "how much higher the outer corner is, 1.3 mm per unit"},
    {Trait::lid_open, "lid_open", sd, -3, 4, "how far the upper lid is open, 0.7 mm per unit"},
    {Trait::lid_fold, "lid_fold", sd, -0.4f, 1.2f, "how low the lid's crease is and how much skin hangs over it"},
    {Trait::ear_size, "ear_size", sd, -3, 3, "size of the ears, 6 % per unit"},
    {Trait::ear_out, "ear_out", sd, -3, 3, "how far the ears stand off"},
    {Trait::age, "age", "years", 5, 85, "age; every trait that changes with it follows"},
    {Trait::sex, "sex", share, 0, 1, "0 a woman's shape, 1 a man's"},
    {Trait::melanin, "melanin", share, 0.02f, 1.2f, "darkness of the skin, 0.04 the fairest to 1.15 the darkest"},
    {Trait::haemoglobin, "haemoglobin", share, 0.1f, 0.8f, "redness of the skin"},
    {Trait::freckles, "freckles", share, 0, 1, "strength of freckles"},
    {Trait::oiliness, "oiliness", share, 0, 1, "gloss of the skin"},
    {Trait::stubble, "stubble", share, 0, 1, "shaved beard showing through"},
    {Trait::beard, "beard", share, 0, 1, "length of the beard, 4 to 13 mm at 1"},
    {Trait::brow_thickness, "brow_thickness", share, 0.4f, 1.6f, "height of the brows, times 4 mm"},
    {Trait::brow_darkness, "brow_darkness", share, 0.3f, 1.2f, "cover of the brows' hair"},
    {Trait::make_up, "make_up", share, 0, 1, "strength of lipstick, eye shadow and mascara"},
    {Trait::hair_red, "hair_red", linear, 0, 1, "reflectance of the hair, red"},
    {Trait::hair_green, "hair_green", linear, 0, 1, "reflectance of the hair, green"},
    {Trait::hair_blue, "hair_blue", linear, 0, 1, "reflectance of the hair, blue"},
    {Trait::grey, "grey", share, 0, 1, "share of grey hairs"},
    {Trait::recession, "recession", share, 0, 1.3f, "how far the hairline has gone back"},
    {Trait::iris_red, "iris_red", linear, 0, 1, "reflectance of the iris, red"},
    {Trait::iris_green, "iris_green", linear, 0, 1, "reflectance of the iris, green"},
    {Trait::iris_blue, "iris_blue", linear, 0, 1, "reflectance of the iris, blue"},
    {Trait::cloth_red, "cloth_red", linear, 0, 1, "reflectance of the clothes, red"},
    {Trait::cloth_green, "cloth_green", linear, 0, 1, "reflectance of the clothes, green"},
    {Trait::cloth_blue, "cloth_blue", linear, 0, 1, "reflectance of the clothes, blue"},
    {Trait::hair_style, "hair_style", whole, 0, 9, "0 bald, 1 short, 2 buzz, 3 side part, 4 curly, 5 bob, 6 long, 7 bun, 8 short curls, 9 long waves"},
    {Trait::glasses, "glasses", whole, 0, 2, "0 none, 1 wide frames, 2 round wire"},
}};

/// Every random number of a person, drawn in one go and always all of them: what age and wishes do with them comes later.
struct Dice {
    std::array<float, shape_trait_count> shape{};
    float sex, age, melanin, melanin_fine, haemoglobin, weight;
    float eye_distance, eye_width, tilt, lid_open, lid_fold, ear_size, ear_out, brow;
    float freckled, freckles, oily, hair_dark, hair_red, hair_bright, iris, iris_dark;
    float grey, recession, recedes, beard_kind, beard, made_up, make_up;
    float style, curls, curl_kind, spectacles, round_frames, cloth, brow_dark, cleft;

    explicit Dice(std::uint32_t seed) {
        Draws draws(seed);
        for (float& value : shape) value = limit(draws.normal() * 0.75f, -1.7f, 1.7f);
        for (float* value : {&sex, &age, &melanin, &melanin_fine, &haemoglobin}) *value = draws.uniform();
        for (float* value : {&weight, &eye_distance, &eye_width, &tilt, &lid_open, &lid_fold, &ear_size, &ear_out, &brow}) *value = draws.normal();
        for (float* value : {&freckled, &freckles, &oily, &hair_dark, &hair_red, &hair_bright, &iris, &iris_dark, &grey, &recession, &recedes, &beard_kind, &beard, &made_up,
                             &make_up, &style, &curls, &curl_kind, &spectacles, &round_frames, &cloth, &brow_dark, &cleft})
            *value = draws.uniform();
    }
};

void set_colour(Person& p, Trait red, Vec3 colour) {
    const auto first = static_cast<std::size_t>(red);
    p.traits[first] = colour.x;
    p.traits[first + 1] = colour.y;
    p.traits[first + 2] = colour.z;
}
template <std::size_t count> int pick(float die) { return static_cast<int>(least(die * static_cast<float>(count), static_cast<float>(count) - 0.5f)); }

/// The shape that the seed alone gives, and what a sex adds to it: `s` is +1 for a grown man, -1 for a grown woman, 0 for a child.
void draw_shape(Person& p, const Dice& dice, float s) {
    for (std::size_t i = 0; i < shape_trait_count; ++i) p.traits[i] = dice.shape[i];
    for (const Trait t : {Trait::fat, Trait::eye_bag, Trait::jowl, Trait::nasolabial, Trait::hollow_cheek, Trait::adams_apple, Trait::chin_cleft, Trait::lip_corner_up}) p[t] = 0;
    p[Trait::head_width] *= 0.7f;
    p[Trait::jaw_drop] *= 0.5f;
    p[Trait::bridge_hump] = most(0, p[Trait::bridge_hump]) * 0.8f;
    p[Trait::cupid_bow] *= 0.7f;
    struct Shift {
        Trait trait;
        float by_sex, always;
    };
    static constexpr Shift shifts[]{
        {Trait::head_width, 0.25f, 0}, {Trait::face_length, 0.45f, 0}, {Trait::forehead_slope, 0.55f, 0}, {Trait::brow_ridge, 0.9f, -0.1f}, {Trait::cheekbone_front, -0.3f, 0.2f},
        {Trait::cheek_full, -0.25f, 0}, {Trait::jaw_width, 0.6f, -0.35f}, {Trait::chin_width, 0.65f, -0.25f}, {Trait::chin_length, 0.5f, 0}, {Trait::chin_front, 0.3f, 0},
        {Trait::nose_length, 0.45f, -0.2f}, {Trait::nose_width, 0.4f, -0.15f}, {Trait::nose_protrusion, 0.25f, -0.25f}, {Trait::bridge_width, 0.4f, -0.4f},
        {Trait::tip_up, -0.3f, 0.3f},
        {Trait::mouth_width, 0.2f, 0}, {Trait::upper_lip, -0.5f, 0}, {Trait::lower_lip, -0.4f, 0}, {Trait::philtrum_length, 0.3f, 0}, {Trait::brow_height, -0.7f, 0.3f},
        {Trait::neck_width, 1.2f, -0.9f}};
    for (const Shift& shift : shifts) p[shift.trait] += shift.by_sex * s + shift.always;
    const float weight = dice.weight * 0.45f;
    if (weight > 0) p[Trait::fat] = least(weight, 1.3f);
    else p[Trait::hollow_cheek] = least(-weight * 0.9f, 0.9f);
    if (dice.cleft < 0.12f) p[Trait::chin_cleft] = 1 - dice.cleft * 5;
    p[Trait::adams_apple] = 0.8f * most(0, s);
    p[Trait::eye_distance] = dice.eye_distance * 0.7f;
    p[Trait::eye_width] = dice.eye_width * 0.6f - 0.4f * s;
    p[Trait::canthal_tilt] = dice.tilt * 0.8f - 0.25f * s;
    p[Trait::lid_open] = dice.lid_open * 0.5f - 0.35f * s + 0.35f;
    p[Trait::lid_fold] = limit(dice.lid_fold * 0.6f, -0.4f, 1.2f);
    p[Trait::ear_size] = dice.ear_size * 0.8f + 0.3f * s;
    p[Trait::ear_out] = dice.ear_out * 0.5f;
    p[Trait::brow_thickness] = limit(1 + 0.22f * s + 0.18f * dice.brow, 0.55f, 1.5f);
}

void grow_old(Person& p, const Dice& dice) {
    const float age = p[Trait::age], old = smooth_step(38, 78, age);
    p[Trait::jowl] += 1.15f * old;
    p[Trait::eye_bag] += 0.15f + 0.9f * old;
    p[Trait::nasolabial] += 0.15f + 0.95f * old;
    p[Trait::upper_lip] -= 0.9f * old;
    p[Trait::lower_lip] -= 0.7f * old;
    p[Trait::nose_length] += 0.7f * old;
    p[Trait::cheek_full] -= 0.5f * old;
    p[Trait::lip_corner_up] += 0.6f - 0.7f * old;
    p[Trait::tip_up] -= 0.5f * old;
    p[Trait::grey] = unit_range((age - 42 - 12 * dice.grey) / 26);
    p[Trait::recession] = dice.recedes < 0.7f ? p[Trait::sex] * unit_range((age - 24) / 55) * dice.recession * 1.3f : 0;
}

/// Short middle and lower face, low turned-up nose, full cheeks, big eyes, thin neck: fading out from 5 to 18 years.
void grow_young(Person& p) {
    const float c = unit_range((18 - p[Trait::age]) / 13);
    if (c <= 0) return;
    struct Shift {
        Trait trait;
        float by;
    };
    static constexpr Shift shifts[]{{Trait::head_height, 0.9f}, {Trait::head_depth, 0.4f}, {Trait::face_length, -3.7f}, {Trait::midface_length, -2.7f}, {Trait::jaw_width, -1.5f},
                                    {Trait::chin_length, -1.3f}, {Trait::chin_width, -0.6f}, {Trait::chin_front, -1}, {Trait::nose_length, -1.9f}, {Trait::nose_protrusion, -2.2f},
                                    {Trait::bridge_height, -1.9f}, {Trait::nose_width, -1.6f}, {Trait::nostril_flare, -1}, {Trait::tip_up, 1.1f}, {Trait::bridge_width, -0.6f},
                                    {Trait::brow_ridge, -2}, {Trait::cheek_full, 1.1f}, {Trait::neck_width, -2.6f}, {Trait::forehead_slope, -1}, {Trait::eye_width, 2.8f},
                                    {Trait::lid_open, 2.6f}, {Trait::mouth_width, -2}, {Trait::cheekbone_width, -0.7f}, {Trait::forehead_height, 1.2f}, {Trait::brow_height, 0.5f},
                                    {Trait::philtrum_length, -0.8f}, {Trait::jaw_drop, -0.6f}, {Trait::lid_fold, -0.35f}};
    for (const Shift& shift : shifts) p[shift.trait] += shift.by * c;
    p[Trait::hollow_cheek] *= 1 - c;
    p[Trait::chin_cleft] *= 1 - c;
    p[Trait::bridge_hump] *= 1 - c;
    p[Trait::brow_thickness] *= 1 - 0.3f * c;
    p[Trait::oiliness] *= 1 - 0.5f * c;
}

/// Colours of skin, hair and eyes that belong together.
void colour(Person& p, const Dice& dice) {
    const float melanin = p[Trait::melanin];
    p[Trait::haemoglobin] = mix(0.25f, 0.55f, dice.haemoglobin) * mix(1, 1.2f, melanin);
    p[Trait::freckles] = melanin < 0.25f && dice.freckled < 0.35f ? mix(0.3f, 1, dice.freckles) : 0;
    p[Trait::oiliness] = mix(0.2f, 0.6f, dice.oily);
    p[Trait::brow_darkness] = mix(0.75f, 1.05f, dice.brow_dark);
    static constexpr Vec3 hairs[]{{0.42f, 0.27f, 0.11f}, {0.30f, 0.105f, 0.035f}, {0.16f, 0.085f, 0.040f}, {0.075f, 0.040f, 0.022f}, {0.022f, 0.015f, 0.012f}};
    int hair = melanin > 0.35f ? 4 : pick<5>(least(unit_range(melanin * 1.6f + 0.35f * dice.hair_dark), 0.999f));
    if (hair == 1 && dice.hair_red < 0.4f) hair = 2;
    set_colour(p, Trait::hair_red, hairs[hair] * mix(0.85f, 1.15f, dice.hair_bright));
    static constexpr Vec3 irises[]{{0.16f, 0.30f, 0.42f}, {0.17f, 0.24f, 0.17f}, {0.17f, 0.115f, 0.045f}, {0.085f, 0.042f, 0.018f}, {0.045f, 0.022f, 0.012f}};
    const int iris = melanin > 0.4f ? 3 + (dice.iris_dark < 0.6f ? 1 : 0) : static_cast<int>(least(dice.iris * 3 + melanin * 4, 4));
    set_colour(p, Trait::iris_red, irises[iris]);
    static constexpr Vec3 cloths[]{{0.10f, 0.14f, 0.22f}, {0.35f, 0.34f, 0.32f}, {0.05f, 0.05f, 0.055f}, {0.20f, 0.07f, 0.06f}, {0.07f, 0.15f, 0.11f},
                                   {0.42f, 0.30f, 0.14f}, {0.16f, 0.12f, 0.20f}};
    set_colour(p, Trait::cloth_red, cloths[pick<7>(dice.cloth)]);
}

void dress(Person& p, const Dice& dice) {
    const float age = p[Trait::age];
    const bool man = p[Trait::sex] > 0.5f;
    if (man) {
        const float grown = smooth_step(14, 20, age);
        if (dice.beard_kind < 0.25f) p[Trait::beard] = mix(0.35f, 1, dice.beard) * (age >= 18 ? 1.0f : 0.0f);
        else p[Trait::stubble] = grown * (dice.beard_kind < 0.6f ? mix(0.3f, 0.9f, dice.beard) : 0.15f);
    } else if (dice.made_up < 0.45f) {
        p[Trait::make_up] = mix(0.3f, 0.9f, dice.make_up) * smooth_step(14, 18, age);
    }
    static constexpr Hair his[]{Hair::short_cut, Hair::side_part, Hair::buzz, Hair::short_cut, Hair::side_part, Hair::short_curls, Hair::bald, Hair::side_part};
    static constexpr Hair hers[]{Hair::bob, Hair::long_straight, Hair::bun, Hair::long_waves, Hair::long_straight, Hair::bob, Hair::curly, Hair::side_part};
    Hair style = man ? his[pick<8>(dice.style)] : hers[pick<8>(dice.style)];
    if (p[Trait::melanin] > 0.65f && dice.curls < 0.7f) {
        if (man) style = dice.curl_kind < 0.5f ? Hair::buzz : Hair::short_curls;
        else style = dice.curl_kind < 0.5f ? Hair::curly : Hair::bun;
    }
    if (style == Hair::bald && age < 25) style = Hair::buzz;
    p[Trait::hair_style] = static_cast<float>(style);
    if (dice.spectacles < 0.18f) p[Trait::glasses] = dice.round_frames < 0.4f ? 2 : 1;
}

}  // namespace

std::span<const TraitRow> trait_rows() noexcept { return rows; }

Person make_person(std::uint32_t seed, const PersonWish& wish) {
    const Dice dice(seed);
    const auto within = [](Trait t, float value) { return limit(value, rows[static_cast<std::size_t>(t)].low, rows[static_cast<std::size_t>(t)].high); };
    Person p;
    p.seed = seed;
    p[Trait::sex] = within(Trait::sex, wish.sex.value_or(dice.sex < 0.5f ? 0.0f : 1.0f));
    p[Trait::age] = within(Trait::age, wish.age.value_or(mix(18, 75, dice.age)));
    p[Trait::melanin] = within(Trait::melanin, wish.melanin.value_or(0.04f + 1.05f * square(dice.melanin) + 0.06f * dice.melanin_fine));
    draw_shape(p, dice, (p[Trait::sex] * 2 - 1) * smooth_step(10, 19, p[Trait::age]));
    colour(p, dice);
    grow_old(p, dice);
    grow_young(p);
    dress(p, dice);
    if (wish.hair_style) p[Trait::hair_style] = within(Trait::hair_style, static_cast<float>(*wish.hair_style));
    if (wish.glasses) p[Trait::glasses] = within(Trait::glasses, static_cast<float>(*wish.glasses));
    for (const TraitRow& row : rows) p[row.trait] = within(row.trait, p[row.trait]);
    return p;
}

bool is_held_out(std::uint32_t seed) noexcept { return scramble(seed ^ 0x5eedu) % 8 == 0; }

}  // namespace mien::synth
