// Measuring a pack of networks on rendered people, of whom everything is known.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <mien/job.h>

namespace mien {

/// What to measure. Which networks: the job's pack and its options of models.
struct BenchOrder {
    std::vector<std::string> tasks;  ///< names of bench_tasks(); empty: all
    std::string sample = "usual";    ///< how much: tiny quick usual full
    std::int64_t people = -1;        ///< people to be told apart by the recogniser, 10 to 4000; -1: the sample's number
    std::filesystem::path outside;   ///< a recogniser of another maker (arcface's crop) that judges swaps too; empty: none
};

/// One measure, held against its target.
struct Measure {
    std::string task, measure, meaning, unit, network;
    std::optional<double> value;     ///< empty: the network is not here, or there was nothing to measure
    std::optional<double> target;    ///< empty: told, not judged
    bool at_least = true;            ///< the target is the least good value; false: the greatest
    std::optional<double> baseline;  ///< the same measure of what `beside` says
    std::string beside;
    std::optional<bool> met;
    std::int64_t count = 0;  ///< faces, pictures or pairs it was taken from
};
/// Renders people that never served in training, on the processor, and measures the networks as films use them. The same numbers on any number of threads.
/// `told` hears every measure as it is taken. Throws Error.
std::vector<Measure> bench_truth(Job, const BenchOrder&, const Events& = {}, const std::function<void(const Measure&)>& told = {});

/// A task and what it is about.
struct BenchTask {
    std::string name, meaning;
};
std::vector<BenchTask> bench_tasks();
std::string bench_page();  ///< tasks, samples, measures and targets, as a page in Markdown

}  // namespace mien
