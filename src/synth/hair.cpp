// SPDX-License-Identifier: Apache-2.0
#include "synth/hair.h"

#include <array>

namespace mien::synth {
namespace {

struct Row {
    std::string_view name;
    HairStyle style;  // top, side, back, fuzz, curl, end, shells, combing
};
constexpr auto hair_count = static_cast<std::size_t>(Hair::count_);
constexpr std::array<Row, hair_count> rows{{
    {"bald", {0, 0, 0, 0, 0, 0, 0, Combing::back, Hair::bald}},
    {"short", {13, 5, 6, 0.6f, 0.2f, 0, 10, Combing::back, Hair::short_cut}},
    {"buzz", {3, 2.4f, 2.4f, 0.8f, 0, 0, 4, Combing::back, Hair::buzz}},
    {"side part", {20, 9, 10, 0.45f, 0.2f, 0, 9, Combing::side, Hair::side_part}},
    {"curly", {32, 27, 30, 0.9f, 1, 0, 14, Combing::back, Hair::curly}},
    {"bob", {19, 20, 21, 0.35f, 0.15f, -92, 6, Combing::middle, Hair::bob}},
    {"long", {18, 17, 18, 0.35f, 0.2f, -215, 6, Combing::middle, Hair::long_straight}},
    {"bun", {10, 6.5f, 7, 0.3f, 0.05f, 0, 5, Combing::tied, Hair::bun}},
    {"short curls", {17, 14, 14, 0.9f, 1, 0, 10, Combing::back, Hair::short_curls}},
    {"long waves", {21, 22, 21, 0.45f, 0.55f, -170, 6, Combing::middle, Hair::long_waves}},
}};
const Row& row(Hair hair) { return rows[static_cast<std::size_t>(hair) < hair_count ? static_cast<std::size_t>(hair) : 0]; }

}  // namespace

HairStyle hair_style(Hair hair) noexcept { return row(hair).style; }
std::string_view name_of(Hair hair) noexcept { return row(hair).name; }

}  // namespace mien::synth
