// Many shots of one size at once: what feeds the training of networks.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <span>
#include <vector>

#include "synth/c_api.h"
#include "synth/figure_pool.h"
#include "synth/render.h"

namespace mien::synth {

/// The shot of a plain struct, its figures from the pool (built on the queue when they are not there yet); `twin`: every performer with their other's inner face.
/// The figures are the pool's: the shot is good until trim().
Shot cast_shot(Queue&, FigurePool&, const mien_synth_shot&, bool twin);

/// Draws batches of plain shots with several threads, each with a queue and a renderer of its own, so that small pictures fill a device.
/// The bytes do not depend on the number of threads. Thread-safety: one call at a time.
class BatchRenderer {
public:
    /// device -1: the host. Throws Error{usage} for no threads, Error{device} when the device cannot be opened.
    BatchRenderer(int device, int threads, std::uint64_t figure_bytes);
    ~BatchRenderer();
    BatchRenderer(const BatchRenderer&) = delete;
    BatchRenderer& operator=(const BatchRenderer&) = delete;

    /// Shots must have one size and number of samples. Returns when `output` is written. Throws Error{usage} for shots that cannot be drawn.
    void draw(std::span<const mien_synth_shot>, const mien_synth_output&);
    FigurePool::Counts figures() const { return pool_->counts(); }

private:
    struct Worker {
        std::unique_ptr<Queue> own;  ///< null on the host
        Queue* queue = nullptr;
        std::unique_ptr<Renderer> renderer;
        std::vector<float> depth;  ///< host copies of a stack's planes, for truth
        std::vector<PosedFace> posed;
    };
    /// Draws shots first .. first + count - 1 as one stack.
    void draw_stack(Worker&, std::span<const mien_synth_shot>, std::size_t first, std::size_t count, const mien_synth_output&);
    void write_truth(Worker&, std::span<const mien_synth_shot> plain, std::span<const Shot>, const Rendered&, mien_synth_face* faces);

    std::vector<Worker> workers_;
    std::unique_ptr<FigurePool> pool_;  ///< its figures live on the workers' queues: released first
};

}  // namespace mien::synth
