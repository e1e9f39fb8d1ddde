// What is behind the people: soft, out of focus, procedural.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/drawing.h"

namespace mien::synth {

/// A background drawn at a fraction of the picture's size, since nothing in it is sharp. Cell (i, j) is at pixel (i * step, j * step).
struct Backdrop {
    const float* cells = nullptr;  ///< RGB, linear, one grid per shot, one above the other
    int width = 0, height = 0, step = 1;
    MIEN_HD Vec3 at(int shot, float x, float y) const {
        const float k = 1 / static_cast<float>(step), cx = limit(x * k, 0, static_cast<float>(width - 1)), cy = limit(y * k, 0, static_cast<float>(height - 1));
        const int x0 = static_cast<int>(cx), y0 = static_cast<int>(cy), x1 = x0 + 1 < width ? x0 + 1 : x0, y1 = y0 + 1 < height ? y0 + 1 : y0;
        const float fx = cx - static_cast<float>(x0), fy = cy - static_cast<float>(y0);
        const auto cell = [this, shot](int i, int j) {
            const float* const c = cells + 3 * ((static_cast<std::size_t>(shot) * static_cast<std::size_t>(height) + static_cast<std::size_t>(j)) *
                                                    static_cast<std::size_t>(width) +
                                                static_cast<std::size_t>(i));
            return Vec3{c[0], c[1], c[2]};
        };
        return mix(mix(cell(x0, y0), cell(x1, y0), fx), mix(cell(x0, y1), cell(x1, y1), fx), fy);
    }
};
/// Grid size of a picture's backdrop.
Size backdrop_size(Size picture, int& step) noexcept;
/// Fills `cells` (3 floats per cell, `shots` grids).
void draw_backdrops(Queue&, const Drawing&, int shots, float* cells, Size grid, int step);

/// Where the scenery behind pixel (x, y) lies, +y up, in pictures' heights (0.55 of its units); and back. It was made for portraits, so its things keep their
/// size in the picture whatever the focal length; turning the camera moves them as far as it would move things far away.
struct Sight {
    float x = 0, y = 0;
};
MIEN_HD inline Sight sight_of(const Camera& camera, const Background& background, float x, float y) {
    const float k = 0.55f / static_cast<float>(camera.size.height), turn = degree * camera.focal;
    return {limit((x - camera.cx + background.pan_x * turn) * k, -1000, 1000), limit((camera.cy - y + background.pan_y * turn) * k, -1000, 1000)};
}
MIEN_HD inline Sight pixel_of(const Camera& camera, const Background& background, Sight s) {
    const float k = static_cast<float>(camera.size.height) / 0.55f, turn = degree * camera.focal;
    return {camera.cx + s.x * k - background.pan_x * turn, camera.cy - s.y * k + background.pan_y * turn};
}

}  // namespace mien::synth
