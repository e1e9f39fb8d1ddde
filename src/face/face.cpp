// SPDX-License-Identifier: Apache-2.0
#include "face/face.h"

#include <algorithm>
#include <cmath>

namespace mien {
namespace {

constexpr std::array<std::string_view, 2> genders{"female", "male"};
constexpr std::array<std::string_view, 7> races{"white", "black", "latino", "asian", "indian", "arabic", "untold"};

}  // namespace

std::string_view name_of(Gender gender) noexcept { return genders[static_cast<std::size_t>(gender)]; }
std::string_view name_of(Race race) noexcept { return races[static_cast<std::size_t>(race)]; }

Embedding unit(const Embedding& raw) noexcept {
    // Summed in double, divided in float: the reference divides a float vector by a float length.
    double squares = 0;
    for (const float value : raw) squares += static_cast<double>(value) * value;
    const float length = static_cast<float>(std::sqrt(squares));
    Embedding result{};
    // NaN is no length of 0: it must stay NaN, so that whoever uses the vector sees that it is none.
    if (length != 0) std::transform(raw.begin(), raw.end(), result.begin(), [length](float value) { return value / length; });
    return result;
}

double cosine(const Embedding& unit_first, const Embedding& unit_second) noexcept {
    double sum = 0;
    for (std::size_t i = 0; i < unit_first.size(); ++i) sum += static_cast<double>(unit_first[i]) * unit_second[i];
    return sum;
}

}  // namespace mien
