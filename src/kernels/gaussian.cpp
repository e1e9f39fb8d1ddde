// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <vector>

#include "image/buffer.h"
#include "kernels/exact.h"
#include "kernels/lanes.h"
#include "kernels/launch.h"
#include "kernels/mask.h"
#include "kernels/table.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

/// Mirrors without repeating the edge pixel: -1 is 1, n is n - 2.
MIEN_HD inline int reflect(int i, int n) {
    if (n == 1) return 0;
    while (i < 0 || i >= n) i = i < 0 ? -i : 2 * (n - 1) - i;
    return i;
}

/// Weights of the centre and of one side, normalised over both sides.
std::vector<double> bell(double sigma, double sides) {
    const int radius = (static_cast<int>(std::nearbyint(sides * sigma + 1)) | 1) / 2;
    std::vector<double> weight(static_cast<std::size_t>(radius) + 1);
    double sum = 0;
    for (int i = radius; i >= 0; --i) {
        weight[static_cast<std::size_t>(i)] = std::exp(-0.5 * i * i / (sigma * sigma));
        sum += (i > 0 ? 2 : 1) * weight[static_cast<std::size_t>(i)];
    }
    for (double& value : weight) value *= 1 / sum;
    return weight;
}

std::vector<float> weights_of(double sigma, float) {
    const std::vector<double> exact = bell(sigma, 8);
    return {exact.begin(), exact.end()};
}

/// Weights in 1/256 that sum to 256: from the outside inwards, each takes over the rounding error of the one before; the centre takes the rest.
std::vector<std::uint16_t> weights_of(double sigma, std::uint8_t) {
    const std::vector<double> exact = bell(sigma, 6);
    std::vector<std::uint16_t> weight(exact.size());
    double error = 0;
    int rest = 256;
    for (std::size_t i = exact.size() - 1; i > 0; --i) {
        const double wanted = exact[i] * 256 + error;
        const double taken = std::nearbyint(wanted);
        error = wanted - taken;
        weight[i] = static_cast<std::uint16_t>(taken);
        rest -= 2 * static_cast<int>(taken);
    }
    weight[0] = static_cast<std::uint16_t>(rest);
    return weight;
}

// float: plain sums. u8: sums of 8.8 numbers, at most 255 * 256 after the first pass; the second one rounds once.
template <class T> struct GaussianSamples {
    using Between = float;
    using Sum = float;
    static MIEN_HD Between between(Sum sum) { return sum; }
    static MIEN_HD T last(Sum sum) { return sum; }
};
template <> struct GaussianSamples<std::uint8_t> {
    using Between = std::uint16_t;
    using Sum = std::uint32_t;
    static MIEN_HD Between between(Sum sum) { return static_cast<std::uint16_t>(sum); }
    static MIEN_HD std::uint8_t last(Sum sum) { return static_cast<std::uint8_t>((sum + (1u << 15)) >> 16); }
};

template <class T> struct GaussianAcross {
    using Samples = GaussianSamples<T>;
    using Weight = typename Samples::Between;
    View<const T> in;
    View<typename Samples::Between> out;
    const Weight* weight;
    int radius;
    static std::string name() { return std::string("gaussian_across_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < in.channels; ++c) {
            typename Samples::Sum sum = static_cast<typename Samples::Sum>(weight[0]) * in.at(x, y, c);
            for (int k = 1; k <= radius; ++k)
                sum += weight[k] * (static_cast<typename Samples::Sum>(in.at(reflect(x - k, in.size.width), y, c)) + in.at(reflect(x + k, in.size.width), y, c));
            out.at(x, y, c) = Samples::between(sum);
        }
    }
};

template <class T> struct GaussianDown {
    using Samples = GaussianSamples<T>;
    using Weight = typename Samples::Between;
    View<const typename Samples::Between> in;
    View<T> out;
    const Weight* weight;
    int radius;
    static std::string name() { return std::string("gaussian_down_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < in.channels; ++c) {
            typename Samples::Sum sum = static_cast<typename Samples::Sum>(weight[0]) * in.at(x, y, c);
            for (int k = 1; k <= radius; ++k)
                sum += weight[k] * (static_cast<typename Samples::Sum>(in.at(x, reflect(y - k, in.size.height), c)) + in.at(x, reflect(y + k, in.size.height), c));
            out.at(x, y, c) = Samples::last(sum);
        }
    }
};

