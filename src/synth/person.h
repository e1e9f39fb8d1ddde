// A person who does not exist: a seed, and the numbers it stands for.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "synth/vector3.h"

namespace mien::synth {

/// Everything that makes a person; one row each in trait_rows(), in this order. Shape traits are in standard deviations of the drags of spec "heads" section 3.
enum class Trait : std::uint8_t {
    // shape of the head, additive drags on the template
    head_width, head_height, head_depth, face_length, midface_length, forehead_height, forehead_slope, brow_ridge, temple_width, cheekbone_width, cheekbone_front,
    cheek_full, jaw_width, jaw_drop, chin_width, chin_length, chin_front, chin_cleft, nose_length, nose_width, nose_protrusion, bridge_height, bridge_width, bridge_hump,
    tip_up, tip_bulb, nostril_flare, mouth_width, upper_lip, lower_lip, cupid_bow, mouth_front, philtrum_length, brow_height, neck_width, fat, lip_corner_up, eye_bag,
    jowl, nasolabial, hollow_cheek, adams_apple,
    // eyes and ears
    eye_distance, eye_width, canthal_tilt, lid_open, lid_fold, ear_size, ear_out,
    // life
    age, sex,
    // surface
    melanin, haemoglobin, freckles, oiliness, stubble, beard, brow_thickness, brow_darkness, make_up,
    hair_red, hair_green, hair_blue, grey, recession, iris_red, iris_green, iris_blue, cloth_red, cloth_green, cloth_blue,
    // choices, whole numbers
    hair_style, glasses,
    count_
};
inline constexpr std::size_t trait_count = static_cast<std::size_t>(Trait::count_);
/// The traits that are drags: the first ones of the enumeration.
inline constexpr std::size_t shape_trait_count = static_cast<std::size_t>(Trait::adams_apple) + 1;

struct TraitRow {
    Trait trait;
    std::string_view name, unit;
    float low, high;           ///< the sane range; values outside are refused in scene files
    std::string_view meaning;  ///< one line, for documentation
};
std::span<const TraitRow> trait_rows() noexcept;

/// A value: trivially copyable, so that kernels take it whole.
struct Person {
    std::uint32_t seed = 1;
    std::array<float, trait_count> traits{};
    MIEN_HD constexpr float operator[](Trait t) const { return traits[static_cast<std::size_t>(t)]; }
    MIEN_HD constexpr float& operator[](Trait t) { return traits[static_cast<std::size_t>(t)]; }
};

/// What a caller may fix before the rest is drawn. A fixed value never changes how many numbers are drawn, so that the same seed at another age is the same person.
struct PersonWish {
    std::optional<float> age, sex, melanin;
    std::optional<int> hair_style, glasses;
};
/// The person of a seed: the same on every machine. Throws nothing; wishes are clamped to their rows' ranges.
Person make_person(std::uint32_t seed, const PersonWish& = {});

/// A held-out person never serves in training: a function of the seed alone (one in eight).
bool is_held_out(std::uint32_t seed) noexcept;

}  // namespace mien::synth
