// From a sample of the visibility buffers to the surface it shows.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/drawing.h"

namespace mien::synth {

/// The triangle that a key of the visibility buffer names; nothing for an empty one.
MIEN_HD inline Hit hit_of(const Drawing& drawing, const ShotRecord& shot, std::uint64_t key) {
    if (!Visible::holds(key, drawing.stamp)) return {};
    const std::uint32_t id = Visible::id(key);
    const Instance& instance = drawing.owner(shot, id);
    return {&instance, static_cast<int>(id - instance.first_id), Visible::nearness(key)};
}
/// What is seen at sample (i, j) of a shot: the nearest surface, and inside the lips' opening the teeth or the tongue in front of the mouth's lining. Teeth
/// never show in front of lips: what decides is that the lining is the nearest of everything else.
MIEN_HD inline Hit hit_at(const Drawing& drawing, const ShotRecord& shot, std::size_t at) {
    const Hit hit = hit_of(drawing, shot, drawing.visible[at]);
    if (hit.instance == nullptr || (hit.face().flags & FigureTriangle::mouth_wall) == 0) return hit;
    const Hit inside = hit_of(drawing, shot, drawing.second[at]);
    if (inside.instance != hit.instance || inside.nearness < hit.nearness || (inside.face().flags & FigureTriangle::in_mouth) == 0) return hit;
    return inside;
}

/// Corners of a triangle and their shares at a place of the picture.
struct Corners {
    const FigureVertex *a, *b, *c;
    const PosedVertex *pa, *pb, *pc;
    const ScreenVertex *sa, *sb, *sc;
    Shares share;
    MIEN_HD Corners(const Hit& hit, std::int32_t x, std::int32_t y) {
        const Instance& who = *hit.instance;
        const FigureTriangle& face = hit.face();
        a = who.vertices + face.a, b = who.vertices + face.b, c = who.vertices + face.c;
        pa = who.posed + face.a, pb = who.posed + face.b, pc = who.posed + face.c;
        sa = who.screen + face.a, sb = who.screen + face.b, sc = who.screen + face.c;
        share = shares_at(*sa, *sb, *sc, x, y);
    }
    /// The same triangle at another place, unless that is so far off it that its plane says nothing any more (slivers).
    MIEN_HD void move_to(std::int32_t x, std::int32_t y) {
        const Shares there = shares_at(*sa, *sb, *sc, x, y);
        const auto near = [](float p) { return p > -1 && p < 2; };
        if (near(there.a) && near(there.b) && near(there.c)) share = there;
    }
    template <class Value>
    MIEN_HD Value blend(Value va, Value vb, Value vc) const {
        return va * share.a + vb * share.b + vc * share.c;
    }
    MIEN_HD Surface surface() const {
        Surface s;
        s.at = blend(pa->at, pb->at, pc->at);
        s.normal = unit(blend(pa->normal, pb->normal, pc->normal));
        s.on = blend(a->on, b->on, c->on);
        s.u = blend(a->u, b->u, c->u);
        s.v = blend(a->v, b->v, c->v);
        s.a = blend(a->a, b->a, c->a);
        s.from_behind = (static_cast<std::int64_t>(sb->x) - sa->x) * (static_cast<std::int64_t>(sc->y) - sa->y) -
                            (static_cast<std::int64_t>(sb->y) - sa->y) * (static_cast<std::int64_t>(sc->x) - sa->x) >
                        0;
        return s;
    }
    /// Texture coordinates of a triangle of skin; across the grid's seam it is unrolled first.
    MIEN_HD GridPlace place(const Hit& hit) const {
        const GridPlace* const grid = hit.instance->grid;
        const FigureTriangle& face = hit.face();
        const GridPlace ga = grid[face.a], gb = grid[face.b], gc = grid[face.c];
        constexpr float around = SkinMap::columns;
        const float largest = most(ga.column, most(gb.column, gc.column));
        const auto unroll = [largest](float column) { return largest - column > around / 2 ? column + around : column; };
        const float column = blend(unroll(ga.column), unroll(gb.column), unroll(gc.column));
        return {limit(column >= around ? column - around : column, 0, around), limit(blend(ga.row, gb.row, gc.row), 0, SkinMap::rows - 1)};
    }
    /// Number of the inner row behind a rim, between rows; 0 on the outer skin.
    MIEN_HD float inner_row() const {
        const auto row = [](const FigureVertex& v) { return v.motion == Motion::inside ? magnitude(v.a) : 0; };
        return blend(row(*a), row(*b), row(*c));
    }
    /// Direction in which v grows: along strands.
    MIEN_HD Vec3 along_v() const {
        const Vec3 e1 = pb->at - pa->at, e2 = pc->at - pa->at;
        const float u1 = b->u - a->u, v1 = b->v - a->v, u2 = c->u - a->u, v2 = c->v - a->v, turn = u1 * v2 - u2 * v1;
        return magnitude(turn) > 1e-9f ? unit((e2 * u1 - e1 * u2) * (turn > 0 ? 1.0f : -1.0f)) : Vec3{0, -1, 0};
    }
};

}  // namespace mien::synth
