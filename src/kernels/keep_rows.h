// The host's own way of keeping unchanged samples: every pixel is compared once, then whole rows of planes choose.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels/colour.h"

namespace mien::kernels {

/// The same bytes as the plain body of keep_unchanged, for host memory and layouts with three planes of one sample per pixel or chroma site (false otherwise:
/// nothing was done). Thread-safety: any thread (row buffers are the thread's own).
template <class T> bool keep_rows(View<const T> before, View<const T> after, Rect region, const Planes<const T>& original, const Planes<T>& planes);

}  // namespace mien::kernels
