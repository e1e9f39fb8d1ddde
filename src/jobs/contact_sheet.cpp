// SPDX-License-Identifier: Apache-2.0
#include "jobs/contact_sheet.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "face/align.h"
#include "kernels/geometry.h"
#include "pipeline/picture.h"

namespace mien {

Frame contact_sheet(const Target& target, const Settings& settings, std::span<const ListedFace> listed) {
    constexpr int edge = 128, columns = 10;
    constexpr std::size_t most = 400;
    const std::size_t shown = std::min(listed.size(), most), step = (listed.size() + shown - 1) / shown;
    const auto count = static_cast<int>((listed.size() + step - 1) / step);
    Frame sheet({Layout::rgb, 8, false}, {columns * edge, (count + columns - 1) / columns * edge});
    const View<std::uint8_t> pixels = sheet.edit<std::uint8_t>(0);
    kernels::fill<std::uint8_t>(host_queue(), pixels, 24);
    const bool still = target.kind == PlanTarget::Kind::still;
    const std::unique_ptr<Reader> reader = still ? nullptr : read_target(target, settings);
    std::optional<Frame> frame = still ? std::optional<Frame>(target.still->frame) : reader->next();
    PictureScratch pictures;
    int cell = 0;
    for (std::size_t i = 0; i < listed.size(); i += step) {
        while (frame && !still && frame->number < listed[i].frame) frame = reader->next();
        if (!frame) break;
        const View<const std::uint8_t> rgb = analysed_picture(host_queue(), *frame, still ? 0 : reader->info().rotation, pictures);
        const Affine to_cell = align_to(Template::ffhq_512, edge, listed[i].face.points5_68);
        kernels::warp_affine_area<std::uint8_t>(host_queue(), rgb, invert(to_cell), kernels::Border::replicate,
                                                pixels.part({cell % columns * edge, cell / columns * edge, edge, edge}));
        ++cell;
    }
    return sheet;
}

}  // namespace mien
