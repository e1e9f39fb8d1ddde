// The host's own way through area warps that neither turn nor shear: columns and rows apart.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels/geometry.h"

namespace mien::kernels {

/// The same bytes as the plain body of warp_affine_area with density x density samples per pixel, for host memory, 3 channels and maps without b and d
/// (false otherwise: nothing was done). Thread-safety: any thread (row buffers are the thread's own).
template <class T> bool warp_upright_rows(View<const T> in, const Affine& out_to_in, Border, int density, View<T> out);

}  // namespace mien::kernels
