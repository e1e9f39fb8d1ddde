// SPDX-License-Identifier: Apache-2.0
#include <png.h>

#include <algorithm>
#include <bit>
#include <csetjmp>
#include <cstring>

#include "base/digest.h"
#include "base/error.h"
#include "media/still_codecs.h"

namespace mien {
namespace {
struct Source {
    ByteView bytes;
    std::size_t at = 0;
};

[[noreturn]] void on_error(png_structp png, png_const_charp text) {
    // The library is C: an exception must not pass through it, so the text is kept and control jumps to the caller below.
    auto& message = *static_cast<std::string*>(png_get_error_ptr(png));
    message = text;
    png_longjmp(png, 1);
}
void on_warning(png_structp, png_const_charp) {}

void read_bytes(png_structp png, png_bytep to, std::size_t count) {
    auto& source = *static_cast<Source*>(png_get_io_ptr(png));
    if (source.bytes.size() - source.at < count) png_error(png, "the file is truncated");
    std::memcpy(to, source.bytes.data() + source.at, count);
    source.at += count;
}
void write_bytes(png_structp png, png_bytep from, std::size_t count) {
    auto& out = *static_cast<Bytes*>(png_get_io_ptr(png));
    const auto* const bytes = reinterpret_cast<const std::byte*>(from);
    out.insert(out.end(), bytes, bytes + count);
}
void flush_bytes(png_structp) {}

struct Decoding {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::string message;
    Source source;
    Still still;
    bool cut = false;
    int orientation = 1;
    std::vector<png_bytep> rows;
    ~Decoding() { png_destroy_read_struct(&png, &info, nullptr); }
};

// Everything becomes rgb or rgba with 8 or 16 bits in the machine's order.
void set_promotions(Decoding& work) {
    png_set_expand(work.png);
    png_set_gray_to_rgb(work.png);
    if constexpr (std::endian::native == std::endian::little) png_set_swap(work.png);
    png_set_interlace_handling(work.png);
    png_read_update_info(work.png, work.info);
}

void read_profile(Decoding& work) {
    png_charp name = nullptr;
    png_bytep profile = nullptr;
    png_uint_32 length = 0;
    int kind = 0;
    if (png_get_iCCP(work.png, work.info, &name, &kind, &profile, &length) == PNG_INFO_iCCP)
        work.still.icc.assign(reinterpret_cast<std::byte*>(profile), reinterpret_cast<std::byte*>(profile) + length);
}

void read_orientation(Decoding& work) {
#ifdef PNG_eXIf_SUPPORTED
    png_bytep exif = nullptr;
    png_uint_32 length = 0;
    if (png_get_eXIf_1(work.png, work.info, &length, &exif) == PNG_INFO_eXIf) work.orientation = exif_orientation({reinterpret_cast<std::byte*>(exif), length});
#endif
}

void prepare_rows(Decoding& work) {
    const Size size = checked_size(png_get_image_width(work.png, work.info), png_get_image_height(work.png, work.info));
    const bool alpha = (png_get_color_type(work.png, work.info) & PNG_COLOR_MASK_ALPHA) != 0;
    work.still.frame = Frame({alpha ? Layout::rgba : Layout::rgb, png_get_bit_depth(work.png, work.info) == 16 ? 16 : 8, false}, size);
    const View<std::uint8_t> plane = work.still.frame.edit<std::uint8_t>(0);
    for (int y = 0; y < size.height; ++y) {
        work.rows.push_back(reinterpret_cast<png_bytep>(plane.data) + y * plane.pitch);
        std::memset(work.rows.back(), 0, png_get_rowbytes(work.png, work.info));
    }
}

enum class Step : std::uint8_t { header, pixels };
// setjmp lives in a function whose locals are not touched afterwards.
bool attempt(Decoding& work, Step step) {
    if (setjmp(png_jmpbuf(work.png))) return false;
    if (step == Step::header) {
        png_read_info(work.png, work.info);
        set_promotions(work);
    } else {
        png_read_image(work.png, work.rows.data());
        png_read_end(work.png, work.info);
    }
    return true;
}

bool is_animated(ByteView bytes) {
    constexpr std::string_view mark = "acTL";
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), std::min<std::size_t>(bytes.size(), 4096));
    return text.find(mark) != std::string_view::npos && text.find(mark) < text.find("IDAT");
}

