// SPDX-License-Identifier: Apache-2.0
#include "synth/head_template.h"

#include <algorithm>

#include "synth/head_field.h"

namespace mien::synth {
namespace {

constexpr int full_columns = 180, full_half = full_columns / 2 + 1;
constexpr float crown_level = 42, chin_level = -112;
constexpr int crown_rows = 24, under_chin_rows = 12, neck_rows = 18;

enum class Zone : std::uint8_t { crown, band, under_chin, neck };
struct Row {
    Zone zone;
    float at;  ///< crown: share of the way up; band: level in mm; below: share of the way down
    int number = 0;  ///< in the full template
};
struct Column {
    float azimuth;
    int number;  ///< from the middle of the face, in the full template
};

/// Azimuths 0..pi: dense in front, growing behind, the last one exactly pi.
std::array<float, full_half> azimuths() {
    constexpr float dense = 46 * degree, step = 0.85f * degree;
    std::array<float, full_half> half{};
    float at = 0, stride = step;
    for (float& a : half) {
        a = at;
        if (at >= dense) stride = least(stride * 1.12f, 4.6f * degree);
        at += stride;
    }
    const float stretch = (pi - dense) / (half.back() - dense);
    for (float& a : half)
        if (a > dense) a = dense + (a - dense) * stretch;
    return half;
}

/// Half the columns, from the middle of the face to the back. Coarse ones keep the ends of the cuts: canthi and lip corners stay where they are.
std::vector<Column> half_columns(int detail) {
    const auto all = azimuths();
    std::vector<Column> half;
    int inner = 0, outer = 0, corner = 0;
    for (int k = 0; k < full_half; ++k) {
        const float a = all[static_cast<std::size_t>(k)];
        if (a <= HeadTemplate::eye_cut_inner) inner = k;
        if (a < HeadTemplate::mouth_cut) corner = k + 1;
        if (a < HeadTemplate::eye_cut_outer) outer = k + 1;
    }
    for (int k = 0; k < full_half; ++k) {
        const bool end = k == inner || k == corner || k == outer || k == full_half - 1;
        const bool odd = k > inner && k < outer;  // the corners are odd ones
        if (detail == 1 || end || (k % 2 == (odd ? 1 : 0) && k + 1 != inner)) half.push_back({all[static_cast<std::size_t>(k)], k});
    }
    return half;
}

std::vector<Row> rows_from_crown(HeadTemplate& head, int detail) {
    std::vector<Row> rows;
    for (int k = 0; k < crown_rows; ++k) rows.push_back({Zone::crown, 1 - (static_cast<float>(k) + 0.35f) / crown_rows});
    float level = crown_level;
    const auto descend = [&](float to, float step) {
        const int count = std::max(1, static_cast<int>((level - to) / step + 0.5f));
        const float even = (level - to) / static_cast<float>(count), from = level;
        for (int i = 0; i < count; ++i) rows.push_back({Zone::band, from - even * static_cast<float>(i)});
        level = to;
    };
    descend(14, 1.7f);
    descend(0, 0.85f);
    head.eye_row = static_cast<int>(rows.size());
    descend(-13, 0.9f);
    descend(-34, 1.6f);
    descend(-54, 1.1f);
    descend(lip_y, 0.85f);
    head.lip_row = static_cast<int>(rows.size());
    descend(-82, 0.85f);
    descend(chin_level, 1.7f);
    head.last_band_row = static_cast<int>(rows.size()) - 1;
    for (int k = 0; k < under_chin_rows; ++k) rows.push_back({Zone::under_chin, static_cast<float>(k) / under_chin_rows});
    for (int k = 0; k < neck_rows; ++k) rows.push_back({Zone::neck, (static_cast<float>(k) + 0.6f) / 17.6f});
    for (std::size_t j = 0; j < rows.size(); ++j) rows[j].number = static_cast<int>(j);
    if (detail == 1) return rows;
    // Both cut rows are even ones.
    std::vector<Row> coarse;
    for (std::size_t j = 0; j < rows.size(); ++j)
        if (j % 2 == 0 || j + 1 == rows.size()) coarse.push_back(rows[j]);
    for (int* row : {&head.lip_row, &head.eye_row, &head.last_band_row}) *row /= 2;
    return coarse;
}

HeadVertex cast(float azimuth, const Row& row) {
    const float rho = 72 + 31 * exponential(-square(azimuth / (25 * degree)));
    const auto elevation = [rho](float level) { return arc_tangent(level + 15, rho); };
    HeadVertex v;
    v.azimuth = azimuth;
    Vec3 origin{0, -15, 0};
    float up = 0;
    switch (row.zone) {
        case Zone::crown: up = mix(elevation(crown_level), 90 * degree, row.at), v.level = crown_level + row.at * 80; break;
        case Zone::band: up = elevation(row.at), v.level = row.at; break;
        case Zone::under_chin: up = mix(elevation(chin_level), -66 * degree, row.at), v.level = chin_level - row.at * 40; break;
        case Zone::neck:
            // Linear in the tangent: linear in the angle would fold the side of the neck.
            up = -arc_tangent(mix(2.24603677f, 0.03f, row.at), 1);
            origin = {0, -15 - 180 * row.at, -20 * row.at};
            v.level = chin_level - 40 - row.at * 40;
            break;
    }
    v.at = outermost_skin(origin, {sine(azimuth) * cosine(up), sine(up), cosine(azimuth) * cosine(up)});
    return v;
}

struct Builder {
    HeadTemplate& head;
    std::vector<Column> half;
    int middle;                       ///< of the columns: azimuth 0
    std::vector<std::int32_t> lower;  ///< per grid vertex: its copy below a cut, or itself

