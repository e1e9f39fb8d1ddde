// SPDX-License-Identifier: Apache-2.0
#include "base/cost.h"

#include <ctime>

#include <atomic>

namespace mien {
namespace {

constexpr std::array<std::string_view, cost_count> names{"networks", "opening", "encoder", "decoder", "pictures", "detector", "landmarks",
                                                         "recognition", "gate", "canvas", "painting", "writing", "digests", "sidecar"};
std::array<std::atomic<std::int64_t>, cost_count> counts{};
thread_local Charge* innermost = nullptr;

std::int64_t nanoseconds(clockid_t clock) noexcept {
    timespec now{};
    ::clock_gettime(clock, &now);
    return std::int64_t{1'000'000'000} * now.tv_sec + now.tv_nsec;
}

}  // namespace

std::string_view name_of(Cost cost) noexcept { return names[static_cast<std::size_t>(cost)]; }

Charge::Charge(Cost cost) noexcept : cost_(cost), outer_(innermost), started_(nanoseconds(CLOCK_THREAD_CPUTIME_ID)) { innermost = this; }
Charge::~Charge() {
    const std::int64_t spent = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - started_;
    count_cost(cost_, spent - inner_);
    if (outer_) outer_->inner_ += spent;
    innermost = outer_;
}

void count_cost(Cost cost, std::int64_t spent) noexcept { counts[static_cast<std::size_t>(cost)].fetch_add(spent, std::memory_order_relaxed); }

Costs costs_so_far() noexcept {
    Costs costs{nanoseconds(CLOCK_PROCESS_CPUTIME_ID), {}};
    for (std::size_t i = 0; i < cost_count; ++i) costs.of[i] = counts[i].load(std::memory_order_relaxed);
    return costs;
}

}  // namespace mien
