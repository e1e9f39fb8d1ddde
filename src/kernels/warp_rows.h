// The host's own way through affine warps: coordinates of a whole row at once, pixels well inside the picture without questions.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels/geometry.h"

namespace mien::kernels {

/// The same bytes as the plain bodies of warp_affine, for host memory and 1 or 3 channels (false otherwise: nothing was done).
template <class T> bool warp_rows(View<const T> in, const Affine& out_to_in, Border, Sampling, View<T> out);

}  // namespace mien::kernels
