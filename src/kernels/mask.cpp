// SPDX-License-Identifier: Apache-2.0
#include "kernels/mask.h"

#include <algorithm>

#include "image/buffer.h"
#include "kernels/exact.h"
#include "kernels/launch.h"

namespace mien::kernels {
namespace {

struct BoxBand {
    View<float> out;
    int left, top, right, bottom;  // right and bottom: first column and row that are zero again
    static std::string name() { return "mask_box_band"; }
    MIEN_HD void operator()(int x, int y) const { out.at(x, y) = x >= left && x < right && y >= top && y < bottom ? 1.0f : 0.0f; }
};

struct Clip {
    View<const float> in;
    View<float> out;
    float low, high;
    static std::string name() { return "mask_clip"; }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < out.channels; ++c) out.at(x, y, c) = clamp(in.at(x, y, c), low, high);
    }
};

struct UpperHalf {
    View<float> out;
    static std::string name() { return "mask_upper_half"; }
    MIEN_HD void operator()(int x, int y) const { out.at(x, y) = (clamp(out.at(x, y), 0.5f, 1.0f) - 0.5f) * 2.0f; }
};

struct ClassMask {
    const float* scores;
    int classes;
    std::uint32_t wanted;
    View<float> out;
    static std::string name() { return "class_mask"; }
    MIEN_HD void operator()(int x, int y) const {
        const std::ptrdiff_t plane = static_cast<std::ptrdiff_t>(out.size.width) * out.size.height;
        const float* const score = scores + static_cast<std::ptrdiff_t>(y) * out.size.width + x;
        int best = 0;
        for (int c = 1; c < classes; ++c)
            if (score[c * plane] > score[best * plane]) best = c;
        out.at(x, y) = best < 32 && ((wanted >> best) & 1u) != 0 ? 1.0f : 0.0f;
    }
};

template <bool largest> struct CrossExtreme {
    View<const float> in;
    View<float> out;
    static std::string name() { return largest ? "dilate" : "erode"; }
    static MIEN_HD float pick(float a, float b) { return (largest ? a < b : b < a) ? b : a; }
    MIEN_HD void operator()(int x, int y) const {
        float value = in.at(x, y);
        if (x > 0) value = pick(value, in.at(x - 1, y));
        if (x + 1 < in.size.width) value = pick(value, in.at(x + 1, y));
        if (y > 0) value = pick(value, in.at(x, y - 1));
        if (y + 1 < in.size.height) value = pick(value, in.at(x, y + 1));
        out.at(x, y) = value;
    }
};

enum class Join : std::uint8_t { minimum, maximum, product };
template <Join how> struct Joined {
    View<const float> first, second;
    View<float> out;
    static std::string name() { return how == Join::minimum ? "mask_minimum" : how == Join::maximum ? "mask_maximum" : "mask_product"; }
    MIEN_HD void operator()(int x, int y) const {
        const float a = first.at(x, y), b = second.at(x, y);
        if constexpr (how == Join::minimum) out.at(x, y) = b < a ? b : a;
        if constexpr (how == Join::maximum) out.at(x, y) = a < b ? b : a;
        if constexpr (how == Join::product) out.at(x, y) = a * b;
    }
};

struct CopyMask {
    View<const float> in;
    View<float> out;
    static std::string name() { return "mask_copy"; }
    MIEN_HD void operator()(int x, int y) const { out.at(x, y) = in.at(x, y); }
};

template <bool largest> void spread(Queue& queue, View<const float> in, int times, View<float> out) {
    if (times <= 0) return for_each_pixel(queue, out.size, CopyMask{in, out});
    Picture<float> pair[2];
    for (int i = 0; i < times; ++i) {
        pair[i % 2].fit(queue, out.size, 1);
        const View<const float> from = i == 0 ? in : View<const float>(pair[(i + 1) % 2].view());
        for_each_pixel(queue, out.size, CrossExtreme<largest>{from, pair[i % 2]});
    }
    for_each_pixel(queue, out.size, CopyMask{pair[(times + 1) % 2], out});
}

}  // namespace

void box_mask(Queue& queue, double blur, std::array<int, 4> padding_percent, View<float> out) {
    const int width = out.size.width, height = out.size.height;
    const int amount = static_cast<int>(width * 0.5 * blur), band = std::max(amount / 2, 1);
    const auto side = [&](int length, int percent) { return std::max(band, static_cast<int>(length * percent / 100.0)); };
    for_each_pixel(queue, out.size,
                   BoxBand{out, side(width, padding_percent[3]), side(height, padding_percent[0]), width - side(width, padding_percent[1]),
                           height - side(height, padding_percent[2])});
    if (amount > 0) gaussian<float>(queue, out, amount * 0.25, out);
}

void soft_step(Queue& queue, View<const float> in, View<float> out) {
    Picture<float> clipped(queue, in.size, 1);
    for_each_pixel(queue, in.size, Clip{in, clipped, 0.0f, 1.0f});
    gaussian<float>(queue, clipped, 5, out);
    for_each_pixel(queue, out.size, UpperHalf{out});
}

void class_mask(Queue& queue, const float* scores, int classes, Size size, std::uint32_t wanted, View<float> out) {
    out.size = size;
    for_each_pixel(queue, size, ClassMask{scores, classes, wanted, out});
}

void erode(Queue& queue, View<const float> in, int times, View<float> out) { spread<false>(queue, in, times, out); }
void dilate(Queue& queue, View<const float> in, int times, View<float> out) { spread<true>(queue, in, times, out); }
void clip(Queue& queue, View<const float> in, float low, float high, View<float> out) { for_each_pixel(queue, out.size, Clip{in, out, low, high}); }
void minimum(Queue& queue, View<const float> first, View<const float> second, View<float> out) {
    for_each_pixel(queue, out.size, Joined<Join::minimum>{first, second, out});
}
void maximum(Queue& queue, View<const float> first, View<const float> second, View<float> out) {
    for_each_pixel(queue, out.size, Joined<Join::maximum>{first, second, out});
}
void product(Queue& queue, View<const float> first, View<const float> second, View<float> out) {
    for_each_pixel(queue, out.size, Joined<Join::product>{first, second, out});
}

}  // namespace mien::kernels
