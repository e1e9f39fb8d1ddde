// SPDX-License-Identifier: Apache-2.0
#include "pipeline/swap_source.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>

#include "base/error.h"
#include "kernels/colour.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "pipeline/face_crop.h"
#include "pipeline/painting_network.h"

namespace mien {
namespace {

constexpr std::array feeds{
    SwapFeed{SwapSource::picture_112, TargetBlend::none, {}, false, Template::arcface_112_v2, 112},
    SwapFeed{SwapSource::picture_256, TargetBlend::none, {}, false, Template::ffhq_512, 256},
    SwapFeed{SwapSource::embedding_raw, TargetBlend::raw, {}},
    SwapFeed{SwapSource::embedding_unit, TargetBlend::unit, {}},
    SwapFeed{.source = SwapSource::embedding_apart, .blend = TargetBlend::unit, .apart = 0.6},
    SwapFeed{SwapSource::embedding_matrix, TargetBlend::unit, {}},
    SwapFeed{SwapSource::embedding_ghost, TargetBlend::raw, "crossface_ghost"},
    SwapFeed{SwapSource::embedding_hififace, TargetBlend::unit, "crossface_hififace", true},
    SwapFeed{SwapSource::embedding_simswap, TargetBlend::unit, "crossface_simswap", true},
};

double length_of(std::span<const float> values) noexcept {
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value) * static_cast<double>(value);
    return std::sqrt(sum);
}

/// The converter's answer as it is.
std::vector<float> convert_embedding(const ProcessorContext& context, const Embedding& raw, const SwapFeed& feed) {
    const PaintingNetwork converter(context.store, feed.converter);
    PaintingNetwork::Scratch scratch;
    const Tensor& in = converter.prepare(context.queue, converter.need_input("input"), {1, 512}, scratch);
    if (in.element != Element::f32) throw Error(Code::models, "the network " + std::string(feed.converter) + " does not take 32-bit floats; give the published file of that name");
    context.queue.copy(in.data, in.place, raw.data(), Place::host, in.bytes());
    const Tensor& out = converter.run(context.queue, scratch, false);
    if (out.element != Element::f32 || out.shape.count() != 512)
        throw Error(Code::models, "the network " + std::string(feed.converter) + " does not answer with 512 numbers; give the published file of that name");
    std::vector<float> values(512);
    context.queue.copy(values.data(), Place::host, out.data, out.place, out.bytes());
    context.queue.wait();
    return values;
}

/// The picture of a source as 8-bit RGB.
void rgb_of(Queue& queue, const Frame& frame, Picture<std::uint8_t>& rgb) {
    const Size size = frame.size();
    const Rect whole{0, 0, size.width, size.height};
    rgb.fit(queue, size, 3);
    if (frame.format().depth == 8) return kernels::to_rgb<std::uint8_t>(queue, kernels::planes_of<std::uint8_t>(frame), whole, rgb);
    Picture<std::uint16_t> deep(queue, size, 3);
    kernels::to_rgb<std::uint16_t>(queue, kernels::planes_of<std::uint16_t>(frame), whole, deep);
    kernels::narrow(queue, deep, frame.format().depth, rgb);
}

SwapIdentity cut_source(const ProcessorContext& context, const SourceIdentity& identity, const SwapFeed& feed) {
    const bool faithful = context.settings.faithful;
    const auto& source = context.sources[faithful ? 0 : static_cast<std::size_t>(identity.picture)];
    Picture<std::uint8_t> rgb;
    rgb_of(context.queue, source.frame, rgb);
    const FaceCrop crop = place_crop(feed.crop, feed.edge, identity.face.points5_68, rgb.size(), faithful);
    if (crop.outside() && !faithful)
        throw Error(Code::bad_input, "the face of " + source.path.string() + " lies outside the picture; give a source picture that shows the whole face");
    SwapIdentity result{.shape = {1, 3, feed.edge, feed.edge}, .pictures = identity.faces_used, .crop = crop, .points = identity.face.points5_68};
    result.pixels.fit(context.queue, {feed.edge, feed.edge}, 3);
    cut_crop<std::uint8_t>(context.queue, rgb, {{0, 0, rgb.size().width, rgb.size().height}, 8, faithful}, crop, result.pixels);
    TensorBuffer buffer;
    const Tensor& tensor = buffer.fit(context.queue, Element::f32, result.shape);
    kernels::to_tensor<std::uint8_t>(context.queue, result.pixels, {}, tensor, 0);
    result.values.resize(static_cast<std::size_t>(result.shape.count()));
    context.queue.copy(result.values.data(), Place::host, tensor.data, tensor.place, tensor.bytes());
    context.queue.wait();
    return result;
}

}  // namespace

