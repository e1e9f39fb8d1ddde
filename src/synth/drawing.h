// What the passes of a drawing share: instances of figures, shots, samples, and the textures they read. Plain records that lie on the queue's device.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "synth/hair.h"
#include "synth/render.h"
#include "synth/skin.h"

namespace mien::synth {

/// A vertex where the camera and the key light see it.
struct ScreenVertex {
    std::int32_t x = 0, y = 0;                ///< 1/256 of a sample; sample (0, 0) of a picture has its centre at 0
    float nearness = 0;                       ///< 1 / distance along the viewing direction, 1/mm; 0: cannot be drawn
    std::int32_t shadow_x = 0, shadow_y = 0;  ///< 1/256 of a texel of the shadow map
    float shadow_depth = 0;                   ///< mm away from the light, positive
};

/// One sample of a visibility buffer: the smaller, the nearer; equal distances go to the lower triangle. The stamp falls from frame to frame, so that what an
/// earlier frame left counts as empty and nothing has to be cleared.
struct Visible {
    static constexpr int id_bits = 27, depth_bits = 31;
    static constexpr std::uint32_t stamps = 64;
    MIEN_HD static std::uint64_t key(std::uint32_t stamp, std::uint32_t depth, std::uint32_t id) {
        return (static_cast<std::uint64_t>(stamp) << (id_bits + depth_bits)) | (static_cast<std::uint64_t>(depth) << id_bits) | id;
    }
    MIEN_HD static bool holds(std::uint64_t key, std::uint32_t stamp) { return (key >> (id_bits + depth_bits)) == stamp; }
    MIEN_HD static std::uint32_t id(std::uint64_t key) { return static_cast<std::uint32_t>(key) & ((1u << id_bits) - 1); }
    MIEN_HD static std::uint32_t depth(std::uint64_t key) { return static_cast<std::uint32_t>(key >> id_bits) & 0x7fffffffu; }
    /// Positive floats sort like their bits.
    MIEN_HD static std::uint32_t depth_of_nearness(float nearness) { return 0x7fffffffu - std::bit_cast<std::uint32_t>(nearness); }
    MIEN_HD static float nearness(std::uint64_t key) { return std::bit_cast<float>(0x7fffffffu - depth(key)); }
};

/// The key light's view of one figure.
struct ShadowMap {
    std::uint64_t* texels = nullptr;  ///< side * side; Visible keys whose depth is the bits of shadow_depth
    int side = 0;
    Vec3 centre, right, up, towards;  ///< world
    float scale = 1;                  ///< texels per mm
};

/// What shading needs to know of a person, an expression and a pose.
struct Look {
    Vec3 ear_albedo, hair, brow, iris, cloth, inside;  ///< linear; inside: tint of mouth and lid linings
    float melanin = 0, age = 30, grey = 0, grown = 1;  ///< grown: 0 child .. 1 adult, roughness of the skin
    HairStyle style;
    int glasses = 0;
    std::uint32_t seed = 1, eye_seed = 1;
    float forehead = 0, crow = 0, fold = 0, frown = 0, lip_line = 0;  ///< strength of the creases that expression deepens
    float mouth_light = 0.5f, pupil = 1;
    float upper_lid[2] = {}, lower_lid[2] = {}, half_width[2] = {}, tilt[2] = {};  ///< the eyes' openings now, [0] on +x, mm
    Vec3 eye_centre[2];                                                            ///< upright head
};

struct Instance {
    const FigureVertex* vertices = nullptr;
    const FigureTriangle* triangles = nullptr;
    const PosedVertex* posed = nullptr;
    const PosedVertex* next = nullptr;  ///< at the next frame; null where no flow is wanted
    ScreenVertex* screen = nullptr;
    const GridPlace* grid = nullptr;  ///< texture coordinates of the skin's vertices
    int vertex_count = 0, triangle_count = 0;
    std::uint32_t first_id = 0;
    int shot = 0, who = 0;  ///< who: place in its shot, from 0
    Mat3 head;              ///< rotation of the upright head into the world
    Vec3 pivot;             ///< of that rotation, world
    SkinMap skin;
    float skin_level = 0;  ///< of the texture pyramid, for the picture's size
    ShadowMap shadow;
    Look look;
    /// A place of the world in the upright head.
    MIEN_HD Vec3 in_head(Vec3 world) const { return head.back(world - pivot) + neck_pivot; }
    static constexpr Vec3 neck_pivot{0, -75, -18};
};

struct OccluderRecord {
    Occluder now, next;
    int left = 0, right = 0, top = 0, bottom = 0;  ///< pixels it can touch, inclusive
};

struct ShotRecord {
    Camera camera, next_camera;
    Light light;  ///< directions of unit length, exposure multiplied in
    Background background, next_background;
    Sensor sensor;
    int first_instance = 0, instance_count = 0;
    int first_occluder = 0, occluder_count = 0;
    bool lenses = false;
};

/// One set of shots of equal size, one above the other in every plane and buffer.
struct Drawing {
    const ShotRecord* shots = nullptr;
    const Instance* instances = nullptr;
    const OccluderRecord* occluders = nullptr;
    std::uint64_t* visible = nullptr;  ///< all that is opaque and outside the mouth
    std::uint64_t* second = nullptr;   ///< teeth, tongue and lenses
    Size size;                         ///< of one picture, pixels
    int samples = 1;                   ///< per axis
    std::uint32_t stamp = 0;

