// Sums with one answer everywhere.
// SPDX-License-Identifier: Apache-2.0
#include "kernels/reduce.h"

#include <algorithm>
#include <numeric>

#include "image/buffer.h"
#include "kernels/launch.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

/// One row's sums per channel; rows are added on the host, which is exact for whole numbers.
template <class T> struct RowSums {
    View<const T> in;
    std::uint64_t* rows;  // [height][4]
    static std::string name() { return std::string("row_sums.") + sample_name<T>(); }
    MIEN_HD void operator()(int, int y) const {
        const T* const row = in.row(y);
        for (int c = 0; c < in.channels; ++c) {
            std::uint64_t total = 0;
            for (int x = 0; x < in.size.width; ++x) total += row[x * in.channels + c];
            rows[4 * y + c] = total;
        }
    }
};

template <class T> struct RowDifferences {
    View<const T> first, second;
    std::uint64_t* rows;
    static std::string name() { return std::string("row_differences.") + sample_name<T>(); }
    MIEN_HD void operator()(int, int y) const {
        const T* const a = first.row(y);
        const T* const b = second.row(y);
        for (int c = 0; c < first.channels; ++c) {
            std::uint64_t total = 0;
            for (int x = 0; x < first.size.width; ++x) {
                const int i = x * first.channels + c;
                total += static_cast<std::uint64_t>(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]);
            }
            rows[4 * y + c] = total;
        }
    }
};

/// Pieces of 64 samples of a row, each summed from left to right; then pieces from left to right.
struct RowTree {
    View<const float> in;
    double* rows;
    static std::string name() { return "row_tree.f32"; }
    MIEN_HD void operator()(int, int y) const {
        const float* const row = in.row(y);
        const int count = in.size.width * in.channels;
        double total = 0;
        for (int start = 0; start < count; start += 64) {
            double piece = 0;
            for (int i = start; i < count && i < start + 64; ++i) piece += static_cast<double>(row[i]);
            total += piece;
        }
        rows[y] = total;
    }
};

struct RowHistogram {
    View<const std::uint8_t> in;
    std::uint32_t* rows;  // [height][channels][64], zeroed here
    static std::string name() { return "row_histogram.u8"; }
    MIEN_HD void operator()(int, int y) const {
        std::uint32_t* const bins = rows + static_cast<std::int64_t>(y) * in.channels * 64;
        for (int i = 0; i < in.channels * 64; ++i) bins[i] = 0;
        const std::uint8_t* const row = in.row(y);
        for (int x = 0; x < in.size.width; ++x)
            for (int c = 0; c < in.channels; ++c) ++bins[c * 64 + (row[x * in.channels + c] >> 2)];
    }
};

/// Runs a body once per row and brings its `per_row` numbers to the host.
template <class Number, class Make> std::vector<Number> by_rows(Queue& queue, int height, int per_row, Make&& make) {
    const std::size_t count = static_cast<std::size_t>(height) * static_cast<std::size_t>(per_row);
    std::vector<Number> rows(count);
    if (queue.place() == Place::host) {
        for_each_pixel(queue, {1, height}, make(rows.data()));
        return rows;
    }
    const Buffer there(queue, count * sizeof(Number));
    for_each_pixel(queue, {1, height}, make(there.data<Number>()));
    queue.copy(rows.data(), Place::host, there.data(), queue.place(), count * sizeof(Number));
    queue.wait();
    return rows;
}

std::array<std::uint64_t, 4> add_rows(const std::vector<std::uint64_t>& rows, int channels) {
    std::array<std::uint64_t, 4> total{};
    for (std::size_t i = 0; i < rows.size(); i += 4)
        for (int c = 0; c < channels; ++c) total[static_cast<std::size_t>(c)] += rows[i + static_cast<std::size_t>(c)];
    return total;
}

