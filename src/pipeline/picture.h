// Between film frames and what analysis and processors look at: RGB as shown, whole or in part, and back into the film's planes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "image/buffer.h"
#include "image/frame.h"
#include "image/queue.h"
#include "pipeline/processor.h"

namespace mien {

/// Buffers of one thread for the functions below; they grow to the film's size, then stay. Thread-safety: one thread at a time.
struct PictureScratch {
    Picture<std::uint8_t> rgb8, turned8, analysed8, straight8, before8;
    Picture<std::uint16_t> rgb16, turned16, straight16, before16;
};

/// The whole frame as 8-bit RGB as shown. The view lives in the scratch until its next use.
View<const std::uint8_t> analysed_picture(Queue&, const Frame&, int rotation, PictureScratch&);

/// The region (as shown) of a frame as a canvas; it grows to whole chroma samples. The canvas lives in the scratch until its next use.
Canvas open_canvas(Queue&, const Frame&, int rotation, Rect region, PictureScratch&);
/// Writes what changed inside canvas.touched into the frame's own planes (copy on write); samples whose pixels are as they were keep their bytes.
void close_canvas(Queue&, const Canvas&, int rotation, PictureScratch&, Frame&);

/// Every plane resized to the plane sizes of a frame of `size`.
Frame resize_frame(Queue&, const Frame&, Size size);

}  // namespace mien
