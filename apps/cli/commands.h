// The commands of the program: each adds itself to the argument parser and is called when it was named.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <mien/mien.h>

namespace mien::cli {

/// What all commands share.
struct Program {
    Job job;
    bool json = false;           ///< --json: one JSON object per line on standard output
    std::string log_level = "info";
    bool compatible = false;     ///< a FaceFusion command: its exit statuses
    std::function<void()> call;  ///< set by the command that was named
};

/// True once after SIGINT or SIGTERM.
bool stop_requested() noexcept;

void add_run_commands(CLI::App&, Program&);        ///< run headless-run analyse faces explain
void add_model_commands(CLI::App&, Program&);      ///< models list check import trust licence
void add_system_commands(CLI::App&, Program&);     ///< doctor
void add_benchmark_command(CLI::App&, Program&);   ///< benchmark
void add_synth_command(CLI::App&, Program&);       ///< synth
void add_bench_command(CLI::App&, Program&);       ///< bench truth
void add_compare_commands(CLI::App&, Program&);    ///< compare report

/// One line of text to standard output (never mixed with JSON).
void say(const Program&, const std::string&);
/// One line to standard error, by level: error warn info debug.
void tell(const Program&, const std::string& level, const std::string&);

}  // namespace mien::cli
