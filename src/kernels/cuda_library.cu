// libmien_cuda.so: queues on CUDA devices, and the bodies of all kernels under their names. Exports mien_cuda_entry and nothing else.
// SPDX-License-Identifier: Apache-2.0
#include <cuda_runtime.h>

#include <cstdio>
#include <exception>
#include <map>
#include <string>

#include "image/cuda_entry.h"
#include "kernels/launch.h"

namespace mien::kernels {
namespace {

struct Registration {
    std::size_t body_bytes = 0;
    DeviceLauncher launcher = nullptr;
    bool clashes = false;
};

/// Filled before main by the initialisers of every kernel file, in whatever order; only read after that.
std::map<std::string, Registration>& registrations() {
    static std::map<std::string, Registration> all;
    return all;
}

thread_local std::string last_error;

struct DeviceQueue {
    int device = 0;
    cudaStream_t stream = nullptr;
};

int fail(std::string text) {
    last_error = std::move(text);
    return 1;
}
int check(cudaError_t code, const char* what) {
    if (code == cudaSuccess) return 0;
    return fail(std::string(what) + ": " + cudaGetErrorString(code));
}
/// No exception may cross the C table.
template <class Work> int guarded(Work&& work) {
    try {
        return work();
    } catch (const std::exception& error) {
        return fail(error.what());
    }
}
/// The queue's device becomes the calling thread's, then the work runs.
template <class Work> int on_device(void* queue, Work&& work) {
    return guarded([&] {
        const DeviceQueue& there = *static_cast<DeviceQueue*>(queue);
        if (const int failed = check(cudaSetDevice(there.device), "selecting the device")) return failed;
        return work(there);
    });
}

int open_queue(int device, void** queue) {
    return guarded([&] {
        *queue = nullptr;
        if (const int failed = check(cudaSetDevice(device), "selecting the device")) return failed;
        // Freed memory stays with the process: a film asks for the same sizes for every frame.
        cudaMemPool_t pool = nullptr;
        if (const int failed = check(cudaDeviceGetDefaultMemPool(&pool, device), "finding the memory pool")) return failed;
        std::uint64_t keep = ~std::uint64_t{0};
        if (const int failed = check(cudaMemPoolSetAttribute(pool, cudaMemPoolAttrReleaseThreshold, &keep), "setting up the memory pool")) return failed;
        cudaStream_t stream = nullptr;
        if (const int failed = check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "making a stream")) return failed;
        *queue = new DeviceQueue{device, stream};
        return 0;
    });
}

void close_queue(void* queue) {
    auto* const there = static_cast<DeviceQueue*>(queue);
    if (cudaSetDevice(there->device) == cudaSuccess) cudaStreamDestroy(there->stream);
    delete there;
}

int allocate(void* queue, std::size_t bytes, void** memory) {
    *memory = nullptr;
    return on_device(queue, [&](const DeviceQueue& there) { return check(cudaMallocAsync(memory, bytes > 0 ? bytes : 1, there.stream), "allocating"); });
}

void release(void* queue, void* memory) {
    on_device(queue, [&](const DeviceQueue& there) { return check(cudaFreeAsync(memory, there.stream), "freeing"); });
}

int copy(void* queue, void* to, const void* from, std::size_t bytes) {
    return on_device(queue, [&](const DeviceQueue& there) { return check(cudaMemcpyAsync(to, from, bytes, cudaMemcpyDefault, there.stream), "copying"); });
}

int launch(void* queue, const char* name, const void* body, std::size_t body_bytes, int width, int height) {
    return on_device(queue, [&](const DeviceQueue& there) {
        const auto found = registrations().find(name);
        if (found == registrations().end()) return fail(std::string("the library holds no kernel ") + name);
        const Registration& known = found->second;
        if (known.clashes) return fail(std::string("two kernels are called ") + name);
        if (known.body_bytes != body_bytes) return fail(std::string("kernel ") + name + " belongs to another build");
        return check(static_cast<cudaError_t>(known.launcher(there.stream, body, width, height)), name);
    });
}

int wait(void* queue) {
    return on_device(queue, [&](const DeviceQueue& there) { return check(cudaStreamSynchronize(there.stream), "waiting"); });
}

const char* error_text() { return last_error.c_str(); }

int describe(int device, char* text, std::size_t text_bytes) {
    cudaDeviceProp properties{};
    if (const int failed = check(cudaGetDeviceProperties(&properties, device), "asking for the device")) return failed;
    std::snprintf(text, text_bytes, "%s, compute capability %d.%d, %.0f GiB", properties.name, properties.major, properties.minor,
                  static_cast<double>(properties.totalGlobalMem) / (1 << 30));
    return 0;
}

constexpr CudaEntry entry{cuda_entry_version, open_queue, close_queue, allocate, release, copy, launch, wait, error_text, describe};

}  // namespace

bool register_body(const std::string& name, std::size_t body_bytes, DeviceLauncher launcher) {
    const auto [place, fresh] = registrations().try_emplace(name, Registration{body_bytes, launcher, false});
    if (!fresh) place->second.clashes = true;
    return fresh;
}

}  // namespace mien::kernels

extern "C" __attribute__((visibility("default"))) const mien::CudaEntry* mien_cuda_entry() { return &mien::kernels::entry; }
