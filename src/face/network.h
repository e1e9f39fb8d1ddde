// A network of the analysis: its row, its session, and the buffers of one thread that feed it and hold its answers.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "image/queue.h"
#include "image/tensor.h"
#include "image/trace.h"
#include "models/store.h"

namespace mien {

/// Inputs and answers of a network for some number of items. Grows to what it needs, then stays. Thread-safety: one thread.
struct NetworkBuffers {
    std::vector<Tensor> inputs, outputs;
    std::vector<std::vector<std::byte>> memory;
    const Session* session = nullptr;  ///< whose they are now
    int items = 0;
    Size size;
};

/// Thread-safety: any thread, each with buffers of its own.
class Network {
public:
    /// Throws Error{models}.
    Network(ModelStore&, std::string_view name);
    const ModelSpec& spec() const noexcept { return *spec_; }
    /// Whether the first input can have these spatial extents.
    bool takes(Size) const noexcept;
    /// Gives inputs the batch extent `items` and the spatial extents `size` where the file leaves them free, and memory to inputs and outputs.
    void prepare(NetworkBuffers&, int items, Size size) const;
    /// Waits for the queue first: engines read the inputs at once.
    void run(Queue&, NetworkBuffers&) const;
    /// Floats of output `index` that belong to one item.
    static std::span<const float> answer(const NetworkBuffers&, std::size_t index, int item);
    /// Stage "model" with the arrays of one item.
    void tell(Trace*, const NetworkBuffers&, int item) const;

private:
    const ModelSpec* spec_;
    std::shared_ptr<Session> session_;
};

}  // namespace mien
