// SPDX-License-Identifier: Apache-2.0
#include "quality/measure.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace mien::quality {

namespace {

/// Decibels from a sum of squared differences on a scale of 255 over so many samples.
double decibels(double sum, double samples) noexcept {
    constexpr double most = 100;
    if (!(samples > 0)) return unknown;
    return sum > 0 ? std::min(most, 10 * std::log10(255.0 * 255.0 * samples / sum)) : most;
}

}  // namespace

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
    return decibels(static_cast<double>(sum), static_cast<double>(row) * first.size.height);
}

double psnr(View<const float> first, View<const float> second, View<const std::uint8_t> area) noexcept {
    double sum = 0, samples = 0;
    for (int y = 0; y < first.size.height; ++y)
        for (int x = 0; x < first.size.width; ++x) {
            const double here = area.data ? area.at(x, y) / 255.0 : 1.0;
            for (int c = 0; c < 3; ++c) {
                const double difference = static_cast<double>(first.at(x, y, c)) - static_cast<double>(second.at(x, y, c));
                sum += here * difference * difference;
            }
            samples += 3 * here;
        }
    return decibels(sum, samples);
}

double delta_e_2000(const std::array<float, 3>& first, const std::array<float, 3>& second) noexcept {
    // In the notation of the paper.
    constexpr double pi = 3.14159265358979323846;
    const double l1 = static_cast<double>(first[0]), a1 = static_cast<double>(first[1]), b1 = static_cast<double>(first[2]);
    const double l2 = static_cast<double>(second[0]), a2 = static_cast<double>(second[1]), b2 = static_cast<double>(second[2]);
    const auto seventh = [](double c) { return std::sqrt(std::pow(c, 7) / (std::pow(c, 7) + 6103515625.0)); };
    const double g = 0.5 * (1 - seventh((std::hypot(a1, b1) + std::hypot(a2, b2)) / 2));
    const double x1 = (1 + g) * a1, x2 = (1 + g) * a2, c1 = std::hypot(x1, b1), c2 = std::hypot(x2, b2);
    const auto hue = [](double x, double y) { return x == 0 && y == 0 ? 0.0 : std::fmod(std::atan2(y, x) * 180 / pi + 360, 360); };
    const double h1 = hue(x1, b1), h2 = hue(x2, b2);
    double turn = h2 - h1, sum = h1 + h2;
    const bool grey = c1 * c2 == 0;
    if (!grey && std::abs(h2 - h1) > 180) turn += turn > 0 ? -360 : 360, sum += sum < 360 ? 360 : -360;
    if (grey) turn = 0;
    const double h = grey ? sum : sum / 2, l = (l1 + l2) / 2, c = (c1 + c2) / 2;
    const auto wave = [&](double factor, double shift) { return std::cos((factor * h + shift) * pi / 180); };
    const double t = 1 - 0.17 * wave(1, -30) + 0.24 * wave(2, 0) + 0.32 * wave(3, 6) - 0.20 * wave(4, -63);
    const double sl = 1 + 0.015 * (l - 50) * (l - 50) / std::sqrt(20 + (l - 50) * (l - 50)), sc = 1 + 0.045 * c, sh = 1 + 0.015 * c * t;
    const double bend = -std::sin(60 * std::exp(-((h - 275) / 25) * ((h - 275) / 25)) * pi / 180) * 2 * seventh(c);
    const double dl = (l2 - l1) / sl, dc = (c2 - c1) / sc, dh = 2 * std::sqrt(c1 * c2) * std::sin(turn / 2 * pi / 180) / sh;
    return std::sqrt(std::max(dl * dl + dc * dc + dh * dh + bend * dc * dh, 0.0));
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
