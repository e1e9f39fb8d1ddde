// SPDX-License-Identifier: Apache-2.0
#include "image/view.h"

#include <gtest/gtest.h>

#include "image/buffer.h"

namespace mien {
namespace {

TEST(Rect, JoinAndMeet) {
    const Rect a{0, 0, 10, 10}, b{5, 5, 10, 10}, none{};
    EXPECT_EQ(join(a, b), (Rect{0, 0, 15, 15}));
    EXPECT_EQ(meet(a, b), (Rect{5, 5, 5, 5}));
    EXPECT_EQ(join(a, none), a);
    EXPECT_TRUE(meet(a, Rect{20, 20, 5, 5}).empty());
}

TEST(Affine, InverseUndoesAndChainComposes) {
    const Affine m{1.5, -0.4, 12, 0.4, 1.5, -7};
    const Point p{33, -4};
    const Point back = invert(m)(m(p));
    EXPECT_NEAR(back.x, p.x, 1e-12);
    EXPECT_NEAR(back.y, p.y, 1e-12);
    const Affine shift{1, 0, 3, 0, 1, 4};
    const Point both = chain(m, shift)(p), steps = shift(m(p));
    EXPECT_NEAR(both.x, steps.x, 1e-12);
    EXPECT_NEAR(both.y, steps.y, 1e-12);
    const Affine flat{0, 0, 1, 0, 0, 1};
    EXPECT_EQ(invert(flat).a, 0);
}

TEST(View, PartsAndNegativePitch) {
    Picture<std::uint8_t> picture(host_queue(), {8, 4}, 3);
    const View<std::uint8_t> view = picture.view();
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 8; ++x) view.at(x, y, 1) = static_cast<std::uint8_t>(10 * y + x);
    EXPECT_EQ(view.part({2, 1, 3, 2}).at(1, 1, 1), 23);
    const View<std::uint8_t> flipped{view.row(3), view.size, -view.pitch, 3};
    EXPECT_EQ(flipped.at(5, 0, 1), 35);
    EXPECT_EQ(flipped.part({4, 2, 2, 2}).at(0, 1, 1), 4);
}

}  // namespace
}  // namespace mien
