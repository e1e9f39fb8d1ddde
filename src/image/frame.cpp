// SPDX-License-Identifier: Apache-2.0
#include "image/frame.h"

#include <fmt/format.h>

#include <cstring>
#include <mutex>
#include <new>

#include "base/digest.h"
#include "base/error.h"

namespace mien {
namespace {
struct LayoutRow {
    Layout layout;
    const char* name;
    int planes, channels, shift_x, shift_y;
};
constexpr std::array<LayoutRow, 7> layouts{{
    {Layout::gray, "gray", 1, 1, 0, 0},
    {Layout::rgb, "rgb", 1, 3, 0, 0},
    {Layout::rgba, "rgba", 1, 4, 0, 0},
    {Layout::yuv420, "yuv420p", 3, 1, 1, 1},
    {Layout::yuv422, "yuv422p", 3, 1, 1, 0},
    {Layout::yuv444, "yuv444p", 3, 1, 0, 0},
    {Layout::gbr, "gbrp", 3, 1, 0, 0},
}};
const LayoutRow& row_of(Layout layout) noexcept { return layouts[static_cast<std::size_t>(layout)]; }
}  // namespace

int plane_count(const Format& format) noexcept { return row_of(format.layout).planes + (format.alpha && row_of(format.layout).planes > 1 ? 1 : 0); }
int channel_count(const Format& format) noexcept { return row_of(format.layout).channels; }
int sample_bytes(const Format& format) noexcept { return format.depth > 8 ? 2 : 1; }

Size plane_size(const Format& format, Size size, int plane) noexcept {
    if (plane == 0 || plane == 3) return size;
    const LayoutRow& row = row_of(format.layout);
    return {(size.width + (1 << row.shift_x) - 1) >> row.shift_x, (size.height + (1 << row.shift_y) - 1) >> row.shift_y};
}

std::string name_of(const Format& format) {
    const LayoutRow& row = row_of(format.layout);
    if (row.planes == 1) return fmt::format("{}{}", row.name, row.channels * format.depth);
    const std::string base = format.alpha ? (format.layout == Layout::gbr ? std::string("gbrap") : fmt::format("yuva{}", row.name + 3)) : std::string(row.name);
    return format.depth > 8 ? fmt::format("{}{}", base, format.depth) : base;
}

namespace {

/// Memory of frames that are gone, for the next ones of the same size: pages fresh from the system are cleared one by one first.
class SpareMemory {
public:
    std::byte* take(std::size_t bytes) {
        {
            const std::lock_guard lock(mutex_);
            if (bytes != bytes_) drop();
            bytes_ = bytes;
            if (count_ > 0) return spare_[--count_];
        }
        return static_cast<std::byte*>(::operator new[](bytes, std::align_val_t(64), std::nothrow));
    }
    void give(std::byte* memory, std::size_t bytes) noexcept {
        const std::lock_guard lock(mutex_);
        if (bytes == bytes_ && count_ < spare_.size()) spare_[count_++] = memory;
        else release(memory);
    }

private:
    static void release(std::byte* memory) noexcept { ::operator delete[](memory, std::align_val_t(64)); }
    void drop() noexcept {
        while (count_ > 0) release(spare_[--count_]);
    }
    std::mutex mutex_;
    std::array<std::byte*, 2> spare_{};
    std::size_t count_ = 0, bytes_ = 0;
};
SpareMemory& spare_memory() {
    // Never destroyed: frames of static objects may be the last to go.
    static SpareMemory& kept = *new SpareMemory;
    return kept;
}

struct GiveBack {
    std::size_t bytes = 0;
    void operator()(std::byte* memory) const noexcept { spare_memory().give(memory, bytes); }
};

}  // namespace

struct Frame::Pixels {
    std::shared_ptr<const void> owner;  // empty: memory is ours
    std::unique_ptr<std::byte[], GiveBack> memory;
    std::array<const void*, 4> data{};
    std::array<std::ptrdiff_t, 4> pitch{};
};

Frame::Frame(Format format, Size size) : format_(format), size_(size), pixels_(std::make_shared<Pixels>()) {
    std::array<std::size_t, 4> start{};
    std::size_t bytes = 0;
    for (int index = 0; index < plane_count(format); ++index) {
        const Size plane = plane_size(format, size, index);
        const auto at = static_cast<std::size_t>(index);
        pixels_->pitch[at] = (static_cast<std::ptrdiff_t>(plane.width) * channel_count(format) * sample_bytes(format) + 63) / 64 * 64;
        start[at] = bytes;
        bytes += static_cast<std::size_t>(pixels_->pitch[at]) * static_cast<std::size_t>(plane.height);
    }
    // 64 bytes of slack: vector loads of the last pixels may read past them.
    std::byte* const memory = spare_memory().take(bytes + 64);
    if (!memory) throw Error(Code::out_of_memory, fmt::format("no memory for a picture of {} x {} {} ({} bytes)", size.width, size.height, name_of(format), bytes));
    pixels_->memory = std::unique_ptr<std::byte[], GiveBack>(memory, GiveBack{bytes + 64});
    for (int index = 0; index < plane_count(format); ++index) pixels_->data[static_cast<std::size_t>(index)] = memory + start[static_cast<std::size_t>(index)];
}

Frame::Frame(Format format, Size size, std::shared_ptr<const void> owner, std::array<const void*, 4> data, std::array<std::ptrdiff_t, 4> pitch)
    : format_(format), size_(size), pixels_(std::make_shared<Pixels>()) {
    pixels_->owner = std::move(owner);
    pixels_->data = data;
    pixels_->pitch = pitch;
}

const void* Frame::data(int index) const noexcept { return pixels_->data[static_cast<std::size_t>(index)]; }
std::ptrdiff_t Frame::pitch(int index) const noexcept { return pixels_->pitch[static_cast<std::size_t>(index)]; }

void Frame::own() {
    if (pixels_.use_count() == 1 && !pixels_->owner) return;
    Frame copy(format_, size_);
    for (int index = 0; index < plane_count(format_); ++index) {
        const auto at = static_cast<std::size_t>(index);
        const Size plane = plane_size(format_, size_, index);
        const std::size_t row_bytes = static_cast<std::size_t>(plane.width) * static_cast<std::size_t>(channel_count(format_) * sample_bytes(format_));
        for (int y = 0; y < plane.height; ++y)
            std::memcpy(static_cast<std::byte*>(const_cast<void*>(copy.pixels_->data[at])) + y * copy.pixels_->pitch[at],
                        static_cast<const std::byte*>(pixels_->data[at]) + y * pixels_->pitch[at], row_bytes);
    }
    pixels_ = std::move(copy.pixels_);
}

std::string digest(const Frame& frame) {
    Xxh3 sum;
    sum.update(bytes_of(fmt::format("{} {} {}\n", name_of(frame.format()), frame.size().width, frame.size().height)));
    for (int index = 0; index < plane_count(frame.format()); ++index) {
        const View<const std::byte> plane = frame.plane<std::byte>(index);
        const std::size_t row_bytes = static_cast<std::size_t>(plane.size.width) * static_cast<std::size_t>(plane.channels * sample_bytes(frame.format()));
        for (int y = 0; y < plane.size.height; ++y) sum.update({plane.row(y), row_bytes});
    }
    return sum.hex();
}

}  // namespace mien
