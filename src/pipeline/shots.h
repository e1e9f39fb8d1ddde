// Where one shot ends and the next begins.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "image/frame.h"

namespace mien {

/// Tells the first frame of each shot from the first plane's histogram: a cut is where more than 40 % of the samples change their bin of 64 (half the L1 distance
/// of the normalised histograms). Flashes count as cuts: an extra gate sample does no harm. Thread-safety: one thread, frames in order.
class ShotDetector {
public:
    /// True for the first frame ever and the first frame after a cut.
    bool first_of_shot(const Frame&);

private:
    std::vector<std::uint32_t> previous_;
};

}  // namespace mien
