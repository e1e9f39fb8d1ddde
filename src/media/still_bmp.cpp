// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <bit>

#include "base/error.h"
#include "media/still_codecs.h"

namespace mien {
namespace {
// A Windows bitmap: file header of 14 bytes, then an information header that begins with its own length.
struct Bitmap {
    ByteView bytes;
    std::uint32_t number(std::size_t at, int count) const {
        if (at > bytes.size() || bytes.size() - at < static_cast<std::size_t>(count)) throw Error(Code::bad_input, "it is truncated");
        std::uint32_t value = 0;
        for (int index = count - 1; index >= 0; --index) value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + static_cast<std::size_t>(index)]);
        return value;
    }
    std::uint8_t byte(std::size_t at) const { return static_cast<std::uint8_t>(number(at, 1)); }
};

struct Header {
    Size size;
    bool top_down = false;
    int bits = 0;
    std::uint32_t compression = 0;
    std::size_t pixels = 0, palette = 0, palette_entry = 4;
    std::uint32_t colours = 0;
    std::array<std::uint32_t, 4> masks{};  // red green blue alpha
};

enum : std::uint32_t { plain = 0, run_length_8 = 1, run_length_4 = 2, bit_fields = 3, alpha_bit_fields = 6 };

void read_masks(const Bitmap& file, std::uint32_t length, Header& header) {
    if (header.compression == bit_fields || header.compression == alpha_bit_fields) {
        const int count = header.compression == alpha_bit_fields || length >= 56 ? 4 : 3;
        for (int index = 0; index < count; ++index) header.masks[static_cast<std::size_t>(index)] = file.number(54 + 4 * static_cast<std::size_t>(index), 4);
    } else if (header.bits == 16) {
        header.masks = {0x7C00, 0x03E0, 0x001F, 0};
    } else if (header.bits == 32) {
        header.masks = {0xFF0000, 0x00FF00, 0x0000FF, 0};
    }
}

Header read_header(const Bitmap& file) {
    Header header;
    header.pixels = file.number(10, 4);
    const std::uint32_t length = file.number(14, 4);
    const bool old = length == 12;
    if (!old && (length < 40 || length > 1024)) throw Error(Code::bad_input, "its header is of an unknown kind");
    const auto width = static_cast<std::int32_t>(old ? file.number(18, 2) : file.number(18, 4));
    const auto height = static_cast<std::int32_t>(old ? file.number(20, 2) : file.number(22, 4));
    header.top_down = height < 0;
    if (width <= 0) throw Error(Code::bad_input, "it has no size");
    header.size = checked_size(static_cast<std::uint64_t>(width), static_cast<std::uint64_t>(height < 0 ? -static_cast<std::int64_t>(height) : height));
    header.bits = static_cast<int>(file.number(old ? 24 : 28, 2));
    header.compression = old ? 0 : file.number(30, 4);
    header.colours = old ? 0 : file.number(46, 4);
    header.palette = 14 + static_cast<std::size_t>(length) + (length == 40 && header.compression == bit_fields ? 12 : 0);
    header.palette_entry = old ? 3 : 4;
    constexpr std::array known{1, 4, 8, 16, 24, 32};
    if (std::ranges::find(known, header.bits) == known.end()) throw Error(Code::bad_input, "it has a number of bits per pixel that bitmaps do not have");
    if (header.colours == 0 || header.colours > 256) header.colours = header.bits <= 8 ? 1U << header.bits : 0;
    const bool packed = header.compression == plain || header.compression == bit_fields || header.compression == alpha_bit_fields;
    const bool runs = (header.compression == run_length_8 && header.bits == 8) || (header.compression == run_length_4 && header.bits == 4);
    if (!packed && !runs) throw Error(Code::bad_input, "it is compressed in a way that cannot be read");
    read_masks(file, length, header);
    return header;
}

std::uint8_t field(std::uint32_t value, std::uint32_t mask) {
    if (mask == 0) return 0;
    const int shift = std::countr_zero(mask);
    const std::uint64_t top = mask >> shift;
    return static_cast<std::uint8_t>((((value & mask) >> shift) * std::uint64_t{255} + top / 2) / top);
}

void set_palette(const Bitmap& file, const Header& header, std::uint32_t index, std::uint8_t* to) {
    // Indices beyond the palette are black, as viewers show them.
    if (index >= header.colours) {
        to[0] = to[1] = to[2] = 0;
        return;
    }
    const std::size_t at = header.palette + index * header.palette_entry;
    to[0] = file.byte(at + 2);
    to[1] = file.byte(at + 1);
    to[2] = file.byte(at);
}

// Run lengths as index pairs; escapes end a line, end the picture, move on, or start a plain stretch.
std::vector<std::uint8_t> unpack_runs(const Bitmap& file, const Header& header) {
    std::vector<std::uint8_t> indices(static_cast<std::size_t>(header.size.width) * static_cast<std::size_t>(header.size.height));
    std::size_t at = header.pixels;
    int x = 0, y = 0;
    const auto put = [&](std::uint32_t value) {
        if (x < header.size.width && y < header.size.height) indices[static_cast<std::size_t>(y) * static_cast<std::size_t>(header.size.width) + static_cast<std::size_t>(x)] = static_cast<std::uint8_t>(value);
        if (x < header.size.width) ++x;  // what lies right of the picture is dropped, however much it is
    };
    const auto half = [&](std::uint32_t value, std::uint32_t index) { return header.bits == 8 ? value : index % 2 == 0 ? value >> 4 : value & 15; };
    while (y < header.size.height) {
        const std::uint32_t count = file.byte(at), value = file.byte(at + 1);
        at += 2;
        if (count > 0) {
            for (std::uint32_t index = 0; index < count; ++index) put(half(value, index));
        } else if (value == 0) {
            x = 0;
            ++y;
        } else if (value == 1) {
            break;
        } else if (value == 2) {
            x = std::min(header.size.width, x + file.byte(at));
            y += file.byte(at + 1);
            at += 2;
        } else {
            for (std::uint32_t index = 0; index < value; ++index) put(half(file.byte(at + (header.bits == 8 ? index : index / 2)), index));
            const std::size_t length = header.bits == 8 ? value : (value + 1) / 2;
            at += length + length % 2;
        }
    }
    return indices;
}

