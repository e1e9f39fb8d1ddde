// Pictures side by side on one sheet, each with its label: what `mien compare` shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "image/frame.h"
#include "image/queue.h"
#include "pipeline/picture.h"

namespace mien {

/// Where each picture goes.
struct SheetLayout {
    Size size;                ///< of the sheet; even
    std::vector<Rect> cells;  ///< all equally high; even positions and sizes
    int label = 0;            ///< height of the labels' capitals in pixels
};
/// Rows of `columns` pictures (0: up to three in one row, four as two by two, more in rows of three). Every picture gets the height of the first (made even)
/// and the width that keeps its own shape, in the middle of its column, which is as wide as its widest. `shown`: sizes as shown, pixels square or all of one
/// shape. Throws Error{usage} when the sheet would be wider or higher than 16384 pixels.
SheetLayout lay_out(std::span<const Size> shown, int columns);

/// A frame and how far it must be turned to be seen upright.
struct SheetPicture {
    Frame frame;
    int rotation = 0;
};
/// Buffers of one thread.
struct SheetScratch {
    PictureScratch pictures;
    Picture<std::uint8_t> sheet;
};
/// The sheet as RGB of 8 bits: pictures in their cells (area-averaged where they shrink, Lanczos where they grow, untouched where they fit), labels over them,
/// dark between them. An empty label draws none. The view lives in the scratch until its next use.
View<const std::uint8_t> compose_sheet(Queue&, const SheetLayout&, std::span<const SheetPicture>, std::span<const std::string> labels, SheetScratch&);

}  // namespace mien
