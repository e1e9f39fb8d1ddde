// How pictures are brought to the square inputs of networks: shrunk to fit, or centred between bars.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "image/view.h"

namespace mien {

/// The largest size of the same aspect inside edge x edge, fractions dropped but never the last pixel; a picture that fits already keeps its size. (FaceFusion's detectors.)
Size shrink_to_fit(Size, int edge) noexcept;
/// Where the picture lies in an edge x edge canvas: scaled up or down to touch two sides, fractions dropped but never the last pixel, centred. (FaceFusion's content gate.)
Rect letterbox(Size, int edge) noexcept;

}  // namespace mien
