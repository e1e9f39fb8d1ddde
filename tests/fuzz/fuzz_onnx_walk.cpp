// Bytes as a network file: walked, its batch made free and its crop halved, the rewritten files walked again, the last tensor read.
// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "runtime/free_batch.h"
#include "runtime/half_crop.h"
#include "runtime/onnx_file.h"
#include "target.h"

namespace mien::fuzz {

void read(std::span<const std::byte> bytes) {
    const OnnxSummary summary = walk_onnx(bytes, "seed.onnx");
    if (!summary.last_initialiser.empty()) {
        must(summary.last_initialiser.data() >= bytes.data() && summary.last_initialiser.data() + summary.last_initialiser.size() <= bytes.data() + bytes.size(),
             "the last initialiser lies outside the file");
        try {
            floats_of_tensor(summary.last_initialiser, "seed.onnx");
        } catch (const Error&) {
            // A tensor of whole numbers; the walk alone decides about the file.
        }
    }
    try {
        const std::string halved = halve_crop(bytes, "seed.onnx");
        must(walk_onnx(std::as_bytes(std::span(halved)), "halved.onnx").outputs.size() == 1, "the halved file has not one output");
    } catch (const Error&) {
        // Hardly any file is a swapper; a rewritten one that the walk refuses is refused when it is opened.
    }
    const std::optional<std::string> freed = free_batch(bytes, summary);
    if (!freed) return;
    const OnnxSummary again = walk_onnx(std::as_bytes(std::span(*freed)), "rewritten.onnx");
    must(again.inputs.size() == summary.inputs.size() && again.nodes >= summary.nodes, "the rewritten file lost inputs or nodes");
}

}  // namespace mien::fuzz
