// How a figure is put together: the parts, each in a file of its own, add vertices and triangles to one mesh.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "synth/figure.h"
#include "synth/hair.h"
#include "synth/head_template.h"
#include "synth/rig.h"

namespace mien::synth {

/// A sheet of vertices: `across` to a row, `rows` of them; the first or last row may be a single vertex.
struct Sheet {
    std::int32_t first = 0;
    int across = 0, rows = 0;
    bool ring = false;        ///< the last column is joined to the first
    bool first_pole = false, last_pole = false;
    int size() const { return across * (rows - (first_pole ? 1 : 0) - (last_pole ? 1 : 0)) + (first_pole ? 1 : 0) + (last_pole ? 1 : 0); }
    bool single(int row) const { return (first_pole && row == 0) || (last_pole && row == rows - 1); }
    std::int32_t at(int column, int row) const {
        const int before = row == 0 ? 0 : (first_pole ? 1 + across * (row - 1) : across * row);
        return first + before + (single(row) ? 0 : column % across);
    }
};

/// Used once, by Figure's constructor.
class FigureBuilder {
public:
    FigureBuilder(Figure&, const Person&, const FigureOptions&);
    void build();
    void upload(Queue&);

private:
    // figure_head.cpp
    void add_head();
    void add_landmarks();
    FigureVertex skin_vertex(const HeadTemplate& of, const Basis& shape, std::int32_t i) const;
    // figure_eyes.cpp
    void place_eyes();
    void add_eyeballs();
    void add_lashes();
    // figure_mouth.cpp
    void add_tongue();
    void add_teeth();
    // figure_parts.cpp
    void add_ears();
    void add_glasses();
    void add_torso();
    // figure_hair.cpp
    void add_knot();
    void add_curtains();
    void add_cap();
    void add_beard();
    void add_shell(std::vector<FigureVertex>& shell, int across, int rows, int layer);
    Vec3 over_cap(const HairStyle&, float azimuth, float y, float inwards) const;

    std::int32_t add(const FigureVertex& v) {
        vertices.push_back(v);
        return static_cast<std::int32_t>(vertices.size()) - 1;
    }
    void triangle(std::int32_t a, std::int32_t b, std::int32_t c, std::uint8_t flags = 0);
    void tube(const std::vector<Vec3>& path, float radius, bool closed);
    /// Fills `sheet` with vertices place(column, row) and joins them; returns its number of triangles.
    template <class Place> Sheet add_sheet(Sheet sheet, std::uint8_t flags, const Place& place) {
        sheet.first = static_cast<std::int32_t>(vertices.size());
        for (int row = 0; row < sheet.rows; ++row)
            for (int column = 0; column < (sheet.single(row) ? 1 : sheet.across); ++column) add(place(column, row));
        join(sheet, flags);
        return sheet;
    }
    void join(const Sheet&, std::uint8_t flags);
    /// Turns the triangles from `first_triangle` on, all of one sheet, so that they look away from `inside`, and bakes the normals of the vertices from `first_vertex` on.
    void face_away(std::int32_t first_vertex, std::int32_t first_triangle, Vec3 inside);
    void bake_normals(std::int32_t first_vertex, std::int32_t first_triangle);
    std::int32_t triangle_total() const { return static_cast<std::int32_t>(triangles.size()); }
    std::int32_t vertex_total() const { return static_cast<std::int32_t>(vertices.size()); }
    bool coarse() const { return figure.detail_ >= 2; }

    /// Whose inner face it is: shape of lids, teeth, mouth.
    const Person& inner() const { return figure.swapped_ ? figure.other_ : figure.person_; }
    const Person& person() const { return figure.person_; }
    Vec3 inner_shape(Vec3 t) const;
    float childhood(const Person&) const;  ///< 1 at four years .. 0 at eighteen

    Figure& figure;
    std::vector<FigureVertex>& vertices;
    std::vector<FigureTriangle>& triangles;
    const HeadTemplate& head;
    Basis pulls;  ///< of actions, a row for each vertex of the skin and of a coarse figure's landmarks
};

}  // namespace mien::synth
