// SPDX-License-Identifier: Apache-2.0
#include "synth/truth_planes.h"

#include <string>

#include "kernels/launch.h"
#include "synth/face_zones.h"
#include "synth/light.h"
#include "synth/surface.h"

namespace mien::synth {
namespace {

/// BiSeNet's class of a surface. Skin knows its own (baked), ears and eyes their side.
MIEN_HD inline Region region_of(const Hit& hit, const Corners& corners, const Surface& s) {
    const FigureTriangle& face = hit.face();
    switch (face.material) {
        case Material::eye:
            return face.side > 0 ? Region::eye_left : Region::eye_right;
        case Material::lash:
            return face.side > 0 || (face.side == 0 && s.on.x > 0) ? Region::eye_left : Region::eye_right;
        case Material::ear:
            return face.side > 0 ? Region::ear_left : Region::ear_right;
        case Material::teeth:
        case Material::tongue:
            return Region::mouth;
        case Material::hair:
            return Region::hair;
        case Material::beard:
            return Region::skin;
        case Material::cloth:
            return Region::cloth;
        case Material::frame:
        case Material::lens:
            return Region::glasses;
        case Material::skin:
            break;
    }
    const bool lid = (face.flags & FigureTriangle::lid_inside) != 0;
    if (lid) return s.on.x > 0 ? Region::eye_left : Region::eye_right;
    if (s.from_behind || ((face.flags & FigureTriangle::mouth_wall) != 0 && corners.inner_row() >= 0.9f)) return Region::mouth;
    const GridPlace place = corners.place(hit);
    return static_cast<Region>(skin_at(hit.instance->skin, place.column, place.row, 0).region);
}
MIEN_HD inline bool is_inner_face(const FigureTriangle& face, Vec3 on) {
    switch (face.material) {
        case Material::eye:
        case Material::teeth:
        case Material::tongue:
        case Material::lash:
            return true;
        case Material::skin:
        case Material::beard:
            return swap_share(on) > 0.5f;
        default:
            return false;
    }
}

struct DrawTruth {
    Drawing drawing;
    TruthPlanes planes;

    static std::string name() { return "synth_truth"; }

    MIEN_HD void put(std::size_t at, Region region, int who, bool face, float depth, Vec3 normal) const {
        planes.regions[at] = static_cast<std::uint8_t>(region);
        planes.who[at] = static_cast<std::uint8_t>(who);
        planes.face[at] = face ? 255 : 0;
        planes.depth[at] = depth;
        planes.normals[3 * at] = normal.x;
        planes.normals[3 * at + 1] = normal.y;
        planes.normals[3 * at + 2] = normal.z;
    }
    MIEN_HD void move(std::size_t at, float dx, float dy) const {
        planes.flow[2 * at] = limit(dx, -65536, 65536);
        planes.flow[2 * at + 1] = limit(dy, -65536, 65536);
    }
    MIEN_HD void move(std::size_t at, const ShotRecord& shot, Vec3 now, Vec3 then) const {
        const Vec3 here = shot.camera.project(now), there = shot.next_camera.project(then);
        if (there.z > 1)
            move(at, there.x - here.x, there.y - here.y);
        else
            move(at, 65536, 65536);  // behind the camera: nowhere in the next frame
    }
    MIEN_HD static Vec3 seen(const Camera& camera, Vec3 n) { return {dot(camera.axes.row0, n), dot(camera.axes.row1, n), dot(camera.axes.row2, n)}; }

