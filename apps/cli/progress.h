// How a run shows itself: one line that moves on a terminal, lines now and then in a log, JSON events for programs.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "commands.h"

namespace mien::cli {

/// Thread-safety: one thread.
class ProgressLine {
public:
    explicit ProgressLine(const Program& program) : program_(program) {}
    ~ProgressLine() { clear(); }
    ProgressLine(const ProgressLine&) = delete;
    ProgressLine& operator=(const ProgressLine&) = delete;
    void show(std::string_view pass, std::int64_t done, std::int64_t total);
    /// Takes the line away so that something else can be printed.
    void clear();

private:
    using Clock = std::chrono::steady_clock;
    const Program& program_;
    std::string pass_;
    Clock::time_point started_, shown_;
    std::int64_t first_ = 0;
    bool visible_ = false;
};

/// Resident memory of this process in MiB.
double resident_mib();
/// Events that show progress and remarks and ask stop_requested().
Events show_events(const Program&, ProgressLine&);

}  // namespace mien::cli
