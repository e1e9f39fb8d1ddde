// Separable resizes: exact filters with fixed-point weights, and OpenCV's own arithmetic for parity.
// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "kernels/exact.h"
#include "kernels/geometry.h"
#include "kernels/launch.h"
#include "kernels/resize_taps.h"
#include "kernels/table.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

/// An axis where the queue works.
struct AxisView {
    const int* first;
    const int* count;
    const int* offset;
    const float* weight;
    const int* fixed;
};
class AxisTable {
public:
    AxisTable(Queue& queue, const ResizeAxis& axis)
        : first_(queue, axis.first), count_(queue, axis.count), offset_(queue, axis.offset), weight_(queue, axis.weight), fixed_(queue, axis.fixed) {}
    AxisView view() const noexcept { return {first_.data(), count_.data(), offset_.data(), weight_.data(), fixed_.data()}; }

private:
    Table<int> first_, count_, offset_;
    Table<float> weight_;
    Table<int> fixed_;
};

/// Fixed point, 14 bits per axis. Sums: 2^16 * 2^14 * 2^14 and overshoot fit 64 bits.
template <class T> struct ResizeFixed {
    View<const T> in;
    View<T> out;
    AxisView across, down;
    static std::string name() { return std::string("resize_fixed.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < out.channels; ++c) {
            std::int64_t sum = 0;
            for (int j = 0; j < down.count[y]; ++j) {
                const T* const row = in.row(clamp(down.first[y] + j, 0, in.size.height - 1)) + c;
                std::int64_t line = 0;
                for (int i = 0; i < across.count[x]; ++i)
                    line += static_cast<std::int64_t>(across.fixed[across.offset[x] + i]) * row[clamp(across.first[x] + i, 0, in.size.width - 1) * in.channels];
                sum += line * down.fixed[down.offset[y] + j];
            }
            const std::int64_t rounded = (sum + (std::int64_t{1} << 27)) >> 28;
            out.at(x, y, c) = static_cast<T>(clamp<std::int64_t>(rounded, 0, static_cast<std::int64_t>(largest_sample<T>())));
        }
    }
};

/// Float weights: across first, then down, in rising order.
template <class T> struct ResizeFloat {
    View<const T> in;
    View<T> out;
    AxisView across, down;
    static std::string name() { return std::string("resize_float.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < out.channels; ++c) {
            float sum = 0;
            for (int j = 0; j < down.count[y]; ++j) {
                const T* const row = in.row(clamp(down.first[y] + j, 0, in.size.height - 1)) + c;
                float line = 0;
                for (int i = 0; i < across.count[x]; ++i)
                    line += static_cast<float>(row[clamp(across.first[x] + i, 0, in.size.width - 1) * in.channels]) * across.weight[across.offset[x] + i];
                sum += line * down.weight[down.offset[y] + j];
            }
            out.at(x, y, c) = to_sample<T>(sum, largest_sample<T>());
        }
    }
};

/// OpenCV's vertical step of 8-bit bilinear: 11-bit weights, cut in between.
MIEN_HD inline std::uint8_t mix_lines(int top, int bottom, int weight_top, int weight_bottom) {
    return static_cast<std::uint8_t>((((weight_top * (top >> 4)) >> 16) + ((weight_bottom * (bottom >> 4)) >> 16) + 2) >> 2);
}

struct ResizeLinearCv {
    View<const std::uint8_t> in;
    View<std::uint8_t> out;
    AxisView across, down;
    static std::string name() { return "resize_linear_cv.u8"; }
    MIEN_HD void operator()(int x, int y) const {
        const int x0 = across.first[x], x1 = clamp(x0 + 1, 0, in.size.width - 1);
        const int y0 = clamp(down.first[y], 0, in.size.height - 1), y1 = clamp(down.first[y] + 1, 0, in.size.height - 1);
        const int a0 = across.fixed[2 * x], a1 = across.fixed[2 * x + 1];
        for (int c = 0; c < out.channels; ++c) {
            const int top = in.at(x0, y0, c) * a0 + in.at(x1, y0, c) * a1, bottom = in.at(x0, y1, c) * a0 + in.at(x1, y1, c) * a1;
            out.at(x, y, c) = mix_lines(top, bottom, down.fixed[2 * y], down.fixed[2 * y + 1]);
        }
    }
};

