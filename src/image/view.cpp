// SPDX-License-Identifier: Apache-2.0
#include "image/view.h"

#include <algorithm>

namespace mien {

Rect join(Rect first, Rect second) noexcept {
    if (first.empty()) return second;
    if (second.empty()) return first;
    const int x = std::min(first.x, second.x), y = std::min(first.y, second.y);
    return {x, y, std::max(first.x + first.width, second.x + second.width) - x, std::max(first.y + first.height, second.y + second.height) - y};
}

Rect meet(Rect first, Rect second) noexcept {
    const int x = std::max(first.x, second.x), y = std::max(first.y, second.y);
    const Rect both{x, y, std::min(first.x + first.width, second.x + second.width) - x, std::min(first.y + first.height, second.y + second.height) - y};
    return both.empty() ? Rect{} : both;
}

Affine invert(const Affine& m) noexcept {
    const double determinant = m.a * m.e - m.b * m.d;
    const double scale = determinant != 0 ? 1 / determinant : 0;
    const double a = m.e * scale, e = m.a * scale, b = -m.b * scale, d = -m.d * scale;
    return {a, b, -a * m.c - b * m.f, d, e, -d * m.c - e * m.f};
}

Affine chain(const Affine& first, const Affine& second) noexcept {
    return {second.a * first.a + second.b * first.d, second.a * first.b + second.b * first.e, second.a * first.c + second.b * first.f + second.c,
            second.d * first.a + second.e * first.d, second.d * first.b + second.e * first.e, second.d * first.c + second.e * first.f + second.f};
}

}  // namespace mien
