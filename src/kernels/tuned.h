// Which of two equal ways a kernel takes on the host: its plain body, or a hand-tuned variant that must give the same bytes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "image/queue.h"

namespace mien::kernels {

/// The referee's switch: while one lives, kernels called on this thread run their plain bodies.
class PlainBodies {
public:
    PlainBodies() noexcept { ++depth(); }
    ~PlainBodies() { --depth(); }
    PlainBodies(const PlainBodies&) = delete;
    PlainBodies& operator=(const PlainBodies&) = delete;
    static bool wanted() noexcept { return depth() > 0; }

private:
    static int& depth() noexcept {
        thread_local int value = 0;
        return value;
    }
};

inline bool takes_tuned_path(const Queue& queue) noexcept { return queue.place() == Place::host && !PlainBodies::wanted(); }

}  // namespace mien::kernels
