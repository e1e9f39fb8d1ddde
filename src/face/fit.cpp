// SPDX-License-Identifier: Apache-2.0
#include "face/fit.h"

#include <algorithm>

namespace mien {
namespace {

Size scaled(Size size, int edge) noexcept {
    // One ratio for both sides, so that a side that should become the edge may lose a pixel to rounding, as it does there.
    const double scale = std::min(static_cast<double>(edge) / size.height, static_cast<double>(edge) / size.width);
    return {std::max(1, static_cast<int>(size.width * scale)), std::max(1, static_cast<int>(size.height * scale))};
}

}  // namespace

Size shrink_to_fit(Size size, int edge) noexcept { return size.width > edge || size.height > edge ? scaled(size, edge) : size; }

Rect letterbox(Size size, int edge) noexcept {
    const Size inner = scaled(size, edge);
    return {(edge - inner.width) / 2, (edge - inner.height) / 2, inner.width, inner.height};
}

}  // namespace mien
