// Films are stored as recorded and shown turned; faces live in the picture as shown.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "image/view.h"

namespace mien {

/// Size as shown of a picture stored with `size` and shown after `rotation` degrees clockwise (0, 90, 180, 270).
constexpr Size shown_size(Size stored, int rotation) noexcept { return rotation % 180 == 0 ? stored : Size{stored.height, stored.width}; }
/// The stored pixels of a region as shown.
constexpr Rect stored_region(Rect shown, Size stored, int rotation) noexcept {
    switch (rotation) {
        case 90: return {shown.y, stored.height - shown.x - shown.width, shown.height, shown.width};
        case 180: return {stored.width - shown.x - shown.width, stored.height - shown.y - shown.height, shown.width, shown.height};
        case 270: return {stored.width - shown.y - shown.height, shown.x, shown.height, shown.width};
        default: return shown;
    }
}
/// The region as shown of stored pixels.
constexpr Rect shown_region(Rect stored_part, Size stored, int rotation) noexcept {
    return stored_region(stored_part, shown_size(stored, rotation), (360 - rotation) % 360);
}

}  // namespace mien
