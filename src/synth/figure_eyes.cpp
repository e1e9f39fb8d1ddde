// Eyeballs and lashes.
// SPDX-License-Identifier: Apache-2.0
#include "synth/figure_builder.h"
#include "synth/head_field.h"

namespace mien::synth {

void FigureBuilder::place_eyes() {
    const Person& p = inner();
    for (std::size_t s = 0; s < 2; ++s) {
        const float side = s == 0 ? 1.0f : -1.0f;
        const Vec3 d = inner_shape({side * eye_x, 0, eye_z + 11});
        Figure::Eye& eye = figure.eyes_[s];
        eye.centre = {side * (eye_x + 1.6f * p[Trait::eye_distance]) + d.x, 0.6f * d.y, eye_z + 0.6f * d.z};
        eye.half_width = 15.9f * (1 + 0.05f * p[Trait::eye_width]);
        eye.tilt = 1.4f + 1.3f * p[Trait::canthal_tilt];
        eye.age = smooth_step(45, 80, p[Trait::age]);
        eye.fold = p[Trait::lid_fold];
        eye.upper = 4.7f + 0.7f * p[Trait::lid_open] - 0.7f * eye.age - 0.25f * eye.fold;
        eye.lower = -5.1f - 0.25f * p[Trait::lid_open];
    }
}

void FigureBuilder::add_eyeballs() {
    for (std::size_t s = 0; s < 2; ++s) {
        const std::int32_t first = vertex_total(), first_triangle = triangle_total();
        const Sheet ball{0, coarse() ? 24 : 48, coarse() ? 14 : 26, true, true, false};
        add_sheet(ball, 0, [&](int column, int row) {
            const float from_axis = static_cast<float>(row) * 115 * degree / static_cast<float>(ball.rows - 1);
            const float around = 2 * pi * static_cast<float>(column) / static_cast<float>(ball.across);
            const float cornea = from_axis < 31 * degree ? 0.63f * square(1 - square(from_axis / (31 * degree))) : 0;
            FigureVertex v;
            v.on = {sine(from_axis) * cosine(around), sine(from_axis) * sine(around), cosine(from_axis)};
            v.rest = v.on * (globe_radius + cornea);
            v.u = from_axis;
            v.motion = Motion::eyeball;
            v.material = Material::eye;
            v.side = s == 0 ? 1 : -1;
            return v;
        });
        face_away(first, first_triangle, {});
        figure.face_points_.pupils[s] = first;
    }
}

void FigureBuilder::add_lashes() {
    const Person& p = inner();
    const int rows = coarse() ? 3 : 5;
    const float long_ones = mix(5.0f, 7.6f, unit_range(1 - p[Trait::sex] + 0.5f * p[Trait::make_up])) * (p[Trait::make_up] > 0.3f ? 1.1f : 1.0f);
    for (std::size_t s = 0; s < 2; ++s)
        for (int lower = 0; lower < 2; ++lower) {
            const std::vector<std::int32_t>& rim = lower != 0 ? head.lower_lid[s] : head.upper_lid[s];
            const float side = s == 0 ? 1.0f : -1.0f;
            add_sheet({0, static_cast<int>(rim.size()), rows, false, false, false}, FigureTriangle::cut_out | FigureTriangle::no_shadow, [&](int column, int row) {
                const HeadVertex& root = head.vertices[static_cast<std::size_t>(rim[static_cast<std::size_t>(column)])];
                const float q = limit(root.q, -1, 1), r = static_cast<float>(row) / static_cast<float>(rows - 1);
                const float reach = lower != 0 ? 2.2f * (0.5f + 0.4f * unit_range(q * 0.5f + 0.5f)) : long_ones * (0.45f + 0.55f * unit_range(q * 0.5f + 0.6f));
                FigureVertex v;
                v.rest = {reach * square_root(most(0, 1 - square(q * q * q))), side * 0.30f * q, r};
                v.on = root.at;
                v.u = static_cast<float>(column) / static_cast<float>(rim.size() - 1);
                v.v = r;
                v.a = side;
                v.anchor = rim[static_cast<std::size_t>(column)];
                v.motion = Motion::lash;
                v.material = Material::lash;
                v.side = s == 0 ? 1 : -1;
                v.layer = static_cast<std::uint8_t>(lower);
                return v;
            });
        }
}

}  // namespace mien::synth
