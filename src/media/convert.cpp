// SPDX-License-Identifier: Apache-2.0
#include "media/convert.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

namespace mien {
namespace {
bool is_rgb(const Format& format) noexcept { return format.layout == Layout::rgb || format.layout == Layout::rgba || format.layout == Layout::gbr; }
bool has_alpha(const Format& format) noexcept { return format.alpha || format.layout == Layout::rgba; }
int chroma_steps(const Format& format) noexcept { return format.layout == Layout::yuv420 ? 2 : format.layout == Layout::yuv422 ? 1 : 0; }

// Components in the order y u v a or r g b a, each at its own size; numbers of `depth` bits.
struct Component {
    Size size;
    std::vector<std::uint16_t> samples;
    std::uint16_t at(int x, int y) const noexcept {
        x = std::clamp(x, 0, size.width - 1);
        y = std::clamp(y, 0, size.height - 1);
        return samples[static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x)];
    }
};
Component empty(Size size) { return {size, std::vector<std::uint16_t>(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height))}; }

struct Spot {
    int plane, channel;
};
// Where component `index` lies. Planar RGB is stored as g, b, r.
Spot place_of(const Format& format, int index) noexcept {
    if (format.layout == Layout::rgb || format.layout == Layout::rgba) return {0, index};
    constexpr int planar_rgb[] = {2, 0, 1, 3};
    return {format.layout == Layout::gbr ? planar_rgb[index] : index, 0};
}

template <class T> Component load(const Frame& frame, Spot place) {
    const View<const T> plane = frame.plane<T>(place.plane);
    Component out = empty(plane.size);
    auto to = out.samples.begin();
    for (int y = 0; y < plane.size.height; ++y)
        for (int x = 0; x < plane.size.width; ++x) *to++ = plane.at(x, y, place.channel);
    return out;
}

template <class T> void store(Frame& frame, Spot place, const Component& component) {
    const View<T> plane = frame.edit<T>(place.plane);
    auto from = component.samples.begin();
    for (int y = 0; y < plane.size.height; ++y)
        for (int x = 0; x < plane.size.width; ++x) plane.at(x, y, place.channel) = static_cast<T>(*from++);
}

// Limited range keeps its meaning under shifts; full range and RGB stretch to the last number.
void change_depth(Component& component, int from, int to, bool full) {
    const std::uint32_t source_top = (1U << from) - 1, target_top = (1U << to) - 1;
    for (std::uint16_t& sample : component.samples) {
        const std::uint32_t value = sample;
        if (full)
            sample = static_cast<std::uint16_t>((value * target_top + source_top / 2) / source_top);
        else if (to >= from)
            sample = static_cast<std::uint16_t>(value << (to - from));
        else
            sample = static_cast<std::uint16_t>(std::min((value + (1U << (from - to - 1))) >> (from - to), target_top));
    }
}

Component widen(const Component& in, int width) {
    Component out = empty({width, in.size.height});
    for (int y = 0; y < in.size.height; ++y)
        for (int x = 0; x < width; ++x) {
            const int sum = in.at(x / 2, y) + in.at((x + 1) / 2, y);
            out.samples[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = static_cast<std::uint16_t>((sum + 1) / 2);
        }
    return out;
}

Component narrow(const Component& in, int width) {
    Component out = empty({width, in.size.height});
    for (int y = 0; y < in.size.height; ++y)
        for (int x = 0; x < width; ++x) {
            const int sum = in.at(2 * x - 1, y) + 2 * in.at(2 * x, y) + in.at(2 * x + 1, y);
            out.samples[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)] = static_cast<std::uint16_t>((sum + 2) / 4);
        }
    return out;
}

