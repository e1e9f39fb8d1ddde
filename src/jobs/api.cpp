// The public API on top of the rooms.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <mien/mien.h>

#include <thread>

#include "image/queue.h"
#include "jobs/ini.h"
#include "jobs/inputs.h"
#include "jobs/job_state.h"
#include "jobs/run.h"
#include "runtime/session.h"

namespace mien {

Job::Job() : state_(std::make_unique<State>()) {}
Job::Job(const Job& other) : state_(std::make_unique<State>(*other.state_)) {}
Job& Job::operator=(const Job& other) {
    *state_ = *other.state_;
    return *this;
}
Job::~Job() = default;

namespace {

const OptionRow& known_option(std::string_view name) {
    if (const OptionRow* const row = find_option(name)) return *row;
    std::string near;
    for (const std::string_view candidate : nearest_options(name)) near += fmt::format("{}--{}", near.empty() ? "" : ", ", candidate);
    throw Error(Code::usage, fmt::format("--{} is not an option{}", name, near.empty() ? "" : fmt::format(": did you mean {}?", near)));
}

std::string_view use_name(Use use) noexcept {
    switch (use) {
        case Use::mien: return "mien";
        case Use::job: return "job";
        case Use::both: break;
    }
    return "both";
}

}  // namespace

RunEvents inner_events(const Events& events) {
    RunEvents inner;
    if (events.progress) inner.progress = events.progress;
    if (events.remark) inner.remark = events.remark;
    if (events.stop) inner.stop = events.stop;
    return inner;
}

std::vector<OptionText> options() {
    const JobOptions initial;
    std::vector<OptionText> texts;
    for (const OptionRow& row : option_rows()) {
        std::string words;
        for (const std::string& word : option_words(row, initial)) words += fmt::format("{}{}", words.empty() ? "" : " ", word);
        texts.push_back({std::string(row.name), row.letter, std::string(row.section), std::string(row.help), value_text(row), words, std::string(use_name(row.use)), !takes_words(row), takes_list(row)});
    }
    return texts;
}

Job& Job::set(std::string_view name, const std::vector<std::string>& words) {
    set_option(known_option(name), words, state_->options);
    return *this;
}
std::vector<std::string> Job::words(std::string_view name) const { return option_words(known_option(name), state_->options); }
std::vector<std::string> Job::read_ini(const std::filesystem::path& path, bool named) { return apply_ini_file(path, named, state_->options); }
void Job::check() {
    check_options(state_->options);
    settle_options(state_->options);
}

Outcome run(Job job, const Events& events) {
    job.check();
    RunOutcome inner = run_job(job.state().options, inner_events(events));
    const RunResult& result = inner.result;
    return {inner.output,       inner.receipt,          inner.sidecar,        inner.gate,  inner.text, result.frames, result.faces_found, result.faces_processed,
            result.faces_skipped, result.faces_non_finite, result.detector_calls, result.remarks,      inner.seconds};
}

Analysis analyse(Job job, const Events& events) {
    job.check();
    const AnalysisOutcome inner = analyse_job(job.state().options, inner_events(events));
    return {inner.sidecar, inner.frames, inner.faces, inner.shots, inner.detector_calls, inner.remarks};
}

std::string explain(Job job) {
    job.check();
    return explain_job(job.state().options);
}

std::vector<FaceLine> faces(Job job, const Events& events) {
    job.check();
    std::vector<FaceLine> lines;
    for (const ListedFace& listed : list_faces(job.state().options, inner_events(events))) {
        const Face& face = listed.face;
        FaceLine line{listed.frame, listed.time_s, listed.position, face.box.low.x, face.box.low.y, face.box.high.x, face.box.high.y, face.score, face.landmarker_score, face.angle, {}, {}, -1, -1};
        if (face.attributes) {
            line.gender = name_of(face.attributes->gender);
            line.race = name_of(face.attributes->race);
            line.age_start = face.attributes->age_start;
            line.age_end = face.attributes->age_end;
        }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::filesystem::path contact_sheet(Job job, const std::filesystem::path& path, const Events& events) {
    job.check();
    return write_contact_sheet(job.state().options, path, inner_events(events));
}

std::string version() { return MIEN_VERSION; }
int exit_status(Code code, bool compatible) noexcept { return compatible ? fault(code).compatible_exit_status : fault(code).exit_status; }

std::vector<Finding> examine(const Job& job) {
    std::vector<Finding> findings;
    const auto cpu = std::thread::hardware_concurrency();
    findings.push_back({"mien", MIEN_VERSION, true, ""});
    findings.push_back({"processor", fmt::format("{} threads", cpu), true, ""});
    for (const auto& [name, found] : versions())
        if (name != "mien" && name != "onnxruntime") findings.push_back({name, found, true, ""});
    const RuntimeFound runtime = find_onnx_runtime();
    const bool there = runtime.trouble.empty();
    findings.push_back({"onnxruntime", there ? fmt::format("{} at {}", runtime.version, runtime.path) : runtime.trouble, there, there ? "" : "run tools/setup, or set MIEN_ORT_LIBRARY to a libonnxruntime.so"});
    try {
        open_cuda_queue(0);
        findings.push_back({"CUDA kernels", "device 0 answers", true, ""});
    } catch (const Error& error) {
        findings.push_back({"CUDA kernels", error.what(), false, "not needed: mien runs on the CPU"});
    }
    JobParts parts(job.state().options);
    std::size_t present = 0;
    for (const ModelSpec& spec : zoo()) present += !parts.store.locate(spec.name).empty();
    findings.push_back({"networks", fmt::format("{} of {} files found", present, zoo().size()), present > 0, present > 0 ? "" : "name their folder with --model-folder, or set MIEN_MODELS"});
    const bool judges = parts.gate.state() != GateState::absent;
    findings.push_back({"content gate", judges ? std::string(name_of(parts.gate.state())) : parts.gate.why(), judges, judges ? "" : "without it mien writes pictures only from inputs it rendered itself"});
    return findings;
}

}  // namespace mien
