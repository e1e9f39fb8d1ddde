// From a figure at rest to a figure that moves: expression, jaw, lids, gaze, head and body, as kernels over vertices.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <vector>

#include "synth/expression.h"
#include "synth/figure.h"

namespace mien::synth {

/// Where a person is and how the head is held. World: millimetres, +y up; a person at the origin faces +z with the pupils at y = 0.
struct Pose {
    float pitch = 0, yaw = 0, roll = 0;  ///< degrees, see rotation(); about the neck pivot. The body follows what is beyond 50, 60 and 35 degrees
    Vec3 place;                          ///< of the head's origin in the world
    float turn = 0;                      ///< degrees about the vertical: the whole person
};

struct PosedVertex {
    Vec3 at;      ///< mm, world
    Vec3 normal;  ///< unit, outwards
};

/// The rotation of head and neck at a height weight w (1 head, 0 collar), the figure's turn included.
Mat3 head_rotation(const Pose&, float w) noexcept;
/// Share of the head's rotation at a place of the upright head: 1 on the head, 0 at the collar.
float head_share(Vec3) noexcept;
/// Where a place of the upright head (mm) is in the world.
Vec3 to_world(const Pose&, Vec3) noexcept;

/// Poses every vertex of a figure. `out` holds figure.vertex_count() elements on the queue's device. In order on the queue; the arguments may go when it returns.
void pose_figure(Queue&, const Figure&, const Expression&, const Pose&, PosedVertex* out);

struct PoseTask {
    const Figure* figure = nullptr;
    Expression expression;
    Pose pose;
    PosedVertex* out = nullptr;  ///< figure->vertex_count() elements on the queue's device
};

/// Poses many figures with two launches in all. The same bytes as pose_figure() one by one. Thread-safety: one thread at a time.
class Poser {
public:
    explicit Poser(Queue&);
    ~Poser();
    Poser(const Poser&) = delete;
    Poser& operator=(const Poser&) = delete;
    /// In order on the queue. The figures and outs must stay until the queue has done it; on a device it waits for the queue's earlier work first.
    void pose(std::span<const PoseTask>);

private:
    Queue& queue_;
    std::vector<std::byte> frames_;
    Buffer device_frames_;
};

}  // namespace mien::synth
