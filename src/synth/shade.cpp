// SPDX-License-Identifier: Apache-2.0
#include "synth/shade.h"

#include <string>

#include "kernels/launch.h"
#include "synth/shade_body.h"
#include "synth/surface.h"

namespace mien::synth {
namespace {

/// Brighter light than this is a spark; averaged as it is, it would leave stairs around it.
constexpr float brightest = 3.0f;

/// One pixel: every sample is resolved, but a surface that several samples share is shaded once.
struct Shade {
    Drawing drawing;
    Backdrop backdrop;
    float* light;
    std::uint8_t* alpha;
    float weight;
    bool add;

    static std::string name() { return "synth_shade"; }

    struct Group {
        const Instance* instance;
        Material material;
        std::uint8_t layer;
        std::uint8_t flags;
        float distance;
        int count;
        Vec3 colour;
    };

    MIEN_HD Vec3 colour_of(const ShotRecord& shot, const Hit& hit, int i, int j) const {
        const Corners corners(hit, i * 256, j * 256);
        Shading at{drawing, shot, *hit.instance, hit.face(), corners.surface(), {}, {}, 0, 1 / (hit.nearness * shot.camera.focal)};
        at.view = unit(shot.camera.place - at.s.at);
        const Material material = at.face.material;
        if (dot(at.s.normal, at.view) < 0 && material != Material::cloth && (material != Material::skin || at.s.from_behind)) at.s.normal = at.s.normal * -1;
        switch (material) {
            case Material::skin: {
                at.inner = (at.face.flags & (FigureTriangle::mouth_wall | FigureTriangle::lid_inside)) != 0 ? corners.inner_row() : 0;
                const bool lid = (at.face.flags & FigureTriangle::lid_inside) != 0;
                if (at.s.from_behind && !lid) return shade_mouth_wall(at, 4);
                if (!lid && at.inner >= 0.9f) return shade_mouth_wall(at, at.inner);
                at.place = corners.place(hit);
                return shade_skin(at);
            }
            case Material::ear:
                return shade_ear(at);
            case Material::eye:
                return shade_eye(at);
            case Material::teeth:
                return shade_teeth(at);
            case Material::tongue:
                return shade_tongue(at);
            case Material::hair:
            case Material::beard:
                return shade_hair(at, corners.along_v());
            case Material::lash:
                return shade_lash(at);
            case Material::cloth:
                return shade_cloth(at);
            default:
                return shade_frame(at);
        }
    }

    /// The occluder at a sample, when one is nearer than what is seen there.
    MIEN_HD int occluder_at(const ShotRecord& shot, int x, int y, Vec3 ray, float distance, OccluderHit& best) const {
        int found = -1;
        best.distance = distance;
        for (int k = 0; k < shot.occluder_count; ++k) {
            const OccluderRecord& record = drawing.occluders[shot.first_occluder + k];
            if (x < record.left || x > record.right || y < record.top || y > record.bottom) continue;
            const OccluderHit hit = meet(record.now, shot.camera.place, ray);
            if (hit.distance > 0 && hit.distance < least(best.distance, farthest_occluder)) {
                best = hit;
                found = k;
            }
        }
        return found;
    }
    MIEN_HD Vec3 occluder_colour(const ShotRecord& shot, int self, const OccluderHit& hit, Vec3 ray) const {
        const Occluder& it = drawing.occluders[shot.first_occluder + self].now;
        const Light& from = shot.light;
        const Vec3 at = shot.camera.place + ray * hit.distance, view = ray * -1;
        const Vec3 grain{noise(at * 0.9f), noise(at * 0.9f + Vec3{31, 0, 0}), 0}, n = unit(hit.normal + grain * (it.skin != 0 ? 0.05f : 0.02f));
        const float rough = mix(0.75f, 0.18f, unit_range(it.gloss)), shiny = it.skin != 0 ? 0.7f : mix(0.3f, 1.2f, unit_range(it.gloss));
        const Vec3 ambient = mix(from.ground, from.sky, 0.5f + 0.5f * n.y), albedo = it.colour * (1 + 0.05f * noise(at * 0.12f));
        const auto spread = [&it](float nl) { return it.skin != 0 ? skin_diffuse(nl) : Vec3{1, 1, 1} * unit_range((nl + 0.1f) / 1.1f); };
        const float grazing = 0.028f + 0.5f * fifth_power(1 - unit_range(dot(n, view)));
        // What is beside it: shade where things touch, and their shadow.
        float open = 1, lit = 1;
        for (int k = 0; k < shot.occluder_count; ++k)
            if (k != self) {
                const Occluder& other = drawing.occluders[shot.first_occluder + k].now;
                const float gap = distance_to(other, at + hit.normal * 1.5f);
                open *= mix(0.35f, 1, smooth_step(-2, 9, gap));
                if (gap > 1) lit = least(lit, passed_share(other, at, from.key_direction));
            }
        return albedo *
                   (from.key * lit * spread(dot(n, from.key_direction)) + from.fill * spread(dot(n, from.fill_direction)) + ambient +
                    from.rim * (0.3f * unit_range(dot(n, from.rim_direction)))) *
                   open +
               (from.key * (lit * glint(n, view, from.key_direction, rough, 0.035f)) + from.fill * (0.6f * glint(n, view, from.fill_direction, rough, 0.035f)) +
                from.sky * (0.4f * grazing)) *
                   (shiny * open);
    }

