// Integer rasterising: positions snapped to 1/256 of a sample, top-left rule, ties to the lower triangle, so that every machine covers the same samples.
// SPDX-License-Identifier: Apache-2.0
#include "synth/raster.h"

#include <string>

#include "kernels/launch.h"

namespace mien::synth {
namespace {

/// Beyond this many samples a position is not drawn: products of its coordinates would leave 64 bits.
constexpr float far_outside = 2097152;
constexpr float nearest_mm = 20;

MIEN_HD inline std::int32_t snapped(float samples) { return whole_below(samples * 256 + 0.5f); }

struct Forget {
    std::uint64_t* keys;
    std::size_t count;
    static constexpr int per_call = 4096;
    static std::string name() { return "synth_forget"; }
    MIEN_HD void operator()(int x, int) const {
        const std::size_t first = static_cast<std::size_t>(x) * per_call, end = first + per_call < count ? first + per_call : count;
        for (std::size_t i = first; i < end; ++i) keys[i] = ~std::uint64_t{0};
    }
};

/// One vertex of one instance.
struct Project {
    Drawing drawing;

    static std::string name() { return "synth_project"; }
    MIEN_HD void operator()(int x, int y) const {
        const Instance& instance = drawing.instances[y];
        if (x >= instance.vertex_count) return;
        const Vec3 at = instance.posed[x].at;
        const Camera& camera = drawing.shots[instance.shot].camera;
        const auto samples = static_cast<float>(drawing.samples);
        const Vec3 seen = camera.project(at);
        ScreenVertex out;
        const float sx = (seen.x + 0.5f) * samples - 0.5f, sy = (seen.y + 0.5f) * samples - 0.5f;
        if (seen.z > nearest_mm && magnitude(sx) < far_outside && magnitude(sy) < far_outside) {
            out.x = snapped(sx);
            out.y = snapped(sy);
            out.nearness = 1 / seen.z;
        }
        const ShadowMap& map = instance.shadow;
        const Vec3 d = at - map.centre;
        const float half = 0.5f * static_cast<float>(map.side);
        out.shadow_x = snapped(limit(half + dot(d, map.right) * map.scale, -4096, 4096));
        out.shadow_y = snapped(limit(half - dot(d, map.up) * map.scale, -4096, 4096));
        out.shadow_depth = limit(1000 - dot(d, map.towards), 1, 4000);
        instance.screen[x] = out;
    }
};

/// A minimum that many may lower at once: the order of callers does not matter.
MIEN_HD inline void lower(std::uint64_t* at, std::uint64_t key) {
    if (key >= *at) return;  // it only falls, so an old value can only call for one atomic operation too many
#if defined(__CUDA_ARCH__)
    atomicMin(reinterpret_cast<unsigned long long*>(at), static_cast<unsigned long long>(key));
#else
    *at = key;
#endif
}

struct Corner {
    std::int32_t x, y;
};
MIEN_HD constexpr std::int32_t lower_of(std::int32_t p, std::int32_t q) { return p < q ? p : q; }
MIEN_HD constexpr std::int32_t higher_of(std::int32_t p, std::int32_t q) { return p > q ? p : q; }

/// Samples x0..x1, y0..y1.
struct Window {
    int x0, x1, y0, y1;
};
/// Whole holds the products of a triangle's coordinates: 32 bits for small ones.
template <class Whole, class Visit>
MIEN_HD inline void visit_window(Corner a, Corner b, Corner c, Window w, const Visit& visit) {
    const auto wide = [](std::int32_t p, std::int32_t q) { return static_cast<Whole>(p) - static_cast<Whole>(q); };
    const float scale = 1 / static_cast<float>(wide(b.x, a.x) * wide(c.y, a.y) - wide(b.y, a.y) * wide(c.x, a.x));
    struct Edge {
        Whole at, right, down, not_own;
    };
    const auto edge = [&](Corner p, Corner q) {
        const Whole dx = wide(q.x, p.x), dy = wide(q.y, p.y);
        const Whole not_own = dy < 0 || (dy == 0 && dx > 0) ? 0 : 1;  // samples on it belong to left and top edges
        return Edge{dx * wide(w.y0 * 256, p.y) - dy * wide(w.x0 * 256, p.x) - not_own, -dy * 256, dx * 256, not_own};
    };
    Edge of_a = edge(b, c), of_b = edge(c, a), of_c = edge(a, b);
    for (int j = w.y0; j <= w.y1; ++j) {
        Whole ea = of_a.at, eb = of_b.at, ec = of_c.at;
        for (int i = w.x0; i <= w.x1; ++i) {
            if ((ea | eb | ec) >= 0)
                visit(i, j, static_cast<float>(ea + of_a.not_own) * scale, static_cast<float>(eb + of_b.not_own) * scale,
                      static_cast<float>(ec + of_c.not_own) * scale);
            ea += of_a.right;
            eb += of_b.right;
            ec += of_c.right;
        }
        of_a.at += of_a.down;
        of_b.at += of_b.down;
        of_c.at += of_c.down;
    }
}
/// Calls visit(i, j, share of a, of b, of c) for every sample centre inside a triangle whose corners turn clockwise on the screen (y down). Shares are linear
/// on the screen.
template <class Visit>
MIEN_HD inline void visit_samples(Corner a, Corner b, Corner c, int width, int height, const Visit& visit) {
    const std::int32_t left = lower_of(a.x, lower_of(b.x, c.x)), right = higher_of(a.x, higher_of(b.x, c.x)), top = lower_of(a.y, lower_of(b.y, c.y)),
                       bottom = higher_of(a.y, higher_of(b.y, c.y));
    const Window w{higher_of((left + 255) >> 8, 0), lower_of(right >> 8, width - 1), higher_of((top + 255) >> 8, 0), lower_of(bottom >> 8, height - 1)};
    if (w.x0 > w.x1 || w.y0 > w.y1) return;
    if (right - left < 16384 && bottom - top < 16384)
        visit_window<std::int32_t>(a, b, c, w, visit);
    else
        visit_window<std::int64_t>(a, b, c, w, visit);
}
MIEN_HD inline std::int64_t turn_of(Corner a, Corner b, Corner c) {
    const auto wide = [](std::int32_t p, std::int32_t q) { return static_cast<std::int64_t>(p) - q; };
    return wide(b.x, a.x) * wide(c.y, a.y) - wide(b.y, a.y) * wide(c.x, a.x);
}

/// One triangle of one instance: into the camera's buffers and the key light's map.
struct Rasterise {
    Drawing drawing;

