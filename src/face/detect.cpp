// SPDX-License-Identifier: Apache-2.0
#include "face/detect.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "base/error.h"
#include "face/align.h"
#include "face/fit.h"
#include "kernels/geometry.h"
#include "kernels/reduce.h"

namespace mien {
namespace {

struct DetectorRow {
    std::string_view name;
    std::array<std::string_view, 3> files;  ///< empty: no more
};
constexpr std::array<DetectorRow, 6> detectors{{
    {"many", {"retinaface_10g", "scrfd_2.5g", "yoloface_8n"}},
    {"retinaface", {"retinaface_10g"}},
    {"scrfd", {"scrfd_2.5g"}},
    {"starter", {"starter_detector"}},
    {"yolo_face", {"yoloface_8n"}},
    {"yunet", {"yunet_2023_mar"}},
}};

/// Black borders, in pixels: top, right, bottom, left. A margin of 100 % is half the picture.
std::array<int, 4> margins_of(const std::array<int, 4>& percent, Size size) {
    const auto share = [](int edge, int value) { return static_cast<int>(edge * (std::clamp(value, 0, 100) / 100.0 * 0.5)); };
    return {share(size.height, percent[0]), share(size.width, percent[1]), share(size.height, percent[2]), share(size.width, percent[3])};
}

View<const std::uint8_t> pad(Queue& queue, View<const std::uint8_t> rgb, const std::array<int, 4>& margins, Picture<std::uint8_t>& padded) {
    if (margins == std::array<int, 4>{}) return rgb;
    padded.fit(queue, {rgb.size.width + margins[1] + margins[3], rgb.size.height + margins[0] + margins[2]}, 3);
    kernels::fill<std::uint8_t>(queue, padded.view(), 0);
    kernels::copy<std::uint8_t>(queue, rgb, padded.view().part({margins[3], margins[0], rgb.size.width, rgb.size.height}));
    return padded.view();
}

View<const std::uint8_t> fit(Queue& queue, View<const std::uint8_t> rgb, int edge, bool faithful, Picture<std::uint8_t>& fitted) {
    const Size size = shrink_to_fit(rgb.size, edge);
    if (size == rgb.size) return rgb;
    fitted.fit(queue, size, 3);
    // The networks were trained on OpenCV's bilinear pictures; the prefiltered ones of the default find small faces more evenly.
    const bool mild = rgb.size.width <= 2 * size.width && rgb.size.height <= 2 * size.height;
    kernels::resize<std::uint8_t>(queue, rgb, faithful || mild ? kernels::Filter::bilinear_cv : kernels::Filter::area_cv, fitted.view());
    return fitted.view();
}

/// The sides of what a network is shown of a picture that fits into a square: the square, or no more than whole cells of its coarsest level need.
Size input_size(const Network& network, Size fitted, int edge) noexcept {
    const Size cells{(fitted.width + 31) / 32 * 32, (fitted.height + 31) / 32 * 32};
    return network.spec().any_aspect && network.takes(cells) ? cells : Size{edge, edge};
}

Box sorted(Box box) {
    return {{std::min(box.low.x, box.high.x), std::min(box.low.y, box.high.y)}, {std::max(box.low.x, box.high.x), std::max(box.low.y, box.high.y)}};
}

void move_back(Candidates& candidates, std::size_t from, const std::array<int, 4>& margins) {
    const double x = margins[3], y = margins[0];
    for (std::size_t i = from; i < candidates.size(); ++i) {
        candidates.boxes[i] = sorted(candidates.boxes[i]);
        candidates.boxes[i] = {{candidates.boxes[i].low.x - x, candidates.boxes[i].low.y - y},
                               {candidates.boxes[i].high.x - x, candidates.boxes[i].high.y - y}};
        for (Point& point : candidates.points[i]) point = {point.x - x, point.y - y};
    }
}

void turn_back(Candidates& candidates, std::size_t from, const Affine& canvas_to_frame) {
    for (std::size_t i = from; i < candidates.size(); ++i) {
        const Box box = candidates.boxes[i];
        const std::array<Point, 4> corners{canvas_to_frame(box.low), canvas_to_frame({box.high.x, box.low.y}), canvas_to_frame(box.high),
                                           canvas_to_frame({box.low.x, box.high.y})};
        candidates.boxes[i] = bounding_box(corners);
        candidates.points[i] = map_points(canvas_to_frame, candidates.points[i]);
    }
}

void tell_candidates(Trace* trace, std::string_view stage, int angle, const Candidates& candidates, std::size_t from) {
    if (!trace) return;
    std::vector<double> boxes, points;
    for (std::size_t i = from; i < candidates.size(); ++i) {
        const Box& box = candidates.boxes[i];
        boxes.insert(boxes.end(), {box.low.x, box.low.y, box.high.x, box.high.y});
        for (const Point& point : candidates.points[i]) points.insert(points.end(), {point.x, point.y});
    }
    const auto count = static_cast<std::int64_t>(candidates.size() - from);
    trace->stage(stage, std::to_string(angle));
    trace->values<double>("boxes", boxes, {count, 4});
    trace->values<double>("scores", std::span(candidates.scores).subspan(from), {count});
    trace->values<double>("points", points, {count, 5, 2});
}

const DetectorRow& find_detector(const AnalysisSettings& settings) {
    const auto row = std::find_if(detectors.begin(), detectors.end(), [&](const DetectorRow& candidate) { return candidate.name == settings.detector_model; });
    if (row == detectors.end())
        throw Error(Code::usage, fmt::format("The face detector \"{}\" is unknown; say many, retinaface, scrfd, starter, yolo_face or yunet.", settings.detector_model));
    if (settings.detector_angles.empty()) throw Error(Code::usage, "The face detector was given no angle to look at; say 0, 90, 180 or 270.");
    return *row;
}

/// FaceFusion's table: the more ways a picture is looked at, the less two boxes may overlap.
double overlap_limit(const AnalysisSettings& settings) {
    if (settings.detector_model == "many") return 0.1;
    switch (settings.detector_angles.size()) {
        case 2:
            return 0.3;
        case 3:
            return 0.2;
        case 4:
            return 0.1;
        default:
            return 0.4;
    }
}

}  // namespace

std::vector<std::string_view> detector_networks(std::string_view model) {
    std::vector<std::string_view> names;
    for (const DetectorRow& row : detectors)
        if (row.name == model) std::copy_if(row.files.begin(), row.files.end(), std::back_inserter(names), [](std::string_view file) { return !file.empty(); });
    return names;
}

kernels::Normalise recipe_of(const ModelSpec& spec) {
    kernels::Normalise recipe;
    recipe.mean = spec.norm.mean;
    recipe.deviation = spec.norm.deviation;
    recipe.swap_red_blue = spec.bgr;
    recipe.nhwc = spec.nhwc;
    return recipe;
}

Detector::Detector(ModelStore& store, const AnalysisSettings& settings) : settings_(settings) {
    for (const std::string_view file : find_detector(settings).files)
        if (!file.empty()) networks_.emplace_back(store, file);
    if (settings.detector_size > 0) edge_ = settings.detector_size;
    for (const Network& network : networks_)
        if (!network.takes({edge_, edge_}))
            throw Error(Code::usage, fmt::format("The face detector's network {} does not work at {}x{}; {}x{} always fits.", network.spec().name, edge_, edge_,
                                                 network.spec().size.width, network.spec().size.height));
}

void Detector::detect_angle(Queue& queue, std::span<const View<const std::uint8_t>> rgb, int angle, DetectScratch& scratch, Trace* trace) const {
    const int count = static_cast<int>(rgb.size());
    const RotatedCanvas turned = rotate_canvas(rgb[0].size, angle);
    const Size looked_at = angle == 0 ? rgb[0].size : turned.canvas;
    const std::array<int, 4> margins = margins_of(settings_.detector_margin, looked_at);
    if (trace && margins != std::array<int, 4>{}) {
        const std::vector<std::int64_t> told(margins.begin(), margins.end());
        trace->stage("margin");
        trace->values<std::int64_t>("top_right_bottom_left", told, {4});
    }
    std::vector<std::size_t>& before = scratch.before;
    std::vector<View<const std::uint8_t>>& fitted = scratch.fitted;
    before.clear();
    fitted.clear();
    for (const Candidates& candidates : scratch.candidates) before.push_back(candidates.size());
    Size padded_size;
    for (std::size_t i = 0; i < rgb.size(); ++i) {
        DetectScratch::Pass& pass = scratch.pictures[i];
        View<const std::uint8_t> picture = rgb[i];
        if (angle != 0) {
            pass.turned.fit(queue, turned.canvas, 3);
            kernels::warp_affine<std::uint8_t>(queue, picture, invert(turned.frame_to_canvas), kernels::Border::constant_zero,
                                               settings_.faithful ? kernels::Sampling::grid32 : kernels::Sampling::exact, pass.turned.view());
            picture = pass.turned.view();
        }
        picture = pad(queue, picture, margins, pass.padded);
        padded_size = picture.size;
        fitted.push_back(fit(queue, picture, edge_, settings_.faithful, pass.fitted));
    }
    for (std::size_t n = 0; n < networks_.size(); ++n) {
        const Network& network = networks_[n];
        NetworkBuffers& buffers = scratch.networks[n];
        const Size input = input_size(network, fitted[0].size, edge_);
        network.prepare(buffers, count, input);
        for (int item = 0; item < count; ++item)
            kernels::to_tensor<std::uint8_t>(queue, fitted[static_cast<std::size_t>(item)], recipe_of(network.spec()), buffers.inputs[0], item);
        network.run(queue, buffers);
        const Reading reading{input, settings_.detector_score, static_cast<double>(padded_size.width) / fitted[0].size.width,
                              static_cast<double>(padded_size.height) / fitted[0].size.height, settings_.faithful};
        for (int item = 0; item < count; ++item) {
            network.tell(trace, buffers, item);
            scratch.answers.clear();
            for (std::size_t output = 0; output < buffers.outputs.size(); ++output) scratch.answers.push_back(Network::answer(buffers, output, item));
            append_candidates(network.spec().decode, scratch.answers, reading, scratch.candidates[static_cast<std::size_t>(item)]);
        }
    }
    for (std::size_t i = 0; i < rgb.size(); ++i) {
        move_back(scratch.candidates[i], before[i], margins);
        tell_candidates(trace, "detect_candidates", angle, scratch.candidates[i], before[i]);
        if (angle == 0) continue;
        turn_back(scratch.candidates[i], before[i], invert(turned.frame_to_canvas));
        tell_candidates(trace, "detect_candidates_rotated", angle, scratch.candidates[i], before[i]);
    }
}

std::vector<std::vector<Detection>> Detector::detect(Queue& queue, std::span<const View<const std::uint8_t>> rgb, DetectScratch& scratch, Trace* trace,
                                                     std::int64_t& non_finite) const {
    if (scratch.pictures.size() < rgb.size()) scratch.pictures.resize(rgb.size());
    scratch.networks.resize(networks_.size());
    scratch.candidates.resize(rgb.size());
    for (Candidates& candidates : scratch.candidates) candidates.clear();
    for (const int angle : settings_.detector_angles) detect_angle(queue, rgb, angle, scratch, trace);

    std::vector<std::vector<Detection>> found;
    for (const Candidates& candidates : scratch.candidates) {
        non_finite += candidates.non_finite;
        const double limit = overlap_limit(settings_);
        // A score threshold of 0 finds candidates but makes no face (FaceFusion's rule, and a safe one).
        const std::vector<int> kept =
            settings_.detector_score > 0 ? kernels::suppress(candidates.boxes, candidates.scores, settings_.detector_score, limit) : std::vector<int>{};
        if (trace) {
            const std::vector<std::int64_t> keep(kept.begin(), kept.end());
            trace->stage("nms");
            trace->values<double>("score_threshold", std::span(&settings_.detector_score, 1), {1});
            trace->values<double>("iou_threshold", std::span(&limit, 1), {1});
            trace->values<std::int64_t>("keep", keep, {std::ssize(keep)});
        }
        std::vector<Detection>& list = found.emplace_back();
        for (const int index : kept) {
            const auto i = static_cast<std::size_t>(index);
            list.push_back({candidates.boxes[i], candidates.scores[i], candidates.points[i]});
        }
    }
    return found;
}

}  // namespace mien
