// SPDX-License-Identifier: Apache-2.0
#include "jobs/run.h"

#include <fmt/format.h>
#include <malloc.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <thread>

#include "base/cost.h"
#include "base/error.h"
#include "jobs/contact_sheet.h"
#include "jobs/engine.h"
#include "jobs/inputs.h"
#include "jobs/output.h"
#include "jobs/packs.h"
#include "pipeline/film_passes.h"
#include "pipeline/picture.h"

namespace mien {
namespace {

constexpr std::int64_t film_end = std::numeric_limits<std::int64_t>::max();

std::int64_t expected_frames(const Target& target, const Settings& settings) {
    if (target.info.frame_count <= 0) return 0;
    const std::int64_t from = settings.trim_start.value_or(0), to = std::min(settings.trim_end.value_or(film_end), target.info.frame_count);
    return std::max<std::int64_t>(0, to - from);
}

PassOptions pass_options(const Settings& settings, const RunEvents& events, std::string_view pass, std::int64_t total) {
    PassOptions options;
    options.threads = settings.execution.threads.value_or(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 32));
    options.batch = settings.execution.batch;
    options.stop = events.stop;
    options.progress = [&events, pass, total](std::int64_t done) { events.progress(pass, done, total); };
    return options;
}

[[noreturn]] void interrupted() { throw Error(Code::interrupted, "stopped on request: nothing was written under the output's name"); }

/// What one run carries from step to step.
struct Run {
    Run(const JobOptions& job_options, const RunEvents& run_events) : Run(job_options, run_events, open_target(job_options.settings)) {
        check_sidecar(settings);
        target = identified(std::move(target), events);
    }
    Run(const JobOptions& job_options, const RunEvents& run_events, Target given)
        : options(job_options), settings(job_options.settings), events(run_events), target(std::move(given)), parts(job_options) {}
    const JobOptions& options;
    const Settings& settings;
    const RunEvents& events;
    Target target;
    JobParts parts;
    std::unique_ptr<Sidecar> sidecar;
    std::vector<Face> reference;
    std::vector<std::unique_ptr<Processor>> processors;
    Tally tally;
    RunOutcome outcome;