    MIEN_HD bool occluded(const ShotRecord& shot, std::size_t at, int x, int y, float distance) const {
        const Camera& camera = shot.camera;
        const Vec3 toward = camera.axes.row0 * ((static_cast<float>(x) - camera.cx) / camera.focal) -
                            camera.axes.row1 * ((static_cast<float>(y) - camera.cy) / camera.focal) - camera.axes.row2;
        const float stretch = length(toward);
        const Vec3 ray = toward * (1 / stretch);
        OccluderHit best;
        best.distance = distance * stretch;
        const OccluderRecord* found = nullptr;
        for (int k = 0; k < shot.occluder_count; ++k) {
            const OccluderRecord& record = drawing.occluders[shot.first_occluder + k];
            if (x < record.left || x > record.right || y < record.top || y > record.bottom) continue;
            const OccluderHit hit = meet(record.now, camera.place, ray);
            if (hit.distance > 0 && hit.distance < least(best.distance, farthest_occluder)) {
                best = hit;
                found = &record;
            }
        }
        if (found == nullptr) return false;
        const Vec3 on = camera.place + ray * best.distance;
        put(at, Region::background, 0, false, best.distance / stretch, seen(camera, best.normal));
        if (planes.flow != nullptr) {
            const Vec3 from = found->next.from - found->now.from, to = found->now.kind == Occluder::Kind::capsule ? found->next.to - found->now.to : from;
            move(at, shot, on, on + mix(from, to, best.along));
        }
        return true;
    }
    MIEN_HD void operator()(int x, int y) const {
        const int shot_number = y / drawing.size.height, row = y - shot_number * drawing.size.height, n = drawing.samples;
        const ShotRecord& shot = drawing.shots[shot_number];
        const std::size_t at = static_cast<std::size_t>(y) * static_cast<std::size_t>(drawing.size.width) + static_cast<std::size_t>(x);
        const Hit hit = hit_at(drawing, shot, drawing.at(shot_number, x * n + n / 2, row * n + n / 2));
        if (shot.occluder_count > 0 && occluded(shot, at, x, row, hit.instance != nullptr ? 1 / hit.nearness : 1e30f)) return;
        if (hit.instance == nullptr) {
            put(at, Region::background, 0, false, 0, {0, 0, 0});
            if (planes.flow != nullptr) {
                const Sight there =
                    pixel_of(shot.next_camera, shot.next_background, sight_of(shot.camera, shot.background, static_cast<float>(x), static_cast<float>(row)));
                move(at, there.x - static_cast<float>(x), there.y - static_cast<float>(row));
            }
            return;
        }
        // Everything but the choice of the surface is said of the pixel's centre.
        Corners corners(hit, (x * n + n / 2) * 256, (row * n + n / 2) * 256);
        if (n % 2 == 0) corners.move_to((x * 2 * n + n - 1) * 128, (row * 2 * n + n - 1) * 128);
        Surface s = corners.surface();
        const Instance& who = *hit.instance;
        Region region = region_of(hit, corners, s);
        if (shot.lenses) {
            const Hit glass = hit_of(drawing, shot, drawing.second[drawing.at(shot_number, x * n + n / 2, row * n + n / 2)]);
            if (glass.instance != nullptr && glass.face().material == Material::lens && glass.nearness > hit.nearness) region = Region::glasses;
        }
        const Vec3 to_camera = shot.camera.place - s.at;
        if (dot(s.normal, to_camera) < 0 && s.from_behind) s.normal = s.normal * -1;
        put(at, region, who.who + 1, is_inner_face(hit.face(), s.on), -dot(shot.camera.axes.row2, s.at - shot.camera.place), seen(shot.camera, s.normal));
        if (planes.flow == nullptr) return;
        if (who.next == nullptr) {
            move(at, 0, 0);
            return;
        }
        const FigureTriangle& face = hit.face();
        move(at, shot, s.at, corners.blend(who.next[face.a].at, who.next[face.b].at, who.next[face.c].at));
    }
};

/// A share of an instance's triangles: doubled areas (in 1/256 samples) of the inner face that is turned to the camera, and of what of it is seen.
struct MeasureFace {
    Drawing drawing;
    std::int64_t* areas;

    static std::string name() { return "synth_measure_face"; }
    MIEN_HD bool shows(const ShotRecord& shot, const Instance& who, const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c) const {
        const auto third = [](std::int32_t p, std::int32_t q, std::int32_t r) { return static_cast<int>((static_cast<std::int64_t>(p) + q + r) / 3); };
        const int i = (third(a.x, b.x, c.x) + 128) >> 8, j = (third(a.y, b.y, c.y) + 128) >> 8;
        if (i < 0 || j < 0 || i >= drawing.sample_width() || j >= drawing.sample_height()) return false;
        const Hit hit = hit_of(drawing, shot, drawing.visible[drawing.at(who.shot, i, j)]);
        const float nearness = (a.nearness + b.nearness + c.nearness) * (1.0f / 3), distance = 1 / nearness;
        if (hit.instance != &who || 1 / hit.nearness < distance - 6 - 2 * distance / shot.camera.focal ||
            !is_inner_face(hit.face(), who.vertices[hit.face().a].on))
            return false;
        const float n = static_cast<float>(drawing.samples), px = (static_cast<float>(i) + 0.5f) / n - 0.5f, py = (static_cast<float>(j) + 0.5f) / n - 0.5f;
        const Camera& camera = shot.camera;
        const Vec3 toward = camera.axes.row0 * ((px - camera.cx) / camera.focal) - camera.axes.row1 * ((py - camera.cy) / camera.focal) - camera.axes.row2;
        const float stretch = length(toward);
        for (int k = 0; k < shot.occluder_count; ++k) {
            const OccluderHit met = meet(drawing.occluders[shot.first_occluder + k].now, camera.place, toward * (1 / stretch));
            if (met.distance > 0 && met.distance < distance * stretch) return false;
        }
        return true;
    }
    MIEN_HD void operator()(int lane, int y) const {
        const Instance& who = drawing.instances[y];
        const ShotRecord& shot = drawing.shots[who.shot];
        std::int64_t whole = 0, shown = 0;
        const int chunk = (who.triangle_count + area_lanes - 1) / area_lanes,
                  end = (lane + 1) * chunk < who.triangle_count ? (lane + 1) * chunk : who.triangle_count;
        for (int t = lane * chunk; t < end; ++t) {
            const FigureTriangle& face = who.triangles[t];
            if (face.material != Material::skin || (face.flags & (FigureTriangle::mouth_wall | FigureTriangle::lid_inside)) != 0 ||
                swap_share(who.vertices[face.a].on) <= 0.5f)
                continue;
            const ScreenVertex &a = who.screen[face.a], &b = who.screen[face.b], &c = who.screen[face.c];
            if (a.nearness <= 0 || b.nearness <= 0 || c.nearness <= 0) continue;
            const auto wide = [](std::int32_t p, std::int32_t q) { return static_cast<std::int64_t>(p) - q; };
            const std::int64_t turn = wide(b.x, a.x) * wide(c.y, a.y) - wide(b.y, a.y) * wide(c.x, a.x);
            if (turn >= 0) continue;
            whole -= turn;
            if (shows(shot, who, a, b, c)) shown -= turn;
        }
        areas[2 * (y * area_lanes + lane)] = whole;
        areas[2 * (y * area_lanes + lane) + 1] = shown;
    }
};

/// Of a row of an outline point, the place that the camera sees furthest to one side (-1 left, 1 right) of the upright head: where annotators of pictures put
/// the point, who see no skull ("landmark marching", Zhu et al. 2015, High-Fidelity Pose and Expression Normalization, section 3.2).
MIEN_HD inline Vec3 furthest_out(const Instance& who, const Camera& camera, const FacePoints::OutlineRow& row, float side) {
    const Vec3 up = who.head * Vec3{0, 1, 0}, right = camera.axes.row0 * dot(camera.axes.row1, up) - camera.axes.row1 * dot(camera.axes.row0, up);
    Vec3 best = who.posed[row[0]].at;
    float most_out = -1e30f;
    for (const std::int32_t vertex : row) {
        const Vec3 at = who.posed[vertex].at, d = at - camera.place;
        const float away = -dot(camera.axes.row2, d);
        if (away <= 1) continue;
        const float out = side * dot(right, d) / away;
        if (out <= most_out) continue;
        most_out = out;
        best = at;
    }
    return best;
}

struct GatherFaces {
    Drawing drawing;
    const FacePoints* points;
    const std::int64_t* areas;
    PosedFace* faces;

