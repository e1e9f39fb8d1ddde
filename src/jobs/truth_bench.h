// Measuring a pack of networks on people who do not exist: mien's renderer knows what is true of them, mien's own stages say what they see.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include <mien/bench.h>

#include "jobs/options.h"
#include "jobs/run.h"

namespace mien {

/// A task of the benchmark.
struct TruthTask {
    std::string_view name, meaning;
};
std::span<const TruthTask> truth_tasks() noexcept;

/// Renders people held out of training on the processor and measures the networks of settled options; rows are told as they are made, and returned. The same
/// numbers for any number of threads. Throws Error{usage} for an unknown task or sample, Error{models} when no network of the order is there or one is damaged,
/// Error{interrupted} when events.stop answered true.
std::vector<Measure> run_truth_bench(const JobOptions&, const BenchOrder&, const RunEvents&, const std::function<void(const Measure&)>& tell);

}  // namespace mien