const SwapFeed& feed_of(const ModelSpec& swapper) {
    const auto found = std::find_if(feeds.begin(), feeds.end(), [&](const SwapFeed& feed) { return feed.source == swapper.source; });
    if (found == feeds.end()) throw Error(Code::internal, "the row of the network " + std::string(swapper.name) + " does not say what its source is");
    return *found;
}

double target_share(double weight) noexcept { return static_cast<double>(static_cast<float>(-0.7 * std::clamp(weight, 0.0, 1.0) + 0.35)); }

void blend_identity(std::span<const float> source, const Embedding& target, double share, std::span<float> out) noexcept {
    const float from_target = static_cast<float>(share), from_source = 1 - from_target;
    for (std::size_t i = 0; i < out.size(); ++i) out[i] = source[i] * from_source + target[i] * from_target;
}

std::vector<float> project_embedding(const Embedding& embedding, std::span<const float> matrix) {
    const std::size_t size = embedding.size();
    std::vector<double> sums(size);
    for (std::size_t row = 0; row < size; ++row)
        for (std::size_t column = 0; column < size; ++column)
            sums[column] += static_cast<double>(embedding[row]) * static_cast<double>(matrix[row * size + column]);
    const double length = length_of(embedding);
    std::vector<float> values(size);
    for (std::size_t i = 0; i < size; ++i) values[i] = static_cast<float>(sums[i] / length);
    return values;
}

SwapIdentity make_swap_identity(const ProcessorContext& context, const ModelSpec& swapper) {
    if (context.sources.empty())
        throw Error(Code::usage, "face_swapper needs to know whose face to paint: name at least one source picture");
    std::vector<std::vector<Face>> faces;
    for (const auto& source : context.sources) faces.push_back(source.faces);
    const SourceIdentity identity = average_source(faces, context.settings.faithful);
    if (identity.picture < 0)
        throw Error(Code::bad_input, "face_swapper found no face in " + (faces.size() == 1 ? "the source picture " + context.sources[0].path.string()
                                                                                           : "any of the " + std::to_string(faces.size()) + " source pictures") +
                                         "; give a picture that shows one clearly");
    const SwapFeed& feed = feed_of(swapper);
    if (feed.edge > 0) return cut_source(context, identity, feed);

    SwapIdentity result{.shape = {1, 512}, .pictures = identity.faces_used};
    if (feed.source == SwapSource::embedding_matrix) {
        const std::vector<float> matrix = last_initialiser(context.store.locate(swapper.name));
        if (matrix.size() != 512 * 512)
            throw Error(Code::models, "the last initialiser of " + std::string(swapper.name) + " is not a matrix of 512 x 512; give the published file of that name");
        result.values = project_embedding(identity.embedding, matrix);
    } else if (!feed.converter.empty()) {
        result.converter = feed.converter;
        result.converter_in.assign(identity.embedding.begin(), identity.embedding.end());
        result.converter_out = convert_embedding(context, identity.embedding, feed);
        result.values = result.converter_out;
        const double length = feed.unit_length ? length_of(result.values) : 1;
        for (float& value : result.values) value = static_cast<float>(static_cast<double>(value) / length);
    } else {
        const bool raw = feed.source == SwapSource::embedding_raw;
        const Embedding& chosen = raw ? identity.embedding : identity.embedding_unit;
        result.values.assign(chosen.begin(), chosen.end());
    }
    if (!std::all_of(result.values.begin(), result.values.end(), [](float value) { return std::isfinite(value); }))
        throw Error(Code::bad_input, "the source faces give no usable identity (not a number); give another source picture");
    return result;
}

void trace_identity(Trace* trace, const SwapIdentity& identity, std::span<const float> balanced) {
    if (!trace) return;
    if (identity.shape.rank == 4) {
        trace_cut<std::uint8_t>(trace, identity.crop, identity.points, identity.pixels);
        trace->stage("source_frame");
        return trace->values<float>("value", identity.values, identity.shape);
    }
    if (!identity.converter.empty()) {
        trace->stage("model", identity.converter);
        trace->values<float>("in_input", identity.converter_in, {1, 512});
        trace->values<float>("out_output", identity.converter_out, {1, 512});
    }
    trace->stage("source_embedding");
    trace->values<float>("value", identity.values, identity.shape);
    trace->stage("balanced_embedding");
    trace->values<float>("value", balanced, identity.shape);
}

}  // namespace mien