    static std::string name() { return "synth_rasterise"; }

    /// Closed surfaces whose inside nobody sees. The linings of mouth and lids, hair (from below) and the collar are seen from both sides.
    MIEN_HD static bool is_closed(const FigureTriangle& face) {
        switch (face.material) {
            case Material::skin:
                return (face.flags & (FigureTriangle::mouth_wall | FigureTriangle::lid_inside)) == 0;
            case Material::ear:
            case Material::eye:
            case Material::teeth:
            case Material::tongue:
            case Material::frame:
            case Material::beard:
                return true;
            default:
                return false;
        }
    }
    /// Shells of hair behind the head, well turned away: the skull hides them, and testing them for holes is dear.
    MIEN_HD bool is_far_side(const Instance& instance, const FigureTriangle& face) const {
        if (face.material != Material::hair || face.layer >= curtain_layer) return false;
        const PosedVertex& vertex = instance.posed[face.a];
        const Vec3 view = drawing.shots[instance.shot].camera.place - vertex.at;
        const float facing = dot(view, vertex.normal);
        return facing < 0 && facing * facing > 0.25f * dot(view, view);
    }
    MIEN_HD static float cover(const Look& look, const FigureTriangle& face, const FigureVertex& a, const FigureVertex& b, const FigureVertex& c, float pa,
                               float pb, float pc) {
        const float u = a.u * pa + b.u * pb + c.u * pc, v = a.v * pa + b.v * pb + c.v * pc;
        if (face.material == Material::lash) return lash_cover(face.layer, u, v);
        const float inside = a.a * pa + b.a * pb + c.a * pc;
        const Vec3 on = a.on * pa + b.on * pb + c.on * pc;
        if (face.material == Material::beard) return beard_cover(face.layer, inside, on);
        return hair_cover(look.style, face.layer, u, v, inside, on, look.seed);
    }

