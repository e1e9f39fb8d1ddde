// Threads that a codec starts for itself when it is opened: their processor time is the codec's.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/cost.h"

namespace mien {

/// Stands beside a codec's handle and is declared after it, so that it looks at the threads while they live. A codec that starts threads later than at its
/// opening is not seen whole, and a thread that others start during the opening is taken for the codec's. Thread-safety: one thread at a time.
class CodecThreads {
public:
    explicit CodecThreads(Cost cost) noexcept : cost_(cost) {}
    ~CodecThreads() { count(); }
    CodecThreads(const CodecThreads&) = delete;
    CodecThreads& operator=(const CodecThreads&) = delete;

    /// Calls open() and remembers the threads that are new afterwards. Returns what it returned.
    template <class Open> auto watch(Open&& open) {
        count();
        const std::vector<int> before = running();
        const auto answer = open();
        remember(before);
        return answer;
    }
    /// Counts what the threads have spent since the last time. Before the codec is closed, and before it is told to end its threads.
    void count() noexcept;

private:
    static std::vector<int> running();
    void remember(const std::vector<int>& before);
    Cost cost_;
    struct Thread {
        int id = 0;
        std::int64_t counted = 0;  // nanoseconds
    };
    std::vector<Thread> threads_;
};

}  // namespace mien
