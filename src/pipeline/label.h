// Small words drawn into pictures: a font of strokes, smooth at every size, the same bytes on every machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "image/view.h"

namespace mien {

/// The height of capital letters that suits a picture of this height: a multiple of 4 pixels, so that the font's lines meet whole pixels.
int label_height(int picture_height) noexcept;
/// Width in pixels of a text whose capitals are `height` pixels high. Letters are ASCII; every other character is drawn as one box.
int text_width(std::string_view text, int height) noexcept;
/// Draws a text on a dark rounded plate into the upper left corner of an RGB picture of 8 bits in host memory. A text too long for the picture
/// is cut, and ends in "..."; a picture too small for any text is left as it is.
void draw_label(View<std::uint8_t> rgb, std::string_view text, int height);

}  // namespace mien