    MIEN_HD void operator()(int x, int y) const {
        const int shot_number = y / drawing.size.height, row = y - shot_number * drawing.size.height, n = drawing.samples;
        const ShotRecord& shot = drawing.shots[shot_number];
        Group groups[16];
        int group_count = 0, bare = 0, people = 0, lens_count = 0, occluder = -1;
        Vec3 sum, lens, in_front;
        const float samples = static_cast<float>(n);
        for (int s = 0; s < n * n; ++s) {
            const int i = x * n + s % n, j = row * n + s / n;
            const std::size_t at = drawing.at(shot_number, i, j);
            Hit hit;
            if (Visible::holds(drawing.visible[at], drawing.stamp)) {
                hit = hit_at(drawing, shot, at);
            } else if (shot.occluder_count == 0 && !shot.lenses) {
                ++bare;
                continue;
            }
            const float distance = hit.instance != nullptr ? 1 / hit.nearness : 1e30f;
            if (shot.occluder_count > 0) {
                const float px = (static_cast<float>(i) + 0.5f) / samples - 0.5f, py = (static_cast<float>(j) + 0.5f) / samples - 0.5f;
                const Camera& camera = shot.camera;
                const Vec3 toward =
                    camera.axes.row0 * ((px - camera.cx) / camera.focal) - camera.axes.row1 * ((py - camera.cy) / camera.focal) - camera.axes.row2;
                const float stretch = length(toward);
                OccluderHit met;
                const int found = occluder_at(shot, x, row, toward * (1 / stretch), distance * stretch, met);
                if (found >= 0) {
                    if (found != occluder) in_front = occluder_colour(shot, found, met, toward * (1 / stretch));
                    occluder = found;
                    sum += in_front;
                    continue;
                }
            }
            if (hit.instance == nullptr) {
                ++bare;
            } else {
                ++people;
                const FigureTriangle& face = hit.face();
                const float tolerance = 2 + 3 * distance / shot.camera.focal;
                int g = 0;
                while (g < group_count && !(groups[g].instance == hit.instance && groups[g].material == face.material && groups[g].layer == face.layer &&
                                            groups[g].flags == face.flags && magnitude(groups[g].distance - distance) < tolerance))
                    ++g;
                if (g == group_count) {
                    Vec3 c = colour_of(shot, hit, i, j);
                    c = {limit(c.x, 0, brightest), limit(c.y, 0, brightest), limit(c.z, 0, brightest)};
                    groups[group_count++] = {hit.instance, face.material, face.layer, face.flags, distance, 1, c};
                }
                sum += groups[g].colour;
            }
            if (shot.lenses) {
                const Hit glass = hit_of(drawing, shot, drawing.second[at]);
                if (glass.instance != nullptr && glass.face().material == Material::lens && glass.nearness > hit.nearness) {
                    if (lens_count++ == 0) {
                        const Surface s_lens = Corners(glass, i * 256, j * 256).surface();
                        lens = lens_shine(s_lens.normal, unit(shot.camera.place - s_lens.at), shot.light);
                    }
                }
            }
        }
        const float share = 1 / (samples * samples);
        if (bare > 0) sum += backdrop.at(shot_number, static_cast<float>(x), static_cast<float>(row)) * static_cast<float>(bare);
        if (lens_count > 0) {
            const float covered = static_cast<float>(lens_count);
            sum = sum * (1 - 0.06f * covered * share) + lens * covered;
        }
        const std::size_t pixel = static_cast<std::size_t>(y) * static_cast<std::size_t>(drawing.size.width) + static_cast<std::size_t>(x);
        float* const out = light + 3 * pixel;
        const float k = weight * share;
        out[0] = (add ? out[0] : 0) + sum.x * k;
        out[1] = (add ? out[1] : 0) + sum.y * k;
        out[2] = (add ? out[2] : 0) + sum.z * k;
        if (alpha != nullptr) alpha[pixel] = static_cast<std::uint8_t>((people * 255 + n * n / 2) / (n * n));
    }
};

}  // namespace

void shade(Queue& queue, const Drawing& drawing, const Backdrop& backdrop, int shots, float* light, std::uint8_t* alpha, float weight, bool add) {
    kernels::for_each_pixel(queue, {drawing.size.width, drawing.size.height * shots}, Shade{drawing, backdrop, light, alpha, weight, add});
}

}  // namespace mien::synth
