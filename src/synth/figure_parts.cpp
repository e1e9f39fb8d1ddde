// Ears, glasses and the torso.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "synth/figure_builder.h"

namespace mien::synth {
namespace {

/// |x|^exponent with the sign of x.
float shaped(float x, float exponent) { return with_sign(power(magnitude(x), exponent), x); }

struct EarPoint {
    float back, up, out, relief;
};
/// A polar sheet: `r` 0 middle .. 1 rim, `around` in radians (0 backwards, a quarter up). `outwards` is Trait::ear_out.
EarPoint ear_point(float r, float around, bool behind, float outwards) {
    const float up = sine(around), back = cosine(around);
    EarPoint p{};
    p.up = 31 * up * r;
    p.back = 17.5f * (1 + 0.22f * up) * (up < -0.55f ? mix(1, 0.8f, (-up - 0.55f) / 0.45f) : 1) * back * r + 2.5f * up * r;
    const auto bump = [&p](float height, float at_back, float at_up, float wide, float high) {
        return height * exponential(-(square((p.back - at_back) / wide) + square((p.up - at_up) / high)));
    };
    float rim = most(smooth_step(-0.75f, -0.1f, back * 0.8f + 0.25f * magnitude(up) + (up > 0 ? 0.35f * up : 0)), smooth_step(0.35f, 0.8f, up));
    rim *= 1 - 0.75f * smooth_step(-0.55f, -0.85f, up);
    p.relief = rim * (4.6f * bell(r - 0.93f, 0.075f) - 1.2f * bell(r - 0.76f, 0.08f));  // helix, scapha
    p.relief += 3.4f * smooth_step(-0.5f, 0.25f, back) * (1 - 0.4f * smooth_step(0.5f, 1, up)) * bell(r - 0.57f, 0.10f);  // antihelix
    p.relief += bump(-7.5f, -2, -4, 7.5f, 9) + bump(-3, -1, 9, 6, 3.5f);             // concha, cymba
    p.relief += bump(4.2f, -10.5f, -4, 3, 4.5f) + bump(2.4f, 2, -15, 4, 3.5f);       // tragus, antitragus
    p.relief += bump(1.5f, -9, 6, 4, 3) + bump(1.8f, -1, -25, 7, 6);                 // crus, lobe
    p.out = (p.back + 13) * 0.42f * (1 + 0.35f * outwards) + p.relief;
    if (!behind) p.out -= 3.5f * smooth_step(-0.35f, -0.95f, back) * smooth_step(0.55f, 1, r);  // the front edge sinks into the cheek
    return p;
}

}  // namespace

void FigureBuilder::add_ears() {
    const int front_rows = coarse() ? 9 : 17, back_rows = coarse() ? 5 : 9, rows = front_rows + back_rows, across = coarse() ? 28 : 56;
    const float size = (1 + 0.06f * person()[Trait::ear_size] + 0.0018f * most(0, person()[Trait::age] - 20)) * (1 - 0.08f * childhood(person()));
    for (int s = 0; s < 2; ++s) {
        const float side = s == 0 ? 1.0f : -1.0f;
        std::int32_t root = 0;
        for (std::int32_t i = 0; i < head.columns * head.rows; ++i) {
            const auto far = [&](std::int32_t k) {
                const Vec3 t = vertices[static_cast<std::size_t>(k)].on;
                return square(t.y + 16) + square(t.z + 4) + (t.x * side < 0 ? 1e6f : 0);
            };
            if (far(i) < far(root)) root = i;
        }
        const Vec3 at = vertices[static_cast<std::size_t>(root)].rest;
        const std::int32_t first = vertex_total(), first_triangle = triangle_total();
        add_sheet({0, across, rows, true, true, false}, 0, [&](int column, int row) {
            const bool behind = row >= front_rows;
            const float back_share = behind ? static_cast<float>(row - front_rows) / static_cast<float>(back_rows - 1) : 0;
            const float r = behind ? mix(0.97f, 0.45f, back_share) : power(static_cast<float>(row) / static_cast<float>(front_rows - 1), 0.8f);
            EarPoint p = ear_point(r, 2 * pi * static_cast<float>(column) / static_cast<float>(across), behind, person()[Trait::ear_out]);
            if (behind) p.out -= mix(2.2f, 6, smooth_step(0, 1, back_share)) + (row == rows - 1 ? 6.0f : 0.0f);
            FigureVertex v;
            v.rest = {at.x + side * (p.out * size - 2), at.y + (p.up + 0.10f * p.back) * size, at.z - (p.back + 11) * size + 0.12f * p.up * size};
            v.on = v.rest;
            v.u = p.back / 17;
            v.v = p.up / 31;
            v.a = behind ? -1 : p.relief;
            v.motion = Motion::head;
            v.material = Material::ear;
            v.side = s == 0 ? 1 : -1;
            return v;
        });
        // A flat sheet folded back: its front rows look sideways, whatever the rest does.
        bake_normals(first, first_triangle);
        float sideways = 0;
        for (std::int32_t i = first; i < first + across * (front_rows - 1); ++i) sideways += vertices[static_cast<std::size_t>(i)].normal.x * side;
        if (sideways < 0) {
            for (std::size_t k = static_cast<std::size_t>(first_triangle); k < triangles.size(); ++k) std::swap(triangles[k].b, triangles[k].c);
            bake_normals(first, first_triangle);
        }
    }
}

void FigureBuilder::tube(const std::vector<Vec3>& path, float radius, bool closed) {
    const int around = coarse() ? 6 : 10, count = static_cast<int>(path.size());
    const std::int32_t first = vertex_total(), first_triangle = triangle_total();
    const auto at = [&](int i) { return path[static_cast<std::size_t>(closed ? (i + count) % count : std::max(0, std::min(i, count - 1)))]; };
    const Sheet sheet{0, around, closed ? count + 1 : count, true, false, false};
    add_sheet(sheet, 0, [&](int column, int row) {
        const Vec3 tangent = unit(at(row + 1) - at(row - 1)), up = magnitude(tangent.z) > 0.8f ? Vec3{0, 1, 0} : Vec3{0, 0, 1};
        const Vec3 b = unit(cross(tangent, up)), c = cross(b, tangent);
        const float a = 2 * pi * static_cast<float>(column) / static_cast<float>(around);
        FigureVertex v;
        v.normal = b * cosine(a) + c * sine(a);
        v.rest = at(row) + v.normal * radius;
        v.on = v.rest;
        v.motion = Motion::head;
        v.material = Material::frame;
        return v;
    });
    // Away from the path: a long thin thing has no middle to look away from.
    const FigureTriangle& t = triangles[static_cast<std::size_t>(first_triangle)];
    const Vec3 a = vertices[static_cast<std::size_t>(t.a)].rest, b = vertices[static_cast<std::size_t>(t.b)].rest, c = vertices[static_cast<std::size_t>(t.c)].rest;
    if (dot(cross(b - a, c - a), vertices[static_cast<std::size_t>(first)].normal) < 0)
        for (std::size_t k = static_cast<std::size_t>(first_triangle); k < triangles.size(); ++k) std::swap(triangles[k].b, triangles[k].c);
}

void FigureBuilder::add_glasses() {
    const int kind = static_cast<int>(person()[Trait::glasses]);
    if (kind == 0) return;
    const bool round = kind == 2;
    const int n = coarse() ? 24 : 64;
    const float rx = round ? 25.0f : 27.0f, ry = round ? 23.5f : 19.0f, exponent = round ? 1 : 0.72f, thick = round ? 1.0f : 1.9f;
    std::array<std::vector<Vec3>, 2> rims;
    for (std::size_t s = 0; s < 2; ++s) {
        const float side = s == 0 ? 1.0f : -1.0f;
        const Vec3 centre = figure.eyes_[s].centre + Vec3{side * 3.5f, -4, 28.5f};
        for (int i = 0; i < n; ++i) {
            const float a = 2 * pi * static_cast<float>(i) / static_cast<float>(n);
            Vec3 p = centre + Vec3{rx * shaped(cosine(a), exponent), ry * shaped(sine(a), exponent), 0};
            p.z -= square((p.x - side * 18) / 26) * 2.6f * (p.x * side > 18 ? 1 : 0.2f);  // wrapped around the face
            rims[s].push_back(p);
        }
        tube(rims[s], thick, true);
        const Vec3 hinge = rims[s][s == 0 ? 0 : static_cast<std::size_t>(n / 2)] + Vec3{side, 4, 0};
        const float out = most(magnitude(hinge.x) + 1, 72.5f + 2 * person()[Trait::head_width]);
        const Vec3 corner{side * out, hinge.y + 1, hinge.z - 14}, ear{side * (out - 1), -2, -2}, end{side * (out - 3), -22, -22};
        std::vector<Vec3> temple;
        for (int i = 0; i <= 6; ++i) temple.push_back(mix(hinge, corner, static_cast<float>(i) / 6));
        for (int i = 1; i <= 10; ++i) temple.push_back(mix(corner, ear, static_cast<float>(i) / 10));
        for (int i = 1; i <= 4; ++i) temple.push_back(mix(ear, end, static_cast<float>(i) / 4));
        tube(temple, 1.3f, false);
    }
    const Vec3 from = figure.eyes_[0].centre + Vec3{-22, 0, 28.8f}, to = figure.eyes_[1].centre + Vec3{22, 0, 28.8f};
    std::vector<Vec3> bridge;
    for (int i = 0; i <= 12; ++i) {
        const float t = static_cast<float>(i) / 12;
        bridge.push_back(mix(from, to, t) + Vec3{0, 3, 3.5f} * sine(t * pi));
    }
    tube(bridge, 1.5f, false);
    for (std::size_t s = 0; s < 2; ++s) {
        const Vec3 centre = figure.eyes_[s].centre + Vec3{s == 0 ? 3.5f : -3.5f, -4, 28.5f};
        add_sheet({0, n, 2, true, true, false}, FigureTriangle::no_shadow, [&](int column, int row) {
            FigureVertex v;
            v.rest = row == 0 ? centre : rims[s][static_cast<std::size_t>(column)];
            v.normal = unit({(v.rest.x - centre.x) * 0.012f, (v.rest.y - centre.y) * 0.012f, 1});
            v.on = v.rest;
            v.motion = Motion::head;
            v.material = Material::lens;
            v.side = s == 0 ? 1 : -1;
            return v;
        });
    }
}

void FigureBuilder::add_torso() {
    struct Ring {
        float y, half_width, depth, z;
    };
    static constexpr Ring rings[11]{{-158, 60, 58, -20}, {-163, 62, 60, -20}, {-160, 65, 63, -20}, {-164, 70, 66, -21}, {-172, 86, 70, -23}, {-184, 118, 76, -26},
                                    {-200, 150, 84, -28}, {-222, 178, 92, -28}, {-255, 196, 100, -26}, {-300, 204, 104, -24}, {-430, 200, 108, -22}};
    const float age = person()[Trait::age], young = unit_range((18 - age) / 13);
    const float broad = mix(0.90f, 1.06f, person()[Trait::sex]) * (age < 17 ? mix(0.72f, 1, unit_range((age - 4) / 13)) : 1);
    const float neck = limit(person()[Trait::neck_width], -4, 2) + 0.4f;  // the collar fits it
    const Sheet loft{0, (coarse() ? 36 : 96) + 1, coarse() ? 20 : 34, false, false, false};
    const std::int32_t first = vertex_total(), first_triangle = triangle_total();
    add_sheet(loft, 0, [&](int column, int row) {
        const float at = 10 * static_cast<float>(row) / static_cast<float>(loft.rows - 1);
        const int k = std::min(static_cast<int>(at), 9);
        const float t = at - static_cast<float>(k);
        const auto smooth = [&](float Ring::*part) {
            const float p0 = rings[std::max(k - 1, 0)].*part, p1 = rings[k].*part, p2 = rings[k + 1].*part, p3 = rings[std::min(k + 2, 10)].*part;
            return p1 + 0.5f * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
        };
        const float angle = 2 * pi * static_cast<float>(column % (loft.across - 1)) / static_cast<float>(loft.across - 1), c = cosine(angle), s = sine(angle);
        const float w = smooth(&Ring::half_width), squarer = mix(1, 0.86f, unit_range((w - 70) / 80)), collar = unit_range((75 - w) / 10);
        const float half = mix(w, w * broad, unit_range((w - 70) / 60)) + 3.6f * neck * collar, ez = shaped(c, squarer);
        FigureVertex v;
        v.rest.x = half * shaped(s, squarer);
        v.rest.y = smooth(&Ring::y) + 12 + 16 * young - (1 + c) * 4 - (c > 0 ? 13 * c * c * collar + 8 * c * (1 - collar) : 0);
        v.rest.z = smooth(&Ring::z) + (smooth(&Ring::depth) + 2.2f * neck * collar) * ez * (ez > 0 ? 1 : 0.95f) + (1 - collar) * 3;
        // The last ring goes down to where feet would be: who is seen from afar must not float.
        if (row == loft.rows - 1) v.rest.y = -1650;
        v.on = v.rest;
        v.u = 2 * pi * static_cast<float>(column) / static_cast<float>(loft.across - 1);
        v.v = at;
        v.turn = 0;
        v.motion = Motion::head;
        v.material = Material::cloth;
        return v;
    });
    face_away(first, first_triangle, {0, -300, -24});
    for (int row = 0; row < loft.rows; ++row) {  // one normal where the loft closes
        FigureVertex &a = vertices[static_cast<std::size_t>(first + row * loft.across)], &b = vertices[static_cast<std::size_t>(first + (row + 1) * loft.across - 1)];
        a.normal = b.normal = unit(a.normal + b.normal);
    }
}

}  // namespace mien::synth
