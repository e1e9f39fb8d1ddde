// SPDX-License-Identifier: Apache-2.0
#include "base/cost.h"

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <ctime>
#include <set>
#include <thread>

namespace mien {
namespace {

std::int64_t of(const Costs& costs, Cost cost) { return costs.of[static_cast<std::size_t>(cost)]; }

/// Keeps this thread's processor busy for so many milliseconds of processor time.
void work(int milliseconds) {
    const auto now = [] {
        timespec time{};
        ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
        return time.tv_sec * 1000 + time.tv_nsec / 1'000'000;
    };
    const auto end = now() + milliseconds;
    while (now() < end) {
    }
}

TEST(Cost, EveryRowHasItsOwnName) {
    std::set<std::string_view> names;
    for (std::size_t i = 0; i < cost_count; ++i) names.insert(name_of(static_cast<Cost>(i)));
    EXPECT_EQ(names.size(), cost_count);
    EXPECT_FALSE(names.contains(""));
}

TEST(Cost, AnInnerChargeIsNotCountedTwice) {
    const Costs before = costs_so_far();
    {
        const Charge outer(Cost::painting);
        work(20);
        const Charge inner(Cost::networks);
        work(40);
    }
    const Costs after = costs_so_far();
    const std::int64_t painting = of(after, Cost::painting) - of(before, Cost::painting), networks = of(after, Cost::networks) - of(before, Cost::networks);
    EXPECT_GE(networks, 38'000'000);
    EXPECT_GE(painting, 18'000'000);
    EXPECT_LT(painting, 38'000'000);
    EXPECT_GE(after.processor - before.processor, painting + networks);
}

TEST(Cost, SleepCostsNothingAndThreadsAddUp) {
    const Costs before = costs_so_far();
    const auto busy = [] {
        const Charge charge(Cost::gate);
        std::this_thread::sleep_for(std::chrono::milliseconds(30));
        work(10);
    };
    {
        const std::jthread first(busy), second(busy);
    }
    const std::int64_t gate = of(costs_so_far(), Cost::gate) - of(before, Cost::gate);
    EXPECT_GE(gate, 18'000'000);
    EXPECT_LT(gate, 40'000'000);
    count_cost(Cost::gate, 5);
    EXPECT_EQ(of(costs_so_far(), Cost::gate) - of(before, Cost::gate), gate + 5);
}

}  // namespace
}  // namespace mien
