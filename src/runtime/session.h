// A loaded network: names and shapes of what goes in and out, and run(). Engines stand behind it (ort_session.cpp).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/queue.h"
#include "image/tensor.h"

namespace mien {

/// One input or output of a network. Extents of -1 are free.
struct Port {
    std::string name;
    Element element = Element::f32;
    Shape shape;
};

/// How a network takes several items at once.
enum class Batching : std::uint8_t {
    native,  ///< the file's own batch dimension is free
    freed,   ///< fixed at 1 in the file; made free by rewriting, and proven on a probe: item i of 3 = item i alone, byte for byte
    looped,  ///< run item by item
};
std::string_view name_of(Batching) noexcept;

/// A loaded network on one engine. Thread-safety: run() from any number of threads at once.
class Session {
public:
    virtual ~Session() = default;
    virtual std::span<const Port> inputs() const noexcept = 0;
    virtual std::span<const Port> outputs() const noexcept = 0;
    virtual Batching batching() const noexcept = 0;
    virtual std::string_view engine() const noexcept = 0;  ///< "ort-cpu"
    /// Shapes of all outputs for these input shapes; exact when a file leaves dimensions free (asked once per input shapes, then remembered).
    virtual std::vector<Shape> output_shapes(std::span<const Shape> inputs) = 0;
    /// Inputs and outputs in the order of inputs() and outputs(), memory of the caller, shapes exact. A looped network is run item by item here;
    /// inputs whose first extent is 1 while others hold n items are given to each item, and so are inputs of fewer than two extents. The results
    /// of n items lie one after the other: the first extent of an output is n times that of one item; a single value becomes n of them.
    /// Steady state allocates nothing of ours.
    /// An output with data == nullptr is not wanted. Throws Error{device} naming the network.
    virtual void run(Queue&, std::span<const Tensor> inputs, std::span<const Tensor> outputs) = 0;
};

/// Part of the key under which the outcome of a probe is remembered: rises when files are rewritten in another way.
inline constexpr int batch_proof_revision = 1;

/// Opening a network file.
struct SessionOptions {
    int threads = 1;                     ///< threads inside one run; 1 keeps bytes equal whatever the machine
    bool free_batch = true;              ///< try to make a fixed batch of 1 free
    bool prove_batch = true;             ///< run the probe; off only when a remembered proof exists (models.lock)
    std::optional<Batching> remembered;  ///< what an earlier probe of this file found; used when prove_batch is off
    int probe_edge = 64;                 ///< width and height of the probe where a file leaves them free
    bool half_crop = false;              ///< the file is to serve crops of half its edge (runtime/half_crop.h)
};
/// Walks the file with the bounded reader (runtime/onnx_file.h), then opens it in ONNX Runtime on the CPU.
/// Throws Error{models} with one sentence for truncated, hostile or unsupported files; Error{device} when ONNX Runtime is not found or too old.
std::unique_ptr<Session> open_ort_session(const std::filesystem::path&, const SessionOptions& = {});

/// Where libonnxruntime was found and its version, or why it was not; opens it. For `mien doctor`.
struct RuntimeFound {
    std::string path, version, trouble;
};
RuntimeFound find_onnx_runtime();

}  // namespace mien
