// Processors on one picture: from recorded faces stage by stage, and end to end with faces of our own.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>

#include "base/error.h"
#include "parity/bench.h"
#include "parity/recorder.h"
#include "pipeline/processor.h"

namespace mien::parity {
namespace {

/// Where the reference pasted.
std::vector<Rect> pasted_regions(const Case& one) {
    std::vector<Rect> out;
    for (const Stage& stage : one.stages)
        if (stage.meta.contains("roi")) {
            const auto roi = stage.meta["roi"].get<std::array<int, 4>>();
            out.push_back({roi[0], roi[1], roi[2] - roi[0], roi[3] - roi[1]});
        }
    return out;
}

bool uses_crops_above_768(const Case& one) {
    return std::any_of(one.stages.begin(), one.stages.end(), [](const Stage& stage) {
        return stage.name == "warp_points" && stage.meta.contains("size") && stage.meta["size"][0].get<int>() > 768;
    });
}

bool is_picture(const std::string& path) {
    for (const char* extension : {".wav", ".mp3", ".flac", ".ogg", ".opus", ".m4a"})
        if (path.ends_with(extension)) return false;
    return true;
}

/// The recording keeps the first face's vector of each picture, and not all points of a crowd; the others are ours.
void complete_faces(Bench& bench, const Case& one, const Settings& settings, Cast& inputs) {
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

Cast read_cast(Bench& bench, const Group& group, const Case& one, const Settings& settings, bool own) {
    Cast out;
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
void look_again(Bench& bench, const Case& one, const Settings& settings, const Cast& inputs, Recorder& recorder) {
    const auto wanted = std::count_if(one.stages.begin(), one.stages.end(), [](const Stage& stage) { return stage.name == "detect_candidates"; });
    FaceAnalyser::Scratch scratch;
    std::vector<const Frame*> faceless;
    if (inputs.target.empty()) faceless.push_back(&bench.picture(one.target, one.frame));
    for (std::size_t i = 0; i < inputs.sources.size(); ++i)
        if (inputs.source_faces[i].empty()) faceless.push_back(&bench.picture(inputs.sources[i]));
    for (std::ptrdiff_t i = 0; i < wanted && !faceless.empty(); ++i)
        bench.analyser(settings.analysis).analyse(host_queue(), faceless[static_cast<std::size_t>(i) % faceless.size()]->plane<std::uint8_t>(0), scratch, &recorder);
}

/// A drawing's coordinate: the recorded one where ours is at most a tenth of a pixel away. Drawings move by whole pixels with points that move by ten-thousandths;
/// their pixels are held to the recorded faces, and the faces to their own limits.
double settle(double ours, double recorded) { return std::abs(ours - recorded) <= 0.1 ? recorded : ours; }
template <std::size_t n> void settle(std::array<Point, n>& ours, const std::array<Point, n>& recorded) {
    for (std::size_t i = 0; i < n; ++i) ours[i] = {settle(ours[i].x, recorded[i].x), settle(ours[i].y, recorded[i].y)};
}
std::vector<Face> settle(std::vector<Face> ours, const std::vector<Face>& recorded) {
    if (ours.size() != recorded.size()) return ours;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        Face& face = ours[i];
        const Face& there = recorded[i];
        face.box.low = {settle(face.box.low.x, there.box.low.x), settle(face.box.low.y, there.box.low.y)};
        face.box.high = {settle(face.box.high.x, there.box.high.x), settle(face.box.high.y, there.box.high.y)};
        const bool alike = face.points5 == face.points5_68;
        settle(face.points5, there.points5);
        settle(face.points68, there.points68);
        settle(face.points68_5, there.points68_5);
        if (alike) face.points5_68 = face.points5;
        else settle(face.points5_68, there.points5_68);
    }
    return ours;
}

/// Stages of each processor: everything up to the first one is of none.
std::vector<std::span<const Stage>> by_processor(const Case& one) {
    std::vector<std::span<const Stage>> out;
    const std::span<const Stage> all(one.stages);
    std::size_t start = 0;
    for (std::size_t i = 0; i <= all.size(); ++i)
        if (i == all.size() || all[i].name == "processor") {
            out.push_back(all.subspan(start, i - start));
            start = i;
        }
    return out;
}

/// Puts what the reference had after these stages on the frame; false when it was kept as samples only.
bool take_over(const Group& group, std::span<const Stage> stages, Frame& frame) {
    const auto kept = [](const Stage& stage) { return stage.name == "paste" ? stage.find("result_roi") : stage.name == "blend" ? stage.find("result") : nullptr; };
    for (const Stage& stage : stages)
        if (const Stored* stored = kept(stage); stored && stored->store != "png" && stored->store != "full") return false;
    for (const Stage& stage : stages) {
        const Stored* stored = kept(stage);
        if (!stored) continue;
        const bool region = stage.name == "paste";
        const Array bgr = group.load(*stored);
        const int x0 = region ? stage.meta.at("roi")[0].get<int>() : 0, y0 = region ? stage.meta.at("roi")[1].get<int>() : 0;
        const View<std::uint8_t> to = frame.edit<std::uint8_t>(0);
        for (std::int64_t i = 0; i < bgr.count(); ++i) {
            const auto x = static_cast<int>(i / 3 % stored->shape[1]), y = static_cast<int>(i / 3 / stored->shape[1]);
            to.at(x0 + x, y0 + y, 2 - static_cast<int>(i % 3)) = bgr.as<std::uint8_t>()[i];
        }
    }
    return true;
}

bool only_draws(const Settings& settings) {
    return std::all_of(settings.processors.begin(), settings.processors.end(), [](const std::string& name) { return name == "face_debugger"; });
}

Stage label(Stage stage, const Recorder& recorder, bool drawn) {
    if (drawn) stage.name += " drawn";
    if (recorder.apart) stage.name += " above 768";
    return stage;
}

void compare_result(Bench& bench, const Group& group, const Case& one, const Stage& stage, const Frame& after) {
    for (const Stored& stored : stage.arrays)
        bench.report.compare(group, one, stage, stored, stored.name == "hist64" ? histogram_of(after.plane<std::uint8_t>(0)) : array_of(after.plane<std::uint8_t>(0), true));
}

}  // namespace

bool meets_end(Bench& bench, const Group& group, const Case& one, const Stage& stage, const Stored& stored, std::span<const Face> faces, const Painted& ours) {
    constexpr double wanted_decibels = 40;
    const Array recorded = group.load(stored), whole = array_of(ours.frame.plane<std::uint8_t>(0), true);
    if (whole.count() != stored.count()) {
        bench.report.fail(group, one, stage.name, "the result has another size");
        return false;
    }
    const std::vector<std::int64_t> positions = stored.positions();
    std::vector<Rect> painted = pasted_regions(one);
    painted.push_back(ours.touched);
    double squares = 0, inside = 0, outside = 0;
    for (std::size_t i = 0; i < positions.size(); ++i) {
        const auto x = static_cast<int>(positions[i] / 3 % stored.shape[1]), y = static_cast<int>(positions[i] / 3 / stored.shape[1]);
        const double difference = recorded.value(static_cast<std::int64_t>(i)) - whole.value(positions[i]);
        const bool in_region = std::any_of(painted.begin(), painted.end(), [&](const Rect& rect) { return !meet(rect, {x, y, 1, 1}).empty(); });
        if (!in_region) outside += difference != 0;
        // What was painted beside the boxes is held to the same.
        const auto holds = [&](const Face& face) { return x >= face.box.low.x && x <= face.box.high.x && y >= face.box.low.y && y <= face.box.high.y; };
        if (in_region || std::any_of(faces.begin(), faces.end(), holds))
            squares += difference * difference, ++inside;
    }
    const double decibels = squares == 0 ? 100 : 10 * std::log10(255 * 255 * inside / squares);
    bench.report.compare(group, one, stage, "decibels in the face box", {std::max(wanted_decibels, decibels)}, {decibels});
    bench.report.compare(group, one, stage, "bytes outside", {0}, {outside});
    return true;
}

Painted process_frame(Bench& bench, const Settings& settings, const Frame& frame, const Cast& cast, Trace* trace, const std::function<void(std::size_t, Frame&)>& before) {
    std::vector<ProcessorContext::Source> pictures;
    for (std::size_t i = 0; i < cast.sources.size(); ++i) pictures.push_back({bench.folders.data / cast.sources[i], bench.picture(cast.sources[i]), cast.source_faces[i]});
    const std::vector<Face> chosen = select_faces(cast.target, cast.reference, settings.selector);
    Painted out{frame, {}};
    Tally tally;
    for (std::size_t i = 0; i < settings.processors.size(); ++i) {
        if (before) before(i, out.frame);
        Canvas canvas;
        canvas.region = {0, 0, frame.size().width, frame.size().height};
        canvas.frame = frame.size();
        canvas.rgb8 = out.frame.edit<std::uint8_t>(0);
        canvas.analysed = frame.plane<std::uint8_t>(0);
        const std::unique_ptr<Processor> processor = find_processor(settings.processors[i]).open({settings, bench.store(), pictures, host_queue(), trace});
        const std::unique_ptr<Processor::Scratch> scratch = processor->make_scratch();
        processor->paint(host_queue(), chosen, canvas, *scratch, tally, trace);
        out.touched = join(out.touched, canvas.touched);
    }
    return out;
}

namespace {

/// Every stage from what the reference had before it: faces as recorded, and each processor on the picture that the one before had left there.
void compare_stages(Bench& bench, const Group& group, const Case& one, const Settings& settings, const Frame& picture, const Cast& recorded) {
    const std::vector<std::span<const Stage>> stages = by_processor(one);
    Recorder recorder;
    recorder.analysis = &settings.analysis;
    recorder.own_vectors = settings.swapper.weight != 0.5 && recorded.target.size() > 1;
    look_again(bench, one, settings, recorded, recorder);
    std::vector<bool> anchored(stages.size() + settings.processors.size() + 1, true);
    const Painted after = process_frame(bench, settings, picture, recorded, &recorder, [&](std::size_t processor, Frame& frame) {
        if (processor > 0 && processor < stages.size()) anchored[processor + 1] = anchored[processor] && take_over(group, stages[processor], frame);
    });
    if (!one.error.empty()) bench.report.exempt(group, one, "error " + one.error, "the reference ended with \"" + one.error + "\" and this run does not");
    for (std::size_t part = 0; part < stages.size(); ++part)
        for (const Stage& stage : stages[part]) {
            if (stage.name == "faces") continue;
            if (stage.name == "result") compare_result(bench, group, one, label(stage, recorder, only_draws(settings)), after.frame);
            else if (anchored[part]) follow(bench, group, one, {&stage, 1}, recorder);
            else bench.report.uncovered(group, static_cast<int>(stage.arrays.size()), "stages of a second processor, whose picture was kept as samples only");
        }
}

/// With faces of our own; drawings with coordinates that are in the recorded pixels.
void compare_end(Bench& bench, const Group& group, const Case& one, const Settings& settings, const Frame& picture, const Cast& recorded, Cast own) {
    const bool draws = std::find(settings.processors.begin(), settings.processors.end(), "face_debugger") != settings.processors.end();
    if (draws) own.target = settle(own.target, recorded.target), own.reference = settle(own.reference, recorded.reference);
    for (const Stage& stage : one.stages) {
        const Stored* stored = stage.name == "result" ? stage.find("frame") : nullptr;
        if (!stored || stored->shape.size() != 3) continue;
        Stage labelled = stage;
        if (uses_crops_above_768(one)) labelled.name += " above 768";
        meets_end(bench, group, one, labelled, *stored, own.target, process_frame(bench, settings, picture, own, nullptr));
    }
}

}  // namespace

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
        const Cast recorded = read_cast(bench, group, one, settings, false), own = read_cast(bench, group, one, settings, true);
        for (const Stage& stage : one.stages)
            if (stage.name == "faces") {
                const std::string of = stage.meta.value("of", "target");
                const std::string path = of == "target" ? one.target : one.sources.at(static_cast<std::size_t>(std::stoi(of.substr(7))));
                compare_faces(report, group, one, stage, bench.faces(path, of == "target" ? one.frame : std::nullopt, settings.analysis), true);
            }
        compare_stages(bench, group, one, settings, picture, recorded);
        compare_end(bench, group, one, settings, picture, recorded, own);
    } catch (const Error& error) {
        if (one.error.empty()) return report.fail(group, one, "run", error.what());
        report.exempt(group, one, "error " + one.error, "refused: " + std::string(error.what()));
    }
}

}  // namespace mien::parity
