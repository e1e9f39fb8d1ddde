// What is measured of networks, as pure functions: precision, acceptance, poses of points. Measures of pictures: quality/measure.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "face/face.h"
#include "synth/vector3.h"

namespace mien::bench {

/// One detection that counts: how sure, and whether it is a face.
struct Mark {
    double score = 0;
    bool hit = false;
};
/// Detections in falling order of score against the faces of one picture. A detection takes the free wanted face it overlaps most, from 1/2 on; one that lies
/// on a face that is neither wanted nor wrong (0.3 on) is left out; any other is wrong.
std::vector<Mark> match(std::span<const Box> boxes, std::span<const double> scores, std::span<const Box> wanted, std::span<const Box> ignored);
/// Area under the precision that can be had at each recall.
double average_precision(std::vector<Mark>, std::int64_t wanted);

/// The share of right similarities above the one that `far` of the wrong ones pass.
struct Acceptance {
    double accepted = 0, threshold = 0;
};
Acceptance accepted_at(std::span<const float> right, std::vector<float> wrong, double far);
/// The chance that a right similarity is above a wrong one.
double area_under_curve(const std::vector<float>& right, std::vector<float> wrong);
/// Eight partial sums, always in the same order.
float dot(std::span<const float>, std::span<const float>) noexcept;

/// The faces' distance between the eyes, or half their height where the eyes fall together in profile; pixels.
double size_of(const Points68&) noexcept;
/// Mean distance of points, of the size of the true face.
double points_error(const Points68& seen, const Points68& truth) noexcept;

/// How points seen in a picture sit on a face known in space.
struct PoseOfPoints {
    std::array<synth::Vec3, 3> turn;  ///< rows of a rotation
    std::array<Point, 68> left{};     ///< what no pose explains: the expression, and errors
};
PoseOfPoints pose_of_points(const Points68& seen, const std::array<synth::Vec3, 68>& known) noexcept;
/// Degrees between two rotations.
double angle_between(const PoseOfPoints&, const PoseOfPoints&) noexcept;
/// Mean distance of what is left, brows to mouth, of the size of the face.
double expression_error(const PoseOfPoints& seen, const PoseOfPoints& truth, double size) noexcept;

/// Whether a pixel of a square crop is inside an upright ellipse given in shares of the edge.
struct Ellipse {
    double x = 0.5, y = 0.5, width = 0.5, height = 0.5;  ///< centre and half axes
    bool holds(double px, double py) const noexcept { return (px - x) * (px - x) / (width * width) + (py - y) * (py - y) / (height * height) <= 1; }
};

}  // namespace mien::bench
