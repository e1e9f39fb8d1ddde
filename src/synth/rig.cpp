// SPDX-License-Identifier: Apache-2.0
#include "synth/rig.h"

#include <algorithm>
#include <new>

#include "kernels/launch.h"
#include "synth/rig_face.h"

namespace mien::synth {
namespace {

/// Either one frame that travels with the body, or many in the device's memory.
struct Frames {
    RigFrame one;
    const RigFrame* many = nullptr;
    MIEN_HD const RigFrame& operator[](int y) const { return many ? many[y] : one; }
};

/// (x, y) = (vertex, frame): places of everything that hangs on no other posed vertex, and the normals of what does not bend.
struct PlaceBody {
    static std::string name() { return "synth_place"; }
    Frames frames;
    MIEN_HD void operator()(int x, int y) const {
        const RigFrame& f = frames[y];
        if (x >= f.count) return;
        const FigureVertex& v = f.vertices[x];
        if (v.motion == Motion::hung) return;
        const Mat3 turn = rotation_at(f, v.turn);
        Vec3 p = v.rest, n = v.normal;
        switch (v.motion) {
            case Motion::skin: p = v.still != 0 ? v.rest : jaw_moved(f, v.jaw, expressed(f, x)); break;
            case Motion::inside: p = jaw_moved(f, v.jaw, hung_inside(f, v)); break;
            case Motion::lash: p = lash(f, v); break;
            case Motion::eyeball: p = eyeball(f, v); break;
            case Motion::tongue: {
                const float raised = f.action(Action::tongue), forward = unit_range((v.v + 5) / 31);
                p = jaw_moved(f, 1, v.rest + f.tongue + Vec3{0, 9 * raised * forward * forward, 0});
                break;
            }
            case Motion::upper_teeth: p = v.rest + f.teeth[0]; break;
            case Motion::lower_teeth:
                p = jaw_moved(f, 1, v.rest + f.teeth[1]);
                n = jaw_turned(f, 1, n);
                break;
            case Motion::head:
            case Motion::hung: break;
        }
        f.out[x].at = placed(f, turn, p);
        if (x >= f.soft_count || v.still != 0) f.out[x].normal = turn * n;
    }
};

/// (x, y) = (vertex, frame): normals of what bends, from the triangles around it in their order; places of hair and beard, which follow their anchors.
struct FollowBody {
    static std::string name() { return "synth_follow"; }
    Frames frames;
    MIEN_HD void operator()(int x, int y) const {
        const RigFrame& f = frames[y];
        if (x >= f.count) return;
        const FigureVertex& v = f.vertices[x];
        if (x < f.soft_count) {
            if (v.still != 0) return;
            Vec3 sum;
            for (std::int32_t k = f.first[x]; k < f.first[x + 1]; ++k) {
                const FigureTriangle& t = f.triangles[f.around[k]];
                const Vec3 a = f.out[t.a].at;
                sum += cross(f.out[t.b].at - a, f.out[t.c].at - a);
            }
            f.out[x].normal = unit(sum);
        } else if (v.motion == Motion::hung) {
            const Mat3 turn = rotation_at(f, v.turn);
            f.out[x] = {f.out[v.anchor].at + turn * jaw_turned(f, v.jaw, v.rest), turn * jaw_turned(f, v.jaw, v.normal)};
        }
    }
};

/// The outer skin of the host's copy, as expressed() without lids.
Vec3 dragged(const Figure& figure, std::int32_t i, const Expression& e) {
    return figure.vertices()[static_cast<std::size_t>(i)].rest + action_basis(figure.detail()).displacement(i, e.actions.data());
}
Vec3 dragged_lip(const Expression& e, Vec3 t, bool above) {
    Vec3 sum;
    for (std::size_t k = 0; k < drag_action_count; ++k)
        if (e.actions[k] != 0) sum += action_displacement(static_cast<Action>(k), t, above) * e.actions[k];
    return sum;
}

/// Teeth stay behind lips that draw back, and behind the rim wherever it would cut the arch: pursed lips show no teeth.
void place_teeth(RigFrame& f, const Figure& figure, const Expression& e) {
    const float lips = least(0, least(dragged_lip(e, {0, lip_y - 5, 102}, false).z, dragged_lip(e, {0, lip_y + 5, 102}, true).z));
    for (std::size_t s = 0; s < 2; ++s) {
        const Figure::Arch& arch = figure.arches()[s];
        float push = 0;
        for (const std::int32_t i : s == 0 ? figure.upper_lip() : figure.lower_lip()) {
            const Vec3 rim = dragged(figure, i, e);
            const float across = rim.x / arch.half_breadth * 0.9927f;
            if (magnitude(across) > 0.95f) continue;
            const float front = arch.front + lips - 33 * (1 - square_root(1 - across * across)) / 0.8795f;
            push = least(push, rim.z - 2.6f - front);
        }
        f.teeth[s] = {0, 0, lips + most(push, -14)};
    }
    f.tongue = Vec3{0, 3, 6} * e[Action::tongue] + Vec3{0, 0, lips};
}

RigFrame frame_of(const PoseTask& task) {
    const Figure& figure = *task.figure;
    RigFrame f;
    f.vertices = figure.device_vertices();
    f.triangles = figure.device_triangles();
    f.first = figure.device_first();
    f.around = figure.device_around();
    f.pull_first = figure.device_pull_first();
    f.pulls = figure.device_pulls();
    f.out = task.out;
    f.count = figure.vertex_count();
    f.soft_count = figure.soft_count();
    for (const ActionRow& row : action_rows()) f.expression[row.action] = limit(task.expression[row.action], row.low, row.high);
    for (std::size_t s = 0; s < 2; ++s) {
        f.eyes[s] = figure.eyes()[s];
        // The line of sight leaves the ball two degrees outside its axis.
        f.gaze[s] = rotation(-28 * f.action(Action::gaze_y), 34 * f.action(Action::gaze_x) + (s == 0 ? 2.0f : -2.0f), 0);
    }
    place_teeth(f, figure, f.expression);
    f.pose = task.pose;
    f.turned = rotation(0, task.pose.turn, 0);
    f.head = f.turned * neck_rotation(task.pose, 1);
    f.body = f.turned * neck_rotation(task.pose, 0);
    return f;
}

void launch(Queue& queue, int vertices, int count, const Frames& frames) {
    kernels::for_each_pixel(queue, {vertices, count}, PlaceBody{frames});
    kernels::for_each_pixel(queue, {vertices, count}, FollowBody{frames});
}

}  // namespace

float head_share(Vec3 t) noexcept { return smooth_step(-190, -112, t.y + 0.12f * least(0, t.z) + 0.15f * most(0, t.z - 20)); }

Mat3 head_rotation(const Pose& pose, float w) noexcept { return rotation(0, pose.turn, 0) * neck_rotation(pose, w); }

Vec3 to_world(const Pose& pose, Vec3 p) noexcept { return pose.place + rotation(0, pose.turn, 0) * neck_pivot + head_rotation(pose, head_share(p)) * (p - neck_pivot); }

void pose_figure(Queue& queue, const Figure& figure, const Expression& expression, const Pose& pose, PosedVertex* out) {
    launch(queue, figure.vertex_count(), 1, {frame_of({&figure, expression, pose, out}), nullptr});
}

Poser::Poser(Queue& queue) : queue_(queue) {}
Poser::~Poser() = default;

void Poser::pose(std::span<const PoseTask> tasks) {
    if (tasks.empty()) return;
    const std::size_t bytes = tasks.size() * sizeof(RigFrame);
    if (queue_.place() == Place::device) queue_.wait();  // the last call's frames may still be on their way
    frames_.resize(bytes);
    auto* frames = reinterpret_cast<RigFrame*>(frames_.data());
    int vertices = 0;
    for (std::size_t i = 0; i < tasks.size(); ++i) {
        new (frames + i) RigFrame(frame_of(tasks[i]));
        vertices = std::max(vertices, frames[i].count);
    }
    const RigFrame* there = frames;
    if (queue_.place() == Place::device) {
        if (bytes > device_frames_.bytes()) device_frames_ = Buffer(queue_, bytes);
        queue_.copy(device_frames_.data(), Place::device, frames, Place::host, bytes);
        there = device_frames_.data<RigFrame>();
    }
    launch(queue_, vertices, static_cast<int>(tasks.size()), {{}, there});
}

}  // namespace mien::synth
