// The receipt: what was done, with which networks, reproducible. OUTPUT.receipt.json beside every written picture and film.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <vector>

#include "jobs/options.h"
#include "models/store.h"
#include "pipeline/safeguards.h"

namespace mien {

/// One input of a run.
struct ReceiptInput {
    std::string role;      ///< "target", "source 1"
    std::filesystem::path path;
    std::string sha256;
    std::uint64_t bytes = 0;
};

/// What is known before the first picture is written: the claim. Its SHA-256 goes into the output.
struct ReceiptFacts {
    const JobOptions& options;
    std::string plan;            ///< text
    std::vector<ModelStore::Opened> networks;
    std::vector<ReceiptInput> inputs;
    const GatePass& gate;
    std::string subject{};       ///< of what is no run over a film: JSON text of what was rendered or compared; options that only say how a film is worked on are left out
    std::string_view subject_key = "scene";///< where the claim holds it: scene, comparison, report
};
ReceiptClaim make_claim(const ReceiptFacts&);

/// What is known after the last picture.
struct RunResult {
    std::int64_t frames = 0, frames_with_faces = 0, faces_found = 0, faces_processed = 0, faces_skipped = 0, faces_outside = 0, faces_non_finite = 0, detector_calls = 0;
    std::vector<std::string> skipped_because;   ///< one sentence each
    std::vector<std::string> remarks;
};
/// Writes the receipt of a result that still has its temporary name `whole` (its digest is read there), under the name that belongs beside `output`. A result
/// gets its name after its receipt: a process that is killed in between leaves a receipt without its result, never the reverse. Throws Error{output}.
std::filesystem::path write_receipt(const std::filesystem::path& whole, const std::filesystem::path& output, const ReceiptClaim&, const RunResult&);

/// Version of mien, of the libraries it runs on (FFmpeg with its licence, ONNX Runtime): name and version lines.
std::vector<std::pair<std::string, std::string>> versions();

}  // namespace mien
