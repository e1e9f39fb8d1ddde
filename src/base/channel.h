// A bounded first-in-first-out channel between two threads: back-pressure instead of memory growth.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>

namespace mien {

/// Thread-safety: any thread.
template <class T> class Channel {
public:
    explicit Channel(std::size_t capacity) : capacity_(capacity) {}
    /// Waits while the channel is full. False when it was closed: the value is dropped.
    bool put(T value) {
        std::unique_lock lock(mutex_);
        room_.wait(lock, [&] { return closed_ || items_.size() < capacity_; });
        if (closed_) return false;
        items_.push_back(std::move(value));
        ready_.notify_one();
        return true;
    }
    /// Waits for a value. Empty when the channel is closed and drained.
    std::optional<T> take() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [&] { return closed_ || !items_.empty(); });
        if (items_.empty()) return std::nullopt;
        std::optional<T> value(std::move(items_.front()));
        items_.pop_front();
        room_.notify_one();
        return value;
    }
    /// No more values will come; what is inside can still be taken.
    void close() {
        const std::lock_guard lock(mutex_);
        closed_ = true;
        ready_.notify_all();
        room_.notify_all();
    }

private:
    std::mutex mutex_;
    std::condition_variable ready_, room_;
    std::deque<T> items_;
    std::size_t capacity_;
    bool closed_ = false;
};

}  // namespace mien
