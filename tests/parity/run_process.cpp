// Processors on one picture: from recorded faces stage by stage, and end to end with faces of our own.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "parity/bench.h"
#include "parity/recorder.h"
#include "pipeline/processor.h"

namespace mien::parity {
namespace {

constexpr double wanted_decibels = 40;

struct Inputs {
    std::vector<std::string> sources;  ///< pictures only
    std::vector<Face> target, reference;
    std::vector<std::vector<Face>> source_faces;
};

bool is_picture(const std::string& path) {
    for (const char* extension : {".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a"})
        if (path.ends_with(extension)) return false;
    return true;
}

/// Where the reference pasted: everything else of a lossless picture keeps its bytes.
std::vector<Rect> pasted_regions(const Case& one) {
    std::vector<Rect> out;
    for (const Stage& stage : one.stages)
        if (stage.meta.contains("roi")) {
            const auto roi = stage.meta["roi"].get<std::array<int, 4>>();
            out.push_back({roi[0], roi[1], roi[2] - roi[0], roi[3] - roi[1]});
        }
    return out;
}

void compare_end_to_end(Bench& bench, const Group& group, const Case& one, const Stage& stage, std::span<const Face> faces, const Frame& after) {
    const Stored* stored = stage.find("frame");
    if (!stored || stored->shape.size() != 3) return;
    const Array recorded = group.load(*stored), ours = array_of(after.plane<std::uint8_t>(0), true);
    const std::vector<std::int64_t> positions = stored->positions();
    const std::vector<Rect> pasted = pasted_regions(one);
    if (pasted.empty()) return;  // drawings move by whole pixels with points that move by hundredths
    double squares = 0, inside = 0, outside = 0;
    for (std::size_t i = 0; i < positions.size(); ++i) {
        const auto x = static_cast<int>(positions[i] / 3 % stored->shape[1]), y = static_cast<int>(positions[i] / 3 / stored->shape[1]);
        const double difference = recorded.value(static_cast<std::int64_t>(i)) - ours.value(positions[i]);
        if (std::any_of(faces.begin(), faces.end(), [&](const Face& face) { return x >= face.box.low.x && x <= face.box.high.x && y >= face.box.low.y && y <= face.box.high.y; }))
            squares += difference * difference, ++inside;
        else if (std::none_of(pasted.begin(), pasted.end(), [&](const Rect& rect) { return !meet(rect, {x, y, 1, 1}).empty(); }))
            outside += difference != 0;
    }
    const double decibels = squares == 0 ? 100 : 10 * std::log10(255 * 255 * inside / squares);
    bench.report.compare(group, one, stage, "decibels in the face box", {std::max(wanted_decibels, decibels)}, {decibels});
    bench.report.compare(group, one, stage, "bytes outside", {0}, {outside});
}

/// The recording keeps the first face's vector of each picture, and not all points of a crowd; the others are ours.
void complete_faces(Bench& bench, const Case& one, const Settings& settings, Inputs& inputs) {
    const auto complete = [](std::vector<Face>& faces, const std::vector<Face>& own) {
        for (std::size_t i = 0; i < std::min(faces.size(), own.size()); ++i) {
            if (!faces[i].embedding) faces[i].embedding = own[i].embedding;
            if (faces[i].points68 == Points68{}) faces[i].points68 = own[i].points68;
            if (faces[i].points68_5 == Points68{}) faces[i].points68_5 = own[i].points68_5;
        }
    };
    if (inputs.target.size() > 1) complete(inputs.target, bench.faces(one.target, one.frame, settings.analysis));
    for (std::size_t i = 0; i < inputs.sources.size(); ++i)
        if (inputs.source_faces[i].size() > 1) complete(inputs.source_faces[i], bench.faces(inputs.sources[i], {}, settings.analysis));
}

Inputs read_inputs(Bench& bench, const Group& group, const Case& one, const Settings& settings, bool own) {
    Inputs out;
    for (const std::string& path : one.sources)
        if (is_picture(path)) out.sources.push_back(path);
    out.source_faces.resize(out.sources.size());
    for (const Stage& stage : one.stages) {
        if (stage.name != "faces") continue;
        const std::string of = stage.meta.value("of", "target");
        const std::size_t index = of.starts_with("source") ? static_cast<std::size_t>(std::stoi(of.substr(7))) : 0;
        const std::vector<Face> recorded = recorded_faces(group, stage);
        if (of == "target")
            out.target = own ? bench.faces(one.target, one.frame, settings.analysis) : recorded;
        else if (index < one.sources.size())
            for (std::size_t i = 0; i < out.sources.size(); ++i)
                if (out.sources[i] == one.sources[index]) out.source_faces[i] = own ? bench.faces(out.sources[i], {}, settings.analysis) : recorded;
    }
    if (!own) complete_faces(bench, one, settings, out);
    out.reference = out.target;
    if (one.json.contains("reference") && one.json["reference"].is_array()) {
        const Json& reference = one.json["reference"];
        const std::optional<std::int64_t> frame = reference[1].is_number() ? std::optional<std::int64_t>(reference[1].get<std::int64_t>()) : std::nullopt;
        out.reference = bench.faces(reference[0].get<std::string>(), frame, settings.analysis);
    }
    return out;
}

/// The reference looks again at pictures without faces while it processes; so do we, to have the stages.
void look_again(Bench& bench, const Case& one, const Settings& settings, const Inputs& inputs, Recorder& recorder) {
    const auto wanted = std::count_if(one.stages.begin(), one.stages.end(), [](const Stage& stage) { return stage.name == "detect_candidates"; });
    FaceAnalyser::Scratch scratch;
    std::vector<const Frame*> faceless;
    if (inputs.target.empty()) faceless.push_back(&bench.picture(one.target, one.frame));
    for (std::size_t i = 0; i < inputs.sources.size(); ++i)
        if (inputs.source_faces[i].empty()) faceless.push_back(&bench.picture(inputs.sources[i]));
    for (std::ptrdiff_t i = 0; i < wanted && !faceless.empty(); ++i)
        bench.analyser(settings.analysis).analyse(host_queue(), faceless[static_cast<std::size_t>(i) % faceless.size()]->plane<std::uint8_t>(0), scratch, &recorder);
}

bool same_faces(const Inputs& first, const Inputs& second) {
    const auto same = [](const std::vector<Face>& a, const std::vector<Face>& b) {
        return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const Face& x, const Face& y) { return x.points5_68 == y.points5_68 && x.points68 == y.points68 && x.box == y.box; });
    };
    return same(first.target, second.target) && std::equal(first.source_faces.begin(), first.source_faces.end(), second.source_faces.begin(), second.source_faces.end(), same);
}

