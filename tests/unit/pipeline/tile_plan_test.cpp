// SPDX-License-Identifier: Apache-2.0
#include "pipeline/tile_plan.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace mien {
namespace {

TEST(TilePlan, CountsOfFullHd) {
    const Size size{1920, 1080};
    EXPECT_EQ(plan_tiles({128, 8, 4}, size).count(), 170);
    EXPECT_EQ(plan_tiles({256, 16, 8}, size).count(), 45);
    EXPECT_EQ(plan_tiles({64, 4, 2}, size).count(), 627);
    EXPECT_EQ(plan_tiles({1024, 64, 32}, size).count(), 6);
}

TEST(TilePlan, EveryPixelIsKeptByExactlyOneTileAndNoTileLeavesThePaddedPicture) {
    for (const Size size : {Size{1, 1}, Size{7, 5}, Size{16, 300}, Size{240, 241}}) {
        const TilePlan plan = plan_tiles({64, 4, 2}, size);
        std::vector<int> kept(static_cast<std::size_t>(size.width * size.height));
        for (int i = 0; i < plan.count(); ++i) {
            const Rect part = plan.part(i);
            EXPECT_LE(part.x + part.width, plan.padded.width);
            EXPECT_LE(part.y + part.height, plan.padded.height);
            for (int y = part.y + plan.overlap; y < part.y + part.height - plan.overlap; ++y)
                for (int x = part.x + plan.overlap; x < part.x + part.width - plan.overlap; ++x) {
                    const int px = x - plan.origin(), py = y - plan.origin();
                    if (px >= 0 && py >= 0 && px < size.width && py < size.height) ++kept[static_cast<std::size_t>(py * size.width + px)];
                }
        }
        for (const int times : kept) ASSERT_EQ(times, 1) << size.width << "x" << size.height;
    }
}

}  // namespace
}  // namespace mien
