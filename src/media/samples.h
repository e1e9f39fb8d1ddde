// Sample formats: FFmpeg's pictures as Frames without a copy where the layouts agree, and Frames as FFmpeg's pictures.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "image/frame.h"
#include "media/ffmpeg.h"

namespace mien::av {

/// What a decoder's pixel format becomes. Formats outside the table of Layouts are unpacked without loss (interleaved chroma, palettes,
/// byte orders, 4:1:1 by repeating chroma); empty for those that have no such place (floating point, Bayer, hardware).
std::optional<Format> format_of(AVPixelFormat) noexcept;
/// The pixel format that holds a Format's planes as they are; AV_PIX_FMT_NONE when FFmpeg has none.
AVPixelFormat pixel_format(const Format&) noexcept;
/// Shares the picture's planes when the layouts agree, unpacks otherwise. Sets colour and key, not times.
Frame wrap(Picture);
/// A picture that shares the frame's planes; the frame stays alive as long as FFmpeg needs it. Sets colour, not times.
Picture share(const Frame&);
Colour colour_of(const AVFrame&) noexcept;
Colour colour_of(const AVCodecParameters&) noexcept;

}  // namespace mien::av
