// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "image/queue.h"
#include "synth/render.h"

namespace mien::synth {
namespace {

/// A plane or record array on the host, copied when it is not there already.
template <class T>
class OnHost {
public:
    OnHost(Queue& queue, const T* data, std::size_t count) : data_(data) {
        if (queue.place() == Place::host) return;
        copy_.resize(count);
        queue.copy(copy_.data(), Place::host, data, Place::device, count * sizeof(T));
        queue.wait();
        data_ = copy_.data();
    }
    const T& operator[](std::size_t i) const { return data_[i]; }

private:
    std::vector<T> copy_;
    const T* data_;
};

/// Not hidden: some sample within two pixels is no nearer than the point by more than 2.5 mm.
bool is_visible(const OnHost<float>& depth, Size size, Vec3 seen) {
    if (seen.z <= 1 ||
        !(seen.x >= -0.5f && seen.y >= -0.5f && seen.x <= static_cast<float>(size.width) - 0.5f && seen.y <= static_cast<float>(size.height) - 0.5f))
        return false;
    const int x = whole_below(seen.x + 0.5f), y = whole_below(seen.y + 0.5f);
    for (int j = std::max(y - 2, 0); j <= std::min(y + 2, size.height - 1); ++j)
        for (int i = std::max(x - 2, 0); i <= std::min(x + 2, size.width - 1); ++i) {
            const float there = depth[static_cast<std::size_t>(j) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(i)];
            if (there == 0 || there > seen.z - 2.5f) return true;
        }
    return false;
}

void measure_pose(FaceTruth& face, const Camera& camera, const Pose& pose) {
    const Mat3 turn = camera.axes * head_rotation(pose, 1);
    // The rows of Rz(roll) Rx(pitch) Ry(yaw), read backwards.
    face.pitch = arc_sine(limit(turn.row2.y, -1, 1)) / degree;
    face.yaw = arc_tangent(-turn.row2.x, turn.row2.z) / degree;
    face.roll = arc_tangent(-turn.row0.y, turn.row1.y) / degree;
}

}  // namespace

std::vector<FaceTruth> face_truth(Queue& queue, const Shot& shot, const Rendered& rendered) {
    const Camera& camera = shot.camera;
    const auto pixels = static_cast<std::size_t>(camera.size.width) * static_cast<std::size_t>(camera.size.height);
    const OnHost<float> depth(queue, rendered.depth.data, pixels);
    const OnHost<PosedFace> posed(queue, rendered.faces, shot.performers.size());
    std::vector<FaceTruth> all(shot.performers.size());
    for (std::size_t p = 0; p < all.size(); ++p) {
        FaceTruth& face = all[p];
        for (std::size_t i = 0; i < 68; ++i) {
            const Vec3 world = posed[p].points[i], d = world - camera.place, seen = camera.project(world);
            face.points_3d[i] = camera.axes * d;
            face.points[i] = {seen.x, seen.y};
            face.visible[i] = is_visible(depth, camera.size, seen);
        }
        const auto mean = [&face](std::size_t first) {
            Point sum;
            for (std::size_t i = first; i < first + 6; ++i) sum = {sum.x + face.points[i].x / 6, sum.y + face.points[i].y / 6};
            return sum;
        };
        face.points_5 = {mean(36), mean(42), face.points[30], face.points[48], face.points[54]};
        face.box = {face.points[0], face.points[0]};
        for (const Point& point : face.points) {
            face.box.low = {std::min(face.box.low.x, point.x), std::min(face.box.low.y, point.y)};
            face.box.high = {std::max(face.box.high.x, point.x), std::max(face.box.high.y, point.y)};
        }
        measure_pose(face, camera, shot.performers[p].pose);
        face.visible_share = posed[p].visible_share;
    }
    return all;
}

}  // namespace mien::synth
