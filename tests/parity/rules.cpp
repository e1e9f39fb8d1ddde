// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "parity/report.h"

namespace mien::parity {
namespace {

constexpr auto rules = std::to_array<Rule>({
    // From recorded inputs of each stage.
    // The vector of a target after the first is not kept: ours takes its place, with the cosine of faces end to end.
    {"* of own vectors", "in_source", Measure::cosine, 1e-3},
    {"* of own vectors", "value", Measure::cosine, 1e-3},
    {"model of own vectors", "out_*", Measure::of_largest, 1e-3},
    {"model", "in_*", Measure::of_largest, 1e-4},
    {"model", "out_*", Measure::of_largest, 1e-4},
    {"detect_candidates*", "scores", Measure::absolute, 1e-4},  // as the network gives them
    {"detect_candidates*", "*", Measure::absolute, 1e-3},
    {"landmarks_*", "points", Measure::absolute, 0.05},
    {"embedding", "*", Measure::cosine, 1e-4},
    {"source_embedding", "*", Measure::of_largest, 1e-4},
    {"balanced_embedding", "*", Measure::of_largest, 1e-4},
    {"source_frame", "*", Measure::of_largest, 1e-4},
    {"*", "*matrix", Measure::frobenius, 1e-6},
    {"mask_area", "points", Measure::absolute, 1e-3},  // mapped by the crop's matrix
    {"mask_region", "mask", Measure::edges, 1e-3},
    {"*", "mask", Measure::absolute, 1e-3},
    {"*", "crop", Measure::absolute, 1},
    {"paste", "result_roi", Measure::absolute, 1},
    {"blend", "result", Measure::absolute, 1},
    {"result drawn", "frame", Measure::absolute, 0},
    {"result drawn", "hist64", Measure::absolute, 0},
    {"result", "frame", Measure::absolute, 1},
    {"written", "frame", Measure::absolute, 1},
    {"*", "hist64", Measure::histogram, 2e-3},  // levels that are one apart may lie in neighbouring bins
    // End to end: faces of our own.
    {"faces", "box", Measure::absolute, 1},
    {"faces", "points_*", Measure::absolute, 0.5},
    {"faces", "*score", Measure::absolute, 5e-3},  // a heat map read half a pixel aside
    {"faces", "embedding", Measure::cosine, 1e-3},
    // Primitives: sums of floats are made in other orders, bytes are equal.
    {"warp_affine", "f64_*", Measure::absolute, 1e-4},  // 64-bit pictures of 0..255 there, 32 bits here
    {"resize", "u8_cubic", Measure::absolute, 1},       // a crop's one level
    {"resize", "f32_*", Measure::absolute, 1e-6},
    {"gaussian", "f32", Measure::absolute, 1e-6},
    // One step of the reference's own 14-bit table, 80 of whose 107,811 entries lie within a thousandth of a tie and are rounded to the other side there.
    {"lab_f32", "lab", Measure::of_largest, 2e-4},
    {"lab_f32", "back", Measure::absolute, 1e-3},
    {"color_equalize", "*", Measure::absolute, 1},  // a crop's one level: the cubic above
    {"*_random", "*", Measure::absolute, 1e-6},
    {"limit_*", "*", Measure::absolute, 1e-6},
    {"*", "*", Measure::absolute, 0},
});

}  // namespace

bool fits(std::string_view pattern, std::string_view text) noexcept {
    const std::size_t star = pattern.find('*');
    if (star == std::string_view::npos) return pattern == text;
    if (text.substr(0, star) != pattern.substr(0, star)) return false;
    for (std::size_t at = star; at <= text.size(); ++at)
        if (fits(pattern.substr(star + 1), text.substr(at))) return true;
    return false;
}

const Rule& rule_for(std::string_view stage, std::string_view array) noexcept {
    // A label after a stage's name ("paste above 768") chooses an exemption; for the limits it does not count.
    const std::string_view unlabelled = stage.substr(0, stage.find(" above")), plain = unlabelled.substr(0, unlabelled.find(" of own"));
    for (const Rule& rule : rules)
        if ((fits(rule.stage, unlabelled) || fits(rule.stage, plain)) && fits(rule.array, array)) return rule;
    return rules.back();
}

}  // namespace mien::parity