    bool writes_pictures() const { return settings.output_settings.writer == "film"; }
    void remark(const std::string& text) {
        outcome.result.remarks.push_back(text);
        events.remark(text);
    }
    void remarks_of(const std::vector<std::string>& texts) {
        for (const std::string& text : texts) remark(text);
    }
    std::vector<Face> select(const std::vector<Face>& faces) { return select_faces(faces, reference, settings.selector); }
};

/// The gate is not asked for films that mien draws; everything else needs it before a picture is written.
void refuse_early_without_gate(Run& run) {
    if (!run.writes_pictures() || run.parts.gate.state() != GateState::absent) return;
    std::vector<GateInput> inputs{{"target", {}, run.target.kind == PlanTarget::Kind::still, run.target.rendered_by_mien}};
    for (std::size_t i = 0; i < run.settings.sources.size(); ++i)
        inputs.push_back({fmt::format("source {}", i + 1), {}, true, probe_kind(run.settings.sources[i]) == MediaKind::picture && is_rendered_file(digest_file(run.settings.sources[i]).sha256)});
    pass_gate(run.parts.gate, inputs);
}

void analyse_into_sidecar(Run& run) {
    run.sidecar = open_sidecar(run.target, run.parts);
    run.outcome.sidecar = run.sidecar->path();
    run.remarks_of(run.sidecar->remarks());
    const std::int64_t from = run.settings.trim_start.value_or(0), to = run.settings.trim_end.value_or(film_end);
    const bool wants_gate = run.parts.gate.state() != GateState::absent && !run.target.rendered_by_mien;
    const bool gate_done = !wants_gate || !run.sidecar->gate_samples(from, to).empty();
    if (run.sidecar->complete(from, to) && gate_done) return;

    AnalysisParts parts;
    parts.analyser = run.parts.analyser.get();
    parts.gate = wants_gate ? &run.parts.gate : nullptr;
    if (run.target.knows_its_faces()) parts.faces_of = [&run](std::int64_t number) { return run.target.faces(number); };
    parts.knows_faces = [&run](std::int64_t number) { return run.sidecar->knows_faces(number); };
    parts.knows_gate = [&run](std::int64_t number) { return run.sidecar->knows_gate(number); };
    const std::unique_ptr<Reader> reader = read_target(run.target, run.settings);
    std::int64_t last = from;
    double gate_seconds = 0, analysis_seconds = 0;
    const bool whole = analyse_film(*reader, parts, pass_options(run.settings, run.events, "analyse", expected_frames(run.target, run.settings)), [&](FrameAnalysis&& analysis) {
        last = analysis.number + 1;
        const Charge charge(Cost::sidecar);
        run.sidecar->store(analysis);
        gate_seconds += analysis.gate_seconds;
        analysis_seconds += analysis.seconds;
    });
    run.sidecar->flush();
    if (gate_seconds > 0)
        run.remark(fmt::format("the content gate took {:.0f} ms, {:.1f} % of the analysis", 1000 * gate_seconds, 100 * gate_seconds / analysis_seconds));
    if (!whole) interrupted();
    // A trim that reaches beyond the film's end covers it as well.
    run.sidecar->mark_complete(from, to > last ? film_end : to);
    run.remarks_of(reader->remarks());
}

/// Faces of the reference frame; it may lie outside the trim, then it is analysed by itself.
void find_reference(Run& run) {
    if (run.settings.selector.mode != "reference") return;
    // FaceFusion reads the frame before the one asked for, and frame 0 twice (spec of its seek); --faithful keeps that.
    const std::int64_t asked = run.settings.selector.reference_frame;
    const std::int64_t number = run.settings.faithful ? std::max<std::int64_t>(0, asked - 1) : asked;
    if (run.sidecar && run.sidecar->knows_faces(number)) {
        run.reference = run.sidecar->faces(number);
    } else if (run.target.knows_its_faces()) {
        run.reference = run.target.faces(number);
    } else {
        ReaderOptions options;
        options.trim_start = number;
        options.trim_end = number + 1;
        const std::unique_ptr<Reader> reader = read_target(run.target, options);
        std::optional<Frame> frame = reader->next();
        if (!frame) throw Error(Code::usage, fmt::format("--reference-frame-number {} is not in the film, which has {} frames", asked, run.target.info.frame_count));
        PictureScratch pictures;
        FaceAnalyser::Scratch scratch;
        run.reference = run.parts.analyser->analyse(host_queue(), analysed_picture(host_queue(), *frame, reader->info().rotation, pictures), scratch);
    }
    if (run.reference.empty()) run.remark(fmt::format("frame {} has no face to take as the reference: name another with --reference-frame-number, or use --face-selector-mode many", asked));
}

void open_processors(Run& run) {
    const ProcessorContext context{run.settings, run.parts.store, run.parts.sources, host_queue(), nullptr};
    for (const std::string& name : run.settings.processors) {
        const ProcessorRow& row = find_processor(name);
        if (row.needs_source && run.parts.sources.empty())
            throw Error(Code::usage, fmt::format("{} needs a picture to take the face from: name it with --source-paths", name));
        run.processors.push_back(row.open(context));
    }
}

std::vector<GateInput> gate_inputs(Run& run, std::vector<GateSample> target_samples) {
    std::vector<GateInput> inputs{{"target", std::move(target_samples), run.target.kind == PlanTarget::Kind::still, run.target.rendered_by_mien}};
    for (std::size_t i = 0; i < run.parts.sources.size(); ++i) inputs.push_back({run.parts.source_entries[i].role, run.parts.source_samples[i], true, run.parts.source_rendered[i]});
    return inputs;
}

WritePermit permit(Run& run, const Plan& plan, std::vector<GateSample> target_samples) {
    GatePass pass = pass_gate(run.parts.gate, gate_inputs(run, std::move(target_samples)));
    std::vector<ReceiptInput> inputs{run.target.entry};
    inputs.insert(inputs.end(), run.parts.source_entries.begin(), run.parts.source_entries.end());
    run.outcome.gate = pass.state() == GateState::unverified ? "gate unverified" : std::string(name_of(pass.state()));
    ReceiptClaim claim = make_claim({run.options, plan.text(), run.parts.store.opened(), inputs, pass});
    return {std::move(pass), std::move(claim)};
}

/// What only the analysis needs goes back to the system, its networks and what the pass had in memory; what the analyser counted goes into the result.
void close_analysis(Run& run) {
    if (run.parts.analyser) {
        run.outcome.result.faces_non_finite += run.parts.analyser->non_finite();
        run.outcome.result.detector_calls += run.parts.analyser->detector_calls();
    }
    run.parts.analyser.reset();
    run.parts.gate.close();
    ::malloc_trim(0);
}

void count_faces(Run& run) {
    RunResult& result = run.outcome.result;
    result.faces_processed = run.tally.processed;
    result.faces_outside = run.tally.outside;
    result.faces_non_finite += run.tally.non_finite;
    if (result.faces_skipped > 0)
        result.skipped_because.push_back(fmt::format("{} faces were not meant by --face-selector-mode {}{}", result.faces_skipped, run.settings.selector.mode,
                                                     run.settings.selector.mode == "reference" ? fmt::format(" within distance {}", run.settings.selector.reference_distance) : ""));
    if (result.faces_outside > 0) result.skipped_because.push_back(fmt::format("{} faces lie outside the frame", result.faces_outside));
    if (result.faces_non_finite > 0) result.skipped_because.push_back(fmt::format("{} faces were left as they are: a network answered NaN or infinity", result.faces_non_finite));
    if (result.faces_found == 0) run.remark("no face was found in the target: it passes through unchanged");
    for (const std::string& text : result.skipped_because) run.remark(text);
}

void finish(Run& run, Writer& writer, const WritePermit* writes) {
    close_analysis(run);
    count_faces(run);
    writer.finish([&](const std::filesystem::path& whole) {
        if (!writes) return;
        run.remarks_of(writer.remarks());
        run.outcome.receipt = write_receipt(whole, run.settings.output, writes->claim(), run.outcome.result);
    });
    if (!writes) run.remarks_of(writer.remarks());
    run.outcome.text = writer.text();
    run.outcome.output = run.settings.output;
}

/// Scaled sizes are even, half to even, as FaceFusion makes them; --faithful makes every size so.
Size output_size(Size size, double scale, bool faithful) {
    if (scale == 1 && !faithful) return size;
    const Size even = even_size(size, scale);
    return {std::max(2, even.width), std::max(2, even.height)};
}

void run_film_shape(Run& run, const Plan& plan) {
    run.parts.open_sources([&](const std::string& text) { run.remark(text); }, run.events);
    analyse_into_sidecar(run);
    find_reference(run);
    close_analysis(run);
    const std::int64_t from = run.settings.trim_start.value_or(0), to = run.settings.trim_end.value_or(film_end);
    open_processors(run);
    std::optional<WritePermit> writes;
    if (run.writes_pictures()) writes.emplace(permit(run, plan, run.sidecar->gate_samples(from, to)));
    const Sidecar::Counts counts = run.sidecar->counts(from, to);
    if (counts.frames == 0) throw Error(Code::usage, fmt::format("no frame of {} lies between --trim-frame-start and --trim-frame-end", run.settings.target.string()));
    run.outcome.result.frames_with_faces = counts.frames_with_faces;
    run.outcome.result.faces_found = counts.faces;

    const std::unique_ptr<Reader> reader = read_target(run.target, run.settings);
    const Size wanted = output_size(run.target.info.size, run.settings.output_settings.video_scale, run.settings.faithful);
    const std::unique_ptr<Writer> writer = open_output(run.settings, run.target, wanted, writes ? &*writes : nullptr, run.outcome.result.remarks);
    RenderParts parts;
    parts.processors = run.processors;
    parts.tally = &run.tally;
    parts.faces = [&](std::int64_t number) {
        const std::vector<Face> faces = run.sidecar->faces(number);
        std::vector<Face> chosen = run.select(faces);
        run.outcome.result.faces_skipped += std::ssize(faces) - std::ssize(chosen);
        return chosen;
    };
    if (wanted != run.target.info.size) parts.size = wanted;
    PassOptions options = pass_options(run.settings, run.events, "render", counts.frames);
    options.progress = [&, progress = options.progress](std::int64_t done) {
        run.outcome.result.frames = done;
        progress(done);
    };
    if (!render_film(*reader, parts, options, *writer)) interrupted();
    finish(run, *writer, writes ? &*writes : nullptr);
}

void run_live_shape(Run& run, const Plan& plan) {
    run.parts.open_sources([&](const std::string& text) { run.remark(text); }, run.events);
    find_reference(run);
    open_processors(run);
    // The first frame is judged before the output exists; every later sample may still end the run, and then the unfinished file is removed.
    const bool wants_gate = run.parts.gate.state() != GateState::absent && !run.target.rendered_by_mien;
    std::vector<GateSample> samples;
    std::optional<WritePermit> writes;
    if (run.writes_pictures()) {
        if (wants_gate) {
            const std::unique_ptr<Reader> first = read_target(run.target, run.settings);
            if (const std::optional<Frame> frame = first->next()) {
                PictureScratch pictures;
                ContentGate::Scratch scratch;
                samples.push_back(run.parts.gate.judge(host_queue(), analysed_picture(host_queue(), *frame, first->info().rotation, pictures), "target", frame->time.seconds(), scratch));
            }
        }
        writes.emplace(permit(run, plan, samples));
        samples.clear();
    }
    const std::unique_ptr<Reader> reader = read_target(run.target, run.settings);
    const Size wanted = output_size(run.target.info.size, run.settings.output_settings.video_scale, run.settings.faithful);
    const std::unique_ptr<Writer> writer = open_output(run.settings, run.target, wanted, writes ? &*writes : nullptr, run.outcome.result.remarks);
    RunResult& result = run.outcome.result;
    LiveParts parts;
    parts.look_ahead = run.settings.execution.look_ahead;
    parts.analysis.analyser = run.parts.analyser.get();
    parts.analysis.gate = run.writes_pictures() && wants_gate ? &run.parts.gate : nullptr;
    if (run.target.knows_its_faces()) parts.analysis.faces_of = [&run](std::int64_t number) { return run.target.faces(number); };
    parts.render.processors = run.processors;
    parts.render.tally = &run.tally;
    if (wanted != run.target.info.size) parts.render.size = wanted;
    parts.select = [&](const std::vector<Face>& faces) {
        std::vector<Face> chosen = run.select(faces);
        result.faces_skipped += std::ssize(faces) - std::ssize(chosen);
        return chosen;
    };
    parts.saw = [&](const FrameAnalysis& analysis) {
        result.faces_found += std::ssize(*analysis.faces);
        result.frames_with_faces += !analysis.faces->empty();
        if (!analysis.gate) return;
        samples.push_back(*analysis.gate);
        // One sample alone cannot say more than 10 %: the share is asked once ten are there, three in a row at once.
        const std::size_t ready = samples.size() >= 10 ? samples.size() : std::min<std::size_t>(samples.size(), 3);
        if (const Verdict verdict = decide(std::span(samples).last(ready), false); verdict.refused && (ready >= 10 || (ready == 3 && verdict.flagged == 3)))
            throw Error(Code::refused, verdict.sentence);
    };
    PassOptions options = pass_options(run.settings, run.events, "live", expected_frames(run.target, run.settings));
    options.progress = [&, progress = options.progress](std::int64_t done) {
        result.frames = done;
        progress(done);
    };
    if (!run_live(*reader, parts, options, *writer)) interrupted();
    if (result.frames == 0) throw Error(Code::usage, fmt::format("no frame of {} lies between --trim-frame-start and --trim-frame-end", run.settings.target.string()));
    if (const Verdict verdict = decide(samples, false); verdict.refused) throw Error(Code::refused, verdict.sentence);
    finish(run, *writer, writes ? &*writes : nullptr);
}

void run_still(Run& run, const Plan& plan) {
    run.parts.open_sources([&](const std::string& text) { run.remark(text); }, run.events);
    run.remarks_of(run.target.still->remarks);
    Frame frame = run.target.still->frame;
    PictureScratch pictures;
    FaceAnalyser::Scratch scratch;
    const View<const std::uint8_t> rgb = analysed_picture(host_queue(), frame, 0, pictures);
    const std::vector<Face> faces = run.parts.analyser->analyse(host_queue(), rgb, scratch);
    run.events.progress("analyse", 1, 1);
    std::vector<GateSample> samples;
    if (run.parts.gate.state() != GateState::absent && !run.target.rendered_by_mien) {
        ContentGate::Scratch gate_scratch;
        samples.push_back(run.parts.gate.judge(host_queue(), rgb, "target", 0, gate_scratch));
    }
    run.reference = faces;  // a picture is its own reference frame
    open_processors(run);
    std::optional<WritePermit> writes;
    if (run.writes_pictures()) writes.emplace(permit(run, plan, std::move(samples)));
    if (run.events.stop()) interrupted();

    const std::vector<Face> chosen = run.select(faces);
    run.outcome.result.frames = 1;
    run.outcome.result.frames_with_faces = !faces.empty();
    run.outcome.result.faces_found = std::ssize(faces);
    run.outcome.result.faces_skipped = std::ssize(faces) - std::ssize(chosen);
    if (!chosen.empty()) {
        FramePainter painter(run.processors);
        painter.paint(host_queue(), chosen, 0, frame, run.tally, nullptr);
    }
    const Size wanted = output_size(frame.size(), run.settings.output_settings.image_scale, run.settings.faithful);
    if (wanted != frame.size()) frame = resize_frame(host_queue(), frame, wanted);
    if (run.writes_pictures()) {
        close_analysis(run);
        count_faces(run);
        write_picture(run.settings, *run.target.still, frame, *writes, [&](const std::filesystem::path& whole, const std::vector<std::string>& remarks) {
            run.remarks_of(remarks);
            run.outcome.receipt = write_receipt(whole, run.settings.output, writes->claim(), run.outcome.result);
        });
        run.outcome.output = run.settings.output;
    } else {
        const std::unique_ptr<Writer> writer = open_output(run.settings, run.target, frame.size(), nullptr, run.outcome.result.remarks);
        writer->put(frame);
        finish(run, *writer, nullptr);
    }
    run.events.progress("render", 1, 1);
}

/// What happened between two moments, in seconds: Outcome::seconds.
std::vector<std::pair<std::string, double>> seconds_between(double wall, const Costs& start, const Costs& end) {
    const auto seconds = [](std::int64_t nanoseconds) { return static_cast<double>(nanoseconds) * 1e-9; };
    std::vector<std::pair<std::string, double>> lines{{"wall", wall}, {"processor", seconds(end.processor - start.processor)}};
    std::int64_t rest = end.processor - start.processor;
    for (std::size_t i = 0; i < cost_count; ++i) {
        const std::int64_t spent = end.of[i] - start.of[i];
        lines.emplace_back(name_of(static_cast<Cost>(i)), seconds(spent));
        rest -= spent;
    }
    lines.emplace_back("rest", seconds(rest));
    return lines;
}

PlanTarget plan_target(const Target& target, const Settings& settings) { return {target.kind, settings.output_settings.writer == "film"}; }

}  // namespace

