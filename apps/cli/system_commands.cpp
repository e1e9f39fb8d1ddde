// doctor.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "commands.h"
#include "json_line.h"
#include "option_flags.h"

namespace mien::cli {
namespace {

std::string in_cell(std::string text) {
    for (std::size_t at = 0; (at = text.find('|', at)) != std::string::npos; at += 2) text.insert(at, "\\");
    return text;
}

/// Reference pages from the tables the program itself reads; docs/generated holds them and a test compares.
std::string options_page() {
    std::string page = "# Options\n\nMade by `mien document options`. Names are FaceFusion's; those marked *mien* are mien's own.\n\n| option | values | default | section | meaning |\n|---|---|---|---|---|\n";
    for (const OptionText& text : options())
        page += fmt::format("| `--{}`{} | {} | {} | {}{} | {} |\n", text.name, text.letter ? fmt::format(" `-{}`", text.letter) : "", text.flag ? "" : fmt::format("`{}`", in_cell(text.values)), in_cell(text.initial), text.section,
                            text.use == "mien" && text.section != "mien" ? " *mien*" : "", in_cell(text.help));
    return page;
}

std::string models_page() {
    std::string page = "# Networks\n\nMade by `mien document models`. Those of the group starter come with mien; the files of all others, and their terms, are their authors'.\n\n| name | task | group | vendor | licence | usable |\n|---|---|---|---|---|---|\n";
    for (const ModelLine& line : list_models(Job()))
        page += fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", line.name, line.task, line.group, in_cell(line.vendor), in_cell(line.licence), line.later.empty() ? "yes" : fmt::format("later: {}", line.later));
    return page;
}

std::string exit_statuses_page() {
    std::string page = "# Exit statuses\n\nMade by `mien document exit_statuses`. `headless-run` and `benchmark` answer as FaceFusion does.\n\n| status | headless-run | name | meaning |\n|---|---|---|---|\n| 0 | 0 | done | everything asked for is there |\n";
    for (const Fault& row : faults()) page += fmt::format("| {} | {} | {} | {} |\n", row.exit_status, row.compatible_exit_status, row.name, row.meaning);
    return page;
}

struct PageRow {
    std::string_view name;
    std::string (*make)();
};
constexpr PageRow pages[] = {{"options", options_page}, {"models", models_page}, {"exit_statuses", exit_statuses_page}, {"scene", scene_page}, {"truth", truth_page}, {"bench", bench_page}};

void add_document(CLI::App& app, Program& program) {
    CLI::App* const command = app.add_subcommand("document", "print a reference page in Markdown: options, models, exit_statuses, scene, truth or bench");
    auto name = std::make_shared<std::string>();
    command->add_option("page", *name, "options, models, exit_statuses, scene, truth or bench")->required();
    command->callback([&program, name] {
        program.call = [name] {
            for (const PageRow& page : pages)
                if (page.name == *name) return fmt::print("{}", page.make());
            throw Error(Code::usage, fmt::format("there is no page {}: ask for options, models, exit_statuses, scene, truth or bench", *name));
        };
    });
}

}  // namespace

void add_system_commands(CLI::App& app, Program& program) {
    add_document(app, program);
    CLI::App* const command = app.add_subcommand("doctor", "what is on this machine, what is missing, and what to do about it");
    auto flags = std::make_shared<OptionFlags>();
    flags->add(*command, [](const OptionText& text) { return text.name == "model-folder"; });
    command->add_flag("--json", program.json, "print JSON lines instead of text");
    command->callback([&program, flags] {
        program.call = [&program, flags] {
            flags->read_into(program.job);
            for (const Finding& finding : examine(program.job)) {
                if (program.json) print_json_line({{"event", "finding"}, {"what", finding.what}, {"found", finding.found}, {"good", finding.good}, {"cure", finding.cure}});
                say(program, fmt::format("{} {:16} {}{}", finding.good ? "ok  " : "miss", finding.what, finding.found, finding.cure.empty() ? "" : fmt::format("\n     -> {}", finding.cure)));
            }
        };
    });
}

}  // namespace mien::cli
