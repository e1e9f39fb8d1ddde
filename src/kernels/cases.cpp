// SPDX-License-Identifier: Apache-2.0
#include "kernels/cases.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <fmt/format.h>

#include "kernels/exact.h"

namespace mien::kernels {
namespace {

constexpr std::size_t guard_bytes = 256;
constexpr std::array<Size, 12> hostile_sizes{
    Size{1, 1}, {7, 5}, {64, 48}, {33, 21}, {1, 9}, {129, 17}, {16, 1}, {50, 66}, {2, 2}, {31, 32}, {3, 1}, {97, 40}};
enum Content : int { noise, ramp, extremes, flat, checks };
constexpr int content_count = 5;

/// Steele's SplitMix64: every state gives a good number, so that a seed is a state.
std::uint64_t next(std::uint64_t& state) noexcept {
    std::uint64_t value = state += 0x9e3779b97f4a7c15ULL;
    value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
    value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
    return value ^ (value >> 31);
}

std::byte canary(std::size_t position) noexcept { return static_cast<std::byte>(position * 131 + 7); }

/// Content as a share of the range, 0..1.
double share_at(int content, int x, int y, int width, int height, std::uint64_t random) noexcept {
    switch (content) {
        case ramp: return static_cast<double>(x + y) / std::max(1, width + height - 2);
        case extremes: return static_cast<double>(random & 1);
        case flat: return 1;
        case checks: return (x / 3 + y / 2) % 2;
        default: return static_cast<double>(random >> 44) / 1048575.0;
    }
}

}  // namespace

Case::Case(Queue& queue, std::uint64_t seed)
    : queue_(queue), state_(seed), size_(hostile_sizes[seed % hostile_sizes.size()]), content_(static_cast<int>(seed / hostile_sizes.size() % content_count)) {}

Case::Case(Queue& queue, Size size, Stopwatch stopwatch) : queue_(queue), state_(1), size_(size), stopwatch_(std::move(stopwatch)) {}

std::uint64_t Case::random() noexcept { return next(state_); }
int Case::whole(int low, int high) noexcept { return low + static_cast<int>(random() % (static_cast<std::uint64_t>(high - low) + 1)); }
double Case::real(double low, double high) noexcept { return low + (high - low) * (static_cast<double>(random() >> 44) / 1048576.0); }

Size Case::other_size(double factor) {
    const auto scaled = [](int extent, double by) { return std::max(1, static_cast<int>(extent * by)); };
    if (stopwatch_) return {scaled(size_.width, factor), scaled(size_.height, factor)};
    switch (whole(0, 4)) {
        case 0: return {std::max(1, size_.width / 2), std::max(1, size_.height / 2)};
        case 1: return {size_.width * 2, size_.height * 3};
        case 2: return {scaled(size_.width, real(0.2, 1.0)), scaled(size_.height, real(0.2, 1.0))};
        case 3: return size_;
        default: return {scaled(size_.width, real(0.3, 2.6)), scaled(size_.height, real(0.3, 2.6))};
    }
}

Affine Case::map(Size out, Size in) {
    const double across = static_cast<double>(in.width) / out.width, turn = stopwatch_ ? 0.1 : real(-1.2, 1.2);
    const double scale = stopwatch_ ? across : across * real(0.4, 2.0);
    const double jitter = stopwatch_ ? 0 : real(-0.4, 0.4) * in.width;
    const Affine turned{scale, -turn * scale, 0, turn * scale, scale, 0};
    const Point middle = turned({out.width / 2.0, out.height / 2.0});
    return {turned.a, turned.b, in.width / 2.0 - middle.x + jitter, turned.d, turned.e, in.height / 2.0 - middle.y - jitter};
}

Case::Block& Case::add_block(Size size, int channels, std::size_t sample_bytes, bool kept) {
    Block& block = *blocks_.emplace_back(std::make_unique<Block>());
    block.row_bytes = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(channels) * sample_bytes;
    block.height = size.height;
    block.kept = kept;
    std::size_t pitch = (block.row_bytes + 63) / 64 * 64;
    bool upwards = false;
    if (!stopwatch_ && size.height > 1) {
        pitch = block.row_bytes + static_cast<std::size_t>(whole(0, 5)) * sample_bytes;
        upwards = whole(0, 3) == 0;
    }
    const std::size_t rows = static_cast<std::size_t>(size.height);
    block.host.resize(2 * guard_bytes + pitch * rows);
    for (std::size_t i = 0; i < block.host.size(); ++i) block.host[i] = canary(i);
    block.first = guard_bytes + (upwards ? pitch * (rows - 1) : 0);
    block.pitch = upwards ? -static_cast<std::ptrdiff_t>(pitch) : static_cast<std::ptrdiff_t>(pitch);
    traffic_ += block.row_bytes * rows;
    return block;
}

void Case::fill(Block& block, Kind kind, double low, double high) {
    const std::size_t sample_bytes = kind == Kind::u8 ? 1 : kind == Kind::u16 ? 2 : 4;
    const int count = static_cast<int>(block.row_bytes / sample_bytes);
    for (int y = 0; y < block.height; ++y) {
        std::byte* const row = block.host.data() + block.first + y * block.pitch;
        for (int x = 0; x < count; ++x) {
            const double value = low + (high - low) * share_at(content_, x, y, count, block.height, random());
            if (kind == Kind::u8) {
                row[x] = static_cast<std::byte>(round_even(value));
            } else if (kind == Kind::u16) {
                const auto sample = static_cast<std::uint16_t>(round_even(value));
                std::memcpy(row + 2 * x, &sample, sizeof sample);
            } else {
                const auto sample = static_cast<float>(value);
                std::memcpy(row + 4 * x, &sample, sizeof sample);
            }
        }
    }
}

Case::Block& Case::send(Block& block) {
    block.before = block.host;
    if (queue_.place() == Place::host) return block;
    block.there = Buffer(queue_, block.host.size());
    queue_.copy(block.there.data(), queue_.place(), block.host.data(), Place::host, block.host.size());
    queue_.wait();
    return block;
}

void* Case::dense_output(std::int64_t count, std::size_t element_bytes) {
    Block& block = send(add_block({static_cast<int>(count), 1}, 1, element_bytes, true));
    return view_of<std::byte>(block, {static_cast<int>(count), 1}, 1).data;
}

void Case::run(const std::function<void()>& call) {
    if (stopwatch_) return stopwatch_(queue_, call);
    call();
}

void Case::keep(const void* bytes, std::size_t count) {
    const auto* const from = static_cast<const std::byte*>(bytes);
    numbers_.insert(numbers_.end(), from, from + count);
}

Case::Outcome Case::finish() {
    Outcome outcome;
    outcome.bytes = numbers_;
    queue_.wait();
    for (std::size_t number = 0; number < blocks_.size(); ++number) {
        Block& block = *blocks_[number];
        if (queue_.place() != Place::host) {
            queue_.copy(block.host.data(), Place::host, block.there.data(), queue_.place(), block.host.size());
            queue_.wait();
        }
        // Pixels of results are taken out and put back to what they were: whatever differs then was not the kernel's to write.
        for (int y = 0; block.kept && y < block.height; ++y) {
            const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(block.first) + y * block.pitch;
            const auto row = block.host.begin() + start;
            outcome.bytes.insert(outcome.bytes.end(), row, row + static_cast<std::ptrdiff_t>(block.row_bytes));
            std::copy_n(block.before.begin() + start, block.row_bytes, row);
        }
        const auto harmed = std::mismatch(block.host.begin(), block.host.end(), block.before.begin());
        if (harmed.first != block.host.end() && outcome.harm.empty())
            outcome.harm = fmt::format("{} {} of the case was written at byte {} (row 0 starts at {}, {} bytes per row, pitch {})", block.kept ? "the guard band of result" : "input", number,
                                       harmed.first - block.host.begin(), block.first, block.row_bytes, block.pitch);
    }
    return outcome;
}

std::span<const KernelCase> kernel_cases() {
    static const std::vector<KernelCase> all = [] {
        std::vector<KernelCase> rows;
        for (const std::span<const KernelCase> part : {geometry_cases(), network_io_cases(), reduce_cases(), mask_cases(), blend_cases(), colour_cases(), keep_cases()})
            rows.insert(rows.end(), part.begin(), part.end());
        return rows;
    }();
    return all;
}

}  // namespace mien::kernels
