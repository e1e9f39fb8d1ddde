// SPDX-License-Identifier: Apache-2.0
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>

#include <jpeglib.h>

#include "base/error.h"
#include "media/still_codecs.h"

namespace mien {
namespace {
struct Failure {
    jpeg_error_mgr base;
    std::jmp_buf jump;
    char text[JMSG_LENGTH_MAX];
};
[[noreturn]] void on_error(j_common_ptr codec) {
    // The library is C: an exception must not pass through it, so the text is kept and control jumps to the caller below.
    auto* const failure = reinterpret_cast<Failure*>(codec->err);
    codec->err->format_message(codec, failure->text);
    std::longjmp(failure->jump, 1);
}
void on_message(j_common_ptr) {}

jpeg_error_mgr* prepare(Failure& failure) {
    jpeg_std_error(&failure.base);
    failure.base.error_exit = on_error;
    failure.base.output_message = on_message;
    failure.text[0] = '\0';
    return &failure.base;
}

struct Decoding {
    jpeg_decompress_struct codec{};
    Failure failure{};
    ByteView bytes;
    Still still;
    std::vector<std::uint8_t> line;  // of a CMYK picture
    JOCTET* profile = nullptr;
    unsigned profile_bytes = 0;
    int orientation = 1;
    bool created = false;
    ~Decoding() {
        std::free(profile);
        if (created) jpeg_destroy_decompress(&codec);
    }
};

int orientation_of(const jpeg_decompress_struct& codec) {
    for (const jpeg_marker_struct* marker = codec.marker_list; marker; marker = marker->next)
        if (marker->marker == JPEG_APP0 + 1 && marker->data_length > 6 && std::memcmp(marker->data, "Exif\0", 6) == 0)
            return exif_orientation({reinterpret_cast<const std::byte*>(marker->data), marker->data_length});
    return 1;
}

bool read_header(Decoding& work) {
    if (setjmp(work.failure.jump)) return false;
    jpeg_create_decompress(&work.codec);
    work.created = true;
    jpeg_mem_src(&work.codec, reinterpret_cast<const unsigned char*>(work.bytes.data()), work.bytes.size());
    jpeg_save_markers(&work.codec, JPEG_APP0 + 1, 0xFFFF);
    jpeg_save_markers(&work.codec, JPEG_APP0 + 2, 0xFFFF);
    jpeg_read_header(&work.codec, TRUE);
    const bool four = work.codec.jpeg_color_space == JCS_CMYK || work.codec.jpeg_color_space == JCS_YCCK;
    work.codec.out_color_space = four ? JCS_CMYK : JCS_RGB;
    // The markers are gone once the picture is decoded.
    work.orientation = orientation_of(work.codec);
    // The profile of an ink picture says nothing about the light made of it.
    if (!four) jpeg_read_icc_profile(&work.codec, &work.profile, &work.profile_bytes);
    return true;
}

// Adobe's files hold inverted inks; plain ones are inverted here, so that 255 means no ink for both.
void cmyk_to_rgb(const std::uint8_t* from, std::uint8_t* to, int width, bool inverted) {
    for (int x = 0; x < width; ++x) {
        int inks[4];
        for (int index = 0; index < 4; ++index) inks[index] = inverted ? from[4 * x + index] : 255 - from[4 * x + index];
        for (int index = 0; index < 3; ++index) to[3 * x + index] = static_cast<std::uint8_t>((inks[index] * inks[3] + 127) / 255);
    }
}

bool read_pixels(Decoding& work) {
    if (setjmp(work.failure.jump)) return false;
    jpeg_start_decompress(&work.codec);
    const View<std::uint8_t> plane = work.still.frame.edit<std::uint8_t>(0);
    const bool four = work.codec.out_color_space == JCS_CMYK;
    while (work.codec.output_scanline < work.codec.output_height) {
        std::uint8_t* const row = plane.row(static_cast<int>(work.codec.output_scanline));
        JSAMPROW target = four ? work.line.data() : row;
        jpeg_read_scanlines(&work.codec, &target, 1);
        if (four) cmyk_to_rgb(work.line.data(), row, plane.size.width, work.codec.saw_Adobe_marker != FALSE);
    }
    jpeg_finish_decompress(&work.codec);
    return true;
}

struct Encoding {
    jpeg_compress_struct codec{};
    Failure failure{};
    unsigned char* out = nullptr;
    unsigned long bytes = 0;
    bool created = false;
    ~Encoding() {
        if (created) jpeg_destroy_compress(&codec);
        std::free(out);
    }
};

bool write_all(Encoding& work, const Frame& frame, const StillOptions& options, const Bytes& packet) {
    if (setjmp(work.failure.jump)) return false;
    jpeg_create_compress(&work.codec);
    work.created = true;
    jpeg_mem_dest(&work.codec, &work.out, &work.bytes);
    const View<const std::uint8_t> plane = frame.plane<std::uint8_t>(0);
    work.codec.image_width = static_cast<JDIMENSION>(plane.size.width);
    work.codec.image_height = static_cast<JDIMENSION>(plane.size.height);
    work.codec.input_components = 3;
    work.codec.in_color_space = JCS_RGB;
    jpeg_set_defaults(&work.codec);
    jpeg_set_quality(&work.codec, options.quality, TRUE);
    jpeg_start_compress(&work.codec, TRUE);
    if (!packet.empty()) jpeg_write_marker(&work.codec, JPEG_APP0 + 1, reinterpret_cast<const JOCTET*>(packet.data()), static_cast<unsigned>(packet.size()));
    if (!options.icc.empty()) jpeg_write_icc_profile(&work.codec, reinterpret_cast<const JOCTET*>(options.icc.data()), static_cast<unsigned>(options.icc.size()));
    while (work.codec.next_scanline < work.codec.image_height) {
        auto* row = const_cast<JSAMPROW>(plane.row(static_cast<int>(work.codec.next_scanline)));
        jpeg_write_scanlines(&work.codec, &row, 1);
    }
    jpeg_finish_compress(&work.codec);
    return true;
}
}  // namespace

Still read_jpeg(ByteView bytes) {
    const auto work = std::make_unique<Decoding>();
    work->bytes = bytes;
    work->codec.err = prepare(work->failure);
    if (!read_header(*work)) throw Error(Code::bad_input, std::string("it is damaged: ") + work->failure.text);
    const Size size = checked_size(work->codec.image_width, work->codec.image_height);
    work->still.frame = Frame({Layout::rgb, 8, false}, size);
    const View<std::uint8_t> plane = work->still.frame.edit<std::uint8_t>(0);
    for (int y = 0; y < size.height; ++y) std::memset(plane.row(y), 0, static_cast<std::size_t>(size.width) * 3);
    if (work->codec.out_color_space == JCS_CMYK) {
        work->line.resize(static_cast<std::size_t>(size.width) * 4);
        work->still.remarks.push_back("inks (CMYK) are turned into light without a colour profile");
    }
    if (!read_pixels(*work)) throw Error(Code::bad_input, std::string("it is damaged: ") + work->failure.text);
    if (work->codec.err->num_warnings > 0) work->still.remarks.push_back("damaged or truncated: shown as far as it could be decoded");
    const auto* const profile = reinterpret_cast<const std::byte*>(work->profile);
    if (profile) work->still.icc.assign(profile, profile + work->profile_bytes);
    work->still.frame = upright(work->still.frame, work->orientation);
    return std::move(work->still);
}

Bytes write_jpeg(const Frame& frame, const StillOptions& options) {
    constexpr std::string_view name{"http://ns.adobe.com/xap/1.0/\0", 29};
    constexpr std::size_t most = 65533;
    if (!options.xmp.empty() && name.size() + options.xmp.size() > most) throw Error(Code::output, "the provenance packet is too long for a JPEG picture: write PNG");
    if (frame.size().width > 65500 || frame.size().height > 65500) throw Error(Code::output, "a JPEG picture has at most 65500 pixels on a side: write PNG");
    Bytes packet;
    if (!options.xmp.empty()) {
        for (const char letter : name) packet.push_back(static_cast<std::byte>(letter));
        for (const char letter : options.xmp) packet.push_back(static_cast<std::byte>(letter));
    }
    const auto work = std::make_unique<Encoding>();
    work->codec.err = prepare(work->failure);
    if (!write_all(*work, frame, options, packet)) throw Error(Code::output, std::string("the JPEG picture cannot be made: ") + work->failure.text);
    const auto* const out = reinterpret_cast<const std::byte*>(work->out);
    return Bytes(out, out + work->bytes);
}

}  // namespace mien
