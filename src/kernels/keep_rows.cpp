// SPDX-License-Identifier: Apache-2.0
#include "kernels/keep_rows.h"

#include <algorithm>
#include <limits>
#include <vector>

namespace mien::kernels {
namespace {

/// All ones where a pixel is as it was. One mark more on either side, for chroma sites that reach over an edge.
template <class T> struct Marks {
    std::vector<T> storage;
    T* fit(int width) {
        storage.resize(std::max(storage.size(), static_cast<std::size_t>(width) + 2));
        storage[0] = storage[static_cast<std::size_t>(width) + 1] = std::numeric_limits<T>::max();
        return storage.data() + 1;
    }
};

template <class T> void mark_row(const T* before, const T* after, int width, T* marks) {
    for (int x = 0; x < width; ++x) {
        const int differs = (before[3 * x] ^ after[3 * x]) | (before[3 * x + 1] ^ after[3 * x + 1]) | (before[3 * x + 2] ^ after[3 * x + 2]);
        marks[x] = differs == 0 ? std::numeric_limits<T>::max() : T(0);
    }
}

template <class T> void choose(const T* marks, const T* original, int count, T* samples) {
    for (int x = 0; x < count; ++x) samples[x] = static_cast<T>((original[x] & marks[x]) | (samples[x] & ~marks[x]));
}

}  // namespace

template <class T> bool keep_rows(View<const T> before, View<const T> after, Rect region, const Planes<const T>& original, const Planes<T>& planes) {
    const Layout layout = planes.format.layout;
    if (layout != Layout::yuv420 && layout != Layout::yuv422 && layout != Layout::yuv444) return false;
    const int shift_x = layout == Layout::yuv444 ? 0 : 1, shift_y = layout == Layout::yuv420 ? 1 : 0;
    const int width = region.width, chroma_width = (width + shift_x) >> shift_x, left = region.x >> shift_x, top = region.y >> shift_y;
    thread_local Marks<T> of_row, of_rows, of_sites;
    T *const row = of_row.fit(width), *const rows = of_rows.fit(width + 1), *const sites = of_sites.fit(chroma_width);
    for (int y = 0; y < region.height; ++y) {
        mark_row(before.row(y), after.row(y), width, row);
        choose(row, original.plane[0].row(region.y + y) + region.x, width, planes.plane[0].row(region.y + y) + region.x);
        // A chroma sample stays when every pixel it was made of stays.
        const bool first = shift_y == 0 || (y & 1) == 0, last = shift_y == 0 || (y & 1) == 1 || y + 1 == region.height;
        for (int x = 0; x < width; ++x) rows[x] = first ? row[x] : static_cast<T>(rows[x] & row[x]);
        if (!last) continue;
        rows[width] = std::numeric_limits<T>::max();
        for (int x = 0; x < chroma_width; ++x) sites[x] = shift_x == 0 ? rows[x] : static_cast<T>(rows[2 * x - 1] & rows[2 * x] & rows[2 * x + 1]);
        const int at = top + (y >> shift_y);
        for (const std::size_t p : {std::size_t{1}, std::size_t{2}}) choose(sites, original.plane[p].row(at) + left, chroma_width, planes.plane[p].row(at) + left);
    }
    return true;
}

template bool keep_rows<std::uint8_t>(View<const std::uint8_t>, View<const std::uint8_t>, Rect, const Planes<const std::uint8_t>&, const Planes<std::uint8_t>&);
template bool keep_rows<std::uint16_t>(View<const std::uint16_t>, View<const std::uint16_t>, Rect, const Planes<const std::uint16_t>&, const Planes<std::uint16_t>&);

}  // namespace mien::kernels
