// SPDX-License-Identifier: Apache-2.0
#include "face/analyse.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <atomic>

#include "base/cost.h"
#include "face/align.h"
#include "face/detect.h"
#include "face/landmark.h"
#include "face/recognise.h"

namespace mien {

namespace {
/// Grows whenever the same settings and networks give other faces than before: analyses that were kept are then made again. 2: the starter detector sees no bars.
constexpr int analysis_version = 2;
}  // namespace

std::string text_of(const AnalysisSettings& settings) {
    return fmt::format(
        "analysis={}\npack={}\ndetector_model={}\ndetector_size={}\ndetector_margin={}\ndetector_angles={}\ndetector_score={:.4f}\nlandmarker_model={}\nlandmarker_score={:.4f}"
        "\nclassify={}\nfaithful={}\n",
        analysis_version, settings.pack, settings.detector_model, settings.detector_size, fmt::join(settings.detector_margin, " "), fmt::join(settings.detector_angles, " "),
        settings.detector_score, settings.landmarker_model, settings.landmarker_score, settings.classify, settings.faithful);
}

struct FaceAnalyser::Scratch::State {
    DetectScratch detect;
    LandmarkScratch landmark;
    RecogniseScratch recognise;
};
FaceAnalyser::Scratch::Scratch() : state(std::make_unique<State>()) {}
FaceAnalyser::Scratch::~Scratch() = default;
FaceAnalyser::Scratch::Scratch(Scratch&&) noexcept = default;

namespace {

void tell_faces(Trace* trace, const std::vector<Face>& faces) {
    if (!trace) return;
    const auto count = std::ssize(faces);
    std::vector<double> boxes, scores, sure, p5, p5_68;
    std::vector<float> p68, p68_5;
    std::vector<std::int64_t> angles;
    const auto push = [](auto& list, std::span<const Point> points) {
        using Number = typename std::remove_reference_t<decltype(list)>::value_type;
        for (const Point& point : points) list.insert(list.end(), {static_cast<Number>(point.x), static_cast<Number>(point.y)});
    };
    for (const Face& face : faces) {
        boxes.insert(boxes.end(), {face.box.low.x, face.box.low.y, face.box.high.x, face.box.high.y});
        scores.push_back(face.score);
        sure.push_back(face.landmarker_score);
        angles.push_back(face.angle);
        push(p5, face.points5);
        push(p5_68, face.points5_68);
        push(p68, face.points68);
        push(p68_5, face.points68_5);
    }
    trace->stage("faces");
    trace->values<double>("box", boxes, {count, 4});
    trace->values<double>("detector_score", scores, {count});
    trace->values<double>("landmarker_score", sure, {count});
    trace->values<double>("points_5", p5, {count, 5, 2});
    trace->values<double>("points_5_68", p5_68, {count, 5, 2});
    trace->values<float>("points_68", p68, {count, 68, 2});
    trace->values<float>("points_68_5", p68_5, {count, 68, 2});
    trace->values<std::int64_t>("angle", angles, {count});
    for (const Face& face : faces) {
        if (!face.embedding) continue;
        const Embedding norm = unit(*face.embedding);
        trace->stage("embedding");
        trace->values<float>("raw", *face.embedding, {512});
        trace->values<float>("norm", norm, {512});
    }
}

}  // namespace

struct FaceAnalyser::State {
    State(ModelStore& store, AnalysisSettings given)
        : settings(std::move(given)), detector(store, settings), landmarker(store, settings), recogniser(store, settings) {}
    AnalysisSettings settings;
    Detector detector;
    Landmarker landmarker;
    Recogniser recogniser;
    mutable std::atomic<std::int64_t> non_finite{0}, calls{0};

