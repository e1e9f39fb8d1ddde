// Measures of a result against what is known to be right. Each is defined here once; docs/report.md says the same in words.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

#include "image/view.h"

namespace mien::quality {

/// What could not be measured.
inline constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// Peak signal-to-noise ratio of two pictures of one size, 8 bits, in host memory: 10 log10(255^2 / mean squared difference over all pixels and channels), in
/// dB. Equal pictures: 100, which is also the most. Pictures without pixels: unknown.
double psnr(View<const std::uint8_t> first, View<const std::uint8_t> second) noexcept;

/// The same of float pictures of three channels (255 = full scale), weighed by an area of one channel (255 = whole weight); without an area all pixels weigh the same.
double psnr(View<const float> first, View<const float> second, View<const std::uint8_t> area = {}) noexcept;
/// CIEDE2000 of two colours L a b (Sharma, Wu, Dalal 2005).
double delta_e_2000(const std::array<float, 3>&, const std::array<float, 3>&) noexcept;

/// How unsteadily points move over a face: the root of the mean square of d[t-1] - 2 d[t] + d[t+1], where d is where the points of the result lie, less where
/// those of the film lie. The head's own motion and expression are in both and fall out; a constant shift and a steady drift fall out as well. Spans of one
/// length, in pixels; divided by `unit` (pixels).
double jitter(std::span<const Point> before, std::span<const Point> now, std::span<const Point> after, double unit) noexcept;

/// Statistics of what is known among the values. Shares by the nearest rank. All unknown, and count 0, when nothing is.
struct Summary {
    std::size_t count = 0;
    double mean = unknown, median = unknown, low = unknown, high = unknown, least = unknown, most = unknown;  ///< low, high: below which 5 and 95 % lie
};
Summary summarise(std::span<const double> values);

}  // namespace mien::quality
