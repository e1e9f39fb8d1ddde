// Keeping a film's own samples where a processor changed nothing: going to RGB and back alone may move a sample by one level.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "image/queue.h"
#include "image/view.h"
#include "kernels/colour.h"

namespace mien::kernels {

/// For every sample of `region` whose pixels are equal in `before` and `after` (RGB of that region), puts the sample of `original` back into `planes`. A chroma
/// sample stands for its block of pixels and the column left of it. Alpha is not touched. T: u8, u16.
template <class T> void keep_unchanged(Queue&, View<const T> before, View<const T> after, Rect region, const Planes<const T>& original, const Planes<T>& planes);

}  // namespace mien::kernels