/// out[i] = weight[0] * centre[i] + sum over k of weight[k] * (before(k)[i] + after(k)[i]), in the order of the plain bodies.
template <class Before, class After>
void sum_pairs(const float* centre, Before before, After after, const float* weight, int radius, int count, float* out) {
    int i = 0;
    for (; i + 32 <= count; i += 32) {
        Floats8 sum[4];
        for (int v = 0; v < 4; ++v) sum[v] = weight[0] * load8(centre + i + 8 * v);
        for (int k = 1; k <= radius; ++k) {
            const float *first = before(k) + i, *second = after(k) + i;
            for (int v = 0; v < 4; ++v) sum[v] += weight[k] * (load8(first + 8 * v) + load8(second + 8 * v));
        }
        for (int v = 0; v < 4; ++v) store8(out + i + 8 * v, sum[v]);
    }
    for (; i < count; ++i) {
        float sum = weight[0] * centre[i];
        for (int k = 1; k <= radius; ++k) sum += weight[k] * (before(k)[i] + after(k)[i]);
        out[i] = sum;
    }
}

/// Both passes with rows mirrored into a padded line, and 32 sums kept in registers.
void blur_tuned(View<const float> in, View<float> between, View<float> out, const float* weight, int radius) {
    const int channels = in.channels, count = in.size.width * channels, margin = radius * channels;
    std::vector<float> padded(static_cast<std::size_t>(count + 2 * margin));
    float* const line = padded.data() + margin;
    for (int y = 0; y < in.size.height; ++y) {
        std::memcpy(line, in.row(y), static_cast<std::size_t>(count) * sizeof(float));
        for (int k = 1; k <= radius; ++k)
            for (int c = 0; c < channels; ++c) {
                line[-k * channels + c] = line[reflect(-k, in.size.width) * channels + c];
                line[count + (k - 1) * channels + c] = line[reflect(in.size.width - 1 + k, in.size.width) * channels + c];
            }
        sum_pairs(line, [&](int k) { return line - k * channels; }, [&](int k) { return line + k * channels; }, weight, radius, count, between.row(y));
    }
    const View<const float> rows = between;
    std::vector<const float*> above(static_cast<std::size_t>(radius) + 1), below(above.size());
    for (int y = 0; y < in.size.height; ++y) {
        for (int k = 1; k <= radius; ++k) {
            above[static_cast<std::size_t>(k)] = rows.row(reflect(y - k, in.size.height));
            below[static_cast<std::size_t>(k)] = rows.row(reflect(y + k, in.size.height));
        }
        sum_pairs(rows.row(y), [&](int k) { return above[static_cast<std::size_t>(k)]; }, [&](int k) { return below[static_cast<std::size_t>(k)]; }, weight, radius,
                  count, out.row(y));
    }
}

}  // namespace

template <class T> void gaussian(Queue& queue, View<const T> in, double sigma, View<T> out) {
    using Between = typename GaussianSamples<T>::Between;
    const std::vector<Between> weight = weights_of(sigma, T{});
    const int radius = static_cast<int>(weight.size()) - 1;
    Picture<Between> between(queue, in.size, in.channels);
    if constexpr (std::is_same_v<T, float>)
        if (takes_tuned_path(queue)) return blur_tuned(in, between, out, weight.data(), radius);
    const Table<Between> table(queue, weight);
    for_each_pixel(queue, in.size, GaussianAcross<T>{in, between, table.data(), radius});
    for_each_pixel(queue, in.size, GaussianDown<T>{between, out, table.data(), radius});
}
template void gaussian<std::uint8_t>(Queue&, View<const std::uint8_t>, double, View<std::uint8_t>);
template void gaussian<float>(Queue&, View<const float>, double, View<float>);

}  // namespace mien::kernels
