// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernels/colour.h"
#include "kernels/exact.h"
#include "kernels/launch.h"
#include "kernels/planes_math.h"
#include "kernels/planes_tuned.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

template <class T> struct YuvToRgb {
    using Sum = typename PlaneSums<T>::Sum;
    View<const T> luma, u, v;
    View<T> rgb;
    ToRgb<T> weights;
    ChromaSites sites;
    int left, top;
    static std::string name() { return std::string("yuv_to_rgb_") + sample_name<T>(); }

    /// Sixteenths of a level around the middle.
    MIEN_HD Sum chroma(const View<const T>& plane, const ChromaTaps& across, const ChromaTaps& down) const {
        const auto row = [&](int y) { return static_cast<Sum>(plane.at(across.low, y)) * (4 - across.share) + static_cast<Sum>(plane.at(across.high, y)) * across.share; };
        return row(down.low) * (4 - down.share) + row(down.high) * down.share - static_cast<Sum>(weights.middle) * 16;
    }
    MIEN_HD T sample(Sum sum) const {
        constexpr int bits = PlaneSums<T>::to_rgb_bits + 4;
        return static_cast<T>(clamp<Sum>((sum + (Sum{1} << (bits - 1))) >> bits, 0, weights.largest));
    }
    MIEN_HD void operator()(int x, int y) const {
        const ChromaTaps across = chroma_taps(left + x, sites.across, u.size.width), down = chroma_taps(top + y, sites.down, u.size.height);
        const Sum grey = weights.y * 16 * (static_cast<Sum>(luma.at(left + x, top + y)) - weights.black);
        const Sum su = chroma(u, across, down), sv = chroma(v, across, down);
        rgb.at(x, y, 0) = sample(grey + weights.red_v * sv);
        rgb.at(x, y, 1) = sample(grey + weights.green_u * su + weights.green_v * sv);
        rgb.at(x, y, 2) = sample(grey + weights.blue_u * su);
    }
};

