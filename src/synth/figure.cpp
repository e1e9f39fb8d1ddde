// SPDX-License-Identifier: Apache-2.0
#include "synth/figure.h"

#include <utility>

#include "synth/figure_builder.h"
#include "synth/shape.h"

namespace mien::synth {

FigureBuilder::FigureBuilder(Figure& made, const Person& person, const FigureOptions& options)
    : figure(made), vertices(made.vertices_), triangles(made.triangles_), head(head_template(options.detail)) {
    made.person_ = person;
    made.swapped_ = options.other != nullptr;
    if (options.other) made.other_ = *options.other;
    made.tone_ = options.tone;
    made.detail_ = options.detail >= 2 ? 2 : 1;
}

Vec3 FigureBuilder::inner_shape(Vec3 t) const { return shape_displacement(inner(), t); }
float FigureBuilder::childhood(const Person& p) const { return 1 - unit_range((p[Trait::age] - 4) / 14); }

void FigureBuilder::triangle(std::int32_t a, std::int32_t b, std::int32_t c, std::uint8_t flags) {
    const FigureVertex& v = vertices[static_cast<std::size_t>(a)];
    FigureTriangle t{a, b, c, v.material, v.layer, v.side, flags};
    if (v.material == Material::skin) t.layer = 0, t.side = 0;
    triangles.push_back(t);
}

void FigureBuilder::join(const Sheet& sheet, std::uint8_t flags) {
    for (int row = 0; row + 1 < sheet.rows; ++row)
        for (int column = 0; column < sheet.across - (sheet.ring ? 0 : 1); ++column) {
            const std::int32_t a = sheet.at(column, row), b = sheet.at(column + 1, row), c = sheet.at(column + 1, row + 1), d = sheet.at(column, row + 1);
            if (c != d) triangle(d, c, b, flags);
            if (a != b) triangle(d, b, a, flags);
        }
}

void FigureBuilder::bake_normals(std::int32_t first_vertex, std::int32_t first_triangle) {
    for (std::size_t i = static_cast<std::size_t>(first_vertex); i < vertices.size(); ++i) vertices[i].normal = {0, 0, 0};
    for (std::size_t k = static_cast<std::size_t>(first_triangle); k < triangles.size(); ++k) {
        const FigureTriangle& t = triangles[k];
        FigureVertex &a = vertices[static_cast<std::size_t>(t.a)], &b = vertices[static_cast<std::size_t>(t.b)], &c = vertices[static_cast<std::size_t>(t.c)];
        const Vec3 n = cross(b.rest - a.rest, c.rest - a.rest);
        for (FigureVertex* v : {&a, &b, &c}) v->normal += n;
    }
    for (std::size_t i = static_cast<std::size_t>(first_vertex); i < vertices.size(); ++i) vertices[i].normal = unit(vertices[i].normal);
}

void FigureBuilder::face_away(std::int32_t first_vertex, std::int32_t first_triangle, Vec3 inside) {
    bake_normals(first_vertex, first_triangle);
    float outwards = 0;
    for (std::size_t i = static_cast<std::size_t>(first_vertex); i < vertices.size(); ++i) outwards += dot(vertices[i].normal, vertices[i].rest - inside);
    if (outwards >= 0) return;
    for (std::size_t i = static_cast<std::size_t>(first_vertex); i < vertices.size(); ++i) vertices[i].normal = vertices[i].normal * -1;
    for (std::size_t k = static_cast<std::size_t>(first_triangle); k < triangles.size(); ++k) std::swap(triangles[k].b, triangles[k].c);
}

void FigureBuilder::build() {
    add_head();
    place_eyes();
    add_eyeballs();
    add_tongue();
    figure.soft_count_ = vertex_total();
    add_teeth();
    add_lashes();
    add_ears();
    add_glasses();
    add_torso();
    add_knot();
    add_curtains();
    add_cap();
    add_beard();
}

void FigureBuilder::upload(Queue& queue) {
    const auto soft = static_cast<std::size_t>(figure.soft_count_);
    std::vector<std::int32_t> first(soft + 1), around;
    const auto corners = [](const FigureTriangle& t) { return std::array{t.a, t.b, t.c}; };
    for (const FigureTriangle& t : triangles)
        for (const std::int32_t v : corners(t))
            if (static_cast<std::size_t>(v) < soft) ++first[static_cast<std::size_t>(v) + 1];
    for (std::size_t v = 0; v < soft; ++v) first[v + 1] += first[v];
    around.resize(static_cast<std::size_t>(first[soft]));
    std::vector<std::int32_t> next(first.begin(), first.end() - 1);
    for (std::size_t k = 0; k < triangles.size(); ++k)
        for (const std::int32_t v : corners(triangles[k]))
            if (static_cast<std::size_t>(v) < soft) around[static_cast<std::size_t>(next[static_cast<std::size_t>(v)]++)] = static_cast<std::int32_t>(k);
    const auto send = [&queue](Buffer& buffer, const auto& from) {
        const std::size_t bytes = from.size() * sizeof(from[0]);
        buffer = Buffer(queue, bytes);
        queue.copy(buffer.data(), queue.place(), from.data(), Place::host, bytes);
    };
    send(figure.vertex_buffer_, vertices);
    send(figure.triangle_buffer_, triangles);
    send(figure.first_buffer_, first);
    send(figure.around_buffer_, around);
    send(figure.pull_first_buffer_, pulls.first);
    send(figure.pull_buffer_, pulls.pulls);
    queue.wait();
}

Figure::Figure(Queue& queue, const Person& person, const FigureOptions& options) {
    FigureBuilder builder(*this, person, options);
    builder.build();
    builder.upload(queue);
}

void Figure::bake_skin(Queue& queue) const {
    if (skin_.map().texels == nullptr) skin_ = Skin(queue, {person_, swapped_ ? other_ : Person{}, swapped_, swapped_ ? tone_ : 0}, skin_texels_per_cell());
}

const SkinMap& Figure::skin(Queue& queue) const {
    const std::lock_guard lock(baking_);
    bake_skin(queue);
    return skin_.map();
}

void Figure::begin_skin(Queue& queue) const {
    if (const std::unique_lock lock(baking_, std::try_to_lock); lock) bake_skin(queue);
}

std::size_t Figure::device_bytes() const noexcept {
    std::size_t bytes = Skin::bytes(skin_texels_per_cell());
    for (const Buffer* const buffer : {&vertex_buffer_, &triangle_buffer_, &first_buffer_, &around_buffer_, &pull_first_buffer_, &pull_buffer_}) bytes += buffer->bytes();
    return bytes;
}

}  // namespace mien::synth
