// Pose and expression of a portrait network: rotation matrices, and the limits beyond which faces break.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <span>

namespace mien {

/// Degrees, as LivePortrait's motion extractor gives them.
struct PortraitAngles {
    double pitch = 0, yaw = 0, roll = 0;
    friend bool operator==(const PortraitAngles&, const PortraitAngles&) = default;
};
/// Row-major 3 x 3: about z by roll, after about y by yaw, after about x by pitch.
std::array<double, 9> rotation_matrix(PortraitAngles) noexcept;

/// `wanted` held within pitch +-30, yaw +-60, roll +-20; a limit that the portrait itself already passes is moved out to the portrait's own angle, on its side only.
PortraitAngles limit_angles(PortraitAngles own, PortraitAngles wanted) noexcept;

/// 21 implicit points times x y z, in LivePortrait's order.
using PortraitExpression = std::array<float, 63>;
/// Every coordinate held within the range the network was trained on.
PortraitExpression limit_expression(const PortraitExpression&) noexcept;

}  // namespace mien
