// SPDX-License-Identifier: Apache-2.0
#include "kernels/blend.h"

#include "kernels/exact.h"
#include "kernels/launch.h"

namespace mien::kernels {
namespace {

template <class T> struct WeightedSum {
    View<const T> first, second;
    View<T> out;
    float first_share, second_share, full_scale;
    static std::string name() { return std::string("weighted_sum_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < out.channels; ++c) {
            // OpenCV adds the first product with a fused multiply-add. A sample times a float is exact in double, so one rounding to float gives its bits.
            const float second_part = static_cast<float>(second.at(x, y, c)) * second_share;
            const double sum = static_cast<double>(first.at(x, y, c)) * static_cast<double>(first_share) + static_cast<double>(second_part);
            out.at(x, y, c) = to_sample<T>(static_cast<float>(sum), full_scale);
        }
    }
};

}  // namespace

template <class T> void weighted_sum(Queue& queue, View<const T> first, View<const T> second, double share, int depth, View<T> out) {
    for_each_pixel(queue, out.size, WeightedSum<T>{first, second, out, static_cast<float>(1 - share), static_cast<float>(share), static_cast<float>((1 << depth) - 1)});
}
template void weighted_sum<std::uint8_t>(Queue&, View<const std::uint8_t>, View<const std::uint8_t>, double, int, View<std::uint8_t>);
template void weighted_sum<std::uint16_t>(Queue&, View<const std::uint16_t>, View<const std::uint16_t>, double, int, View<std::uint16_t>);

}  // namespace mien::kernels
