// bench truth: how good a pack of networks is on people of whom everything is known.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <string>

#include "command_words.h"
#include "commands.h"
#include "json_line.h"
#include "option_flags.h"
#include "progress.h"

namespace mien::cli {
namespace {

bool for_bench(const OptionText& text) {
    return is_named(text, {"pack", "model-folder", "execution-thread-count", "log-level", "config-path", "face-detector-model", "face-landmarker-model",
                           "face-occluder-model", "face-parser-model", "face-swapper-model", "face-enhancer-model"});
}

struct Words {
    BenchOrder order;
    std::string tasks, people;
};

std::string number(const std::optional<double>& value) {
    if (!value) return "-";
    const double size = std::abs(*value);
    return size >= 100 ? fmt::format("{:.1f}", *value) : size >= 10 ? fmt::format("{:.2f}", *value) : fmt::format("{:.3f}", *value);
}

Json json_of(const Measure& row) {
    const auto or_null = [](const std::optional<double>& value) { return value ? Json(std::round(*value * 1e6) / 1e6) : Json(); };
    return {{"event", "measure"},
            {"task", row.task},
            {"measure", row.measure},
            {"meaning", row.meaning},
            {"unit", row.unit},
            {"network", row.network},
            {"value", or_null(row.value)},
            {"target", or_null(row.target)},
            {"at_least", row.at_least},
            {"baseline", or_null(row.baseline)},
            {"beside", row.beside},
            {"met", row.met ? Json(*row.met) : Json()},
            {"count", row.count}};
}

void show(const Program& program, const Measure& row) {
    if (program.json) return print_json_line(json_of(row));
    if (row.measure.empty()) return say(program, fmt::format("{:14} no network: {} is not here, so this was not measured", row.task, row.network));
    const std::string target = row.target ? fmt::format("{} {}", row.at_least ? ">=" : "<=", number(row.target)) : "";
    std::string about = row.meaning + (row.unit.empty() ? "" : ", " + row.unit);
    if (row.baseline) about += fmt::format("; beside: {}", row.beside);
    say(program, fmt::format("{:14} {:24} {:>8} {:>10} {:>8}  {:4} {:>6}  {}", row.task, row.measure, number(row.value), target, number(row.baseline),
                             row.met ? *row.met ? "yes" : "no" : "", row.count, about));
}

void run_bench(Program& program, const OptionFlags& flags, Words words) {
    read_options(program, flags);
    words.order.tasks = split(words.tasks);
    if (!words.people.empty()) words.order.people = whole_number(words.people, "people");
    ProgressLine line(program);
    say(program, fmt::format("{:14} {:24} {:>8} {:>10} {:>8}  {:4} {:>6}  {}", "task", "measure", "value", "target", "beside", "met", "count", "meaning"));
    const std::vector<Measure> rows = bench_truth(program.job, words.order, show_events(program, line), [&](const Measure& row) {
        line.clear();
        show(program, row);
        std::fflush(stdout);
    });
    line.clear();
    std::int64_t judged = 0, met = 0, missing = 0;
    for (const Measure& row : rows) {
        judged += row.met.has_value();
        met += row.met.value_or(false);
        missing += row.measure.empty();
    }
    if (program.json) return print_json_line({{"event", "done"}, {"measures", rows.size()}, {"judged", judged}, {"met", met}, {"without_network", missing}});
    say(program, fmt::format("{} of {} targets met{}", met, judged, missing > 0 ? fmt::format(", {} networks not here", missing) : ""));
}

void add_truth(CLI::App& bench, Program& program) {
    CLI::App* const command = bench.add_subcommand("truth", "measure the networks of a pack on rendered people that never served in training");
    auto flags = std::make_shared<OptionFlags>();
    auto words = std::make_shared<Words>();
    std::string names;
    for (const BenchTask& task : bench_tasks()) names += fmt::format("{}{}", names.empty() ? "" : ",", task.name);
    command->add_option("--tasks", words->tasks, fmt::format("what to measure, of {} (default: all)", names))->type_name("NAMES");
    command
        ->add_option("--sample", words->order.sample,
                     "how much: tiny (to see that it works), quick (a handful of pictures), usual (a quarter) or full (1,000 people); default: usual")
        ->type_name("NAME");
    command->add_option("--people", words->people, "people that the recogniser must tell apart, 10 to 4000 (default: the sample's number)")->type_name("N");
    command->add_option("--outside", words->order.outside, "a recogniser of another maker, [n,3,112,112] as arcface takes it, that judges swaps too")
        ->type_name("ONNX");
    command->add_flag("--json", program.json, "print JSON lines instead of a table");
    flags->add(*command, for_bench);
    command->callback([&program, flags, words] { program.call = [&program, flags, words] { run_bench(program, *flags, *words); }; });
}

}  // namespace

void add_bench_command(CLI::App& app, Program& program) {
    CLI::App* const command = app.add_subcommand("bench", "measure how good networks are");
    command->require_subcommand(1);
    add_truth(*command, program);
}

}  // namespace mien::cli
