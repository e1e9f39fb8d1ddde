// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "parity/report.h"

namespace mien::parity {
namespace {

constexpr auto rules = std::to_array<Rule>({
    {"second *", "crop", Measure::absolute, 2},  // a processor that paints on what another one left, one level beside the recorded
    {"second model", "in_*", Measure::of_largest, 0.01},
    {"model", "in_*", Measure::of_largest, 1e-4},
    {"model", "out_*", Measure::of_largest, 1e-4},
    {"detect_candidates*", "scores", Measure::listed, 1e-4},
    {"detect_candidates*", "*", Measure::listed, 1e-3},
    {"landmarks_*", "points", Measure::absolute, 0.05},
    // Faces are the outcome of the whole analysis, end to end; its stages are followed from recorded inputs.
    {"faces", "box", Measure::absolute, 1},
    {"faces", "points_*", Measure::absolute, 0.5},
    {"faces", "*score", Measure::absolute, 5e-3},
    {"faces", "embedding", Measure::cosine, 1e-3},
    {"embedding", "*", Measure::cosine, 1e-4},
    {"source_embedding", "*", Measure::of_largest, 1e-4},
    {"balanced_embedding", "*", Measure::of_largest, 1e-4},
    {"source_frame", "*", Measure::of_largest, 1e-4},
    {"*", "*matrix", Measure::frobenius, 1e-6},
    {"similarity", "matrices", Measure::frobenius, 1e-6},
    {"*", "points", Measure::absolute, 0.05},
    {"selected", "boxes", Measure::absolute, 1e-3},
    {"mask_region", "mask", Measure::edges, 1e-3},
    {"*", "mask", Measure::absolute, 1e-3},
    {"*", "crop", Measure::absolute, 1},
    {"paste", "result_roi", Measure::absolute, 1},
    {"blend", "result", Measure::absolute, 1},
    {"processed", "frame", Measure::absolute, 2},  // end to end, with faces of our own
    {"*", "frame", Measure::absolute, 1},
    {"*", "hist64", Measure::histogram, 0.02},
    {"warp_affine", "u8_*", Measure::absolute, 0},
    {"warp_affine", "*", Measure::absolute, 1e-3},
    {"resize", "u8_cubic", Measure::absolute, 1},
    {"resize", "f32_*", Measure::absolute, 1e-4},
    {"gaussian", "f32", Measure::absolute, 1e-4},
    {"lab_f32", "lab", Measure::of_largest, 2e-4},
    {"lab_f32", "back", Measure::absolute, 1e-3},
    {"color_equalize", "*", Measure::absolute, 1},
    {"*_random", "*", Measure::absolute, 1e-5},
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
    // Labels around a stage's name ("second paste", "paste above 768") choose special rows or exemptions; otherwise they do not count.
    std::string_view plain = stage.substr(0, stage.find(" above"));
    if (plain.starts_with("second ")) plain.remove_prefix(7);
    for (const Rule& rule : rules)
        if ((fits(rule.stage, stage) || fits(rule.stage, plain)) && fits(rule.array, array)) return rule;
    return rules.back();
}

}  // namespace mien::parity
