// SPDX-License-Identifier: Apache-2.0
#include "media/codec_threads.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>

namespace mien {
namespace {

/// Nanoseconds on a processor, the first number of the kernel's own account; 0 where there is none.
std::int64_t spent_by(int thread) noexcept {
    char path[64];
    std::snprintf(path, sizeof path, "/proc/self/task/%d/schedstat", thread);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path, "re"), [](std::FILE* open) { return open ? std::fclose(open) : 0; });
    long long nanoseconds = 0;
    return file && std::fscanf(file.get(), "%lld", &nanoseconds) == 1 ? nanoseconds : 0;
}

}  // namespace

std::vector<int> CodecThreads::running() {
    std::vector<int> threads;
    std::error_code failed;
    std::filesystem::directory_iterator entry("/proc/self/task", failed);
    for (; !failed && entry != std::filesystem::directory_iterator(); entry.increment(failed)) threads.push_back(std::atoi(entry->path().filename().c_str()));
    return threads;
}

void CodecThreads::remember(const std::vector<int>& before) {
    threads_.clear();
    for (const int thread : running())
        if (std::find(before.begin(), before.end(), thread) == before.end()) threads_.push_back({thread, 0});
}

void CodecThreads::count() noexcept {
    for (Thread& thread : threads_) {
        // A thread that has ended says nothing, and what it said before stays.
        const std::int64_t spent = std::max(spent_by(thread.id), thread.counted);
        count_cost(cost_, spent - thread.counted);
        thread.counted = spent;
    }
}

}  // namespace mien
