// Where an XMP packet goes in a film.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

namespace mien {

/// The top-level `uuid` box that holds XMP in MP4 and MOV files (XMP specification part 3, 1.2.8).
std::vector<std::byte> xmp_box(std::string_view xmp);

}  // namespace mien
