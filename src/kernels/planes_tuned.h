// Film planes to RGB and back for 8-bit films on the host: rows in vector registers, the same bytes as the plain bodies of planes.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "image/view.h"
#include "kernels/colour.h"
#include "kernels/planes_math.h"

namespace mien::kernels {

/// Layouts with chroma planes. Thread-safety: any thread (row buffers are the thread's own).
void to_rgb_rows(const Planes<const std::uint8_t>&, const ToRgb<std::uint8_t>&, ChromaSites, Rect region, View<std::uint8_t> rgb);
/// `region` starts at a whole chroma sample.
void from_rgb_rows(View<const std::uint8_t> rgb, const FromRgb<std::uint8_t>&, ChromaSites, Rect region, const Planes<std::uint8_t>&);

}  // namespace mien::kernels