RunOutcome run_job(const JobOptions& options, const RunEvents& events) {
    const auto started = std::chrono::steady_clock::now();
    const Costs before = costs_so_far();
    Run run(options, events);
    const Plan plan = compile(run.settings, plan_target(run.target, run.settings));
    std::vector<std::string> engine_remarks;
    choose_engine(run.settings.execution, engine_remarks);
    run.remarks_of(engine_remarks);
    if (const std::string text = pack_remark(run.settings); !text.empty() && !run.target.knows_its_faces()) run.remark(text);
    check_sources(run.settings);
    check_output(run.settings, run.target.kind);
    refuse_early_without_gate(run);
    if (!run.target.knows_its_faces()) run.parts.open_analyser();
    if (run.target.kind == PlanTarget::Kind::still) run_still(run, plan);
    else if (run.settings.execution.shape == "live") run_live_shape(run, plan);
    else run_film_shape(run, plan);
    run.outcome.seconds = seconds_between(std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count(), before, costs_so_far());
    return std::move(run.outcome);
}

AnalysisOutcome analyse_job(const JobOptions& options, const RunEvents& events) {
    Run run(options, events);
    if (run.target.kind == PlanTarget::Kind::still) throw Error(Code::usage, fmt::format("{} is a picture: the analysis of a film is kept, a picture's is made when it is needed (mien faces shows it)", run.settings.target.string()));
    if (!run.target.knows_its_faces()) run.parts.open_analyser();
    analyse_into_sidecar(run);
    const Sidecar::Counts counts = run.sidecar->counts(run.settings.trim_start.value_or(0), run.settings.trim_end.value_or(film_end));
    return {run.sidecar->path(), counts.frames, counts.faces, counts.shots, run.parts.analyser ? run.parts.analyser->detector_calls() : 0, run.outcome.result.remarks};
}

