// Which columns of a row look into a rectangle: hand-tuned rows ask once per row what plain bodies ask per pixel.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cmath>

#include "image/view.h"

namespace mien::kernels {

/// The columns first <= x < last.
struct Columns {
    int first = 0, last = 0;
};
inline Columns meet(const Columns& a, const Columns& b) noexcept {
    const int first = std::max(a.first, b.first);
    return {first, std::max(first, std::min(a.last, b.last))};
}

/// Positions in a picture, bounds included.
struct PositionBox {
    double low_x, high_x, low_y, high_y;
};
/// An answer errs to its own side, by more than doubles are rounded: `sure` columns all look into the box, all others than `possible` ones look elsewhere.
enum class Certainty { sure, possible };

/// Among the first `width` columns of the row `y`.
inline Columns columns_in(const Affine& map, double y, int width, const PositionBox& box, Certainty certainty) noexcept {
    const bool sure = certainty == Certainty::sure;
    const double margin = sure ? 2 : -2;
    double first = 0, last = width - 1;
    const auto narrow = [&](double along, double start, double low, double high) {
        if (!(std::abs(start) < 1e9) || !(std::abs(along) > 1e-6)) {
            // Hardly moving, or nowhere near: all columns or none.
            if (sure && !(start - 1 >= low && start + 1 <= high)) last = -1;
            return;
        }
        const double one = (low - start) / along, other = (high - start) / along;
        first = std::max(first, std::min(one, other) + margin);
        last = std::min(last, std::max(one, other) - margin);
    };
    narrow(map.a, map.b * y + map.c, box.low_x, box.high_x);
    narrow(map.d, map.e * y + map.f, box.low_y, box.high_y);
    if (!(first <= last)) return {};
    const int from = static_cast<int>(sure ? std::ceil(first) : std::floor(first)), to = static_cast<int>(sure ? std::floor(last) : std::ceil(last));
    return {from, std::max(from, std::min(width, to + 1))};
}

}  // namespace mien::kernels
