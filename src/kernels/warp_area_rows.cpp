// SPDX-License-Identifier: Apache-2.0
#include "kernels/warp_area_rows.h"

#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <optional>

#include "kernels/exact.h"
#include "kernels/positions.h"
#include "kernels/sample.h"

namespace mien::kernels {
namespace {

constexpr int most_samples = 16;  // per axis

/// Four samples each of two pixels: three of the pixel and one to ignore.
__m256 load_two(const std::uint8_t* first, const std::uint8_t* second) {
    int samples[2];
    std::memcpy(&samples[0], first, sizeof(int));
    std::memcpy(&samples[1], second, sizeof(int));
    return _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_unpacklo_epi32(_mm_cvtsi32_si128(samples[0]), _mm_cvtsi32_si128(samples[1]))));
}
__m256 load_two(const std::uint16_t* first, const std::uint16_t* second) {
    const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(first)), high = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(second));
    return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm_unpacklo_epi64(low, high)));
}
__m256 load_two(const float* first, const float* second) { return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(first)), _mm_loadu_ps(second), 1); }

template <class T> struct AreaRows {
    View<const T> in;
    Border border;
    int density, inner_width, inner_height;
    float share;
    double step;

    AreaRows(View<const T> picture, Border rule, int samples)
        : in(picture), border(rule), density(samples), inner_width(picture.size.width - 2), inner_height(picture.size.height - 1), share(1.0f / static_cast<float>(samples * samples)),
          step(1.0 / samples) {}

    /// mix_exact for the positions i and i + 1, all taps inside.
    __m256 inner_two(const Positions& at, int i) const {
        const T *const top = in.row(at.y[i]) + 3 * at.x[i], *const bottom = in.row(at.y[i] + 1) + 3 * at.x[i];
        const T *const next_top = in.row(at.y[i + 1]) + 3 * at.x[i + 1], *const next_bottom = in.row(at.y[i + 1] + 1) + 3 * at.x[i + 1];
        const __m256 right = two_halves(at.right[i], at.right[i + 1]);
        const __m256 top_left = load_two(top, next_top), bottom_left = load_two(bottom, next_bottom);
        const __m256 upper = _mm256_add_ps(top_left, _mm256_mul_ps(_mm256_sub_ps(load_two(top + 3, next_top + 3), top_left), right));
        const __m256 lower = _mm256_add_ps(bottom_left, _mm256_mul_ps(_mm256_sub_ps(load_two(bottom + 3, next_bottom + 3), bottom_left), right));
        return _mm256_add_ps(upper, _mm256_mul_ps(_mm256_sub_ps(lower, upper), two_halves(at.down[i], at.down[i + 1])));
    }
    __m256 border_two(const Positions& at, int i) const {
        alignas(32) float values[8] = {};
        for (int k = 0; k < 2; ++k) {
            const Between<float> one{at.x[i + k], at.y[i + k], at.right[i + k], at.down[i + k]};
            for (int c = 0; c < 3; ++c) values[4 * k + c] = mix_exact(taps_at(in, one, c, border), one.right, one.down);
        }
        return _mm256_load_ps(values);
    }

    /// Means of the pixels x .. x + 3: eight numbers for the first two, eight for the others.
    void four_means(const std::optional<ExactRow>* lines, int x, float* means) const {
        __m256 first = _mm256_setzero_ps(), second = _mm256_setzero_ps();
        const __m256d columns = four_columns(x);
        for (int j = 0; j < density; ++j)
            for (int i = 0; i < density; ++i) {
                Positions at;
                (*lines[j])(_mm256_sub_pd(_mm256_add_pd(columns, _mm256_set1_pd((i + 0.5) * step)), _mm256_set1_pd(0.5)), at);
                const bool inner = all_inside(at, inner_width, inner_height);
                first = _mm256_add_ps(first, inner ? inner_two(at, 0) : border_two(at, 0));
                second = _mm256_add_ps(second, inner ? inner_two(at, 2) : border_two(at, 2));
            }
        _mm256_store_ps(means, _mm256_mul_ps(first, _mm256_set1_ps(share)));
        _mm256_store_ps(means + 8, _mm256_mul_ps(second, _mm256_set1_ps(share)));
    }

    void run(const Affine& map, View<T> out) const {
        std::optional<ExactRow> lines[most_samples];
        for (int y = 0; y < out.size.height; ++y) {
            for (int j = 0; j < density; ++j) lines[j].emplace(map, y + (j + 0.5) * step - 0.5);
            T* const row = out.row(y);
            for (int x = 0; x < out.size.width; x += 4) {
                alignas(32) float means[16];
                four_means(lines, x, means);
                const int count = std::min(4, out.size.width - x);
                for (int k = 0; k < count; ++k)
                    for (int c = 0; c < 3; ++c) row[3 * (x + k) + c] = to_sample<T>(means[4 * k + c], largest_sample<T>());
            }
        }
    }
};

}  // namespace

template <class T> bool warp_area_rows(View<const T> in, const Affine& out_to_in, Border border, int density, View<T> out) {
    if (in.channels != 3 || out.channels != 3 || density > most_samples) return false;
    AreaRows<T>(in, border, density).run(out_to_in, out);
    return true;
}

template bool warp_area_rows<std::uint8_t>(View<const std::uint8_t>, const Affine&, Border, int, View<std::uint8_t>);
template bool warp_area_rows<std::uint16_t>(View<const std::uint16_t>, const Affine&, Border, int, View<std::uint16_t>);
template bool warp_area_rows<float>(View<const float>, const Affine&, Border, int, View<float>);

}  // namespace mien::kernels