std::string explain_job(const JobOptions& options) {
    const Target target = open_target(options.settings);
    return compile(options.settings, plan_target(target, options.settings)).text();
}

TargetAnalysis analyse_target(const JobOptions& options, Target target, const RunEvents& events) {
    Run run(options, events, std::move(target));
    if (!run.target.knows_its_faces()) run.parts.open_analyser();
    TargetAnalysis analysis;
    if (run.target.kind == PlanTarget::Kind::still) {
        PictureScratch pictures;
        FaceAnalyser::Scratch scratch;
        const View<const std::uint8_t> rgb = analysed_picture(host_queue(), run.target.still->frame, 0, pictures);
        analysis.still_faces = run.parts.analyser->analyse(host_queue(), rgb, scratch);
        ContentGate::Scratch gate_scratch;
        if (run.parts.gate.state() != GateState::absent && !run.target.rendered_by_mien)
            analysis.samples.push_back(run.parts.gate.judge(host_queue(), rgb, "target", 0, gate_scratch));
    } else {
        analyse_into_sidecar(run);
        analysis.samples = run.sidecar->gate_samples(run.settings.trim_start.value_or(0), run.settings.trim_end.value_or(film_end));
    }
    analysis.networks = run.parts.store.opened();
    analysis.sidecar = std::move(run.sidecar);
    analysis.target = std::move(run.target);
    return analysis;
}

