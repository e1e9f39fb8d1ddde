// Compares this program with recorded results of FaceFusion, stage by stage. Options: --bless rewrites the counts, --table prints the distances of every stage,
// --default measures the default way instead of the faithful one (always a table, never a failure), --group NAME runs one group, --case TEXT those that hold it.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <thread>

#include "base/digest.h"
#include "base/error.h"
#include "parity/bench.h"

namespace mien::parity {
namespace {

constexpr int skipped = 77;  ///< CTest's SKIP_RETURN_CODE

/// Tells recordings apart: the committed counts hold for one of them only.
std::string index_digest(const Folders& folders) {
    const std::filesystem::path index = folders.goldens / "index.json";
    return std::filesystem::exists(index) ? digest_file(index).sha256 : "none";
}

struct Kind {
    std::string_view name;
    void (*run)(Bench&, const Group&, const Case&);
};
constexpr auto kinds = std::to_array<Kind>({
    {"functions", run_functions}, {"primitives", run_primitives}, {"warps", run_warps}, {"masks", run_masks}, {"analyse", run_analyse}, {"process", run_process},
    {"content", run_content}, {"image_job", run_image_job}, {"video_job", run_video_job},
});

struct Options {
    bool bless = false, table = false, faithful = true;
    std::string group, part;
};

Options parse(int argc, char** argv) {
    Options out;
    for (int i = 1; i < argc; ++i) {
        const std::string_view word = argv[i];
        if (word == "--bless") out.bless = true;
        else if (word == "--table") out.table = true;
        else if (word == "--default") out.faithful = false, out.table = true;
        else if (word == "--group" && i + 1 < argc) out.group = argv[++i];
        else if (word == "--case" && i + 1 < argc) out.part = argv[++i];
        else throw Error(Code::usage, fmt::format("parity_test does not know {}; say --bless, --table, --default, --group NAME or --case TEXT.", word));
    }
    return out;
}

void run_case(Bench& bench, const Group& group, const Case& one) {
    const auto* row = std::find_if(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.name == one.kind; });
    if (row == kinds.end()) return bench.report.uncovered(group, arrays_of(one), "kind of case without a runner yet: " + one.kind);
    try {
        row->run(bench, group, one);
    } catch (const std::exception& error) {
        bench.report.fail(group, one, "run", error.what());
    }
    bench.reach().clear();
}

int run(const Options& options) {
    const Folders folders = find_folders();
    if (!std::filesystem::exists(folders.goldens) || !std::filesystem::exists(folders.models) || !std::filesystem::exists(folders.data)) {
        fmt::print("skipped: no recordings at {}; MIEN_GOLDENS, MIEN_GOLDENS_MODELS and MIEN_GOLDENS_DATA name other folders\n", folders.goldens.string());
        return skipped;
    }
    std::vector<std::unique_ptr<Group>> groups;
    std::vector<std::pair<const Group*, const Case*>> cases;
    for (const std::string& name : groups_of(folders.goldens)) {
        if (!options.group.empty() && options.group != name) continue;
        groups.push_back(std::make_unique<Group>(folders.goldens, name));
        for (const Case& one : groups.back()->cases())
            if (options.part.empty() || one.id.find(options.part) != std::string::npos) cases.emplace_back(groups.back().get(), &one);
    }
    // Two threads with a bench each: networks are small here, and no case knows of another.
    const auto start = std::chrono::steady_clock::now();
    std::atomic<std::size_t> next{0};
    Report report;
    std::mutex merging;
    const auto work = [&](int worker) {
        Bench bench(folders, options.faithful, worker);
        for (std::size_t i = next++; i < cases.size(); i = next++) run_case(bench, *cases[i].first, *cases[i].second);
        const std::lock_guard lock(merging);
        report.merge(bench.report);
    };
    std::vector<std::thread> threads;
    for (int worker = 0; worker < 2; ++worker) threads.emplace_back(work, worker);
    for (std::thread& thread : threads) thread.join();
    fmt::print("{} cases of {} groups in {:.1f} s\n", cases.size(), groups.size(), std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (!options.faithful) {
        report.print_distances();
        return 0;
    }
    bool good = report.print(options.table);
    const bool whole = options.group.empty() && options.part.empty();
    const std::string counts = folders.source / "tests/parity/counts.txt", index = index_digest(folders);
    if (whole && options.bless) report.write_counts(counts, index);
    if (whole && !options.bless) good = report.check_counts(counts, index) && good;
    return good ? 0 : 1;
}

}  // namespace
}  // namespace mien::parity

int main(int argc, char** argv) {
    setenv("MIEN_TEST_GATE", "1", 1);  // the gate's twins are not the published files
    try {
        return mien::parity::run(mien::parity::parse(argc, argv));
    } catch (const std::exception& error) {
        fmt::print("{}\n", error.what());
        return 1;
    }
}