    MIEN_HD int sample_width() const { return size.width * samples; }
    MIEN_HD int sample_height() const { return size.height * samples; }
    /// Sample (i, j) of a shot.
    MIEN_HD std::size_t at(int shot, int i, int j) const {
        return (static_cast<std::size_t>(shot) * static_cast<std::size_t>(sample_height()) + static_cast<std::size_t>(j)) *
                   static_cast<std::size_t>(sample_width()) +
               static_cast<std::size_t>(i);
    }
    /// Which instance of a shot a triangle's number belongs to.
    MIEN_HD const Instance& owner(const ShotRecord& shot, std::uint32_t id) const {
        int low = shot.first_instance, high = low + shot.instance_count - 1;
        while (low < high) {
            const int middle = (low + high + 1) / 2;
            if (instances[middle].first_id <= id)
                low = middle;
            else
                high = middle - 1;
        }
        return instances[low];
    }
};

/// What a sample shows.
struct Hit {
    const Instance* instance = nullptr;  ///< null: nothing
    int triangle = 0;
    float nearness = 0;
    MIEN_HD const FigureTriangle& face() const { return instance->triangles[triangle]; }
};

/// Perspective shares of a triangle's corners at a place of the picture, in 1/256 samples; they sum to 1 and may lie outside 0..1 off the triangle.
struct Shares {
    float a = 1, b = 0, c = 0;
};
MIEN_HD inline Shares shares_at(const ScreenVertex& a, const ScreenVertex& b, const ScreenVertex& c, std::int32_t x, std::int32_t y) {
    const auto area = [](std::int64_t ux, std::int64_t uy, std::int64_t vx, std::int64_t vy) { return ux * vy - uy * vx; };
    const auto wide = [](std::int32_t p, std::int32_t q) { return static_cast<std::int64_t>(p) - q; };
    const float at_a = static_cast<float>(area(wide(b.x, x), wide(b.y, y), wide(c.x, x), wide(c.y, y))) * a.nearness;
    const float at_b = static_cast<float>(area(wide(c.x, x), wide(c.y, y), wide(a.x, x), wide(a.y, y))) * b.nearness;
    const float at_c = static_cast<float>(area(wide(a.x, x), wide(a.y, y), wide(b.x, x), wide(b.y, y))) * c.nearness;
    const float sum = at_a + at_b + at_c;
    if (sum == 0) return {};
    const float k = 1 / sum;
    return {at_a * k, at_b * k, at_c * k};
}

/// The surface at a hit.
struct Surface {
    Vec3 at, normal, on;
    float u = 0, v = 0, a = 0;
    bool from_behind = false;  ///< the triangle's inside is seen
};

}  // namespace mien::synth
