// SPDX-License-Identifier: Apache-2.0
#include "face/portrait_pose.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mien {
namespace {

TEST(PortraitPose, NoAngleIsNoRotation) {
    const std::array<double, 9> identity{1, 0, 0, 0, 1, 0, 0, 0, 1};
    EXPECT_EQ(rotation_matrix({}), identity);
}

TEST(PortraitPose, RotationsKeepLengthsAndOrderMatters) {
    const std::array<double, 9> m = rotation_matrix({30, -50, 20});
    for (int row = 0; row < 3; ++row)
        for (int other = 0; other < 3; ++other) {
            double dot = 0;
            for (int k = 0; k < 3; ++k) dot += m[static_cast<std::size_t>(row * 3 + k)] * m[static_cast<std::size_t>(other * 3 + k)];
            EXPECT_NEAR(dot, row == other ? 1 : 0, 1e-12);
        }
    // Pitch first: a quarter turn about x, then about z, takes y to z.
    const std::array<double, 9> turned = rotation_matrix({90, 0, 90});
    EXPECT_NEAR(turned[7], 1, 1e-12);
}

TEST(PortraitPose, LimitsAreMovedOutOnTheSideOfTheOwnAngleOnly) {
    EXPECT_EQ(limit_angles({0, 0, 0}, {90, -90, 90}), (PortraitAngles{30, -60, 20}));
    EXPECT_EQ(limit_angles({-45, 0, 0}, {-90, 0, 0}).pitch, -45);
    EXPECT_EQ(limit_angles({-45, 0, 0}, {90, 0, 0}).pitch, 30);
}

TEST(PortraitPose, ExpressionsInsideTheLimitsStay) {
    const PortraitExpression calm{};
    EXPECT_EQ(limit_expression(calm), calm);
    PortraitExpression wild;
    wild.fill(1e9f);
    const PortraitExpression limited = limit_expression(wild);
    for (const float value : limited) EXPECT_LT(value, 0.2f);
    EXPECT_EQ(limit_expression(limited), limited);
}

}  // namespace
}  // namespace mien
