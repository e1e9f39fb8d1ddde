// Where an XMP packet goes in a film, and where it goes when there is no place for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mien {

/// The top-level `uuid` box that holds XMP in MP4 and MOV files (XMP specification part 3, 1.2.8).
std::vector<std::byte> xmp_box(std::string_view xmp);

/// Writes the packet to TARGET.xmp for a format (named in the sentence that comes back) that cannot hold it. Throws Error{output}.
std::string write_xmp_beside(const std::filesystem::path& target, std::string_view xmp, std::string_view format);

}  // namespace mien