/// Mean of whole cells, as OpenCV's fast area path has it.
template <class T> struct WholeArea {
    View<const T> in;
    View<T> out;
    int cell_x, cell_y;
    static std::string name() { return std::string("resize_whole_area.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        const float share = 1.0f / static_cast<float>(cell_x * cell_y);
        for (int c = 0; c < out.channels; ++c) {
            if constexpr (std::is_same_v<T, float>) {
                float sum = 0;
                for (int j = 0; j < cell_y; ++j)
                    for (int i = 0; i < cell_x; ++i) sum += in.at(x * cell_x + i, y * cell_y + j, c);
                out.at(x, y, c) = sum * share;
            } else {
                int sum = 0;
                for (int j = 0; j < cell_y; ++j)
                    for (int i = 0; i < cell_x; ++i) sum += in.at(x * cell_x + i, y * cell_y + j, c);
                const bool two = cell_x == 2 && cell_y == 2;
                out.at(x, y, c) = two ? static_cast<T>((sum + 2) >> 2) : to_sample<T>(static_cast<float>(sum) * share, largest_sample<T>());
            }
        }
    }
};

/// A source row stretched to the output's width, before the vertical step.
template <int channels> void stretch_row(const std::uint8_t* row, const ResizeAxis& across, int last, std::vector<int>& line) {
    const int count = static_cast<int>(across.first.size());
    for (int x = 0; x < count; ++x) {
        const int x0 = across.first[static_cast<std::size_t>(x)], x1 = x0 < last ? x0 + 1 : last;
        const int a0 = across.fixed[static_cast<std::size_t>(2 * x)], a1 = across.fixed[static_cast<std::size_t>(2 * x + 1)];
        for (int c = 0; c < channels; ++c) line[static_cast<std::size_t>(x * channels + c)] = row[x0 * channels + c] * a0 + row[x1 * channels + c] * a1;
    }
}

/// Bilinear row by row: each source row is stretched once, the vertical step runs over whole rows.
template <int channels> void linear_rows(View<const std::uint8_t> in, const ResizeAxis& across, const ResizeAxis& down, View<std::uint8_t> out) {
    thread_local std::vector<int> lines[2];
    int held[2] = {-1, -1};
    const int width = out.size.width * channels;
    for (std::vector<int>& line : lines) line.resize(static_cast<std::size_t>(width));
    const auto line_of = [&](int y, int spared) {
        for (int i = 0; i < 2; ++i)
            if (held[i] == y) return i;
        const int i = spared == 0 ? 1 : 0;
        stretch_row<channels>(in.row(y), across, in.size.width - 1, lines[i]);
        held[i] = y;
        return i;
    };
    for (int y = 0; y < out.size.height; ++y) {
        const int first_row = down.first[static_cast<std::size_t>(y)];
        const int y0 = clamp(first_row, 0, in.size.height - 1), y1 = clamp(first_row + 1, 0, in.size.height - 1);
        const int b0 = down.fixed[static_cast<std::size_t>(2 * y)], b1 = down.fixed[static_cast<std::size_t>(2 * y + 1)];
        // The row that is still needed is never the one given up.
        const int first = line_of(y0, held[0] == y1 ? 0 : held[1] == y1 ? 1 : 2);
        const int* const top = lines[first].data();
        const int* const bottom = lines[line_of(y1, first)].data();
        std::uint8_t* const to = out.row(y);
        for (int i = 0; i < width; ++i) to[i] = mix_lines(top[i], bottom[i], b0, b1);
    }
}

/// Halving three channels: sums of 2 x 2.
void halve_rows(View<const std::uint8_t> in, View<std::uint8_t> out) {
    thread_local std::vector<std::uint16_t> line;
    line.resize(static_cast<std::size_t>(in.size.width * 3));
    for (int y = 0; y < out.size.height; ++y) {
        const std::uint8_t* const top = in.row(2 * y);
        const std::uint8_t* const bottom = in.row(2 * y + 1);
        for (int i = 0; i < in.size.width * 3; ++i) line[static_cast<std::size_t>(i)] = static_cast<std::uint16_t>(top[i] + bottom[i]);
        std::uint8_t* const to = out.row(y);
        const std::uint16_t* const from = line.data();
        for (int x = 0; x < out.size.width; ++x)
            for (int c = 0; c < 3; ++c) to[3 * x + c] = static_cast<std::uint8_t>((from[6 * x + c] + from[6 * x + 3 + c] + 2) >> 2);
    }
}

/// The host's own ways through OpenCV's 8-bit bilinear. False when there is none for these pictures.
bool resize_tuned(View<const std::uint8_t> in, Filter filter, View<std::uint8_t> out) {
    if (filter != Filter::bilinear_cv || in.channels != out.channels) return false;
    if (is_whole_area(filter, in.size, out.size)) {
        if (in.channels != 3) return false;
        halve_rows(in, out);
        return true;
    }
    const ResizeAxis across = resize_axis(filter, in.size.width, out.size.width, true), down = resize_axis(filter, in.size.height, out.size.height, false);
    if (in.channels == 3) linear_rows<3>(in, across, down, out);
    else if (in.channels == 1) linear_rows<1>(in, across, down, out);
    else return false;
    return true;
}

bool is_opencv(Filter filter) { return filter == Filter::bilinear_cv || filter == Filter::area_cv || filter == Filter::bicubic_cv; }

}  // namespace

