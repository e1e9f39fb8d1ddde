// SPDX-License-Identifier: Apache-2.0
#include "jobs/compare.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <thread>

#include "base/cost.h"
#include "base/error.h"
#include "base/json.h"
#include "base/ordered_map.h"
#include "jobs/exhibit.h"
#include "jobs/output.h"
#include "kernels/colour.h"
#include "kernels/geometry.h"
#include "pipeline/side_by_side.h"

namespace mien {
namespace {

constexpr std::size_t most_inputs = 12;

struct Comparing {
    Comparing(const JobOptions& job_options, const CompareJob& compare_job, const RunEvents& run_events)
        : options(job_options), job(compare_job), events(run_events), parts(job_options) {}
    const JobOptions& options;
    const CompareJob& job;
    const RunEvents& events;
    JobParts parts;
    Settings settings;  ///< the job's, with the inputs as target and sources
    std::vector<Exhibit> exhibits;
    std::vector<std::string> labels;
    std::optional<std::size_t> film;  ///< the first film among them
    SheetLayout layout;
    CompareOutcome outcome;

    bool writes_pictures() const { return settings.output_settings.writer == "film"; }
    void remark(const std::string& text) {
        outcome.remarks.push_back(text);
        events.remark(text);
    }
};

void check_job(Comparing& run) {
    const CompareJob& job = run.job;
    if (job.inputs.size() < 2)
        throw Error(Code::usage,
                    fmt::format("compare shows films or pictures side by side, and {} given: name at least two", job.inputs.empty() ? "none was" : "one was"));
    if (job.inputs.size() > most_inputs)
        throw Error(Code::usage, fmt::format("compare was given {} films or pictures, and {} are the most: name fewer", job.inputs.size(), most_inputs));
    if (!job.labels.empty() && job.labels.size() != job.inputs.size())
        throw Error(Code::usage, fmt::format("--labels names {} labels for {} inputs: give one each, \"\" for none", job.labels.size(), job.inputs.size()));
    if (job.columns < 0 || job.columns > static_cast<int>(most_inputs))
        throw Error(Code::usage, fmt::format("--columns is {}, and goes from 1 to {}", job.columns, most_inputs));
    const OutputSettings& output = run.options.settings.output_settings;
    if (output.video_scale != 1 || output.video_fps || output.image_scale != 1)
        throw Error(Code::usage,
                    "a comparison has the height and the times of its first film: leave out --output-video-scale, --output-video-fps and --output-image-scale");
    run.settings = run.options.settings;
    run.settings.target = job.inputs.front();
    run.settings.sources.assign(job.inputs.begin() + 1, job.inputs.end());
    run.settings.trim_start.reset();
    run.settings.trim_end.reset();
}

std::string label_of(const std::filesystem::path& path) {
    const std::string text = path.string();
    return text.starts_with("pattern:") || text.starts_with("synth:") ? text.substr(0, 40) : path.stem().string();
}

void open_inputs(Comparing& run) {
    std::vector<Size> sizes;
    for (std::size_t i = 0; i < run.job.inputs.size(); ++i) {
        run.exhibits.push_back(open_exhibit(fmt::format("input {}", i + 1), run.job.inputs[i], run.events));
        if (!run.exhibits.back().still() && !run.film) run.film = i;
        sizes.push_back(run.exhibits.back().shown_size());
        run.labels.push_back(run.job.labels.empty() ? label_of(run.job.inputs[i]) : run.job.labels[i]);
    }
    run.layout = lay_out(sizes, run.job.columns);
    run.outcome.size = run.layout.size;
}

std::string plan_text(const Comparing& run) {
    std::string text = fmt::format("render  sheet    {} side by side, {} x {}, labels\n", run.exhibits.size(), run.layout.size.width, run.layout.size.height);
    return text + (run.film ? fmt::format("render  write    times, sound and other streams of input {}\n", *run.film + 1) : "render  write    the picture\n") +
           "close   gate, receipt, mark\n";
}

WritePermit permit_of(Comparing& run) {
    std::vector<GateInput> inputs;
    std::vector<ReceiptInput> entries;
    for (const Exhibit& exhibit : run.exhibits) {
        // Without networks nothing is decoded: the gate refuses by itself what it may not let pass.
        std::vector<GateSample> samples;
        if (needs_judging(exhibit, run.parts.gate)) samples = judge_exhibit(exhibit, run.parts.gate, run.settings, run.events);
        inputs.push_back(gate_input(exhibit, run.parts.gate, std::move(samples)));
        entries.push_back(receipt_entry(exhibit));
    }
    GatePass pass = pass_gate(run.parts.gate, inputs);
    run.outcome.gate = pass.state() == GateState::unverified ? "gate unverified" : std::string(name_of(pass.state()));
    Json subject{{"labels", run.labels}, {"columns", run.job.columns}, {"size", {run.layout.size.width, run.layout.size.height}}};
    ReceiptClaim claim = make_claim(
        {run.options, plan_text(run), run.parts.store.opened(), entries, pass, subject.dump(-1, ' ', false, Json::error_handler_t::replace), "comparison"});
    return {std::move(pass), std::move(claim)};
}

/// What is called before a whole result gets its name.
void write_receipt_of(Comparing& run, const std::filesystem::path& whole, const std::vector<std::string>& remarks, const WritePermit& permit) {
    for (const std::string& text : remarks) run.remark(text);
    RunResult result;
    result.frames = run.outcome.frames;
    result.remarks = run.outcome.remarks;
    run.outcome.receipt = write_receipt(whole, run.settings.output, permit.claim(), result);
}

void compare_pictures(Comparing& run, const WritePermit* permit) {
    std::vector<SheetPicture> pictures;
    for (const Exhibit& exhibit : run.exhibits) pictures.push_back({exhibit.target.still->frame, 0});
    SheetScratch scratch;
    Frame sheet({Layout::rgb, 8, false}, run.layout.size);
    kernels::copy<std::uint8_t>(host_queue(), compose_sheet(host_queue(), run.layout, pictures, run.labels, scratch), sheet.edit<std::uint8_t>(0));
    run.outcome.frames = 1;
    if (!permit) {
        const std::unique_ptr<Writer> writer = open_output(run.settings, run.exhibits.front().target, sheet.size(), nullptr, run.outcome.remarks);
        writer->put(sheet);
        writer->finish();
        run.outcome.text = writer->text();
        return;
    }
    Still like;
    like.format = "png";
    write_picture(run.settings, like, sheet, *permit,
                  [&](const std::filesystem::path& whole, const std::vector<std::string>& remarks) { write_receipt_of(run, whole, remarks, *permit); });
}

/// What the sheet is as a film: upright, of square pixels, in 8 bits.
FilmInfo sheet_info(const FilmInfo& first, Size size) {
    FilmInfo info = first;
    info.size = size;
    info.rotation = 0;
    info.sample_aspect = {1, 1};
    const bool subsampled = first.format.layout == Layout::yuv420 || first.format.layout == Layout::yuv422;
    info.format = {subsampled ? Layout::yuv420 : Layout::yuv444, 8, false};
    // RGB has no matrix; what is unspecified is said, since the sheet may have another height than its first film.
    if (info.colour.matrix == 0 || info.colour.matrix == 2)
        info.colour.matrix = first.format.layout != Layout::rgb && first.size.height <= 576 && info.colour.matrix == 2 ? 6 : 1;
    if (!subsampled && first.colour.matrix == 0) info.colour.full_range = false;
    return info;
}

/// A picture brought to its cell's size once: it stands still.
Frame fitted_still(const Frame& still, Size cell) {
    PictureScratch pictures;
    const View<const std::uint8_t> rgb = analysed_picture(host_queue(), still, 0, pictures);
    Frame frame({Layout::rgb, 8, false}, rgb.size);
    kernels::copy<std::uint8_t>(host_queue(), rgb, frame.edit<std::uint8_t>(0));
    return rgb.size == cell ? frame : resize_frame(host_queue(), frame, cell);
}

/// One frame of every film, in step.
class FilmsInStep {
public:
    explicit FilmsInStep(const Comparing& run) : run_(run) {
        for (std::size_t i = 0; i < run.exhibits.size(); ++i) {
            const Exhibit& exhibit = run.exhibits[i];
            readers_.push_back(exhibit.still() ? nullptr : read_target(exhibit.target, ReaderOptions{}));
            stills_.push_back(exhibit.still() ? fitted_still(exhibit.target.still->frame, run.layout.cells[i].size()) : Frame());
        }
    }
    /// Throws Error{bad_input} when one ends before another.
    std::optional<std::vector<SheetPicture>> next() {
        std::vector<SheetPicture> pictures(readers_.size());
        std::optional<std::size_t> ended, goes_on;
        for (std::size_t i = 0; i < readers_.size(); ++i) {
            if (!readers_[i]) {
                pictures[i] = {stills_[i], 0};
                continue;
            }
            std::optional<Frame> frame = readers_[i]->next();
            (frame ? goes_on : ended) = i;
            if (frame) pictures[i] = {std::move(*frame), readers_[i]->info().rotation};
        }
        if (ended && goes_on)
            throw Error(Code::bad_input, fmt::format("{} has {} frames and {} has more: compare films of one length", run_.job.inputs[*ended].string(), taken_,
                                                     run_.job.inputs[*goes_on].string()));
        if (ended) return std::nullopt;
        ++taken_;
        return pictures;
    }
    std::vector<std::string> remarks() const {
        std::vector<std::string> all;
        for (std::size_t i = 0; i < readers_.size(); ++i)
            if (readers_[i])
                for (const std::string& text : readers_[i]->remarks()) all.push_back(fmt::format("{}: {}", run_.job.inputs[i].string(), text));
        return all;
    }

private:
    const Comparing& run_;
    std::vector<std::unique_ptr<Reader>> readers_;
    std::vector<Frame> stills_;
    std::int64_t taken_ = 0;
};

void compare_films(Comparing& run, const WritePermit* permit) {
    Target& first = run.exhibits[*run.film].target;
    const FilmInfo own = first.info, info = sheet_info(own, run.layout.size);
    FilmsInStep films(run);
    // The writer describes the sheet; the readers above have what the file says.
    first.info = info;
    const std::unique_ptr<Writer> writer = open_output(run.settings, first, info.size, permit, run.outcome.remarks, true);
    const int threads = run.settings.execution.threads.value_or(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 32));
    std::vector<SheetScratch> scratches(static_cast<std::size_t>(std::max(1, threads)));
    const bool ended = map_in_order<std::vector<SheetPicture>, Frame>(
        threads, static_cast<std::size_t>(threads) + 2, [&] { return films.next(); },
        [&](std::vector<SheetPicture>&& pictures, int worker) {
            const Charge charge(Cost::pictures);
            const View<const std::uint8_t> sheet = compose_sheet(host_queue(), run.layout, pictures, run.labels, scratches[static_cast<std::size_t>(worker)]);
            const Frame& like = pictures[*run.film].frame;
            Frame frame(info.format, info.size);
            frame.colour = info.colour;
            frame.time = like.time;
            frame.duration = like.duration;
            frame.number = like.number;
            kernels::from_rgb<std::uint8_t>(host_queue(), sheet, {0, 0, info.size.width, info.size.height}, kernels::edit_planes<std::uint8_t>(frame));
            return frame;
        },
        [&](Frame&& frame) {
            {
                const Charge charge(Cost::writing);
                writer->put(frame);
            }
            run.events.progress("compare", ++run.outcome.frames, own.frame_count);
        },
        run.events.stop);
    if (!ended) throw Error(Code::interrupted, "stopped on request: nothing was written under the output's name");
    for (const std::string& text : films.remarks()) run.remark(text);
    writer->finish([&](const std::filesystem::path& whole) {
        if (permit) write_receipt_of(run, whole, writer->remarks(), *permit);
    });
    run.outcome.text = writer->text();
}

}  // namespace

CompareOutcome run_compare(const JobOptions& options, const CompareJob& job, const RunEvents& events) {
    Comparing run(options, job, events);
    check_job(run);
    open_inputs(run);
    check_output(run.settings, run.film ? PlanTarget::Kind::film : PlanTarget::Kind::still);
    std::optional<WritePermit> permit;
    if (run.writes_pictures()) permit.emplace(permit_of(run));
    run.outcome.output = run.settings.output;
    if (run.film)
        compare_films(run, permit ? &*permit : nullptr);
    else
        compare_pictures(run, permit ? &*permit : nullptr);
    return std::move(run.outcome);
}

}  // namespace mien
