// Whole files: pictures in, pictures out, and the frames of clips.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "media/still.h"
#include "parity/bench.h"
#include "parity/recorder.h"
#include "pipeline/processor.h"

namespace mien::parity {
namespace {

bool is_png(const std::string& path) { return path.ends_with(".png"); }

/// Faces of the sources by our own analysis: the recording does not keep them here.
Cast cast_of(Bench& bench, const Case& one, const Settings& settings) {
    Cast out{one.sources, {}, {}, {}};
    for (const std::string& source : one.sources) out.source_faces.push_back(bench.faces(source, {}, settings.analysis));
    return out;
}

std::vector<Face> analyse(Bench& bench, const Frame& frame, const Settings& settings) {
    FaceAnalyser::Scratch scratch;
    return bench.analyser(settings.analysis).analyse(host_queue(), frame.plane<std::uint8_t>(0), scratch);
}

const Stage* find_stage(const Case& one, std::string_view name) {
    for (const Stage& stage : one.stages)
        if (stage.name == name) return &stage;
    return nullptr;
}

Size recorded_size(const Stage& stage) { return {static_cast<int>(stage.find("frame")->shape[1]), static_cast<int>(stage.find("frame")->shape[0])}; }

void compare_frame(Bench& bench, const Group& group, const Case& one, const Stage& stage, const Frame& frame) {
    for (const Stored& stored : stage.arrays) {
        if (stored.name == "frame" && stored.shape.size() == 3 && stored.shape[2] == 4)
            bench.report.uncovered(group, 1, "alpha of pictures made by the reference's tools");
        else
            bench.report.compare(group, one, stage, stored, stored.name == "hist64" ? histogram_of(frame.plane<std::uint8_t>(0)) : array_of(frame.plane<std::uint8_t>(0), true));
    }
}

/// End to end: the frame by the rules for results, the rest as it is.
void compare_processed(Bench& bench, const Group& group, const Case& one, const Stage& stage, std::span<const Face> faces, const Painted& ours) {
    for (const Stored& stored : stage.arrays) {
        if (stored.name == "frame" && stored.shape.size() == 3 && stored.shape[2] == 3) meets_end(bench, group, one, stage, stored, faces, ours);
        else bench.report.compare(group, one, stage, stored, stored.name == "hist64" ? histogram_of(ours.frame.plane<std::uint8_t>(0)) : array_of(ours.frame.plane<std::uint8_t>(0), true));
    }
}

/// What the reference's own encoder made of the result, and its sound, is not ours to repeat.
bool made_by_tools(Bench& bench, const Group& group, const Stage& stage) {
    if (stage.name != "media") return false;
    bench.report.uncovered(group, std::max(1, static_cast<int>(stage.arrays.size())), "files as the reference's encoder wrote them");
    return true;
}

/// Where the recorded frames begin, and every how manyth frame was kept for the wanted rate.
struct Excerpt {
    std::int64_t first = 0;
    int step = 1;
};
Excerpt excerpt_of(const Settings& settings, double frame_rate) {
    Excerpt out{settings.trim_start.value_or(0), 1};
    if (settings.output_settings.video_fps && frame_rate > 0) out.step = std::max(1, static_cast<int>(std::lround(frame_rate / *settings.output_settings.video_fps)));
    return out;
}

}  // namespace

void run_image_job(Bench& bench, const Group& group, const Case& one) {
    Report& report = bench.report;
    const Settings settings = settings_of(one, bench.faithful);
    if (const std::string missing = missing_processors(settings); !missing.empty()) return report.uncovered(group, arrays_of(one), "processors that come later: " + missing);
    const Stage *copied = find_stage(one, "copied"), *processed = find_stage(one, "processed"), *written = find_stage(one, "written");
    if (!copied || !processed) return report.fail(group, one, "copied", "the recording has no such stage");
    if (!is_png(one.target)) return report.uncovered(group, arrays_of(one), "JPEG targets: the reference's own re-encoding stands before and after");
    const Frame& picture = bench.picture(one.target);
    const Frame start = recorded_size(*copied) == picture.size() ? picture : scale_picture(picture, recorded_size(*copied));
    compare_frame(bench, group, one, *copied, start);
    Cast cast = cast_of(bench, one, settings);
    cast.target = cast.reference = analyse(bench, start, settings);
    const Painted painted = process_frame(bench, settings, start, cast, nullptr);
    compare_processed(bench, group, one, *processed, cast.target, painted);
    const Frame& after = painted.frame;
    if (!written) return;
    if (recorded_size(*written) != after.size()) return report.uncovered(group, static_cast<int>(written->arrays.size()), "enlarged by the reference's tool after processing");
    const std::filesystem::path path = bench.folders.build / fmt::format("{}.png", reinterpret_cast<std::uintptr_t>(&bench));
    StillOptions options;
    options.even = bench.faithful;
    write_still(path, after, options);
    compare_frame(bench, group, one, *written, read_picture(path));
    std::filesystem::remove(path);
}

void run_video_job(Bench& bench, const Group& group, const Case& one) {
    Report& report = bench.report;
    const Settings settings = settings_of(one, bench.faithful);
    if (const std::string missing = missing_processors(settings); !missing.empty()) return report.uncovered(group, arrays_of(one), "processors that come later: " + missing);
    Cast cast = cast_of(bench, one, settings);
    const auto frames = std::count_if(one.stages.begin(), one.stages.end(), [](const Stage& stage) { return stage.name == "extracted"; });
    const Stage* first = find_stage(one, "extracted");
    if (!first) return report.fail(group, one, "extracted", "the recording has no frames");
    const Excerpt excerpt = excerpt_of(settings, one.json.value("fps", clip_rate(bench.folders.data / one.target)));
    std::vector<Frame> clip = read_clip(bench.folders.data / one.target, excerpt.first, frames * excerpt.step, ClipWay::extraction, recorded_size(*first));
    std::vector<Frame> kept;
    for (std::size_t i = 0; i < clip.size(); i += static_cast<std::size_t>(excerpt.step)) kept.push_back(clip[i]);
    if (static_cast<std::int64_t>(kept.size()) != frames) return report.fail(group, one, "extracted", "the clip has fewer frames");
    std::vector<std::vector<Face>> faces;
    for (const Frame& frame : kept) faces.push_back(analyse(bench, frame, settings));
    cast.reference = faces.at(static_cast<std::size_t>(std::clamp<std::int64_t>(settings.selector.reference_frame, 0, frames - 1)));
    for (const Stage& stage : one.stages) {
        if (made_by_tools(bench, group, stage)) continue;
        const auto index = stage.meta.at("index").get<std::size_t>();
        if (stage.name == "extracted") compare_frame(bench, group, one, stage, kept.at(index));
        if (stage.name == "faces") compare_faces(report, group, one, stage, faces.at(index), settings.analysis.classify);
        if (stage.name == "processed") {
            cast.target = faces.at(index);
            compare_processed(bench, group, one, stage, cast.target, process_frame(bench, settings, kept.at(index), cast, nullptr));
        }
    }
}

}  // namespace mien::parity
