// SPDX-License-Identifier: Apache-2.0
#include "jobs/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "base/json.h"
#include "face/align.h"
#include "jobs/exhibit.h"
#include "jobs/output.h"
#include "jobs/report_facts.h"
#include "jobs/report_pictures.h"
#include "kernels/geometry.h"
#include "kernels/reduce.h"
#include "pipeline/picture.h"
#include "pipeline/rotate.h"
#include "pipeline/shots.h"

namespace mien {
namespace {

constexpr int moment_count = 6, moment_edge = 240;
constexpr double least_overlap = 0.2;

/// One of the films: what it is, and whose faces are in it.
struct Side {
    Exhibit exhibit;
    TargetAnalysis analysis;
    std::optional<std::int64_t> from, to;  ///< the part that is looked at: the result's own trim, in the films it is held against

    std::vector<Face> faces(std::int64_t number) const { return exhibit.still() ? analysis.still_faces : analysis.sidecar->faces(number); }
};

/// A face's way through the films, in one frame.
struct Step {
    std::optional<Face> target, result, truth;
};

struct Reporting {
    Reporting(const JobOptions& job_options, const ReportJob& report_job, const RunEvents& run_events)
        : options(job_options), job(report_job), events(run_events) {}
    JobOptions options;  ///< the job's, and how the result's receipt says faces are found and chosen
    const ReportJob& job;
    const RunEvents& events;
    std::optional<JobParts> parts;  ///< sources, gate
    std::optional<Side> target, result, truth;
    std::optional<Embedding> source;
    std::vector<Face> reference;
    std::vector<Step> steps;  ///< one per frame that is looked at
    ReportFacts facts;
    ReportOutcome outcome;

