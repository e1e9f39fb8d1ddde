// SPDX-License-Identifier: Apache-2.0
#include "face/landmark.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "face/align.h"
#include "face/detect.h"
#include "kernels/colour.h"
#include "kernels/geometry.h"
#include "kernels/reduce.h"
#include "models/packs.h"

namespace mien {
namespace {

constexpr int edge = 256;
constexpr double face_edge = 195;      // how large the box becomes in the crop
constexpr double dark = 30;            // mean lightness of 255 below which the crop is equalised
constexpr double surely_bright = 64;   // L of 255 is nowhere below 0.49 of the green sample: with this mean of green no crop is dark
constexpr double heatmap_bonus = 0.2;  // 2dfan4 wins unless peppa_wutz is surer by this much

bool finite(const Points68& points) {
    return std::all_of(points.begin(), points.end(), [](const Point& p) { return std::isfinite(p.x) && std::isfinite(p.y); });
}

/// One channel of three as a picture of its own, and back.
void take_channel(View<const std::uint8_t> from, View<std::uint8_t> to) {
    for (int y = 0; y < to.size.height; ++y)
        for (int x = 0; x < to.size.width; ++x) to.at(x, y) = from.at(x, y, 0);
}
void put_channel(View<const std::uint8_t> from, View<std::uint8_t> to) {
    for (int y = 0; y < to.size.height; ++y)
        for (int x = 0; x < to.size.width; ++x) to.at(x, y, 0) = from.at(x, y);
}

void tell_points(Trace* trace, std::string_view stage, const ScoredPoints& seen, int angle) {
    if (!trace) return;
    std::vector<float> flat;
    for (const Point& point : seen.points) flat.insert(flat.end(), {static_cast<float>(point.x), static_cast<float>(point.y)});
    trace->stage(stage, std::to_string(angle));
    trace->values<float>("points", flat, {68, 2});
    trace->values<double>("score", std::span(&seen.score, 1), {1});
}

}  // namespace

std::vector<std::string_view> landmarker_networks(std::string_view model) {
    if (model == "many") return {"2dfan4", "peppa_wutz"};
    if (model == "2dfan4") return {"2dfan4"};
    if (model == "peppa_wutz") return {"peppa_wutz"};
    if (model == "starter") return {"starter_landmarker"};
    return {};
}

Landmarker::Landmarker(ModelStore& store, const AnalysisSettings& settings) : faithful_(settings.faithful), guesser_(store, find_pack(settings.pack).points_68_from_5) {
    const std::vector<std::string_view> names = landmarker_networks(settings.landmarker_model);
    if (names.empty())
        throw Error(Code::usage, fmt::format("The face landmarker \"{}\" is unknown; say many, 2dfan4, peppa_wutz or starter.", settings.landmarker_model));
    if (settings.landmarker_score <= 0) return;
    for (const std::string_view name : names) (find_model(name).decode == Decode::heatmap ? heatmap_ : scored_).emplace(store, name);
}

std::optional<Points68> Landmarker::guess(Queue& queue, const Points5& points, LandmarkScratch& scratch, Trace* trace) const {
    const Affine to_unit = align_to(Template::ffhq_512, 1, points, faithful_);
    guesser_.prepare(scratch.guess, 1, {});
    float* const input = scratch.guess.inputs[0].as<float>();
    for (std::size_t i = 0; i < 5; ++i) {
        const Point p = to_unit(points[i]);
        input[2 * i] = static_cast<float>(p.x);
        input[2 * i + 1] = static_cast<float>(p.y);
    }
    guesser_.run(queue, scratch.guess);
    guesser_.tell(trace, scratch.guess, 0);
    const Points68 guessed = map_points(invert(to_unit), read_points(Network::answer(scratch.guess, 0, 0)));
    return finite(guessed) ? std::optional(guessed) : std::nullopt;
}

View<const std::uint8_t> Landmarker::lighten(Queue& queue, View<const std::uint8_t> crop, LandmarkScratch& scratch) const {
    // FaceFusion reads its BGR crop as RGB and goes through Lab always; with our RGB crop that is the BGR order.
    const kernels::Order order = faithful_ ? kernels::Order::bgr : kernels::Order::rgb;
    const double count = static_cast<double>(crop.size.width) * crop.size.height;
    if (!faithful_ && static_cast<double>(kernels::channel_sums<std::uint8_t>(queue, crop)[1]) / count >= surely_bright) return crop;
    scratch.lab.fit(queue, crop.size, 3);
    scratch.lightness.fit(queue, crop.size, 1);
    kernels::to_lab(queue, crop, order, scratch.lab.view());
    const bool is_dark = static_cast<double>(kernels::channel_sums<std::uint8_t>(queue, scratch.lab.view())[0]) / count < dark;
    if (!is_dark && !faithful_) return crop;
    if (is_dark) {
        scratch.flat.fit(queue, crop.size, 1);
        take_channel(scratch.lab.view(), scratch.lightness.view());
        kernels::clahe(queue, scratch.lightness.view(), 2, {8, 8}, scratch.flat.view());
        put_channel(scratch.flat.view(), scratch.lab.view());
    }
    scratch.turned.fit(queue, crop.size, 3);
    kernels::from_lab(queue, scratch.lab.view(), order, scratch.turned.view());
    return scratch.turned.view();
}

ScoredPoints Landmarker::ask(Queue& queue, const Network& network, View<const std::uint8_t> crop, NetworkBuffers& buffers, Trace* trace) const {
    network.prepare(buffers, 1, crop.size);
    kernels::to_tensor<std::uint8_t>(queue, crop, recipe_of(network.spec()), buffers.inputs[0], 0);
    network.run(queue, buffers);
    network.tell(trace, buffers, 0);
    ScoredPoints seen = network.spec().decode == Decode::heatmap ? read_heatmap(Network::answer(buffers, 0, 0), Network::answer(buffers, 1, 0))
                                                                 : read_points_scored(Network::answer(buffers, 0, 0));
    if (!std::isfinite(seen.score) || !finite(seen.points)) seen.score = -1;
    return seen;
}

ScoredPoints Landmarker::see(Queue& queue, View<const std::uint8_t> rgb, const Box& box, int angle, LandmarkScratch& scratch, Trace* trace) const {
    const double scale = face_edge / std::max({box.width(), box.height(), 1.0});
    const Affine to_crop{scale, 0, (edge - (box.low.x + box.high.x) * scale) * 0.5, 0, scale, (edge - (box.low.y + box.high.y) * scale) * 0.5};
    scratch.crop.fit(queue, {edge, edge}, 3);
    if (faithful_)
        kernels::warp_affine<std::uint8_t>(queue, rgb, invert(to_crop), kernels::Border::constant_zero, kernels::Sampling::grid32, scratch.crop.view());
    else
        kernels::warp_affine_area<std::uint8_t>(queue, rgb, invert(to_crop), kernels::Border::constant_zero, scratch.crop.view());
    const RotatedCanvas turn = rotate_canvas({edge, edge}, angle);
    View<const std::uint8_t> crop = scratch.crop.view();
    if (trace) {
        trace->stage("warp_translation");
        trace->matrix("matrix", to_crop);
        trace->picture<std::uint8_t>("crop", crop);
    }
    if (angle != 0) {
        scratch.flat.fit(queue, turn.canvas, 3);
        kernels::warp_affine<std::uint8_t>(queue, crop, invert(turn.frame_to_canvas), kernels::Border::constant_zero,
                                           faithful_ ? kernels::Sampling::grid32 : kernels::Sampling::exact, scratch.flat.view());
        std::swap(scratch.crop, scratch.flat);
        crop = scratch.crop.view();
    }
    crop = lighten(queue, crop, scratch);
    if (trace) {
        trace->stage("contrast");
        trace->picture<std::uint8_t>("crop", crop);
    }
    const Affine back = chain(invert(turn.frame_to_canvas), invert(to_crop));
    const auto placed = [&](const Network& network, NetworkBuffers& buffers, std::string_view stage) {
        ScoredPoints seen = ask(queue, network, crop, buffers, trace);
        seen.points = map_points(back, seen.points);
        tell_points(trace, stage, seen, angle);
        return seen;
    };
    if (!scored_) return placed(*heatmap_, scratch.heatmap, "landmarks_2dfan4");
    if (!heatmap_) return placed(*scored_, scratch.scored, "landmarks_peppa_wutz");
    const ScoredPoints first = placed(*heatmap_, scratch.heatmap, "landmarks_2dfan4"), second = placed(*scored_, scratch.scored, "landmarks_peppa_wutz");
    return first.score > second.score - heatmap_bonus ? first : second;
}

}  // namespace mien
