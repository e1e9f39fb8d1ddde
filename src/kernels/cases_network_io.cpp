// SPDX-License-Identifier: Apache-2.0
#include "kernels/cases.h"
#include "kernels/network_io.h"

namespace mien::kernels {
namespace {

using u8 = std::uint8_t;
using u16 = std::uint16_t;

Shape item_shape(int items, Size size, bool nhwc) {
    if (nhwc) return {items, size.height, size.width, 3};
    return {items, 3, size.height, size.width};
}

/// A picture smaller than its plane, into the second of two items.
template <class T, Element element, bool nhwc> void to_tensor_case(Case& c) {
    const Size size = c.size(), plane{size.width + c.whole(0, 3), size.height + c.whole(0, 2)};
    const auto in = c.input<T>(size, 3);
    const Shape shape = item_shape(2, plane, nhwc);
    const Tensor tensor{c.dense_output(shape.count(), size_bytes(element)), element, shape, c.queue().place()};
    Normalise recipe;
    for (double& mean : recipe.mean) mean = c.real(0, 1);
    for (double& deviation : recipe.deviation) deviation = c.real(0.2, 2);
    recipe.full_scale = c.whole(0, 1) ? 1 : std::is_same_v<T, u16> ? 65535 : 255;
    recipe.swap_red_blue = c.whole(0, 1) == 1;
    recipe.nhwc = nhwc;
    c.run([&] { to_tensor<T>(c.queue(), in, recipe, tensor, 1); });
}

template <class Number, Element element, bool nhwc> void from_tensor_case(Case& c) {
    const Shape shape = item_shape(2, c.size(), nhwc);
    // Halves: any bits below the exponent of infinity are numbers.
    Number* const data = element == Element::f16 ? c.dense_input<Number>(shape.count(), 0, 0x7bff) : c.dense_input<Number>(shape.count(), -2, 2);
    const Tensor tensor{data, element, shape, c.queue().place()};
    const auto out = c.output<float>(c.size(), 3);
    Denormalise recipe;
    for (double& mean : recipe.mean) mean = c.real(0, 1);
    for (double& deviation : recipe.deviation) deviation = c.real(0.2, 2);
    recipe.low = c.real(-1, 0.2);
    recipe.high = c.real(0.4, 2);
    recipe.swap_red_blue = c.whole(0, 1) == 1;
    recipe.nhwc = nhwc;
    c.run([&] { from_tensor(c.queue(), tensor, 1, recipe, out); });
}

template <class T, Rounding rounding> void quantise_case(Case& c) {
    const double full = std::is_same_v<T, u8> ? 255 : 1023;
    const auto in = c.input<float>(c.size(), 3, -0.1 * full, 1.1 * full);
    const auto out = c.output<T>(c.size(), 3);
    c.run([&] { quantise<T>(c.queue(), in, rounding, full, out); });
}

template <class T> void to_float_case(Case& c) {
    const auto in = c.input<T>(c.size(), 3);
    const auto out = c.output<float>(c.size(), 3);
    c.run([&] { to_float<T>(c.queue(), in, out); });
}

constexpr KernelCase rows[] = {
    {"to_tensor.nchw.u8.f32", to_tensor_case<u8, Element::f32, false>},
    {"to_tensor.nhwc.u8.f32", to_tensor_case<u8, Element::f32, true>},
    {"to_tensor.nchw.u8.f16", to_tensor_case<u8, Element::f16, false>},
    {"to_tensor.nchw.u8.f64", to_tensor_case<u8, Element::f64, false>},
    {"to_tensor.nchw.u16.f32", to_tensor_case<u16, Element::f32, false>},
    {"to_tensor.nchw.u16.f16", to_tensor_case<u16, Element::f16, false>},
    {"to_tensor.nchw.u16.f64", to_tensor_case<u16, Element::f64, false>},
    {"to_tensor.nchw.f32.f32", to_tensor_case<float, Element::f32, false>},
    {"to_tensor.nhwc.f32.f16", to_tensor_case<float, Element::f16, true>},
    {"to_tensor.nchw.f32.f64", to_tensor_case<float, Element::f64, false>},
    {"from_tensor.nchw.f32", from_tensor_case<float, Element::f32, false>},
    {"from_tensor.nhwc.f32", from_tensor_case<float, Element::f32, true>},
    {"from_tensor.nchw.f16", from_tensor_case<u16, Element::f16, false>},
    {"quantise.nearest.u8", quantise_case<u8, Rounding::nearest>},
    {"quantise.truncate.u8", quantise_case<u8, Rounding::truncate>},
    {"quantise.nearest.u16", quantise_case<u16, Rounding::nearest>},
    {"quantise.truncate.u16", quantise_case<u16, Rounding::truncate>},
    {"to_float.u8", to_float_case<u8>},
    {"to_float.u16", to_float_case<u16>},
};

}  // namespace

std::span<const KernelCase> network_io_cases() { return rows; }

}  // namespace mien::kernels