template <class T> struct LumaFromRgb {
    using Sum = typename PlaneSums<T>::Sum;
    View<const T> rgb;
    View<T> luma;  // the region's part
    FromRgb<T> weights;
    static std::string name() { return std::string("luma_from_rgb_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        constexpr int bits = PlaneSums<T>::from_rgb_bits;
        Sum sum = Sum{1} << (bits - 1);
        for (int c = 0; c < 3; ++c) sum += weights.luma[c] * rgb.at(x, y, c);
        luma.at(x, y) = static_cast<T>(clamp<Sum>(weights.black + (sum >> bits), 0, weights.largest));
    }
};

template <class T> struct ChromaFromRgb {
    using Sum = typename PlaneSums<T>::Sum;
    View<const T> rgb;
    View<T> u, v;  // the region's parts
    FromRgb<T> weights;
    ChromaSites sites;
    int left, top;  // of the first chroma sample's pixels inside rgb: 0, or -1 where the region starts within a sample
    static std::string name() { return std::string("chroma_from_rgb_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        Sum sums[3] = {};
        for (int j = 0; j < 4; ++j) {
            const int wy = sites.down == Site::whole ? (j == 1 ? 4 : 0) : footprint_weight(sites.down, j);
            if (wy == 0) continue;
            const int py = clamp(sites.down == Site::whole ? y : 2 * y + top + j - 1, 0, rgb.size.height - 1);
            for (int i = 0; i < 4; ++i) {
                const int wx = sites.across == Site::whole ? (i == 1 ? 4 : 0) : footprint_weight(sites.across, i);
                if (wx == 0) continue;
                const int px = clamp(sites.across == Site::whole ? x : 2 * x + left + i - 1, 0, rgb.size.width - 1);
                for (int c = 0; c < 3; ++c) sums[c] += static_cast<Sum>(rgb.at(px, py, c)) * (wx * wy);
            }
        }
        u.at(x, y) = sample(weights.u, sums);
        v.at(x, y) = sample(weights.v, sums);
    }
    MIEN_HD T sample(const Sum* weight, const Sum* sums) const {
        constexpr int bits = PlaneSums<T>::from_rgb_bits + 4;
        const Sum sum = weight[0] * sums[0] + weight[1] * sums[1] + weight[2] * sums[2] + (Sum{1} << (bits - 1));
        return static_cast<T>(clamp<Sum>(weights.middle + (sum >> bits), 0, weights.largest));
    }
};

/// Layouts without chroma: where each of red, green and blue lies.
template <class T> struct Channels {
    View<T> view[3];
    int channel[3];
};
template <class T> Channels<T> channels_of(const Planes<T>& planes, Rect region) {
    const auto part = [&](std::size_t i) { return planes.plane[i].part(region); };
    switch (planes.format.layout) {
        case Layout::gray: return {{part(0), part(0), part(0)}, {0, 0, 0}};
        case Layout::gbr: return {{part(2), part(0), part(1)}, {0, 0, 0}};
        default: return {{part(0), part(0), part(0)}, {0, 1, 2}};
    }
}

template <class T> struct GatherRgb {
    Channels<const T> from;
    View<T> rgb;
    static std::string name() { return std::string("gather_rgb_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < 3; ++c) rgb.at(x, y, c) = from.view[c].at(x, y, from.channel[c]);
    }
};
template <class T> struct ScatterRgb {
    View<const T> rgb;
    Channels<T> to;
    bool gray;
    static std::string name() { return std::string("scatter_rgb_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        if (gray) {  // BT.601 luma in 1/2^15: at most 65,535 * 2^15 + 2^14, which fits 32 bits
            const std::uint32_t sum = rgb.at(x, y, 0) * 9798u + rgb.at(x, y, 1) * 19235u + rgb.at(x, y, 2) * 3735u;
            to.view[0].at(x, y) = static_cast<T>((sum + (1u << 14)) >> 15);
            return;
        }
        for (int c = 0; c < 3; ++c) to.view[c].at(x, y, to.channel[c]) = rgb.at(x, y, c);
    }
};

bool has_chroma(const Format& format) noexcept { return format.layout == Layout::yuv420 || format.layout == Layout::yuv422 || format.layout == Layout::yuv444; }

}  // namespace

template <class T> Planes<const T> planes_of(const Frame& frame) {
    Planes<const T> planes{{}, frame.format(), frame.colour};
    for (int i = 0; i < plane_count(frame.format()); ++i) planes.plane[static_cast<std::size_t>(i)] = frame.plane<T>(i);
    return planes;
}

template <class T> Planes<T> edit_planes(Frame& frame) {
    Planes<T> planes{{}, frame.format(), frame.colour};
    for (int i = 0; i < plane_count(frame.format()); ++i) planes.plane[static_cast<std::size_t>(i)] = frame.edit<T>(i);
    return planes;
}

template <class T> void to_rgb(Queue& queue, const Planes<const T>& planes, Rect region, View<T> rgb) {
    rgb.size = region.size();
    if (!has_chroma(planes.format)) return for_each_pixel(queue, rgb.size, GatherRgb<T>{channels_of(planes, region), rgb});
    const auto weights = weights_to_rgb<T>(planes.format, planes.colour, planes.plane[0].size.height);
    const ChromaSites sites = chroma_sites(planes.format, planes.colour);
    if constexpr (sizeof(T) == 1)
        if (takes_tuned_path(queue)) return to_rgb_rows(planes, weights, sites, region, rgb);
    for_each_pixel(queue, rgb.size, YuvToRgb<T>{planes.plane[0], planes.plane[1], planes.plane[2], rgb, weights, sites, region.x, region.y});
}

template <class T> void from_rgb(Queue& queue, View<const T> rgb, Rect region, const Planes<T>& planes) {
    rgb.size = region.size();
    if (region.empty()) return;
    if (!has_chroma(planes.format)) return for_each_pixel(queue, rgb.size, ScatterRgb<T>{rgb, channels_of(planes, region), planes.format.layout == Layout::gray});
    const auto weights = weights_from_rgb<T>(planes.format, planes.colour, planes.plane[0].size.height);
    const ChromaSites sites = chroma_sites(planes.format, planes.colour);
    const Rect chroma = chroma_rect(sites, region);
    const int left = sites.across == Site::whole ? 0 : 2 * chroma.x - region.x, top = sites.down == Site::whole ? 0 : 2 * chroma.y - region.y;
    if constexpr (sizeof(T) == 1)
        if (takes_tuned_path(queue) && left == 0 && top == 0) return from_rgb_rows(rgb, weights, sites, region, planes);
    for_each_pixel(queue, rgb.size, LumaFromRgb<T>{rgb, planes.plane[0].part(region), weights});
    for_each_pixel(queue, chroma.size(), ChromaFromRgb<T>{rgb, planes.plane[1].part(chroma), planes.plane[2].part(chroma), weights, sites, left, top});
}

Rect align_to_chroma(const Format& format, Size size, Rect region) noexcept {
    region = meet(region, {0, 0, size.width, size.height});
    const auto widen = [](int& start, int& length, int end) {
        const int stop = std::min((start + length + 1) & ~1, end);
        start &= ~1;
        length = stop - start;
    };
    if (region.empty()) return region;
    if (format.layout == Layout::yuv420 || format.layout == Layout::yuv422) widen(region.x, region.width, size.width);
    if (format.layout == Layout::yuv420) widen(region.y, region.height, size.height);
    return region;
}

#define MIEN_INSTANTIATE(T)                                                          \
    template Planes<const T> planes_of<T>(const Frame&);                             \
    template Planes<T> edit_planes<T>(Frame&);                                       \
    template void to_rgb<T>(Queue&, const Planes<const T>&, Rect, View<T>);          \
    template void from_rgb<T>(Queue&, View<const T>, Rect, const Planes<T>&);
MIEN_INSTANTIATE(std::uint8_t)
MIEN_INSTANTIATE(std::uint16_t)
#undef MIEN_INSTANTIATE

}  // namespace mien::kernels
