// Films and pictures side by side with labels: `mien compare`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "jobs/run.h"

namespace mien {

struct CompareJob {
    std::vector<std::filesystem::path> inputs;  ///< 2..12
    std::vector<std::string> labels;            ///< empty: the files' names; else one each, "" for none
    int columns = 0;                            ///< 0: by number (pipeline/side_by_side.h)
};
struct CompareOutcome {
    std::filesystem::path output, receipt;
    std::string gate, text;
    std::int64_t frames = 0;
    Size size;
    std::vector<std::string> remarks;
};
/// Only pictures give a picture; otherwise a film with times, sound and everything else of the first film among them, in which pictures stand still and frames
/// meet by their number. Sizes: pipeline/side_by_side.h. Frames are 8 bits of the first film's colour codes, 4:2:0 where that was subsampled. Gate, receipt and
/// mark apply. Throws Error: bad_input for films of different length. Nothing is left under the output's name unless it is whole.
CompareOutcome run_compare(const JobOptions&, const CompareJob&, const RunEvents&);

}  // namespace mien