Component heighten(const Component& in, int height) {
    Component out = empty({in.size.width, height});
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < in.size.width; ++x) {
            const int other = y % 2 == 0 ? y / 2 - 1 : y / 2 + 1;
            const int sum = 3 * in.at(x, y / 2) + in.at(x, other);
            out.samples[static_cast<std::size_t>(y) * static_cast<std::size_t>(in.size.width) + static_cast<std::size_t>(x)] = static_cast<std::uint16_t>((sum + 2) / 4);
        }
    return out;
}

Component shorten(const Component& in, int height) {
    Component out = empty({in.size.width, height});
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < in.size.width; ++x)
            out.samples[static_cast<std::size_t>(y) * static_cast<std::size_t>(in.size.width) + static_cast<std::size_t>(x)] =
                static_cast<std::uint16_t>((in.at(x, 2 * y) + in.at(x, 2 * y + 1) + 1) / 2);
    return out;
}

void resample_chroma(Component& chroma, Size to) {
    if (chroma.size.width < to.width) chroma = widen(chroma, to.width);
    if (chroma.size.height < to.height) chroma = heighten(chroma, to.height);
    if (chroma.size.width > to.width) chroma = narrow(chroma, to.width);
    if (chroma.size.height > to.height) chroma = shorten(chroma, to.height);
}

struct Luma {
    double red, blue;
};
// Kr and Kb of ITU-T H.273, table 4; BT.709 where the matrix is not said.
Luma luma_of(int matrix) noexcept {
    switch (matrix) {
        case 4: return {0.30, 0.11};
        case 5:
        case 6: return {0.299, 0.114};
        case 7: return {0.212, 0.087};
        case 9:
        case 10: return {0.2627, 0.0593};
        default: return {0.2126, 0.0722};
    }
}

struct Range {
    double luma_low, luma_span, chroma_span, middle, top;
    Range(int depth, bool full) {
        const double unit = std::ldexp(1.0, depth - 8);
        top = std::ldexp(1.0, depth) - 1;
        middle = std::ldexp(1.0, depth - 1);
        luma_low = full ? 0 : 16 * unit;
        luma_span = full ? top : 219 * unit;
        chroma_span = full ? top : 224 * unit;
    }
    std::uint16_t number(double value) const noexcept { return static_cast<std::uint16_t>(std::lround(std::clamp(value, 0.0, top))); }
};

void rgb_to_yuv(std::vector<Component>& all, int depth, Luma luma, bool full) {
    const Range range(depth, full);
    for (std::size_t at = 0; at < all[0].samples.size(); ++at) {
        const double r = all[0].samples[at] / range.top, g = all[1].samples[at] / range.top, b = all[2].samples[at] / range.top;
        const double y = luma.red * r + (1 - luma.red - luma.blue) * g + luma.blue * b;
        all[0].samples[at] = range.number(range.luma_low + range.luma_span * y);
        all[1].samples[at] = range.number(range.middle + range.chroma_span * (b - y) / (2 * (1 - luma.blue)));
        all[2].samples[at] = range.number(range.middle + range.chroma_span * (r - y) / (2 * (1 - luma.red)));
    }
}

void yuv_to_rgb(std::vector<Component>& all, int depth, Luma luma, bool full) {
    const Range range(depth, full);
    for (std::size_t at = 0; at < all[0].samples.size(); ++at) {
        const double y = (all[0].samples[at] - range.luma_low) / range.luma_span;
        const double b = y + (all[1].samples[at] - range.middle) / range.chroma_span * 2 * (1 - luma.blue);
        const double r = y + (all[2].samples[at] - range.middle) / range.chroma_span * 2 * (1 - luma.red);
        const double g = (y - luma.red * r - luma.blue * b) / (1 - luma.red - luma.blue);
        all[0].samples[at] = range.number(r * range.top);
        all[1].samples[at] = range.number(g * range.top);
        all[2].samples[at] = range.number(b * range.top);
    }
}