std::vector<ListedFace> list_faces(const JobOptions& options, const RunEvents& events) {
    check_sidecar(options.settings);
    const TargetAnalysis analysis = analyse_target(options, identified(open_target(options.settings), events), events);
    std::vector<ListedFace> listed;
    int position = 0;
    for (const Face& face : analysis.still_faces) listed.push_back({0, 0, position++, face});
    if (!analysis.sidecar) return listed;
    const std::int64_t from = options.settings.trim_start.value_or(0), to = options.settings.trim_end.value_or(film_end);
    for (const std::int64_t number : analysis.sidecar->frames()) {
        if (number < from || number >= to) continue;
        position = 0;
        const double seconds = analysis.sidecar->time(number).value_or(Time{}).seconds();
        for (Face& face : analysis.sidecar->faces(number)) listed.push_back({number, seconds, position++, face});
    }
    return listed;
}

std::filesystem::path write_contact_sheet(const JobOptions& options, const std::filesystem::path& path, const RunEvents& events) {
    JobOptions sheet_options = options;
    sheet_options.settings.output = path;
    sheet_options.settings.output_settings.writer = "film";
    check_output(sheet_options.settings, PlanTarget::Kind::still);
    const std::vector<ListedFace> listed = list_faces(sheet_options, events);
    if (listed.empty()) throw Error(Code::bad_input, fmt::format("no face was found in {}: there is nothing to show", options.settings.target.string()));
    Run run(sheet_options, events);
    refuse_early_without_gate(run);
    if (!run.target.knows_its_faces()) run.parts.open_analyser();
    std::vector<GateSample> samples;
    PictureScratch pictures;
    ContentGate::Scratch gate_scratch;
    const bool still = run.target.kind == PlanTarget::Kind::still;
    if (still) {
        if (run.parts.gate.state() != GateState::absent)
            samples.push_back(run.parts.gate.judge(host_queue(), analysed_picture(host_queue(), run.target.still->frame, 0, pictures), "target", 0, gate_scratch));
    } else {
        analyse_into_sidecar(run);
        samples = run.sidecar->gate_samples(0, film_end);
    }
    const Plan plan = compile(run.settings, plan_target(run.target, run.settings));
    const WritePermit writes = permit(run, plan, std::move(samples));

    const Frame sheet = contact_sheet(run.target, run.settings, listed);
    Still like;
    like.format = "png";
    RunResult result;
    result.frames = 1;
    result.faces_found = std::ssize(listed);
    write_picture(run.settings, like, sheet, writes, [&](const std::filesystem::path& whole, const auto&) { write_receipt(whole, path, writes.claim(), result); });
    return path;
}

}  // namespace mien
