// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "image/buffer.h"
#include "kernels/blend.h"
#include "kernels/contour.h"
#include "kernels/launch.h"
#include "kernels/mask.h"
#include "kernels/stencil.h"
#include "kernels/table.h"

namespace mien::kernels {
namespace {

template <class T> struct PaintCovered {
    View<T> part;
    const std::uint8_t* covered;
    T colour[3];
    static std::string name() { return std::string("paint_covered_") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        if (!covered[static_cast<std::ptrdiff_t>(y) * part.size.width + x]) return;
        for (int c = 0; c < part.channels && c < 3; ++c) part.at(x, y, c) = colour[c];
    }
};

struct CoverageMask {
    const std::uint8_t* covered;
    View<float> out;
    static std::string name() { return "coverage_mask"; }
    MIEN_HD void operator()(int x, int y) const { out.at(x, y) = covered[static_cast<std::ptrdiff_t>(y) * out.size.width + x] ? 1.0f : 0.0f; }
};

struct MaskInside {
    View<const float> mask;
    std::uint8_t* inside;
    float threshold;
    static std::string name() { return "mask_inside"; }
    MIEN_HD void operator()(int x, int y) const { inside[static_cast<std::ptrdiff_t>(y) * mask.size.width + x] = mask.at(x, y) >= threshold; }
};

/// Positions far outside draw nothing inside; the bound keeps the integer geometry from overflowing.
Spot spot_of(Point p) {
    const auto whole = [](double v) { return std::isnan(v) ? std::int64_t{0} : static_cast<std::int64_t>(std::nearbyint(std::clamp(v, -1e6, 1e6))); };
    return {whole(p.x), whole(p.y)};
}

Rect part_around(Size picture, Spot low, Spot high, int margin) {
    const auto within = [](std::int64_t v, int end) { return static_cast<int>(std::clamp<std::int64_t>(v, 0, end)); };
    const int left = within(low.x - margin, picture.width), top = within(low.y - margin, picture.height);
    return {left, top, within(high.x + margin + 1, picture.width) - left, within(high.y + margin + 1, picture.height) - top};
}

template <class T> void paint(Queue& queue, View<T> picture, const Stencil& stencil, std::array<T, 3> colour) {
    if (stencil.part().empty()) return;
    const View<T> part = picture.part(stencil.part());
    const Table<std::uint8_t> covered(queue, stencil.covered());
    for_each_pixel(queue, part.size, PaintCovered<T>{part, covered.data(), {colour[0], colour[1], colour[2]}});
}

/// The pixels of a mask on the host, 1 where mask >= threshold: compared where the mask lies and fetched at once, for a device answers every line as slowly as the whole.
std::vector<std::uint8_t> inside_of(Queue& queue, View<const float> mask, float threshold) {
    std::vector<std::uint8_t> inside(static_cast<std::size_t>(mask.size.width) * static_cast<std::size_t>(mask.size.height));
    const Buffer compared(queue, inside.size());
    for_each_pixel(queue, mask.size, MaskInside{mask, compared.data<std::uint8_t>(), threshold});
    queue.copy(inside.data(), Place::host, compared.data<std::uint8_t>(), queue.place(), inside.size());
    queue.wait();
    return inside;
}

}  // namespace

template <class T> void draw_line(Queue& queue, View<T> picture, Point from, Point to, std::array<T, 3> colour, int thickness) {
    const Spot a = spot_of(from), b = spot_of(to);
    Stencil stencil(picture.size, part_around(picture.size, {std::min(a.x, b.x), std::min(a.y, b.y)}, {std::max(a.x, b.x), std::max(a.y, b.y)}, thickness + 1));
    stencil.line(a, b, thickness);
    paint(queue, picture, stencil, colour);
}

template <class T> void draw_rectangle(Queue& queue, View<T> picture, Rect rect, std::array<T, 3> colour, int thickness) {
    const Point low{static_cast<double>(rect.x), static_cast<double>(rect.y)};
    const Point high{static_cast<double>(rect.x) + rect.width - 1, static_cast<double>(rect.y) + rect.height - 1};
    const std::array<Point, 4> corner{low, Point{high.x, low.y}, high, Point{low.x, high.y}};
    for (std::size_t i = 0; i < 4; ++i) draw_line<T>(queue, picture, corner[i], corner[(i + 1) % 4], colour, thickness);
}

template <class T> void fill_circle(Queue& queue, View<T> picture, Point centre, int radius, std::array<T, 3> colour) {
    const Spot at = spot_of(centre);
    Stencil stencil(picture.size, part_around(picture.size, at, at, radius));
    stencil.disc(at, radius);
    paint(queue, picture, stencil, colour);
}

template <class T> void draw_contour(Queue& queue, View<T> picture, View<const float> mask, float threshold, std::array<T, 3> colour, int thickness) {
    Stencil stencil(picture.size, {0, 0, picture.size.width, picture.size.height});
    for (const std::vector<Spot>& chain : follow_borders(inside_of(queue, mask, threshold), mask.size))
        for (std::size_t i = 0; i < chain.size(); ++i) stencil.line(chain[(i + chain.size() - 1) % chain.size()], chain[i], thickness, false);
    paint(queue, picture, stencil, colour);
}

void fill_hull(Queue& queue, std::span<const Point> points, View<float> out) {
    std::vector<Spot> spots;
    for (const Point& p : points) spots.push_back(spot_of(p));
    Stencil stencil(out.size, {0, 0, out.size.width, out.size.height});
    stencil.convex(convex_hull(std::move(spots)));
    const Table<std::uint8_t> covered(queue, stencil.covered());
    for_each_pixel(queue, out.size, CoverageMask{covered.data(), out});
}

#define MIEN_INSTANTIATE(T)                                                                               \
    template void draw_line<T>(Queue&, View<T>, Point, Point, std::array<T, 3>, int);                     \
    template void draw_rectangle<T>(Queue&, View<T>, Rect, std::array<T, 3>, int);                        \
    template void fill_circle<T>(Queue&, View<T>, Point, int, std::array<T, 3>);                          \
    template void draw_contour<T>(Queue&, View<T>, View<const float>, float, std::array<T, 3>, int);
MIEN_INSTANTIATE(std::uint8_t)
MIEN_INSTANTIATE(std::uint16_t)
#undef MIEN_INSTANTIATE

}  // namespace mien::kernels
