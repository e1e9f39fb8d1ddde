// SPDX-License-Identifier: Apache-2.0
#include "kernels/resize_taps.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace mien::kernels {
namespace {

constexpr int exact_bits = 14, opencv_bits = 11;

void push(ResizeAxis& axis, int first, const std::vector<float>& weights) {
    axis.first.push_back(first);
    axis.count.push_back(static_cast<int>(weights.size()));
    axis.offset.push_back(static_cast<int>(axis.weight.size()));
    axis.weight.insert(axis.weight.end(), weights.begin(), weights.end());
}

double kernel_value(Filter filter, double x) {
    x = std::abs(x);
    if (filter == Filter::bilinear) return x < 1 ? 1 - x : 0;
    if (filter == Filter::bicubic) {
        // Keys 1981 with a = -1/2 (Catmull-Rom).
        if (x < 1) return (1.5 * x - 2.5) * x * x + 1;
        return x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
    if (x < 1e-9) return 1;
    constexpr double pi = 3.14159265358979323846;
    return x < 3 ? 3 * std::sin(pi * x) * std::sin(pi * x / 3) / (pi * pi * x * x) : 0;  // Lanczos, three lobes
}

/// Exact filters: the kernel is widened when the picture shrinks, weights are normalised, fixed-point weights sum to exactly 2^14.
void exact_axis(ResizeAxis& axis, Filter filter, int in, int out) {
    const double scale = static_cast<double>(in) / out, widen = std::max(1.0, scale);
    const double radius = (filter == Filter::lanczos ? 3.0 : filter == Filter::bicubic ? 2.0 : 1.0) * widen;
    for (int i = 0; i < out; ++i) {
        const double centre = (i + 0.5) * scale - 0.5;
        const int from = static_cast<int>(std::ceil(centre - radius)), to = static_cast<int>(std::floor(centre + radius));
        std::vector<double> weights;
        double total = 0;
        for (int k = from; k <= to; ++k) {
            weights.push_back(kernel_value(filter, (k - centre) / widen));
            total += weights.back();
        }
        std::vector<float> normalised;
        int sum = 0;
        std::size_t largest = 0;
        const std::size_t start = axis.fixed.size();
        for (std::size_t k = 0; k < weights.size(); ++k) {
            normalised.push_back(static_cast<float>(weights[k] / total));
            axis.fixed.push_back(static_cast<int>(std::lrint(weights[k] / total * (1 << exact_bits))));
            sum += axis.fixed.back();
            if (weights[k] > weights[largest]) largest = k;
        }
        axis.fixed[start + largest] += (1 << exact_bits) - sum;
        push(axis, from, normalised);
    }
}

/// Mean over the part of the source an output covers.
void area_axis(ResizeAxis& axis, int in, int out) {
    const double scale = static_cast<double>(in) / out;
    if (scale <= 1) return exact_axis(axis, Filter::bilinear, in, out);
    for (int i = 0; i < out; ++i) {
        const double low = i * scale, high = (i + 1) * scale;
        const int from = static_cast<int>(std::floor(low)), to = std::min(in, static_cast<int>(std::ceil(high - 1e-9)));
        std::vector<float> weights;
        int sum = 0;
        const std::size_t start = axis.fixed.size();
        for (int k = from; k < to; ++k) {
            const double covered = (std::min<double>(high, k + 1) - std::max<double>(low, k)) / scale;
            weights.push_back(static_cast<float>(covered));
            axis.fixed.push_back(static_cast<int>(std::lrint(covered * (1 << exact_bits))));
            sum += axis.fixed.back();
        }
        *std::max_element(axis.fixed.begin() + static_cast<std::ptrdiff_t>(start), axis.fixed.end()) += (1 << exact_bits) - sum;
        push(axis, from, weights);
    }
}

int opencv_fixed(float weight) { return static_cast<int>(std::lrint(weight * (1 << opencv_bits))); }

/// OpenCV's INTER_LINEAR, and INTER_AREA where it enlarges.
/// Across, positions outside are moved to the edge; down, they keep their weights and the rows are clamped when they are read.
void opencv_linear_axis(ResizeAxis& axis, int in, int out, bool area, bool across) {
    const double inverse = static_cast<double>(out) / in, scale = 1 / inverse;
    for (int i = 0; i < out; ++i) {
        // Bytes are mixed at a position rounded to float, floats at one in double.
        float part = 0, fine = 0;
        int first = 0;
        if (area) {
            first = static_cast<int>(std::floor(i * scale));
            part = static_cast<float>((i + 1) - (first + 1) * inverse);
            fine = part = part <= 0 ? 0.0f : part - std::floor(part);
        } else {
            const double position = (i + 0.5) * scale - 0.5;
            part = static_cast<float>(position);
            first = static_cast<int>(std::floor(part));
            part -= static_cast<float>(first);
            fine = static_cast<float>(position - first);
        }
        if (across && first < 0) first = 0, part = fine = 0;
        if (across && first >= in - 1) first = in - 1, part = fine = 0;
        axis.fixed.push_back(opencv_fixed(1.0f - part));
        axis.fixed.push_back(opencv_fixed(part));
        push(axis, first, {1.0f - fine, fine});
    }
}

/// OpenCV's INTER_CUBIC: Keys with a = -3/4 at a position between pixels rounded to float, coefficients rounded once.
void opencv_cubic_axis(ResizeAxis& axis, int in, int out) {
    const double inverse = static_cast<double>(out) / in, scale = 1 / inverse;
    constexpr double a = -0.75;
    for (int i = 0; i < out; ++i) {
        const double position = (i + 0.5) * scale - 0.5;
        const int first = static_cast<int>(std::floor(position));
        const double x = static_cast<float>(position - first);
        double w[4];
        w[0] = ((a * (x + 1) - 5 * a) * (x + 1) + 8 * a) * (x + 1) - 4 * a;
        w[1] = ((a + 2) * x - (a + 3)) * x * x + 1;
        w[2] = ((a + 2) * (1 - x) - (a + 3)) * (1 - x) * (1 - x) + 1;
        w[3] = 1 - w[0] - w[1] - w[2];
        push(axis, first - 1, {static_cast<float>(w[0]), static_cast<float>(w[1]), static_cast<float>(w[2]), static_cast<float>(w[3])});
    }
}

/// OpenCV's INTER_AREA where it shrinks by a factor that is not whole.
void opencv_area_axis(ResizeAxis& axis, int in, int out) {
    const double scale = static_cast<double>(in) / out;
    for (int i = 0; i < out; ++i) {
        const double low = i * scale, high = low + scale, cell = std::min(scale, in - low);
        int from = static_cast<int>(std::ceil(low)), to = static_cast<int>(std::floor(high));
        to = std::min(to, in - 1);
        from = std::min(from, to);
        std::vector<float> weights;
        int first = from;
        if (from - low > 1e-3) {
            first = from - 1;
            weights.push_back(static_cast<float>((from - low) / cell));
        }
        for (int k = from; k < to; ++k) weights.push_back(static_cast<float>(1.0 / cell));
        if (high - to > 1e-3) weights.push_back(static_cast<float>(std::min(std::min(high - to, 1.0), cell) / cell));
        axis.fixed.resize(axis.fixed.size() + weights.size());
        push(axis, first, weights);
    }
}

}  // namespace

ResizeAxis resize_axis(Filter filter, int in, int out, bool across) {
    ResizeAxis axis;
    switch (filter) {
        case Filter::bilinear:
        case Filter::bicubic:
        case Filter::lanczos: exact_axis(axis, filter, in, out); break;
        case Filter::area: area_axis(axis, in, out); break;
        case Filter::bilinear_cv: opencv_linear_axis(axis, in, out, false, across); break;
        case Filter::bicubic_cv: opencv_cubic_axis(axis, in, out); break;
        case Filter::area_cv: opencv_area_axis(axis, in, out); break;
    }
    return axis;
}

ResizeAxis area_as_linear(int in, int out, bool across) {
    ResizeAxis axis;
    opencv_linear_axis(axis, in, out, true, across);
    return axis;
}

bool is_whole_area(Filter filter, Size in, Size out) noexcept {
    const bool whole = in.width % out.width == 0 && in.height % out.height == 0;
    if (filter == Filter::bilinear_cv) return whole && in.width / out.width == 2 && in.height / out.height == 2;
    return filter == Filter::area_cv && whole;
}

}  // namespace mien::kernels
