// compare and report: results beside what they came from, and measured.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "command_words.h"
#include "commands.h"
#include "json_line.h"
#include "option_flags.h"
#include "progress.h"

namespace mien::cli {
namespace {

bool for_compare(const OptionText& text) {
    return is_named(text, {"output-path", "output-image-quality", "output-audio-encoder", "output-audio-quality", "output-audio-volume", "output-video-encoder",
                           "output-video-preset", "output-video-quality", "writer", "lossless", "encoder-threads", "execution-thread-count", "log-level", "config-path",
                           "model-folder"});
}

struct CompareWords {
    Comparison comparison;
    std::vector<std::string> inputs;
    std::string columns;
};

void run_compare(Program& program, const OptionFlags& flags, CompareWords words) {
    read_options(program, flags);
    words.comparison.inputs.assign(words.inputs.begin(), words.inputs.end());
    if (!words.columns.empty()) {
        const bool digits = words.columns.size() < 4 && words.columns.find_first_not_of("0123456789") == std::string::npos;
        if (!digits || words.columns == "0")
            throw Error(Code::usage, fmt::format("--columns is \"{}\", and must be a whole number from 1", words.columns.substr(0, 40)));
        words.comparison.columns = std::stoi(words.columns);
    }
    ProgressLine line(program);
    const Compared done = compare(program.job, words.comparison, show_events(program, line));
    line.clear();
    if (program.json)
        return print_json_line({{"event", "done"},
                                {"output", done.output.string()},
                                {"receipt", done.receipt.string()},
                                {"gate", done.gate},
                                {"frames", done.frames},
                                {"size", {done.width, done.height}}});
    if (done.output.empty() && !done.text.empty()) fmt::print("{}", done.text);
    say(program, fmt::format("{} frames of {} x {}, {} side by side", done.frames, done.width, done.height, words.inputs.size()));
    if (!done.output.empty()) say(program, fmt::format("output   {}", done.output.string()));
    if (!done.receipt.empty()) say(program, fmt::format("receipt  {}{}", done.receipt.string(), done.gate == "gate unverified" ? "  (gate unverified)" : ""));
}

void add_compare(CLI::App& app, Program& program) {
    CLI::App* const command = app.add_subcommand("compare", "show films or pictures side by side, with labels, as one film or picture");
    auto flags = std::make_shared<OptionFlags>();
    auto words = std::make_shared<CompareWords>();
    command->add_option("inputs", words->inputs, "films or pictures, two or more; the first gives the height, the first film the times and the sound")
        ->type_name("PATH")
        ->expected(0, 1 << 16);
    command->add_option("--labels", words->comparison.labels, "a label for each, \"\" for none (default: the files' names)")
        ->type_name("TEXT")
        ->expected(1, 1 << 16);
    command->add_option("--columns", words->columns, "pictures in a row (default: up to three in one row, four as two by two, more in rows of three)")
        ->type_name("N");
    command->add_flag("--json", program.json, "print JSON lines instead of text");
    flags->add(*command, for_compare);
    command->callback([&program, flags, words] { program.call = [&program, flags, words] { run_compare(program, *flags, *words); }; });
}

bool for_report(const OptionText& text) {
    return finds_faces(text) || is_named(text, {"output-path", "pack", "execution-thread-count", "batch", "log-level", "config-path", "model-folder", "faithful"});
}

struct ReportWords {
    std::string target, result, truth;
    std::vector<std::string> sources;
};

void run_report(Program& program, const OptionFlags& flags, const ReportWords& words) {
    read_options(program, flags);
    ProgressLine line(program);
    const Reported done =
        report(program.job, {words.target, words.result, words.truth, {words.sources.begin(), words.sources.end()}}, show_events(program, line));
    line.clear();
    if (program.json) {
        Json figures = Json::object();
        for (const auto& [name, value] : done.figures) figures[name] = std::round(value * 1e6) / 1e6;
        return print_json_line({{"event", "done"},
                                {"output", done.output.string()},
                                {"receipt", done.receipt.string()},
                                {"gate", done.gate},
                                {"frames", done.frames},
                                {"followed", done.followed},
                                {"found", done.found},
                                {"figures", figures}});
    }
    std::string text = fmt::format("{} frames, a face in {}, found again in {}", done.frames, done.followed, done.found);
    for (const auto& [name, value] : done.figures) text += fmt::format(", {} {:.2f}", name, value);
    say(program, text);
    say(program, fmt::format("output   {}", done.output.string()));
    say(program, fmt::format("receipt  {}{}", done.receipt.string(), done.gate == "gate unverified" ? "  (gate unverified)" : ""));
}

void add_report(CLI::App& app, Program& program) {
    CLI::App* const command = app.add_subcommand("report", "measure a result against what it was made from, and write a page about it");
    auto flags = std::make_shared<OptionFlags>();
    auto words = std::make_shared<ReportWords>();
    command->add_option("target", words->target, "the film or picture the result was made from")->type_name("TARGET");
    command->add_option("result", words->result, "the result; its receipt, where there is one, says how faces were found and chosen")->type_name("RESULT");
    command->add_option("--truth", words->truth, "what a perfect result would be (mien synth writes such twins)")->type_name("PATH");
    command->add_option("--source", words->sources, "pictures of the person whose face it should be")->type_name("PATH")->expected(1, 1 << 16);
    command->add_flag("--json", program.json, "print JSON lines instead of text");
    flags->add(*command, for_report);
    command->callback([&program, flags, words] { program.call = [&program, flags, words] { run_report(program, *flags, *words); }; });
}

}  // namespace

void add_compare_commands(CLI::App& app, Program& program) {
    add_compare(app, program);
    add_report(app, program);
}

}  // namespace mien::cli
