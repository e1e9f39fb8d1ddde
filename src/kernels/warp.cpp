// Affine warps. The grid rows reproduce OpenCV's warpAffine; the exact ones are what mien uses by itself.
// SPDX-License-Identifier: Apache-2.0
#include "kernels/exact.h"
#include "kernels/geometry.h"
#include "kernels/launch.h"
#include "kernels/sample.h"
#include "kernels/tuned.h"
#include "kernels/warp_area_rows.h"
#include "kernels/warp_rows.h"
#include "kernels/warp_upright_rows.h"

namespace mien::kernels {
namespace {

/// `fixed` is the number of channels when it is known at compile time, else 0.
template <class T, int fixed> struct WarpGrid {
    View<const T> in;
    View<T> out;
    Affine map;
    Border border;
    static std::string name() { return std::string("warp_grid.") + sample_name<T>() + "." + std::to_string(fixed); }
    MIEN_HD void operator()(int x, int y) const {
        const Between<int> at = on_grid(map, x, y);
        T* const pixel = out.row(y) + x * out.channels;
        const int channels = fixed > 0 ? fixed : out.channels;
        for (int c = 0; c < channels; ++c) {
            const Taps4<T> taps = taps_at(in, at, c, border);
            if constexpr (std::is_same_v<T, std::uint8_t>) pixel[c] = mix_grid(taps, at.right, at.down);
            else pixel[c] = to_sample<T>(mix_grid_float(taps, at.right, at.down), largest_sample<T>());
        }
    }
};

template <class T, int fixed> struct WarpExact {
    View<const T> in;
    View<T> out;
    Affine map;
    Border border;
    static std::string name() { return std::string("warp_exact.") + sample_name<T>() + "." + std::to_string(fixed); }
    MIEN_HD void operator()(int x, int y) const {
        const Between<float> at = exactly(map, x, y);
        T* const pixel = out.row(y) + x * out.channels;
        const int channels = fixed > 0 ? fixed : out.channels;
        for (int c = 0; c < channels; ++c) pixel[c] = to_sample<T>(mix_exact(taps_at(in, at, c, border), at.right, at.down), largest_sample<T>());
    }
};

/// Mean of density x density samples spread evenly over the output pixel.
template <class T, int fixed> struct WarpArea {
    View<const T> in;
    View<T> out;
    Affine map;
    Border border;
    int density;
    static std::string name() { return std::string("warp_area.") + sample_name<T>() + "." + std::to_string(fixed); }
    MIEN_HD void operator()(int x, int y) const {
        constexpr int most = fixed > 0 ? fixed : 4;
        const int channels = fixed > 0 ? fixed : out.channels;
        float sum[most] = {};
        const double step = 1.0 / density;
        for (int j = 0; j < density; ++j)
            for (int i = 0; i < density; ++i) {
                const Between<float> at = exactly(map, x + (i + 0.5) * step - 0.5, y + (j + 0.5) * step - 0.5);
                for (int c = 0; c < channels; ++c) sum[c] += mix_exact(taps_at(in, at, c, border), at.right, at.down);
            }
        const float share = 1.0f / static_cast<float>(density * density);
        T* const pixel = out.row(y) + x * out.channels;
        for (int c = 0; c < channels; ++c) pixel[c] = to_sample<T>(sum[c] * share, largest_sample<T>());
    }
};

/// How many samples per axis keep every source pixel in reach: the larger stretch of the map's two axes, rounded up, at most 16.
int density_of(const Affine& map) {
    const double across = map.a * map.a + map.d * map.d, down = map.b * map.b + map.e * map.e;
    const double stretch = across > down ? across : down;
    int density = 1;
    // 1.02 per step: a crop within a fiftieth of the source's scale is not worth a prefilter.
    while (density < 16 && static_cast<double>(density) * density * 1.0404 < stretch) ++density;
    return density;
}

/// Calls `with` with the channel count as a compile-time number where that pays.
template <class With> void by_channels(int channels, With&& with) {
    if (channels == 3) with(std::integral_constant<int, 3>{});
    else if (channels == 1) with(std::integral_constant<int, 1>{});
    else with(std::integral_constant<int, 0>{});
}

}  // namespace

template <class T> void warp_affine(Queue& queue, View<const T> in, const Affine& out_to_in, Border border, Sampling sampling, View<T> out) {
    // One sample per pixel is the exact warp; floats would lose the sign of a zero in the mean's sum.
    const bool as_area = sampling == Sampling::exact && !std::is_same_v<T, float>;
    if (takes_tuned_path(queue) && ((as_area && warp_area_rows<T>(in, out_to_in, border, 1, out)) || warp_rows<T>(in, out_to_in, border, sampling, out))) return;
    by_channels(out.channels, [&](auto fixed) {
        if (sampling == Sampling::grid32) for_each_pixel(queue, out.size, WarpGrid<T, fixed>{in, out, out_to_in, border});
        else for_each_pixel(queue, out.size, WarpExact<T, fixed>{in, out, out_to_in, border});
    });
}

template <class T> void warp_affine_area(Queue& queue, View<const T> in, const Affine& out_to_in, Border border, View<T> out) {
    const int density = density_of(out_to_in);
    if (density == 1) return warp_affine<T>(queue, in, out_to_in, border, Sampling::exact, out);
    if constexpr (!std::is_same_v<T, float>)
        if (takes_tuned_path(queue) && warp_upright_rows<T>(in, out_to_in, border, density, out)) return;
    if (takes_tuned_path(queue) && warp_area_rows<T>(in, out_to_in, border, density, out)) return;
    by_channels(out.channels, [&](auto fixed) { for_each_pixel(queue, out.size, WarpArea<T, fixed>{in, out, out_to_in, border, density}); });
}

template void warp_affine<std::uint8_t>(Queue&, View<const std::uint8_t>, const Affine&, Border, Sampling, View<std::uint8_t>);
template void warp_affine<std::uint16_t>(Queue&, View<const std::uint16_t>, const Affine&, Border, Sampling, View<std::uint16_t>);
template void warp_affine<float>(Queue&, View<const float>, const Affine&, Border, Sampling, View<float>);
template void warp_affine_area<std::uint8_t>(Queue&, View<const std::uint8_t>, const Affine&, Border, View<std::uint8_t>);
template void warp_affine_area<std::uint16_t>(Queue&, View<const std::uint16_t>, const Affine&, Border, View<std::uint16_t>);
template void warp_affine_area<float>(Queue&, View<const float>, const Affine&, Border, View<float>);

}  // namespace mien::kernels
