// SPDX-License-Identifier: Apache-2.0
#include "kernels/blend.h"

#include <algorithm>
#include <cmath>

#include "kernels/exact.h"
#include "kernels/launch.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

/// OpenCV adds the first product with a fused multiply-add. A sample times a float is exact in double, so one rounding to float gives its bits.
template <class T> MIEN_HD inline T weighted(T first, T second, float first_share, float second_share, float full_scale) {
    const float second_part = static_cast<float>(second) * second_share;
    const double sum = static_cast<double>(first) * static_cast<double>(first_share) + static_cast<double>(second_part);
    return to_sample<T>(static_cast<float>(sum), full_scale);
}

template <class T> struct WeightedSum {
    View<const T> first, second;
    View<T> out;
    float first_share, second_share, full_scale;
    static std::string name() { return std::string("weighted_sum_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < out.channels; ++c) out.at(x, y, c) = weighted(first.at(x, y, c), second.at(x, y, c), first_share, second_share, full_scale);
    }
};

/// Whether weighted()'s sum of two doubles is exact, so that a fused multiply-add in floats has its bits: 16 bits of a sample, 24 of a share no smaller than this.
bool sums_exactly(float first_share, float second_share) {
    constexpr float least = 0x1p-12f;
    return (first_share == 0 || first_share >= least) && (second_share == 0 || second_share >= least);
}

/// Blocks of whole rows. The answer may lie where a part was: a copy of each block tells the compiler that they do not touch.
template <class T> void weighted_rows(const WeightedSum<T>& body) {
    constexpr int block = 256;
    const int length = body.out.size.width * body.out.channels;
    T first[block], second[block], answer[block];
    for (int y = 0; y < body.out.size.height; ++y)
        for (int x = 0; x < length; x += block) {
            const int count = std::min(block, length - x);
            std::copy_n(body.first.row(y) + x, count, first);
            std::copy_n(body.second.row(y) + x, count, second);
            for (int i = 0; i < count; ++i)
                answer[i] = to_sample<T>(std::fma(static_cast<float>(first[i]), body.first_share, static_cast<float>(second[i]) * body.second_share), body.full_scale);
            std::copy_n(answer, count, body.out.row(y) + x);
        }
}

}  // namespace

template <class T> void weighted_sum(Queue& queue, View<const T> first, View<const T> second, double share, int depth, View<T> out) {
    const WeightedSum<T> body{first, second, out, static_cast<float>(1 - share), static_cast<float>(share), static_cast<float>((1 << depth) - 1)};
    if (takes_tuned_path(queue) && sums_exactly(body.first_share, body.second_share) && first.channels == out.channels && second.channels == out.channels) return weighted_rows(body);
    for_each_pixel(queue, out.size, body);
}
template void weighted_sum<std::uint8_t>(Queue&, View<const std::uint8_t>, View<const std::uint8_t>, double, int, View<std::uint8_t>);
template void weighted_sum<std::uint16_t>(Queue&, View<const std::uint16_t>, View<const std::uint16_t>, double, int, View<std::uint16_t>);

}  // namespace mien::kernels
