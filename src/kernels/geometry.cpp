// Copies, fills, quarter turns, sample widths, and the polyphase split of the pixel boost.
// SPDX-License-Identifier: Apache-2.0
#include "kernels/geometry.h"

#include <cstring>

#include "kernels/launch.h"

namespace mien::kernels {
namespace {

/// Source pixel of an output pixel for each number of quarter turns clockwise.
template <class T> struct Turn {
    View<const T> in;
    View<T> out;
    int turns;
    static std::string name() { return std::string("rotate90.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        const int w = in.size.width, h = in.size.height;
        const int sx = turns == 1 ? y : turns == 2 ? w - 1 - x : turns == 3 ? w - 1 - y : x;
        const int sy = turns == 1 ? h - 1 - x : turns == 2 ? h - 1 - y : turns == 3 ? x : y;
        for (int c = 0; c < out.channels; ++c) out.at(x, y, c) = in.at(sx, sy, c);
    }
};

template <class T> struct Copy {
    View<const T> in;
    View<T> out;
    static std::string name() { return std::string("copy.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const { out.row(y)[x] = in.row(y)[x]; }
};

template <class T> struct Fill {
    View<T> out;
    T value;
    static std::string name() { return std::string("fill.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const { out.row(y)[x] = value; }
};

/// value * to / from, rounded to nearest, ties up: both full scales stay full scale.
template <class In, class Out> struct Rescale {
    View<const In> in;
    View<Out> out;
    std::uint32_t from, to;
    static std::string name() { return std::string("rescale.") + sample_name<In>() + "." + sample_name<Out>(); }
    MIEN_HD void operator()(int x, int y) const {
        // at most 65535 * 65535 + 32767: fits 32 bits
        const std::uint32_t value = in.row(y)[x] > from ? from : in.row(y)[x];
        out.row(y)[x] = static_cast<Out>((value * to + from / 2) / from);
    }
};

template <class T> struct Split {
    View<const T> in;
    View<T> parts;
    int n, height;
    static std::string name() { return std::string("split_polyphase.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        const int part = y / height, i = part / n, j = part % n;
        for (int c = 0; c < parts.channels; ++c) parts.at(x, y, c) = in.at(x * n + j, (y % height) * n + i, c);
    }
};

template <class T> struct Join {
    View<const T> parts;
    View<T> out;
    int n, height;
    static std::string name() { return std::string("join_polyphase.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        const int part = (y % n) * n + x % n;
        for (int c = 0; c < out.channels; ++c) out.at(x, y, c) = parts.at(x / n, part * height + y / n, c);
    }
};

/// A row of samples as a row of one-channel pixels.
Size samples(Size size, int channels) { return {size.width * channels, size.height}; }

}  // namespace

template <class T> void rotate90(Queue& queue, View<const T> in, int turns, View<T> out) { for_each_pixel(queue, out.size, Turn<T>{in, out, turns & 3}); }

template <class T> void copy(Queue& queue, View<const T> in, View<T> out) {
    if (queue.place() == Place::host) {
        for (int y = 0; y < out.size.height; ++y) std::memcpy(out.row(y), in.row(y), static_cast<std::size_t>(out.size.width * out.channels) * sizeof(T));
        return;
    }
    for_each_pixel(queue, samples(out.size, out.channels), Copy<T>{in, out});
}

template <class T> void fill(Queue& queue, View<T> out, T value) { for_each_pixel(queue, samples(out.size, out.channels), Fill<T>{out, value}); }

void widen(Queue& queue, View<const std::uint8_t> in, int out_depth, View<std::uint16_t> out) {
    for_each_pixel(queue, samples(out.size, out.channels), Rescale<std::uint8_t, std::uint16_t>{in, out, 255, (1U << out_depth) - 1});
}
void narrow(Queue& queue, View<const std::uint16_t> in, int in_depth, View<std::uint8_t> out) {
    for_each_pixel(queue, samples(out.size, out.channels), Rescale<std::uint16_t, std::uint8_t>{in, out, (1U << in_depth) - 1, 255});
}

template <class T> void split_polyphase(Queue& queue, View<const T> in, int n, View<T> parts) {
    for_each_pixel(queue, parts.size, Split<T>{in, parts, n, in.size.height / n});
}
template <class T> void join_polyphase(Queue& queue, View<const T> parts, int n, View<T> out) {
    for_each_pixel(queue, out.size, Join<T>{parts, out, n, out.size.height / n});
}

template void rotate90<std::uint8_t>(Queue&, View<const std::uint8_t>, int, View<std::uint8_t>);
template void rotate90<std::uint16_t>(Queue&, View<const std::uint16_t>, int, View<std::uint16_t>);
template void rotate90<float>(Queue&, View<const float>, int, View<float>);
template void copy<std::uint8_t>(Queue&, View<const std::uint8_t>, View<std::uint8_t>);
template void copy<std::uint16_t>(Queue&, View<const std::uint16_t>, View<std::uint16_t>);
template void copy<float>(Queue&, View<const float>, View<float>);
template void fill<std::uint8_t>(Queue&, View<std::uint8_t>, std::uint8_t);
template void fill<std::uint16_t>(Queue&, View<std::uint16_t>, std::uint16_t);
template void fill<float>(Queue&, View<float>, float);
template void split_polyphase<std::uint8_t>(Queue&, View<const std::uint8_t>, int, View<std::uint8_t>);
template void split_polyphase<std::uint16_t>(Queue&, View<const std::uint16_t>, int, View<std::uint16_t>);
template void split_polyphase<float>(Queue&, View<const float>, int, View<float>);
template void join_polyphase<std::uint8_t>(Queue&, View<const std::uint8_t>, int, View<std::uint8_t>);
template void join_polyphase<std::uint16_t>(Queue&, View<const std::uint16_t>, int, View<std::uint16_t>);
template void join_polyphase<float>(Queue&, View<const float>, int, View<float>);

}  // namespace mien::kernels
