// One row per kernel: what twin tests, golden digests, and the benchmark all walk.
// SPDX-License-Identifier: Apache-2.0
//
// A row makes its inputs from the case's seed, asks for outputs, and hands the call to `run`:
//
//     {"swap_red_blue.u8", [](Case& c) {
//          const auto in = c.input<std::uint8_t>(c.size(), 3);
//          const auto out = c.output<std::uint8_t>(c.size(), 3);
//          c.run([&] { swap_red_blue<std::uint8_t>(c.queue(), in, out); });
//      }},
//
// Rows lie in cases_<header>.cpp, one file per header of kernels; the case sees to sizes (1x1, odd, wide), contents (noise, ramps, extremes), negative
// pitches, guard bands, and to where the memory is. Everything random comes from the case. Results that are numbers go to `number`.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "image/buffer.h"
#include "image/queue.h"
#include "image/tensor.h"
#include "image/view.h"

namespace mien::kernels {

/// One run of one row. Thread-safety: one thread at a time.
class Case {
public:
    /// Repeats the call and times it; returns nothing. Without one the call runs once.
    using Stopwatch = std::function<void(Queue&, const std::function<void()>&)>;

    /// Small, hostile pictures chosen by the seed.
    Case(Queue& queue, std::uint64_t seed);
    /// Pictures of one size with rows in order, for timing.
    Case(Queue& queue, Size size, Stopwatch stopwatch);

    Queue& queue() const noexcept { return queue_; }
    bool timed() const noexcept { return static_cast<bool>(stopwatch_); }
    /// The picture size of this case; the same for every call.
    Size size() const noexcept { return size_; }
    /// Another size, for kernels whose pictures differ in size: `size()` scaled by a random factor, or by `factor` when timed.
    Size other_size(double factor = 0.5);
    std::uint64_t random() noexcept;
    int whole(int low, int high) noexcept;          ///< low <= result <= high
    double real(double low, double high) noexcept;  ///< with 20 bits: survives any arithmetic exactly
    /// A map from pixels of one size to another: turned, scaled, moved partly outside.
    Affine map(Size out, Size in);

    /// Samples between low and high.
    template <class T> View<const T> input(Size size, int channels, double low = 0, double high = full_scale<T>()) {
        Block& block = add_block(size, channels, sizeof(T), false);
        fill(block, kind_of<T>(), low, high);
        return view_of<T>(send(block), size, channels);
    }
    /// Memory between guard bands whose old contents are the same everywhere; kept as a result.
    template <class T> View<T> output(Size size, int channels) {
        return view_of<T>(send(add_block(size, channels, sizeof(T), true)), size, channels);
    }
    /// A picture that the kernel changes: an input that is kept as a result.
    template <class T> View<T> in_out(Size size, int channels, double low = 0, double high = full_scale<T>()) {
        Block& block = add_block(size, channels, sizeof(T), true);
        fill(block, kind_of<T>(), low, high);
        return view_of<T>(send(block), size, channels);
    }
    /// Dense arrays, as tensors need them.
    template <class T> T* dense_input(std::int64_t count, double low, double high) {
        Block& block = add_block({static_cast<int>(count), 1}, 1, sizeof(T), false);
        fill(block, kind_of<T>(), low, high);
        return view_of<T>(send(block), {static_cast<int>(count), 1}, 1).data;
    }
    /// Element sizes other than those of pictures (halves) are given in bytes.
    void* dense_output(std::int64_t count, std::size_t element_bytes);

    void run(const std::function<void()>& call);
    /// Keeps a number that a kernel returned.
    template <class T> void number(T value) {
        static_assert(std::is_trivially_copyable_v<T>);
        keep(&value, sizeof value);
    }

    /// All kept results, in order, after the queue's work; empty `harm` means that every byte around them is as it was.
    struct Outcome {
        std::vector<std::byte> bytes;
        std::string harm;
    };
    Outcome finish();
    /// Bytes of all inputs and outputs: what a kernel has to move at the least.
    std::size_t traffic() const noexcept { return traffic_; }

private:
    enum class Kind : std::uint8_t { u8, u16, f32 };
    struct Block {
        std::vector<std::byte> host, before;
        Buffer there;
        std::size_t first = 0;  ///< where row 0 starts
        std::ptrdiff_t pitch = 0;
        std::size_t row_bytes = 0;
        int height = 0;
        bool kept = false;
    };
    template <class T> static constexpr double full_scale() { return std::is_same_v<T, std::uint8_t> ? 255 : std::is_same_v<T, std::uint16_t> ? 65535 : 1; }
    template <class T> static constexpr Kind kind_of() {
        static_assert(std::is_same_v<T, std::uint8_t> || std::is_same_v<T, std::uint16_t> || std::is_same_v<T, float>);
        return std::is_same_v<T, std::uint8_t> ? Kind::u8 : std::is_same_v<T, std::uint16_t> ? Kind::u16 : Kind::f32;
    }
    template <class T> View<T> view_of(Block& block, Size size, int channels) const {
        std::byte* const memory = queue_.place() == Place::host ? block.host.data() : block.there.template data<std::byte>();
        return {reinterpret_cast<T*>(memory + block.first), size, block.pitch, channels, queue_.place()};
    }
    Block& add_block(Size size, int channels, std::size_t sample_bytes, bool kept);
    void fill(Block& block, Kind kind, double low, double high);
    Block& send(Block& block);
    void keep(const void* bytes, std::size_t count);

    Queue& queue_;
    std::uint64_t state_;
    Size size_;
    Stopwatch stopwatch_;
    int content_ = 0;
    std::size_t traffic_ = 0;
    std::vector<std::unique_ptr<Block>> blocks_;
    std::vector<std::byte> numbers_;
};

struct KernelCase {
    std::string_view name;  ///< unique: kernel.variant.samples
    void (*run)(Case&);
};
/// Every row of every file, in a fixed order.
std::span<const KernelCase> kernel_cases();

std::span<const KernelCase> geometry_cases();
std::span<const KernelCase> network_io_cases();
std::span<const KernelCase> reduce_cases();
std::span<const KernelCase> mask_cases();    ///< masks and contours
std::span<const KernelCase> blend_cases();   ///< pictures onto pictures, drawing
std::span<const KernelCase> keep_cases();    ///< the film's own samples where nothing changed
std::span<const KernelCase> colour_cases();  ///< film planes, Lab, HSV, tones, colour matching

}  // namespace mien::kernels
