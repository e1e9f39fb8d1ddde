// SPDX-License-Identifier: Apache-2.0
#include "kernels/contour.h"

#include <array>

namespace mien::kernels {
namespace {

// Neighbours counter-clockwise as seen on a screen, from the right.
constexpr std::array<int, 8> step_x{1, 1, 0, -1, -1, -1, 0, 1}, step_y{0, -1, -1, -1, 0, 1, 1, 1};

/// Pixel states with one ring of zeros around: 0 outside, 1 not yet followed, 2 followed, -2 followed with its right neighbour outside.
struct Field {
    std::vector<std::int8_t> state;
    std::ptrdiff_t pitch;
    std::int8_t& at(Spot p) { return state[static_cast<std::size_t>((p.y + 1) * pitch + p.x + 1)]; }
};

Spot neighbour(Spot p, int direction) {
    return {p.x + step_x[static_cast<std::size_t>(direction & 7)], p.y + step_y[static_cast<std::size_t>(direction & 7)]};
}

std::vector<Spot> follow(Field& field, Spot start, bool hole) {
    std::vector<Spot> chain;
    const int entry = hole ? 0 : 4;
    int direction = entry;
    do direction = (direction - 1) & 7;
    while (direction != entry && field.at(neighbour(start, direction)) == 0);
    if (direction == entry) {  // a pixel on its own
        field.at(start) = -2;
        return {start};
    }
    const Spot second = neighbour(start, direction);
    Spot here = start;
    while (true) {
        const int came_from = direction;
        bool right_outside = false;
        do {
            direction = (direction + 1) & 7;
            if (direction == 0 && field.at(neighbour(here, 0)) == 0) right_outside = true;
        } while (field.at(neighbour(here, direction)) == 0 && direction != came_from);
        if (right_outside) field.at(here) = -2;
        else if (field.at(here) == 1) field.at(here) = 2;
        chain.push_back(here);
        const Spot next = neighbour(here, direction);
        if (next == start && here == second) return chain;
        here = next;
        direction = (direction + 4) & 7;
    }
}

}  // namespace

std::vector<std::vector<Spot>> follow_borders(const std::vector<std::uint8_t>& inside, Size size) {
    Field field{{}, size.width + 2};
    field.state.resize(static_cast<std::size_t>((size.width + 2) * static_cast<std::ptrdiff_t>(size.height + 2)));
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) field.at({x, y}) = inside[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)] != 0;
    std::vector<std::vector<Spot>> chains;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const Spot p{x, y};
            if (field.at(p) == 1 && field.at(neighbour(p, 4)) == 0) chains.push_back(follow(field, p, false));
            else if (field.at(p) > 0 && field.at(neighbour(p, 0)) == 0) chains.push_back(follow(field, p, true));
        }
    return chains;
}

}  // namespace mien::kernels
