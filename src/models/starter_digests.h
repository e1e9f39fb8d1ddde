// SHA-256 of the starter networks in assets/starter; written by tools/train/adopt.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string_view>
#include <utility>

namespace mien {

inline constexpr std::array<std::pair<std::string_view, std::string_view>, 0> starter_digests{};

}  // namespace mien
