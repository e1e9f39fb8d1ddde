// SPDX-License-Identifier: Apache-2.0
#include "jobs/bench_measures.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "kernels/reduce.h"

namespace mien::bench {
namespace {

double distance(Point a, Point b) noexcept { return std::hypot(a.x - b.x, a.y - b.y); }
Point mean_of(const Points68& points, std::size_t from, std::size_t to) noexcept {
    Point sum;
    for (std::size_t i = from; i < to; ++i) sum = {sum.x + points[i].x, sum.y + points[i].y};
    const auto count = static_cast<double>(to - from);
    return {sum.x / count, sum.y / count};
}

using Triple = std::array<double, 3>;
double dot_of(const Triple& a, const Triple& b) noexcept { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }
Triple cross_of(const Triple& a, const Triple& b) noexcept { return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]}; }
Triple unit_of(Triple a) noexcept {
    const double length = std::max(std::sqrt(dot_of(a, a)), 1e-12);
    for (double& x : a) x /= length;
    return a;
}

/// Columns of the inverse of a symmetric matrix given by its columns.
std::array<Triple, 3> inverse(const std::array<Triple, 3>& m) noexcept {
    const std::array<Triple, 3> minors{cross_of(m[1], m[2]), cross_of(m[2], m[0]), cross_of(m[0], m[1])};
    const double determinant = dot_of(m[0], minors[0]);
    std::array<Triple, 3> result = minors;
    for (Triple& column : result)
        for (double& x : column) x /= std::abs(determinant) > 1e-12 ? determinant : 1e-12;
    return result;
}

}  // namespace

std::vector<Mark> match(std::span<const Box> boxes, std::span<const double> scores, std::span<const Box> wanted, std::span<const Box> ignored) {
    std::vector<Mark> marks;
    std::vector<bool> taken(wanted.size());
    for (std::size_t i = 0; i < boxes.size(); ++i) {
        double best = -1;
        std::size_t which = 0;
        for (std::size_t k = 0; k < wanted.size(); ++k)
            if (const double shared = kernels::overlap(boxes[i], wanted[k]); !taken[k] && shared > best) best = shared, which = k;
        const auto lies_on = [&](const Box& other) { return kernels::overlap(boxes[i], other) >= 0.3; };
        if (best >= 0.5) {
            taken[which] = true;
            marks.push_back({scores[i], true});
        } else if (std::none_of(ignored.begin(), ignored.end(), lies_on)) {
            marks.push_back({scores[i], false});
        }
    }
    return marks;
}

double average_precision(std::vector<Mark> marks, std::int64_t wanted) {
    std::stable_sort(marks.begin(), marks.end(), [](const Mark& a, const Mark& b) { return a.score != b.score ? a.score > b.score : a.hit > b.hit; });
    std::vector<double> precision, recall;
    double hits = 0;
    for (const Mark& mark : marks) {
        hits += mark.hit;
        precision.push_back(hits / static_cast<double>(precision.size() + 1));
        recall.push_back(hits / static_cast<double>(std::max<std::int64_t>(wanted, 1)));
    }
    double area = 0, best = 0;
    for (std::size_t i = marks.size(); i-- > 0;) {
        best = std::max(best, precision[i]);
        area += best * (recall[i] - (i > 0 ? recall[i - 1] : 0));
    }
    return area;
}

Acceptance accepted_at(std::span<const float> right, std::vector<float> wrong, double far) {
    if (right.empty() || wrong.empty()) return {};
    const auto edge = wrong.begin() + static_cast<std::ptrdiff_t>(static_cast<double>(wrong.size()) * far);
    std::nth_element(wrong.begin(), edge, wrong.end(), std::greater<>());
    const auto passed = std::count_if(right.begin(), right.end(), [&](float similarity) { return similarity > *edge; });
    return {static_cast<double>(passed) / static_cast<double>(right.size()), *edge};
}

double area_under_curve(const std::vector<float>& right, std::vector<float> wrong) {
    if (right.empty() || wrong.empty()) return 0;
    std::sort(wrong.begin(), wrong.end());
    double sum = 0;
    for (const float similarity : right) {
        const auto [low, high] = std::equal_range(wrong.begin(), wrong.end(), similarity);
        sum += static_cast<double>(low - wrong.begin()) + static_cast<double>(high - low) / 2;
    }
    return sum / (static_cast<double>(right.size()) * static_cast<double>(wrong.size()));
}

