// Rendering a film of a scene: pictures, sound, truth and twins; receipt and mark as for every film.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "jobs/run.h"
#include "pipeline/synth_film.h"

namespace mien {

/// What is to be rendered and kept. Encoders, writers and threads are the job's options.
struct SynthJob {
    SynthOrder order;
    std::filesystem::path output;              ///< the film; may be empty for writers digest and null
    std::filesystem::path truth;               ///< folder; empty: none
    std::vector<std::string> pictures;         ///< kinds of truth pictures, by name
    std::vector<synth::Twin> twins;            ///< need `truth`
    int device = -1;                           ///< CUDA device; -1: the processor
};
/// Names of truth pictures, in the order of help: regions face alpha depth normals flow.
std::vector<std::string_view> truth_picture_names();

struct SynthOutcome {
    std::filesystem::path output, receipt, truth;
    std::vector<std::filesystem::path> twins;
    std::int64_t frames = 0, rows = 0;
    double seconds = 0;
    bool sound = false;
    std::string text;                          ///< of a digest writer
    std::vector<std::string> remarks;
};
/// Throws Error; Code::interrupted when events.stop answered true. Nothing of the film, its truth or its twins is left unless all of it is whole.
SynthOutcome run_synth(const JobOptions&, const SynthJob&, const RunEvents&);

}  // namespace mien
