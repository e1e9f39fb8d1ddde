// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "base/error.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "models/decode.h"
#include "pipeline/crop_mask.h"
#include "pipeline/face_crop.h"
#include "pipeline/painting_network.h"
#include "pipeline/swap_source.h"

namespace mien {
namespace {

/// Crop edges by the network's own edge; the 128 of inswapper goes with every multiple that FaceFusion lists.
constexpr std::array<int, 6> boosts_128{128, 256, 384, 512, 768, 1024};
constexpr std::array<int, 4> boosts_256{256, 512, 768, 1024};
constexpr std::array<int, 2> boosts_512{512, 1024};

int choose_edge(const ModelSpec& spec, int wanted) {
    const std::span<const int> edges = pixel_boosts(spec.name);
    if (wanted == 0) return edges.front();
    if (std::find(edges.begin(), edges.end(), wanted) != edges.end()) return wanted;
    std::string list;
    for (const int edge : edges) list += " " + std::to_string(edge) + "x" + std::to_string(edge);
    const std::string asked = std::to_string(wanted);
    throw Error(Code::usage, "a pixel boost of " + asked + "x" + asked + " does not go with " + std::string(spec.name) + ", whose crops are whole multiples of " +
                                 std::to_string(spec.size.width) + "; choose one of" + list);
}

const ModelSpec& need_swapper(const std::string& name) {
    const ModelSpec& spec = find_model(name);
    if (spec.task != Task::swap) throw Error(Code::usage, "face_swapper cannot work with " + name + ", which is no face swapper; choose one that `mien models list` shows as one");
    return spec;
}

class FaceSwapper final : public Processor {
public:
    explicit FaceSwapper(const ProcessorContext& context)
        : network_(context.store, need_swapper(context.settings.swapper.model).name),
          masker_(context.store, context.settings.masks, context.settings.faithful),
          edge_(choose_edge(network_.spec(), context.settings.swapper.pixel_boost)),
          feed_(feed_of(network_.spec())),
          share_(feed_.blend == TargetBlend::none ? 0 : target_share(context.settings.swapper.weight) - feed_.apart),
          faithful_(context.settings.faithful),
          target_(network_.need_input("target")),
          source_(network_.need_input("source")),
          identity_(make_swap_identity(context, network_.spec())) {
        if (network_.input(source_).element != Element::f32)
            throw Error(Code::models, "input \"source\" of " + std::string(network_.name()) + " does not take 32-bit floats; give the published file of that name");
    }

    struct SwapScratch final : Scratch {
        std::tuple<CropPictures<std::uint8_t>, CropPictures<std::uint16_t>> pictures;
        Picture<std::uint8_t> original8, result8;
        Picture<float> tiles, painted;
        std::vector<float> source;
        PaintingNetwork::Scratch network;
        CropMask mask;
        PasteScratch paste;
    };
    std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<SwapScratch>(); }

    Rect footprint(std::span<const Face> faces, Size frame) const override {
        Rect all;
        for (const Face& face : faces) all = join(all, place(face, frame).footprint);
        return all;
    }

    void paint(Queue& queue, std::span<const Face> faces, Canvas& canvas, Scratch& any_scratch, Tally& tally, Trace* trace) const override {
        auto& scratch = static_cast<SwapScratch&>(any_scratch);
        trace_start(trace, "face_swapper", faces);
        for (const Face& face : faces) {
            const FaceCrop crop = place(face, canvas.frame);
            if (crop.outside()) {
                ++tally.outside;
                continue;
            }
            const CanvasPart part = part_of(canvas, crop, faithful_);
            bool painted = false;
            canvas.visit([&](auto pixels) { painted = swap(queue, pixels, part, face, crop, scratch, trace); });
            ++(painted ? tally.processed : tally.non_finite);
            if (painted) canvas.touched = join(canvas.touched, crop.paste.region);
        }
    }

    std::string describe() const override {
        const int own = network_.spec().size.width;
        std::string text = "face_swapper " + std::string(network_.name()) + ", crop " + std::to_string(edge_) + " " + std::string(name_of(network_.spec().crop));
        if (edge_ > own) text += " as " + std::to_string(parts() * parts()) + " of " + std::to_string(own);
        return text + ", masks " + text_of_types(masker_.settings().types) + ", sources " + std::to_string(identity_.pictures);
    }

private:
    int parts() const noexcept { return edge_ / network_.spec().size.width; }
    FaceCrop place(const Face& face, Size frame) const noexcept { return place_crop(network_.spec().crop, edge_, face.points5_68, frame, faithful_); }

    /// Paints one face; false when the network's answer is not finite, and nothing was painted then.
    template <class T>
    bool swap(Queue& queue, View<T> canvas, const CanvasPart& part, const Face& face, const FaceCrop& crop, SwapScratch& scratch, Trace* trace) const {
        auto& pictures = std::get<CropPictures<T>>(scratch.pictures);
        pictures.crop.fit(queue, {edge_, edge_}, 3);
        cut_crop<T>(queue, canvas, part, crop, pictures.crop);
        trace_cut<T>(trace, crop, face.points5_68, pictures.crop);
        feed_target<T>(queue, pictures, part, scratch, trace);
        feed_source(queue, face, scratch);
        const Tensor& answer = network_.run(queue, scratch.network, trace != nullptr);
        queue.wait();
        if (!all_finite(answer)) return false;
        read_answer(queue, answer, part, scratch, trace);

        Masker::Crops crops{as_8_bit(queue, pictures.crop.view(), part.depth, scratch.original8), {}, map_points(crop.frame_to_crop, face.points68)};
        if (masker_.settings().has("region")) {
            pictures.parts.fit(queue, {edge_, edge_}, 3);
            kernels::quantise<T>(queue, scratch.painted, kernels::Rounding::nearest, part.full_scale(), pictures.parts);
            crops.result = as_8_bit(queue, pictures.parts.view(), part.depth, scratch.result8);
            if (faithful_ && part.depth == 8) crops.result_exact = scratch.painted.view();
        }
        const View<const float> mask = scratch.mask.make(queue, masker_, crops, masker_.settings().types, masker_.settings().padding, edge_, trace);
        paste_crop<T>(queue, scratch.painted, mask, part, crop, scratch.paste, canvas);
        trace_paste<T, float>(trace, crop, part, scratch.painted, mask, canvas);
        return true;
    }

