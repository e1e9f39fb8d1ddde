// Baking skin: every texel is a function of its template position and the person.
// SPDX-License-Identifier: Apache-2.0
#include "synth/skin.h"

#include <type_traits>

#include "kernels/launch.h"
#include "synth/face_zones.h"
#include "synth/head_template.h"
#include "synth/render.h"
#include "synth/skin_surface.h"

namespace mien::synth {
namespace {

/// Level 0 of the pyramid: one call per texel.
struct BakeSkin {
    const Vec3* grid;
    SkinTexel* out;
    int width, per_cell;
    SkinOwner owner;

    static std::string name() { return "synth_bake_skin"; }
    MIEN_HD Vec3 template_at(float column, float row) const {
        const float y = least(row, static_cast<float>(SkinMap::rows - 1));
        const int c0 = whole_below(column), r0 = whole_below(y);
        const int c1 = c0 + 1 == SkinMap::columns ? 0 : c0 + 1, r1 = r0 + 1 < SkinMap::rows ? r0 + 1 : r0;
        const float fx = column - static_cast<float>(c0), fy = y - static_cast<float>(r0);
        const Vec3* const upper = grid + r0 * SkinMap::columns;
        const Vec3* const lower = grid + r1 * SkinMap::columns;
        return mix(mix(upper[c0], upper[c1], fx), mix(lower[c0], lower[c1], fx), fy);
    }
    MIEN_HD void operator()(int x, int y) const {
        const float k = 1 / static_cast<float>(per_cell);
        out[y * width + x] = texel_of(skin_surface(owner, template_at(static_cast<float>(x) * k, static_cast<float>(y) * k)));
    }
};

/// A level of the pyramid from the one below it.
struct HalveSkin {
    const SkinTexel* in;
    SkinTexel* out;
    int in_width, in_height, width;

    static std::string name() { return "synth_halve_skin"; }
    MIEN_HD void operator()(int x, int y) const {
        const int x1 = 2 * x + 1 < in_width ? 2 * x + 1 : 2 * x, y1 = 2 * y + 1 < in_height ? 2 * y + 1 : 2 * y;
        const SkinTexel *const upper = in + 2 * y * in_width, *const lower = in + y1 * in_width;
        const SkinWords words = blend(blend(words_of(upper[2 * x]), words_of(upper[x1]), 128), blend(words_of(lower[2 * x]), words_of(lower[x1]), 128), 128);
        const auto low8 = [](std::uint32_t w) { return static_cast<std::uint8_t>(w); };
        const auto high8 = [](std::uint32_t w) { return static_cast<std::uint8_t>(w >> 16); };
        SkinTexel t;
        t.albedo[0] = static_cast<std::uint16_t>(words.red_green);
        t.albedo[1] = static_cast<std::uint16_t>(words.red_green >> 32);
        t.albedo[2] = static_cast<std::uint16_t>(words.blue);
        t.occlusion = low8(words.occlusion_crease);
        t.crease = high8(words.occlusion_crease);
        t.gloss = low8(words.gloss_bump_x);
        t.rough = low8(words.rough_bump_y);
        t.bump_x = high8(words.gloss_bump_x);
        t.bump_y = high8(words.rough_bump_y);
        t.bump_z = low8(words.bump_z);
        t.crease_tilt = low8(words.tilt_lip);
        t.lip = high8(words.tilt_lip);
        t.region = upper[2 * x].region;
        out[y * width + x] = t;
    }
};

/// Sizes and places of the levels; returns how many texels they are together.
int lay_out(SkinMap& map, int per_cell) {
    map.per_cell = per_cell;
    int total = 0;
    for (int level = 0, width = SkinMap::columns * per_cell, height = SkinMap::rows * per_cell; level < SkinMap::levels; ++level, width /= 2, height /= 2) {
        map.width[level] = width;
        map.height[level] = height;
        map.first[level] = total;
        total += width * height;
    }
    return total;
}

template <class T>
Buffer uploaded(Queue& queue, const std::vector<T>& values) {
    Buffer buffer(queue, values.size() * sizeof(T));
    queue.copy(buffer.data(), queue.place(), values.data(), Place::host, values.size() * sizeof(T));
    queue.wait();
    return buffer;
}

/// Template positions of the full grid's vertices, row by row.
std::vector<Vec3> grid_positions() {
    std::vector<Vec3> at;
    for (const HeadVertex& vertex : head_template(1).vertices)
        if (at.size() < static_cast<std::size_t>(SkinMap::columns) * SkinMap::rows) at.push_back(vertex.at);
    return at;
}

}  // namespace

std::size_t Skin::bytes(int per_cell) noexcept {
    SkinMap map;
    return static_cast<std::size_t>(lay_out(map, per_cell)) * sizeof(SkinTexel);
}

Skin::Skin(Queue& queue, const SkinOwner& owner, int per_cell) {
    const Buffer grid = uploaded(queue, grid_positions());
    texels_ = Buffer(queue, static_cast<std::size_t>(lay_out(map_, per_cell)) * sizeof(SkinTexel));
    auto* const texels = texels_.data<SkinTexel>();
    map_.texels = texels;
    kernels::for_each_pixel(queue, {map_.width[0], map_.height[0]}, BakeSkin{grid.data<Vec3>(), texels, map_.width[0], per_cell, owner});
    for (int level = 1; level < SkinMap::levels; ++level)
        kernels::for_each_pixel(
            queue, {map_.width[level], map_.height[level]},
            HalveSkin{texels + map_.first[level - 1], texels + map_.first[level], map_.width[level - 1], map_.height[level - 1], map_.width[level]});
    queue.wait();
}

TemplateTables::TemplateTables(Queue& queue) {
    for (int detail = 1; detail <= 2; ++detail) {
        std::vector<GridPlace> place;
        for (const HeadVertex& vertex : head_template(detail).vertices) place.push_back({vertex.column, vertex.row});
        places[detail - 1] = uploaded(queue, place);
    }
}

}  // namespace mien::synth
