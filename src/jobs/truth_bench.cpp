// SPDX-License-Identifier: Apache-2.0
#include "jobs/truth_bench.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <thread>

#include "base/error.h"
#include "jobs/bench_people.h"
#include "jobs/packs.h"
#include "models/packs.h"

namespace mien {
namespace bench {
namespace {

// Every measure with its target. What has no target is told beside the others, not judged.
constexpr auto measures = std::to_array<MeasureRow>({
    {"detect", "ap50", "AP at an overlap of 1/2, faces of 16 px and more, any roll", "", 0.97, true, {}},
    {"detect", "ap50_16_32", "AP of faces of 16 to 32 px", "", 0.90, true, {}},
    {"detect", "ap50_9_16", "AP of faces of 9 to 16 px", "", {}, true, {}},
    {"detect", "recall_any_roll", "recall of faces of 16 px and more at the usual score, the picture rolled through 360 degrees", "", 0.95, true, {}},
    {"detect", "recall_worst_roll", "the same in the worst of 24 directions", "", {}, true, {}},
    {"landmark", "nme", "error of 68 points, of the eyes' distance, all poses", "%", 2.5, false, "mean shape in the box"},
    {"landmark", "nme_to_45", "up to 45 degrees of yaw", "%", {}, false, "mean shape in the box"},
    {"landmark", "nme_beyond_45", "beyond 45 degrees of yaw", "%", {}, false, "mean shape in the box"},
    {"landmark", "nme_from_5", "68 points from five alone", "%", {}, false, "mean shape in the box"},
    {"landmark", "nme_in_films", "as films have it: of the faces that the detector found", "%", {}, false, "mean shape in the box"},
    {"landmark", "static_jitter", "how far points of a still face move from frame to frame", "%", 0.6, false, {}},
    {"recognise", "tar_at_far_1e-3", "right pairs accepted when one wrong pair in 1,000 is; pose, age within 5 years, look, light", "", 0.95, true,
     "mean colour of the face"},
    {"recognise", "cosine_of_the_same", "mean cosine of pictures of the same person", "", {}, true, "of different people"},
    {"classify", "age_error", "mean error of age, nothing in front of the face", "years", 6.0, false, "one age for all"},
    {"classify", "age_error_of_range", "the same from the middle of the range that listings show", "years", {}, false, "one age for all"},
    {"classify", "sex_right", "woman or man right", "", 0.95, true, "one answer for all"},
    {"parse", "miou", "mean IoU of 19 regions", "", 0.88, true, "ellipse of skin"},
    {"occlude", "iou", "IoU of the visible face", "", 0.93, true, "ellipse"},
    {"matte", "mean_abs", "mean error of the matte", "", 0.02, false, "ellipses of heads"},
    {"swap", "nearer_to_source", "nearer to the source than to the target person, both known by other pictures, by the pack's recogniser", "%", 97.0, true, "the true swap itself"},
    {"swap", "nearer_by_inner_face", "the same with the frame's own pixels outside the inner face: what a swapper paints elsewhere does not count", "%", {}, true, "the true swap itself"},
    {"swap", "nearer_to_source_outside", "nearer to the source than to the target person, by a recogniser of another maker", "%", 90.0, true, "the true swap itself"},
    {"swap", "cosine_to_source", "mean cosine to the source", "", {}, true, "to the target person"},
    {"swap", "psnr", "PSNR to the true swap in the face", "dB", 25.0, true, "target left as it is"},
    {"swap", "psnr_above_leaving", "above leaving the target as it is", "dB", 4.0, true, {}},
    {"swap", "psnr_above_pasting", "above pasting the source's picture", "dB", 4.0, true, {}},
    {"swap", "psnr_in_films", "PSNR in the face of the finished frame, the mask's soft edge included", "dB", {}, true, "target left as it is"},
    {"swap", "expression_error", "error of expression, in errors of the landmarker on the true swap", "times", 1.5, false,
     "the landmarker's own, % of the eyes' distance"},
    {"swap", "pose_error", "error of pose, in errors of the landmarker on the true swap", "times", 1.5, false, "the landmarker's own, degrees"},
    {"enhance", "gain_over_bicubic", "PSNR over bicubic, reduced four times; without noise and blur of the camera", "dB", 3.0, true, "bicubic"},
    {"enhance", "identity_gain", "cosine to the undegraded face, over bicubic", "", 0.0, true, "bicubic"},
    {"enhance", "identity_cosine", "cosine to the undegraded face", "", {}, true, "bicubic"},
    {"frame-enhance", "gain_over_lanczos", "PSNR over Lanczos; without noise and blur of the camera", "dB", 1.5, true, "Lanczos"},
    {"colour", "delta_e_2000", "mean CIEDE2000 to the true colours", "", {}, false, "grey"},
    {"colour", "delta_e_saved", "less CIEDE2000 than grey", "%", 40.0, true, "grey"},
    {"colour", "delta_e_saved_heads", "the same of skin, features and hair: walls and clothes here have any colour", "%", {}, true, "grey"},
});

/// What a task measures: every variant on its own; `files` must be there for it.
struct Variant {
    std::string network;
    std::vector<std::string> files;
};
using Names = std::vector<std::string>;

Names names_of(const std::vector<std::string_view>& views) { return {views.begin(), views.end()}; }
const NetworkPack& pack_of_settings(const Settings& settings) { return find_pack(settings.analysis.pack); }

std::vector<Variant> one(std::string network, Names others = {}) {
    others.push_back(network);
    return {{std::move(network), std::move(others)}};
}
std::vector<Variant> detectors(const Settings& settings) {
    Names files = names_of(detector_networks(settings.analysis.detector_model));
    return {{fmt::format("{}", fmt::join(files, ",")), files}};
}
/// A landmarker is asked as films ask it: a detector before it, five points made 68, a recogniser after it.
std::vector<Variant> landmarkers(const Settings& settings) {
    Names files = names_of(landmarker_networks(settings.analysis.landmarker_model)), own = files;
    for (const std::string_view more : detector_networks(settings.analysis.detector_model)) files.emplace_back(more);
    files.emplace_back(pack_of_settings(settings).points_68_from_5);
    files.emplace_back(pack_of_settings(settings).recogniser);
    return {{fmt::format("{}", fmt::join(own, ",")), files}};
}
std::vector<Variant> recognisers(const Settings& settings) { return one(std::string(pack_of_settings(settings).recogniser)); }
std::vector<Variant> classifiers(const Settings& settings) {
    return one(std::string(pack_of_settings(settings).classifier), {std::string(pack_of_settings(settings).recogniser)});
}
std::vector<Variant> parsers(const Settings& settings) { return one(settings.masks.parser_model); }
std::vector<Variant> occluders(const Settings& settings) { return one(settings.masks.occluder_model); }

Names judges_of(const Settings& settings) {
    Names files = names_of(landmarker_networks(settings.analysis.landmarker_model));
    files.emplace_back(pack_of_settings(settings).points_68_from_5);
    files.emplace_back(pack_of_settings(settings).recogniser);
    return files;
}
std::vector<Variant> swappers(const Settings& settings) {
    std::vector<Variant> all = one(settings.swapper.model, judges_of(settings));
    // The pack's other size, which no option names by itself.
    const std::string small = "starter_swapper_128";
    if (settings.swapper.model == "starter_swapper_256") all.push_back(one(small, judges_of(settings)).front());
    return all;
}
std::vector<Variant> enhancers(const Settings& settings) { return one(settings.enhancer.model, {std::string(pack_of_settings(settings).recogniser)}); }
bool is_starter(const Settings& settings) { return settings.analysis.pack == "starter"; }
std::vector<Variant> mattes(const Settings& settings) { return one(is_starter(settings) ? "starter_background" : "rmbg_2.0"); }
std::vector<Variant> frame_enhancers(const Settings& settings) {
    if (!is_starter(settings)) return one("span_kendata_x4");
    return {one("starter_upscaler_x2").front(), one("starter_upscaler_x4").front()};
}
std::vector<Variant> colorizers(const Settings& settings) { return one(is_starter(settings) ? "starter_colorizer" : "ddcolor"); }

struct TaskRow {
    TruthTask about;
    std::vector<Variant> (*variants)(const Settings&);
    void (*measure)(const Bench&);
};
constexpr std::array tasks{
    TaskRow{{"detect", "finding faces of all sizes and turns"}, detectors, measure_detector},
    TaskRow{{"landmark", "placing 68 points, and keeping them still"}, landmarkers, measure_landmarker},
    TaskRow{{"recognise", "telling people apart"}, recognisers, measure_recogniser},
    TaskRow{{"classify", "saying age and sex"}, classifiers, measure_classifier},
    TaskRow{{"parse", "naming the regions of a head"}, parsers, measure_parser},
    TaskRow{{"occlude", "telling the visible face from what hides it"}, occluders, measure_occluder},
    TaskRow{{"matte", "cutting people out of their background"}, mattes, measure_matte},
    TaskRow{{"swap", "painting one person's face over another's"}, swappers, measure_swapper},
    TaskRow{{"enhance", "restoring degraded faces"}, enhancers, measure_enhancer},
    TaskRow{{"frame-enhance", "enlarging frames"}, frame_enhancers, measure_frame_enhancer},
    TaskRow{{"colour", "giving grey pictures colour"}, colorizers, measure_colorizer},
};

struct SampleRow {
    std::string_view name, meaning;
    double share;         ///< of the pictures of the full sample
    std::int64_t fewest;  ///< pictures of a measure
};
constexpr std::array<SampleRow, 4> samples{{{"tiny", "to see that it works", 0.005, 4},
                                            {"quick", "a handful of pictures", 0.03, 8},
                                            {"usual", "a quarter of the full sample", 0.25, 8},
                                            {"full", "1,000 people of four pictures, 500 pictures of crowds, 300 swaps", 1, 8}}};

const SampleRow& find_sample(const std::string& name) {
    for (const SampleRow& row : samples)
        if (row.name == name) return row;
    throw Error(Code::usage, fmt::format("there is no sample \"{}\": say tiny, quick, usual or full", name.substr(0, 40)));
}

void check(const BenchOrder& order) {
    const std::span<const TruthTask> known = truth_tasks();
    for (const std::string& name : order.tasks)
        if (std::none_of(known.begin(), known.end(), [&](const TruthTask& task) { return task.name == name; })) {
            std::string list;
            for (const TruthTask& task : known) list += fmt::format("{}{}", list.empty() ? "" : ", ", task.name);
            throw Error(Code::usage, fmt::format("there is no task \"{}\" to measure: choose from {}", name.substr(0, 40), list));
        }
    if (order.people != -1 && (order.people < 10 || order.people > static_cast<std::int64_t>(held_out_people)))
        throw Error(Code::usage, fmt::format("{} people cannot be told apart here: 10 to {} can", order.people, held_out_people));
}

bool is_here(const ModelStore& store, const Variant& variant) {
    return std::all_of(variant.files.begin(), variant.files.end(),
                       [&](const std::string& name) { return find_model_or_null(name) && !store.locate(name).empty(); });
}

}  // namespace

const MeasureRow& find_measure(std::string_view task, std::string_view measure) {
    const auto row =
        std::find_if(measures.begin(), measures.end(), [&](const MeasureRow& candidate) { return candidate.task == task && candidate.measure == measure; });
    if (row == measures.end()) throw Error(Code::internal, fmt::format("{} has no measure {}; report this", task, measure));
    return *row;
}

}  // namespace bench

std::string bench_page() {
    std::string page =
        "# Measures of networks\n\nMade by `mien document bench`. What `mien bench truth` measures on rendered people that never served in training: pictures "
        "and truth come from mien's renderer, "
        "answers from the stages a film goes through. A measure without a target is told, not judged. The numbers do not depend on the number of "
        "threads.\n\n## Tasks\n\n| task | what it is about |\n|---|---|\n";
    for (const bench::TaskRow& row : bench::tasks) page += fmt::format("| `{}` | {} |\n", row.about.name, row.about.meaning);
    page += "\n## Samples\n\n| `--sample` | how much |\n|---|---|\n";
    for (const bench::SampleRow& row : bench::samples) page += fmt::format("| `{}` | {} |\n", row.name, row.meaning);
    page += "\n## Measures\n\n| task | measure | meaning | unit | target | beside it |\n|---|---|---|---|---|---|\n";
    for (const bench::MeasureRow& row : bench::measures) {
        const std::string target = row.target ? fmt::format("{} {}", row.at_least ? "at least" : "at most", *row.target) : "";
        page += fmt::format("| {} | `{}` | {} | {} | {} | {} |\n", row.task, row.measure, row.meaning, row.unit, target, row.beside);
    }
    return page;
}

std::span<const TruthTask> truth_tasks() noexcept {
    static const auto named = [] {
        std::array<TruthTask, bench::tasks.size()> all;
        std::transform(bench::tasks.begin(), bench::tasks.end(), all.begin(), [](const bench::TaskRow& row) { return row.about; });
        return all;
    }();
    return named;
}

std::vector<Measure> run_truth_bench(const JobOptions& options, const BenchOrder& order, const RunEvents& events,
                                     const std::function<void(const Measure&)>& tell) {
    bench::check(order);
    const Settings& settings = options.settings;
    ModelStore store(store_options(settings));
    std::vector<Measure> rows;
    bench::Bench work{store, settings, order, events, {}};
    work.tell = [&](Measure row) {
        rows.push_back(std::move(row));
        if (tell) tell(rows.back());
    };
    work.share = bench::find_sample(order.sample).share;
    work.fewest = bench::find_sample(order.sample).fewest;
    work.threads = settings.execution.threads.value_or(std::clamp(static_cast<int>(std::thread::hardware_concurrency()), 1, 32));
    bool any = false;
    for (const bench::TaskRow& task : bench::tasks) {
        if (!order.tasks.empty() && std::find(order.tasks.begin(), order.tasks.end(), task.about.name) == order.tasks.end()) continue;
        for (const bench::Variant& variant : task.variants(settings)) {
            work.task = task.about.name;
            work.network = variant.network;
            if (bench::is_here(store, variant)) {
                any = true;
                task.measure(work);
            } else {
                Measure missing;
                missing.task = task.about.name;
                missing.network = variant.network;
                work.tell(std::move(missing));
            }
        }
    }
    if (!any)
        throw Error(
            Code::models,
            fmt::format("none of the networks to measure is here: the {} pack was asked for; name its folder with --model-folder, or say --pack starter",
                        settings.analysis.pack));
    return rows;
}

}  // namespace mien
