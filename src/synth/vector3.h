// Vectors, rotations and blends of the renderer, on host and device.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "synth/exact_math.h"

namespace mien::synth {

/// Millimetres when a place; +x = the subject's left, +y up, +z out of the face.
struct Vec3 {
    float x = 0, y = 0, z = 0;
    friend bool operator==(const Vec3&, const Vec3&) = default;
};
MIEN_HD constexpr Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
MIEN_HD constexpr Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
MIEN_HD constexpr Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
MIEN_HD constexpr Vec3 operator*(float s, Vec3 a) { return a * s; }
MIEN_HD constexpr Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
MIEN_HD constexpr Vec3 operator/(Vec3 a, Vec3 b) { return {a.x / b.x, a.y / b.y, a.z / b.z}; }
MIEN_HD constexpr Vec3& operator+=(Vec3& a, Vec3 b) { return a = a + b; }
MIEN_HD constexpr float dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
MIEN_HD constexpr Vec3 cross(Vec3 a, Vec3 b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
MIEN_HD inline float length(Vec3 a) { return square_root(dot(a, a)); }
/// (0, 0, 1) for a vector without a direction.
MIEN_HD inline Vec3 unit(Vec3 a) {
    const float size = length(a);
    return size > 1e-12f ? a * (1 / size) : Vec3{0, 0, 1};
}
MIEN_HD constexpr Vec3 mix(Vec3 a, Vec3 b, float t) { return a + (b - a) * t; }

/// Rows of a matrix that acts on columns.
struct Mat3 {
    Vec3 row0{1, 0, 0}, row1{0, 1, 0}, row2{0, 0, 1};
    MIEN_HD Vec3 operator*(Vec3 p) const { return {dot(row0, p), dot(row1, p), dot(row2, p)}; }
    /// The transposed matrix times p: the way back of a rotation.
    MIEN_HD Vec3 back(Vec3 p) const { return row0 * p.x + row1 * p.y + row2 * p.z; }
};
MIEN_HD inline Mat3 operator*(const Mat3& a, const Mat3& b) {
    const auto row = [&b](Vec3 r) { return b.row0 * r.x + b.row1 * r.y + b.row2 * r.z; };
    return {row(a.row0), row(a.row1), row(a.row2)};
}
/// Rz(roll) Rx(pitch) Ry(yaw), degrees. Positive yaw turns the face to its own left (+x), positive pitch lowers it, positive roll
/// leans the top of the head to -x.
MIEN_HD inline Mat3 rotation(float pitch, float yaw, float roll) {
    const float ca = cosine(pitch * degree), sa = sine(pitch * degree), cb = cosine(yaw * degree), sb = sine(yaw * degree);
    const float cc = cosine(roll * degree), sc = sine(roll * degree);
    const Vec3 y0{cb, 0, sb}, y1{0, 1, 0}, y2{-sb, 0, cb};
    const Vec3 x1 = y1 * ca - y2 * sa, x2 = y1 * sa + y2 * ca;
    return {y0 * cc - x1 * sc, y0 * sc + x1 * cc, x2};
}

}  // namespace mien::synth
