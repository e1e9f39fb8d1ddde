// SPDX-License-Identifier: Apache-2.0
#include "pipeline/tile_plan.h"

namespace mien {
namespace {

int padded_extent(int extent, const TilePlan& plan) noexcept {
    return extent + 2 * plan.origin() + plan.step() - (extent + 2 * plan.pad) % plan.step();
}

/// Offsets 0, step, 2 step ... whose kept part begins before the far border.
int tiles_along(int padded, const TilePlan& plan) noexcept {
    const int reach = padded - 2 * plan.overlap;
    return reach <= 0 ? 0 : (reach + plan.step() - 1) / plan.step();
}

}  // namespace

Rect TilePlan::part(int index) const noexcept { return {index % columns * step(), index / columns * step(), tile, tile}; }

TilePlan plan_tiles(std::array<int, 3> row, Size picture) noexcept {
    TilePlan plan{row[0], row[1], row[2], picture, {}, 0, 0};
    plan.padded = {padded_extent(picture.width, plan), padded_extent(picture.height, plan)};
    plan.columns = tiles_along(plan.padded.width, plan);
    plan.rows = tiles_along(plan.padded.height, plan);
    return plan;
}

}  // namespace mien
