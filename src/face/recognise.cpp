// SPDX-License-Identifier: Apache-2.0
#include "face/recognise.h"

#include <algorithm>
#include <cmath>

#include "face/align.h"
#include "face/detect.h"
#include "kernels/geometry.h"
#include "models/decode.h"
#include "models/packs.h"

namespace mien {
namespace {

constexpr std::array<std::array<int, 2>, 9> age_ranges{{{0, 2}, {3, 9}, {10, 19}, {20, 29}, {30, 39}, {40, 49}, {50, 59}, {60, 69}, {70, 100}}};
constexpr std::array<Race, 7> races{Race::white, Race::black, Race::latino, Race::asian, Race::asian, Race::indian, Race::arabic};

}  // namespace

Attributes attributes_of(int race, int gender, int age) noexcept {
    const auto range = age_ranges[static_cast<std::size_t>(age >= 0 && age < 8 ? age : 8)];
    const Race which = race >= 0 && race < static_cast<int>(races.size()) ? races[static_cast<std::size_t>(race)] : Race::white;
    return {gender == 1 ? Gender::female : Gender::male, which, range[0], range[1]};
}

Recogniser::Recogniser(ModelStore& store, const AnalysisSettings& settings) : faithful_(settings.faithful), recogniser_(store, find_pack(settings.pack).recogniser) {
    if (settings.classify) classifier_.emplace(store, find_pack(settings.pack).classifier);
}

void Recogniser::feed(Queue& queue, const Network& network, View<const std::uint8_t> rgb, const Points5& points, NetworkBuffers& buffers,
                      RecogniseScratch& scratch, Trace* trace) const {
    const ModelSpec& spec = network.spec();
    const Affine to_crop = align_to(spec.crop, spec.size.width, points, faithful_);
    scratch.crop.fit(queue, spec.size, 3);
    if (faithful_)
        kernels::warp_affine<std::uint8_t>(queue, rgb, invert(to_crop), kernels::Border::replicate, kernels::Sampling::grid32, scratch.crop.view());
    else
        kernels::warp_affine_area<std::uint8_t>(queue, rgb, invert(to_crop), kernels::Border::replicate, scratch.crop.view());
    if (trace) {
        std::vector<double> flat;
        for (const Point& point : points) flat.insert(flat.end(), {point.x, point.y});
        trace->stage("warp_points", name_of(spec.crop));
        trace->values<double>("points", flat, {5, 2});
        trace->matrix("matrix", to_crop);
        trace->picture<std::uint8_t>("crop", scratch.crop.view());
    }
    network.prepare(buffers, 1, spec.size);
    kernels::to_tensor<std::uint8_t>(queue, scratch.crop.view(), recipe_of(spec), buffers.inputs[0], 0);
    network.run(queue, buffers);
    network.tell(trace, buffers, 0);
}

std::optional<Embedding> Recogniser::recognise(Queue& queue, View<const std::uint8_t> rgb, const Points5& points, RecogniseScratch& scratch,
                                               Trace* trace) const {
    feed(queue, recogniser_, rgb, points, scratch.recogniser, scratch, trace);
    const std::span<const float> answer = Network::answer(scratch.recogniser, 0, 0);
    Embedding embedding{};
    if (!std::all_of(answer.begin(), answer.end(), [](float value) { return std::isfinite(value); })) return std::nullopt;
    std::copy_n(answer.begin(), std::min(answer.size(), embedding.size()), embedding.begin());
    return embedding;
}

std::optional<Attributes> Recogniser::classify(Queue& queue, View<const std::uint8_t> rgb, const Points5& points, RecogniseScratch& scratch,
                                               Trace* trace) const {
    if (!classifier_) return std::nullopt;
    feed(queue, *classifier_, rgb, points, scratch.classifier, scratch, trace);
    const FairfaceClasses classes = read_fairface(scratch.classifier.outputs);
    Attributes attributes = attributes_of(classes.race, classes.gender, classes.age);
    if (!pack_of(classifier_->spec()).tells_race) attributes.race = Race::untold;
    return attributes;
}

}  // namespace mien
