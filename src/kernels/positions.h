// Where four neighbouring pixels look, at once: `exactly` of sample.h in vector registers, for hand-tuned host variants.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <immintrin.h>

#include "image/view.h"

namespace mien::kernels {

/// Positions of a row, four at a time.
struct Positions {
    alignas(16) int x[4], y[4];
    alignas(16) float right[4], down[4];
};

/// `exactly` for four columns of the row `y`: the same operations per lane, in the same order.
struct ExactRow {
    __m256d along_x, along_y, start_x, start_y, offset_x, offset_y;
    ExactRow(const Affine& map, double y)
        : along_x(_mm256_set1_pd(map.a)), along_y(_mm256_set1_pd(map.d)), start_x(_mm256_set1_pd(map.b * y)), start_y(_mm256_set1_pd(map.e * y)), offset_x(_mm256_set1_pd(map.c)),
          offset_y(_mm256_set1_pd(map.f)) {}
    /// `near`: the position is known to fit an int.
    template <bool near> static void split(__m256d position, int* whole, float* part) {
        constexpr double far = 1.0e9;
        if constexpr (!near) position = _mm256_min_pd(_mm256_max_pd(position, _mm256_set1_pd(-far)), _mm256_set1_pd(far));
        const __m256d floored = _mm256_floor_pd(position);
        _mm_store_si128(reinterpret_cast<__m128i*>(whole), _mm256_cvttpd_epi32(floored));
        _mm_store_ps(part, _mm256_cvtpd_ps(_mm256_sub_pd(position, floored)));
    }
    template <bool near = false> void operator()(__m256d columns, Positions& at) const {
        split<near>(_mm256_add_pd(_mm256_add_pd(_mm256_mul_pd(along_x, columns), start_x), offset_x), at.x, at.right);
        split<near>(_mm256_add_pd(_mm256_add_pd(_mm256_mul_pd(along_y, columns), start_y), offset_y), at.y, at.down);
    }
};

/// The columns x, x + 1, x + 2, x + 3.
inline __m256d four_columns(int x) { return _mm256_cvtepi32_pd(_mm_add_epi32(_mm_set1_epi32(x), _mm_setr_epi32(0, 1, 2, 3))); }

/// Whether all four lie in 0 <= x < width and 0 <= y < height.
inline bool all_inside(const Positions& at, int width, int height) {
    const __m128i x = _mm_load_si128(reinterpret_cast<const __m128i*>(at.x)), y = _mm_load_si128(reinterpret_cast<const __m128i*>(at.y)), none = _mm_set1_epi32(-1);
    const __m128i low = _mm_and_si128(_mm_cmpgt_epi32(x, none), _mm_cmpgt_epi32(y, none));
    const __m128i high = _mm_and_si128(_mm_cmpgt_epi32(_mm_set1_epi32(width), x), _mm_cmpgt_epi32(_mm_set1_epi32(height), y));
    return _mm_movemask_epi8(_mm_and_si128(low, high)) == 0xffff;
}

/// Number `first` of four in the lower half of a register, the next one in the upper.
template <int first> __m256 spread_two(const float* four) {
    const __m256i which = _mm256_setr_epi32(first, first, first, first, first + 1, first + 1, first + 1, first + 1);
    return _mm256_permutevar8x32_ps(_mm256_castps128_ps256(_mm_load_ps(four)), which);
}

}  // namespace mien::kernels
