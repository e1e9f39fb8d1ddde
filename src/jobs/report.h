// What a result is worth, measured frame by frame, as one page: `mien report`. docs/report.md defines what is measured.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "jobs/run.h"

namespace mien {

struct ReportJob {
    std::filesystem::path target, result;
    std::filesystem::path truth;                 ///< what a perfect result would be; empty: not known
    std::vector<std::filesystem::path> sources;  ///< pictures of whose face it should be; may be empty
};
struct ReportOutcome {
    std::filesystem::path output, receipt;
    std::string gate;
    std::int64_t frames = 0, followed = 0, found = 0;
    std::vector<std::pair<std::string, double>> figures;  ///< what the page sums up, by name; what is not known is left out
    std::vector<std::string> remarks;
};
/// Writes one HTML page that needs nothing else. Faces are found and chosen as the result's receipt says the run did it; without one, as the job says. Films
/// are compared frame by frame: throws Error{bad_input} when sizes or lengths differ. Gate, receipt and mark apply. Nothing is left under the output's name
/// unless it is whole.
ReportOutcome run_report(const JobOptions&, const ReportJob&, const RunEvents&);

}  // namespace mien
