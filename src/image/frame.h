// One picture of a film: shared planes, their format and colour codes, and its time.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <memory>
#include <string>

#include "image/view.h"

namespace mien {

/// How samples lie in planes. Interleaved: gray (1), rgb (3), rgba (4). Planar: y, u, v by subsampling (+ alpha as plane 3),
/// gbr (planes g, b, r, as FFmpeg orders them; + alpha as plane 3).
enum class Layout : std::uint8_t { gray, rgb, rgba, yuv420, yuv422, yuv444, gbr };

/// Depth is bits per sample; 9..16 bits lie in the low bits of 16-bit little-endian words.
struct Format {
    Layout layout = Layout::rgb;
    int depth = 8;
    bool alpha = false;  ///< planar layouts: plane 3 holds alpha
    friend bool operator==(const Format&, const Format&) = default;
};
int plane_count(const Format&) noexcept;
int channel_count(const Format&) noexcept;        ///< interleaved samples per pixel of plane 0
int sample_bytes(const Format&) noexcept;         ///< 1 or 2
Size plane_size(const Format&, Size, int plane) noexcept;  ///< chroma sizes are rounded up
std::string name_of(const Format&);               ///< "yuv420p10", "rgb24" ...

/// ITU-T H.273 code points; 2 means unspecified. Chroma siting as in FFmpeg's AVChromaLocation (0 unspecified, 1 left, 2 centre, 3 top left ...).
struct Colour {
    std::uint8_t matrix = 2, primaries = 2, transfer = 2;
    std::uint8_t siting = 0;
    bool full_range = false;
    friend bool operator==(const Colour&, const Colour&) = default;
};

struct Ratio {
    std::int64_t numerator = 0, denominator = 1;
    friend bool operator==(const Ratio&, const Ratio&) = default;
};

/// A moment: ticks of a time base in seconds.
struct Time {
    std::int64_t ticks = 0;
    Ratio base{1, 1};
    double seconds() const noexcept { return static_cast<double>(ticks) * static_cast<double>(base.numerator) / static_cast<double>(base.denominator); }
};

/// One picture. Copies share pixels; edit() makes them yours. Thread-safety: distinct copies, any thread.
class Frame {
public:
    Frame() = default;
    /// New planes with rows aligned to 64 bytes; contents undefined. Throws Error{out_of_memory}.
    Frame(Format, Size);
    /// Planes that `owner` keeps alive; they are never written through this frame before edit() has copied them.
    Frame(Format, Size, std::shared_ptr<const void> owner, std::array<const void*, 4> data, std::array<std::ptrdiff_t, 4> pitch);

    explicit operator bool() const noexcept { return pixels_ != nullptr; }
    const Format& format() const noexcept { return format_; }
    Size size() const noexcept { return size_; }
    /// Throws nothing; T is std::uint8_t for 8 bits, std::uint16_t above.
    template <class T> View<const T> plane(int index) const noexcept {
        return {static_cast<const T*>(data(index)), plane_size(format_, size_, index), pitch(index), channel_count(format_)};
    }
    /// Writable pixels; copies all planes first when anyone else holds them.
    template <class T> View<T> edit(int index) {
        own();
        return {static_cast<T*>(const_cast<void*>(data(index))), plane_size(format_, size_, index), pitch(index), channel_count(format_)};
    }

    Time time;               ///< presentation time, in the stream's own time base
    std::int64_t duration = 0;  ///< in the same ticks; 0 when unknown
    std::int64_t number = 0;    ///< position in the film, from 0; a trim does not renumber
    Colour colour;
    bool key = false;        ///< the file holds it as a key frame

private:
    struct Pixels;
    const void* data(int index) const noexcept;
    std::ptrdiff_t pitch(int index) const noexcept;
    void own();
    Format format_;
    Size size_;
    std::shared_ptr<Pixels> pixels_;
};

/// XXH3 of all samples inside the picture (not the padding), format and size; for tests and the digest writer.
std::string digest(const Frame&);

}  // namespace mien
