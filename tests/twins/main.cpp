// Every kernel against itself: the plain body, the tuned one, and the one on a device must give the same bytes and touch nothing else.
//   twins [--device N] [--seeds COUNT] [--seed FIRST] [--only PART] [--sums FILE [--bless]] [--bench [--width W --height H]]
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <map>
#include <optional>
#include <string_view>

#include "base/digest.h"
#include "kernels/tuned.h"
#include "twins/twins.h"

namespace mien::twins {

std::vector<kernels::KernelCase> chosen(const Options& options) {
    std::vector<kernels::KernelCase> rows;
    for (const kernels::KernelCase& row : kernels::kernel_cases())
        if (row.name.find(options.only) != std::string_view::npos) rows.push_back(row);
    return rows;
}

namespace {

using Outcome = kernels::Case::Outcome;

struct Score {
    std::uint64_t compared = 0, differing = 0;
    std::string fault;  ///< the first one
};

Outcome run(const kernels::KernelCase& row, Queue& queue, std::uint64_t seed) {
    kernels::Case work(queue, seed);
    row.run(work);
    return work.finish();
}

void compare(Score& score, std::uint64_t seed, std::string_view what, const Outcome& expected, const Outcome& found) {
    score.compared += expected.bytes.size();
    std::uint64_t differing = expected.bytes.size() == found.bytes.size() ? 0 : expected.bytes.size();
    std::size_t first = 0;
    for (std::size_t i = 0; differing < expected.bytes.size() && i < expected.bytes.size(); ++i)
        if (expected.bytes[i] != found.bytes[i] && differing++ == 0) first = i;
    score.differing += differing;
    if (!score.fault.empty()) return;
    if (differing > 0 && expected.bytes.size() != found.bytes.size())
        score.fault = fmt::format("seed {}, {}: {} bytes instead of {}", seed, what, found.bytes.size(), expected.bytes.size());
    else if (differing > 0)
        score.fault = fmt::format("seed {}, {}: byte {} of {} is {:02x} instead of {:02x}", seed, what, first, expected.bytes.size(),
                                  std::to_integer<int>(found.bytes[first]), std::to_integer<int>(expected.bytes[first]));
    else if (!found.harm.empty())
        score.fault = fmt::format("seed {}, {}: {}", seed, what, found.harm);
}

/// Digests by kernel, one line each.
std::map<std::string, std::string> read_sums(const std::string& path) {
    std::map<std::string, std::string> sums;
    std::ifstream file(path);
    for (std::string name, sum; file >> name >> sum;) sums[name] = sum;
    return sums;
}

/// Only whole runs of the default seeds can be blessed or compared.
int judge_sums(const Options& options, const std::map<std::string, std::string>& found) {
    if (options.bless) {
        std::ofstream file(options.sums);
        for (const auto& [name, sum] : found) file << name << ' ' << sum << '\n';
        file.flush();
        if (!file) throw std::runtime_error(fmt::format("{} cannot be written", options.sums));
        fmt::print("{} digests written to {}\n", found.size(), options.sums);
        return 0;
    }
    std::map<std::string, std::string> known = read_sums(options.sums);
    int wrong = 0;
    for (const auto& [name, sum] : found) {
        const auto there = known.find(name);
        if (there == known.end()) fmt::print("{}: no digest in {}: run twins --sums {} --bless and look at the change\n", name, options.sums, options.sums);
        else if (there->second != sum) fmt::print("{}: results changed since {} was written\n", name, options.sums);
        if (there == known.end() || there->second != sum) ++wrong;
        if (there != known.end()) known.erase(there);
    }
    for (const auto& [name, sum] : known) {
        if (name.find(options.only) == std::string::npos) continue;
        fmt::print("{}: has a digest but no case\n", name);
        ++wrong;
    }
    fmt::print("{} digests compared with {}, {} wrong\n", found.size(), options.sums, wrong);
    return wrong > 0;
}

int compare_all(const Options& options, Queue* device) {
    std::map<std::string, std::string> sums;
    std::uint64_t compared = 0, differing = 0;
    int faults = 0;
    const std::vector<kernels::KernelCase> rows = chosen(options);
    fmt::print("{:<40} | {:>14} | {:>9}\n", "kernel", "bytes compared", "differing");
    for (const kernels::KernelCase& row : rows) {
        Score score;
        Xxh3 digest;
        for (std::uint64_t seed = options.first_seed; seed < options.first_seed + static_cast<std::uint64_t>(options.seeds); ++seed) {
            std::optional<Outcome> plain;
            {
                const kernels::PlainBodies referee;
                plain = run(row, host_queue(), seed);
            }
            if (!plain->harm.empty() && score.fault.empty()) score.fault = fmt::format("seed {}, plain body: {}", seed, plain->harm);
            digest.update(plain->bytes);
            compare(score, seed, "host", *plain, run(row, host_queue(), seed));
            if (device) compare(score, seed, "device", *plain, run(row, *device, seed));
        }
        sums[std::string(row.name)] = digest.hex();
        compared += score.compared;
        differing += score.differing;
        faults += !score.fault.empty();
        fmt::print("{:<40} | {:>14} | {:>9}{}{}\n", row.name, score.compared, score.differing, score.fault.empty() ? "" : "  ", score.fault);
    }
    fmt::print("{:<40} | {:>14} | {:>9}\n", fmt::format("{} kernels, {} seeds each", rows.size(), options.seeds), compared, differing);
    const int wrong_sums = options.sums.empty() ? 0 : judge_sums(options, sums);
    return faults > 0 || wrong_sums > 0 || rows.empty();
}

Options parse(int count, char** words) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        const auto value = [&]() -> const char* {
            if (i + 1 >= count) throw std::runtime_error(fmt::format("{} needs a value", word));
            return words[++i];
        };
        if (word == "--device") options.device = std::atoi(value());
        else if (word == "--seeds") options.seeds = std::atoi(value());
        else if (word == "--seed") options.first_seed = std::strtoull(value(), nullptr, 10);
        else if (word == "--only") options.only = value();
        else if (word == "--sums") options.sums = value();
        else if (word == "--bless") options.bless = true;
        else if (word == "--bench") options.bench = true;
        else if (word == "--width") options.timed.width = std::atoi(value());
        else if (word == "--height") options.timed.height = std::atoi(value());
        else throw std::runtime_error(fmt::format("unknown option {}", word));
    }
    return options;
}

}  // namespace
}  // namespace mien::twins

int main(int count, char** words) try {
    const mien::twins::Options options = mien::twins::parse(count, words);
    const std::unique_ptr<mien::Queue> device = options.device >= 0 ? mien::open_cuda_queue(options.device) : nullptr;
    if (options.bench) return mien::twins::bench(options, device ? *device : mien::host_queue());
    return mien::twins::compare_all(options, device.get());
} catch (const std::exception& error) {
    fmt::print(stderr, "twins: {}\n", error.what());
    return 2;
}
