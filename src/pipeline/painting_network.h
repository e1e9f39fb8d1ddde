// A network that paints crops: its ports, and the tensors of one thread.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "image/buffer.h"
#include "image/tensor.h"
#include "image/trace.h"
#include "models/store.h"
#include "runtime/session.h"

namespace mien {

/// A dense array that keeps its memory while it suffices. Thread-safety: as its queue.
class TensorBuffer {
public:
    const Tensor& fit(Queue&, Element, Shape);
    const Tensor& tensor() const noexcept { return tensor_; }

private:
    Buffer buffer_;
    Tensor tensor_;
};

/// A session with its row. Output 0 is the painted crop [N,3,H,W]. Thread-safety: any thread, each with its own Scratch.
class PaintingNetwork {
public:
    PaintingNetwork(ModelStore&, std::string_view name);

    /// Tensors of one thread; they grow, then stay.
    class Scratch {
        friend class PaintingNetwork;
        std::vector<TensorBuffer> inputs_, outputs_;
        std::vector<Tensor> given_, wanted_;
        std::vector<Shape> input_shapes_, output_shapes_;
    };

    const ModelSpec& spec() const noexcept { return spec_; }
    std::string_view name() const noexcept { return spec_.name; }
    /// Index of an input, -1 when the graph has none of that name.
    int find_input(std::string_view name) const noexcept;
    /// Index of an input; throws Error{models} when the graph has none of that name.
    int need_input(std::string_view name) const;
    const Port& input(int index) const noexcept { return session_->inputs()[static_cast<std::size_t>(index)]; }
    /// The memory of one input for the next run; every input must be prepared before run().
    const Tensor& prepare(Queue&, int index, Shape, Scratch&) const;
    /// Runs and returns output 0. With `all_outputs` the others are computed too (for a trace).
    const Tensor& run(Queue&, Scratch&, bool all_outputs) const;
    /// Stage "model" of item `item` of the last run.
    void trace_item(Trace*, const Scratch&, std::int64_t item) const;

private:
    const ModelSpec& spec_;
    std::shared_ptr<Session> session_;
};

/// False when a host tensor of floats (f16, f32, f64) holds NaN or an infinity.
bool all_finite(const Tensor&) noexcept;

}  // namespace mien
