// Memory with a place and an owner.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

#include "image/queue.h"
#include "image/view.h"

namespace mien {

/// Owns memory of a queue's device, which must outlive it. Contents start undefined. Thread-safety: as its queue.
class Buffer {
public:
    Buffer() = default;
    Buffer(Queue& queue, std::size_t bytes) : queue_(&queue), data_(queue.allocate(bytes)), bytes_(bytes) {}
    Buffer(Buffer&& other) noexcept : queue_(std::exchange(other.queue_, nullptr)), data_(std::exchange(other.data_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}
    Buffer& operator=(Buffer&& other) noexcept {
        std::swap(queue_, other.queue_);
        std::swap(data_, other.data_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~Buffer() {
        if (queue_) queue_->release(data_);
    }
    std::size_t bytes() const noexcept { return bytes_; }
    Place place() const noexcept { return queue_ ? queue_->place() : Place::host; }
    template <class T = std::byte> T* data() const noexcept { return static_cast<T*>(data_); }

private:
    Queue* queue_ = nullptr;
    void* data_ = nullptr;
    std::size_t bytes_ = 0;
};

/// A picture that owns its pixels; rows are 64-byte aligned. Growing is explicit: `fit` keeps the memory when it suffices, so
/// that a picture reused frame after frame allocates once. Thread-safety: as its queue.
template <class T> class Picture {
public:
    Picture() = default;
    Picture(Queue& queue, Size size, int channels = 1) { fit(queue, size, channels); }
    void fit(Queue& queue, Size size, int channels = 1) {
        const std::ptrdiff_t pitch = (static_cast<std::ptrdiff_t>(size.width) * channels * static_cast<std::ptrdiff_t>(sizeof(T)) + 63) / 64 * 64;
        // 64 bytes of slack: vector loads of a row's last pixels may read past them.
        const std::size_t bytes = static_cast<std::size_t>(pitch) * static_cast<std::size_t>(size.height) + 64;
        if (bytes > buffer_.bytes() || buffer_.place() != queue.place()) buffer_ = Buffer(queue, bytes);
        view_ = {buffer_.template data<T>(), size, pitch, channels, queue.place()};
    }
    View<T> view() const noexcept { return view_; }
    Size size() const noexcept { return view_.size; }
    operator View<T>() const noexcept { return view_; }
    operator View<const T>() const noexcept { return view_; }

private:
    Buffer buffer_;
    View<T> view_;
};

}  // namespace mien
