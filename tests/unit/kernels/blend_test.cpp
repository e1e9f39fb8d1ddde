// SPDX-License-Identifier: Apache-2.0
#include "kernels/blend.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <random>

#include "image/buffer.h"
#include "kernels/tuned.h"

namespace mien::kernels {
namespace {

template <class T> Picture<T> noise(Size size, int channels, double full_scale, std::mt19937& random) {
    Picture<T> out(host_queue(), size, channels);
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width * channels; ++x) out.view().row(y)[x] = static_cast<T>(static_cast<double>(random() >> 12) / 1048575.0 * full_scale);
    return out;
}
template <class T> Picture<T> filled(Size size, int channels, T value) {
    Picture<T> out(host_queue(), size, channels);
    for (int y = 0; y < size.height; ++y) std::fill_n(out.view().row(y), size.width * channels, value);
    return out;
}
template <class T> bool equal(View<const T> first, View<const T> second) {
    for (int y = 0; y < first.size.height; ++y)
        if (std::memcmp(first.row(y), second.row(y), static_cast<std::size_t>(first.size.width * first.channels) * sizeof(T)) != 0) return false;
    return true;
}

template <class T> void compare_with_plain(int depth) {
    std::mt19937 random(11);
    const double full_scale = (1 << depth) - 1;
    int changed = 0;
    for (int round = 0; round < 200; ++round) {
        const int edge = 2 + static_cast<int>(random() % 40);
        const Picture<float> crop = noise<float>({edge, edge + 3}, 3, full_scale * 1.1, random), mask = noise<float>({edge, edge + 3}, 1, round % 3 == 0 ? 0.4 : 1.5, random);
        const double turn = static_cast<double>(random() % 628) / 100, scale = 0.3 + static_cast<double>(random() % 100) / 60;
        const double cosine = scale * std::cos(turn), sine = scale * std::sin(turn);
        const Paste how{{cosine, -sine, edge / 2.0 - 5 * cosine, sine, cosine, edge / 2.0 - 9 * sine}, round % 2 ? Sampling::exact : Sampling::grid32,
                        round % 5 ? Rounding::nearest : Rounding::truncate, depth};
        const Picture<T> start = noise<T>({60, 50}, 3, full_scale, random);
        const Rect region{static_cast<int>(random() % 20), static_cast<int>(random() % 20), 1 + static_cast<int>(random() % 40), 1 + static_cast<int>(random() % 30)};
        Picture<T> tuned = filled<T>({60, 50}, 3, T{0}), plain = filled<T>({60, 50}, 3, T{0});
        for (int y = 0; y < 50; ++y)
            for (Picture<T>* copy : {&tuned, &plain}) std::memcpy(copy->view().row(y), start.view().row(y), 180 * sizeof(T));
        paste<T>(host_queue(), crop, mask, how, region, tuned);
        {
            const PlainBodies only;
            paste<T>(host_queue(), crop, mask, how, region, plain);
        }
        ASSERT_TRUE((equal<T>(tuned, plain))) << round;
        changed += !equal<T>(tuned, start);
    }
    EXPECT_GT(changed, 100);
}
TEST(Paste, TunedRowsGiveThePlainBytes) { compare_with_plain<std::uint8_t>(8); }
TEST(Paste, TunedRowsGiveThePlainBytesOfDeepPictures) { compare_with_plain<std::uint16_t>(10); }

TEST(Paste, OnlyMaskedPixelsOfTheRegionChange) {
    const Picture<float> crop = filled<float>({8, 8}, 3, 200.0f);
    Picture<float> mask = filled<float>({8, 8}, 1, 0.0f);
    mask.view().at(3, 4) = 1;
    mask.view().at(4, 4) = 0.5f;
    Picture<std::uint8_t> picture = filled<std::uint8_t>({20, 20}, 3, std::uint8_t{100});
    paste<std::uint8_t>(host_queue(), crop, mask, {}, {5, 6, 8, 8}, picture);
    for (int y = 0; y < 20; ++y)
        for (int x = 0; x < 20; ++x) EXPECT_EQ(picture.view().at(x, y, 1), x == 8 && y == 10 ? 200 : x == 9 && y == 10 ? 150 : 100) << x << ", " << y;
}

TEST(Paste, RoundsOrTruncates) {
    const Picture<float> crop = filled<float>({4, 4}, 3, 10.75f), mask = filled<float>({4, 4}, 1, 1.0f);
    Picture<std::uint8_t> picture = filled<std::uint8_t>({4, 4}, 3, std::uint8_t{0});
    paste<std::uint8_t>(host_queue(), crop, mask, {.rounding = Rounding::nearest}, {0, 0, 4, 4}, picture);
    EXPECT_EQ(picture.view().at(1, 1), 11);
    paste<std::uint8_t>(host_queue(), crop, mask, {.rounding = Rounding::truncate}, {0, 0, 4, 4}, picture);
    EXPECT_EQ(picture.view().at(1, 1), 10);
}

TEST(WeightedSum, SaturatesAndRoundsHalfToEven) {
    const Picture<std::uint8_t> low = filled<std::uint8_t>({3, 2}, 3, std::uint8_t{4}), high = filled<std::uint8_t>({3, 2}, 3, std::uint8_t{7});
    Picture<std::uint8_t> out(host_queue(), {3, 2}, 3);
    weighted_sum<std::uint8_t>(host_queue(), low, high, 0.5, 8, out);
    EXPECT_EQ(out.view().at(2, 1, 2), 6);  // 5.5
    weighted_sum<std::uint8_t>(host_queue(), low, high, 0.0, 8, out);
    EXPECT_EQ(out.view().at(0, 0, 0), 4);
    weighted_sum<std::uint8_t>(host_queue(), low, high, 1.0, 8, out);
    EXPECT_EQ(out.view().at(0, 0, 0), 7);
}

}  // namespace
}  // namespace mien::kernels
