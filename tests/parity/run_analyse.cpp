// Faces: detectors end to end, then landmarkers, recogniser and classifier from the recorded box and points of each face whose stages were kept.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "face/landmark.h"
#include "face/recognise.h"
#include "parity/bench.h"
#include "parity/recorder.h"

namespace mien::parity {
namespace {

constexpr std::string_view detection_stages[] = {"margin", "detect_candidates", "detect_candidates_rotated", "nms"};

const Stage* find_faces(const Case& one) {
    for (const Stage& stage : one.stages)
        if (stage.name == "faces") return &stage;
    return nullptr;
}

/// Everything after detection, from the recorded faces.
std::vector<std::optional<Embedding>> look_closer(Bench& bench, const Settings& settings, View<const std::uint8_t> rgb, std::span<const Face> recorded, Trace& trace) {
    const Landmarker& landmarker = bench.landmarker(settings.analysis);
    const Recogniser& recogniser = bench.recogniser(settings.analysis);
    LandmarkScratch landmark;
    RecogniseScratch recognise;
    std::vector<std::optional<Embedding>> out;
    for (const Face& face : recorded) {
        landmarker.guess(host_queue(), face.points5, landmark, &trace);
        if (settings.analysis.landmarker_score > 0) landmarker.see(host_queue(), rgb, face.box, face.angle, landmark, &trace);
        out.push_back(recogniser.recognise(host_queue(), rgb, face.points5_68, recognise, &trace));
        recogniser.classify(host_queue(), rgb, face.points5_68, recognise, &trace);
    }
    return out;
}

bool belongs_to_detection(const Stage& stage, std::span<const std::string> detectors) {
    return std::find(std::begin(detection_stages), std::end(detection_stages), stage.name) != std::end(detection_stages) ||
           (stage.name == "model" && std::find(detectors.begin(), detectors.end(), stage.subject()) != detectors.end());
}

}  // namespace

void run_analyse(Bench& bench, const Group& group, const Case& one) {
    const Frame& picture = bench.picture(one.target, one.frame);
    if (!check_decoded(bench.report, group, one, picture)) return;
    const Settings settings = settings_of(one, bench.faithful);
    const View<const std::uint8_t> rgb = picture.plane<std::uint8_t>(0);
    Recorder detection, closer;
    detection.analysis = &settings.analysis;
    FaceAnalyser::Scratch scratch;
    const std::vector<Face> faces = bench.analyser(settings.analysis).analyse(host_queue(), rgb, scratch, &detection);
    std::vector<std::string> detectors;
    for (const ModelSpec& spec : zoo())
        if (spec.task == Task::detect) detectors.emplace_back(spec.name);

    const Stage* outcome = find_faces(one);
    std::vector<Face> recorded = outcome ? recorded_faces(group, *outcome) : std::vector<Face>();
    // Of a crowd only the first faces' stages were kept; each begins with the guess of 68 points.
    const auto kept = std::count_if(one.stages.begin(), one.stages.end(), [](const Stage& stage) { return stage.subject() == "fan_68_5"; });
    recorded.resize(std::min(recorded.size(), static_cast<std::size_t>(kept)));
    const std::vector<std::optional<Embedding>> embeddings = look_closer(bench, settings, rgb, recorded, closer);

    for (const Stage& stage : one.stages) {
        if (stage.name == "faces") {
            compare_faces(bench.report, group, one, stage, faces, settings.analysis.classify);
        } else if (stage.name == "embedding") {
            const auto index = stage.meta.at("face").get<std::size_t>();
            if (index >= embeddings.size() || !embeddings[index]) {
                bench.report.fail(group, one, "embedding", "there is no such face");
                continue;
            }
            const Embedding raw = *embeddings[index], norm = unit(raw);
            for (const Stored& stored : stage.arrays) bench.report.compare(group, one, stage, stored, array_of(std::span<const float>(stored.name == "raw" ? raw : norm), {512}));
        } else {
            follow(bench, group, one, {&stage, 1}, belongs_to_detection(stage, detectors) ? detection : closer);
        }
    }
    if (one.json.contains("result") && one.json["result"].contains("faces"))
        bench.report.compare(group, one, {"result", {}, {}}, "faces", {one.json["result"]["faces"].get<double>()}, {static_cast<double>(faces.size())});
}

}  // namespace mien::parity
