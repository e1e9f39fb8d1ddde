// Whom a face swapper paints: the source pictures as what its network is fed with, and the blend with the target's own identity.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "face/analyse.h"
#include "face/face.h"
#include "image/buffer.h"
#include "image/tensor.h"
#include "image/trace.h"
#include "models/spec.h"
#include "pipeline/face_crop.h"
#include "pipeline/processor.h"

namespace mien {

/// Which embedding of the target face the source is blended with.
enum class TargetBlend : std::uint8_t { none, raw, unit };

/// How one kind of swapper is fed.
struct SwapFeed {
    SwapSource source;
    TargetBlend blend;
    std::string_view converter;      ///< network that maps the raw embedding; empty: none
    bool unit_length = false;        ///< the converter's answer is divided by its length
    Template crop = Template::none;  ///< picture-fed: template and edge of the source crop
    int edge = 0;
    double apart = 0;                ///< share of the target's embedding that is taken off at a weight of 0.5 (tools/train/painting.py, told); the blend is then of unit length again
};
/// Throws Error{internal} for a row that is no swapper.
const SwapFeed& feed_of(const ModelSpec& swapper);

/// What input `source` gets, made once per run. Values of one item: [1,512] or [1,3,edge,edge].
struct SwapIdentity {
    std::vector<float> values;
    Shape shape;
    int pictures = 0;  ///< source faces averaged

    /// How the values came to be, for the trace.
    std::string_view converter;
    std::vector<float> converter_in, converter_out;
    FaceCrop crop;
    Points5 points{};
    Picture<std::uint8_t> pixels;
};
/// Runs the converter, or cuts the source crop. Faithful: the first picture with the first face's points, as FaceFusion pairs them; otherwise the picture
/// that holds the face. Throws Error{usage} without source pictures, Error{bad_input} when none holds a face, Error{models}.
SwapIdentity make_swap_identity(const ProcessorContext&, const ModelSpec& swapper);

/// The stages that made the source of one run: converter or source crop, then "source_embedding" and "balanced_embedding", or "source_frame".
void trace_identity(Trace*, const SwapIdentity&, std::span<const float> balanced);

/// Share of the target in the blend: 0..1 becomes 0.35..-0.35 (FaceFusion's face_swapper_weight).
double target_share(double weight) noexcept;
/// source * (1 - share) + target * share, into `out`; all of 512 values. Not of unit length any more.
void blend_identity(std::span<const float> source, const Embedding& target, double share, std::span<float> out) noexcept;
/// (e E) / |e| with E of 512 x 512, row-major.
std::vector<float> project_embedding(const Embedding&, std::span<const float> matrix);

}  // namespace mien
