// Pasting on the host with positions four at a time and the channels of a pixel in one register: the same bytes as the plain body.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "kernels/composite_body.h"

namespace mien::kernels {

/// Three-channel crops and pictures. Thread-safety: any thread, one per picture.
template <class T> void composite_rows(const Composite<T>&);

}  // namespace mien::kernels
