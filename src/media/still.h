// Still pictures in and out.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "image/frame.h"

namespace mien {

/// A picture as rgb or rgba, 8 or 16 bit (grey, palette and CMYK are promoted; EXIF orientation is applied).
struct Still {
    Frame frame;
    std::string format;               ///< "png" "jpeg" "webp" "bmp" "tiff"
    std::vector<std::byte> icc;       ///< colour profile, passed on
    std::vector<std::string> remarks; ///< "animated: first picture taken" ...
};
/// By content, not by name. JPEG through libjpeg-turbo's default settings. Throws Error{bad_input}.
Still read_still(const std::filesystem::path&);

struct StillOptions {
    int quality = 80;                 ///< 0..100: JPEG and WebP
    bool lossless = false;            ///< WebP
    std::string xmp;                  ///< provenance packet; every written format can hold it except BMP (then a sidecar .xmp is written)
    std::vector<std::byte> icc;
    int even = 0;                     ///< 1: the picture must have FaceFusion's even sizes (round half to even of w/2, times 2): the pipeline resizes, the writer only checks
};
/// Called as PartFile's BeforeNamed, with the remarks that write_still returns.
using BeforeStillNamed = std::function<void(const std::filesystem::path& whole, const std::vector<std::string>& remarks)>;

/// The format follows the extension: png jpg jpeg webp bmp. Temporary name, renamed when whole. Returns remarks ("alpha is not kept by JPEG").
/// Throws Error{output}, Error{usage} for an extension that cannot be written.
std::vector<std::string> write_still(const std::filesystem::path&, const Frame&, const StillOptions&, const BeforeStillNamed& = {});
/// The same as bytes, for a page or another file that holds it. `extension`: png jpg webp. Throws Error{usage}.
std::vector<std::byte> encode_still(std::string_view extension, const Frame&, const StillOptions&);

/// FaceFusion's quality of still pictures as {option, value} ("q:v"), for receipts and comparisons; mien's own writers use `quality` as it is.
std::pair<std::string, std::string> image_quality_option(std::string_view extension, int quality);
/// FaceFusion's sizes of whole files: scaled, fractions dropped, then half of it rounded half to even, times two.
Size even_size(Size, double scale = 1) noexcept;

}  // namespace mien
