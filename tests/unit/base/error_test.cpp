// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <gtest/gtest.h>

#include <set>

namespace mien {
namespace {

TEST(Faults, EveryCodeHasItsRowAndItsOwnStatus) {
    std::set<int> statuses;
    for (std::size_t i = 0; i < faults().size(); ++i) {
        EXPECT_EQ(static_cast<std::size_t>(faults()[i].code), i);
        EXPECT_TRUE(statuses.insert(faults()[i].exit_status).second) << faults()[i].name;
        EXPECT_GE(faults()[i].exit_status, 64);
        EXPECT_GE(faults()[i].compatible_exit_status, 0);
        EXPECT_LE(faults()[i].compatible_exit_status, 2);
    }
    EXPECT_EQ(fault(Code::refused).exit_status, 70);
    EXPECT_EQ(fault(Code::interrupted).exit_status, 130);
}

}  // namespace
}  // namespace mien
