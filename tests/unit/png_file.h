// PNG files as the tests of several rooms read them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <png.h>

#include <cstdint>
#include <filesystem>
#include <vector>

#include "image/buffer.h"
#include "kernels/geometry.h"

namespace mien::png_file {

/// Three channels, rows without padding.
struct Samples {
    Size size;
    std::vector<std::uint8_t> values;
};
/// Empty when the file cannot be read. format: PNG_FORMAT_RGB or PNG_FORMAT_BGR.
inline Samples read_samples(const std::filesystem::path& file, png_uint_32 format) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    Samples read;
    if (!std::filesystem::exists(file) || png_image_begin_read_from_file(&image, file.c_str()) == 0) return read;
    image.format = format;
    read.values.resize(PNG_IMAGE_SIZE(image));
    if (png_image_finish_read(&image, nullptr, read.values.data(), 0, nullptr) == 0) return {};
    read.size = {static_cast<int>(image.width), static_cast<int>(image.height)};
    return read;
}

/// RGB; a picture without data when the file cannot be read.
inline Picture<std::uint8_t> read_picture(const std::filesystem::path& file) {
    const Samples read = read_samples(file, PNG_FORMAT_RGB);
    if (read.values.empty()) return {};
    Picture<std::uint8_t> picture(host_queue(), read.size, 3);
    kernels::copy<std::uint8_t>(host_queue(), {read.values.data(), read.size, static_cast<std::ptrdiff_t>(read.size.width) * 3, 3, Place::host}, picture.view());
    return picture;
}

}  // namespace mien::png_file
