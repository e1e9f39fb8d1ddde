// SPDX-License-Identifier: Apache-2.0
#include "synth/head_field.h"

#include <array>

namespace mien::synth {
namespace {

float smooth_union(float a, float b, float k) {
    const float h = most(k - magnitude(a - b), 0) / k;
    return least(a, b) - h * h * k * 0.25f;
}
float smooth_difference(float a, float b, float k) { return -smooth_union(-a, b, k); }

enum class Join : std::uint8_t { add, cut };
/// An ellipsoid (centre `a`, radii `b`) or a tapered capsule (from a to b); k = width of the blend in mm.
struct Solid {
    bool capsule;
    Vec3 a, b;
    float ra, rb, k;
    Join join = Join::add;
};
constexpr Solid ball(Vec3 centre, Vec3 radii, float k, Join join = Join::add) { return {false, centre, radii, 0, 0, k, join}; }
constexpr Solid rod(Vec3 a, Vec3 b, float ra, float rb, float k, Join join = Join::add) { return {true, a, b, ra, rb, k, join}; }

float distance(const Solid& s, Vec3 p) {
    const Vec3 d = p - s.a;
    if (!s.capsule) {
        const float k0 = length(d / s.b), k1 = length(d / (s.b * s.b));
        return k1 < 1e-9f ? -least(s.b.x, least(s.b.y, s.b.z)) : k0 * (k0 - 1) / k1;
    }
    const Vec3 axis = s.b - s.a;
    const float h = unit_range(dot(d, axis) / dot(axis, axis));
    return length(d - axis * h) - mix(s.ra, s.rb, h);
}

constexpr std::array skull{
    ball({0, 38, -9}, {74, 80, 91}, 0),              // cranium
    ball({0, 38, 26}, {61, 52, 70}, 20),             // forehead
    ball({0, -36, 30}, {59, 66, 62}, 26),            // face mass
    ball({0, 20, -40}, {66, 70, 58}, 20),            // occiput
    rod({39, -72, 14}, {12, -100.5f, 78}, 12.5f, 13.5f, 24),  // mandible
    rod({41, -68, 10}, {57, -25, 4}, 12, 10, 24),    // ramus
    ball({0, -101.5f, 82}, {19, 14, 14}, 18),        // chin
    ball({0, -86, 44}, {34, 22, 42}, 20),            // floor of the mouth
    ball({44, -27, 60}, {17, 14, 19}, 20),           // malar
    rod({50, -20, 52}, {63, -15, 8}, 8, 8, 16),      // zygomatic arch
    rod({9, 19, 90}, {43, 22, 70}, 7.5f, 7.5f, 16),  // brow ridge
    ball({27, -46, 71}, {20, 20, 20}, 18),           // cheek pad
    ball({32, -56, 48}, {22, 27, 30}, 24),           // buccal fat
    ball({0, -70, 71}, {35, 26, 29}, 16),            // muzzle
};
constexpr std::array neck{
    rod({0, -40, -24}, {0, -240, -36}, 48, 50, 0),
    rod({0, -126, 18}, {0, -200, 4}, 15, 16, 30),    // throat
    rod({50, -58, -30}, {14, -185, 18}, 8, 8, 28),   // sternomastoid
};
constexpr std::array orbit{
    ball({31, -2.5f, 98.5f}, {19, 13, 19}, 17, Join::cut),
    ball({13, -2, 102}, {6, 9, 9}, 10, Join::cut),   // its medial wall
    ball({31, -13, 71.5f}, {17, 8, 11}, 12),         // fill under the eye
};
constexpr std::array nose{
    rod({0, 9, 88}, {0, -14, 100}, 7, 7.2f, 0),
    rod({0, -14, 100}, {0, -33, 111}, 7.2f, 8.3f, 5),
    ball({0, -36, 111}, {9.5f, 8, 9}, 5),
    ball({11.2f, -40, 100}, {6.8f, 7.2f, 11}, 8),    // wing
    rod({0, -42, 110}, {0, -46, 100}, 4.2f, 4.5f, 4),
    rod({0, 0, 84}, {0, -31, 94}, 8.5f, 12.5f, 9),  // flanks: steeper ones would hide from the rays
};
constexpr std::array hollows{
    ball({6.6f, -47.5f, 105.5f}, {3, 4.2f, 5}, 2.5f, Join::cut),       // nostril
    rod({0, -53, 106.5f}, {0, -61, 107.5f}, 2.2f, 2.6f, 5, Join::cut),  // philtrum
    rod({0, -85, 106}, {14, -84, 101}, 7, 5, 11, Join::cut),            // furrow between lip and chin
};
constexpr std::array upper_lip{rod({2.8f, -64.3f, 98.2f}, {13, -65.6f, 94.6f}, 4.9f, 4.1f, 0), rod({13, -65.6f, 94.6f}, {24, -68.3f, 86}, 4.1f, 2.2f, 4)};
constexpr std::array lower_lip{rod({0, -74, 96.2f}, {13, -72.8f, 93}, 5.8f, 4.9f, 0), rod({13, -72.8f, 93}, {23, -69.3f, 86.5f}, 4.9f, 2.2f, 4)};
constexpr Solid corner_dimple = ball({26.5f, -69, 95}, {3, 3, 4}, 10, Join::cut);

template <std::size_t count> float joined(const std::array<Solid, count>& solids, Vec3 p) {
    float d = distance(solids[0], p);
    for (std::size_t i = 1; i < count; ++i) d = smooth_union(d, distance(solids[i], p), solids[i].k);
    return d;
}
template <std::size_t count> float applied(float d, const std::array<Solid, count>& solids, Vec3 p) {
    for (const Solid& s : solids) d = s.join == Join::cut ? smooth_difference(d, distance(s, p), s.k) : smooth_union(d, distance(s, p), s.k);
    return d;
}

}  // namespace

float head_distance(Vec3 q) noexcept {
    const Vec3 p{square_root(q.x * q.x + 0.5f) - 0.3f, q.y, q.z};  // both halves from one, rounded at the middle
    float d = smooth_union(joined(skull, p), joined(neck, p), 20);
    d = applied(d, orbit, p);
    d = smooth_union(d, joined(nose, p), 12);
    d = applied(d, hollows, p);
    d = smooth_union(d, smooth_union(joined(upper_lip, p), joined(lower_lip, p), 1.2f), 3.5f);
    return smooth_difference(d, distance(corner_dimple, p), corner_dimple.k);
}

Vec3 outermost_skin(Vec3 origin, Vec3 direction) noexcept {
    float t = 260;
    for (int i = 0; i < 200; ++i) {
        const float d = head_distance(origin + direction * t);
        if (d < 0.01f) break;
        t -= d * 0.7f;
        if (t < 1) break;
    }
    return origin + direction * t;
}

}  // namespace mien::synth
