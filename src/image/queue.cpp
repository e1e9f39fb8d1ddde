// SPDX-License-Identifier: Apache-2.0
#include "image/queue.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <new>
#include <vector>

#include "base/error.h"
#include "image/cuda_entry.h"

namespace mien {
namespace {

class HostQueue final : public Queue {
public:
    Place place() const noexcept override { return Place::host; }
    void* allocate(std::size_t bytes) override {
        void* const memory = ::operator new(bytes, std::align_val_t(256), std::nothrow);
        if (!memory) throw Error(Code::out_of_memory, fmt::format("no memory for {} bytes", bytes));
        return memory;
    }
    void release(void* memory) noexcept override { ::operator delete(memory, std::align_val_t(256)); }
    void copy(void* to, Place, const void* from, Place, std::size_t bytes) override { std::memcpy(to, from, bytes); }
    void launch(std::string_view name, const void*, std::size_t, Size) override {
        throw Error(Code::internal, fmt::format("kernel {} sent to the host queue as a launch", name));
    }
    void wait() override {}
};

std::vector<std::filesystem::path> cuda_library_places() {
    if (const char* named = std::getenv("MIEN_CUDA_LIBRARY")) return {named};
    std::error_code none;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
    return {program / "libmien_cuda.so", program / "../lib/libmien_cuda.so", program / "../lib/mien/libmien_cuda.so"};
}

const CudaEntry& cuda_entry() {
    static const CudaEntry& entry = []() -> const CudaEntry& {
        std::string tried;
        for (const std::filesystem::path& path : cuda_library_places()) {
            if (void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
                const auto symbol = reinterpret_cast<const CudaEntry* (*)()>(dlsym(handle, cuda_entry_symbol));
                if (!symbol || symbol()->version != cuda_entry_version)
                    throw Error(Code::device, fmt::format("{} belongs to another version of mien: build both together", path.string()));
                return *symbol();
            }
            tried += fmt::format("{}{}", tried.empty() ? "" : "; ", dlerror());
        }
        throw Error(Code::device, fmt::format("libmien_cuda.so cannot be opened ({}): build mien with a CUDA compiler, or use the CPU", tried));
    }();
    return entry;
}

class CudaQueue final : public Queue {
public:
    explicit CudaQueue(int device) : entry_(cuda_entry()) { check(entry_.open(device, &queue_), "open the device"); }
    ~CudaQueue() override {
        if (queue_) entry_.close(queue_);
    }
    CudaQueue(const CudaQueue&) = delete;
    CudaQueue& operator=(const CudaQueue&) = delete;
    Place place() const noexcept override { return Place::device; }
    void* allocate(std::size_t bytes) override {
        void* memory = nullptr;
        if (entry_.allocate(queue_, bytes, &memory)) throw Error(Code::out_of_memory, fmt::format("no device memory for {} bytes: {}", bytes, entry_.last_error()));
        return memory;
    }
    void release(void* memory) noexcept override { entry_.release(queue_, memory); }
    void copy(void* to, Place, const void* from, Place, std::size_t bytes) override { check(entry_.copy(queue_, to, from, bytes), "copy"); }
    void launch(std::string_view name, const void* body, std::size_t body_bytes, Size grid) override {
        check(entry_.launch(queue_, std::string(name).c_str(), body, body_bytes, grid.width, grid.height), name);
    }
    void wait() override { check(entry_.wait(queue_), "wait"); }

private:
    void check(int failed, std::string_view what) const {
        if (failed) throw Error(Code::device, fmt::format("CUDA could not {}: {}", what, entry_.last_error()));
    }
    const CudaEntry& entry_;
    void* queue_ = nullptr;
};

}  // namespace

Queue& host_queue() noexcept {
    static HostQueue queue;
    return queue;
}

std::unique_ptr<Queue> open_cuda_queue(int device) { return std::make_unique<CudaQueue>(device); }

}  // namespace mien
