// SPDX-License-Identifier: Apache-2.0
#include "synth/shape.h"

#include "synth/drag.h"

namespace mien::synth {
namespace {

struct Row {
    Trait trait;
    Drag drag;
};
/// One unit is about one standard deviation; in the order of Trait. See drag.h: local(centre, radii, displacement), width(reference, ...).
constexpr Row rows[]{
    {Trait::head_width, scale({0.028f, 0, 0})},
    {Trait::head_height, local({0, 100, -5}, {90, 45, 90}, {0, 5, 0})},
    {Trait::head_depth, local({0, 35, -90}, {80, 60, 50}, {0, 0, -6})},
    {Trait::face_length, width(60, {0, -116, 85}, {70, 30, 70}, {0, -4.5f, 0})},
    {Trait::midface_length, width(60, {0, -72, 80}, {70, 40, 70}, {0, -2.6f, 0})},
    {Trait::forehead_height, local({0, 70, 70}, {70, 30, 60}, {0, 3.5f, 0.5f})},
    {Trait::forehead_slope, local({0, 62, 80}, {60, 24, 50}, {0, 0, -5})},
    {Trait::brow_ridge, local({22, 19, 96}, {20, 8, 22}, {0, -1, 2.8f})},
    {Trait::temple_width, width(65, {0, 28, 35}, {90, 28, 38}, {3.2f, 0, 0})},
    {Trait::cheekbone_width, width(60, {0, -22, 42}, {90, 20, 36}, {3.6f, 0, 0})},
    {Trait::cheekbone_front, local({44, -28, 66}, {16, 13, 22}, {0.8f, 0.5f, 2.8f})},
    {Trait::cheek_full, local({40, -58, 62}, {20, 20, 28}, {3.6f, 0, 2.4f})},
    {Trait::jaw_width, width(48, {0, -78, 20}, {90, 24, 40}, {4.4f, 0, 0})},
    {Trait::jaw_drop, local({50, -80, 14}, {24, 20, 30}, {0, -5, 0})},
    {Trait::chin_width, width(18, {0, -104, 88}, {30, 16, 24}, {3.2f, 0, 0})},
    {Trait::chin_length, local({0, -114, 86}, {26, 14, 34}, {0, -3.6f, 0})},
    {Trait::chin_front, local({0, -102, 92}, {22, 15, 26}, {0, 0, 3.4f})},
    {Trait::chin_cleft, local({0, -103, 98}, {3, 6, 10}, {0, 0, -1.2f})},
    {Trait::nose_length, local({0, -41, 108}, {17, 13, 22}, {0, -2.8f, 0})},
    {Trait::nose_width, width(13, {0, -41, 103}, {24, 9, 16}, {1.9f, 0, 0})},
    {Trait::nose_protrusion, local({0, -36, 114}, {13, 14, 18}, {0, 0, 3})},
    {Trait::bridge_height, local({0, 2, 96}, {8, 15, 16}, {0, 0, 2.6f})},
    {Trait::bridge_width, width(9, {0, -12, 100}, {14, 20, 18}, {1.5f, 0, 0})},
    {Trait::bridge_hump, local({0, -14, 108}, {6, 8, 14}, {0, 0, 2})},
    {Trait::tip_up, local({0, -37, 117}, {12, 9, 12}, {0, 2.6f, 0.4f})},
    {Trait::tip_bulb, width(9, {0, -37, 114}, {12, 9, 13}, {1.8f, 0, 0.8f})},
    {Trait::nostril_flare, local({15, -42, 100}, {5, 6, 9}, {1.4f, 0.6f, 0.3f})},
    {Trait::mouth_width, width(25, {0, -68.5f, 92}, {40, 9, 22}, {2.5f, 0, -0.3f})},
    {Trait::upper_lip, local({0, -65, 104}, {15, 4.2f, 14}, {0, 0.9f, 1.4f})},
    {Trait::lower_lip, local({0, -74, 104}, {15, 5, 14}, {0, -0.9f, 1.6f})},
    {Trait::cupid_bow, local({4, -61.5f, 106}, {3, 2.6f, 12}, {0, 1, 0.4f})},
    {Trait::cupid_bow, local({0, -61.5f, 106}, {2, 2.6f, 12}, {0, -0.9f, 0})},
    {Trait::mouth_front, local({0, -69, 102}, {26, 15, 26}, {0, 0, 2.8f})},
    {Trait::philtrum_length, local({0, -66, 102}, {34, 10, 40}, {0, -1.8f, 0})},
    {Trait::brow_height, local({32, 22, 92}, {20, 7, 26}, {0, 2.2f, 0})},
    {Trait::neck_width, width(56, {0, -160, -40}, {120, 58, 80}, {4.5f, 0, 0})},
    {Trait::neck_width, local({0, -160, 35}, {50, 34, 30}, {0, 0, 2.6f})},
    {Trait::neck_width, local({0, -160, -84}, {50, 44, 34}, {0, 0, -2.2f})},
    {Trait::fat, local({42, -66, 50}, {22, 24, 34}, {5.5f, -1, 3})},
    {Trait::fat, local({0, -118, 60}, {40, 16, 34}, {0, -7, 2})},
    {Trait::fat, width(50, {0, -90, 30}, {100, 26, 60}, {4.5f, 0, 0})},
    {Trait::fat, width(56, {0, -160, 0}, {120, 40, 200}, {5, 0, 4})},
    {Trait::lip_corner_up, local({24, -68.5f, 90}, {8, 6, 14}, {0, 1.4f, 0})},
    {Trait::eye_bag, local({31, -17, 86}, {12, 4.5f, 14}, {0, -0.5f, 1.5f})},
    {Trait::jowl, local({38, -94, 52}, {13, 12, 20}, {1.2f, -4.5f, 1})},
    {Trait::nasolabial, local({33, -55, 86}, {7, 13, 14}, {1, -1.2f, 2.2f})},
    {Trait::nasolabial, local({27, -58, 91}, {3.5f, 12, 14}, {0, 0, -1.3f})},
    {Trait::hollow_cheek, local({44, -58, 52}, {15, 15, 22}, {-3.2f, 0, -2})},
    {Trait::adams_apple, local({0, -152, 52}, {8, 9, 30}, {0, 0, 5})},
};

}  // namespace

Vec3 trait_displacement(Trait trait, Vec3 t) noexcept {
    Vec3 sum;
    for (const Row& row : rows)
        if (row.trait == trait) sum += displacement(row.drag, t);
    return sum;
}

Vec3 shape_displacement(const Person& person, Vec3 t) noexcept {
    Vec3 sum;
    for (const Row& row : rows)
        if (person[row.trait] != 0) sum += displacement(row.drag, t) * person[row.trait];
    return sum;
}

}  // namespace mien::synth
