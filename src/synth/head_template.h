// The template head: one fixed mesh that every person shares; identity, expression and textures are functions of its vertices.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "synth/vector3.h"

namespace mien::synth {

/// Rows hung behind a rim: none for the outer skin.
enum class Inside : std::uint8_t { none, upper_lip, lower_lip, upper_lid, lower_lid };

/// One vertex of the template.
struct HeadVertex {
    Vec3 at;                 ///< mm, see Vec3
    float azimuth = 0;       ///< radians, 0 = front, positive to +x
    float level = 0;         ///< about the height in mm; rises and falls evenly with the rows
    float column = 0, row = 0;  ///< grid coordinates of the full template, the texture coordinates of the skin
    std::int8_t lip = 0;     ///< +1 above the lip line, -1 below, by row number
    std::int8_t eye = 0;     ///< +1 near the eye on +x, -1 near the other
    float q = 0, h = 9;      ///< lid coordinates: q -1 inner .. 1 outer canthus; h 0 at the rim, 1 at the crease, negative below
    Inside inside = Inside::none;
    std::int8_t depth = 0;   ///< number of the inner row, from 1
    std::int32_t rim = -1;   ///< the rim vertex an inner row hangs from
};

/// Immutable after construction; head_template() has the one instance of each detail. Thread-safety: any thread.
struct HeadTemplate {
    int columns = 0, rows = 0;  ///< of the grid: 180 by 182 at detail 1
    /// Radians and millimetres: half opening of the mouth cut, inner and outer end of each eye cut (azimuths).
    static constexpr float mouth_cut = 15.4f * degree, eye_cut_inner = 11.6f * degree, eye_cut_outer = 33.8f * degree;

    /// detail 1: every row and column; 2: every second one, with the same corners of eyes and mouth: its vertices are a subset of the full ones.
    explicit HeadTemplate(int detail);

    std::vector<HeadVertex> vertices;           ///< grid row-major from the crown, then copies at the cuts, pole, inner rows
    std::vector<std::array<std::int32_t, 3>> triangles;  ///< counter-clockwise from outside
    std::vector<std::int32_t> upper_lip, lower_lip;      ///< rim vertices from -x to +x, ends shared
    std::array<std::vector<std::int32_t>, 2> upper_lid, lower_lid;  ///< [0] = the eye on +x; from inner to outer canthus
    std::vector<std::int32_t> mirrored;         ///< the vertex on the other side
    std::int32_t pole = -1;
    int lip_row = 0, eye_row = 0, last_band_row = 0;  ///< grid rows

    int grid(int column, int row) const { return row * columns + (column % columns + columns) % columns; }
    /// The grid vertex nearest to a place; z is ignored when 0 (front of the head only). `side` of the lip line, 0 = any.
    std::int32_t nearest(Vec3 place, int side = 0) const;
};
const HeadTemplate& head_template(int detail = 1);

}  // namespace mien::synth
