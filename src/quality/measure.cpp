// SPDX-License-Identifier: Apache-2.0
#include "quality/measure.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mien::quality {

double psnr(View<const std::uint8_t> first, View<const std::uint8_t> second) noexcept {
    std::uint64_t sum = 0;
    const int row = first.size.width * first.channels;
    for (int y = 0; y < first.size.height; ++y) {
        const std::uint8_t *const a = first.row(y), *const b = second.row(y);
        std::uint64_t line = 0;
        for (int x = 0; x < row; ++x) {
            const int difference = a[x] - b[x];
            line += static_cast<std::uint64_t>(difference * difference);
        }
        sum += line;
    }
    const double samples = static_cast<double>(row) * first.size.height;
    if (samples <= 0) return unknown;
    return sum == 0 ? 100 : std::min(100.0, 10 * std::log10(255.0 * 255.0 * samples / static_cast<double>(sum)));
}

double jitter(std::span<const Point> before, std::span<const Point> now, std::span<const Point> after, double unit) noexcept {
    if (now.empty() || !(unit > 0)) return unknown;
    double sum = 0;
    for (std::size_t i = 0; i < now.size(); ++i) {
        const double x = before[i].x - 2 * now[i].x + after[i].x, y = before[i].y - 2 * now[i].y + after[i].y;
        sum += x * x + y * y;
    }
    return std::sqrt(sum / static_cast<double>(now.size())) / unit;
}

Summary summarise(std::span<const double> values) {
    std::vector<double> known;
    double sum = 0;
    for (const double value : values)
        if (!std::isnan(value)) {
            known.push_back(value);
            sum += value;
        }
    if (known.empty()) return {};
    std::ranges::sort(known);
    const auto rank = [&](double share) {
        return known[std::min(known.size() - 1, static_cast<std::size_t>(std::max(0.0, std::ceil(share * static_cast<double>(known.size())) - 1)))];
    };
    return {known.size(), sum / static_cast<double>(known.size()), rank(0.5), rank(0.05), rank(0.95), known.front(), known.back()};
}

}  // namespace mien::quality
