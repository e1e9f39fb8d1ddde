// From a shot to pixels and to what is true of them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "image/buffer.h"
#include "synth/shot.h"

namespace mien::synth {

/// BiSeNet's 19 classes.
enum class Region : std::uint8_t {
    background,
    skin,
    brow_right,
    brow_left,
    eye_right,
    eye_left,
    glasses,
    ear_right,
    ear_left,
    earring,
    nose,
    mouth,
    upper_lip,
    lower_lip,
    neck,
    necklace,
    cloth,
    hair,
    hat
};

/// What a renderer is asked to give besides the picture.
struct Wanted {
    bool truth = true;  ///< the planes below
    bool flow = false;  ///< needs the shot of the next frame
};

/// Where a performer's points are and how much of the face shows: gathered while drawing, so that truth needs no second posing.
struct PosedFace {
    Vec3 points[68];          ///< iBUG order, world, mm; the first 17 on the outline that the camera sees
    Vec3 pupils[2];           ///< [0] on the subject's left
    float visible_share = 0;  ///< of the area of the inner face (swap_share > 1/2) that is turned to the camera: drawn, nothing in front, inside the picture
};

/// Pictures of one shot, on the renderer's queue; valid until its next call. Planes are `camera.size`, rows without padding.
struct Rendered {
    View<const std::uint8_t> picture;  ///< RGB, sRGB transfer
    View<const float> light;           ///< RGB, linear, before defocus, tone and noise
    View<const std::uint8_t> alpha;    ///< people's coverage, 255 = whole
    View<const std::uint8_t> regions;  ///< Region of the pixel's centre sample
    View<const std::uint8_t> who;      ///< performer + 1 of the centre sample, 0 = none
    View<const std::uint8_t> face;     ///< visible inner face (swap_share > 1/2, nothing opaque in front): 255 or 0
    View<const float> depth;           ///< mm along the viewing direction, 0 = background
    View<const float> normals;         ///< 3 channels, camera axes, 0 = background
    View<const float> flow;            ///< 2 channels: where what this pixel shows is in the next frame minus here, pixels; people, occluders and background
    const PosedFace* faces = nullptr;  ///< one per performer
};

/// A moment of an exposure and its share of the light.
struct Exposure {
    const Shot* shot = nullptr;
    float weight = 1;
};

/// Draws shots. Memory is taken at the first shot of a size and kept; the skins of the people drawn last too. Thread-safety: one thread at a time; different
/// renderers are independent.
class Renderer {
public:
    explicit Renderer(Queue&);
    ~Renderer();
    /// `next`: the same shot at the next frame (same performers and occluders in the same order), for flow. Throws Error{usage} for an empty or huge (above
    /// 8192) size, more than 64 performers, or a missing figure.
    Rendered draw(const Shot&, const Wanted& = {}, const Shot* next = nullptr);
    /// The weighted sum of the light of several moments: motion blur (weights sum to 1), dissolves, flashes. All have the size of the first one, whose truth
    /// and sensor it is.
    Rendered draw(std::span<const Exposure>, const Wanted& = {}, const Shot* next = nullptr);
    /// Many shots of one size at once, one above the other in every plane; `faces` in the order of the shots. For devices, where a small picture alone cannot
    /// fill the machine. `next` is empty or as long. Sensor::samples is the first shot's.
    Rendered draw_stack(std::span<const Shot> shots, const Wanted& = {}, std::span<const Shot> next = {});

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The part of a stack that shows shot i of it.
Rendered part_of(const Rendered& stack, std::span<const Shot> shots, std::size_t i) noexcept;

/// Truth of one performer's face in a shot, from geometry alone.
struct FaceTruth {
    std::array<Vec3, 68> points_3d;      ///< mm, camera axes
    std::array<Point, 68> points;        ///< pixels
    std::array<bool, 68> visible{};      ///< not hidden by anything and inside the picture
    std::array<Point, 5> points_5;       ///< eyes (mean of the six lid points), nose tip, mouth corners; image left first
    Box box;                             ///< around the points, from the brows' top to the chin, pixels, unclipped
    float pitch = 0, yaw = 0, roll = 0;  ///< degrees, of the head as the camera sees it
    float visible_share = 0;             ///< of the face's pixels
};
/// Needs the Rendered of the same shot (its planes are read on the host; a device's are copied).
std::vector<FaceTruth> face_truth(Queue&, const Shot&, const Rendered&);

}  // namespace mien::synth