    std::int32_t add(const HeadVertex& v) {
        head.vertices.push_back(v);
        return static_cast<std::int32_t>(head.vertices.size()) - 1;
    }
    void quad(std::int32_t a, std::int32_t b, std::int32_t c, std::int32_t d) {
        if (a != b) head.triangles.push_back({a, b, c});
        if (c != d) head.triangles.push_back({a, c, d});
    }
    std::int32_t below(std::int32_t v) const { return static_cast<std::size_t>(v) < lower.size() ? lower[static_cast<std::size_t>(v)] : v; }
    HeadVertex& vertex(std::int32_t v) const { return head.vertices[static_cast<std::size_t>(v)]; }

    void cast_grid(const std::vector<Row>& rows) {
        head.vertices.resize(static_cast<std::size_t>(head.columns) * rows.size());
        const int last = static_cast<int>(half.size()) - 1;
        for (int j = 0; j < head.rows; ++j)
            for (int k = 0; k <= last; ++k) {
                const Column& column = half[static_cast<std::size_t>(k)];
                const Row& row = rows[static_cast<std::size_t>(j)];
                HeadVertex v = cast(column.azimuth, row);
                if (k == 0 || k == last) v.at.x = 0;
                place_on_face(v, j);
                v.row = static_cast<float>(row.number);
                v.column = static_cast<float>((full_half - 1 + column.number) % full_columns);
                vertex(head.grid(middle + k, j)) = v;
                if (k == 0 || k == last) continue;
                v.at.x = -v.at.x;
                v.azimuth = -v.azimuth;
                v.eye = static_cast<std::int8_t>(-v.eye);
                v.column = static_cast<float>(full_half - 1 - column.number);
                vertex(head.grid(middle - k, j)) = v;
            }
    }

    /// Bends the lip line, says which side of it a vertex is on (by row: the line is curved), and gives the lid coordinates.
    void place_on_face(HeadVertex& v, int row) const {
        if (row == head.lip_row && v.azimuth < HeadTemplate::mouth_cut * 1.1f) v.at.y = lip_y;
        if (v.at.z > 60 && magnitude(v.at.x) < 45) v.at.y += lip_line(v.at.x) * bell(v.at.y - lip_y, 4);
        if (row != head.lip_row) v.lip = row < head.lip_row ? 1 : -1;
        const float inner = HeadTemplate::eye_cut_inner, outer = HeadTemplate::eye_cut_outer;
        const float q = (v.azimuth - 0.5f * (inner + outer)) / (0.5f * (outer - inner));
        if (v.level <= -15 || v.level >= 17 || magnitude(q) >= 1.6f) return;
        v.eye = 1;
        v.q = q;
        v.h = v.level >= 0 ? v.level / 12 : v.level / 11;
    }

