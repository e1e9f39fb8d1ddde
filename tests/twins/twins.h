// What the twins program is made of: comparing every kernel's results, and timing them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "image/queue.h"
#include "kernels/cases.h"

namespace mien::twins {

struct Options {
    int device = -1;  ///< -1: the host against itself
    int seeds = 60;
    std::uint64_t first_seed = 0;
    std::string only;  ///< part of a kernel's name
    std::string sums;  ///< file of digests to compare with
    bool bless = false, bench = false;
    Size timed{1920, 1080};  ///< the picture size of the bench
};

/// The rows whose names hold options.only.
std::vector<kernels::KernelCase> chosen(const Options&);
/// One JSON line per kernel: time, bytes moved, and what share of a plain copy's speed on the same queue that is.
int bench(const Options&, Queue&);

}  // namespace mien::twins
