// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <memory>
#include <string>
#include <tuple>

#include "base/error.h"
#include "kernels/blend.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "pipeline/crop_mask.h"
#include "pipeline/face_crop.h"
#include "pipeline/painting_network.h"

namespace mien {
namespace {

const ModelSpec& need_enhancer(const std::string& name) {
    const ModelSpec& spec = find_model(name);
    if (spec.task != Task::enhance)
        throw Error(Code::usage, "face_enhancer cannot work with " + name + ", which is no face enhancer; choose one that `mien models list` shows as one");
    return spec;
}

/// An enhancer always masks with a box without padding, and with occlusion when that was chosen; nothing else needs loading.
MaskSettings masks_of(MaskSettings settings) {
    const bool occlusion = settings.has("occlusion");
    settings.types = {"box"};
    if (occlusion) settings.types.emplace_back("occlusion");
    settings.padding = {};
    return settings;
}

class FaceEnhancer final : public Processor {
public:
    explicit FaceEnhancer(const ProcessorContext& context)
        : network_(context.store, need_enhancer(context.settings.enhancer.model).name),
          masker_(context.store, masks_of(context.settings.masks), context.settings.faithful),
          share_(context.settings.enhancer.blend / 100.0),
          weight_(context.settings.enhancer.weight),
          faithful_(context.settings.faithful),
          input_(network_.need_input("input")),
          weight_input_(network_.find_input("weight")) {
        if (weight_input_ < 0) return;
        const Element element = network_.input(weight_input_).element;
        if (element != Element::f64 && element != Element::f32)
            throw Error(Code::models, "input \"weight\" of " + std::string(network_.name()) + " takes no floating point number; give the published file of that name");
    }

    struct EnhanceScratch final : Scratch {
        std::tuple<CropPictures<std::uint8_t>, CropPictures<std::uint16_t>> pictures;
        Picture<std::uint8_t> original8;
        Picture<float> painted;
        PaintingNetwork::Scratch network;
        CropMask mask;
        PasteScratch paste;
        double weight = 0;
        float weight32 = 0;
    };
    std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<EnhanceScratch>(); }

    Rect footprint(std::span<const Face> faces, Size frame) const override {
        Rect all;
        for (const Face& face : faces) all = join(all, place(face, frame).footprint);
        return all;
    }

    void paint(Queue& queue, std::span<const Face> faces, Canvas& canvas, Scratch& any_scratch, Tally& tally, Trace* trace) const override {
        auto& scratch = static_cast<EnhanceScratch&>(any_scratch);
        trace_start(trace, "face_enhancer", faces);
        for (const Face& face : faces) {
            const FaceCrop crop = place(face, canvas.frame);
            if (crop.outside()) {
                ++tally.outside;
                continue;
            }
            const CanvasPart part = part_of(canvas, crop, faithful_);
            bool painted = false;
            canvas.visit([&](auto pixels) { painted = enhance(queue, pixels, part, face, crop, scratch, trace); });
            ++(painted ? tally.processed : tally.non_finite);
            if (painted) canvas.touched = join(canvas.touched, crop.paste.region);
        }
    }

    std::string describe() const override {
        std::string text = "face_enhancer " + std::string(network_.name()) + ", crop " + std::to_string(edge()) + " " + std::string(name_of(network_.spec().crop));
        return text + ", masks " + text_of_types(masker_.settings().types) + ", blend " + std::to_string(std::lround(share_ * 100));
    }

private:
    int edge() const noexcept { return network_.spec().size.width; }
    FaceCrop place(const Face& face, Size frame) const noexcept { return place_crop(network_.spec().crop, edge(), face.points5_68, frame, faithful_); }

