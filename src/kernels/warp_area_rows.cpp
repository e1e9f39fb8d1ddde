// SPDX-License-Identifier: Apache-2.0
#include "kernels/warp_area_rows.h"

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <type_traits>

#include "kernels/columns.h"
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

    /// Sums of the pixels x .. x + 3: eight numbers for the first two, eight for the others. `inner`: all taps are known to lie inside.
    template <bool inner> void add_four(const ExactRow& line, __m256d columns, __m256& first, __m256& second) const {
        Positions at;
        line.template operator()<inner>(columns, at);
        if (inner || all_inside(at, inner_width, inner_height)) {
            alignas(16) int bytes[4];
            offsets(at, bytes);
            first = _mm256_add_ps(first, inner_two<0>(at, bytes));
            second = _mm256_add_ps(second, inner_two<2>(at, bytes));
        } else {
            first = _mm256_add_ps(first, border_two(at, 0));
            second = _mm256_add_ps(second, border_two(at, 2));
        }
    }
    template <bool inner> void four(const std::optional<ExactRow>* lines, int x, int count, T* pixels) const {
        __m256 first = _mm256_setzero_ps(), second = _mm256_setzero_ps();
        const __m256d columns = four_columns(x);
        for (int j = 0; j < density; ++j)
            for (int i = 0; i < density; ++i) add_four<inner>(*lines[j], _mm256_sub_pd(_mm256_add_pd(columns, _mm256_set1_pd((i + 0.5) * step)), _mm256_set1_pd(0.5)), first, second);
        store_four(_mm256_mul_ps(first, _mm256_set1_ps(share)), _mm256_mul_ps(second, _mm256_set1_ps(share)), count, pixels);
    }
    static void store_four(__m256 first, __m256 second, int count, T* pixels) {
        if constexpr (std::is_same_v<T, float>) {
            alignas(32) float means[16];
            _mm256_store_ps(means, first);
            _mm256_store_ps(means + 8, second);
            for (int k = 0; k < count; ++k) std::copy_n(means + 4 * k, 3, pixels + 3 * k);
        } else {
            // The pack works in halves, which leaves the pixels 0, 2, 1, 3.
            const __m256i words = _mm256_permute4x64_epi64(_mm256_packus_epi32(whole(first), whole(second)), _MM_SHUFFLE(3, 1, 2, 0));
            const __m128i low = _mm256_castsi256_si128(words), high = _mm256_extracti128_si256(words, 1);
            alignas(16) T samples[16];
            if constexpr (sizeof(T) == 1) {
                const __m128i close = _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1);
                _mm_store_si128(reinterpret_cast<__m128i*>(samples), _mm_shuffle_epi8(_mm_packus_epi16(low, high), close));
            } else {
                const __m128i close = _mm_setr_epi8(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, -1, -1, -1, -1);
                _mm_storeu_si128(reinterpret_cast<__m128i*>(samples), _mm_shuffle_epi8(low, close));
                _mm_storeu_si128(reinterpret_cast<__m128i*>(samples + 6), _mm_shuffle_epi8(high, close));
            }
            if (count == 4) std::memcpy(pixels, samples, 12 * sizeof(T));
            else std::copy_n(samples, 3 * count, pixels);
        }
    }
    /// to_sample, still as 32-bit numbers.
    static __m256i whole(__m256 values) {
        // The second operand of max is the answer where the first is NaN.
        values = _mm256_min_ps(_mm256_max_ps(values, _mm256_setzero_ps()), _mm256_set1_ps(largest_sample<T>()));
        return _mm256_cvttps_epi32(_mm256_round_ps(values, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC));
    }

    void run(const Affine& map, View<T> out) const {
        std::optional<ExactRow> lines[most_samples];
        const int width = out.size.width;
        const PositionBox inside{0, static_cast<double>(inner_width), 0, static_cast<double>(inner_height)};
        for (int y = 0; y < out.size.height; ++y) {
            const double above = y + 0.5 * step - 0.5, below = y + (density - 0.5) * step - 0.5;
            for (int j = 0; j < density; ++j) lines[j].emplace(map, y + (j + 0.5) * step - 0.5);
            const Columns inner = meet(columns_in(map, above, width, inside, Certainty::sure), columns_in(map, below, width, inside, Certainty::sure));
            T* const row = out.row(y);
            int x = 0;
            for (; x < inner.first; x += 4) four<false>(lines, x, std::min(4, width - x), row + 3 * x);
            for (; x + 4 <= inner.last; x += 4) four<true>(lines, x, 4, row + 3 * x);
            for (; x < width; x += 4) four<false>(lines, x, std::min(4, width - x), row + 3 * x);
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
