// SPDX-License-Identifier: Apache-2.0
#include "kernels/warp_area_rows.h"

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <optional>

#include "kernels/exact.h"
#include "kernels/positions.h"
#include "kernels/sample.h"

namespace mien::kernels {
namespace {

constexpr int most_samples = 16;  // per axis

/// The samples of two pixels, each with one to ignore, and of their right neighbours.
struct Neighbours {
    __m256 left, right;
};
Neighbours load_neighbours(const std::uint8_t* first, const std::uint8_t* second) {
    // Loads that need no alignment.
    const __m128i both = _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(first)), _mm_loadl_epi64(reinterpret_cast<const __m128i*>(second)));
    const __m128i left = _mm_setr_epi8(0, 1, 2, 3, 8, 9, 10, 11, -1, -1, -1, -1, -1, -1, -1, -1), right = _mm_setr_epi8(3, 4, 5, 6, 11, 12, 13, 14, -1, -1, -1, -1, -1, -1, -1, -1);
    return {_mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_shuffle_epi8(both, left))), _mm256_cvtepi32_ps(_mm256_cvtepu8_epi32(_mm_shuffle_epi8(both, right)))};
}
__m256 load_two(const std::uint16_t* first, const std::uint16_t* second) {
    const __m128i low = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(first)), high = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(second));
    return _mm256_cvtepi32_ps(_mm256_cvtepu16_epi32(_mm_unpacklo_epi64(low, high)));
}
__m256 load_two(const float* first, const float* second) { return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(first)), _mm_loadu_ps(second), 1); }
template <class T> Neighbours load_neighbours(const T* first, const T* second) { return {load_two(first, second), load_two(first + 3, second + 3)}; }

template <class T> struct AreaRows {
    View<const T> in;
    Border border;
    int density, inner_width, inner_height;
    float share;
    double step;

    AreaRows(View<const T> picture, Border rule, int samples)
        : in(picture), border(rule), density(samples), inner_width(picture.size.width - 2), inner_height(picture.size.height - 1), share(1.0f / static_cast<float>(samples * samples)),
          step(1.0 / samples) {}

    /// Bytes from the picture's first sample to the upper left taps of four positions.
    void offsets(const Positions& at, int* bytes) const {
        const __m128i x = _mm_load_si128(reinterpret_cast<const __m128i*>(at.x)), y = _mm_load_si128(reinterpret_cast<const __m128i*>(at.y));
        const __m128i along = _mm_mullo_epi32(x, _mm_set1_epi32(static_cast<int>(3 * sizeof(T))));
        _mm_store_si128(reinterpret_cast<__m128i*>(bytes), _mm_add_epi32(_mm_mullo_epi32(y, _mm_set1_epi32(static_cast<int>(in.pitch))), along));
    }
    /// mix_exact for the positions i and i + 1, all taps inside.
    template <int i> __m256 inner_two(const Positions& at, const int* bytes) const {
        const auto* const picture = reinterpret_cast<const std::byte*>(in.data);
        const auto taps = [&](std::ptrdiff_t down) {
            return load_neighbours(reinterpret_cast<const T*>(picture + bytes[i] + down), reinterpret_cast<const T*>(picture + bytes[i + 1] + down));
        };
        const __m256 across = spread_two<i>(at.right);
        const Neighbours top = taps(0), bottom = taps(in.pitch);
        const __m256 upper = _mm256_add_ps(top.left, _mm256_mul_ps(_mm256_sub_ps(top.right, top.left), across));
        const __m256 lower = _mm256_add_ps(bottom.left, _mm256_mul_ps(_mm256_sub_ps(bottom.right, bottom.left), across));
        return _mm256_add_ps(upper, _mm256_mul_ps(_mm256_sub_ps(lower, upper), spread_two<i>(at.down)));
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
                if (all_inside(at, inner_width, inner_height)) {
                    alignas(16) int bytes[4];
                    offsets(at, bytes);
                    first = _mm256_add_ps(first, inner_two<0>(at, bytes));
                    second = _mm256_add_ps(second, inner_two<2>(at, bytes));
                } else {
                    first = _mm256_add_ps(first, border_two(at, 0));
                    second = _mm256_add_ps(second, border_two(at, 2));
                }
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
    // Offsets are 32-bit numbers here; only pictures of two gigabytes need more.
    const bool far = std::abs(in.pitch) >= (std::ptrdiff_t{1} << 31) / std::max(1, in.size.height);
    if (in.channels != 3 || out.channels != 3 || density > most_samples || far) return false;
    AreaRows<T>(in, border, density).run(out_to_in, out);
    return true;
}

template bool warp_area_rows<std::uint8_t>(View<const std::uint8_t>, const Affine&, Border, int, View<std::uint8_t>);
template bool warp_area_rows<std::uint16_t>(View<const std::uint16_t>, const Affine&, Border, int, View<std::uint16_t>);
template bool warp_area_rows<float>(View<const float>, const Affine&, Border, int, View<float>);

}  // namespace mien::kernels
