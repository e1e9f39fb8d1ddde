// How a picture is cut into overlapping tiles for networks of a fixed input size.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "image/view.h"

namespace mien {

/// Tiles of `tile` x `tile` pixels over a picture padded with zeros; FaceFusion's rule for its frame enhancer.
struct TilePlan {
    int tile = 0, pad = 0, overlap = 0;  ///< overlap: border of each tile that is computed and thrown away
    Size picture, padded;
    int columns = 0, rows = 0;
    int step() const noexcept { return tile - 2 * overlap; }
    int count() const noexcept { return columns * rows; }
    /// Where the picture begins in the padded one, both ways.
    int origin() const noexcept { return pad + overlap; }
    /// The part of the padded picture that tile `index` reads; row by row.
    Rect part(int index) const noexcept;
};
/// `row` is ModelSpec::tile: tile, outer pad, overlap; 2 * overlap < tile.
TilePlan plan_tiles(std::array<int, 3> row, Size picture) noexcept;

}  // namespace mien
