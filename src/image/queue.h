// A queue: work in order on one device, and the memory of that device. The host queue is real; the CUDA one comes from
// libmien_cuda.so, which is opened on demand (image/cuda_entry.h).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "image/view.h"

namespace mien {

/// Work in order on one device. Thread-safety: the host queue, any thread; others, one thread at a time.
class Queue {
public:
    virtual ~Queue() = default;
    virtual Place place() const noexcept = 0;
    /// Memory of this queue's device, aligned to 256 bytes. Throws Error{out_of_memory}.
    virtual void* allocate(std::size_t bytes) = 0;
    virtual void release(void*) noexcept = 0;
    /// Copies between host memory and this device's memory, in order with the queue's work. Host memory must stay until wait().
    virtual void copy(void* to, Place to_place, const void* from, Place from_place, std::size_t bytes) = 0;
    /// Runs the body registered under `name` once per (x, y) of a grid. Only kernels/launch.h calls this, and never on the host.
    virtual void launch(std::string_view name, const void* body, std::size_t body_bytes, Size grid) = 0;
    /// Returns when all work is done. Throws Error{device} for any earlier failure.
    virtual void wait() = 0;
};

/// The queue of this machine's processor: every call is done when it returns.
Queue& host_queue() noexcept;

/// Opens libmien_cuda.so (beside the program or in its lib folder; MIEN_CUDA_LIBRARY names another one) and a queue on a device.
/// Throws Error{device} that names the missing piece and the cure.
std::unique_ptr<Queue> open_cuda_queue(int device = 0);

}  // namespace mien
