// SPDX-License-Identifier: Apache-2.0
#include "pipeline/shots.h"

#include <cstdlib>

namespace mien {
namespace {
template <class T> std::vector<std::uint32_t> histogram(View<const T> plane, int depth) {
    std::vector<std::uint32_t> bins(64);
    // Every fourth row and second sample suffices to see a cut, and costs a tenth of a millisecond at 1080p.
    for (int y = 0; y < plane.size.height; y += 4) {
        const T* const row = plane.row(y);
        for (int x = 0; x < plane.size.width * plane.channels; x += 2) ++bins[static_cast<std::size_t>(row[x] >> (depth - 6)) & 63];
    }
    return bins;
}
}  // namespace

bool ShotDetector::first_of_shot(const Frame& frame) {
    const int depth = frame.format().depth;
    std::vector<std::uint32_t> bins = depth == 8 ? histogram(frame.plane<std::uint8_t>(0), depth) : histogram(frame.plane<std::uint16_t>(0), depth);
    std::int64_t moved = 0, total = 0;
    for (std::size_t i = 0; i < bins.size() && !previous_.empty(); ++i) {
        moved += std::abs(static_cast<std::int64_t>(bins[i]) - static_cast<std::int64_t>(previous_[i]));
        total += bins[i];
    }
    const bool first = previous_.empty() || moved * 10 > total * 8;  // half the L1 distance above 40 %
    previous_ = std::move(bins);
    return first;
}

}  // namespace mien
