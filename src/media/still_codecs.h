// The coders of still pictures, one pair per format, and how a format is told by a file's first bytes; for the files of this folder only.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "media/still.h"

namespace mien {

/// "png" "jpeg" "webp" "bmp" "tiff", or empty for anything else. Needs 12 bytes.
std::string_view still_format(std::string_view head) noexcept;

using Bytes = std::vector<std::byte>;
using ByteView = std::span<const std::byte>;

inline constexpr std::uint64_t most_pixels = std::uint64_t{1} << 28;
/// Throws Error{bad_input} for sizes of nothing, and for more than most_pixels: a small file can claim any size.
Size checked_size(std::uint64_t width, std::uint64_t height);
/// 1..8 as EXIF orders them, from a TIFF-structured block ("Exif\0\0" in front is skipped); 1 when it says nothing.
int exif_orientation(ByteView) noexcept;
/// An interleaved picture turned as its EXIF orientation asks.
Frame upright(const Frame&, int orientation);

// Readers throw Error{bad_input} with a clause that starts with "it", which read_still completes with the file's name.
Still read_png(ByteView);
Still read_jpeg(ByteView);
Still read_webp(ByteView);
Still read_bmp(ByteView);
Still read_tiff(ByteView);

// Writers take rgb or rgba, 8 or 16 bit, whatever the format can hold (see write_still, which prepares the picture).
Bytes write_png(const Frame&, const StillOptions&);
Bytes write_jpeg(const Frame&, const StillOptions&);
Bytes write_webp(const Frame&, const StillOptions&);
Bytes write_bmp(const Frame&, const StillOptions&);

}  // namespace mien
