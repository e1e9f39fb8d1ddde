// A figure: one person baked to meshes. Built once per person, posed every frame by synth/rig.h, drawn by synth/render.h.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <mutex>
#include <vector>

#include "image/buffer.h"
#include "synth/basis.h"
#include "synth/person.h"
#include "synth/skin.h"

namespace mien::synth {

/// What a surface is made of.
enum class Material : std::uint8_t { skin, ear, eye, teeth, tongue, hair, beard, lash, cloth, frame, lens };
/// What moves a vertex.
enum class Motion : std::uint8_t {
    skin,         ///< drags of the expression, lids, jaw, then the neck's rotation
    inside,       ///< inner rows behind a lip or lid rim: hung from `anchor` (spec "heads" sections 5 and 6); `layer` is the row
    hung,         ///< at `rest` from the skin vertex `anchor`, turned with jaw and head: hair, beard
    lash,         ///< grows from the rim vertex `anchor`; rest = (length, sideways lean, share of the way to the tip)
    eyeball,      ///< turns with the gaze about its centre; `rest` is relative to it
    upper_teeth,  ///< rigid in the head, behind the lips
    lower_teeth,  ///< turns with the jaw
    tongue,
    head,         ///< rigid, turned with the head by `turn`: glasses, ears, hanging hair, torso (0)
};

/// What (on; u, v; a) say of a vertex, by material:
///   skin    template position; azimuth in radians, level in mm; mm above the hairline, on inner rows of the mouth the row's number (1..7: deeper), of lids its negative
///   ear     place at rest; backwards and upwards in units of its radii (-1..1); relief in mm, -1 on its back
///   eye     direction in the ball (z = the gaze); angle from the axis in radians, 0; 0
///   teeth   arc from the middle in mm (+x positive), crown height (0 gum, 0.3 neck, 0.8 edge, 1 behind), place across the tooth 0..1; arc, crown height;
///           number of the tooth from the middle, 7 behind the last
///   tongue  place at rest; x, z in mm from its middle; 0
///   hair    template position (place at rest where it hangs); across and along the strands in mm; mm inside the edge (see hair.h)
///   beard   template position; across and along the strands; density (see hair.h)
///   lash    place of the root; along the rim 0..1, root 0 to tip 1; side
///   cloth   place at rest; angle in radians, row; 0
///   frame, lens  place at rest; 0, 0; 0
struct FigureVertex {
    Vec3 rest;                  ///< mm, identity applied, face at rest, head upright, unless `motion` says otherwise
    Vec3 normal{0, 0, 1};       ///< at rest, outwards
    Vec3 on;
    float u = 0, v = 0, a = 0;
    std::int32_t anchor = -1;
    float turn = 1;             ///< share of the head's rotation: 1 head .. 0 collar
    float jaw = 0;              ///< share of the jaw's rotation
    Motion motion = Motion::skin;
    Material material = Material::skin;
    std::int8_t side = 0;       ///< +1 the subject's left (+x), -1 the right, 0 both; of skin: the eye whose lids it belongs to
    std::uint8_t layer = 0;     ///< shell of hair or beard from the inside, lashes: 0 upper 1 lower; see hair.h
    std::int8_t lid = 0;        ///< of skin and inner rows: +1 above an eye's or the mouth's opening, -1 below
    std::uint8_t still = 0;     ///< 1: skin that no expression moves, its normal included
    std::uint8_t spare[2] = {};
};

struct FigureTriangle {
    std::int32_t a = 0, b = 0, c = 0;  ///< counter-clockwise from outside
    Material material = Material::skin;
    std::uint8_t layer = 0;
    std::int8_t side = 0;
    std::uint8_t flags = 0;
    static constexpr std::uint8_t cut_out = 1;     ///< drawn where the material's alpha test says so: hair, beard, lashes
    static constexpr std::uint8_t in_mouth = 2;    ///< drawn inside the lips' opening only: teeth, tongue
    static constexpr std::uint8_t no_shadow = 4;   ///< casts none: lens, lashes, all but the lowest shells
    static constexpr std::uint8_t mouth_wall = 8;  ///< inner rows behind the lips
    static constexpr std::uint8_t lid_inside = 16; ///< inner rows behind the lids
};

struct FigureOptions {
    const Person* other = nullptr;  ///< whom the inner face is taken from (the true swap): shape and surface mixed by swap_share(t)
    float tone = 0.85f;             ///< share of the target's own skin tone in the swapped face; 0 keeps the source's
    int detail = 1;                 ///< 1 full; 2 a quarter of the vertices and half the shells, for faces below about 96 px
};

/// Vertices that say where a face is. At detail 2 those of the points belong to no triangle: they are the same places as at detail 1.
struct FacePoints {
    static constexpr int outline_count = 17, chin = 8;
    /// Vertices at one height from an outline point, itself first, towards the middle of the face.
    using OutlineRow = std::array<std::int32_t, 20>;
    std::array<std::int32_t, 68> points{};  ///< iBUG order; of the outline where a head that faces the camera has them
    std::array<std::int32_t, 2> pupils{};   ///< the eyeballs' apexes, [0] on +x
    std::array<OutlineRow, outline_count> outline{};
};

/// Everything a frame needs of a person, on one device. The first vertices are those of head_template(detail), in its order.
/// Thread-safety: nothing that is seen changes after construction; any thread.
class Figure {
public:
    /// Waits for its copies: nothing of the arguments is needed afterwards but the queue, which must outlive the figure.
    Figure(Queue&, const Person&, const FigureOptions& = {});

