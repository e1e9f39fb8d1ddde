// SPDX-License-Identifier: Apache-2.0
#include "kernels/stencil.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>

namespace mien::kernels {
namespace {

enum Side : unsigned { left_side = 1, right_side = 2, above = 4, below = 8 };

unsigned sides_of(Spot p, Spot last) {
    return (p.x < 0 ? left_side : 0u) | (p.x > last.x ? right_side : 0u) | (p.y < 0 ? above : 0u) | (p.y > last.y ? below : 0u);
}

/// Cuts a line to 0..last; each cut truncates towards zero in double precision. False when nothing is left.
bool clip_line(Spot last, Spot& from, Spot& to) {
    if (last.x < 0 || last.y < 0) return false;
    unsigned from_sides = sides_of(from, last), to_sides = sides_of(to, last);
    const auto cut_vertically = [&](Spot& end, unsigned& sides) {
        if (!(sides & (above | below))) return;
        const std::int64_t y = sides & below ? last.y : 0;
        end.x += static_cast<std::int64_t>(static_cast<double>(y - end.y) * static_cast<double>(to.x - from.x) / static_cast<double>(to.y - from.y));
        end.y = y;
        sides = sides_of(end, last) & (left_side | right_side);
    };
    const auto cut_sideways = [&](Spot& end, unsigned& sides) {
        if (!sides) return;
        const std::int64_t x = sides == left_side ? 0 : last.x;
        end.y += static_cast<std::int64_t>(static_cast<double>(x - end.x) * static_cast<double>(to.y - from.y) / static_cast<double>(to.x - from.x));
        end.x = x;
        sides = 0;
    };
    const auto crosses = [&] { return (from_sides & to_sides) == 0 && (from_sides | to_sides) != 0; };
    if (crosses()) {
        cut_vertically(from, from_sides);
        cut_vertically(to, to_sides);
        if (crosses()) {
            cut_sideways(from, from_sides);
            cut_sideways(to, to_sides);
        }
    }
    return (from_sides | to_sides) == 0;
}

/// One side of a convex polygon, walked downwards row by row.
struct Flank {
    std::size_t corner;
    std::size_t step;
    std::int64_t x = 0, slope = 0, end = 0;
};

std::int64_t turn(Spot a, Spot b, Spot c) { return (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x); }

}  // namespace

Stencil::Stencil(Size picture, Rect part)
    : picture_(picture), part_(part), covered_(static_cast<std::size_t>(std::max(part.width, 0)) * static_cast<std::size_t>(std::max(part.height, 0))) {}

void Stencil::pixel(std::int64_t x, std::int64_t y) { span(y, x, x); }

void Stencil::span(std::int64_t y, std::int64_t left, std::int64_t right) {
    left = std::max<std::int64_t>(left - part_.x, 0);
    right = std::min<std::int64_t>(right - part_.x, part_.width - 1);
    y -= part_.y;
    if (y < 0 || y >= part_.height || left > right) return;
    std::memset(covered_.data() + y * part_.width + left, 1, static_cast<std::size_t>(right - left + 1));
}

/// Bresenham's line with 8 neighbours, from left to right.
void Stencil::thin_line(Spot from, Spot to) {
    if (!clip_line({picture_.width - 1, picture_.height - 1}, from, to)) return;
    if (from.x > to.x) std::swap(from, to);
    const std::int64_t width = to.x - from.x, height = std::abs(to.y - from.y), down = to.y < from.y ? -1 : 1;
    const bool steep = height > width;
    const std::int64_t major = steep ? height : width, minor = steep ? width : height;
    std::int64_t error = major - 2 * minor;
    for (std::int64_t i = 0; i <= major; ++i) {
        pixel(from.x, from.y);
        const bool aside = error < 0;
        error += (aside ? 2 * major : 0) - 2 * minor;
        from.x += steep ? (aside ? 1 : 0) : 1;
        from.y += steep || aside ? down : 0;
    }
}

/// A line between positions in 1/65536 pixel: one pixel per step along the longer axis.
void Stencil::fine_line(Spot from, Spot to) {
    if (!clip_line({picture_.width * one - 1, picture_.height * one - 1}, from, to)) return;
    const std::int64_t width = std::abs(to.x - from.x), height = std::abs(to.y - from.y);
    const bool flat = width > height;
    if (flat ? to.x < from.x : to.y < from.y) std::swap(from, to);
    const std::int64_t step = flat ? (to.y - from.y) * one / (width | 1) : (to.x - from.x) * one / (height | 1);
    pixel((to.x + one / 2) >> fraction_bits, (to.y + one / 2) >> fraction_bits);
    std::int64_t x = from.x + one / 2, y = from.y + one / 2;
    std::int64_t left = flat ? (to.x >> fraction_bits) - (x >> fraction_bits) : (to.y >> fraction_bits) - (y >> fraction_bits);
    for (; left >= 0; --left) {
        pixel(x >> fraction_bits, y >> fraction_bits);
        x += flat ? one : step;
        y += flat ? step : one;
    }
}

/// Corners in 1/2^shift pixel. The outline is drawn as lines, then every row is filled between the two flanks.
void Stencil::fill_convex(std::span<const Spot> corners, int shift) {
    const std::size_t count = corners.size();
    const std::int64_t half = shift > 0 ? std::int64_t{1} << (shift - 1) : 0;
    const int widen = fraction_bits - shift;
    std::size_t top = 0;
    std::int64_t lowest = corners[0].y, left = corners[0].x, right = corners[0].x;
    for (std::size_t i = 0; i < count; ++i) {
        const Spot before = corners[(i + count - 1) % count], here = corners[i];
        if (here.y < corners[top].y) top = i;
        lowest = std::max(lowest, here.y);
        left = std::min(left, here.x);
        right = std::max(right, here.x);
        if (shift == 0) thin_line(before, here);
        else fine_line({before.x << widen, before.y << widen}, {here.x << widen, here.y << widen});
    }
    const std::int64_t first = (corners[top].y + half) >> shift, last = std::min<std::int64_t>((lowest + half) >> shift, picture_.height - 1);
    if (count < 3 || ((right + half) >> shift) < 0 || last < 0 || ((left + half) >> shift) >= picture_.width || first >= picture_.height) return;

    std::array<Flank, 2> flank{Flank{top, 1}, Flank{top, count - 1}};
    flank[0].end = flank[1].end = first;
    std::size_t edges = count;
    for (std::int64_t y = first; y <= last; ++y) {
        for (Flank& side : flank) {
            if (y < side.end) continue;
            std::size_t from = side.corner, to = (from + side.step) % count;
            bool found = false;
            for (; edges > 0 && !found; --edges) {
                const std::int64_t end = (corners[to].y + half) >> shift;
                if (end > y) {
                    const std::int64_t start_x = corners[from].x << widen, end_x = corners[to].x << widen;
                    side = {to, side.step, start_x, ((end_x - start_x) * 2 + (end - y)) / (2 * (end - y)), end};
                    found = true;
                }
                from = to;
                to = (to + side.step) % count;
            }
            if (!found) return;
        }
        if (y >= 0) span(y, (std::min(flank[0].x, flank[1].x) + one / 2) >> fraction_bits, (std::max(flank[0].x, flank[1].x) + one / 2) >> fraction_bits);
        for (Flank& side : flank) side.x += side.slope;
    }
}

void Stencil::convex(std::span<const Spot> corners) {
    if (!corners.empty()) fill_convex(corners, 0);
}

void Stencil::thick_line(Spot from, Spot to, int thickness, bool both_ends) {
    const Spot a{from.x * one, from.y * one}, b{to.x * one, to.y * one};
    const double across = static_cast<double>(from.x - to.x), along = static_cast<double>(to.y - from.y);
    const double square = across * across + along * along;
    const std::int64_t half = static_cast<std::int64_t>(thickness) * one / 2;
    if (square > 0) {
        const double scale = (static_cast<double>(half) + (thickness % 2) * static_cast<double>(one) * 0.5) / std::sqrt(square);
        const Spot d{static_cast<std::int64_t>(std::nearbyint(along * scale)), static_cast<std::int64_t>(std::nearbyint(across * scale))};
        const std::array<Spot, 4> ribbon{Spot{a.x + d.x, a.y + d.y}, Spot{a.x - d.x, a.y - d.y}, Spot{b.x - d.x, b.y - d.y}, Spot{b.x + d.x, b.y + d.y}};
        fill_convex(ribbon, fraction_bits);
    }
    const int radius = static_cast<int>((half + one / 2) >> fraction_bits);
    if (both_ends) disc(from, radius);
    disc(to, radius);
}

void Stencil::line(Spot from, Spot to, int thickness, bool both_ends) {
    if (thickness <= 1) return thin_line(from, to);
    thick_line(from, to, thickness, both_ends);
}

/// The midpoint circle, filled.
void Stencil::disc(Spot centre, int radius) {
    std::int64_t wide = radius, high = 0, error = 0, plus = 1, minus = 2 * static_cast<std::int64_t>(radius) - 1;
    while (wide >= high) {
        for (const int sign : {-1, 1}) {
            span(centre.y + sign * high, centre.x - wide, centre.x + wide);
            span(centre.y + sign * wide, centre.x - high, centre.x + high);
        }
        ++high;
        error += plus;
        plus += 2;
        if (error > 0) {
            error -= minus;
            --wide;
            minus -= 2;
        }
    }
}

std::vector<Spot> convex_hull(std::vector<Spot> points) {
    std::sort(points.begin(), points.end(), [](Spot a, Spot b) { return a.x != b.x ? a.x < b.x : a.y < b.y; });
    points.erase(std::unique(points.begin(), points.end()), points.end());
    if (points.size() < 3) return points;
    std::vector<Spot> hull;
    const auto add = [&hull](Spot p, std::size_t keep) {
        while (hull.size() >= keep + 2 && turn(hull[hull.size() - 2], hull.back(), p) <= 0) hull.pop_back();
        hull.push_back(p);
    };
    for (const Spot p : points) add(p, 0);
    const std::size_t lower = hull.size() - 1;
    for (std::size_t i = points.size() - 1; i-- > 0;) add(points[i], lower);
    hull.pop_back();
    return hull;
}

}  // namespace mien::kernels