std::vector<Component> load_all(const Frame& frame, bool alpha) {
    const Format& format = frame.format();
    std::vector<Component> all;
    const int colours = format.layout == Layout::gray ? 1 : 3;
    for (int index = 0; index < (alpha ? 4 : colours); ++index) {
        const Spot place = place_of(format, index);
        all.push_back(sample_bytes(format) == 1 ? load<std::uint8_t>(frame, place) : load<std::uint16_t>(frame, place));
    }
    return all;
}

// Grey becomes equal colours, or luma with neutral chroma.
void add_colours(std::vector<Component>& all, const Format& to) {
    for (int index = 1; index < 3; ++index) {
        all.push_back(all[0]);
        if (!is_rgb(to)) std::ranges::fill(all.back().samples, static_cast<std::uint16_t>(1U << (to.depth - 1)));
    }
}
}  // namespace

int conversion_cost(const Format& from, const Format& to) noexcept {
    if (has_alpha(to) && !has_alpha(from)) return -1;
    if (to.layout == Layout::gray && from.layout != Layout::gray) return -1;
    int cost = 0;
    if (from.layout == Layout::gray && to.layout != Layout::gray) cost += is_rgb(to) ? 12 : 4;
    else if (is_rgb(from) != is_rgb(to)) cost += 128;
    // Few players show H.264 or HEVC of 4:4:4: RGB, which has to be changed anyway, becomes 4:2:0.
    if (is_rgb(from) && !is_rgb(to)) return cost + 2 * (2 - chroma_steps(to)) + (has_alpha(from) && !has_alpha(to) ? 256 : 0) + std::abs(to.depth - from.depth);
    if (has_alpha(from) && !has_alpha(to)) cost += 256;
    cost += to.depth < from.depth ? 64 + (from.depth - to.depth) : 2 * (to.depth - from.depth);
    const int lost = chroma_steps(to) - chroma_steps(from);
    cost += lost > 0 && from.layout != Layout::gray ? 16 * lost : 2 * std::abs(lost);
    if (is_rgb(from) && is_rgb(to) && from.layout != to.layout) cost += 1;
    return cost;
}

Frame convert(const Frame& frame, const Format& to) {
    const Format& from = frame.format();
    if (from == to) return frame;
    const bool alpha = has_alpha(from) && has_alpha(to);
    std::vector<Component> all = load_all(frame, alpha);
    Frame out(to, frame.size());
    out.time = frame.time;
    out.duration = frame.duration;
    out.number = frame.number;
    out.colour = frame.colour;
    out.key = frame.key;
    const bool stretched = is_rgb(from) || frame.colour.full_range;
    for (std::size_t index = 0; from.depth != to.depth && index < all.size(); ++index) change_depth(all[index], from.depth, to.depth, stretched || index == 3);
    if (from.layout == Layout::gray && to.layout != Layout::gray) add_colours(all, to);
    else if (is_rgb(from) && !is_rgb(to)) {
        if (out.colour.matrix == 0 || out.colour.matrix == 2) out.colour.matrix = 1;
        out.colour.full_range = false;
        out.colour.siting = 1;
        rgb_to_yuv(all, to.depth, luma_of(out.colour.matrix), false);
    } else if (!is_rgb(from) && is_rgb(to)) {
        for (std::size_t index = 1; index < 3; ++index) resample_chroma(all[index], frame.size());
        yuv_to_rgb(all, to.depth, luma_of(frame.colour.matrix), frame.colour.full_range);
    }
    if (is_rgb(to)) {
        out.colour.matrix = 0;
        out.colour.full_range = true;
    }
    for (int index = 0; index < static_cast<int>(all.size()); ++index) {
        const Spot place = place_of(to, index);
        Component& component = all[static_cast<std::size_t>(index)];
        if (!is_rgb(to) && (index == 1 || index == 2)) resample_chroma(component, plane_size(to, frame.size(), index));
        sample_bytes(to) == 1 ? store<std::uint8_t>(out, place, component) : store<std::uint16_t>(out, place, component);
    }
    return out;
}

}  // namespace mien
