// Pictures and frames of clips as the reference saw them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <map>
#include <vector>

#include "image/frame.h"

namespace mien::parity {

/// An RGB picture; alpha, if any, is dropped.
Frame read_picture(const std::filesystem::path&);
/// How the reference gets frames out of clips: a seek of its capture library (default matrix), or its frame extraction (the matrix the clip is tagged with).
enum class ClipWay : std::uint8_t { capture, extraction };
/// Frames [first, first + count) of a clip as RGB through libswscale with default flags, scaled to `size` (0: the clip's own).
std::vector<Frame> read_clip(const std::filesystem::path&, std::int64_t first, std::int64_t count, ClipWay, Size size = {});
/// Average frames per second the container says; 0 when it does not.
double clip_rate(const std::filesystem::path&);
/// libswscale's bicubic from RGB to RGB: how the reference brings a picture to even sizes.
Frame scale_picture(const Frame&, Size);
/// CRC-32 over the samples in blue, green, red order.
std::uint32_t picture_crc(View<const std::uint8_t> rgb);

}  // namespace mien::parity
