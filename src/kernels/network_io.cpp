// Between pixels and tensors.
// SPDX-License-Identifier: Apache-2.0
#include "kernels/network_io.h"

#include <algorithm>
#include <vector>

#include "kernels/exact.h"
#include "kernels/half.h"
#include "kernels/launch.h"
#include "kernels/table.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

/// The tensor's number for one sample, in double: (x / full_scale - mean) / deviation, the order numpy computes it in.
struct Recipe {
    double mean[3], deviation[3], full_scale;
    MIEN_HD double operator()(double sample, int channel) const { return (sample / full_scale - mean[channel]) / deviation[channel]; }
};

template <class Number> MIEN_HD inline Number to_number(double value) {
    if constexpr (std::is_same_v<Number, Half>) return Half{half_bits(value)};
    else return static_cast<Number>(value);
}

/// Where channel c of pixel (x, y) lies in an item.
struct ItemLayout {
    int width, height;
    bool nhwc;
    MIEN_HD std::int64_t operator()(int x, int y, int channel) const {
        const std::int64_t pixel = static_cast<std::int64_t>(y) * width + x;
        return nhwc ? pixel * 3 + channel : static_cast<std::int64_t>(channel) * width * height + pixel;
    }
};

template <class T, class Number> struct ToTensor {
    View<const T> in;
    Number* item;
    ItemLayout layout;
    Recipe recipe;
    bool swap;
    static std::string name() { return std::string("to_tensor.") + sample_name<T>() + "." + number_name<Number>(); }
    MIEN_HD void operator()(int x, int y) const {
        const bool inside = x < in.size.width && y < in.size.height;
        for (int c = 0; c < 3; ++c) {
            const double sample = inside ? static_cast<double>(in.at(x, y, swap ? 2 - c : c)) : 0.0;
            item[layout(x, y, c)] = to_number<Number>(recipe(sample, c));
        }
    }
};

/// The same for 8-bit samples by looking up all 256 answers.
template <class Number> struct ToTensorLookup {
    View<const std::uint8_t> in;
    Number* item;
    const Number* answers;  // [3][256]
    ItemLayout layout;
    bool swap;
    static std::string name() { return std::string("to_tensor_lookup.") + number_name<Number>(); }
    MIEN_HD void operator()(int x, int y) const {
        const bool inside = x < in.size.width && y < in.size.height;
        for (int c = 0; c < 3; ++c) item[layout(x, y, c)] = answers[c * 256 + (inside ? in.at(x, y, swap ? 2 - c : c) : 0)];
    }
};

/// Float arithmetic on float tensors, as numpy has it.
struct FloatRecipe {
    float mean[3], deviation[3], low, high, full_scale;
    explicit FloatRecipe(const Denormalise& recipe)
        : low(static_cast<float>(recipe.low)), high(static_cast<float>(recipe.high)), full_scale(static_cast<float>(recipe.full_scale)) {
        for (std::size_t c = 0; c < 3; ++c) {
            mean[c] = static_cast<float>(recipe.mean[c]);
            deviation[c] = static_cast<float>(recipe.deviation[c]);
        }
    }
};

template <class Number> struct FromTensor {
    const Number* item;
    View<float> out;
    ItemLayout layout;
    FloatRecipe recipe;
    bool swap;
    static std::string name() { return std::string("from_tensor.") + number_name<Number>(); }
    MIEN_HD void operator()(int x, int y) const {
        for (int c = 0; c < 3; ++c) {
            float value = 0;
            if constexpr (std::is_same_v<Number, Half>) value = half_value(item[layout(x, y, c)].bits);
            else value = item[layout(x, y, c)];
            // Comparisons that NaN fails: it passes, and the caller counts it.
            value = clamp(value * recipe.deviation[c] + recipe.mean[c], recipe.low, recipe.high);
            out.at(x, y, swap ? 2 - c : c) = value * recipe.full_scale;
        }
    }
};