Stage label(Stage stage, const Recorder& recorder) {
    if (recorder.apart) stage.name += " above 768";
    return stage;
}

void compare_result(Bench& bench, const Group& group, const Case& one, const Stage& stage, const Frame& after) {
    for (const Stored& stored : stage.arrays)
        bench.report.compare(group, one, stage, stored, stored.name == "hist64" ? histogram_of(after.plane<std::uint8_t>(0)) : array_of(after.plane<std::uint8_t>(0), true));
}

}  // namespace

Frame process_frame(Bench& bench, const Settings& settings, const Frame& frame, std::span<const Face> target, std::span<const Face> reference, std::span<const std::string> sources,
                    std::span<const std::vector<Face>> source_faces, Trace* trace) {
    std::vector<ProcessorContext::Source> pictures;
    for (std::size_t i = 0; i < sources.size(); ++i) pictures.push_back({bench.folders.data / sources[i], bench.picture(sources[i]), source_faces[i]});
    const std::vector<Face> chosen = select_faces({target.begin(), target.end()}, {reference.begin(), reference.end()}, settings.selector);
    Frame out = frame;
    Canvas canvas;
    canvas.region = {0, 0, frame.size().width, frame.size().height};
    canvas.frame = frame.size();
    canvas.rgb8 = out.edit<std::uint8_t>(0);
    canvas.analysed = frame.plane<std::uint8_t>(0);
    Tally tally;
    for (const std::string& name : settings.processors) {
        const std::unique_ptr<Processor> processor = find_processor(name).open({settings, bench.store(), pictures, host_queue(), trace});
        const std::unique_ptr<Processor::Scratch> scratch = processor->make_scratch();
        processor->paint(host_queue(), chosen, canvas, *scratch, tally, trace);
    }
    return out;
}

void run_process(Bench& bench, const Group& group, const Case& one) {
    Report& report = bench.report;
    const Frame& picture = bench.picture(one.target, one.frame);
    if (!check_decoded(report, group, one, picture)) return;
    Settings settings;
    try {
        settings = settings_of(one, bench.faithful);
        if (const std::string missing = missing_processors(settings); !missing.empty()) return report.uncovered(group, arrays_of(one), "processors that come later: " + missing);
        for (const std::string& source : one.sources)
            if (is_picture(source)) bench.picture(source);
        const Inputs recorded = read_inputs(bench, group, one, settings, false), own = read_inputs(bench, group, one, settings, true);
        for (const Stage& stage : one.stages)
            if (stage.name == "faces") {
                const std::string of = stage.meta.value("of", "target");
                const std::string path = of == "target" ? one.target : one.sources.at(static_cast<std::size_t>(std::stoi(of.substr(7))));
                compare_faces(report, group, one, stage, bench.faces(path, of == "target" ? one.frame : std::nullopt, settings.analysis), true);
            }
        Recorder recorder;
        look_again(bench, one, settings, recorded, recorder);
        const Frame after = process_frame(bench, settings, picture, recorded.target, recorded.reference, recorded.sources, recorded.source_faces, &recorder);
        if (!one.error.empty()) report.exempt(group, one, "error " + one.error, "the reference ended with \"" + one.error + "\" and this run does not");
        for (const Stage& stage : one.stages) {
            if (stage.name == "faces") continue;
            if (stage.name != "result") {
                follow(bench, group, one, {&stage, 1}, recorder);
                continue;
            }
            compare_result(bench, group, one, label(stage, recorder), after);
            const bool same = same_faces(recorded, own);
            compare_end_to_end(bench, group, one, label(stage, recorder), own.target,
                               same ? after : process_frame(bench, settings, picture, own.target, own.reference, own.sources, own.source_faces, nullptr));
        }
    } catch (const Error& error) {
        if (one.error.empty()) return report.fail(group, one, "run", error.what());
        report.exempt(group, one, "error " + one.error, "refused: " + std::string(error.what()));
    }
}

}  // namespace mien::parity
