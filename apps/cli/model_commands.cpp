// models list, check, import, trust, licence.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "commands.h"
#include "json_line.h"
#include "option_flags.h"

namespace mien::cli {
namespace {

bool for_models(const OptionText& text) { return text.name == "model-folder"; }

void show(const Program& program, const ModelLine& line) {
    if (program.json)
        return print_json_line({{"event", "model"}, {"name", line.name}, {"task", line.task}, {"group", line.group}, {"licence", line.licence}, {"vendor", line.vendor}, {"path", line.path.string()}, {"sha256", line.sha256},
                                {"batching", line.batching}, {"later", line.later}, {"trouble", line.trouble}});
    const std::string state = !line.trouble.empty() ? line.trouble : line.path.empty() ? "not here" : line.sha256.empty() ? "here, not used yet" : fmt::format("{:.12} batch {}", line.sha256, line.batching);
    say(program, fmt::format("{:30} {:18} {:16} {}{}", line.name, line.task, line.licence, state, line.later.empty() ? "" : fmt::format("  (later: {})", line.later)));
}

struct ModelCall {
    OptionFlags flags;
    std::vector<std::string> words;
};

void add(CLI::App& models, Program& program, const char* name, const char* help, const char* words_help, int least, int most, void (*call)(Program&, const std::vector<std::string>&)) {
    CLI::App* const command = models.add_subcommand(name, help);
    auto state = std::make_shared<ModelCall>();
    state->flags.add(*command, for_models);
    command->add_flag("--json", program.json, "print JSON lines instead of text");
    if (most > 0) command->add_option("names", state->words, words_help)->expected(least, most)->required(least > 0);
    command->callback([&program, state, call] {
        program.call = [&program, state, call] {
            state->flags.read_into(program.job);
            call(program, state->words);
        };
    });
}

}  // namespace

void add_model_commands(CLI::App& app, Program& program) {
    CLI::App* const models = app.add_subcommand("models", "the networks: what is here, is it whole, whose is it");
    models->require_subcommand(1);
    add(*models, program, "list", "all networks mien knows and where they are", "", 0, 0, [](Program& p, const std::vector<std::string>&) {
        std::size_t here = 0, count = 0;
        for (const ModelLine& line : list_models(p.job)) {
            show(p, line);
            here += !line.path.empty();
            ++count;
        }
        say(p, fmt::format("{} of {} files are here", here, count));
    });
    add(*models, program, "check", "verify digests and open the networks", "names; without any, all that are here", 0, 200, [](Program& p, const std::vector<std::string>& names) {
        std::size_t bad = 0;
        const std::vector<ModelLine> lines = check_models(p.job, names);
        for (const ModelLine& line : lines) {
            show(p, line);
            bad += !line.trouble.empty();
        }
        if (bad > 0) throw Error(Code::models, fmt::format("{} of {} networks cannot be used", bad, lines.size()));
        say(p, fmt::format("{} networks are whole", lines.size()));
    });
    add(*models, program, "import", "copy known network files from a folder into the model folder", "folder", 1, 1, [](Program& p, const std::vector<std::string>& names) {
        std::size_t bad = 0;
        const std::vector<ModelLine> lines = import_models(p.job, names[0]);
        for (const ModelLine& line : lines) {
            show(p, line);
            bad += !line.trouble.empty();
        }
        if (bad > 0) throw Error(Code::models, fmt::format("{} of {} networks cannot be used and were not taken", bad, lines.size()));
    });
    add(*models, program, "trust", "pin a network file anew after it changed", "name", 1, 1, [](Program& p, const std::vector<std::string>& names) { show(p, trust_model(p.job, names[0])); });
    add(*models, program, "licence", "whose network it is and under which terms", "name", 1, 1, [](Program& p, const std::vector<std::string>& names) {
        const std::string text = model_licence(names[0]);
        if (p.json) print_json_line({{"event", "licence"}, {"name", names[0]}, {"text", text}});
        say(p, text);
    });
}

}  // namespace mien::cli
