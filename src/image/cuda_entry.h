// The one C entry table between the program and libmien_cuda.so. Nothing of CUDA is visible here.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

namespace mien {

inline constexpr int cuda_entry_version = 1;

/// Every call returns 0 or an error whose text `last_error` gives (thread-local, valid until the next call).
struct CudaEntry {
    int version;
    int (*open)(int device, void** queue);
    void (*close)(void* queue);
    int (*allocate)(void* queue, std::size_t bytes, void** memory);
    void (*release)(void* queue, void* memory);
    int (*copy)(void* queue, void* to, const void* from, std::size_t bytes);
    /// Runs the kernel body registered under the NUL-terminated name; unknown names and wrong sizes are errors.
    int (*launch)(void* queue, const char* name, const void* body, std::size_t body_bytes, int width, int height);
    int (*wait)(void* queue);
    const char* (*last_error)();
    /// One line about the device: name, compute capability, memory.
    int (*describe)(int device, char* text, std::size_t text_bytes);
};

/// The symbol that libmien_cuda.so exports: `extern "C" const CudaEntry* mien_cuda_entry()`.
inline constexpr const char* cuda_entry_symbol = "mien_cuda_entry";

}  // namespace mien
