// SPDX-License-Identifier: Apache-2.0
#include "media/provenance.h"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "base/digest.h"
#include "media/ffmpeg.h"
#include "media/part_file.h"

namespace mien {

std::vector<std::byte> xmp_box(std::string_view xmp) {
    constexpr std::array<std::uint8_t, 16> identifier{0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC};
    const auto size = static_cast<std::uint32_t>(8 + identifier.size() + xmp.size());
    std::vector<std::byte> box;
    for (int shift = 24; shift >= 0; shift -= 8) box.push_back(static_cast<std::byte>(size >> shift));
    for (const char letter : std::string_view("uuid")) box.push_back(static_cast<std::byte>(letter));
    for (const std::uint8_t value : identifier) box.push_back(static_cast<std::byte>(value));
    const auto text = bytes_of(xmp);
    box.insert(box.end(), text.begin(), text.end());
    return box;
}

std::string write_xmp_beside(const std::filesystem::path& target, std::string_view xmp, std::string_view format) {
    std::filesystem::path beside = target;
    beside += ".xmp";
    PartFile file(beside);
    file.append(bytes_of(xmp));
    file.keep();
    return fmt::format("{} has no place for the provenance mark: it lies beside it in {}", format, av::shown(beside.filename()));
}

}  // namespace mien