/// Sums per channel of what `term` makes of each sample of a row: 96 totals side by side, a multiple of 1, 2, 3 and 4 channels and of every vector's width.
template <class Term> std::array<std::uint64_t, 4> add_samples(Size size, int channels, Term&& term) {
    constexpr int lanes = 96;
    std::array<std::uint64_t, 4> total{};
    const int count = size.width * channels, whole = count / lanes * lanes;
    for (int y = 0; y < size.height; ++y) {
        std::uint32_t lane[lanes] = {};  // rows of fewer than 65,536 * 96 samples fit
        const auto sample = term(y);
        for (int start = 0; start < whole; start += lanes)
            for (int i = 0; i < lanes; ++i) lane[i] += sample(start + i);
        for (int i = whole; i < count; ++i) lane[i - whole] += sample(i);
        for (int i = 0; i < lanes; ++i) total[static_cast<std::size_t>(i % channels)] += lane[i];
    }
    return total;
}

}  // namespace

double overlap(const Box& a, const Box& b) noexcept {
    const double width = std::max(0.0, std::min(a.high.x, b.high.x) - std::max(a.low.x, b.low.x));
    const double height = std::max(0.0, std::min(a.high.y, b.high.y) - std::max(a.low.y, b.low.y));
    const double both = width * height, either = a.width() * a.height() + b.width() * b.height() - both;
    return either > 0 ? both / either : 0;
}

template <class T> std::array<std::uint64_t, 4> channel_sums(Queue& queue, View<const T> in) {
    if (takes_tuned_path(queue))
        return add_samples(in.size, in.channels, [&](int y) { return [row = in.row(y)](int i) { return static_cast<std::uint32_t>(row[i]); }; });
    return add_rows(by_rows<std::uint64_t>(queue, in.size.height, 4, [&](std::uint64_t* rows) { return RowSums<T>{in, rows}; }), in.channels);
}

template <class T> std::array<std::uint64_t, 4> absolute_differences(Queue& queue, View<const T> first, View<const T> second) {
    if (takes_tuned_path(queue))
        return add_samples(first.size, first.channels, [&](int y) {
            return [a = first.row(y), b = second.row(y)](int i) { return static_cast<std::uint32_t>(a[i] > b[i] ? a[i] - b[i] : b[i] - a[i]); };
        });
    return add_rows(by_rows<std::uint64_t>(queue, first.size.height, 4, [&](std::uint64_t* rows) { return RowDifferences<T>{first, second, rows}; }), first.channels);
}

double sum(Queue& queue, View<const float> in) {
    const std::vector<double> rows = by_rows<double>(queue, in.size.height, 1, [&](double* numbers) { return RowTree{in, numbers}; });
    return std::accumulate(rows.begin(), rows.end(), 0.0);
}

std::vector<std::uint32_t> histogram64(Queue& queue, View<const std::uint8_t> in) {
    const int bins = in.channels * 64;
    const std::vector<std::uint32_t> rows = by_rows<std::uint32_t>(queue, in.size.height, bins, [&](std::uint32_t* numbers) { return RowHistogram{in, numbers}; });
    std::vector<std::uint32_t> total(static_cast<std::size_t>(bins));
    for (std::size_t i = 0; i < rows.size(); ++i) total[i % total.size()] += rows[i];
    return total;
}

std::vector<int> suppress(std::span<const Box> boxes, std::span<const double> scores, double score_threshold, double overlap_threshold) {
    std::vector<int> order;
    for (std::size_t i = 0; i < boxes.size(); ++i)
        if (scores[i] > score_threshold) order.push_back(static_cast<int>(i));
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return scores[static_cast<std::size_t>(a)] > scores[static_cast<std::size_t>(b)]; });
    std::vector<int> kept;
    for (const int candidate : order) {
        const bool free = std::all_of(kept.begin(), kept.end(), [&](int other) { return overlap(boxes[static_cast<std::size_t>(candidate)], boxes[static_cast<std::size_t>(other)]) <= overlap_threshold; });
        if (free) kept.push_back(candidate);
    }
    return kept;
}

template std::array<std::uint64_t, 4> channel_sums<std::uint8_t>(Queue&, View<const std::uint8_t>);
template std::array<std::uint64_t, 4> channel_sums<std::uint16_t>(Queue&, View<const std::uint16_t>);
template std::array<std::uint64_t, 4> absolute_differences<std::uint8_t>(Queue&, View<const std::uint8_t>, View<const std::uint8_t>);
template std::array<std::uint64_t, 4> absolute_differences<std::uint16_t>(Queue&, View<const std::uint16_t>, View<const std::uint16_t>);

}  // namespace mien::kernels