template <class T> struct Quantise {
    View<const float> in;
    View<T> out;
    Rounding rounding;
    float full_scale;
    static std::string name() { return std::string("quantise.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const {
        const float sample = in.row(y)[x];
        // NaN fails the comparison and becomes 0: converting it would differ between processors.
        const float value = sample > 0.0f ? (sample < full_scale ? sample : full_scale) : 0.0f;
        out.row(y)[x] = static_cast<T>(rounding == Rounding::nearest ? round_even(value) : value);
    }
};

template <class T> struct ToFloat {
    View<const T> in;
    View<float> out;
    static std::string name() { return std::string("to_float.") + sample_name<T>(); }
    MIEN_HD void operator()(int x, int y) const { out.row(y)[x] = static_cast<float>(in.row(y)[x]); }
};

ItemLayout layout_of(const Tensor& tensor, bool nhwc) {
    const int first = nhwc ? 1 : 2;
    return {static_cast<int>(tensor.shape[first + 1]), static_cast<int>(tensor.shape[first]), nhwc};
}

/// The 8-bit planar case row by row: three streams of look-ups that the processor keeps apart.
template <class Number> void lookup_rows(View<const std::uint8_t> in, const Number* answers, bool swap, const ItemLayout& layout, Number* item) {
    const std::int64_t plane = static_cast<std::int64_t>(layout.width) * layout.height;
    const Number* const first = answers, *const second = answers + 256, *const third = answers + 512;
    const int a = swap ? 2 : 0, b = swap ? 0 : 2;
    for (int y = 0; y < layout.height; ++y) {
        Number* const to = item + static_cast<std::int64_t>(y) * layout.width;
        const int inside = y < in.size.height ? in.size.width : 0;
        const std::uint8_t* const from = inside > 0 ? in.row(y) : nullptr;
        for (int x = 0; x < inside; ++x) {
            to[x] = first[from[3 * x + a]];
            to[plane + x] = second[from[3 * x + 1]];
            to[2 * plane + x] = third[from[3 * x + b]];
        }
        std::fill(to + inside, to + layout.width, first[0]);
        std::fill(to + plane + inside, to + plane + layout.width, second[0]);
        std::fill(to + 2 * plane + inside, to + 2 * plane + layout.width, third[0]);
    }
}

/// The planar case row by row: three streams of numbers, then pixels.
void planar_rows(const FromTensor<float>& body) {
    constexpr int block = 128;
    float planes[3][block];
    const std::int64_t plane = static_cast<std::int64_t>(body.layout.width) * body.layout.height;
    for (int y = 0; y < body.out.size.height; ++y)
        for (int x = 0; x < body.out.size.width; x += block) {
            const int count = std::min(block, body.out.size.width - x);
            for (int c = 0; c < 3; ++c) {
                const float* const from = body.item + c * plane + static_cast<std::int64_t>(y) * body.layout.width + x;
                const float deviation = body.recipe.deviation[c], mean = body.recipe.mean[c], low = body.recipe.low, high = body.recipe.high, full_scale = body.recipe.full_scale;
                float* const to = planes[body.swap ? 2 - c : c];
                for (int i = 0; i < count; ++i) to[i] = clamp(from[i] * deviation + mean, low, high) * full_scale;
            }
            float* const pixels = body.out.row(y) + 3 * x;
            for (int i = 0; i < count; ++i) {
                pixels[3 * i] = planes[0][i];
                pixels[3 * i + 1] = planes[1][i];
                pixels[3 * i + 2] = planes[2][i];
            }
        }
}

template <class T, class Number> void write_tensor(Queue& queue, View<const T> picture, const Normalise& recipe, const Tensor& tensor, int item) {
    const ItemLayout layout = layout_of(tensor, recipe.nhwc);
    const Size size{layout.width, layout.height};
    Number* const start = static_cast<Number*>(tensor.data) + static_cast<std::int64_t>(item) * 3 * size.width * size.height;
    const Recipe numbers{{recipe.mean[0], recipe.mean[1], recipe.mean[2]}, {recipe.deviation[0], recipe.deviation[1], recipe.deviation[2]}, recipe.full_scale};
    if constexpr (std::is_same_v<T, std::uint8_t>) {
        std::array<Number, 768> answers;
        for (int c = 0; c < 3; ++c)
            for (int value = 0; value < 256; ++value) answers[static_cast<std::size_t>(c * 256 + value)] = to_number<Number>(numbers(value, c));
        if (takes_tuned_path(queue) && !recipe.nhwc && picture.channels == 3) return lookup_rows<Number>(picture, answers.data(), recipe.swap_red_blue, layout, start);
        const Table<Number> table(queue, answers);
        for_each_pixel(queue, size, ToTensorLookup<Number>{picture, start, table.data(), layout, recipe.swap_red_blue});
    } else {
        for_each_pixel(queue, size, ToTensor<T, Number>{picture, start, layout, numbers, recipe.swap_red_blue});
    }
}

Size samples(Size size, int channels) { return {size.width * channels, size.height}; }

}  // namespace

template <class T> void to_tensor(Queue& queue, View<const T> picture, const Normalise& recipe, const Tensor& tensor, int item) {
    if (tensor.element == Element::f16) write_tensor<T, Half>(queue, picture, recipe, tensor, item);
    else if (tensor.element == Element::f64) write_tensor<T, double>(queue, picture, recipe, tensor, item);
    else write_tensor<T, float>(queue, picture, recipe, tensor, item);
}

void from_tensor(Queue& queue, const Tensor& tensor, int item, const Denormalise& recipe, View<float> picture) {
    const ItemLayout layout = layout_of(tensor, recipe.nhwc);
    const std::int64_t offset = static_cast<std::int64_t>(item) * 3 * layout.width * layout.height;
    if (tensor.element == Element::f16)
        return for_each_pixel(queue, picture.size, FromTensor<Half>{tensor.as<const Half>() + offset, picture, layout, FloatRecipe(recipe), recipe.swap_red_blue});
    const FromTensor<float> body{tensor.as<const float>() + offset, picture, layout, FloatRecipe(recipe), recipe.swap_red_blue};
    if (takes_tuned_path(queue) && !recipe.nhwc && picture.channels == 3) return planar_rows(body);
    for_each_pixel(queue, picture.size, body);
}

template <class T> void quantise(Queue& queue, View<const float> in, Rounding rounding, double full_scale, View<T> out) {
    for_each_pixel(queue, samples(out.size, out.channels), Quantise<T>{in, out, rounding, static_cast<float>(full_scale)});
}
template <class T> void to_float(Queue& queue, View<const T> in, View<float> out) { for_each_pixel(queue, samples(out.size, out.channels), ToFloat<T>{in, out}); }

template void to_tensor<std::uint8_t>(Queue&, View<const std::uint8_t>, const Normalise&, const Tensor&, int);
template void to_tensor<std::uint16_t>(Queue&, View<const std::uint16_t>, const Normalise&, const Tensor&, int);
template void to_tensor<float>(Queue&, View<const float>, const Normalise&, const Tensor&, int);
template void quantise<std::uint8_t>(Queue&, View<const float>, Rounding, double, View<std::uint8_t>);
template void quantise<std::uint16_t>(Queue&, View<const float>, Rounding, double, View<std::uint16_t>);
template void to_float<std::uint8_t>(Queue&, View<const std::uint8_t>, View<float>);
template void to_float<std::uint16_t>(Queue&, View<const std::uint16_t>, View<float>);

}  // namespace mien::kernels
