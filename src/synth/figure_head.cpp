// The skin of the head, and the landmarks on it.
// SPDX-License-Identifier: Apache-2.0
#include <map>

#include "synth/face_zones.h"
#include "synth/figure_builder.h"

namespace mien::synth {
namespace {

/// Share of the jaw's rotation. The opening's height falls to the corners as an ellipse does.
float jaw_share(const HeadVertex& v) {
    const Vec3 t = v.at;
    const float by_height = smooth_step(-47, -90, t.y);
    const float c = least(magnitude(t.x) / 25.6f, 1), closed = 1 - power(1 - c * c, 0.55f);
    const bool above = v.lip > 0 || (v.lip == 0 && t.y > lip_y);
    const float front = smooth_step(40, 80, t.z);
    const float at_lips = above ? by_height * closed : 1 - (1 - by_height) * closed;
    // Below the jaw's corner the neck stays where it is.
    const float behind = t.z - 0.9f * most(0, -95 - t.y);
    return mix(by_height, at_lips, front) * smooth_step(-25, 20, behind) * smooth_step(-150, -112, t.y);
}

/// Vertices of a template that are the 68 points, iBUG order.
std::array<std::int32_t, 68> landmarks(const HeadTemplate& head) {
    std::array<std::int32_t, 68> points{};
    const auto nearest = [&head](float x, float y, float z = 0, int side = 0) { return head.nearest({x, y, z}, side); };
    static constexpr Vec3 jaw[9]{{72, -2, 5}, {70, -22, 5}, {68, -43, 6}, {64, -62, 12}, {55, -80, 27}, {43, -94, 46}, {29, -105, 65}, {15.5f, -114.2f, 88}, {0, -116, 88}};
    for (std::size_t i = 0; i < 17; ++i) {
        const Vec3 at = jaw[i <= 8 ? i : 16 - i];
        points[i] = nearest(i < 8 ? -at.x : at.x, at.y, at.z);
    }
    static constexpr float brow[5][2]{{53, 22}, {46, 26.8f}, {35.5f, 28}, {24, 24.6f}, {12.5f, 21}};
    for (std::size_t i = 0; i < 5; ++i) {
        points[17 + i] = nearest(-brow[i][0], brow[i][1]);
        points[26 - i] = nearest(brow[i][0], brow[i][1]);
    }
    static constexpr float bridge[4]{4, -10, -23, -36}, under[3][2]{{-12, -45}, {-6.3f, -47.5f}, {0, -49}};
    for (std::size_t i = 0; i < 4; ++i) points[27 + i] = nearest(0, bridge[i]);
    for (std::size_t i = 0; i < 5; ++i) points[31 + i] = nearest(i < 3 ? under[i][0] : -under[4 - i][0], under[i < 3 ? i : 4 - i][1]);
    const auto closest = [&head](const std::vector<std::int32_t>& rim, float to, auto&& coordinate) {
        std::int32_t best = rim.front();
        for (const std::int32_t v : rim)
            if (magnitude(coordinate(head.vertices[static_cast<std::size_t>(v)]) - to) < magnitude(coordinate(head.vertices[static_cast<std::size_t>(best)]) - to)) best = v;
        return best;
    };
    const auto lid = [&](std::size_t side, bool upper, float q) {
        return closest(upper ? head.upper_lid[side] : head.lower_lid[side], q, [](const HeadVertex& v) { return v.q; });
    };
    static constexpr float along[6]{1, 0.36f, -0.36f, -1, -0.36f, 0.36f};
    static constexpr std::size_t mirrored[6]{3, 2, 1, 0, 5, 4};
    for (std::size_t i = 0; i < 6; ++i) {
        points[36 + i] = lid(1, i < 4, along[i]);
        points[42 + i] = lid(0, mirrored[i] < 4, along[mirrored[i]]);
    }
    static constexpr float upper[7]{-24.8f, -14, -5, 0, 5, 14, 24.8f}, lower[5]{14, 6.5f, 0, -6.5f, -14};
    for (std::size_t i = 0; i < 7; ++i) points[48 + i] = nearest(upper[i], i == 0 || i == 6 ? lip_y : lip_top(upper[i]), 0, 1);
    for (std::size_t i = 0; i < 5; ++i) points[55 + i] = nearest(lower[i], lip_bottom(lower[i]), 0, -1);
    const auto rim = [&](bool above, float x) { return closest(above ? head.upper_lip : head.lower_lip, x, [](const HeadVertex& v) { return v.at.x; }); };
    static constexpr float inner_upper[5]{-23.5f, -8, 0, 8, 23.5f}, inner_lower[3]{8, 0, -8};
    for (std::size_t i = 0; i < 5; ++i) points[60 + i] = rim(true, inner_upper[i]);
    for (std::size_t i = 0; i < 3; ++i) points[65 + i] = rim(false, inner_lower[i]);
    return points;
}

/// The grid row of an outline point, evenly from the point to the cheek beside nose and mouth; of the chin, halfway to its middle.
FacePoints::OutlineRow outline_row(const HeadTemplate& head, std::int32_t point) {
    const auto azimuth = [&head](std::int32_t v) { return magnitude(head.vertices[static_cast<std::size_t>(v)].azimuth); };
    const int row = point / head.columns, column = point % head.columns, inwards = head.vertices[static_cast<std::size_t>(point)].azimuth > 0 ? -1 : 1;
    const float end = least(25 * degree, 0.5f * azimuth(point));
    int reach = 0;
    while (azimuth(head.grid(column + inwards * (reach + 1), row)) >= end && azimuth(point) > 0) ++reach;
    FacePoints::OutlineRow line{};
    const int last = static_cast<int>(line.size()) - 1;
    for (int k = 0; k <= last; ++k) line[static_cast<std::size_t>(k)] = head.grid(column + inwards * ((2 * k * reach + last) / (2 * last)), row);
    return line;
}

}  // namespace

/// A vertex of the skin as the template `of` has it, with this person's shape.
FigureVertex FigureBuilder::skin_vertex(const HeadTemplate& of, const Basis& shape, std::int32_t i) const {
    const HeadVertex& from = of.vertices[static_cast<std::size_t>(i)];
    const bool inside = from.inside != Inside::none;
    const HeadVertex& outer = inside ? of.vertices[static_cast<std::size_t>(from.rim)] : from;
    FigureVertex v;
    v.on = from.at;
    Vec3 d = shape.displacement(inside ? from.rim : i, person().traits.data());
    const float share = figure.swapped_ ? swap_share(from.at) : 0;
    if (share > 0) d = mix(d, shape.displacement(inside ? from.rim : i, figure.other_.traits.data()), share);
    v.rest = from.at + d;
    v.u = from.azimuth;
    v.v = from.level;
    v.a = from.at.y - hairline(from.azimuth, person()[Trait::recession]);
    v.turn = head_share(from.at);
    v.jaw = jaw_share(outer);
    v.side = from.eye;
    v.lid = from.eye != 0 ? (from.h >= 0 ? 1 : -1) : from.lip;
    if (!inside) return v;
    const bool lips = from.inside == Inside::upper_lip || from.inside == Inside::lower_lip, upper = from.inside == Inside::upper_lip || from.inside == Inside::upper_lid;
    v.motion = Motion::inside;
    v.anchor = from.rim;
    v.layer = static_cast<std::uint8_t>(from.depth);
    v.a = lips ? static_cast<float>(from.depth) : -static_cast<float>(from.depth);
    v.lid = upper ? 1 : -1;
    if (lips) v.side = 0;
    if (from.inside == Inside::upper_lip) v.jaw *= mix(1, 0.15f, unit_range(static_cast<float>(from.depth) / 5));
    return v;
}

void FigureBuilder::add_head() {
    const Basis& actions = action_basis(figure.detail_);
    std::vector<std::uint8_t> moves(head.vertices.size());
    for (std::size_t i = 0; i < head.vertices.size(); ++i) {
        const FigureVertex v = skin_vertex(head, trait_basis(figure.detail_), static_cast<std::int32_t>(i));
        moves[i] = v.motion == Motion::inside || v.side != 0 || v.jaw > 0 || actions.first[i] != actions.first[i + 1] ? 1 : 0;
        add(v);
    }
    std::vector<std::uint8_t> near_motion = moves;
    for (const auto& t : head.triangles) {
        const auto inside = [&](std::int32_t i) { return head.vertices[static_cast<std::size_t>(i)].inside; };
        std::uint8_t flags = 0;
        for (const std::int32_t i : t) {
            if (inside(i) == Inside::upper_lip || inside(i) == Inside::lower_lip) flags = FigureTriangle::mouth_wall;
            if (inside(i) == Inside::upper_lid || inside(i) == Inside::lower_lid) flags = FigureTriangle::lid_inside;
            if (moves[static_cast<std::size_t>(i)] != 0)
                for (const std::int32_t j : t) near_motion[static_cast<std::size_t>(j)] = 1;
        }
        triangle(t[0], t[1], t[2], flags);
    }
    for (std::size_t i = 0; i < near_motion.size(); ++i) vertices[i].still = near_motion[i] != 0 ? 0 : 1;
    // Hair and beard stand on these: of the outer skin alone.
    bake_normals(0, 0);
    figure.upper_lip_ = head.upper_lip;
    figure.lower_lip_ = head.lower_lip;
    pulls = actions;
    add_landmarks();
}

/// A coarse mesh gets the full template's landmarks as vertices of no triangle: what is true of a face does not depend on how finely it is drawn.
void FigureBuilder::add_landmarks() {
    const HeadTemplate& full = head_template(1);
    FacePoints& face = figure.face_points_;
    face.points = landmarks(full);
    for (std::size_t k = 0; k < face.outline.size(); ++k) face.outline[k] = outline_row(full, face.points[k]);
    if (!coarse()) return;
    const Basis& actions = action_basis(1);
    std::map<std::int32_t, std::int32_t> added;
    const auto take = [&](std::int32_t& vertex) {
        const auto [place, fresh] = added.try_emplace(vertex, 0);
        const auto i = static_cast<std::size_t>(vertex);
        if (fresh) {
            place->second = add(skin_vertex(full, trait_basis(1), vertex));
            pulls.pulls.insert(pulls.pulls.end(), actions.pulls.begin() + actions.first[i], actions.pulls.begin() + actions.first[i + 1]);
            pulls.first.push_back(static_cast<std::int32_t>(pulls.pulls.size()));
        }
        vertex = place->second;
    };
    for (std::int32_t& vertex : face.points) take(vertex);
    for (FacePoints::OutlineRow& row : face.outline)
        for (std::int32_t& vertex : row) take(vertex);
}

}  // namespace mien::synth
