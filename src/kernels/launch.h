// One body, two launchers: the only grid arithmetic of the engine.
//
// A kernel is a Body: a trivially copyable functor with `static std::string name()` and `MIEN_HD void operator()(int x, int y) const`. The same file is
// compiled as C++ into the program and as CUDA into libmien_cuda.so. In the program, for_each_pixel runs the body on the host, or sends its bytes to the
// queue's device; in libmien_cuda.so, instantiating for_each_pixel registers the body's device launcher under its name.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <type_traits>

#include "image/queue.h"
#include "image/view.h"

namespace mien::kernels {

template <class Sample> constexpr const char* sample_name() {
    if constexpr (std::is_same_v<std::remove_const_t<Sample>, std::uint8_t>) return "u8";
    if constexpr (std::is_same_v<std::remove_const_t<Sample>, std::uint16_t>) return "u16";
    if constexpr (std::is_same_v<std::remove_const_t<Sample>, float>) return "f32";
    if constexpr (std::is_same_v<std::remove_const_t<Sample>, double>) return "f64";
    return "other";
}

#if defined(__CUDACC__)
/// Starts a registered body on a CUDA stream; returns a cudaError_t.
using DeviceLauncher = int (*)(void* stream, const void* body, int width, int height);
/// Called before main of the library; a name may be registered once (a second one with another size is reported by every launch).
bool register_body(const std::string& name, std::size_t body_bytes, DeviceLauncher);

template <class Body> __global__ void each_pixel_kernel(int width, int height, Body body) {
    const int x = static_cast<int>(blockIdx.x * blockDim.x + threadIdx.x), y = static_cast<int>(blockIdx.y * blockDim.y + threadIdx.y);
    if (x < width && y < height) body(x, y);
}
template <class Body> int launch_on_device(void* stream, const void* bytes, int width, int height) {
    const dim3 block(32, 8), grid(static_cast<unsigned>((width + 31) / 32), static_cast<unsigned>((height + 7) / 8));
    each_pixel_kernel<<<grid, block, 0, static_cast<cudaStream_t>(stream)>>>(width, height, *static_cast<const Body*>(bytes));
    return static_cast<int>(cudaGetLastError());
}
template <class Body> struct Registered {
    static const bool value;
};
template <class Body> const bool Registered<Body>::value = register_body(Body::name(), sizeof(Body), &launch_on_device<Body>);
#endif

/// Runs body(x, y) once per pixel of `size`, in any order. The body owns no memory, reads no globals, and writes no sample that another (x, y) touches.
template <class Body> void for_each_pixel(Queue& queue, Size size, const Body& body) {
    static_assert(std::is_trivially_copyable_v<Body>, "a kernel body travels to the device as bytes");
    if (size.width <= 0 || size.height <= 0) return;
#if defined(__CUDACC__)
    (void)&Registered<Body>::value;
#endif
    if (queue.place() == Place::device) {
        queue.launch(Body::name(), &body, sizeof(Body), size);
        return;
    }
#if !defined(__CUDACC__)
    // A copy of its own: stores through byte pointers cannot change it, so its numbers stay in registers.
    const Body here = body;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) here(x, y);
#endif
}

}  // namespace mien::kernels
