// SPDX-License-Identifier: Apache-2.0
#include "kernels/cases.h"
#include "kernels/mask.h"

namespace mien::kernels {
namespace {

template <class T, int channels> void gaussian_case(Case& c) {
    const auto in = c.input<T>(c.size(), channels);
    const auto out = c.output<T>(c.size(), channels);
    const double sigma = c.real(0.4, 6);
    c.run([&] { gaussian<T>(c.queue(), in, sigma, out); });
}

void box_mask_case(Case& c) {
    const auto out = c.output<float>(c.size(), 1);
    const double blur = c.real(0, 1);
    const std::array<int, 4> padding{c.whole(0, 40), c.whole(0, 40), c.whole(0, 40), c.whole(0, 40)};
    c.run([&] { box_mask(c.queue(), blur, padding, out); });
}

void soft_step_case(Case& c) {
    const auto in = c.input<float>(c.size(), 1, -0.2, 1.2);
    const auto out = c.output<float>(c.size(), 1);
    c.run([&] { soft_step(c.queue(), in, out); });
}

void fill_hull_case(Case& c) {
    const auto out = c.output<float>(c.size(), 1);
    std::vector<Point> points;
    for (int i = c.whole(1, 12); i > 0; --i) points.push_back({static_cast<double>(c.whole(-3, out.size.width + 3)), static_cast<double>(c.whole(-3, out.size.height + 3))});
    c.run([&] { fill_hull(c.queue(), points, out); });
}

void class_mask_case(Case& c) {
    const int classes = c.whole(1, 19);
    const auto out = c.output<float>(c.size(), 1);
    const float* const scores = c.dense_input<float>(static_cast<std::int64_t>(classes) * out.size.width * out.size.height, -4, 4);
    const auto wanted = static_cast<std::uint32_t>(c.random());
    c.run([&] { class_mask(c.queue(), scores, classes, out.size, wanted, out); });
}

template <auto kernel> void spread_case(Case& c) {
    const auto in = c.input<float>(c.size(), 1);
    const auto out = c.output<float>(c.size(), 1);
    const int times = c.whole(0, 5);
    c.run([&] { kernel(c.queue(), in, times, out); });
}

void clip_case(Case& c) {
    const auto in = c.input<float>(c.size(), 1, -1, 2);
    const auto out = c.output<float>(c.size(), 1);
    c.run([&] { clip(c.queue(), in, 0.125f, 0.75f, out); });
}

template <auto kernel> void pair_case(Case& c) {
    const auto first = c.input<float>(c.size(), 1), second = c.input<float>(c.size(), 1);
    const auto out = c.output<float>(c.size(), 1);
    c.run([&] { kernel(c.queue(), first, second, out); });
}

constexpr KernelCase rows[] = {
    {"gaussian.u8", gaussian_case<std::uint8_t, 3>},
    {"gaussian.u8x1", gaussian_case<std::uint8_t, 1>},
    {"gaussian.f32", gaussian_case<float, 3>},
    {"gaussian.f32x1", gaussian_case<float, 1>},
    {"box_mask", box_mask_case},
    {"soft_step", soft_step_case},
    {"fill_hull", fill_hull_case},
    {"class_mask", class_mask_case},
    {"erode", spread_case<erode>},
    {"dilate", spread_case<dilate>},
    {"clip", clip_case},
    {"minimum", pair_case<minimum>},
    {"maximum", pair_case<maximum>},
    {"product", pair_case<product>},
};

}  // namespace

std::span<const KernelCase> mask_cases() { return rows; }

}  // namespace mien::kernels
