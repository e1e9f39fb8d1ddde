// Pictures of files, for the tests of this room.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <png.h>

#include <filesystem>

#include "image/buffer.h"

namespace mien::test_pictures {

/// RGB; an empty picture when the file cannot be read.
inline Picture<std::uint8_t> read_png(const std::filesystem::path& file) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (!std::filesystem::exists(file) || png_image_begin_read_from_file(&image, file.c_str()) == 0) return {};
    image.format = PNG_FORMAT_RGB;
    Picture<std::uint8_t> picture(host_queue(), {static_cast<int>(image.width), static_cast<int>(image.height)}, 3);
    if (png_image_finish_read(&image, nullptr, picture.view().data, static_cast<png_int_32>(picture.view().pitch), nullptr) == 0) return {};
    return picture;
}

}  // namespace mien::test_pictures
