// One network of the zoo as a row: everything the engine knows about it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "image/view.h"

namespace mien {

enum class Task : std::uint8_t {
    detect,
    landmark,
    recognise,
    classify,
    gate,
    occlude,
    parse,
    voice,
    convert_embedding,
    swap,
    enhance,
    portrait,
    age,
    deep_swap,
    frame_enhance,
    colorize,
    background,
    lip_sync
};
std::string_view name_of(Task) noexcept;

/// How outputs are read (models/decode.h) or, for painting networks, which recipe feeds them.
enum class Decode : std::uint8_t {
    none,
    anchors_scrfd,
    anchors_yolo,
    anchors_yunet,
    heatmap,
    points_scored,
    points,
    embedding,
    fairface,
    scores_detection,
    scores_pair,
    scores_four,
    mask,
    classes,
    image
};

/// Crop templates: five points in the unit square (face/align.h).
enum class Template : std::uint8_t { none, arcface_112_v1, arcface_112_v2, arcface_128, dfl_whole_face, ffhq_512, mtcnn_512, styleganex_384 };
std::string_view name_of(Template) noexcept;

/// Sample x of 0..1 becomes (x - mean) / deviation, channel by channel in the network's own order.
struct Norm {
    std::array<double, 3> mean{0, 0, 0}, deviation{1, 1, 1};
    friend bool operator==(const Norm&, const Norm&) = default;
};

/// What a face swapper is fed with beside the crop.
enum class SwapSource : std::uint8_t {
    none,
    picture_112,
    picture_256,
    embedding_raw,
    embedding_unit,
    embedding_apart,  ///< the unit embedding moved away from the target's: what makes the source another person
    embedding_matrix,
    embedding_ghost,
    embedding_hififace,
    embedding_simswap
};

/// The group of the networks that ship with mien, trained on people it renders (assets/starter).
inline constexpr std::string_view starter_group = "starter";

/// One network. `name` is FaceFusion's name and the file is `<name>.onnx`, or another row's.
struct ModelSpec {
    std::string_view name;
    Task task = Task::detect;
    std::string_view group;    ///< FaceFusion's release group, "models-3.0.0"; starter_group for networks that ship with mien
    std::string_view licence;  ///< short name; "non-commercial" and "unknown" are said so
    std::string_view vendor;
    std::uint64_t bytes = 0;  ///< known size of the published file, 0 when unknown
    std::string_view sha256;  ///< known digest of the published file, empty when unknown
    Size size{};              ///< input width and height in pixels; 0 where it does not apply
    Template crop = Template::none;
    bool bgr = false;  ///< channel order of the input
    bool nhwc = false;
    Norm norm{};               ///< of the input
    bool denormalise = false;  ///< swap: the output is mapped back with the same mean and deviation
    Decode decode = Decode::none;
    SwapSource source = SwapSource::none;
    bool any_aspect = false;    ///< detector: takes pictures of any sides that are multiples of 32, so that it is not shown bars that make a picture square
    int scale = 1;              ///< frame enhancer: output edge / input edge
    std::array<int, 3> tile{};  ///< frame enhancer: tile, outer pad, overlap
    std::string_view later;     ///< name of the issue that brings its processor; empty when usable now
    double tolerance = 1e-3;    ///< largest difference between engines, of the tensor's largest magnitude
    /// Inputs by name, then outputs by position, as "input[n,3,S,S] weight?:f64[1] > [n,3,S,S] [n,68]": n items, S = size.width, ? any extent, a name
    /// with ? may be missing, elements are f32 unless said (int: 32 or 64 bits). More outputs than said are allowed.
    std::string_view signature;
    std::string_view half_of;  ///< name of the row whose file serves this one too, at half the crop's edge (runtime/half_crop.h); empty for networks with files of their own

    constexpr std::string_view file_stem() const noexcept { return half_of.empty() ? name : half_of; }
};

std::span<const ModelSpec> zoo() noexcept;
/// Throws Error{models} that names the nearest rows.
const ModelSpec& find_model(std::string_view name);
/// nullptr when there is none.
const ModelSpec* find_model_or_null(std::string_view name) noexcept;

}  // namespace mien
