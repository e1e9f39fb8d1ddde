// Teeth and tongue.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "synth/figure_builder.h"
#include "synth/head_field.h"

namespace mien::synth {
namespace {

constexpr float arch_depth = 33, arch_bend = 1.45f;

/// A dental arch as places by arc length from the middle.
class ArchLine {
public:
    ArchLine(float half_breadth, float front) {
        for (std::size_t i = 0; i < at_.size(); ++i) {
            const float t = arch_bend * (-1 + 2 * static_cast<float>(i) / pieces);
            at_[i] = {half_breadth * sine(t) / sine(arch_bend), 0, front - arch_depth * (1 - cosine(t)) / (1 - cosine(arch_bend))};
            along_[i] = i > 0 ? along_[i - 1] + length(at_[i] - at_[i - 1]) : 0;
        }
    }
    struct Place {
        Vec3 at, outwards;
    };
    Place place(float arc) const {
        const float wanted = limit(arc + 0.5f * along_.back(), 0, along_.back());
        std::size_t k = 1;
        while (k + 1 < at_.size() && along_[k] < wanted) ++k;
        const Vec3 tangent = unit(at_[k] - at_[k - 1]);
        const Vec3 normal{-tangent.z, 0, tangent.x};
        return {mix(at_[k - 1], at_[k], unit_range((wanted - along_[k - 1]) / (along_[k] - along_[k - 1]))), normal.z < 0 ? normal * -1 : normal};
    }

private:
    static constexpr int pieces = 400;
    std::array<Vec3, pieces + 1> at_;
    std::array<float, pieces + 1> along_{};
};

struct Tooth {
    int number = 7;       ///< from the middle; 7: behind the last one
    float across = 0.5f;  ///< 0 its inner edge, 1 the outer
};
Tooth tooth_at(float arc, bool upper) {
    static constexpr float crowns[2][7]{{8.6f, 6.7f, 7.6f, 7, 6.8f, 10, 10}, {5.6f, 6, 6.8f, 7, 7.1f, 11, 10.5f}};
    float at = 0;
    for (int i = 0; i < 7; ++i) {
        const float width = crowns[upper ? 0 : 1][i];
        if (magnitude(arc) < at + width) return {i, (magnitude(arc) - at) / width};
        at += width;
    }
    return {};
}

/// Height over the gum line, and distance out of the arch, of a crown at `height` (0 gum above, 0.3 neck, 0.8 edge, 1 behind).
Vec3 crown(const Tooth& tooth, float height, bool upper) {
    static constexpr float uppers[8]{10, 9, 9.8f, 8, 8, 8, 8, 8};
    const float size = upper ? uppers[tooth.number] : (tooth.number < 3 ? 8.6f : 7.8f), e = magnitude(2 * tooth.across - 1), down = upper ? -1.0f : 1.0f;
    const float edge = down * size * (0.90f + 0.10f * square_root(most(0, 1 - square(e * e))));
    if (height < 0.3f) return {0, -down * (0.3f - height) * 16, 0.2f - 8 * (0.3f - height)};
    if (height > 0.8f + 1e-4f) {
        const float t = (height - 0.8f) / 0.2f;
        return {0, edge * (1 - 0.55f * t), -1 - 4 * t};
    }
    const float t = (height - 0.3f) / 0.5f;
    return {0, edge * t, 0.9f * (1 - e * e * e) + 0.7f * sine(t * pi * 0.75f) - (t > 0.85f ? 0.9f * square((t - 0.85f) / 0.15f) : 0)};
}

}  // namespace

void FigureBuilder::add_tongue() {
    const std::int32_t first = vertex_total(), first_triangle = triangle_total();
    const Vec3 middle{0, -80.5f, 62};
    const Vec3 mouth = inner_shape({0, lip_y, 98});
    const Sheet ball{0, coarse() ? 16 : 28, coarse() ? 10 : 18, true, true, true};
    add_sheet(ball, FigureTriangle::in_mouth, [&](int column, int row) {
        const float down = pi * static_cast<float>(row) / static_cast<float>(ball.rows - 1), around = 2 * pi * static_cast<float>(column) / static_cast<float>(ball.across);
        const Vec3 d{sine(down) * cosine(around), sine(down) * sine(around), cosine(down)};
        FigureVertex v;
        v.rest = Vec3{d.x * 18, d.y * 7 - (d.y > 0 ? 1.25f * bell(d.x * 18, 3.5f) : 0), d.z * 26} + middle;
        v.on = v.rest;
        v.u = v.rest.x;
        v.v = v.rest.z - middle.z;
        v.rest += Vec3{0, mouth.y, 0};
        v.jaw = 1;
        v.motion = Motion::tongue;
        v.material = Material::tongue;
        return v;
    });
    face_away(first, first_triangle, middle);
}

void FigureBuilder::add_teeth() {
    // As far back as the least forward of four places around the lips: thin lips must still cover the teeth.
    const Vec3 mouth = inner_shape({0, lip_y, 98});
    float back = mouth.z;
    for (const Vec3 near : {Vec3{0, lip_y + 7, 98}, Vec3{0, lip_y - 8, 98}, Vec3{0, lip_y - 15, 96}}) back = least(back, inner_shape(near).z);
    const float small = 1 - 0.12f * childhood(inner());
    const Sheet arch{0, coarse() ? 61 : 181, coarse() ? 6 : 11, false, false, false};
    for (std::size_t s = 0; s < 2; ++s) {
        const bool upper = s == 0;
        const float half_breadth = upper ? 25 : 22.5f, front = upper ? 96.2f : 91.8f;
        figure.arches_[s] = {half_breadth * small, front + back - 0.3f};
        const ArchLine line(half_breadth, front);
        const std::int32_t first = vertex_total(), first_triangle = triangle_total();
        add_sheet(arch, FigureTriangle::in_mouth, [&](int column, int row) {
            const float arc = mix(-46, 46, static_cast<float>(column) / static_cast<float>(arch.across - 1)), height = static_cast<float>(row) / static_cast<float>(arch.rows - 1);
            const Tooth tooth = tooth_at(arc, upper);
            const Vec3 shape = crown(tooth, height, upper);
            const ArchLine::Place place = line.place(arc);
            FigureVertex v;
            v.rest = place.at + place.outwards * shape.z + Vec3{0, (upper ? -60.5f : -81.2f) + shape.y, 0};
            v.rest = {v.rest.x * small, v.rest.y + mouth.y, v.rest.z + back - 0.3f};
            v.on = {arc, height, tooth.across};
            v.u = arc;
            v.v = height;
            v.a = static_cast<float>(tooth.number);
            v.jaw = upper ? 0.0f : 1.0f;
            v.motion = upper ? Motion::upper_teeth : Motion::lower_teeth;
            v.material = Material::teeth;
            v.layer = upper ? 0 : 1;
            return v;
        });
        // The sheet is open behind: seen from the middle of the arch, its front is what looks away.
        face_away(first, first_triangle, {0, upper ? -65.0f : -76.0f, 50});
    }
}

}  // namespace mien::synth
