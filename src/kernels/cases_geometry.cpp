// SPDX-License-Identifier: Apache-2.0
#include "kernels/cases.h"
#include "kernels/geometry.h"

namespace mien::kernels {
namespace {

using u8 = std::uint8_t;
using u16 = std::uint16_t;

template <class T, int channels, Sampling sampling, Border border> void warp_case(Case& c) {
    const auto in = c.input<T>(c.size(), channels);
    const auto out = c.output<T>(c.other_size(1), channels);
    const Affine map = c.map(out.size, in.size);
    c.run([&] { warp_affine<T>(c.queue(), in, map, border, sampling, out); });
}

template <class T, int channels> void warp_area_case(Case& c) {
    const auto in = c.input<T>(c.size(), channels);
    const auto out = c.output<T>(c.other_size(0.4), channels);
    const Affine map = c.map(out.size, in.size);
    c.run([&] { warp_affine_area<T>(c.queue(), in, map, Border::replicate, out); });
}

/// Maps that neither turn nor shear, partly beyond the picture.
template <class T, Border border> void warp_upright_case(Case& c) {
    const auto in = c.input<T>(c.size(), 3);
    const auto out = c.output<T>(c.other_size(0.4), 3);
    const double across = static_cast<double>(in.size.width) / out.size.width, down = static_cast<double>(in.size.height) / out.size.height;
    const Affine map{across * c.real(0.8, 1.4), 0, across * c.real(-3, 3), 0, down * c.real(0.8, 1.4), down * c.real(-3, 3)};
    c.run([&] { warp_affine_area<T>(c.queue(), in, map, border, out); });
}

template <class T, int channels, Filter filter> void resize_case(Case& c) {
    const auto in = c.input<T>(c.size(), channels);
    const auto out = c.output<T>(c.other_size(0.4), channels);
    c.run([&] { resize<T>(c.queue(), in, filter, out); });
}

/// Whole factors, where OpenCV takes means of cells.
template <class T, int channels, Filter filter, int factor> void shrink_case(Case& c) {
    const Size size = c.size();
    const auto in = c.input<T>({size.width * factor, size.height * factor}, channels);
    const auto out = c.output<T>(size, channels);
    c.run([&] { resize<T>(c.queue(), in, filter, out); });
}

template <class T> void rotate_case(Case& c) {
    const int turns = c.whole(1, 3);
    const auto in = c.input<T>(c.size(), 3);
    const auto out = c.output<T>(turns == 2 ? in.size : Size{in.size.height, in.size.width}, 3);
    c.run([&] { rotate90<T>(c.queue(), in, turns, out); });
}

template <class T> void copy_case(Case& c) {
    const auto in = c.input<T>(c.size(), 3);
    const auto out = c.output<T>(c.size(), 3);
    c.run([&] { copy<T>(c.queue(), in, out); });
}

template <class T> void fill_case(Case& c) {
    const auto out = c.output<T>(c.size(), 3);
    const T value = static_cast<T>(c.whole(0, 255));
    c.run([&] { fill<T>(c.queue(), out, value); });
}

void widen_case(Case& c) {
    const int depth = c.whole(9, 16);
    const auto in = c.input<u8>(c.size(), 3);
    const auto out = c.output<u16>(c.size(), 3);
    c.run([&] { widen(c.queue(), in, depth, out); });
}

void narrow_case(Case& c) {
    const int depth = c.whole(9, 16);
    const auto in = c.input<u16>(c.size(), 3, 0, (1 << depth) - 1);
    const auto out = c.output<u8>(c.size(), 3);
    c.run([&] { narrow(c.queue(), in, depth, out); });
}

template <class T> void split_case(Case& c) {
    const int n = c.whole(1, 4);
    const Size part = c.size();
    const auto in = c.input<T>({part.width * n, part.height * n}, 3);
    const auto out = c.output<T>({part.width, part.height * n * n}, 3);
    c.run([&] { split_polyphase<T>(c.queue(), in, n, out); });
}

template <class T> void join_case(Case& c) {
    const int n = c.whole(1, 4);
    const Size part = c.size();
    const auto in = c.input<T>({part.width, part.height * n * n}, 3);
    const auto out = c.output<T>({part.width * n, part.height * n}, 3);
    c.run([&] { join_polyphase<T>(c.queue(), in, n, out); });
}

constexpr Border replicate = Border::replicate, zero = Border::constant_zero;
constexpr Sampling grid = Sampling::grid32, exact = Sampling::exact;
constexpr KernelCase rows[] = {
    {"warp_affine.grid.replicate.u8", warp_case<u8, 3, grid, replicate>},
    {"warp_affine.grid.zero.u8", warp_case<u8, 3, grid, zero>},
    {"warp_affine.grid.replicate.u8x1", warp_case<u8, 1, grid, replicate>},
    {"warp_affine.grid.replicate.u8x4", warp_case<u8, 4, grid, replicate>},
    {"warp_affine.grid.replicate.u16", warp_case<u16, 3, grid, replicate>},
    {"warp_affine.grid.replicate.f32", warp_case<float, 3, grid, replicate>},
    {"warp_affine.grid.zero.f32x1", warp_case<float, 1, grid, zero>},
    {"warp_affine.exact.replicate.u8", warp_case<u8, 3, exact, replicate>},
    {"warp_affine.exact.zero.u8", warp_case<u8, 3, exact, zero>},
    {"warp_affine.exact.replicate.u16", warp_case<u16, 3, exact, replicate>},
    {"warp_affine.exact.replicate.f32", warp_case<float, 3, exact, replicate>},
    {"warp_affine.exact.zero.f32x1", warp_case<float, 1, exact, zero>},
    {"warp_affine_area.u8", warp_area_case<u8, 3>},
    {"warp_affine_area.upright.replicate.u8", warp_upright_case<u8, replicate>},
    {"warp_affine_area.upright.zero.u8", warp_upright_case<u8, zero>},
    {"warp_affine_area.upright.zero.u16", warp_upright_case<u16, zero>},
    {"warp_affine_area.u8x4", warp_area_case<u8, 4>},
    {"warp_affine_area.u16", warp_area_case<u16, 3>},
    {"warp_affine_area.f32x1", warp_area_case<float, 1>},
    {"resize.bilinear.u8", resize_case<u8, 3, Filter::bilinear>},
    {"resize.area.u8", resize_case<u8, 3, Filter::area>},
    {"resize.bicubic.u8", resize_case<u8, 3, Filter::bicubic>},
    {"resize.lanczos.u8", resize_case<u8, 3, Filter::lanczos>},
    {"resize.bilinear.u16", resize_case<u16, 3, Filter::bilinear>},
    {"resize.area.u16", resize_case<u16, 3, Filter::area>},
    {"resize.bicubic.u16", resize_case<u16, 3, Filter::bicubic>},
    {"resize.lanczos.u16", resize_case<u16, 3, Filter::lanczos>},
    {"resize.bilinear.f32", resize_case<float, 3, Filter::bilinear>},
    {"resize.area.f32", resize_case<float, 3, Filter::area>},
    {"resize.bicubic.f32", resize_case<float, 3, Filter::bicubic>},
    {"resize.lanczos.f32x1", resize_case<float, 1, Filter::lanczos>},
    {"resize.bilinear_cv.u8", resize_case<u8, 3, Filter::bilinear_cv>},
    {"resize.bilinear_cv.u8x1", resize_case<u8, 1, Filter::bilinear_cv>},
    {"resize.bilinear_cv.u8x4", resize_case<u8, 4, Filter::bilinear_cv>},
    {"resize.area_cv.u8", resize_case<u8, 3, Filter::area_cv>},
    {"resize.bicubic_cv.u8", resize_case<u8, 3, Filter::bicubic_cv>},
    {"resize.bilinear_cv.u16", resize_case<u16, 3, Filter::bilinear_cv>},
    {"resize.area_cv.u16", resize_case<u16, 3, Filter::area_cv>},
    {"resize.bicubic_cv.u16", resize_case<u16, 3, Filter::bicubic_cv>},
    {"resize.bilinear_cv.f32", resize_case<float, 3, Filter::bilinear_cv>},
    {"resize.area_cv.f32", resize_case<float, 3, Filter::area_cv>},
    {"resize.bicubic_cv.f32", resize_case<float, 3, Filter::bicubic_cv>},
    {"resize.halved.bilinear_cv.u8", shrink_case<u8, 3, Filter::bilinear_cv, 2>},
    {"resize.halved.area_cv.u8", shrink_case<u8, 3, Filter::area_cv, 2>},
    {"resize.third.area_cv.u8", shrink_case<u8, 3, Filter::area_cv, 3>},
    {"resize.third.area_cv.u16", shrink_case<u16, 3, Filter::area_cv, 3>},
    {"resize.third.area_cv.f32", shrink_case<float, 3, Filter::area_cv, 3>},
    {"rotate90.u8", rotate_case<u8>},
    {"rotate90.u16", rotate_case<u16>},
    {"rotate90.f32", rotate_case<float>},
    {"copy.u8", copy_case<u8>},
    {"copy.u16", copy_case<u16>},
    {"copy.f32", copy_case<float>},
    {"fill.u8", fill_case<u8>},
    {"fill.u16", fill_case<u16>},
    {"fill.f32", fill_case<float>},
    {"widen", widen_case},
    {"narrow", narrow_case},
    {"split_polyphase.u8", split_case<u8>},
    {"split_polyphase.u16", split_case<u16>},
    {"split_polyphase.f32", split_case<float>},
    {"join_polyphase.u8", join_case<u8>},
    {"join_polyphase.u16", join_case<u16>},
    {"join_polyphase.f32", join_case<float>},
};

}  // namespace

std::span<const KernelCase> geometry_cases() { return rows; }

}  // namespace mien::kernels