    void remark(const std::string& text) {
        facts.remarks.push_back(text);
        outcome.remarks.push_back(text);
        events.remark(text);
    }
};

[[noreturn]] void interrupted() { throw Error(Code::interrupted, "stopped on request: nothing was written under the output's name"); }

void check_job(Reporting& run) {
    Settings& settings = run.options.settings;
    if (run.job.target.empty() || run.job.result.empty())
        throw Error(Code::usage, "report measures a result against what it was made from: name both, the original first");
    settings.target = run.job.result;
    settings.sources = run.job.sources;
    for (const std::filesystem::path& input : {run.job.target, run.job.truth})
        if (!input.empty()) settings.sources.push_back(input);
    check_output_place(settings);
    const std::string extension = lower_extension(settings.output);
    if (extension != ".html" && extension != ".htm")
        throw Error(Code::usage, fmt::format("the report {} is a page: give it the extension .html", settings.output.string()));
    settings.sources = run.job.sources;
    settings.sidecar.clear();
    settings.trim_start.reset();
    settings.trim_end.reset();
}

/// Faces are looked for and chosen as the run did it: its receipt holds those options.
void take_over(const ReceiptFile& receipt, JobOptions& options) {
    const auto job = receipt.claim.find("job");
    if (job == receipt.claim.end() || !job->is_object()) return;
    for (const OptionRow& row : option_rows()) {
        const bool wanted = row.section == "face_detector" || row.section == "face_landmarker" || row.section == "face_selector" || row.name == "pack" ||
                            row.name == "faithful" || row.name.starts_with("trim-frame");
        std::string key(row.name);
        std::ranges::replace(key, '-', '_');
        if (!wanted || !job->contains(key)) continue;
        std::vector<std::string> words;
        const Json& value = (*job)[key];
        if (value.is_string()) words.push_back(value.get<std::string>());
        for (const Json& item : value.is_array() ? value : Json::array())
            if (item.is_string()) words.push_back(item.get<std::string>());
        if (!words.empty()) set_option(row, words, options);
    }
    check_options(options);
    settle_options(options);
}

std::string shown_name(const std::filesystem::path& path) {
    const std::string text = path.string();
    return text.starts_with("pattern:") || text.starts_with("synth:") ? text : path.filename().string();
}

/// Finds the faces of a side; progress is told under the side's name.
Side look_at(Reporting& run, Exhibit exhibit, bool trimmed) {
    Side side{std::move(exhibit), {}, {}, {}};
    JobOptions options = run.options;
    if (trimmed) {
        side.from = options.settings.trim_start;
        side.to = options.settings.trim_end;
    } else {
        options.settings.trim_start.reset();
        options.settings.trim_end.reset();
    }
    RunEvents events = run.events;
    events.progress = [&](std::string_view, std::int64_t done, std::int64_t total) { run.events.progress(side.exhibit.role, done, total); };
    side.analysis = analyse_target(options, std::move(side.exhibit.target), events);
    side.exhibit.target = std::move(side.analysis.target);
    for (GateSample& sample : side.analysis.samples) sample.what = side.exhibit.role;
    for (const ModelStore::Opened& network : side.analysis.networks)
        if (std::ranges::find(run.facts.networks, network.name, &ModelStore::Opened::name) == run.facts.networks.end()) run.facts.networks.push_back(network);
    return side;
}

void open_sides(Reporting& run) {
    Exhibit result = open_exhibit("result", run.job.result, run.events);
    if (result.receipt) take_over(*result.receipt, run.options);
    run.facts.receipt = result.receipt;
    run.facts.receipt_trouble = result.receipt_trouble.empty()
                                    ? fmt::format("There is no receipt beside {}: how it was made is not known.", shown_name(run.job.result))
                                    : result.receipt_trouble + ".";
    run.target = look_at(run, open_exhibit("target", run.job.target, run.events), true);
    run.result = look_at(run, std::move(result), false);
    if (!run.job.truth.empty()) run.truth = look_at(run, open_exhibit("truth", run.job.truth, run.events), true);
    for (const std::optional<Side>* side : {&run.result, &run.truth}) {
        if (!*side) continue;
        const Exhibit &one = (*side)->exhibit, &base = run.target->exhibit;
        if (one.still() != base.still())
            throw Error(Code::bad_input, fmt::format("{} is a {} and {} is a {}: a report holds like against like", base.path().string(),
                                                     base.still() ? "picture" : "film", one.path().string(), one.still() ? "picture" : "film"));
        const Size a = base.shown_size(), b = one.shown_size();
        if (a != b)
            throw Error(Code::bad_input, fmt::format("{} is {} x {} and {} is {} x {}: a report compares pixel with pixel, make them one size",
                                                     base.path().string(), a.width, a.height, one.path().string(), b.width, b.height));
    }
}

void open_source(Reporting& run) {
    run.parts.emplace(run.options);
    if (run.job.sources.empty()) return;
    run.parts->open_sources([&](const std::string& text) { run.remark(text); }, run.events);
    std::vector<std::vector<Face>> faces;
    for (const ProcessorContext::Source& source : run.parts->sources) faces.push_back(source.faces);
    const SourceIdentity identity = average_source(faces, run.options.settings.faithful);
    if (identity.picture < 0) {
        run.remark("no face was found in the source: whose face the result shows is not measured");
        return;
    }
    run.source = unit(identity.embedding_unit);
}

std::optional<Face> nearest_face(const std::vector<Face>& faces, const Box& box) {
    const auto best = std::ranges::max_element(faces, {}, [&](const Face& face) { return kernels::overlap(face.box, box); });
    if (best == faces.end() || kernels::overlap(best->box, box) < least_overlap) return std::nullopt;
    return *best;
}

/// The face that is followed, frame by frame; `last` is where it was.
Step step_of(const Reporting& run, std::int64_t number, std::int64_t result_number, bool first_of_shot, std::optional<Box>& last) {
    if (first_of_shot) last.reset();
    const std::vector<Face> chosen = select_faces(run.target->faces(number), run.reference, run.options.settings.selector);
    Step step;
    if (last) step.target = nearest_face(chosen, *last);
    if (!step.target && !chosen.empty()) step.target = chosen.front();
    last = step.target ? std::optional(step.target->box) : std::nullopt;
    if (!step.target) return step;
    step.result = nearest_face(run.result->faces(result_number), step.target->box);
    if (run.truth) step.truth = nearest_face(run.truth->faces(number), step.target->box);
    return step;
}

Rect whole_pixels(const Box& box, Size size) {
    const auto within = [](double value, int end) { return static_cast<int>(std::clamp(value, 0.0, static_cast<double>(end))); };
    const int x = within(std::floor(box.low.x), size.width), y = within(std::floor(box.low.y), size.height);
    return {x, y, within(std::ceil(box.high.x) + 1, size.width) - x, within(std::ceil(box.high.y) + 1, size.height) - y};
}

/// A square around a face, inside the picture.
Rect square_around(const Box& box, Size size) {
    const int edge = std::max(8, std::min({size.width, size.height, static_cast<int>(1.5 * std::max(box.width(), box.height()))}));
    const auto place = [&](double middle, int end) { return std::clamp(static_cast<int>(middle - edge / 2.0), 0, std::max(0, end - edge)); };
    return {place((box.low.x + box.high.x) / 2, size.width), place((box.low.y + box.high.y) / 2, size.height), std::min(edge, size.width),
            std::min(edge, size.height)};
}

/// The frames of the films in step, upright RGB.
class Films {
public:
    explicit Films(const Reporting& run) : sides_{&*run.target, &*run.result, run.truth ? &*run.truth : nullptr} {
        for (std::size_t i = 0; i < sides_.size(); ++i)
            if (sides_[i] && !sides_[i]->exhibit.still()) {
                ReaderOptions options;
                options.trim_start = sides_[i]->from;
                options.trim_end = sides_[i]->to;
                readers_[i] = read_target(sides_[i]->exhibit.target, options);
            }
    }
    /// False at the end. Throws Error{bad_input} when one film ends before another.
    bool next() {
        const Side* ended = nullptr;
        const Side* goes_on = nullptr;
        for (std::size_t i = 0; i < sides_.size(); ++i) {
            if (!sides_[i]) continue;
            std::optional<Frame> frame;
            if (readers_[i])
                frame = readers_[i]->next();
            else if (taken_ == 0)
                frame = sides_[i]->exhibit.target.still->frame;
            (frame ? goes_on : ended) = sides_[i];
            if (!frame) continue;
            frames_[i] = std::move(*frame);
            views_[i] = analysed_picture(host_queue(), frames_[i], readers_[i] ? readers_[i]->info().rotation : 0, scratch_[i]);
        }
        if (ended && goes_on)
            throw Error(Code::bad_input, fmt::format("{} has {} frames and {} has more: a report compares frame with frame, and films of one length",
                                                     ended->exhibit.path().string(), taken_, goes_on->exhibit.path().string()));
        taken_ += !ended;
        return !ended;
    }
    const Frame& frame(std::size_t side) const { return frames_[side]; }
    View<const std::uint8_t> rgb(std::size_t side) const { return views_[side]; }

private:
    std::array<const Side*, 3> sides_;
    std::array<std::unique_ptr<Reader>, 3> readers_;
    std::array<Frame, 3> frames_;
    std::array<View<const std::uint8_t>, 3> views_{};
    std::array<PictureScratch, 3> scratch_;
    std::int64_t taken_ = 0;
};

double cosine_to(const std::optional<Face>& face, const Embedding& other) {
    return face && face->embedding ? cosine(unit(*face->embedding), other) : quality::unknown;
}

/// Where the points of a face lie, less where those of the film's face lie.
std::vector<Point> offsets(const std::optional<Face>& face, const Face& target) {
    if (!face || face->landmarker_score <= 0 || target.landmarker_score <= 0) return {};
    std::vector<Point> all;
    for (std::size_t i = 0; i < 68; ++i) all.push_back({face->points68[i].x - target.points68[i].x, face->points68[i].y - target.points68[i].y});
    return all;
}

double eye_distance(const Face& face) {
    const Point a = face.points68[36], b = face.points68[45];
    // A profile's eyes lie above each other: a quarter of the box keeps the unit from vanishing.
    return std::max(std::sqrt((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)), face.box.width() / 4);
}

/// The last three frames of one shot.
struct Wake {
    std::array<std::vector<Point>, 3> result, truth;
    std::array<double, 3> unit{};
    void clear() { *this = {}; }
    void push(std::vector<Point> result_offsets, std::vector<Point> truth_offsets, double distance) {
        for (auto* ring : {&result, &truth}) std::rotate(ring->begin(), ring->begin() + 1, ring->end());
        std::rotate(unit.begin(), unit.begin() + 1, unit.end());
        result[2] = std::move(result_offsets);
        truth[2] = std::move(truth_offsets);
        unit[2] = distance;
    }
    double jitter(const std::array<std::vector<Point>, 3>& ring) const {
        for (const std::vector<Point>& points : ring)
            if (points.empty()) return quality::unknown;
        return 100 * quality::jitter(ring[0], ring[1], ring[2], unit[1]);
    }
};

void measure(const Reporting& run, const Step& step, const Films& films, ReportFrame& frame) {
    frame.followed = true;
    frame.found = step.result.has_value();
    const Rect box = whole_pixels(step.target->box, films.rgb(0).size);
    if (run.truth && !box.empty()) {
        frame.psnr = quality::psnr(films.rgb(1).part(box), films.rgb(2).part(box));
        frame.psnr_target = quality::psnr(films.rgb(0).part(box), films.rgb(2).part(box));
    }
    if (run.source && step.target->embedding) {
        const Embedding own = unit(*step.target->embedding);
        frame.margin = cosine_to(step.result, *run.source) - cosine_to(step.result, own);
        frame.margin_truth = cosine_to(step.truth, *run.source) - cosine_to(step.truth, own);
    }
}

void show_moment(Reporting& run, const Step& step, const Films& films, const ReportFrame& frame, const WritePermit& permit) {
    const Rect square = square_around(step.target->box, films.rgb(0).size);
    const Size size{moment_edge, moment_edge};
    ReportMoment moment{
        frame.number, frame.time_s, picture_of(films.rgb(0).part(square), size, permit), picture_of(films.rgb(1).part(square), size, permit), {}, {}};
    if (run.truth) moment.truth = picture_of(films.rgb(2).part(square), size, permit);
    moment.difference = difference_of(films.rgb(1).part(square), films.rgb(run.truth ? 2 : 0).part(square), {moment_edge, moment_edge}, permit);
    run.facts.moments.push_back(std::move(moment));
}

/// Which frames are shown: evenly over those of the target that have a face that is meant.
std::vector<std::int64_t> moments_of(const Reporting& run) {
    std::vector<std::int64_t> with_face, shown;
    const Side& side = *run.target;
    if (side.exhibit.still()) return {0};
    for (const std::int64_t number : side.analysis.sidecar->frames())
        if (number >= side.from.value_or(0) && (!side.to || number < *side.to) &&
            !select_faces(side.faces(number), run.reference, run.options.settings.selector).empty())
            with_face.push_back(number);
    const auto count = std::min<std::size_t>(moment_count, with_face.size());
    for (std::size_t i = 0; i < count; ++i) shown.push_back(with_face[(2 * i + 1) * with_face.size() / (2 * count)]);
    return shown;
}

void measure_all(Reporting& run, const WritePermit& permit) {
    const std::vector<std::int64_t> shown = moments_of(run);
    const std::int64_t middle = shown.empty() ? 0 : shown[shown.size() / 2];
    Films films(run);
    ShotDetector shots;
    Wake wake;
    std::optional<Box> last;
    std::vector<ReportFrame>& frames = run.facts.frames;
    while (films.next()) {
        if (run.events.stop()) interrupted();
        ReportFrame frame{films.frame(0).number, films.frame(0).time.seconds()};
        const bool cut = shots.first_of_shot(films.frame(0));
        const Step step = step_of(run, frame.number, films.frame(1).number, cut, last);
        if (cut || !step.target) wake.clear();
        if (step.target) {
            measure(run, step, films, frame);
            wake.push(offsets(step.result, *step.target), offsets(step.truth, *step.target), eye_distance(*step.target));
            if (!frames.empty()) {
                frames.back().jitter = wake.jitter(wake.result);
                frames.back().jitter_truth = wake.jitter(wake.truth);
            }
            if (std::ranges::find(shown, frame.number) != shown.end()) show_moment(run, step, films, frame, permit);
        }
        if (frame.number == middle || (shown.empty() && frames.empty())) {
            run.facts.whole_target = whole_picture(films.rgb(0), permit);
            run.facts.whole_result = whole_picture(films.rgb(1), permit);
        }
        frames.push_back(frame);
        run.events.progress("measure", std::ssize(frames), run.result->exhibit.still() ? 1 : run.result->exhibit.target.info.frame_count);
    }
    if (frames.empty())
        throw Error(Code::bad_input,
                    fmt::format("no frame of {} lies where the receipt of {} says it was cut from", run.job.target.string(), run.job.result.string()));
}

WritePermit permit_of(Reporting& run) {
    const ContentGate& gate = run.parts->gate;
    std::vector<GateInput> inputs;
    for (std::optional<Side>* side : {&run.target, &run.result, &run.truth}) {
        if (!*side) continue;
        inputs.push_back(gate_input((*side)->exhibit, gate, (*side)->analysis.samples));
        run.facts.inputs.push_back(receipt_entry((*side)->exhibit));
    }
    for (std::size_t i = 0; i < run.parts->sources.size(); ++i) {
        inputs.push_back({run.parts->source_entries[i].role, run.parts->source_samples[i], true, run.parts->source_rendered[i]});
        run.facts.inputs.push_back(run.parts->source_entries[i]);
    }
    GatePass pass = pass_gate(gate, inputs);
    run.outcome.gate = run.facts.gate = pass.state() == GateState::unverified ? "gate unverified" : std::string(name_of(pass.state()));
    const Json subject{{"measures", run.truth ? Json{"psnr", "margin", "jitter"} : Json{"margin", "jitter"}}, {"moments", moment_count}};
    ReceiptClaim claim = make_claim(
        {run.options, "render  measure  frame by frame\nrender  page     pictures, plots, the result's receipt in words\nclose   gate, receipt, mark\n",
         run.facts.networks, run.facts.inputs, pass, subject.dump(), "report"});
    run.facts.claim_sha256 = claim.sha256();
    return {std::move(pass), std::move(claim)};
}

void describe(Reporting& run, const WritePermit& permit) {
    ReportFacts& facts = run.facts;
    const Exhibit& target = run.target->exhibit;
    facts.target = shown_name(run.job.target);
    facts.result = shown_name(run.job.result);
    if (run.truth) facts.truth = shown_name(run.job.truth);
    if (run.source) facts.source = shown_name(run.job.sources.front());
    facts.size = target.shown_size();
    facts.still = target.still();
    facts.version = versions().front().second;
    if (!facts.still && target.target.info.frame_rate.denominator > 0)
        facts.frame_rate = static_cast<double>(target.target.info.frame_rate.numerator) / static_cast<double>(target.target.info.frame_rate.denominator);
    if (!run.source) return;
    const ProcessorContext::Source& source = run.parts->sources.front();
    const View<const std::uint8_t> rgb = source.frame.plane<std::uint8_t>(0);
    const auto largest = std::ranges::max_element(source.faces, {}, [](const Face& face) { return face.box.width() * face.box.height(); });
    if (largest == source.faces.end()) return;
    Box roomy = largest->box;
    roomy.low.y -= 0.2 * roomy.height();
    const Rect square = square_around(roomy, rgb.size);
    constexpr int most = 400;
    const int edge = std::min(most, std::max(square.width, 1));
    facts.source_picture = picture_of(rgb.part(square), {edge, std::max(1, square.height * edge / square.width)}, permit);
}

void sum_up(Reporting& run) {
    ReportFacts& facts = run.facts;
    run.outcome.frames = std::ssize(facts.frames);
    run.outcome.followed = std::ranges::count_if(facts.frames, &ReportFrame::followed);
    run.outcome.found = std::ranges::count_if(facts.frames, &ReportFrame::found);
    if (facts.frames.size() > 1)
        facts.seconds = (facts.frames.back().time_s - facts.frames.front().time_s) * static_cast<double>(facts.frames.size()) /
                        static_cast<double>(facts.frames.size() - 1);
    const auto add = [&](const char* name, double ReportFrame::*member, double quality::Summary::*figure) {
        const quality::Summary summary = quality::summarise(facts.values(member));
        if (summary.count > 0) run.outcome.figures.emplace_back(name, summary.*figure);
    };
    add("psnr", &ReportFrame::psnr, &quality::Summary::mean);
    add("psnr_target", &ReportFrame::psnr_target, &quality::Summary::mean);
    add("margin", &ReportFrame::margin, &quality::Summary::mean);
    add("margin_truth", &ReportFrame::margin_truth, &quality::Summary::mean);
    add("jitter", &ReportFrame::jitter, &quality::Summary::median);
    add("jitter_truth", &ReportFrame::jitter_truth, &quality::Summary::median);
}

}  // namespace

ReportOutcome run_report(const JobOptions& options, const ReportJob& job, const RunEvents& events) {
    Reporting run(options, job, events);
    check_job(run);
    open_sides(run);
    open_source(run);
    const SelectorSettings& selector = run.options.settings.selector;
    if (selector.mode == "reference") run.reference = run.target->faces(selector.reference_frame);
    const WritePermit permit = permit_of(run);
    describe(run, permit);
    measure_all(run, permit);
    sum_up(run);
    if (run.outcome.followed == 0) run.remark("no face was found in the target: there is nothing to measure");
    run.outcome.output = run.options.settings.output;
    RunResult result;
    result.frames = run.outcome.frames;
    result.frames_with_faces = result.faces_found = run.outcome.followed;
    result.remarks = run.outcome.remarks;
    write_page(run.outcome.output, report_page(run.facts), permit,
               [&](const std::filesystem::path& whole) { run.outcome.receipt = write_receipt(whole, run.outcome.output, permit.claim(), result); });
    return std::move(run.outcome);
}

}  // namespace mien
