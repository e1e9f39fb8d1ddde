// What one pixel of a paste becomes; shared by the plain body and the tuned rows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "kernels/blend.h"
#include "kernels/exact.h"
#include "kernels/launch.h"
#include "kernels/sample.h"

namespace mien::kernels {

template <class T> MIEN_HD inline T composed(T back, float front, float share, Rounding rounding, float full_scale) {
    const float value = static_cast<float>(back) * (1.0f - share) + front * share;
    if (rounding == Rounding::nearest) return to_sample<T>(value, full_scale);
    return static_cast<T>(clamp(value, 0.0f, full_scale));
}

template <class T> struct Composite {
    View<const float> crop, mask;
    View<T> part;  // the region's
    Affine map;
    Sampling sampling;
    Rounding rounding;
    float full_scale;
    static std::string name() { return std::string("composite_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        if (sampling == Sampling::exact) compose(x, y, exactly(map, x, y));
        else compose(x, y, on_grid(map, x, y));
    }
    static MIEN_HD float mixed(const Taps4<float>& taps, const Between<float>& at) { return mix_exact(taps, at.right, at.down); }
    static MIEN_HD float mixed(const Taps4<float>& taps, const Between<int>& at) { return mix_grid_float(taps, at.right, at.down); }
    template <class Part> MIEN_HD void compose(int x, int y, const Between<Part>& at) const {
        if (at.x < -1 || at.y < -1 || at.x >= mask.size.width || at.y >= mask.size.height) return;
        const float share = clamp(mixed(taps_at(mask, at, 0, Border::constant_zero), at), 0.0f, 1.0f);
        if (!(share > 0.0f)) return;
        for (int c = 0; c < part.channels; ++c)
            part.at(x, y, c) = composed<T>(part.at(x, y, c), mixed(taps_at(crop, at, c, Border::replicate), at), share, rounding, full_scale);
    }
};

}  // namespace mien::kernels
