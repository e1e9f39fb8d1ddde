// Sizes, points, boxes and views of pixels, and the one pixel convention of mien.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#if defined(__CUDACC__)
#define MIEN_HD __host__ __device__
#else
#define MIEN_HD
#endif

namespace mien {

enum class Place : std::uint8_t { host, device };

struct Size {
    int width = 0, height = 0;
    friend bool operator==(const Size&, const Size&) = default;
};

/// A position in a picture. (0, 0) is the centre of the first pixel, as in OpenCV and in the numbers networks give;
/// a picture of w x h pixels reaches from -1/2 to w - 1/2.
struct Point {
    double x = 0, y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

/// A box between two points, low <= high.
struct Box {
    Point low, high;
    double width() const noexcept { return high.x - low.x; }
    double height() const noexcept { return high.y - low.y; }
    friend bool operator==(const Box&, const Box&) = default;
};

/// Whole pixels: x and y of the first one, width and height.
struct Rect {
    int x = 0, y = 0, width = 0, height = 0;
    bool empty() const noexcept { return width <= 0 || height <= 0; }
    Size size() const noexcept { return {width, height}; }
    friend bool operator==(const Rect&, const Rect&) = default;
};
/// The smallest Rect that holds both; an empty one does not count.
Rect join(Rect, Rect) noexcept;
/// The pixels both hold.
Rect meet(Rect, Rect) noexcept;

/// Maps (x, y) to (a x + b y + c, d x + e y + f): rows of a 2x3 matrix.
struct Affine {
    double a = 1, b = 0, c = 0, d = 0, e = 1, f = 0;
    MIEN_HD Point operator()(Point p) const noexcept { return {a * p.x + b * p.y + c, d * p.x + e * p.y + f}; }
};
/// The map that undoes the given one, as OpenCV's invertAffineTransform computes it; all zero when it has no inverse.
Affine invert(const Affine&) noexcept;
/// first, then second.
Affine chain(const Affine& first, const Affine& second) noexcept;

/// Pixels someone else owns. Row y starts pitch * y bytes after data; a row holds size.width pixels of `channels` interleaved
/// samples. Copying a View copies no pixels. Thread-safety: as the pixels.
template <class T> struct View {
    T* data = nullptr;
    Size size;
    std::ptrdiff_t pitch = 0;  ///< bytes; may be negative
    int channels = 1;
    Place place = Place::host;

    MIEN_HD T* row(int y) const noexcept { return reinterpret_cast<T*>(reinterpret_cast<std::uintptr_t>(data) + static_cast<std::uintptr_t>(y * pitch)); }  // NOLINT(performance-no-int-to-ptr): a row outside may be named
    MIEN_HD T& at(int x, int y, int channel = 0) const noexcept { return row(y)[x * channels + channel]; }
    /// The part inside rect, which must lie inside this view.
    View part(Rect rect) const noexcept { return {row(rect.y) + rect.x * channels, rect.size(), pitch, channels, place}; }
    operator View<const T>() const noexcept { return {data, size, pitch, channels, place}; }
};

}  // namespace mien