    MIEN_HD void to_camera(const Instance& instance, const FigureTriangle& face, std::uint32_t id) const {
        const ScreenVertex *a = instance.screen + face.a, *b = instance.screen + face.b, *c = instance.screen + face.c;
        if (a->nearness <= 0 || b->nearness <= 0 || c->nearness <= 0) return;
        const std::int64_t turn = turn_of({a->x, a->y}, {b->x, b->y}, {c->x, c->y});
        if (turn == 0 || (turn > 0 && (is_closed(face) || is_far_side(instance, face)))) return;
        const FigureVertex *va = instance.vertices + face.a, *vb = instance.vertices + face.b, *vc = instance.vertices + face.c;
        if (turn < 0) {
            const ScreenVertex* const swap = b;
            b = c;
            c = swap;
            const FigureVertex* const other = vb;
            vb = vc;
            vc = other;
        }
        const bool aside = (face.flags & FigureTriangle::in_mouth) != 0 || face.material == Material::lens;
        std::uint64_t* const buffer = (aside ? drawing.second : drawing.visible) + drawing.at(instance.shot, 0, 0);
        const int width = drawing.sample_width();
        const bool holes = (face.flags & FigureTriangle::cut_out) != 0;
        visit_samples({a->x, a->y}, {b->x, b->y}, {c->x, c->y}, width, drawing.sample_height(), [&](int i, int j, float la, float lb, float lc) {
            const float pa = la * a->nearness, pb = lb * b->nearness, pc = lc * c->nearness, nearness = pa + pb + pc;
            const std::uint64_t key = Visible::key(drawing.stamp, Visible::depth_of_nearness(nearness), id);
            std::uint64_t* const at = buffer + static_cast<std::size_t>(j) * static_cast<std::size_t>(width) + static_cast<std::size_t>(i);
            if (key >= *at) return;
            if (holes) {
                const float k = 1 / nearness;
                if (!(cover(instance.look, face, *va, *vb, *vc, pa * k, pb * k, pc * k) > 0)) return;
            }
            lower(at, key);
        });
    }
    MIEN_HD void to_light(const Instance& instance, const FigureTriangle& face, std::uint32_t id) const {
        const ScreenVertex *a = instance.screen + face.a, *b = instance.screen + face.b, *c = instance.screen + face.c;
        const std::int64_t turn = turn_of({a->shadow_x, a->shadow_y}, {b->shadow_x, b->shadow_y}, {c->shadow_x, c->shadow_y});
        if (turn == 0 || (turn > 0 && is_closed(face))) return;
        const FigureVertex *va = instance.vertices + face.a, *vb = instance.vertices + face.b, *vc = instance.vertices + face.c;
        if (turn < 0) {
            const ScreenVertex* const swap = b;
            b = c;
            c = swap;
            const FigureVertex* const other = vb;
            vb = vc;
            vc = other;
        }
        const ShadowMap& map = instance.shadow;
        const bool holes = (face.flags & FigureTriangle::cut_out) != 0;
        visit_samples({a->shadow_x, a->shadow_y}, {b->shadow_x, b->shadow_y}, {c->shadow_x, c->shadow_y}, map.side, map.side,
                      [&](int i, int j, float la, float lb, float lc) {
                          const float depth = la * a->shadow_depth + lb * b->shadow_depth + lc * c->shadow_depth;
                          const std::uint64_t key = Visible::key(drawing.stamp, std::bit_cast<std::uint32_t>(most(depth, 0)), id);
                          std::uint64_t* const at = map.texels + j * map.side + i;
                          if (key >= *at || (holes && !(cover(instance.look, face, *va, *vb, *vc, la, lb, lc) > 0))) return;
                          lower(at, key);
                      });
    }
    MIEN_HD void operator()(int x, int y) const {
        const Instance& instance = drawing.instances[y];
        if (x >= instance.triangle_count) return;
        // From the back: outer shells of hair come last in a figure, and what they hide need not be tested for holes.
        const int triangle = instance.triangle_count - 1 - x;
        const FigureTriangle& face = instance.triangles[triangle];
        const std::uint32_t id = instance.first_id + static_cast<std::uint32_t>(triangle);
        to_camera(instance, face, id);
        if ((face.flags & FigureTriangle::no_shadow) == 0 && instance.shadow.side > 0) to_light(instance, face, id);
    }
};

}  // namespace

void forget_keys(Queue& queue, std::uint64_t* keys, std::size_t count) {
    kernels::for_each_pixel(queue, {static_cast<int>((count + Forget::per_call - 1) / Forget::per_call), 1}, Forget{keys, count});
}
void project(Queue& queue, const Drawing& drawing, int instances, int most_vertices) {
    kernels::for_each_pixel(queue, {most_vertices, instances}, Project{drawing});
}
void rasterise(Queue& queue, const Drawing& drawing, int instances, int most_triangles) {
    kernels::for_each_pixel(queue, {most_triangles, instances}, Rasterise{drawing});
}

}  // namespace mien::synth
