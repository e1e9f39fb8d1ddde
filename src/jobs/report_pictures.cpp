// SPDX-License-Identifier: Apache-2.0
#include "jobs/report_pictures.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "image/buffer.h"
#include "image/frame.h"
#include "jobs/output.h"
#include "kernels/geometry.h"

namespace mien {

ReportPicture picture_of(View<const std::uint8_t> rgb, Size size, const WritePermit& permit) {
    Frame frame({Layout::rgb, 8, false}, size);
    const View<std::uint8_t> out = frame.edit<std::uint8_t>(0);
    if (rgb.size == size)
        kernels::copy<std::uint8_t>(host_queue(), rgb, out);
    else
        kernels::resize<std::uint8_t>(host_queue(), rgb, size.width > rgb.size.width ? kernels::Filter::lanczos : kernels::Filter::area, out);
    return {encode_picture(frame, permit), size};
}

ReportPicture whole_picture(View<const std::uint8_t> rgb, const WritePermit& permit) {
    constexpr int most = 400;
    const int height = std::min(most, rgb.size.height);
    return picture_of(rgb, {std::max(1, rgb.size.width * height / rgb.size.height), height}, permit);
}

ReportPicture difference_of(View<const std::uint8_t> first, View<const std::uint8_t> second, Size size, const WritePermit& permit) {
    constexpr std::array<std::array<int, 3>, 5> heat{{{0, 0, 4}, {59, 15, 112}, {182, 54, 121}, {251, 136, 97}, {252, 253, 191}}};
    Picture<std::uint8_t> out(host_queue(), first.size, 3);
    for (int y = 0; y < first.size.height; ++y)
        for (int x = 0; x < first.size.width; ++x) {
            int sum = 0;
            for (int c = 0; c < 3; ++c) sum += std::abs(first.at(x, y, c) - second.at(x, y, c));
            const int level = std::min(sum, 143), at = level / 36, part = level % 36;
            const auto i = static_cast<std::size_t>(at);
            for (int c = 0; c < 3; ++c) {
                const auto k = static_cast<std::size_t>(c);
                out.view().at(x, y, c) = static_cast<std::uint8_t>((heat[i][k] * (36 - part) + heat[i + 1][k] * part + 18) / 36);
            }
        }
    return picture_of(out.view(), size, permit);
}

}  // namespace mien