    static std::string name() { return "synth_gather_faces"; }
    MIEN_HD void operator()(int x, int y) const {
        const Instance& who = drawing.instances[y];
        PosedFace& out = faces[y];
        const FacePoints& of = points[y];
        if (x < 70) {
            if (x < FacePoints::outline_count) out.points[x] = furthest_out(who, drawing.shots[who.shot].camera, of.outline[x], x < FacePoints::chin ? -1.0f : 1.0f);
            else if (x < 68) out.points[x] = who.posed[of.points[x]].at;
            else out.pupils[x - 68] = who.posed[of.pupils[x - 68]].at;
            return;
        }
        std::int64_t whole = 0, shown = 0;
        for (int lane = 0; lane < area_lanes; ++lane) {
            whole += areas[2 * (y * area_lanes + lane)];
            shown += areas[2 * (y * area_lanes + lane) + 1];
        }
        out.visible_share = whole > 0 ? static_cast<float>(shown) / static_cast<float>(whole) : 0;
    }
};

/// Spreads the outline points evenly between an end and the chin, along the outline as the camera sees it: annotators know no heights on a skull either.
struct SpaceOutline {
    Drawing drawing;
    PosedFace* faces;

    static std::string name() { return "synth_space_outline"; }
    MIEN_HD void operator()(int x, int y) const {
        const Camera& camera = drawing.shots[drawing.instances[y].shot].camera;
        Vec3* const points = faces[y].points;
        constexpr int chin = FacePoints::chin;
        const int step = x == 0 ? 1 : -1, end = x == 0 ? 0 : 2 * chin;
        Vec3 from[chin + 1], seen[chin + 1];
        float along[chin + 1];  // the way in the picture from the end
        for (int k = 0; k <= chin; ++k) {
            from[k] = points[end + step * k];
            seen[k] = camera.project(from[k]);
            if (seen[k].z <= 1) return;
            along[k] = k == 0 ? 0 : along[k - 1] + square_root(square(seen[k].x - seen[k - 1].x) + square(seen[k].y - seen[k - 1].y));
        }
        int k = 0;
        for (int i = 1; i < chin; ++i) {
            const float wanted = along[chin] * static_cast<float>(i) / chin;
            while (k + 2 <= chin && along[k + 1] < wanted) ++k;
            const float part = along[k + 1] > along[k] ? unit_range((wanted - along[k]) / (along[k + 1] - along[k])) : 0;
            points[end + step * i] = mix(from[k], from[k + 1], part);
        }
    }
};

}  // namespace

void draw_truth(Queue& queue, const Drawing& drawing, int shots, const TruthPlanes& planes) {
    kernels::for_each_pixel(queue, {drawing.size.width, drawing.size.height * shots}, DrawTruth{drawing, planes});
}
void gather_faces(Queue& queue, const Drawing& drawing, int instances, const FacePoints* points, std::int64_t* areas, PosedFace* faces) {
    kernels::for_each_pixel(queue, {area_lanes, instances}, MeasureFace{drawing, areas});
    kernels::for_each_pixel(queue, {71, instances}, GatherFaces{drawing, points, areas, faces});
    kernels::for_each_pixel(queue, {2, instances}, SpaceOutline{drawing, faces});
}

}  // namespace mien::synth
