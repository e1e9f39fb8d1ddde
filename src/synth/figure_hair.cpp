// Hair and beard: shells over the skin, hanging sheets, a knot.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "synth/face_zones.h"
#include "synth/figure_builder.h"

namespace mien::synth {
namespace {

constexpr std::uint8_t shell_flags(bool lowest) { return FigureTriangle::cut_out | (lowest ? 0 : FigureTriangle::no_shadow); }

/// One lock of hair at a place of the scalp: where its root is and how it lies.
struct Scalp {
    Vec3 t;           ///< template position
    float azimuth, level, inside;  ///< inside: mm above the hairline
    float thick = 0, lump = 0;     ///< of the whole cap here: mm, and its unevenness
};

float high_on(Vec3 t) { return smooth_step(20, 85, t.y); }
float thickness(const HairStyle& style, const Scalp& at) {
    const float a = magnitude(at.azimuth) / degree, side = mix(style.side, style.back, smooth_step(80, 150, a));
    const float full = mix(side * (style.combing == Combing::middle ? 0.55f : 1), style.top, high_on(at.t));
    // Combed back, the front grows slowly out of the forehead.
    const float back = style.hair == Hair::short_cut ? mix(42, 26, smooth_step(30, 65, a)) : 26;
    const float edge = smooth_step(-1, style.curls() ? 16.0f : (style.combing == Combing::back ? back : 22.0f), at.inside);
    return 0.7f + (full - 0.7f) * edge * (0.75f + 0.25f * edge);
}

/// From the root to a shell at share f of the hair's height.
Vec3 lie(const HairStyle& style, const Scalp& at, Vec3 normal, float f, std::uint32_t seed) {
    const float th = at.thick, top = high_on(at.t), parted_side = (seed & 1u) != 0 ? 1.0f : -1.0f;
    const Vec3 t = at.t;
    Vec3 off = normal * (th * f * (1 + (style.curls() ? 0.55f : 0.30f) * at.lump));
    if (style.combing == Combing::side) {
        const float part = bell(t.x * parted_side - 34, 5) * smooth_step(40, 90, t.y) * smooth_step(-40, 20, t.z);
        off = off * (1 - 0.75f * part) + Vec3{-parted_side * 3 * f * top, 0, 0};
    }
    if (style.combing == Combing::middle) off = off * (1 - 0.72f * bell(t.x - parted_side * 8, 4.5f) * smooth_step(35, 75, t.y) * smooth_step(-60, 0, t.z));
    if (style.curl < 0.8f) off += Vec3{0, -0.25f * th * f * (1 - top), -0.25f * th * f * top};
    // Parted hair rises at its front edge before it falls; short hair rises later, so that it has no ledge.
    if ((style.hair == Hair::short_cut || style.hair == Hair::side_part) && t.z > 20) {
        const bool parted = style.hair == Hair::side_part;
        const float front = bell(at.inside - (parted ? 13.0f : 26.0f), 12) * smooth_step(60, 25, magnitude(at.azimuth) / degree);
        off += Vec3{0, (parted ? 8.0f : 6.0f) * f, (parted ? 3.5f : 0.5f) * f} * front;
    }
    return off + normal * 0.6f;
}

/// Strand coordinates: u across, v along.
void strands(FigureVertex& v, const HairStyle& style, const Scalp& at, std::uint32_t seed) {
    const Vec3 t = at.t;
    const float parted_side = (seed & 1u) != 0 ? 1.0f : -1.0f;
    switch (style.combing) {
        case Combing::middle: {
            const float behind = smooth_step(-15, -60, t.z);
            v.u = mix(t.z * 0.9f, -magnitude(at.azimuth) * 48, behind) + (t.x > 0 ? 300.0f : 0.0f);
            v.v = mix(t.y - magnitude(t.x), at.level, behind);
            break;
        }
        case Combing::side: {
            const float behind = smooth_step(-30, -75, t.z);
            v.u = mix(t.z * 0.9f + 0.25f * magnitude(t.x) * (t.z > 0 ? -1 : 0.2f), -magnitude(at.azimuth) * 48, behind) + (t.x > 0 ? 300 * behind : 0);
            v.v = mix(70 * arc_tangent(t.x - parted_side * 34 * smooth_step(0, 60, t.y), t.y + 20), at.level, behind);
            break;
        }
        case Combing::tied: v.u = at.azimuth * 55, v.v = t.y; break;
        case Combing::back: v.u = at.azimuth * 62, v.v = at.level; break;
    }
}

/// Rows and columns of the template that hair stands on: shells are smooth, half the skin's density serves.
struct ScalpGrid {
    std::vector<int> columns, rows;
    explicit ScalpGrid(const HeadTemplate& head) {
        for (int i = 0; i < head.columns; ++i) {
            const float a = magnitude(head.vertices[static_cast<std::size_t>(head.grid(i, 0))].azimuth);
            if (a > 46 * degree || i % 2 == 0) columns.push_back(i);
        }
        columns.push_back(head.columns);  // the first one again, where the sheet closes
        for (int j = 0; j < head.rows; j += 2)
            if (head.vertices[static_cast<std::size_t>(head.grid(0, j))].level > -124) rows.push_back(j);
    }
};

}  // namespace

void FigureBuilder::add_cap() {
    const HairStyle style = hair_style(static_cast<Hair>(static_cast<int>(person()[Trait::hair_style])));
    const ScalpGrid grid(head);
    const int across = static_cast<int>(grid.columns.size()), rows = static_cast<int>(grid.rows.size());
    const std::uint32_t seed = person().seed;
    std::vector<std::int32_t> roots;
    std::vector<Scalp> scalp;
    const auto grow = [&](std::int32_t i, float azimuth) {
        const HeadVertex& from = head.vertices[static_cast<std::size_t>(i)];
        Scalp at{from.at, azimuth, from.level, vertices[static_cast<std::size_t>(i)].a};
        at.thick = thickness(style, at);
        at.lump = cloud(from.at * (style.curls() ? 0.055f : 0.025f) + Vec3{static_cast<float>(seed % 4093u) * 3.1f, 0, 0}, 2);
        roots.push_back(i);
        scalp.push_back(at);
    };
    for (int j = 0; j < rows && style.layers > 0; ++j)
        for (int i = 0; i < across; ++i) {
            const std::int32_t at = head.grid(grid.columns[static_cast<std::size_t>(i)], grid.rows[static_cast<std::size_t>(j)]);
            const float azimuth = head.vertices[static_cast<std::size_t>(at)].azimuth;
            grow(at, i == 0 ? -magnitude(azimuth) : azimuth);
        }
    grow(head.pole, 0);
    for (int layer = 0; layer < style.layers; layer += coarse() ? 2 : 1) {
        const float f = (static_cast<float>(layer) + 0.35f) / (static_cast<float>(style.layers) - 0.65f);
        std::vector<FigureVertex> shell;
        const auto root = [&](std::int32_t i, const Scalp& at) {
            const HeadVertex& from = head.vertices[static_cast<std::size_t>(i)];
            const FigureVertex& skin = vertices[static_cast<std::size_t>(i)];
            FigureVertex v;
            v.rest = lie(style, at, skin.normal, f, seed);
            v.on = from.at;
            strands(v, style, at, seed);
            v.a = at.inside;
            if (style.combing == Combing::middle && magnitude(at.azimuth) > 62 * degree) v.a = least(v.a, (from.at.y - 6) * 0.3f);  // curtains take over, strand by strand
            v.anchor = i;
            v.turn = skin.turn;
            v.motion = Motion::hung;
            v.material = Material::hair;
            v.layer = static_cast<std::uint8_t>(layer);
            return v;
        };
        for (std::size_t k = 0; k < roots.size(); ++k) shell.push_back(root(roots[k], scalp[k]));
        add_shell(shell, across, rows, layer);
    }
}

/// Keeps the part of a shell that can show hair, and bakes its normals.
void FigureBuilder::add_shell(std::vector<FigureVertex>& shell, int across, int rows, int layer) {
    std::vector<std::array<int, 3>> kept;
    const auto keep = [&](int a, int b, int c) {
        const auto edge = [&](int i) { return shell[static_cast<std::size_t>(i)].a; };
        if (most(edge(a), most(edge(b), edge(c))) >= -7) kept.push_back({a, b, c});
    };
    for (int j = 0; j + 1 < rows; ++j)
        for (int i = 0; i + 1 < across; ++i) {
            const int a = j * across + i, b = a + 1, c = b + across, d = a + across;
            keep(d, c, b);
            keep(d, b, a);
        }
    for (int i = 0; i + 1 < across; ++i) keep(i, i + 1, rows * across);
    std::vector<Vec3> normals(shell.size());
    const auto place = [&](int i) { return vertices[static_cast<std::size_t>(shell[static_cast<std::size_t>(i)].anchor)].rest + shell[static_cast<std::size_t>(i)].rest; };
    for (const auto& t : kept) {
        const Vec3 n = cross(place(t[1]) - place(t[0]), place(t[2]) - place(t[0]));
        for (const int i : t) normals[static_cast<std::size_t>(i)] += n;
    }
    for (int j = 0; j < rows; ++j) {
        Vec3 &a = normals[static_cast<std::size_t>(j * across)], &b = normals[static_cast<std::size_t>((j + 1) * across - 1)];
        a = b = a + b;
    }
    std::vector<std::int32_t> number(shell.size(), -1);
    for (const auto& t : kept)
        for (const int i : t)
            if (std::int32_t& n = number[static_cast<std::size_t>(i)]; n < 0) {
                shell[static_cast<std::size_t>(i)].normal = unit(normals[static_cast<std::size_t>(i)]);
                n = add(shell[static_cast<std::size_t>(i)]);
            }
    for (const auto& t : kept)
        triangle(number[static_cast<std::size_t>(t[0])], number[static_cast<std::size_t>(t[1])], number[static_cast<std::size_t>(t[2])], shell_flags(layer == 0));
}

void FigureBuilder::add_curtains() {
    const HairStyle style = hair_style(static_cast<Hair>(static_cast<int>(person()[Trait::hair_style])));
    if (style.ends_at >= 0) return;
    const std::uint32_t seed = person().seed;
    const Sheet sheet{0, coarse() ? 60 : 110, coarse() ? 20 : 36, false, false, false};
    const bool waves = style.curl > 0.3f;
    for (int layer = 0; layer < curtain_layers; layer += coarse() ? 3 : 1) {
        const float inwards = 2.6f * static_cast<float>(layer);
        const std::int32_t first = vertex_total(), first_triangle = triangle_total();
        add_sheet(sheet, shell_flags(layer == curtain_layers - 1), [&](int column, int row) {
            const float s = static_cast<float>(row) / static_cast<float>(sheet.rows - 1), across = static_cast<float>(column) / static_cast<float>(sheet.across - 1);
            const float y = mix(62, style.ends_at - 3 * static_cast<float>(layer), s), start = mix(58, 66, unit_range(s * 2));
            const float azimuth = mix(start, 360 - start, across) * degree, sv = sine(azimuth), cv = cosine(azimuth);
            const float fall = smooth_step(62, 25, y), round = smooth_step(64, 8, y), flare = 18 * smooth_step(-110, -190, y);
            float rx = (72 + style.side * 0.92f) + fall * 5 + 4 * smooth_step(0, -80, y), rz = (80 + style.back * 0.6f) + fall * 7 - 6 * smooth_step(-20, -110, y);
            rx = mix(rx * 0.76f, rx, round) + flare;
            rz = mix(rz * 0.80f, rz, round) + 0.6f * flare;
            if (style.hair == Hair::bob) {
                const float curled_in = square(smooth_step(0.70f, 1, s));
                rx += 5 * bell(s - 0.66f, 0.2f) - 16 * curled_in;
                rz -= 16 * curled_in;
            }
            float out = 2.6f * cloud({azimuth * 9, y * 0.010f, static_cast<float>(seed % 4093u)}, 2) * unit_range(s * 3) - inwards;
            out += 9 * bell(magnitude(azimuth - pi) - (pi - 98 * degree), 0.22f) * bell(y + 8, 24);  // over the ears
            if (waves) out += smooth_step(10, -60, y) * 5.5f * sine(y * 0.085f + sine(azimuth * 9) * 1.3f + azimuth * 3);
            FigureVertex v;
            v.rest = {(rx + out) * sv + 2 * person()[Trait::head_width] * sv, y, -12 + (rz + out) * cv * (cv > 0 ? 0.62f : 1)};
            const float glued = smooth_step(-45, 25, y);
            if (glued > 0) {
                const Vec3 on_cap = over_cap(style, azimuth > pi ? azimuth - 2 * pi : azimuth, y, inwards);
                v.rest = mix(v.rest, Vec3{on_cap.x, y, on_cap.z} + Vec3{sv, 0, cv} * (8 * bell(magnitude(azimuth - pi) - (pi - 98 * degree), 0.22f) * bell(y + 8, 24)), glued);
            }
            v.on = v.rest;
            v.u = azimuth * 75 + (waves ? 1.5f * sine(y * 0.085f) : 0) + 400;
            v.v = y;
            v.a = least(static_cast<float>(std::min(column, sheet.across - 1 - column)) * 1.6f * 150 / static_cast<float>(sheet.across), (1 - s) * 60);
            v.turn = mix(0.3f, 1, head_share(v.rest));  // it hangs from the head, over the shoulders
            v.motion = Motion::head;
            v.material = Material::hair;
            v.layer = static_cast<std::uint8_t>(curtain_layer + layer);
            return v;
        });
        face_away(first, first_triangle, {0, -60, -12});
    }
}

/// The place on the cap's surface at an azimuth and a height: hanging hair starts there.
Vec3 FigureBuilder::over_cap(const HairStyle& style, float azimuth, float y, float inwards) const {
    const float height = most(y, 14);
    const auto vertex = [this](int i, int j) -> const HeadVertex& { return head.vertices[static_cast<std::size_t>(head.grid(i, j))]; };
    int column = 0;
    while (column + 1 < head.columns - 1 && vertex(column + 1, 0).azimuth <= azimuth) ++column;  // the last column before it, from the back round
    struct Place {
        Vec3 rest, normal, on;
    };
    const auto at_height = [&](int i) {
        int row = 0;
        while (row + 2 < head.rows && vertex(i, row + 1).at.y > height) ++row;
        const FigureVertex &above = vertices[static_cast<std::size_t>(head.grid(i, row))], &below = vertices[static_cast<std::size_t>(head.grid(i, row + 1))];
        const float t = unit_range((above.on.y - height) / most(above.on.y - below.on.y, 1e-3f));
        return Place{mix(above.rest, below.rest, t), mix(above.normal, below.normal, t), mix(above.on, below.on, t)};
    };
    const Place before = at_height(column), after = at_height(column + 1);
    const float from = vertex(column, 0).azimuth, t = unit_range((azimuth - from) / most(vertex(column + 1, 0).azimuth - from, 1e-3f));
    const Vec3 normal = mix(before.normal, after.normal, t), on = mix(before.on, after.on, t);
    const float side = mix(style.side, style.back, smooth_step(80, 150, magnitude(azimuth) / degree));
    const float thick = mix(side * 0.55f, style.top, smooth_step(20, 85, height)) + 2;
    const float lump = 1 + 0.30f * cloud(on * 0.025f + Vec3{static_cast<float>(person().seed % 4093u) * 3.1f, 0, 0}, 2);
    const float lock = 10 * noise2(azimuth * 14, 0, person().seed);  // locks leave the cap at different heights
    return mix(before.rest, after.rest, t) + unit({normal.x, 0, normal.z}) * (thick * lump - 4.5f * smooth_step(15 + lock, 60 + lock, y) - 0.8f * inwards);
}

void FigureBuilder::add_knot() {
    if (static_cast<Hair>(static_cast<int>(person()[Trait::hair_style])) != Hair::bun) return;
    const Vec3 middle{0, 108, -62};
    const Sheet ball{0, (coarse() ? 24 : 60) + 1, coarse() ? 14 : 36, false, true, true};
    const std::int32_t first = vertex_total(), first_triangle = triangle_total();
    add_sheet(ball, 0, [&](int column, int row) {
        const float down = pi * static_cast<float>(row) / static_cast<float>(ball.rows - 1);
        const float turn = 2 * pi * static_cast<float>(column) / static_cast<float>(ball.across - 1), around = column == ball.across - 1 ? 0 : turn;
        const Vec3 d{sine(down) * cosine(around), cosine(down), sine(down) * sine(around)};
        FigureVertex v;
        v.rest = middle + Vec3{d.x * 1.08f, d.y * 0.95f, d.z} * (33 * (1 + 0.10f * cloud(d * 2.2f + Vec3{static_cast<float>(person().seed % 4093u), 0, 0}, 2)));
        v.on = v.rest;
        v.u = down * 24 + turn * 9.55f;
        v.v = turn * 33;
        v.a = 20;
        v.motion = Motion::head;
        v.material = Material::hair;
        v.layer = knot_layer;
        return v;
    });
    face_away(first, first_triangle, middle);
    for (int row = 1; row + 1 < ball.rows; ++row) {
        FigureVertex &a = vertices[static_cast<std::size_t>(ball.at(0, row) + first)], &b = vertices[static_cast<std::size_t>(ball.at(ball.across - 1, row) + first)];
        a.normal = b.normal = unit(a.normal + b.normal);
    }
}

void FigureBuilder::add_beard() {
    const float beard = person()[Trait::beard];
    if (beard < 0.05f) return;
    const std::size_t skin_count = head.vertices.size();
    std::vector<float> density(skin_count, -99), zone(skin_count);
    for (std::size_t i = 0; i < skin_count; ++i) {
        const HeadVertex& from = head.vertices[i];
        if (from.inside != Inside::none || from.at.z < -6) continue;
        const float lips = lip_mask(from.at);
        const Vec3 seeded = from.at + Vec3{static_cast<float>(person().seed % 4093u), 0, 0};
        const float grown = beard_zone(from.at + Vec3{0, 4 * noise(seeded * 0.11f) + 2.5f * noise(seeded * 0.37f), 0});  // no razor drew its edge
        zone[i] = grown * (1 - lips);
        density[i] = (grown - 0.22f) * 22 - lips * 30;
    }
    const std::size_t skin_triangles = head.triangles.size();
    for (int layer = 0; layer < beard_layers; layer += coarse() ? 2 : 1) {
        const float f = (static_cast<float>(layer) + 0.4f) / (beard_layers - 0.6f);
        std::vector<std::int32_t> number(skin_count, -1);
        const std::int32_t first = vertex_total(), first_triangle = triangle_total();
        for (std::size_t k = 0; k < skin_triangles; ++k) {
            const auto& t = head.triangles[k];
            float highest = -99;
            for (const std::int32_t i : t) highest = most(highest, density[static_cast<std::size_t>(i)]);
            const auto hidden = [&](std::int32_t i) { return head.vertices[static_cast<std::size_t>(i)].inside != Inside::none; };
            if (highest < -1 || hidden(t[0]) || hidden(t[1]) || hidden(t[2])) continue;
            for (const std::int32_t i : t) {
                if (number[static_cast<std::size_t>(i)] >= 0) continue;
                const FigureVertex& skin = vertices[static_cast<std::size_t>(i)];
                const Vec3 on = skin.on;
                float length = beard * (4 + 9 * smooth_step(-82, -112, on.y)) * zone[static_cast<std::size_t>(i)];
                if (on.y > lip_y && on.y < -48 && magnitude(on.x) < 30) length *= 0.7f;  // moustache
                FigureVertex v;
                v.rest = skin.rest + skin.normal * (0.35f + length * f) + Vec3{0, -0.55f * length * f, 0};
                v.on = on;
                v.u = skin.u * 75;
                v.v = on.y;
                v.a = density[static_cast<std::size_t>(i)];
                v.anchor = i;
                v.turn = skin.turn;
                v.jaw = skin.jaw;
                v.motion = Motion::hung;
                v.material = Material::beard;
                v.layer = static_cast<std::uint8_t>(layer);
                number[static_cast<std::size_t>(i)] = add(v);
            }
            triangle(number[static_cast<std::size_t>(t[0])], number[static_cast<std::size_t>(t[1])], number[static_cast<std::size_t>(t[2])], shell_flags(layer == 0));
        }
        bake_normals(first, first_triangle);
        for (std::size_t i = static_cast<std::size_t>(first); i < vertices.size(); ++i)
            vertices[i].rest = vertices[i].rest - vertices[static_cast<std::size_t>(vertices[i].anchor)].rest;
    }
}

}  // namespace mien::synth