    void cut() {
        lower.resize(head.vertices.size());
        for (std::size_t i = 0; i < lower.size(); ++i) lower[i] = static_cast<std::int32_t>(i);
        const auto split = [&](std::int32_t v, auto&& change) {
            HeadVertex copy = vertex(v);
            change(vertex(v), 1.0f);
            change(copy, -1.0f);
            lower[static_cast<std::size_t>(v)] = add(copy);
        };
        for (int i = 0; i < head.columns; ++i) {
            const std::int32_t mouth = head.grid(i, head.lip_row), eye = head.grid(i, head.eye_row);
            const float azimuth = magnitude(vertex(mouth).azimuth);
            if (azimuth < HeadTemplate::mouth_cut) split(mouth, [](HeadVertex& v, float side) { v.lip = side > 0 ? 1 : -1; });
            if (azimuth > HeadTemplate::eye_cut_inner && azimuth < HeadTemplate::eye_cut_outer) split(eye, [](HeadVertex& v, float side) { v.h = side * 1e-4f; });
        }
    }

    void skin() {
        for (int j = 0; j + 1 < head.rows; ++j)
            for (int i = 0; i < head.columns; ++i)
                quad(head.grid(i, j + 1), head.grid(i + 1, j + 1), below(head.grid(i + 1, j)), below(head.grid(i, j)));
        HeadVertex top = vertex(0);
        Vec3 sum;
        for (int i = 0; i < head.columns; ++i) sum += vertex(head.grid(i, 0)).at;
        top.at = sum * (1.0f / static_cast<float>(head.columns));
        top.at.x = 0;
        top.at.y += 0.15f;
        top.row = 0;
        head.pole = add(top);
        for (int i = 0; i < head.columns; ++i) head.triangles.push_back({head.grid(i, 0), head.grid(i + 1, 0), head.pole});
    }

    /// Hangs `count` rows behind a rim; returns them, the rim first.
    std::vector<std::vector<std::int32_t>> hang(const std::vector<std::int32_t>& rim, Inside inside, int count, bool flip) {
        std::vector<std::vector<std::int32_t>> all{rim};
        for (int k = 1; k <= count; ++k) {
            const std::vector<std::int32_t> previous = all.back();
            std::vector<std::int32_t> row;
            for (const std::int32_t r : rim) {
                HeadVertex v = vertex(r);
                v.inside = inside;
                v.depth = static_cast<std::int8_t>(k);
                v.rim = r;
                row.push_back(add(v));
            }
            for (std::size_t i = 0; i + 1 < rim.size(); ++i) {
                if (flip) quad(row[i], row[i + 1], previous[i + 1], previous[i]);
                else quad(previous[i], previous[i + 1], row[i + 1], row[i]);
            }
            all.push_back(std::move(row));
        }
        return all;
    }

