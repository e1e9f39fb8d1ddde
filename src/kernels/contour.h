// Border following: the outlines of the regions of a mask as closed chains of neighbouring pixels.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "image/view.h"
#include "kernels/stencil.h"

namespace mien::kernels {

/// Outer borders and the borders of holes, each once, every pixel of a chain next to (8 neighbours) the one before (S. Suzuki and K. Abe, "Topological
/// structural analysis of digitized binary images by border following", 1985). `inside` holds size.width x size.height bytes, 0 is outside.
std::vector<std::vector<Spot>> follow_borders(const std::vector<std::uint8_t>& inside, Size size);

}  // namespace mien::kernels