float dot(std::span<const float> a, std::span<const float> b) noexcept {
    std::array<float, 8> sums{};
    std::size_t i = 0;
    for (; i + 8 <= a.size(); i += 8)
        for (std::size_t k = 0; k < 8; ++k) sums[k] += a[i + k] * b[i + k];
    for (; i < a.size(); ++i) sums[0] += a[i] * b[i];
    return ((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

double size_of(const Points68& points) noexcept {
    return std::max(distance(mean_of(points, 36, 42), mean_of(points, 42, 48)), 0.5 * distance(points[27], points[8]));
}

double points_error(const Points68& seen, const Points68& truth) noexcept {
    double sum = 0;
    for (std::size_t i = 0; i < 68; ++i) sum += distance(seen[i], truth[i]);
    return sum / 68 / size_of(truth);
}

PoseOfPoints pose_of_points(const Points68& seen, const std::array<synth::Vec3, 68>& known) noexcept {
    Triple middle{};
    Point centre;
    for (std::size_t i = 0; i < 68; ++i) {
        const double at[3] = {static_cast<double>(known[i].x), static_cast<double>(known[i].y), static_cast<double>(known[i].z)};
        for (std::size_t k = 0; k < 3; ++k) middle[k] += at[k] / 68;
        centre = {centre.x + seen[i].x / 68, centre.y + seen[i].y / 68};
    }
    const auto known_at = [&](std::size_t i) {
        return Triple{static_cast<double>(known[i].x) - middle[0], static_cast<double>(known[i].y) - middle[1], static_cast<double>(known[i].z) - middle[2]};
    };
    // The affine camera of least squares: its two rows are across * moments^-1.
    std::array<Triple, 3> moments{};
    std::array<Triple, 2> across{};
    for (std::size_t i = 0; i < 68; ++i) {
        const Triple at = known_at(i);
        for (std::size_t k = 0; k < 3; ++k) {
            for (std::size_t j = 0; j < 3; ++j) moments[k][j] += at[k] * at[j];
            across[0][k] += (seen[i].x - centre.x) * at[k];
            across[1][k] += (seen[i].y - centre.y) * at[k];
        }
    }
    const std::array<Triple, 3> back = inverse(moments);
    std::array<Triple, 2> camera{};
    for (std::size_t row = 0; row < 2; ++row)
        for (std::size_t k = 0; k < 3; ++k) camera[row][k] = dot_of(back[k], across[row]);
    PoseOfPoints pose;
    for (std::size_t i = 0; i < 68; ++i) {
        const Triple at = known_at(i);
        pose.left[i] = {seen[i].x - centre.x - dot_of(camera[0], at), seen[i].y - centre.y - dot_of(camera[1], at)};
    }
    const Triple right = unit_of(camera[0]);
    Triple down = camera[1];
    const double along = dot_of(down, right);
    for (std::size_t k = 0; k < 3; ++k) down[k] -= along * right[k];
    down = unit_of(down);
    const Triple ahead = cross_of(right, down);
    const auto packed = [](const Triple& t) { return synth::Vec3{static_cast<float>(t[0]), static_cast<float>(t[1]), static_cast<float>(t[2])}; };
    pose.turn = {packed(right), packed(down), packed(ahead)};
    return pose;
}

double angle_between(const PoseOfPoints& a, const PoseOfPoints& b) noexcept {
    double trace = 0;
    for (std::size_t k = 0; k < 3; ++k)
        trace +=
            static_cast<double>(a.turn[k].x * b.turn[k].x) + static_cast<double>(a.turn[k].y * b.turn[k].y) + static_cast<double>(a.turn[k].z * b.turn[k].z);
    return std::acos(std::clamp((trace - 1) / 2, -1.0, 1.0)) * 180 / 3.14159265358979323846;
}

double expression_error(const PoseOfPoints& seen, const PoseOfPoints& truth, double size) noexcept {
    constexpr std::size_t first = 17;  // what lies before is the chin line
    double sum = 0;
    for (std::size_t i = first; i < 68; ++i) sum += distance(seen.left[i], truth.left[i]);
    return sum / static_cast<double>(68 - first) / size;
}

}  // namespace mien::bench
