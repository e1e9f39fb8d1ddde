// SPDX-License-Identifier: Apache-2.0
#include "jobs/synth.h"

#include <fmt/format.h>

#include <algorithm>
#include <thread>

#include "base/error.h"
#include "base/json.h"
#include "base/ordered_map.h"
#include "jobs/inputs.h"
#include "jobs/output.h"
#include "jobs/receipt.h"
#include "jobs/truth_folder.h"

namespace mien {
namespace {

[[noreturn]] void interrupted() { throw Error(Code::interrupted, "stopped on request: nothing was written under the output's name"); }

/// One film on its way: the scene made ready, and where its frames go. It is given its name only when all films of the run are whole.
struct Film {
    std::unique_ptr<synth::Staging> staging;
    Target target;
    Settings settings;
    std::unique_ptr<Writer> writer;
};

struct Rendering {
    Rendering(const JobOptions& job_options, const SynthJob& synth_job, const RunEvents& run_events)
        : options(job_options), job(synth_job), events(run_events), parts(job_options), scene(read_scene(synth_job.order)) {
        if (job.device >= 0) cuda = open_cuda_queue(job.device);
    }
    const JobOptions& options;
    const SynthJob& job;
    const RunEvents& events;
    JobParts parts;
    synth::Scene scene;
    std::unique_ptr<Queue> cuda;
    std::string facts;
    SynthOutcome outcome;

    Queue& queue() { return cuda ? *cuda : host_queue(); }
    bool writes_pictures() const { return options.settings.output_settings.writer == "film"; }
    void remark(const std::string& text) {
        outcome.remarks.push_back(text);
        events.remark(text);
    }
};

// What was rendered, for the receipt and for the truth's header: names alone would not say it, since a file may change.
std::string facts_of(const Rendering& run, const synth::Staging& staging) {
    const synth::Scene& scene = staging.scene();
    Json facts;
    facts["scene"] = run.job.order.scene;
    facts["title"] = scene.title;
    facts["seed"] = scene.seed;
    facts["size"] = {scene.size.width, scene.size.height};
    facts["frame_rate"] = {scene.frame_rate.numerator, scene.frame_rate.denominator};
    facts["time_base"] = {scene.frame_rate.denominator, scene.frame_rate.numerator};
    facts["frames"] = staging.frames().size();
    facts["people"] = Json::array();
    for (const synth::Person& person : staging.people()) {
        Json traits = Json::object();
        for (const synth::TraitRow& row : synth::trait_rows()) traits[std::string(row.name)] = person[row.trait];
        facts["people"].push_back({{"seed", person.seed}, {"held_out", synth::is_held_out(person.seed)}, {"traits", traits}});
    }
    return facts.dump();
}

// Lossless films keep the rendered RGB; the others get what players know.
bool keeps_rgb(const OutputSettings& settings) { return settings.video_encoder == "ffv1" || settings.video_encoder == "libx264rgb"; }

std::unique_ptr<Film> open_film_of(Rendering& run, std::unique_ptr<synth::Staging> staging, const std::filesystem::path& output, const WritePermit* permit) {
    auto film = std::make_unique<Film>();
    film->settings = run.options.settings;
    film->settings.output = output;
    film->staging = std::move(staging);
    film->target.kind = PlanTarget::Kind::pattern;
    film->target.rendered_by_mien = true;
    film->target.info = synth_info(*film->staging, keeps_rgb(film->settings.output_settings));
    film->target.sound = synth_sound(*film->staging);
    if (film->settings.output_settings.writer != "null") check_output(film->settings, film->target.kind);
    film->writer = open_output(film->settings, film->target, film->target.info.size, permit, run.outcome.remarks);
    return film;
}

struct Drawn {
    Frame frame;
    std::vector<synth::TruthRow> rows;
};

// Frames over threads, each with its own darkroom, written in order. False when stopped.
bool render(Rendering& run, const Film& film, TruthFolder* truth, std::string_view pass) {
    const synth::Staging& staging = *film.staging;
    const auto total = std::ssize(staging.frames());
    // A device draws one frame after another; the processor as many at once as it has threads.
    const int wanted = run.options.settings.execution.threads.value_or(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 32));
    const int threads = run.cuda ? 1 : static_cast<int>(std::min<std::ptrdiff_t>(wanted, total));
    std::vector<std::unique_ptr<synth::Darkroom>> darkrooms;
    for (int i = 0; i < std::max(1, threads); ++i) darkrooms.push_back(std::make_unique<synth::Darkroom>(run.queue()));
    const bool flow = truth && truth->wants("flow");
    std::int64_t next = 0, done = 0;
    const std::function<std::optional<std::int64_t>()> source = [&]() -> std::optional<std::int64_t> {
        return next < total ? std::optional(next++) : std::nullopt;
    };
    const std::function<Drawn(std::int64_t&&, int)> work = [&](std::int64_t&& position, int worker) {
        const std::int64_t number = staging.frames()[static_cast<std::size_t>(position)];
        const synth::FramePlan plan = staging.at(number, flow);
        const synth::Darkroom::Print print =
            darkrooms[static_cast<std::size_t>(worker)]->develop(plan, {truth != nullptr || !plan.background, flow && plan.next.has_value()});
        Drawn drawn{synth_frame(run.queue(), print.picture, film.target.info, number, position), {}};
        if (!truth) return drawn;
        drawn.rows = synth::truth_rows(run.queue(), staging, plan, print.truth, number, position);
        if (truth->wants_pictures()) truth->pictures(run.queue(), print.truth, plan.next.has_value(), position);
        return drawn;
    };
    const std::function<void(Drawn&&)> sink = [&](Drawn&& drawn) {
        film.writer->put(drawn.frame);
        if (truth) truth->put(drawn.rows);
        run.events.progress(pass, ++done, total);
    };
    return map_in_order<std::int64_t, Drawn>(threads, static_cast<std::size_t>(threads) * 3, source, work, sink, run.events.stop);
}

std::string plan_text(const SynthJob& job) {
    std::string text = "render  scene    figures posed, drawn and lit; truth from the same geometry\n";
    for (const synth::Twin twin : job.twins) text += fmt::format("render  twin     {}\n", synth::name_of(twin));
    return text + "close   receipt, mark\n";
}

WritePermit permit_of(Rendering& run) {
    const std::vector<GateInput> inputs{{"scene", {}, false, true}};
    GatePass pass = pass_gate(run.parts.gate, inputs);
    std::vector<ReceiptInput> entries;
    if (run.job.order.scene.ends_with(".json")) {
        const FileDigest digest = digest_file(run.job.order.scene);
        entries.push_back({"scene", run.job.order.scene, digest.sha256, digest.bytes});
    }
    ReceiptClaim claim = make_claim({run.options, plan_text(run.job), {}, entries, pass, run.facts});
    return {std::move(pass), std::move(claim), Origin::rendered};
}

void check_job(const Rendering& run) {
    const SynthJob& job = run.job;
    if (job.truth.empty() && !job.twins.empty()) throw Error(Code::usage, "--twins need a folder: name it with --truth");
    if (job.truth.empty() && !job.pictures.empty()) throw Error(Code::usage, "--pictures need a folder: name it with --truth");
    if (!job.truth.empty() && !run.writes_pictures()) throw Error(Code::usage, "--truth is written beside a film: leave out --writer");
    const OutputSettings& settings = run.options.settings.output_settings;
    if (settings.video_scale != 1 || settings.video_fps) throw Error(Code::usage, "a rendered film has the size and rate of its scene: use --size and --fps");
}

void finish(Rendering& run, const Film& film, const WritePermit* permit, std::filesystem::path& receipt) {
    film.writer->finish([&](const std::filesystem::path& whole) {
        for (const std::string& text : film.writer->remarks()) run.remark(text);
        if (!permit) return;
        RunResult result;
        result.frames = std::ssize(film.staging->frames());
        result.remarks = run.outcome.remarks;
        receipt = write_receipt(whole, film.settings.output, permit->claim(), result);
    });
}

}  // namespace