struct Encoding {
    png_structp png = nullptr;
    png_infop info = nullptr;
    std::string message;
    Bytes out;
    std::vector<png_bytep> rows;
    ~Encoding() { png_destroy_write_struct(&png, &info); }
};

bool attempt_write(Encoding& work, const Frame& frame, const StillOptions& options) {
    const bool alpha = frame.format().layout == Layout::rgba;
    png_text text{};
    if (setjmp(png_jmpbuf(work.png))) return false;
    png_set_write_fn(work.png, &work.out, write_bytes, flush_bytes);
    png_set_IHDR(work.png, work.info, static_cast<png_uint_32>(frame.size().width), static_cast<png_uint_32>(frame.size().height), frame.format().depth > 8 ? 16 : 8,
                 alpha ? PNG_COLOR_TYPE_RGB_ALPHA : frame.format().layout == Layout::gray ? PNG_COLOR_TYPE_GRAY : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    // A profile that libpng dislikes (old sRGB ones among them) is no reason to lose the picture.
    png_set_benign_errors(work.png, 1);
    if (!options.icc.empty())
        png_set_iCCP(work.png, work.info, "icc", PNG_COMPRESSION_TYPE_BASE, reinterpret_cast<png_const_bytep>(options.icc.data()), static_cast<png_uint_32>(options.icc.size()));
    if (!options.xmp.empty()) {
        text.compression = PNG_ITXT_COMPRESSION_NONE;
        text.key = const_cast<char*>("XML:com.adobe.xmp");
        text.text = const_cast<char*>(options.xmp.c_str());
        text.itxt_length = options.xmp.size();
        png_set_text(work.png, work.info, &text, 1);
    }
    png_write_info(work.png, work.info);
    if (frame.format().depth > 8 && std::endian::native == std::endian::little) png_set_swap(work.png);
    png_write_image(work.png, work.rows.data());
    png_write_end(work.png, work.info);
    return true;
}
}  // namespace

Still read_png(ByteView bytes) {
    Decoding work;
    work.source.bytes = bytes;
    work.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &work.message, on_error, on_warning);
    work.info = work.png ? png_create_info_struct(work.png) : nullptr;
    if (!work.info) throw Error(Code::out_of_memory, "no memory for a PNG picture");
    png_set_read_fn(work.png, &work.source, read_bytes);
    png_set_user_limits(work.png, 0x7fffffff, 0x7fffffff);
    // Wrong checksums of side chunks lose only the chunk.
    png_set_crc_action(work.png, PNG_CRC_DEFAULT, PNG_CRC_WARN_DISCARD);
    if (!attempt(work, Step::header)) throw Error(Code::bad_input, "it is damaged: " + work.message);
    prepare_rows(work);
    read_profile(work);
    if (!attempt(work, Step::pixels)) throw Error(Code::bad_input, "it is damaged: " + work.message);
    read_orientation(work);
    work.still.frame = upright(work.still.frame, work.orientation);
    if (is_animated(bytes)) work.still.remarks.push_back("animated: first picture taken");
    return std::move(work.still);
}

Bytes write_png(const Frame& frame, const StillOptions& options) {
    Encoding work;
    work.png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &work.message, on_error, on_warning);
    work.info = work.png ? png_create_info_struct(work.png) : nullptr;
    if (!work.info) throw Error(Code::out_of_memory, "no memory for a PNG picture");
    png_set_user_limits(work.png, 0x7fffffff, 0x7fffffff);
    const View<const std::uint8_t> plane = frame.plane<std::uint8_t>(0);
    for (int y = 0; y < frame.size().height; ++y) work.rows.push_back(const_cast<png_bytep>(reinterpret_cast<const std::uint8_t*>(plane.data) + y * plane.pitch));
    if (!attempt_write(work, frame, options)) throw Error(Code::output, "the PNG picture cannot be made: " + work.message);
    return std::move(work.out);
}

}  // namespace mien
