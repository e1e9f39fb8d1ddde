// SPDX-License-Identifier: Apache-2.0
#include "jobs/exhibit.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <thread>

#include "base/error.h"
#include "pipeline/film_passes.h"
#include "pipeline/picture.h"
#include "pipeline/rotate.h"

namespace mien {

Size Exhibit::shown_size() const noexcept {
    if (still()) return target.still->frame.size();
    const Ratio aspect = target.info.sample_aspect;
    Size size = target.info.size;
    if (aspect.numerator > 0 && aspect.denominator > 0 && aspect.numerator != aspect.denominator)
        size.width = std::max(1, static_cast<int>(std::lround(static_cast<double>(size.width) * static_cast<double>(aspect.numerator) /
                                                              static_cast<double>(aspect.denominator))));
    return mien::shown_size(size, target.info.rotation);
}

Exhibit open_exhibit(std::string role, const std::filesystem::path& path, const RunEvents& events) {
    if (path.empty()) throw Error(Code::usage, fmt::format("the {} has no name: give the path of a film or picture", role));
    Settings settings;
    settings.target = path;
    Exhibit exhibit{std::move(role), identified(open_target(settings), events), {}, {}, false};
    if (!exhibit.target.knows_its_faces()) exhibit.receipt = read_receipt(path, exhibit.target.entry.sha256, exhibit.receipt_trouble);
    if (!exhibit.receipt_trouble.empty()) events.remark(exhibit.receipt_trouble);
    exhibit.rendered = exhibit.target.rendered_by_mien || (exhibit.receipt && made_of_rendered(*exhibit.receipt));
    return exhibit;
}

bool needs_judging(const Exhibit& exhibit, const ContentGate& gate) noexcept { return gate.state() != GateState::absent && !exhibit.target.rendered_by_mien; }

std::vector<GateSample> judge_exhibit(const Exhibit& exhibit, const ContentGate& gate, const Settings& settings, const RunEvents& events) {
    std::vector<GateSample> samples;
    if (exhibit.still()) {
        PictureScratch pictures;
        ContentGate::Scratch scratch;
        samples.push_back(gate.judge(host_queue(), analysed_picture(host_queue(), exhibit.target.still->frame, 0, pictures), exhibit.role, 0, scratch));
        return samples;
    }
    AnalysisParts parts;
    parts.gate = &gate;
    parts.knows_faces = [](std::int64_t) { return true; };
    PassOptions options;
    options.threads = settings.execution.threads.value_or(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 32));
    options.stop = events.stop;
    options.progress = [&](std::int64_t done) { events.progress("judge", done, exhibit.target.info.frame_count); };
    const std::unique_ptr<Reader> reader = read_target(exhibit.target, ReaderOptions{});
    const bool whole = analyse_film(*reader, parts, options, [&](FrameAnalysis&& analysis) {
        if (!analysis.gate) return;
        samples.push_back(std::move(*analysis.gate));
        samples.back().what = exhibit.role;
    });
    if (!whole) throw Error(Code::interrupted, "stopped on request: nothing was written under the output's name");
    return samples;
}

GateInput gate_input(const Exhibit& exhibit, const ContentGate& gate, std::vector<GateSample> samples) {
    const bool judged = needs_judging(exhibit, gate);
    return {exhibit.role, std::move(samples), exhibit.still(), judged ? false : exhibit.rendered};
}

ReceiptInput receipt_entry(const Exhibit& exhibit) {
    ReceiptInput entry = exhibit.target.entry;
    entry.role = exhibit.role;
    return entry;
}

}  // namespace mien