    const Person& person() const noexcept { return person_; }
    const Person* other() const noexcept { return swapped_ ? &other_ : nullptr; }
    float tone() const noexcept { return tone_; }
    int detail() const noexcept { return detail_; }

    /// Host copies (for truth and tests) and the device's.
    const std::vector<FigureVertex>& vertices() const noexcept { return vertices_; }
    const std::vector<FigureTriangle>& triangles() const noexcept { return triangles_; }
    const FigureVertex* device_vertices() const noexcept { return vertex_buffer_.data<FigureVertex>(); }
    const FigureTriangle* device_triangles() const noexcept { return triangle_buffer_.data<FigureTriangle>(); }
    int vertex_count() const noexcept { return static_cast<int>(vertices_.size()); }
    int triangle_count() const noexcept { return static_cast<int>(triangles_.size()); }

    /// The first soft_count() vertices bend: their normals follow from the triangles around them, in rising order: device_first()[v] .. [v + 1] index device_around().
    int soft_count() const noexcept { return soft_count_; }
    const std::int32_t* device_first() const noexcept { return first_buffer_.data<std::int32_t>(); }
    const std::int32_t* device_around() const noexcept { return around_buffer_.data<std::int32_t>(); }
    /// Rows of the actions' basis for the skin, see basis.h.
    const std::int32_t* device_pull_first() const noexcept { return pull_first_buffer_.data<std::int32_t>(); }
    const Pull* device_pulls() const noexcept { return pull_buffer_.data<Pull>(); }

    const FacePoints& face_points() const noexcept { return face_points_; }
    /// The strip of the lips' opening.
    const std::vector<std::int32_t>& upper_lip() const noexcept { return upper_lip_; }
    const std::vector<std::int32_t>& lower_lip() const noexcept { return lower_lip_; }

    /// The person's skin, baked when it is first asked for, for all who draw the figure. The queue that bakes it must outlive the figure; others wait for it.
    const SkinMap& skin(Queue&) const;
    /// Bakes the skin unless another one is baking it, and never waits: renderers that begin a film side by side share out its people.
    void begin_skin(Queue&) const;
    /// What vertices, triangles and skin take on the device.
    std::size_t device_bytes() const noexcept;

    /// Place and opening of an eye, mm, for lids and eye shading.
    struct Eye {
        Vec3 centre;
        float half_width = 15.9f, tilt = 1.4f;  ///< half the length of the opening; how much higher its outer corner is
        float upper = 4.7f, lower = -5.1f;      ///< heights of the rims in the middle, over the centre
        float fold = 0, age = 0;                ///< Trait::lid_fold; 0..1 how far old age has lowered the skin above
    };
    const std::array<Eye, 2>& eyes() const noexcept { return eyes_; }  ///< [0] on +x

    /// An arch of teeth as the rig pushes it back behind the lips: half breadth and front of the parabola, mm, at rest.
    struct Arch {
        float half_breadth = 25, front = 96.2f;
    };
    const std::array<Arch, 2>& arches() const noexcept { return arches_; }  ///< [0] upper

private:
    friend class FigureBuilder;
    Person person_, other_;
    bool swapped_ = false;
    float tone_ = 0.85f;
    int detail_ = 1;
    std::vector<FigureVertex> vertices_;
    std::vector<FigureTriangle> triangles_;
    FacePoints face_points_;
    std::vector<std::int32_t> upper_lip_, lower_lip_;
    std::array<Eye, 2> eyes_{};
    std::array<Arch, 2> arches_{};
    int soft_count_ = 0;
    /// While `baking_` is held.
    void bake_skin(Queue&) const;
    int skin_texels_per_cell() const noexcept { return detail_ > 1 ? 2 : 4; }
    mutable std::mutex baking_;
    mutable Skin skin_;
    Buffer vertex_buffer_, triangle_buffer_, first_buffer_, around_buffer_, pull_first_buffer_, pull_buffer_;
};

}  // namespace mien::synth
