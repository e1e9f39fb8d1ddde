// SPDX-License-Identifier: Apache-2.0
#include "progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>

#include "json_line.h"

namespace mien::cli {
namespace {

std::string clock_text(double seconds) {
    const auto whole = std::llround(seconds);
    return whole >= 3600 ? fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60) : fmt::format("{}:{:02}", whole / 60, whole % 60);
}

std::string bar(std::int64_t done, std::int64_t total) {
    constexpr int width = 24;
    const auto filled = static_cast<std::size_t>(std::min<std::int64_t>(width, done * width / std::max<std::int64_t>(1, total)));
    return "[" + std::string(filled, '#') + std::string(width - filled, '.') + "]";
}

}  // namespace

double resident_mib() {
    std::ifstream file("/proc/self/statm");
    double total = 0, resident = 0;
    file >> total >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / (1 << 20);
}

void ProgressLine::show(std::string_view pass, std::int64_t done, std::int64_t total) {
    const Clock::time_point now = Clock::now();
    if (pass != pass_) {
        clear();
        pass_ = pass;
        started_ = now;
        first_ = done - 1;
        shown_ = {};
    }
    const bool terminal = ::isatty(STDERR_FILENO) != 0, last = total > 0 && done >= total;
    const auto pause = program_.json || terminal ? std::chrono::milliseconds(200) : std::chrono::milliseconds(5000);
    if (now - shown_ < pause && !last) return;
    shown_ = now;
    const double seconds = std::chrono::duration<double>(now - started_).count();
    const double rate = seconds > 0.05 ? static_cast<double>(done - first_) / seconds : 0;
    const double left = rate > 0 && total > 0 ? static_cast<double>(total - done) / rate : -1;
    const bool reading = pass == "read";  // of a whole file, before there are frames
    if (program_.json) {
        print_json_line({{"event", "progress"}, {"pass", pass}, {"done", done}, {"total", total}, {reading ? "mib_per_second" : "frames_per_second", rate}, {"seconds_left", left}, {"memory_mib", resident_mib()}});
        return;
    }
    if (program_.log_level == "error" || program_.log_level == "warn") return;
    std::string line = fmt::format("{:8}", pass);
    if (total > 0) line += fmt::format(" {} {:3}%", bar(done, total), std::min<std::int64_t>(100, done * 100 / total));
    line += fmt::format(" {}{} {}", done, total > 0 ? fmt::format("/{}", total) : "", reading ? "MiB" : "frames");
    if (rate > 0) line += fmt::format("  {:.1f} {}", rate, reading ? "MiB/s" : "fps");
    if (left >= 0) line += last ? fmt::format("  in {}", clock_text(seconds)) : fmt::format("  {} left", clock_text(left));
    line += fmt::format("  {:.0f} MiB", resident_mib());
    if (!terminal) {
        fmt::print(stderr, "{}\n", line);
        return;
    }
    winsize window{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &window) == 0 && window.ws_col > 1) line.resize(std::min<std::size_t>(line.size(), window.ws_col - 1));
    fmt::print(stderr, "\r{}\x1b[K{}", line, last ? "\n" : "");
    std::fflush(stderr);
    visible_ = !last;
}

void ProgressLine::clear() {
    if (visible_) fmt::print(stderr, "\r\x1b[K");
    visible_ = false;
}

Events show_events(const Program& program, ProgressLine& line) {
    Events events;
    events.progress = [&](std::string_view pass, std::int64_t done, std::int64_t total) { line.show(pass, done, total); };
    events.remark = [&](const std::string& sentence) {
        line.clear();
        tell(program, "info", sentence);
    };
    events.stop = [] { return stop_requested(); };
    return events;
}

}  // namespace mien::cli
