// Kernels that sum: whole numbers, or trees whose shape depends on the picture's size only.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "image/queue.h"
#include "image/view.h"

namespace mien::kernels {

/// Exact sums per channel (up to 4).
template <class T> std::array<std::uint64_t, 4> channel_sums(Queue&, View<const T> in);
/// Sum in pairs over rows of 64, then over rows: the same bits everywhere.
double sum(Queue&, View<const float> in);
/// Counts per 64-bin value class of 8-bit channels; used to tell shots apart. bins: channels x 64.
std::vector<std::uint32_t> histogram64(Queue&, View<const std::uint8_t> in);
/// Sum of absolute differences per channel of two equal-sized pictures.
template <class T> std::array<std::uint64_t, 4> absolute_differences(Queue&, View<const T> first, View<const T> second);

/// Intersection over union; 0 when neither box has an area.
double overlap(const Box&, const Box&) noexcept;
/// Greedy suppression, OpenCV's NMSBoxes: candidates with score > score_threshold in falling order of score (ties by index); one is kept when its overlap
/// (intersection over union of x, y, width, height) with every kept one is <= overlap_threshold. Boxes as x1 y1 x2 y2. Host only: candidates are few.
std::vector<int> suppress(std::span<const Box> boxes, std::span<const double> scores, double score_threshold, double overlap_threshold);

}  // namespace mien::kernels