    template <class T> void feed_target(Queue& queue, CropPictures<T>& pictures, const CanvasPart& part, SwapScratch& scratch, Trace* trace) const {
        const ModelSpec& spec = network_.spec();
        const int n = parts(), edge = spec.size.width;
        View<const T> tiles = pictures.crop;
        if (n > 1) {
            pictures.parts.fit(queue, {edge, edge * n * n}, 3);
            kernels::split_polyphase<T>(queue, pictures.crop, n, pictures.parts);
            tiles = pictures.parts;
            trace_tiles<T>(trace, "boost_split", "parts", tiles, n * n, edge);
        }
        const Tensor& target = network_.prepare(queue, target_, {n * n, 3, edge, edge}, scratch.network);
        const kernels::Normalise normalise{spec.norm.mean, spec.norm.deviation, part.full_scale(), spec.bgr, false};
        for (int i = 0; i < n * n; ++i) kernels::to_tensor<T>(queue, tiles.part({0, i * edge, edge, edge}), normalise, target, i);
    }

    void feed_source(Queue& queue, const Face& face, SwapScratch& scratch) const {
        const std::size_t size = identity_.values.size(), items = static_cast<std::size_t>(parts() * parts());
        Shape shape = identity_.shape;
        shape.extent[0] = static_cast<std::int64_t>(items);
        const Tensor& source = network_.prepare(queue, source_, shape, scratch.network);
        scratch.source.resize(size);
        if (share_ == 0) {
            std::copy(identity_.values.begin(), identity_.values.end(), scratch.source.begin());
        } else {
            if (!face.embedding) throw Error(Code::internal, "the face swapper's weight needs the target's embedding, which the analysis did not bring");
            blend_identity(identity_.values, feed_.blend == TargetBlend::unit ? unit(*face.embedding) : *face.embedding, share_, scratch.source);
            if (feed_.apart > 0) normalise_embedding(scratch.source, scratch.source);
        }
        for (std::size_t i = 0; i < items; ++i)
            queue.copy(source.as<float>() + i * size, source.place, scratch.source.data(), Place::host, size * sizeof(float));
    }

    /// Network's answer to one float picture in the canvas' scale, joined from its tiles.
    void read_answer(Queue& queue, const Tensor& answer, const CanvasPart& part, SwapScratch& scratch, Trace* trace) const {
        const ModelSpec& spec = network_.spec();
        const int n = parts(), edge = spec.size.width;
        kernels::Denormalise denormalise{.full_scale = part.full_scale(), .swap_red_blue = spec.bgr};
        if (spec.denormalise) denormalise.mean = spec.norm.mean, denormalise.deviation = spec.norm.deviation;
        Picture<float>& tiles = n > 1 ? scratch.tiles : scratch.painted;
        tiles.fit(queue, {edge, edge * n * n}, 3);
        for (int i = 0; i < n * n; ++i) {
            const View<float> tile = tiles.view().part({0, i * edge, edge, edge});
            kernels::from_tensor(queue, answer, i, denormalise, tile);
            trace_item(trace, scratch, i, tile);
        }
        if (n > 1) {
            scratch.painted.fit(queue, {edge_, edge_}, 3);
            kernels::join_polyphase<float>(queue, scratch.tiles, n, scratch.painted);
        }
        if (!trace) return;
        trace->stage("boost_join", std::to_string(n));
        trace->picture<const float>("crop", scratch.painted);
    }

    void trace_item(Trace* trace, const SwapScratch& scratch, int item, View<const float> tile) const {
        if (!trace) return;
        trace_identity(trace, identity_, scratch.source);
        network_.trace_item(trace, scratch.network, item);
        trace->stage("swapped_crop");
        trace->picture<const float>("crop", tile);
    }

    template <class T> static void trace_tiles(Trace* trace, std::string_view stage, std::string_view name, View<const T> tiles, int count, int edge) {
        if (!trace) return;
        std::vector<T> packed;
        for (int y = 0; y < tiles.size.height; ++y) packed.insert(packed.end(), tiles.row(y), tiles.row(y) + tiles.size.width * 3);
        trace->stage(stage, std::to_string(count));
        trace->values<T>(name, packed, {count, edge, edge, 3});
    }

    PaintingNetwork network_;
    Masker masker_;
    int edge_;
    const SwapFeed& feed_;
    double share_;
    bool faithful_;
    int target_, source_;
    SwapIdentity identity_;
};

}  // namespace

std::span<const int> pixel_boosts(std::string_view swapper_model) noexcept {
    const ModelSpec* spec = find_model_or_null(swapper_model);
    if (!spec || spec->task != Task::swap) return {};
    if (spec->size.width == 128) return boosts_128;
    if (spec->size.width == 512) return boosts_512;
    return boosts_256;
}

std::unique_ptr<Processor> open_face_swapper(const ProcessorContext& context) { return std::make_unique<FaceSwapper>(context); }

}  // namespace mien
