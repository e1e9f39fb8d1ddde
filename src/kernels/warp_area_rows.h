// The host's own way through area warps: four output pixels at a time, every sample of theirs in vector registers.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels/geometry.h"

namespace mien::kernels {

/// The same bytes as the plain body of warp_affine_area with density x density samples per pixel, for host memory and 3 channels (false otherwise:
/// nothing was done). Thread-safety: any thread.
template <class T> bool warp_area_rows(View<const T> in, const Affine& out_to_in, Border, int density, View<T> out);

}  // namespace mien::kernels