    void openings() {
        int reach = 0;
        while (vertex(head.grid(middle + reach, 0)).azimuth < HeadTemplate::mouth_cut) ++reach;
        for (int i = middle - reach; i <= middle + reach; ++i) {
            head.upper_lip.push_back(head.grid(i, head.lip_row));
            head.lower_lip.push_back(below(head.grid(i, head.lip_row)));
        }
        const auto up = hang(head.upper_lip, Inside::upper_lip, 7, true), down = hang(head.lower_lip, Inside::lower_lip, 7, false);
        for (std::size_t i = 0; i + 1 < head.upper_lip.size(); ++i) quad(down[7][i], down[7][i + 1], up[7][i + 1], up[7][i]);
        // The mouth is a closed bag: its walls meet behind the corners too.
        const std::size_t end = head.upper_lip.size() - 1;
        for (std::size_t k = 0; k < 7; ++k) {
            quad(up[k][0], down[k][0], down[k + 1][0], up[k + 1][0]);
            quad(down[k][end], up[k][end], up[k + 1][end], down[k + 1][end]);
        }
        for (std::size_t s = 0; s < 2; ++s) {
            for (int k = 0; k < middle; ++k) {
                const int column = s == 0 ? middle + k : middle - k;
                const float next = magnitude(vertex(head.grid(middle + k + 1, 0)).azimuth);
                const float before = k > 0 ? magnitude(vertex(head.grid(middle + k - 1, 0)).azimuth) : 0;
                if (next <= HeadTemplate::eye_cut_inner || before >= HeadTemplate::eye_cut_outer) continue;
                head.upper_lid[s].push_back(head.grid(column, head.eye_row));
                head.lower_lid[s].push_back(below(head.grid(column, head.eye_row)));
            }
            hang(head.upper_lid[s], Inside::upper_lid, 3, s == 0);
            hang(head.lower_lid[s], Inside::lower_lid, 3, s != 0);
        }
    }

    /// Partners across x = 0: grid by column, copies through their originals, inner rows by their place in the strip.
    void pair_sides() {
        std::vector<std::int32_t>& other = head.mirrored;
        other.assign(head.vertices.size(), -1);
        for (int j = 0; j < head.rows; ++j)
            for (int i = 0; i < head.columns; ++i) {
                const std::int32_t a = head.grid(i, j), b = head.grid(2 * middle - i, j);
                other[static_cast<std::size_t>(a)] = b;
                other[static_cast<std::size_t>(below(a))] = below(a) == a ? b : below(b);
            }
        other[static_cast<std::size_t>(head.pole)] = head.pole;
        const auto strips = [&](std::size_t first, std::size_t width, std::size_t partner, bool reversed, std::size_t count) {
            for (std::size_t k = 0; k < count; ++k)
                for (std::size_t i = 0; i < width; ++i)
                    other[first + k * width + i] = static_cast<std::int32_t>(partner + k * width + (reversed ? width - 1 - i : i));
        };
        std::size_t at = static_cast<std::size_t>(head.pole) + 1;
        const std::size_t lip = head.upper_lip.size(), lid = head.upper_lid[0].size();
        strips(at, lip, at, true, 7);
        at += 7 * lip;
        strips(at, lip, at, true, 7);
        at += 7 * lip;
        strips(at, lid, at + 6 * lid, false, 6);
        strips(at + 6 * lid, lid, at, false, 6);
    }
};

}  // namespace

HeadTemplate::HeadTemplate(int detail) {
    Builder builder{*this, half_columns(detail), 0, {}};
    const std::vector<Row> all = rows_from_crown(*this, detail);
    builder.middle = static_cast<int>(builder.half.size()) - 1;
    columns = 2 * builder.middle;
    rows = static_cast<int>(all.size());
    builder.cast_grid(all);
    builder.cut();
    builder.skin();
    builder.openings();
    builder.pair_sides();
}

std::int32_t HeadTemplate::nearest(Vec3 place, int side) const {
    std::int32_t best = 0;
    float least_distance = 1e30f;
    for (std::int32_t i = 0; i < columns * rows; ++i) {
        const HeadVertex& v = vertices[static_cast<std::size_t>(i)];
        float d = square(v.at.x - place.x) + square(v.at.y - place.y);
        d += place.z > 0 ? square(v.at.z - place.z) : (v.at.z < 40 ? 1e6f : 0);
        if (side != 0 && v.lip != side && v.lip != 0) d += 400;
        if (d < least_distance) {
            least_distance = d;
            best = i;
        }
    }
    return best;
}

const HeadTemplate& head_template(int detail) {
    if (detail >= 2) {
        static const HeadTemplate coarse(2);
        return coarse;
    }
    static const HeadTemplate full(1);
    return full;
}

}  // namespace mien::synth
