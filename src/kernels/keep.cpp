// SPDX-License-Identifier: Apache-2.0
#include "kernels/keep.h"

#include "kernels/keep_rows.h"
#include "kernels/launch.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

template <class T> struct KeepPlane {
    View<const T> before, after, original;
    View<T> plane;
    int first_x, first_y;    // of the region, in samples of this plane
    int shift_x, shift_y;    // pixels per sample, as shifts
    static std::string name() { return std::string("keep_unchanged.") + sample_name<T>(); }
    MIEN_HD bool changed(int x, int y) const {
        const T* const a = before.row(y) + 3 * x;
        const T* const b = after.row(y) + 3 * x;
        return a[0] != b[0] || a[1] != b[1] || a[2] != b[2];
    }
    MIEN_HD void operator()(int x, int y) const {
        const int from_x = (x << shift_x) - (shift_x > 0 && x > 0 ? 1 : 0), from_y = y << shift_y;
        const int to_x = ((x + 1) << shift_x) < before.size.width ? (x + 1) << shift_x : before.size.width;
        const int to_y = ((y + 1) << shift_y) < before.size.height ? (y + 1) << shift_y : before.size.height;
        for (int j = from_y; j < to_y; ++j)
            for (int i = from_x; i < to_x; ++i)
                if (changed(i, j)) return;
        for (int c = 0; c < plane.channels; ++c) plane.at(first_x + x, first_y + y, c) = original.at(first_x + x, first_y + y, c);
    }
};

}  // namespace

template <class T> void keep_unchanged(Queue& queue, View<const T> before, View<const T> after, Rect region, const Planes<const T>& original, const Planes<T>& planes) {
    if (takes_tuned_path(queue) && keep_rows<T>(before, after, region, original, planes)) return;
    const int count = plane_count(planes.format) < 3 ? 1 : 3;
    for (int p = 0; p < count; ++p) {
        const auto at = static_cast<std::size_t>(p);
        // Subsampling shows in the plane sizes; sizes round up, so a 1-pixel film has 1-sample planes.
        const int shift_x = planes.format.layout == Layout::yuv420 || planes.format.layout == Layout::yuv422 ? (p > 0) : 0;
        const int shift_y = planes.format.layout == Layout::yuv420 ? (p > 0) : 0;
        const Size samples{(region.width + (1 << shift_x) - 1) >> shift_x, (region.height + (1 << shift_y) - 1) >> shift_y};
        for_each_pixel(queue, samples, KeepPlane<T>{before, after, original.plane[at], planes.plane[at], region.x >> shift_x, region.y >> shift_y, shift_x, shift_y});
    }
}

template void keep_unchanged<std::uint8_t>(Queue&, View<const std::uint8_t>, View<const std::uint8_t>, Rect, const Planes<const std::uint8_t>&, const Planes<std::uint8_t>&);
template void keep_unchanged<std::uint16_t>(Queue&, View<const std::uint16_t>, View<const std::uint16_t>, Rect, const Planes<const std::uint16_t>&, const Planes<std::uint16_t>&);

}  // namespace mien::kernels
