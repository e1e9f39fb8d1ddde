// SPDX-License-Identifier: Apache-2.0
#include "pipeline/rotate.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Rotate, RegionsGoBothWays) {
    const Size stored{40, 30};
    for (const int rotation : {0, 90, 180, 270}) {
        const Size shown = shown_size(stored, rotation);
        const Rect part{3, 5, 8, 6};
        const Rect there = stored_region(part, stored, rotation);
        EXPECT_EQ(shown_region(there, stored, rotation), part) << rotation;
        EXPECT_EQ(stored_region({0, 0, shown.width, shown.height}, stored, rotation), (Rect{0, 0, 40, 30})) << rotation;
    }
    // A quarter turn clockwise shows the stored bottom left corner at the top left.
    EXPECT_EQ(stored_region({0, 0, 1, 1}, stored, 90), (Rect{0, 29, 1, 1}));
}

}  // namespace
}  // namespace mien
