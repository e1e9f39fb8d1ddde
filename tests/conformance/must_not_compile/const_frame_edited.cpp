// A frame that is only lent cannot be painted.
// SPDX-License-Identifier: Apache-2.0
#include "image/frame.h"

#ifdef WRONG
void paint(const mien::Frame& frame) { frame.edit<std::uint8_t>(0).at(0, 0) = 1; }
#else
void paint(mien::Frame& frame) { frame.edit<std::uint8_t>(0).at(0, 0) = 1; }
#endif