    /// Paints one face; false when the network's answer is not finite, and nothing was painted then.
    template <class T>
    bool enhance(Queue& queue, View<T> canvas, const CanvasPart& part, const Face& face, const FaceCrop& crop, EnhanceScratch& scratch, Trace* trace) const {
        auto& pictures = std::get<CropPictures<T>>(scratch.pictures);
        pictures.crop.fit(queue, {edge(), edge()}, 3);
        cut_crop<T>(queue, canvas, part, crop, pictures.crop);
        trace_cut<T>(trace, crop, face.points5_68, pictures.crop);
        const Masker::Crops crops{as_8_bit(queue, pictures.crop.view(), part.depth, scratch.original8), {}, {}};
        const View<const float> mask = scratch.mask.make(queue, masker_, crops, masker_.settings().types, {}, edge(), trace);

        const ModelSpec& spec = network_.spec();
        const Tensor& input = network_.prepare(queue, input_, {1, 3, edge(), edge()}, scratch.network);
        kernels::to_tensor<T>(queue, pictures.crop, {spec.norm.mean, spec.norm.deviation, part.full_scale(), spec.bgr, false}, input, 0);
        feed_weight(queue, scratch);
        const Tensor& answer = network_.run(queue, scratch.network, trace != nullptr);
        queue.wait();
        network_.trace_item(trace, scratch.network, 0);
        if (!all_finite(answer)) return false;

        scratch.painted.fit(queue, {edge(), edge()}, 3);
        kernels::from_tensor(queue, answer, 0, {.mean = {0.5, 0.5, 0.5}, .deviation = {0.5, 0.5, 0.5}, .full_scale = part.full_scale(), .swap_red_blue = spec.bgr},
                             scratch.painted);
        paste_blended<T>(queue, canvas, part, crop, mask, scratch, trace);
        return true;
    }

    void feed_weight(Queue& queue, EnhanceScratch& scratch) const {
        if (weight_input_ < 0) return;
        const Port& port = network_.input(weight_input_);
        const Shape shape = port.shape.rank == 0 ? Shape{} : Shape{1};
        const Tensor& weight = network_.prepare(queue, weight_input_, shape, scratch.network);
        scratch.weight = weight_;
        scratch.weight32 = static_cast<float>(weight_);
        if (port.element == Element::f64) queue.copy(weight.data, weight.place, &scratch.weight, Place::host, sizeof(double));
        else queue.copy(weight.data, weight.place, &scratch.weight32, Place::host, sizeof(float));
    }

    /// Pastes, then mixes with what was there; where the mask is 0 the mix leaves every byte as it is.
    template <class T>
    void paste_blended(Queue& queue, View<T> canvas, const CanvasPart& part, const FaceCrop& crop, View<const float> mask, EnhanceScratch& scratch, Trace* trace) const {
        auto& pictures = std::get<CropPictures<T>>(scratch.pictures);
        const Rect region = crop.paste.region;
        const View<T> here = canvas.part({region.x - part.region.x, region.y - part.region.y, region.width, region.height});
        pictures.before.fit(queue, region.size(), 3);
        kernels::copy<T>(queue, here, pictures.before);
        if (faithful_) {
            pictures.parts.fit(queue, {edge(), edge()}, 3);
            kernels::quantise<T>(queue, scratch.painted, kernels::Rounding::nearest, part.full_scale(), pictures.parts);
            trace_crop<T>(trace, pictures.parts);
            paste_samples<T>(queue, pictures.parts, mask, part, crop, scratch.paste, canvas);
            trace_paste<T, T>(trace, crop, part, pictures.parts, mask, canvas);
        } else {
            trace_crop<float>(trace, scratch.painted);
            paste_crop<T>(queue, scratch.painted, mask, part, crop, scratch.paste, canvas);
            trace_paste<T, float>(trace, crop, part, scratch.painted, mask, canvas);
        }
        if (share_ < 1) kernels::weighted_sum<T>(queue, pictures.before, here, share_, part.depth, here);
        if (!trace) return;
        trace->stage("blend");
        trace->picture<const T>("result", canvas);
    }

    template <class T> static void trace_crop(Trace* trace, View<const T> crop) {
        if (!trace) return;
        trace->stage("normalized_crop");
        trace->picture<const T>("crop", crop);
    }

    PaintingNetwork network_;
    Masker masker_;
    double share_, weight_;
    bool faithful_;
    int input_, weight_input_;
};

}  // namespace

std::unique_ptr<Processor> open_face_enhancer(const ProcessorContext& context) { return std::make_unique<FaceEnhancer>(context); }

}  // namespace mien
