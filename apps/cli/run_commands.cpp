// run, headless-run, analyse, faces, explain.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <cmath>
#include <memory>

#include "command_words.h"
#include "commands.h"
#include "json_line.h"
#include "option_flags.h"
#include "progress.h"

namespace mien::cli {
namespace {

bool for_everything(const OptionText&) { return true; }
bool for_facefusion(const OptionText& text) { return text.use != "mien" || text.name == "model-folder" || text.name == "faithful" || text.name == "sidecar"; }
bool for_analysis(const OptionText& text) {
    return finds_faces(text) || is_named(text, {"target-path", "trim-frame-start", "trim-frame-end", "config-path", "log-level", "execution-thread-count",
                                                "model-folder", "pack", "batch", "sidecar", "faithful"});
}

Json json_of(const Outcome& outcome) {
    Json seconds = Json::object();
    for (const auto& [what, spent] : outcome.seconds) seconds[what] = std::round(spent * 1e6) / 1e6;
    return {{"event", "done"},
            {"output", outcome.output.string()},
            {"receipt", outcome.receipt.string()},
            {"sidecar", outcome.sidecar.string()},
            {"gate", outcome.gate},
            {"frames", outcome.frames},
            {"faces_found", outcome.faces_found},
            {"faces_processed", outcome.faces_processed},
            {"faces_skipped", outcome.faces_skipped},
            {"faces_non_finite", outcome.faces_non_finite},
            {"detector_calls", outcome.detector_calls},
            {"seconds", seconds}};
}

void run_and_report(Program& program) {
    ProgressLine line(program);
    const Outcome outcome = run(program.job, show_events(program, line));
    line.clear();
    if (program.json) return print_json_line(json_of(outcome));
    std::string spent = "seconds:";
    for (const auto& [what, seconds] : outcome.seconds) spent += fmt::format(" {} {:.3f}", what, seconds);
    tell(program, "debug", spent);
    if (outcome.output.empty() && !outcome.text.empty()) fmt::print("{}", outcome.text);
    say(program, fmt::format("{} frames, {} faces found, {} processed{}{}", outcome.frames, outcome.faces_found, outcome.faces_processed,
                             outcome.faces_skipped ? fmt::format(", {} not meant", outcome.faces_skipped) : "", outcome.faces_non_finite ? fmt::format(", {} left as they were", outcome.faces_non_finite) : ""));
    if (!outcome.output.empty()) say(program, fmt::format("output   {}", outcome.output.string()));
    if (!outcome.receipt.empty()) say(program, fmt::format("receipt  {}{}", outcome.receipt.string(), outcome.gate == "gate unverified" ? "  (gate unverified)" : ""));
}

void add_command(CLI::App& app, Program& program, const char* name, const char* help, bool (*wanted)(const OptionText&), void (*call)(Program&)) {
    CLI::App* const command = app.add_subcommand(name, help);
    auto flags = std::make_shared<OptionFlags>();
    flags->add(*command, wanted);
    command->add_flag("--json", program.json, "print JSON lines instead of text");
    command->callback([&program, flags, call] {
        program.call = [&program, flags, call] {
            read_options(program, *flags);
            call(program);
        };
    });
}

std::string row_text(const FaceLine& face) {
    std::string text = fmt::format("{:>8} {:>9.3f} {:>3}  {:>7.1f} {:>7.1f} {:>7.1f} {:>7.1f}  {:>5.3f} {:>5.3f} {:>4}", face.frame, face.time_s, face.position, face.x1, face.y1, face.x2, face.y2, face.score,
                                   face.landmarker_score, face.angle);
    if (!face.gender.empty()) text += fmt::format("  {} {} {}-{}", face.gender, face.race, face.age_start, face.age_end);
    return text;
}

void list_the_faces(Program& program) {
    ProgressLine line(program);
    const std::vector<FaceLine> lines = faces(program.job, show_events(program, line));
    line.clear();
    say(program, "   frame    time_s  no       x1      y1      x2      y2  score  land. turn");
    for (const FaceLine& face : lines) {
        if (!program.json) {
            say(program, row_text(face));
            continue;
        }
        Json json{{"event", "face"}, {"frame", face.frame}, {"time_s", face.time_s}, {"position", face.position}, {"box", {face.x1, face.y1, face.x2, face.y2}}, {"score", face.score},
                  {"landmarker_score", face.landmarker_score}, {"angle", face.angle}};
        if (!face.gender.empty()) json.update({{"gender", face.gender}, {"race", face.race}, {"age", {face.age_start, face.age_end}}});
        print_json_line(json);
    }
    say(program, fmt::format("{} faces", lines.size()));
}

void add_faces(CLI::App& app, Program& program) {
    CLI::App* const command = app.add_subcommand("faces", "list the faces of a film or picture; --sheet writes them as one picture");
    auto flags = std::make_shared<OptionFlags>();
    auto sheet = std::make_shared<std::string>();
    flags->add(*command, for_analysis);
    command->add_flag("--json", program.json, "print JSON lines instead of a table");
    command->add_option("--sheet", *sheet, "write a contact sheet to this picture")->type_name("PATH");
    command->callback([&program, flags, sheet] {
        program.call = [&program, flags, sheet] {
            read_options(program, *flags);
            if (sheet->empty()) return list_the_faces(program);
            ProgressLine line(program);
            const std::string path = contact_sheet(program.job, *sheet, show_events(program, line)).string();
            line.clear();
            if (program.json) print_json_line({{"event", "done"}, {"output", path}});
            say(program, fmt::format("contact sheet {}", path));
        };
    });
}

}  // namespace

void add_run_commands(CLI::App& app, Program& program) {
    add_command(app, program, "run", "work on one film or picture", for_everything, run_and_report);
    add_command(app, program, "headless-run", "the same with FaceFusion's flags and exit statuses", for_facefusion, run_and_report);
    add_command(app, program, "analyse", "find and keep the faces of a film, so that later runs need not look again", for_analysis, [](Program& p) {
        ProgressLine line(p);
        const Analysis analysis = analyse(p.job, show_events(p, line));
        line.clear();
        if (p.json)
            return print_json_line({{"event", "done"}, {"sidecar", analysis.sidecar.string()}, {"frames", analysis.frames}, {"faces", analysis.faces}, {"shots", analysis.shots}, {"detector_calls", analysis.detector_calls}});
        say(p, fmt::format("{} frames, {} faces, {} shots, {} detector calls", analysis.frames, analysis.faces, analysis.shots, analysis.detector_calls));
        say(p, analysis.sidecar.empty() ? "the analysis could not be kept on disk" : fmt::format("sidecar  {}", analysis.sidecar.string()));
    });
    add_command(app, program, "explain", "print the plan of a run without running it", for_everything, [](Program& p) {
        const std::string plan = explain(p.job);
        if (p.json) return print_json_line({{"event", "plan"}, {"text", plan}});
        fmt::print("{}", plan);
    });
    add_faces(app, program);
}

}  // namespace mien::cli
