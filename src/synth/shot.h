// One moment of a film: who is where, and what camera and light see of it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "image/view.h"
#include "synth/rig.h"

namespace mien::synth {

/// A pinhole that looks along the negative third row of `axes`. (0, 0) is the centre of the first pixel.
struct Camera {
    Vec3 place{0, -28, 1000};  ///< mm, world
    Mat3 axes;              ///< rows: right, up, backwards, in the world
    float focal = 1000;     ///< pixels
    float cx = 0, cy = 0;   ///< the principal point, pixels
    Size size{640, 360};
    /// X, Y in pixels and the distance along the viewing direction in mm; behind the camera z <= 0.
    MIEN_HD Vec3 project(Vec3 world) const {
        const Vec3 d = world - place;
        const float z = -dot(axes.row2, d), k = z > 1 ? focal / z : 0;
        return {cx + k * dot(axes.row0, d), cy - k * dot(axes.row1, d), z};
    }
};

/// A key light with shadow, a fill, a rim and an ambient gradient, linear RGB.
struct Light {
    Vec3 key_direction{-0.50f, 0.42f, 0.80f}, key{1.55f, 1.457f, 1.333f};  ///< towards the light; need not be of unit length
    Vec3 fill_direction{0.8f, 0.1f, 0.7f}, fill{0.40f, 0.435f, 0.5f};
    Vec3 rim_direction{0.6f, 0.5f, -0.8f}, rim{0.81f, 0.855f, 0.9f};
    Vec3 ground{0.17f, 0.145f, 0.13f}, sky{0.33f, 0.36f, 0.41f};
    float exposure = 1;  ///< multiplies everything
};

enum class Scenery : std::uint8_t { gradient, room, street, foliage, stripes, bokeh };
struct Background {
    Scenery scenery = Scenery::gradient;
    std::uint32_t seed = 1;
    Vec3 tint{0.20f, 0.22f, 0.25f};
    float pan_x = 0, pan_y = 0;  ///< degrees the camera has turned since the film's start: the scenery moves with it
};

/// Things in front of a face: ellipsoids, capsules and rounded boxes in the world, in drawing order of their distance.
struct Occluder {
    enum class Kind : std::uint8_t { ellipsoid, capsule };
    Kind kind = Kind::capsule;
    Vec3 from, to;          ///< capsule: its ends; ellipsoid: centre and radii
    float radius = 10;      ///< mm, capsule
    Vec3 colour{0.5f, 0.4f, 0.35f};
    float gloss = 0.3f;     ///< 0 matt .. 1 polished
    std::uint8_t skin = 0;  ///< 1: drawn as skin of `colour` (a hand)
};

struct Sensor {
    float noise = 0;           ///< standard deviation at mid grey, 8-bit levels
    float defocus = 0;         ///< radius of the circle of confusion, pixels, over the whole picture
    std::uint32_t frame = 0;   ///< seeds the noise
    int samples = 2;           ///< supersamples per axis, 1..4
};

struct Performer {
    const Figure* figure = nullptr;
    Expression expression;
    Pose pose;
};

struct Shot {
    std::vector<Performer> performers;  ///< at most 64
    std::vector<Occluder> occluders;
    Camera camera;
    Light light;
    Background background;
    Sensor sensor;
};

}  // namespace mien::synth
