// What is known about one face in one frame.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "image/view.h"

namespace mien {

using Points5 = std::array<Point, 5>;    ///< left eye, right eye (as seen in the picture), nose, left and right mouth corner
using Points68 = std::array<Point, 68>;  ///< the iBUG 300-W order
using Embedding = std::array<float, 512>;

enum class Gender : std::uint8_t { female, male };
enum class Race : std::uint8_t { white, black, latino, asian, indian, arabic, untold };  ///< untold: the classifier gives none
std::string_view name_of(Gender) noexcept;
std::string_view name_of(Race) noexcept;

struct Attributes {
    Gender gender = Gender::female;
    Race race = Race::white;
    int age_start = 0, age_end = 0;  ///< [start, end)
    friend bool operator==(const Attributes&, const Attributes&) = default;
};

/// Coordinates in frame pixels of the frame as shown (rotation applied).
struct Face {
    Box box;
    double score = 0;              ///< detector's
    double landmarker_score = 0;
    Points5 points5{};             ///< detector's
    Points5 points5_68{};          ///< reduced from the 68 when the landmarker is sure, else the detector's: what every processor aligns with
    Points68 points68{};
    Points68 points68_5{};         ///< guessed from the five by fan_68_5
    int angle = 0;                 ///< 0, 90, 180, 270: how far the head is turned in the picture
    std::optional<Embedding> embedding;       ///< raw
    std::optional<Attributes> attributes;     ///< only when a selector or a listing asks
};
/// The raw embedding divided by its length.
Embedding unit(const Embedding&) noexcept;
double cosine(const Embedding& unit_first, const Embedding& unit_second) noexcept;

}  // namespace mien
