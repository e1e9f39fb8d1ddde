// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "image/buffer.h"
#include "kernels/colour.h"
#include "kernels/exact.h"
#include "kernels/launch.h"

namespace mien::kernels {
namespace {

/// Pixels past the right and bottom edge are mirrored without repeating the edge.
MIEN_HD inline int mirrored(int i, int n) {
    if (n == 1) return 0;
    while (i >= n || i < 0) i = i < 0 ? -i : 2 * (n - 1) - i;
    return i;
}

/// (x, y) is a tile. Its histogram is clipped, what was cut off is spread over all bins, and the sums make the tile's table.
struct TileCurves {
    View<const std::uint8_t> in;
    std::uint8_t* curve;  // 256 per tile
    int tiles_across, tile_width, tile_height, limit;
    static std::string name() { return "clahe_tile_curves"; }
    MIEN_HD void operator()(int tile_x, int tile_y) const {
        int count[256] = {};
        for (int y = tile_y * tile_height; y < (tile_y + 1) * tile_height; ++y)
            for (int x = tile_x * tile_width; x < (tile_x + 1) * tile_width; ++x) ++count[in.at(mirrored(x, in.size.width), mirrored(y, in.size.height))];
        if (limit > 0) {
            int cut = 0;
            for (int& bin : count) {
                if (bin <= limit) continue;
                cut += bin - limit;
                bin = limit;
            }
            for (int& bin : count) bin += cut / 256;
            const int rest = cut % 256, step = rest > 0 ? (256 / rest > 1 ? 256 / rest : 1) : 1;
            for (int i = 0, left = rest; i < 256 && left > 0; i += step, --left) ++count[i];
        }
        const float scale = 255.0f / static_cast<float>(tile_width * tile_height);
        std::uint8_t* const out = curve + static_cast<std::ptrdiff_t>(tile_y * tiles_across + tile_x) * 256;
        int sum = 0;
        for (int i = 0; i < 256; ++i) {
            sum += count[i];
            out[i] = static_cast<std::uint8_t>(clamp(static_cast<int>(round_even(static_cast<float>(sum) * scale)), 0, 255));
        }
    }
};

struct BlendCurves {
    View<const std::uint8_t> in;
    View<std::uint8_t> out;
    const std::uint8_t* curve;
    int tiles_across, tiles_down;
    float per_width, per_height;  // one over the tile's size
    static std::string name() { return "clahe_blend_curves"; }
    MIEN_HD void operator()(int x, int y) const {
        const float tile_x = static_cast<float>(x) * per_width - 0.5f, tile_y = static_cast<float>(y) * per_height - 0.5f;
        const int left = floor_to_int(tile_x), top = floor_to_int(tile_y);
        const float right_share = tile_x - static_cast<float>(left), left_share = 1.0f - right_share;
        const float lower_share = tile_y - static_cast<float>(top), upper_share = 1.0f - lower_share;
        const int x0 = clamp(left, 0, tiles_across - 1), x1 = clamp(left + 1, 0, tiles_across - 1);
        const int y0 = clamp(top, 0, tiles_down - 1), y1 = clamp(top + 1, 0, tiles_down - 1);
        const int sample = in.at(x, y);
        const auto look_up = [&](int column, int row) { return static_cast<float>(curve[static_cast<std::ptrdiff_t>(row * tiles_across + column) * 256 + sample]); };
        const float value = (look_up(x0, y0) * left_share + look_up(x1, y0) * right_share) * upper_share +
                            (look_up(x0, y1) * left_share + look_up(x1, y1) * right_share) * lower_share;
        out.at(x, y) = static_cast<std::uint8_t>(clamp(static_cast<int>(round_even(value)), 0, 255));
    }
};

}  // namespace

void clahe(Queue& queue, View<const std::uint8_t> in, double clip_limit, Size tiles, View<std::uint8_t> out) {
    // When either side does not divide, both are padded to the next multiple.
    const bool whole = in.size.width % tiles.width == 0 && in.size.height % tiles.height == 0;
    const int wide = whole ? in.size.width : in.size.width + (tiles.width - in.size.width % tiles.width);
    const int high = whole ? in.size.height : in.size.height + (tiles.height - in.size.height % tiles.height);
    const int tile_width = wide / tiles.width, tile_height = high / tiles.height, area = tile_width * tile_height;
    const int limit = clip_limit > 0 ? std::max(static_cast<int>(clip_limit * area / 256), 1) : 0;
    const Buffer curves(queue, static_cast<std::size_t>(tiles.width) * static_cast<std::size_t>(tiles.height) * 256);
    std::uint8_t* const curve = curves.data<std::uint8_t>();
    for_each_pixel(queue, tiles, TileCurves{in, curve, tiles.width, tile_width, tile_height, limit});
    for_each_pixel(queue, in.size, BlendCurves{in, out, curve, tiles.width, tiles.height, 1.0f / static_cast<float>(tile_width), 1.0f / static_cast<float>(tile_height)});
}

}  // namespace mien::kernels
