// A plan: what a run will do, stage by stage, as a value that can be printed and compared.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "pipeline/settings.h"

namespace mien {

/// One step of a pass. Rows of a table, not objects: what runs is analyse_film, render_film and the processors.
struct PlanStage {
    std::string_view pass;    ///< "analyse" "settle" "render" "close"; in the live shape "live" "close"
    std::string name;
    std::string_view place;   ///< "host" or "device"
    std::string_view per;     ///< "film" "frame" "face" "shot"
    std::string detail;
    int look_ahead = 0;       ///< frames it must see before it answers; -1: the whole film
};

/// What a plan is compiled for.
struct PlanTarget {
    enum class Kind : std::uint8_t { still, film, pattern } kind = Kind::film;
    bool writes_pictures = true;   ///< false: writers digest and null, and analysis alone
};

/// Stages in order. Only compile makes one. Thread-safety: a value.
class Plan {
public:
    const std::vector<PlanStage>& stages() const noexcept { return stages_; }
    /// One line per stage; the same text for the same settings.
    std::string text() const;
    bool has(std::string_view stage) const noexcept;

private:
    friend Plan compile(const Settings&, const PlanTarget&);
    explicit Plan(std::vector<PlanStage> stages) : stages_(std::move(stages)) {}
    std::vector<PlanStage> stages_;
};

/// Expands the settings into stages (analysis, then processors in their order), then adds gate, receipt and mark to every plan that writes pictures, places
/// the stages and widens them by their look-ahead. Throws Error{usage}, Error{unsupported} for what cannot be planned.
Plan compile(const Settings&, const PlanTarget&);

}  // namespace mien
