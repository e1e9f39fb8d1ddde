// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "media/still_codecs.h"

namespace mien {
namespace {
// A TIFF structure (TIFF 6.0, section 2) read with its own byte order; reads outside give 0.
struct TiffBlock {
    ByteView bytes;
    bool little = false;
    std::uint32_t number(std::size_t at, int count) const noexcept {
        if (at > bytes.size() || bytes.size() - at < static_cast<std::size_t>(count)) return 0;
        std::uint32_t value = 0;
        for (int index = 0; index < count; ++index)
            value = value << 8 | std::to_integer<std::uint32_t>(bytes[at + static_cast<std::size_t>(little ? count - 1 - index : index)]);
        return value;
    }
};

template <class T> Frame turned(const Frame& frame, int orientation) {
    const Size from = frame.size();
    const bool swapped = orientation >= 5;
    Frame out(frame.format(), swapped ? Size{from.height, from.width} : from);
    out.colour = frame.colour;
    const View<const T> in = frame.plane<T>(0);
    const View<T> to = out.edit<T>(0);
    for (int y = 0; y < to.size.height; ++y)
        for (int x = 0; x < to.size.width; ++x) {
            int source_x = swapped ? y : x, source_y = swapped ? x : y;
            if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) source_x = from.width - 1 - source_x;
            if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) source_y = from.height - 1 - source_y;
            std::memcpy(to.row(y) + x * to.channels, in.row(source_y) + source_x * in.channels, sizeof(T) * static_cast<std::size_t>(in.channels));
        }
    return out;
}
}  // namespace

int exif_orientation(ByteView block) noexcept {
    constexpr char mark[] = "Exif\0";
    if (block.size() > 6 && std::memcmp(block.data(), mark, 6) == 0) block = block.subspan(6);
    TiffBlock tiff{block};
    tiff.little = tiff.number(0, 2) == 0x4949;
    if (!tiff.little && tiff.number(0, 2) != 0x4D4D) return 1;
    const std::size_t directory = tiff.number(4, 4);
    const std::uint32_t entries = tiff.number(directory, 2);
    constexpr std::uint32_t orientation_tag = 0x0112;
    for (std::uint32_t index = 0; index < entries; ++index) {
        const std::size_t at = directory + 2 + std::size_t{12} * index;
        if (at >= block.size()) return 1;
        if (tiff.number(at, 2) != orientation_tag) continue;
        const std::uint32_t value = tiff.number(at + 8, 2);
        return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

Frame upright(const Frame& frame, int orientation) {
    if (orientation <= 1 || orientation > 8) return frame;
    return sample_bytes(frame.format()) == 1 ? turned<std::uint8_t>(frame, orientation) : turned<std::uint16_t>(frame, orientation);
}

}  // namespace mien
