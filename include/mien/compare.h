// Looking at results: films and pictures side by side, and a page of measures.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <mien/job.h>

namespace mien {

/// What to show side by side. The output, encoders and threads are options of the job (output-path, output-video-quality ...).
struct Comparison {
    std::vector<std::filesystem::path> inputs;  ///< 2..12 films or pictures; pictures among films stand still
    std::vector<std::string> labels;            ///< one each, "" for none; empty: the files' names
    int columns = 0;                            ///< pictures in a row; 0: up to three in one row, four as two by two, more in rows of three
};
/// What was written.
struct Compared {
    std::filesystem::path output, receipt;
    std::string gate;  ///< "verified", "gate unverified", "absent"
    std::string text;  ///< lines of a digest writer
    std::int64_t frames = 0;
    int width = 0, height = 0;
    std::vector<std::string> remarks;
};
/// Every input gets the height of the first one; a film has the times, the sound and the other streams of the first film. Throws Error (bad_input: films of
/// different length; refused: the content gate); nothing is left under the output's name unless it is whole.
Compared compare(Job, const Comparison&, const Events& = {});

/// What to measure: films of one size and length, or pictures of one size.
struct ReportOrder {
    std::filesystem::path target, result;        ///< the original and what was made of it
    std::filesystem::path truth;                 ///< what a perfect result would be; empty: not known
    std::vector<std::filesystem::path> sources;  ///< pictures of whose face it should be; may be empty
};
/// What was measured and written.
struct Reported {
    std::filesystem::path output, receipt;
    std::string gate;
    std::int64_t frames = 0, followed = 0, found = 0;  ///< frames; those where the original has its face; those where the result has one there too
    std::vector<std::pair<std::string, double>>
        figures;  ///< means and medians by name, those that are known: psnr psnr_target margin margin_truth jitter jitter_truth
    std::vector<std::string> remarks;
};
/// Writes one HTML page that needs nothing else, to the job's output-path. docs/report.md defines what is measured. The result's receipt, where there is one,
/// says how faces are found and chosen. Throws Error (bad_input: sizes or lengths that differ; refused: the content gate); nothing is left under the output's
/// name unless it is whole.
Reported report(Job, const ReportOrder&, const Events& = {});

}  // namespace mien