template <class T> void resize(Queue& queue, View<const T> in, Filter filter, View<T> out) {
    if constexpr (std::is_same_v<T, std::uint8_t>)
        if (takes_tuned_path(queue) && resize_tuned(in, filter, out)) return;
    if (is_whole_area(filter, in.size, out.size)) {
        for_each_pixel(queue, out.size, WholeArea<T>{in, out, in.size.width / out.size.width, in.size.height / out.size.height});
        return;
    }
    // OpenCV's area filter is its bilinear one as soon as one axis grows.
    const bool shrinks = in.size.width >= out.size.width && in.size.height >= out.size.height;
    ResizeAxis across = resize_axis(filter, in.size.width, out.size.width, true), down = resize_axis(filter, in.size.height, out.size.height, false);
    if (filter == Filter::area_cv && !shrinks) {
        across = area_as_linear(in.size.width, out.size.width, true);
        down = area_as_linear(in.size.height, out.size.height, false);
    }
    const AxisTable across_table(queue, across), down_table(queue, down);
    const AxisView a = across_table.view(), d = down_table.view();
    if constexpr (std::is_same_v<T, std::uint8_t>) {
        if (filter == Filter::bilinear_cv || (filter == Filter::area_cv && !shrinks)) return for_each_pixel(queue, out.size, ResizeLinearCv{in, out, a, d});
    }
    if constexpr (!std::is_same_v<T, float>)
        if (!is_opencv(filter)) return for_each_pixel(queue, out.size, ResizeFixed<T>{in, out, a, d});
    for_each_pixel(queue, out.size, ResizeFloat<T>{in, out, a, d});
}

template void resize<std::uint8_t>(Queue&, View<const std::uint8_t>, Filter, View<std::uint8_t>);
template void resize<std::uint16_t>(Queue&, View<const std::uint16_t>, Filter, View<std::uint16_t>);
template void resize<float>(Queue&, View<const float>, Filter, View<float>);

}  // namespace mien::kernels
