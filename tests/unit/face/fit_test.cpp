// SPDX-License-Identifier: Apache-2.0
#include "face/fit.h"

#include <gtest/gtest.h>

namespace mien {
namespace {

TEST(Fit, ShrinksAndNeverEnlarges) {
    EXPECT_EQ(shrink_to_fit({1920, 1080}, 640), (Size{640, 360}));
    EXPECT_EQ(shrink_to_fit({142, 1868}, 640), (Size{48, 640}));
    EXPECT_EQ(shrink_to_fit({7, 5}, 640), (Size{7, 5}));
}

TEST(Fit, TheThinnestPictureKeepsAPixel) {
    EXPECT_EQ(shrink_to_fit({4000, 3}, 160), (Size{160, 1}));
    EXPECT_EQ(letterbox({1, 4000}, 448), (Rect{223, 0, 1, 448}));
}

TEST(Fit, LetterboxTouchesTwoSidesAndIsCentred) {
    EXPECT_EQ(letterbox({334, 585}, 448), (Rect{96, 0, 255, 448}));
    EXPECT_EQ(letterbox({4025, 1295}, 448), (Rect{0, 152, 448, 144}));
}

}  // namespace
}  // namespace mien
