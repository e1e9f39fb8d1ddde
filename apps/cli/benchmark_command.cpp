// benchmark: FaceFusion's command over the user's own film: runs, and frames per second of the whole run.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <numeric>

#include "commands.h"
#include "json_line.h"
#include "option_flags.h"
#include "progress.h"

namespace mien::cli {
namespace {

/// FaceFusion's samples are films of real people that mien neither ships nor loads: the target is the user's, or a film that mien draws.
void run_benchmark(Program& program, const OptionFlags& flags) {
    const std::vector<std::string> remarks = flags.read_into(program.job);
    for (const std::string& remark : remarks) tell(program, "warn", remark);
    Job job = program.job;
    const std::vector<std::string> mode = job.words("benchmark-mode"), cycles = job.words("benchmark-cycle-count");
    const bool cold = !mode.empty() && mode[0] == "cold";
    const int count = cycles.empty() ? 5 : std::stoi(cycles[0]);
    if (job.words("target-path").empty()) {
        job.set("target-path", "pattern:426x240x270");
        job.set("processors", "face_debugger");
        job.set("face-selector-mode", "many");
        tell(program, "info", "no target was given: the benchmark runs the drawn test pattern through the face debugger; name --target-path and --source-paths for your own");
    }
    const bool still = job.words("output-path").empty();
    if (still) job.set("writer", "null");
    std::vector<double> seconds;
    std::int64_t frames = 0;
    ProgressLine line(program);
    const auto once = [&] {
        if (cold) job.set("sidecar", (std::filesystem::temp_directory_path() / fmt::format("mien-cold-{}.db", seconds.size())).string());
        const auto start = std::chrono::steady_clock::now();
        const Outcome outcome = run(job, show_events(program, line));
        frames = outcome.frames;
        if (cold)
            for (const char* tail : {"", "-wal", "-shm"}) std::filesystem::remove(outcome.sidecar.string() + tail);
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    if (!cold) once();
    for (int cycle = 0; cycle < count; ++cycle) seconds.push_back(once());
    line.clear();
    const double total = std::accumulate(seconds.begin(), seconds.end(), 0.0);
    const auto [fastest, slowest] = std::minmax_element(seconds.begin(), seconds.end());
    const std::string target = job.words("target-path").at(0);
    const double rate = static_cast<double>(frames) * count / total;
    if (program.json)
        return print_json_line({{"event", "benchmark"}, {"target_path", target}, {"cycle_count", count}, {"average_run", total / count}, {"fastest_run", *fastest}, {"slowest_run", *slowest}, {"relative_fps", rate}});
    say(program, fmt::format("{:40} {:>6} {:>11} {:>11} {:>11} {:>12}", "target_path", "cycles", "average_run", "fastest_run", "slowest_run", "relative_fps"));
    say(program, fmt::format("{:40} {:>6} {:>11.2f} {:>11.2f} {:>11.2f} {:>12.2f}", target, count, total / count, *fastest, *slowest, rate));
}

}  // namespace

void add_benchmark_command(CLI::App& app, Program& program) {
    CLI::App* const command = app.add_subcommand("benchmark", "time whole runs, as FaceFusion's command does");
    auto flags = std::make_shared<OptionFlags>();
    flags->add(*command, [](const OptionText&) { return true; });
    command->add_flag("--json", program.json, "print JSON lines instead of a table");
    command->callback([&program, flags] { program.call = [&program, flags] { run_benchmark(program, *flags); }; });
}

}  // namespace mien::cli
