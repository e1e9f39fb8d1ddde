// doctor.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <memory>

#include "commands.h"
#include "json_line.h"
#include "option_flags.h"

namespace mien::cli {

void add_system_commands(CLI::App& app, Program& program) {
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
