// Faces: detectors, landmarkers, recogniser, classifier.
// SPDX-License-Identifier: Apache-2.0
#include "parity/bench.h"
#include "parity/recorder.h"

namespace mien::parity {

void run_analyse(Bench& bench, const Group& group, const Case& one) {
    const Frame& picture = bench.picture(one.target, one.frame);
    if (!check_decoded(bench.report, group, one, picture)) return;
    const Settings settings = settings_of(one, bench.faithful);
    Recorder recorder;
    FaceAnalyser::Scratch scratch;
    const std::vector<Face> faces = bench.analyser(settings.analysis).analyse(host_queue(), picture.plane<std::uint8_t>(0), scratch, &recorder);
    for (const Stage& stage : one.stages) {
        if (stage.name == "faces") {
            compare_faces(bench.report, group, one, stage, faces, settings.analysis.classify);
        } else if (stage.name == "embedding") {
            const auto index = stage.meta.at("face").get<std::size_t>();
            if (index >= faces.size() || !faces[index].embedding) {
                bench.report.fail(group, one, "embedding", "there is no such face");
                continue;
            }
            const Embedding raw = *faces[index].embedding, norm = unit(raw);
            for (const Stored& stored : stage.arrays) bench.report.compare(group, one, stage, stored, array_of(std::span<const float>(stored.name == "raw" ? raw : norm), {512}));
        } else {
            follow(bench.report, group, one, {&stage, 1}, recorder);
        }
    }
    if (one.json.contains("result") && one.json["result"].contains("faces"))
        bench.report.compare(group, one, {"result", {}, {}}, "faces", {one.json["result"]["faces"].get<double>()}, {static_cast<double>(faces.size())});
}

}  // namespace mien::parity
