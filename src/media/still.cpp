// SPDX-License-Identifier: Apache-2.0
#include "media/still.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstring>
#include <fstream>

#include "base/digest.h"
#include "base/error.h"
#include "media/convert.h"
#include "media/ffmpeg.h"
#include "media/part_file.h"
#include "media/provenance.h"
#include "media/still_codecs.h"

namespace mien {
namespace {
struct ReadRow {
    std::string_view format;
    Still (*read)(ByteView);
};
constexpr std::array<ReadRow, 5> readers{{{"png", read_png}, {"jpeg", read_jpeg}, {"webp", read_webp}, {"bmp", read_bmp}, {"tiff", read_tiff}}};

struct WriteRow {
    std::string_view extension, format;
    Bytes (*write)(const Frame&, const StillOptions&);
    bool alpha, deep, xmp, grey = false;
};
constexpr std::array<WriteRow, 5> writers{{
    {"png", "PNG", write_png, true, true, true, true},
    {"jpg", "JPEG", write_jpeg, false, false, true},
    {"jpeg", "JPEG", write_jpeg, false, false, true},
    {"webp", "WebP", write_webp, true, false, true},
    {"bmp", "BMP", write_bmp, true, false, false},
}};

Bytes read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : -1;
    if (size < 0) throw Error(Code::bad_input, fmt::format("cannot open {}: {}", av::shown(path), std::strerror(errno)));
    Bytes bytes(static_cast<std::size_t>(size));
    file.seekg(0);
    file.read(reinterpret_cast<char*>(bytes.data()), size);
    if (file.gcount() != size) throw Error(Code::bad_input, fmt::format("cannot read {}: {}", av::shown(path), std::strerror(errno)));
    return bytes;
}

const WriteRow& row_of(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    if (!extension.empty()) extension.erase(0, 1);
    std::ranges::transform(extension, extension.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const auto* const row = std::ranges::find(writers, extension, &WriteRow::extension);
    if (row == writers.end()) throw Error(Code::usage, fmt::format("a picture cannot be written as \"{}\": name the output with one of png jpg jpeg webp bmp", av::shown(extension)));
    return *row;
}

// The picture as its format can hold it: grey where that is known, interleaved RGB, alpha and 16 bits where there is room.
Frame fitted(const Frame& frame, const WriteRow& row, std::vector<std::string>& remarks) {
    const Format& format = frame.format();
    if (row.grey && format.layout == Layout::gray && (format.depth == 8 || format.depth == 16)) return frame;
    const bool alpha = format.alpha || format.layout == Layout::rgba;
    if (alpha && !row.alpha) remarks.push_back(fmt::format("alpha is not kept by {}", row.format));
    if (format.depth > 8 && !row.deep) remarks.push_back(fmt::format("{} keeps 8 of {} bits", row.format, format.depth));
    return convert(frame, {alpha && row.alpha ? Layout::rgba : Layout::rgb, format.depth > 8 && row.deep ? 16 : 8, false});
}
}  // namespace

std::string_view still_format(std::string_view head) noexcept {
    const auto starts = [&](std::string_view mark) { return head.substr(0, mark.size()) == mark; };
    if (starts("\x89PNG\r\n\x1a\n")) return "png";
    if (starts("\xFF\xD8\xFF")) return "jpeg";
    if (starts("RIFF") && head.size() >= 12 && head.substr(8, 4) == "WEBP") return "webp";
    if (starts("BM")) return "bmp";
    if (starts(std::string_view("II*\0", 4)) || starts(std::string_view("MM\0*", 4))) return "tiff";
    return {};
}

Size checked_size(std::uint64_t width, std::uint64_t height) {
    if (width == 0 || height == 0) throw Error(Code::bad_input, "it has no size");
    if (width > most_pixels || height > most_pixels || width * height > most_pixels)
        throw Error(Code::bad_input, fmt::format("it claims {} x {} pixels, more than the limit of 2^28", width, height));
    return {static_cast<int>(width), static_cast<int>(height)};
}

Still read_still(const std::filesystem::path& path) {
    const std::string_view format = still_format(av::check_readable(path));
    const auto* const row = std::ranges::find(readers, format, &ReadRow::format);
    if (row == readers.end()) throw Error(Code::bad_input, fmt::format("{} is no picture of a kind that can be read: png jpeg webp bmp tiff", av::shown(path)));
    const Bytes bytes = read_file(path);
    try {
        Still still = row->read(bytes);
        still.format = format;
        still.frame.colour = {0, 1, 13, 0, true};  // RGB, BT.709 primaries, sRGB curve
        still.frame.key = true;
        return still;
    } catch (const Error& error) {
        throw Error(error.code(), fmt::format("the {} picture {} cannot be read: {}", format, av::shown(path), error.what()));
    }
}

std::vector<std::byte> encode_still(std::string_view extension, const Frame& frame, const StillOptions& options) {
    const WriteRow& row = row_of(fmt::format("picture.{}", extension));
    std::vector<std::string> remarks;
    return row.write(fitted(frame, row, remarks), options);
}

std::vector<std::string> write_still(const std::filesystem::path& path, const Frame& frame, const StillOptions& options, const BeforeStillNamed& before_named) {
    const WriteRow& row = row_of(path);
    if (options.quality < 0 || options.quality > 100) throw Error(Code::usage, fmt::format("the picture quality {} is out of range: 0 to 100", options.quality));
    std::vector<std::string> remarks;
    const Frame picture = fitted(frame, row, remarks);
    if (options.even == 1 && (picture.size().width % 2 != 0 || picture.size().height % 2 != 0))
        throw Error(Code::internal, "even sizes were asked for, and the picture was not resized before it was written");
    PartFile part(path);
    part.append(row.write(picture, options));
    if (!row.xmp && !options.xmp.empty()) remarks.push_back(write_xmp_beside(path, options.xmp, row.format));
    part.keep([&](const std::filesystem::path& whole) {
        if (before_named) before_named(whole, remarks);
    });
    return remarks;
}

}  // namespace mien
