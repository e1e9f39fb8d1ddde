// Eight floats side by side, for hand-tuned host variants; each lane rounds as a single float does.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstring>

namespace mien::kernels {

using Floats8 = float __attribute__((vector_size(32)));

inline Floats8 load8(const float* from) {
    Floats8 value;
    std::memcpy(&value, from, sizeof value);
    return value;
}
inline void store8(float* to, Floats8 value) { std::memcpy(to, &value, sizeof value); }

}  // namespace mien::kernels