SynthOutcome run_synth(const JobOptions& options, const SynthJob& job, const RunEvents& events) {
    Rendering run(options, job, events);
    check_job(run);
    auto staging = std::make_unique<synth::Staging>(run.queue(), run.scene);
    run.facts = facts_of(run, *staging);
    std::optional<WritePermit> permit;
    if (run.writes_pictures()) permit.emplace(permit_of(run));
    const WritePermit* const writes = permit ? &*permit : nullptr;
    std::vector<std::unique_ptr<Film>> films;
    films.push_back(open_film_of(run, std::move(staging), job.output, writes));
    std::unique_ptr<TruthFolder> truth;
    if (!job.truth.empty()) truth = std::make_unique<TruthFolder>(job.truth, job.pictures, run.facts, *permit);
    if (!render(run, *films.front(), truth.get(), "render")) interrupted();
    for (const synth::Twin twin : job.twins) {
        const bool lossless = options.settings.output_settings.lossless || keeps_rgb(options.settings.output_settings);
        const std::filesystem::path output = truth->twins() / fmt::format("{}.{}", synth::name_of(twin), lossless ? "mkv" : "mp4");
        films.push_back(open_film_of(run, std::make_unique<synth::Staging>(run.queue(), run.scene, twin), output, writes));
        if (!render(run, *films.back(), nullptr, fmt::format("render {}", synth::name_of(twin)))) interrupted();
    }
    SynthOutcome& outcome = run.outcome;
    for (const auto& film : films) {
        std::filesystem::path receipt;
        finish(run, *film, writes, receipt);
        if (film == films.front())
            outcome.receipt = receipt;
        else
            outcome.twins.push_back(film->settings.output);
    }
    if (truth) {
        truth->finish();
        outcome.truth = truth->file();
        outcome.rows = truth->rows();
    }
    outcome.output = job.output;
    outcome.frames = std::ssize(films.front()->staging->frames());
    outcome.seconds = films.front()->staging->seconds();
    outcome.sound = films.front()->target.sound.has_value();
    outcome.text = films.front()->writer->text();
    return std::move(outcome);
}

}  // namespace mien
