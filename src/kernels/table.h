// Numbers a kernel body looks up: computed on the host, readable where the queue works.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>

#include "image/buffer.h"
#include "image/queue.h"

namespace mien::kernels {

/// On the host the numbers themselves, which must outlive the table; elsewhere a copy in the queue's memory, made on construction.
template <class T> class Table {
public:
    Table(Queue& queue, std::span<const T> numbers) : data_(numbers.data()) {
        if (queue.place() == Place::host) return;
        memory_ = Buffer(queue, numbers.size_bytes());
        queue.copy(memory_.data(), queue.place(), numbers.data(), Place::host, numbers.size_bytes());
        queue.wait();  // the numbers may be a local of the caller
        data_ = memory_.data<T>();
    }
    const T* data() const noexcept { return data_; }

private:
    Buffer memory_;
    const T* data_;
};

}  // namespace mien::kernels
