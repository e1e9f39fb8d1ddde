// Running a job: inputs opened, gate passed, analysis in the sidecar, processors painted, output written, receipt beside it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "jobs/inputs.h"
#include "jobs/options.h"
#include "jobs/receipt.h"
#include "jobs/sidecar.h"

namespace mien {

/// What a run tells while it works. Calls never overlap.
struct RunEvents {
    std::function<void(std::string_view pass, std::int64_t done, std::int64_t total)> progress = [](std::string_view, std::int64_t, std::int64_t) {};  ///< total 0: unknown
    std::function<void(const std::string&)> remark = [](const std::string&) {};
    std::function<bool()> stop = [] { return false; };
};

struct RunOutcome {
    RunResult result;
    std::filesystem::path output, receipt, sidecar;  ///< receipt is empty for writers digest and null
    std::string gate;                                ///< "verified" "gate unverified" "absent"
    std::string text;                                ///< of a digest writer
    std::vector<std::pair<std::string, double>> seconds;  ///< as mien::Outcome has them
};

/// Runs settings of a checked JobOptions (check_options, settle_options). Throws Error; Code::interrupted when events.stop answered true. Nothing is left
/// under the output's name unless it is whole.
RunOutcome run_job(const JobOptions&, const RunEvents&);

/// The analysis pass alone: fills the sidecar.
struct AnalysisOutcome {
    std::filesystem::path sidecar;
    std::int64_t frames = 0, faces = 0, shots = 0, detector_calls = 0;
    std::vector<std::string> remarks;
};
AnalysisOutcome analyse_job(const JobOptions&, const RunEvents&);

/// What is known of the faces of a film or picture; analysed first where it is not known yet.
struct TargetAnalysis {
    Target target;
    std::unique_ptr<Sidecar> sidecar;                ///< of a film
    std::vector<Face> still_faces;                   ///< of a picture
    std::vector<GateSample> samples;                 ///< empty when the gate is absent, or the target was rendered by mien
    std::vector<ModelStore::Opened> networks;
};
/// The target must be identified(); the job's own target is not looked at.
TargetAnalysis analyse_target(const JobOptions&, Target, const RunEvents&);

/// The plan of a job without running it.
std::string explain_job(const JobOptions&);

/// One listed face.
struct ListedFace {
    std::int64_t frame = 0;
    double time_s = 0;
    int position = 0;
    Face face;
};
/// Faces of a film or picture from the sidecar, analysed first when they are not known.
std::vector<ListedFace> list_faces(const JobOptions&, const RunEvents&);
/// A picture with the listed faces in rows (128 px each, at most 400 of them evenly over the film). It writes pictures: gate, receipt and mark apply.
std::filesystem::path write_contact_sheet(const JobOptions&, const std::filesystem::path&, const RunEvents&);

}  // namespace mien