    /// Empty when a network answered NaN or infinity.
    std::optional<Face> complete(Queue& queue, View<const std::uint8_t> rgb, const Detection& detection, Scratch::State& scratch, Trace* trace) const {
        Face face;
        face.box = detection.box;
        face.score = detection.score;
        face.points5 = face.points5_68 = detection.points;
        std::optional<Charge> charge(std::in_place, Cost::landmarks);
        const std::optional<Points68> guessed = landmarker.guess(queue, face.points5, scratch.landmark, trace);
        if (!guessed) return std::nullopt;
        face.points68_5 = face.points68 = *guessed;
        face.angle = settings.faithful ? face_angle(face.points68_5) : upright_angle(face.points5);
        if (settings.landmarker_score > 0) {
            const ScoredPoints seen = landmarker.see(queue, rgb, face.box, face.angle, scratch.landmark, trace);
            if (seen.score < 0) return std::nullopt;
            face.points68 = seen.points;
            face.landmarker_score = seen.score;
            if (seen.score > settings.landmarker_score) face.points5_68 = reduce_to_5(seen.points);
        }
        charge.emplace(Cost::recognition);
        face.embedding = recogniser.recognise(queue, rgb, face.points5_68, scratch.recognise, trace);
        if (!face.embedding) return std::nullopt;
        face.attributes = recogniser.classify(queue, rgb, face.points5_68, scratch.recognise, trace);
        return face;
    }
};

FaceAnalyser::FaceAnalyser(ModelStore& store, AnalysisSettings settings) : state_(std::make_unique<State>(store, std::move(settings))) {}
FaceAnalyser::~FaceAnalyser() = default;
const AnalysisSettings& FaceAnalyser::settings() const noexcept { return state_->settings; }
std::int64_t FaceAnalyser::non_finite() const noexcept { return state_->non_finite; }
std::int64_t FaceAnalyser::detector_calls() const noexcept { return state_->calls; }

std::vector<Face> FaceAnalyser::analyse(Queue& queue, View<const std::uint8_t> rgb, Scratch& scratch, Trace* trace) const {
    return std::move(analyse(queue, std::span(&rgb, 1), scratch, trace).front());
}

std::vector<std::vector<Face>> FaceAnalyser::analyse(Queue& queue, std::span<const View<const std::uint8_t>> rgb, Scratch& scratch, Trace* trace) const {
    if (rgb.empty()) return {};
    std::int64_t non_finite = 0;
    std::vector<std::vector<Detection>> detections;
    {
        const Charge charge(Cost::detector);
        detections = state_->detector.detect(queue, rgb, scratch.state->detect, trace, non_finite);
    }
    state_->calls += state_->detector.calls_per_batch() * std::ssize(rgb);
    std::vector<std::vector<Face>> all(rgb.size());
    for (std::size_t i = 0; i < rgb.size(); ++i) {
        for (const Detection& detection : detections[i]) {
            std::optional<Face> face = state_->complete(queue, rgb[i], detection, *scratch.state, trace);
            if (face)
                all[i].push_back(*face);
            else
                ++non_finite;
        }
        tell_faces(trace, all[i]);
    }
    state_->non_finite += non_finite;
    return all;
}

SourceIdentity average_source(std::span<const std::vector<Face>> faces_by_picture, bool faithful) {
    SourceIdentity identity;
    std::array<double, 512> raw{}, units{};
    for (std::size_t picture = 0; picture < faces_by_picture.size(); ++picture) {
        const std::vector<Face>& faces = faces_by_picture[picture];
        const auto area = [](const Face& face) { return face.box.width() * face.box.height(); };
        const auto largest = std::max_element(faces.begin(), faces.end(), [&](const Face& a, const Face& b) { return area(a) < area(b); });
        if (largest == faces.end() || !largest->embedding) continue;
        if (identity.picture < 0) {
            identity.picture = static_cast<int>(picture);
            identity.face = *largest;
        }
        const Embedding one = unit(*largest->embedding);
        for (std::size_t i = 0; i < 512; ++i) {
            raw[i] += static_cast<double>((*largest->embedding)[i]);
            units[i] += static_cast<double>(one[i]);
        }
        ++identity.faces_used;
    }
    if (identity.faces_used == 0) return identity;
    for (std::size_t i = 0; i < 512; ++i) {
        identity.embedding[i] = static_cast<float>(raw[i] / identity.faces_used);
        identity.embedding_unit[i] = static_cast<float>(units[i] / identity.faces_used);
    }
    // A mean of unit vectors is shorter than one; FaceFusion leaves it so.
    if (!faithful) identity.embedding_unit = unit(identity.embedding_unit);
    return identity;
}

}  // namespace mien