void read_row(const Bitmap& file, const Header& header, std::size_t start, std::uint8_t* row, int channels) {
    for (int x = 0; x < header.size.width; ++x) {
        std::uint8_t* const to = row + x * channels;
        const auto column = static_cast<std::size_t>(x);
        if (header.bits <= 8) {
            const auto bits = static_cast<std::size_t>(header.bits);
            const std::uint32_t group = file.byte(start + column * bits / 8);
            const std::size_t shift = 8 - bits - column * bits % 8;
            set_palette(file, header, group >> shift & ((1U << bits) - 1), to);
        } else if (header.bits == 24) {
            for (std::size_t channel = 0; channel < 3; ++channel) to[channel] = file.byte(start + column * 3 + 2 - channel);
        } else {
            const int count = header.bits / 8;
            const std::uint32_t value = file.number(start + column * static_cast<std::size_t>(count), count);
            for (std::size_t channel = 0; channel < static_cast<std::size_t>(channels); ++channel) to[channel] = field(value, header.masks[channel]);
        }
    }
}

void add(Bytes& out, std::uint32_t value, int count) {
    for (int index = 0; index < count; ++index) out.push_back(static_cast<std::byte>(value >> (8 * index)));
}
}  // namespace

Still read_bmp(ByteView bytes) {
    const Bitmap file{bytes};
    const Header header = read_header(file);
    const bool alpha = header.masks[3] != 0;
    const std::size_t pitch = (static_cast<std::size_t>(header.size.width) * static_cast<std::size_t>(header.bits) + 31) / 32 * 4;
    const bool runs = header.compression == run_length_8 || header.compression == run_length_4;
    if (!runs && (header.pixels > bytes.size() || bytes.size() - header.pixels < pitch * static_cast<std::size_t>(header.size.height - 1) + (static_cast<std::size_t>(header.size.width) * static_cast<std::size_t>(header.bits) + 7) / 8))
        throw Error(Code::bad_input, "it is truncated");
    Still still;
    still.frame = Frame({alpha ? Layout::rgba : Layout::rgb, 8, false}, header.size);
    const View<std::uint8_t> plane = still.frame.edit<std::uint8_t>(0);
    const std::vector<std::uint8_t> indices = runs ? unpack_runs(file, header) : std::vector<std::uint8_t>{};
    for (int line = 0; line < header.size.height; ++line) {
        std::uint8_t* const row = plane.row(header.top_down ? line : header.size.height - 1 - line);
        if (!runs) {
            read_row(file, header, header.pixels + pitch * static_cast<std::size_t>(line), row, plane.channels);
            continue;
        }
        for (int x = 0; x < header.size.width; ++x)
            set_palette(file, header, indices[static_cast<std::size_t>(line) * static_cast<std::size_t>(header.size.width) + static_cast<std::size_t>(x)], row + 3 * x);
    }
    return still;
}

Bytes write_bmp(const Frame& frame, const StillOptions&) {
    const View<const std::uint8_t> plane = frame.plane<std::uint8_t>(0);
    const bool alpha = plane.channels == 4;
    const std::uint32_t header = alpha ? 108 : 40, bits = alpha ? 32 : 24;
    const auto width = static_cast<std::uint32_t>(plane.size.width), height = static_cast<std::uint32_t>(plane.size.height);
    const std::uint32_t pitch = (width * bits + 31) / 32 * 4;
    Bytes out{std::byte{'B'}, std::byte{'M'}};
    const std::uint32_t size = 14 + header + pitch * height;
    for (const std::uint32_t value : {size, 0U, 14 + header, header, width, height}) add(out, value, 4);
    add(out, 1, 2);
    add(out, bits, 2);
    for (const std::uint32_t value : {alpha ? std::uint32_t{bit_fields} : std::uint32_t{plain}, pitch * height, 2835U, 2835U, 0U, 0U}) add(out, value, 4);
    if (alpha) {
        for (const std::uint32_t mask : {0xFF0000U, 0xFF00U, 0xFFU, 0xFF000000U, 0x73524742U}) add(out, mask, 4);  // the last is the name of sRGB
        out.resize(14 + header);
    }
    for (int y = plane.size.height - 1; y >= 0; --y) {
        const std::uint8_t* const row = plane.row(y);
        for (int x = 0; x < plane.size.width; ++x) {
            for (int channel = 2; channel >= 0; --channel) out.push_back(static_cast<std::byte>(row[x * plane.channels + channel]));
            if (alpha) out.push_back(static_cast<std::byte>(row[x * 4 + 3]));
        }
        out.resize((out.size() - 14 - header + 3) / 4 * 4 + 14 + header);
    }
    return out;
}

}  // namespace mien
