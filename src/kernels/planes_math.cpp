// SPDX-License-Identifier: Apache-2.0
#include "kernels/planes_math.h"

#include <array>
#include <cmath>

namespace mien::kernels {
namespace {

struct LumaShares {
    double red, blue;
    double green() const noexcept { return 1 - red - blue; }
};

/// ITU-T H.273 table 4. Codes without luma shares of their own fall back as unspecified ones do: by height, as players decide.
LumaShares luma_shares(int matrix, int height) noexcept {
    struct Row {
        int matrix;
        LumaShares shares;
    };
    constexpr std::array<Row, 7> rows{{{1, {0.2126, 0.0722}}, {4, {0.30, 0.11}}, {5, {0.299, 0.114}}, {6, {0.299, 0.114}}, {7, {0.212, 0.087}}, {9, {0.2627, 0.0593}}, {10, {0.2627, 0.0593}}}};
    for (const Row& row : rows)
        if (row.matrix == matrix) return row.shares;
    return luma_shares(height <= 576 ? 6 : 1, height);
}

struct Range {
    double luma, chroma;  // samples between black and white, and between the ends of chroma
    int black, middle, largest;
};
Range range_of(const Format& format, const Colour& colour) noexcept {
    const int largest = (1 << format.depth) - 1, middle = 1 << (format.depth - 1);
    if (colour.full_range) return {static_cast<double>(largest), static_cast<double>(largest), 0, middle, largest};
    const int unit = 1 << (format.depth - 8);
    return {219.0 * unit, 224.0 * unit, 16 * unit, middle, largest};
}

template <class Sum> Sum fixed(double value, int bits) noexcept { return static_cast<Sum>(std::nearbyint(std::ldexp(value, bits))); }

}  // namespace

ChromaSites chroma_sites(const Format& format, const Colour& colour) noexcept {
    // Rows: AVChromaLocation 0 (unspecified, as left) to 6.
    constexpr std::array<ChromaSites, 7> rows{{{Site::first, Site::centre}, {Site::first, Site::centre}, {Site::centre, Site::centre}, {Site::first, Site::first},
                                               {Site::centre, Site::first}, {Site::first, Site::second}, {Site::centre, Site::second}}};
    ChromaSites sites = rows[colour.siting < rows.size() ? colour.siting : 0];
    if (format.layout != Layout::yuv420) sites.down = Site::whole;
    if (format.layout != Layout::yuv420 && format.layout != Layout::yuv422) sites.across = Site::whole;
    return sites;
}

template <class T> ToRgb<T> weights_to_rgb(const Format& format, const Colour& colour, int height) noexcept {
    using Sum = typename PlaneSums<T>::Sum;
    constexpr int bits = PlaneSums<T>::to_rgb_bits;
    const LumaShares k = luma_shares(colour.matrix, height);
    const Range range = range_of(format, colour);
    const double chroma = 2 * range.largest / range.chroma;
    return {fixed<Sum>(range.largest / range.luma, bits), fixed<Sum>(chroma * (1 - k.red), bits), fixed<Sum>(-chroma * (1 - k.blue) * k.blue / k.green(), bits),
            fixed<Sum>(-chroma * (1 - k.red) * k.red / k.green(), bits), fixed<Sum>(chroma * (1 - k.blue), bits), range.black, range.middle, range.largest};
}

template <class T> FromRgb<T> weights_from_rgb(const Format& format, const Colour& colour, int height) noexcept {
    using Sum = typename PlaneSums<T>::Sum;
    constexpr int bits = PlaneSums<T>::from_rgb_bits;
    const LumaShares k = luma_shares(colour.matrix, height);
    const Range range = range_of(format, colour);
    const double luma = range.luma / range.largest, chroma = range.chroma / range.largest / 2;
    FromRgb<T> w{{}, {}, {}, range.black, range.middle, range.largest};
    w.luma[0] = fixed<Sum>(luma * k.red, bits);
    w.luma[2] = fixed<Sum>(luma * k.blue, bits);
    w.luma[1] = fixed<Sum>(luma, bits) - w.luma[0] - w.luma[2];  // white stays white
    w.u[0] = fixed<Sum>(-chroma * k.red / (1 - k.blue), bits);
    w.u[2] = fixed<Sum>(chroma, bits);
    w.u[1] = -w.u[0] - w.u[2];  // grey stays grey
    w.v[0] = fixed<Sum>(chroma, bits);
    w.v[2] = fixed<Sum>(-chroma * k.blue / (1 - k.red), bits);
    w.v[1] = -w.v[0] - w.v[2];
    return w;
}

template ToRgb<std::uint8_t> weights_to_rgb<std::uint8_t>(const Format&, const Colour&, int) noexcept;
template ToRgb<std::uint16_t> weights_to_rgb<std::uint16_t>(const Format&, const Colour&, int) noexcept;
template FromRgb<std::uint8_t> weights_from_rgb<std::uint8_t>(const Format&, const Colour&, int) noexcept;
template FromRgb<std::uint16_t> weights_from_rgb<std::uint16_t>(const Format&, const Colour&, int) noexcept;

}  // namespace mien::kernels
