// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstring>

#include "image/buffer.h"
#include "kernels/tuned.h"
#include "twins/twins.h"

namespace mien::twins {
namespace {

/// Seconds per call: the best of several rounds of as many calls as take three milliseconds; short rounds find quiet moments of a busy machine.
double seconds(Queue& queue, const std::function<void()>& call) {
    using Clock = std::chrono::steady_clock;
    const auto round = [&](int calls) {
        const Clock::time_point start = Clock::now();
        for (int i = 0; i < calls; ++i) call();
        queue.wait();
        return std::chrono::duration<double>(Clock::now() - start).count();
    };
    const double first = std::min(round(1), round(1));
    const int calls = std::clamp(static_cast<int>(0.003 / std::max(first, 1e-7)), 1, 1000);
    double best = round(calls) / calls;
    for (int i = 0; i < 15; ++i) best = std::min(best, round(calls) / calls);
    return best;
}

/// Bytes per second of a plain copy on the queue, read and written bytes both counted.
double copy_speed(Queue& queue) {
    constexpr std::size_t bytes = std::size_t{128} << 20;
    const Buffer from(queue, bytes), to(queue, bytes);
    if (queue.place() == Place::host) std::memset(from.data(), 1, bytes);
    return 2.0 * static_cast<double>(bytes) / seconds(queue, [&] { queue.copy(to.data(), queue.place(), from.data(), queue.place(), bytes); });
}

struct Timed {
    double seconds = 0;
    std::size_t traffic = 0;
};
Timed time(const kernels::KernelCase& row, Queue& queue, Size picture) {
    Timed result;
    kernels::Case work(queue, picture, [&](Queue& there, const std::function<void()>& call) { result.seconds = seconds(there, call); });
    row.run(work);
    result.traffic = work.traffic();
    return result;
}

}  // namespace

int bench(const Options& options, Queue& queue) {
    const bool host = queue.place() == Place::host;
    const Size picture = options.timed;
    const double speed = copy_speed(queue);
    fmt::print("{{\"copy\": \"{}\", \"gb_per_s\": {:.2f}}}\n", host ? "host" : "device", speed / 1e9);
    for (const kernels::KernelCase& row : chosen(options)) {
        const Timed timed = time(row, queue, picture);
        const double rate = static_cast<double>(timed.traffic) / timed.seconds;
        std::string plain;
        if (host) {
            const kernels::PlainBodies referee;
            const double slow = time(row, queue, picture).seconds;
            plain = fmt::format(", \"plain_ms\": {:.4f}, \"gain\": {:.2f}", slow * 1e3, slow / timed.seconds);
        }
        fmt::print("{{\"kernel\": \"{}\", \"place\": \"{}\", \"width\": {}, \"height\": {}, \"ms\": {:.4f}, \"gb_per_s\": {:.2f}, \"share_of_copy\": {:.3f}{}}}\n", row.name,
                   host ? "host" : "device", picture.width, picture.height, timed.seconds * 1e3, rate / 1e9, rate / speed, plain);
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace mien::twins
