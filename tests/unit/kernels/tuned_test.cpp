// Every row of `cases` on the host twice: as called, and with plain bodies only. Both must give the same bytes and harm nothing around them.
// SPDX-License-Identifier: Apache-2.0
#include "kernels/tuned.h"

#include <gtest/gtest.h>

#include "kernels/cases.h"

namespace mien::kernels {
namespace {

Case::Outcome outcome_of(const KernelCase& row, std::uint64_t seed) {
    Case run(host_queue(), seed);
    row.run(run);
    return run.finish();
}

TEST(Tuned, GivesThePlainBytesInEveryCase) {
    ASSERT_GT(kernel_cases().size(), 50u);
    for (const KernelCase& row : kernel_cases())
        for (std::uint64_t seed = 0; seed < 15; ++seed) {
            const Case::Outcome tuned = outcome_of(row, seed);
            const PlainBodies only;
            const Case::Outcome plain = outcome_of(row, seed);
            EXPECT_EQ(tuned.harm, "") << row.name << " seed " << seed;
            EXPECT_EQ(plain.harm, "") << row.name << " seed " << seed;
            ASSERT_TRUE(tuned.bytes == plain.bytes) << row.name << " seed " << seed;
        }
}

}  // namespace
}  // namespace mien::kernels
