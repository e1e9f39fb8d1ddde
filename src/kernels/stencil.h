// Which pixels lines, discs and convex polygons cover, found on the host with the integer geometry of OpenCV's drawing functions.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "image/view.h"

namespace mien::kernels {

/// A pixel, or a position in 1/65536 pixel.
struct Spot {
    std::int64_t x = 0, y = 0;
    friend bool operator==(const Spot&, const Spot&) = default;
};

/// Marks the covered pixels of a part of a picture. Coordinates are the picture's; pixels outside the part are not marked. Thread-safety: one thread at a time.
class Stencil {
public:
    static constexpr int fraction_bits = 16;
    static constexpr std::int64_t one = 1 << fraction_bits;

    /// `picture` clips lines (which moves their pixels a little, as OpenCV does); `part` lies inside it.
    Stencil(Size picture, Rect part);

    void thin_line(Spot from, Spot to);
    /// Thickness 2 and up, with round ends at both points (`both_ends`) or the second one only.
    void thick_line(Spot from, Spot to, int thickness, bool both_ends);
    void line(Spot from, Spot to, int thickness, bool both_ends = true);
    void disc(Spot centre, int radius);
    /// Fills a convex polygon of whole pixels, edges included.
    void convex(std::span<const Spot> corners);

    const Rect& part() const noexcept { return part_; }
    /// 1 for covered pixels; rows of part().width bytes.
    const std::vector<std::uint8_t>& covered() const noexcept { return covered_; }

private:
    void pixel(std::int64_t x, std::int64_t y);
    void span(std::int64_t y, std::int64_t left, std::int64_t right);
    void fine_line(Spot from, Spot to);
    void fill_convex(std::span<const Spot> corners, int shift);

    Size picture_;
    Rect part_;
    std::vector<std::uint8_t> covered_;
};

/// Corners of the convex hull of whole points, without points on its edges; one or two for degenerate sets.
std::vector<Spot> convex_hull(std::vector<Spot> points);

}  // namespace mien::kernels
