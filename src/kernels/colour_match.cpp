// SPDX-License-Identifier: Apache-2.0
#include "kernels/colour_match.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

#include "image/buffer.h"
#include "kernels/blend.h"
#include "kernels/colour.h"
#include "kernels/exact.h"
#include "kernels/geometry.h"
#include "kernels/launch.h"
#include "kernels/network_io.h"

namespace mien::kernels {
namespace {

struct Subtract {
    View<const float> first, second;
    View<float> out;
    static std::string name() { return "subtract"; }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < out.channels; ++c) out.at(x, y, c) = first.at(x, y, c) - second.at(x, y, c);
    }
};

struct AddTruncated {
    View<const std::uint8_t> base;
    View<const float> difference;
    View<std::uint8_t> out;
    static std::string name() { return "add_truncated"; }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < out.channels; ++c)
            out.at(x, y, c) = static_cast<std::uint8_t>(clamp(static_cast<float>(base.at(x, y, c)) + difference.at(x, y, c), 0.0f, 255.0f));
    }
};

constexpr int hue_bins = 50, saturation_bins = 60;
using Histogram = std::array<double, static_cast<std::size_t>(hue_bins) * saturation_bins>;

Histogram count_hues(Queue& queue, View<const std::uint8_t> in, bool bgr) {
    Picture<std::uint8_t> hsv(queue, in.size, 3);
    to_hsv(queue, in, bgr ? Order::bgr : Order::rgb, hsv);
    Histogram out{};
    for (int y = 0; y < in.size.height; ++y)
        for (int x = 0; x < in.size.width; ++x) {
            const int hue = hsv.view().at(x, y, 0) * hue_bins / 180, saturation = hsv.view().at(x, y, 1) * saturation_bins / 256;
            out[static_cast<std::size_t>(hue * saturation_bins + saturation)] += 1;
        }
    return out;
}

double correlation(const Histogram& first, const Histogram& second) {
    double sum1 = 0, sum2 = 0, squares1 = 0, squares2 = 0, products = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        sum1 += first[i];
        sum2 += second[i];
        squares1 += first[i] * first[i];
        squares2 += second[i] * second[i];
        products += first[i] * second[i];
    }
    const double scale = 1.0 / static_cast<double>(first.size());
    const double spread = (squares1 - sum1 * sum1 * scale) * (squares2 - sum2 * sum2 * scale);
    return spread > 1e-12 ? (products - sum1 * sum2 * scale) / std::sqrt(spread) : 1;  // two even histograms are alike
}

}  // namespace

void equalise_colours(Queue& queue, View<const std::uint8_t> source, View<const std::uint8_t> target, Size size, View<std::uint8_t> out) {
    Picture<std::uint8_t> small(queue, size, 3);
    Picture<float> difference(queue, size, 3), subtrahend(queue, size, 3), whole(queue, target.size, 3);
    resize<std::uint8_t>(queue, source, Filter::area_cv, small);
    to_float<std::uint8_t>(queue, small, difference);
    resize<std::uint8_t>(queue, target, Filter::area_cv, small);
    to_float<std::uint8_t>(queue, small, subtrahend);
    for_each_pixel(queue, size, Subtract{difference, subtrahend, difference});
    resize<float>(queue, difference, Filter::bicubic_cv, whole);
    for_each_pixel(queue, out.size, AddTruncated{target, whole, out});
    queue.wait();
}

void match_colours(Queue& queue, View<const std::uint8_t> source, View<const std::uint8_t> target, View<std::uint8_t> out) {
    Picture<std::uint8_t> current(queue, source.size, 3);
    copy<std::uint8_t>(queue, source, current);
    const double third = (target.size.height - 16) / 3.0;
    for (int i = 0; i < 3; ++i) {
        const int edge = static_cast<int>(round_even((16 + i * third) / 2)) * 2;
        equalise_colours(queue, current, target, {edge, edge}, current);
    }
    equalise_colours(queue, current, target, target.size, out);
}

double colour_likeness(Queue& queue, View<const std::uint8_t> first, View<const std::uint8_t> second, bool bgr) {
    return std::clamp((correlation(count_hues(queue, first, bgr), count_hues(queue, second, bgr)) + 1) / 2, 0.0, 1.0);
}

void match_colours_if_alike(Queue& queue, View<const std::uint8_t> source, View<const std::uint8_t> target, bool bgr, View<std::uint8_t> out) {
    Picture<std::uint8_t> matched(queue, target.size, 3);
    match_colours(queue, source, target, matched);
    weighted_sum<std::uint8_t>(queue, target, matched, colour_likeness(queue, source, target, bgr), 8, out);
}

}  // namespace mien::kernels
