// From a frame's plan to its picture: drawn, then taken to black and white or before black when the plan says so.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "kernels/table.h"
#include "synth/render.h"
#include "synth/staging.h"

namespace mien::synth {

/// A renderer with what comes after it, on one queue. Thread-safety: one thread at a time; different darkrooms are independent.
class Darkroom {
public:
    explicit Darkroom(Queue&);

    struct Print {
        View<const std::uint8_t> picture;  ///< RGB, sRGB transfer
        Rendered truth;                    ///< of the plan's first part
    };
    /// Valid until the next call.
    Print develop(const FramePlan&, const Wanted&);

private:
    Queue& queue_;
    Renderer renderer_;
    kernels::Table<std::uint16_t> decode_;
    kernels::Table<std::uint8_t> encode_;
    Picture<std::uint8_t> picture_;
};

}  // namespace mien::synth
