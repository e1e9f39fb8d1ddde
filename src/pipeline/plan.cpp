// SPDX-License-Identifier: Apache-2.0
#include "pipeline/plan.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.h"
#include "models/packs.h"
#include "pipeline/processor.h"

namespace mien {
namespace {

constexpr int whole_film = -1;

void expand_analysis(const Settings& settings, const PlanTarget& target, std::vector<PlanStage>& stages) {
    const AnalysisSettings& analysis = settings.analysis;
    const NetworkPack& pack = find_pack(analysis.pack);
    if (target.kind == PlanTarget::Kind::pattern) {
        stages.push_back({"analyse", "truth", "host", "frame", "faces as they were drawn"});
    } else {
        const std::string size = analysis.detector_size == 0 ? "largest size" : fmt::format("{0}x{0}", analysis.detector_size);
        stages.push_back({"analyse", "shots", "host", "frame", "first frame of each shot by histogram"});
        stages.push_back({"analyse", "detect", "host", "frame",
                          fmt::format("{}, {}, score {:.2f}, angles {}", analysis.detector_model, size, analysis.detector_score, fmt::join(analysis.detector_angles, " "))});
        stages.push_back({"analyse", "landmark", "host", "face", fmt::format("{}, score {:.2f}; 68 from 5 by {}", analysis.landmarker_model, analysis.landmarker_score, pack.points_68_from_5)});
        stages.push_back({"analyse", "recognise", "host", "face", std::string(pack.recogniser)});
        if (analysis.classify) stages.push_back({"analyse", "classify", "host", "face", std::string(pack.classifier)});
    }
}

void expand_selection(const Settings& settings, std::vector<PlanStage>& stages) {
    const SelectorSettings& selector = settings.selector;
    std::string detail = fmt::format("{}, {}", selector.mode, selector.order);
    if (selector.mode == "reference")
        detail += fmt::format(", face {} of frame {} within {:.2f}", selector.reference_position, selector.reference_frame, selector.reference_distance);
    stages.push_back({"settle", "select", "host", "frame", detail});
}

std::string masks_of(const Settings& settings) { return fmt::format("masks {}", fmt::join(settings.masks.types, "+")); }

void expand_processors(const Settings& settings, std::vector<PlanStage>& stages) {
    stages.push_back({"render", "canvas", "host", "frame", "RGB of the faces' region, once for all processors"});
    for (const std::string& name : settings.processors) {
        find_processor(name);
        std::string detail;
        if (name == "face_swapper") {
            const int boost = settings.swapper.pixel_boost;
            detail = fmt::format("{}, {}, weight {:.2f}, {}", settings.swapper.model, boost == 0 ? "own size" : fmt::format("{0}x{0}", boost), settings.swapper.weight, masks_of(settings));
        } else if (name == "face_enhancer") {
            detail = fmt::format("{}, blend {}, weight {:.2f}", settings.enhancer.model, settings.enhancer.blend, settings.enhancer.weight);
        } else if (name == "face_debugger") {
            detail = fmt::format("{}", fmt::join(settings.debugger.items, " "));
        }
        stages.push_back({"render", name, "host", "face", detail});
    }
    stages.push_back({"render", "planes", "host", "frame", "changed pixels back into the film's own planes"});
}

/// The safeguards are not options and not rows: nothing the settings say can leave them out.
void add_safeguards(std::vector<PlanStage>& stages) {
    const auto first_settle = std::find_if(stages.begin(), stages.end(), [](const PlanStage& stage) { return stage.pass != "analyse"; });
    const auto gate = stages.insert(first_settle, {"analyse", "gate", "host", "shot", "nsfw_1 nsfw_2 nsfw_3, majority; one frame per second, every shot, every source"});
    stages.insert(gate + 1, {"settle", "verdict", "host", "film", "refused above 10 % of samples, three in a row, or any still"});
    stages.push_back({"close", "mark", "host", "film", "DigitalSourceType and the receipt's SHA-256 inside the file"});
    stages.push_back({"close", "receipt", "host", "film", "OUTPUT.receipt.json"});
}

void widen(const Settings& settings, const PlanTarget& target, std::vector<PlanStage>& stages) {
    const bool live = settings.execution.shape == "live" && target.kind != PlanTarget::Kind::still;
    for (PlanStage& stage : stages) {
        if (stage.pass == "settle") stage.look_ahead = target.kind == PlanTarget::Kind::still ? 0 : live ? settings.execution.look_ahead : whole_film;
        if (live && stage.pass != "close") stage.pass = "live";
    }
}

}  // namespace

Plan compile(const Settings& settings, const PlanTarget& target) {
    if (settings.processors.empty()) throw Error(Code::usage, "no processor was given: name at least one, for example --processors face_swapper");
    std::vector<PlanStage> stages;
    expand_analysis(settings, target, stages);
    expand_selection(settings, stages);
    expand_processors(settings, stages);
    if (target.writes_pictures) {
        stages.push_back({"render", "write", "host", "frame", target.kind == PlanTarget::Kind::still ? "the picture" : "every frame at its own time; other streams packet for packet"});
        add_safeguards(stages);
    } else {
        stages.push_back({"render", "write", "host", "frame", fmt::format("writer {}", settings.output_settings.writer)});
    }
    widen(settings, target, stages);
    return Plan(std::move(stages));
}

std::string Plan::text() const {
    std::string out;
    for (const PlanStage& stage : stages_) {
        const std::string ahead = stage.look_ahead == whole_film ? "whole film" : stage.look_ahead > 0 ? fmt::format("+{} frames", stage.look_ahead) : "";
        out += fmt::format("{:8} {:14} {:5} {:6} {:11} {}\n", stage.pass, stage.name, stage.place, stage.per, ahead, stage.detail);
    }
    return out;
}

bool Plan::has(std::string_view stage) const noexcept {
    return std::any_of(stages_.begin(), stages_.end(), [&](const PlanStage& row) { return row.name == stage; });
}

}  // namespace mien
