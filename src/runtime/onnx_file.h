// The bounded reader of ONNX files: what a foreign file holds is measured before any library parses it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace mien {

/// What a file may hold. Published networks stay far below every one of these numbers.
struct OnnxLimits {
    std::uint64_t bytes = (1ULL << 31) - 1;  ///< protobuf itself holds no more
    std::uint64_t entries = 16'000'000;      ///< fields of all messages together
    std::uint64_t nodes = 100'000;
    std::uint64_t initialisers = 100'000;
    std::uint64_t ports = 1'024;     ///< graph inputs and outputs, each
    std::uint64_t edges = 4'096;     ///< inputs and outputs of one node, each
    std::uint64_t attributes = 256;  ///< of one node
    int graphs_deep = 8;             ///< graphs inside attributes of nodes of graphs ...
    int rank = 8;
    std::uint64_t elements = 1ULL << 31;  ///< of one tensor
    std::uint64_t name_bytes = 8'192;
    std::uint64_t text_bytes = 16U << 20U;  ///< documentation, string attributes, metadata and fields not known here, all together
};

/// One input or output as the file declares it. Extents of -1 are free.
struct OnnxPort {
    std::string name;
    std::int64_t element = 0;  ///< code of ONNX's TensorProto.DataType
    std::vector<std::int64_t> extents;
    bool ranked = false;  ///< the file says how many extents there are
};

/// What the walk found.
struct OnnxSummary {
    std::int64_t ir_version = 0;
    std::int64_t opset = 0;  ///< of the default domain
    std::uint64_t nodes = 0, initialisers = 0;
    std::vector<OnnxPort> inputs, outputs;        ///< inputs without those that are initialisers
    std::span<const std::byte> last_initialiser;  ///< the last TensorProto of the main graph, inside the walked bytes; empty when there is none
};

/// Text out of a foreign file, fit for a sentence: short, on one line, ASCII.
std::string printable(std::string text);

/// A whole file in memory. Throws Error{models} when it cannot be read, is empty or above the limit.
std::vector<std::byte> read_onnx_file(const std::filesystem::path&, const OnnxLimits& = {});

/// Walks a file's bytes without building anything from them but the summary; `name` appears in the sentence.
/// Refused: bytes that are no protobuf, anything above the limits, tensors whose bytes do not fit their dims, tensors in other files,
/// functions, training graphs, and inputs or outputs that are no tensors. Throws Error{models}. Thread-safety: any thread.
OnnxSummary walk_onnx(std::span<const std::byte>, const std::string& name, const OnnxLimits& = {});

/// A float32 or float16 tensor as floats, from the bytes of a TensorProto that walk_onnx has seen. Throws Error{models}.
std::vector<float> floats_of_tensor(std::span<const std::byte> tensor, const std::string& name);

}  // namespace mien
