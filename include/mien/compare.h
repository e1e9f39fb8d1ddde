// Looking at results: films and pictures side by side.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
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
    std::string gate;                           ///< "verified", "gate unverified", "absent"
    std::string text;                           ///< lines of a digest writer
    std::int64_t frames = 0;
    int width = 0, height = 0;
    std::vector<std::string> remarks;
};
/// Every input gets the height of the first one; a film has the times, the sound and the other streams of the first film. Throws Error (bad_input: films of different
/// length; refused: the content gate); nothing is left under the output's name unless it is whole.
Compared compare(Job, const Comparison&, const Events& = {});

}  // namespace mien
