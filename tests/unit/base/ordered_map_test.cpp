// SPDX-License-Identifier: Apache-2.0
#include "base/ordered_map.h"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>

namespace mien {
namespace {

std::function<std::optional<int>()> count_to(int end) {
    return [next = 0, end]() mutable -> std::optional<int> { return next < end ? std::optional<int>(next++) : std::nullopt; };
}
const auto never = [] { return false; };

TEST(OrderedMap, ResultsComeInOrderForAnyNumberOfThreads) {
    for (const int threads : {1, 2, 8}) {
        std::vector<int> seen;
        const auto work = [](int&& item, int) {
            if (item % 7 == 0) std::this_thread::yield();
            return item * item;
        };
        EXPECT_TRUE((map_in_order<int, int>(threads, 5, count_to(500), work, [&](int&& result) { seen.push_back(result); }, never)));
        ASSERT_EQ(seen.size(), 500u);
        for (int i = 0; i < 500; ++i) EXPECT_EQ(seen[static_cast<std::size_t>(i)], i * i);
    }
}

TEST(OrderedMap, HoldsAtMostWhatWasAllowed) {
    std::atomic<int> inside{0}, most{0};
    const auto source = [&, next = 0]() mutable -> std::optional<int> {
        if (next == 200) return std::nullopt;
        const int now = ++inside;
        if (now > most) most = now;
        return next++;
    };
    map_in_order<int, int>(4, 6, source, [](int&& item, int) { return item; }, [&](int&&) { --inside; }, never);
    // The item under delivery has left the count of the map but not yet that of the sink.
    EXPECT_LE(most.load(), 7);
}

TEST(OrderedMap, TheFirstFailureInOrderEndsTheRun) {
    for (const int threads : {1, 4}) {
        int delivered = 0;
        const auto work = [](int&& item, int) -> int { return item == 20 || item == 40 ? throw std::runtime_error(std::to_string(item)) : item; };
        try {
            map_in_order<int, int>(threads, 8, count_to(100), work, [&](int&&) { ++delivered; }, never);
            FAIL() << "no failure came";
        } catch (const std::runtime_error& error) {
            EXPECT_STREQ(error.what(), "20");
        }
        EXPECT_EQ(delivered, 20);
    }
}

TEST(OrderedMap, AFailingSourceOrSinkIsPassedOn) {
    const auto source = [next = 0]() mutable -> std::optional<int> { return next < 5 ? std::optional<int>(next++) : throw std::runtime_error("source"); };
    const auto same = [](int&& item, int) { return item; };
    EXPECT_THROW((map_in_order<int, int>(3, 4, source, same, [](int&&) {}, never)), std::runtime_error);
    EXPECT_THROW((map_in_order<int, int>(3, 4, count_to(100), same, [](int&& item) { item == 9 ? throw std::logic_error("sink") : void(); }, never)), std::logic_error);
}

TEST(OrderedMap, StopsWhenAsked) {
    for (const int threads : {1, 4}) {
        int delivered = 0;
        EXPECT_FALSE((map_in_order<int, int>(threads, 4, count_to(1000), [](int&& item, int) { return item; }, [&](int&&) { ++delivered; }, [&] { return delivered >= 10; })));
        EXPECT_EQ(delivered, 10);
    }
}

}  // namespace
}  // namespace mien
