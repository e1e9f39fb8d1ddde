// The numbers of ITU-T H.273 behind film planes: matrices, ranges and chroma sites as fixed-point weights, shared by the plain bodies and the tuned rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <type_traits>

#include "image/frame.h"
#include "image/view.h"
#include "kernels/exact.h"

namespace mien::kernels {

/// 8-bit sums fit 32 bits with 13 (to RGB) and 15 (from RGB) fraction bits, and every weight fits 16 bits; deeper samples take 64 bits.
template <class T> struct PlaneSums {
    using Sum = std::conditional_t<sizeof(T) == 1, std::int32_t, std::int64_t>;
    static constexpr int to_rgb_bits = sizeof(T) == 1 ? 13 : 24, from_rgb_bits = sizeof(T) == 1 ? 15 : 24;
};

/// Where along one axis a chroma sample lies among the pixels it stands for; `whole`: the axis is not subsampled.
enum class Site : std::uint8_t { first, centre, second, whole };

/// Chroma around one pixel: low * (4 - share) + high * share, in quarters.
struct ChromaTaps {
    int low, high, share;
};
MIEN_HD inline ChromaTaps chroma_taps(int pixel, Site site, int count) {
    if (site == Site::whole) return {pixel, pixel, 0};
    const int half = pixel >> 1, odd = pixel & 1;
    const int low = site == Site::first || odd ? half : half - 1;
    int share = site == Site::centre ? (odd ? 1 : 3) : 2;
    if (site == Site::first && !odd) share = 0;
    if (site == Site::second && odd) share = 0;
    return {clamp(low, 0, count - 1), clamp(low + (share > 0 ? 1 : 0), 0, count - 1), share};
}

/// Weights of the pixels 2k - 1 .. 2k + 2 in chroma sample k, in quarters.
MIEN_HD inline int footprint_weight(Site site, int i) {
    if (site == Site::first) return i == 1 ? 2 : (i == 3 ? 0 : 1);
    if (site == Site::second) return i == 2 ? 2 : (i == 0 ? 0 : 1);
    return i == 1 || i == 2 ? 2 : 0;
}

/// rgb = (y * 16 (Y - black) + u * U + v * V + half) >> (bits + 4), U and V in sixteenths of a level around the middle.
template <class T> struct ToRgb {
    typename PlaneSums<T>::Sum y, red_v, green_u, green_v, blue_u;
    int black, middle, largest;
};
/// Y = black + (r * R + g * G + b * B + half) >> bits; U and V likewise from sums in sixteenths, around the middle.
template <class T> struct FromRgb {
    typename PlaneSums<T>::Sum luma[3], u[3], v[3];
    int black, middle, largest;
};

struct ChromaSites {
    Site across = Site::whole, down = Site::whole;
};
ChromaSites chroma_sites(const Format&, const Colour&) noexcept;
template <class T> ToRgb<T> weights_to_rgb(const Format&, const Colour&, int height) noexcept;
template <class T> FromRgb<T> weights_from_rgb(const Format&, const Colour&, int height) noexcept;

/// The film's part of a chroma plane under a region of pixels.
inline Rect chroma_rect(const ChromaSites& sites, Rect region) noexcept {
    const auto shrink = [](Site site, int& start, int& length) {
        if (site == Site::whole) return;
        const int end = (start + length + 1) >> 1;
        start >>= 1;
        length = end - start;
    };
    shrink(sites.across, region.x, region.width);
    shrink(sites.down, region.y, region.height);
    return region;
}

}  // namespace mien::kernels
