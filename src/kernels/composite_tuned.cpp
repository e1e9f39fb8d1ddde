// SPDX-License-Identifier: Apache-2.0
#include "kernels/composite_tuned.h"

#include <immintrin.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstring>

#include "kernels/columns.h"
#include "kernels/positions.h"

namespace mien::kernels {
namespace {

template <Sampling sampling> __m128 mix(__m128 top_left, __m128 top_right, __m128 bottom_left, __m128 bottom_right, float right, float down) {
    if constexpr (sampling == Sampling::exact) {
        const __m128 across = _mm_set1_ps(right);
        const __m128 top = _mm_add_ps(top_left, _mm_mul_ps(_mm_sub_ps(top_right, top_left), across));
        const __m128 bottom = _mm_add_ps(bottom_left, _mm_mul_ps(_mm_sub_ps(bottom_right, bottom_left), across));
        return _mm_add_ps(top, _mm_mul_ps(_mm_sub_ps(bottom, top), _mm_set1_ps(down)));
    } else {
        const float left = 1.0f - right, up = 1.0f - down;
        const __m128 sum = _mm_add_ps(_mm_mul_ps(top_left, _mm_set1_ps(up * left)), _mm_mul_ps(top_right, _mm_set1_ps(up * right)));
        return _mm_add_ps(_mm_add_ps(sum, _mm_mul_ps(bottom_left, _mm_set1_ps(down * left))), _mm_mul_ps(bottom_right, _mm_set1_ps(down * right)));
    }
}

/// Three samples and one to ignore. `more`: the row goes on after them, so that four may be read at once.
__m128i load_pixel(const std::uint8_t* pixel, bool more) {
    if (!more) return _mm_setr_epi32(pixel[0], pixel[1], pixel[2], 0);
    int bytes;
    std::memcpy(&bytes, pixel, sizeof bytes);
    return _mm_cvtepu8_epi32(_mm_cvtsi32_si128(bytes));
}
__m128i load_pixel(const std::uint16_t* pixel, bool more) {
    if (!more) return _mm_setr_epi32(pixel[0], pixel[1], pixel[2], 0);
    long long words;
    std::memcpy(&words, pixel, sizeof words);
    return _mm_cvtepu16_epi32(_mm_cvtsi64_si128(words));
}
void store_pixel(__m128i samples, std::uint8_t* pixel) {
    const int bytes = _mm_cvtsi128_si32(_mm_shuffle_epi8(samples, _mm_setr_epi8(0, 4, 8, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)));
    const std::uint16_t pair = static_cast<std::uint16_t>(bytes);
    std::memcpy(pixel, &pair, sizeof pair);
    pixel[2] = static_cast<std::uint8_t>(bytes >> 16);
}
void store_pixel(__m128i samples, std::uint16_t* pixel) {
    const long long words = _mm_cvtsi128_si64(_mm_packus_epi32(samples, samples));
    const std::uint32_t pair = static_cast<std::uint32_t>(words);
    std::memcpy(pixel, &pair, sizeof pair);
    pixel[2] = static_cast<std::uint16_t>(words >> 32);
}

/// Two pixels with one sample to ignore after each; reads eight samples.
__m256i load_two(const std::uint8_t* pixels) {
    const __m128i spread = _mm_setr_epi8(0, 1, 2, -1, 3, 4, 5, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    return _mm256_cvtepu8_epi32(_mm_shuffle_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(pixels)), spread));
}
__m256i load_two(const std::uint16_t* pixels) {
    const __m128i spread = _mm_setr_epi8(0, 1, 2, 3, 4, 5, -1, -1, 6, 7, 8, 9, 10, 11, -1, -1);
    return _mm256_cvtepu16_epi32(_mm_shuffle_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(pixels)), spread));
}
void store_two(__m256i samples, std::uint8_t* pixels) {
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(samples), _mm256_extracti128_si256(samples, 1));
    const long long six = _mm_cvtsi128_si64(_mm_shuffle_epi8(words, _mm_setr_epi8(0, 2, 4, 8, 10, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)));
    std::memcpy(pixels, &six, 6);
}
void store_two(__m256i samples, std::uint16_t* pixels) {
    const __m128i words = _mm_packus_epi32(_mm256_castsi256_si128(samples), _mm256_extracti128_si256(samples, 1));
    const __m128i six = _mm_shuffle_epi8(words, _mm_setr_epi8(0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13, -1, -1, -1, -1));
    std::memcpy(pixels, &six, 12);
}

/// Holds copies of the body's numbers: stores of bytes could change what is reached through a reference, so that would be read again for every pixel.
template <class T, Sampling sampling> struct Row {
    const std::byte *crop, *mask;
    std::ptrdiff_t crop_pitch, mask_pitch;
    T* pixels;
    int inner_width, inner_height, last;
    bool rounds;
    __m128 full_scale;
    std::ptrdiff_t crop_ahead, mask_ahead;  // bytes to what the same columns read some rows later

    Row(const Composite<T>& body, int y)
        : crop(reinterpret_cast<const std::byte*>(body.crop.data)), mask(reinterpret_cast<const std::byte*>(body.mask.data)), crop_pitch(body.crop.pitch), mask_pitch(body.mask.pitch),
          pixels(body.part.row(y)), inner_width(body.crop.size.width - 2), inner_height(body.crop.size.height - 1), last(body.part.size.width - 1),
          rounds(body.rounding == Rounding::nearest), full_scale(_mm_set1_ps(body.full_scale)) {
        const auto some_rows = [](double step) { return std::abs(step) < 1e4 ? static_cast<std::ptrdiff_t>(4 * step) : 0; };
        const std::ptrdiff_t right = some_rows(body.map.b) * static_cast<std::ptrdiff_t>(sizeof(float)), down = some_rows(body.map.e);
        crop_ahead = down * crop_pitch + 3 * right;
        mask_ahead = down * mask_pitch + right;
    }
    /// Rows are crossed at a slant, which the processor does not foresee.
    void foresee_crop(const Positions& at) const {
        _mm_prefetch(reinterpret_cast<const char*>(Row::at(crop, crop_pitch, 3 * at.x[0], at.y[0])) + crop_ahead, _MM_HINT_T0);
    }
    void foresee_mask(const Positions& at) const {
        _mm_prefetch(reinterpret_cast<const char*>(Row::at(mask, mask_pitch, at.x[0], at.y[0])) + mask_ahead, _MM_HINT_T0);
    }

    /// False where a tap lies outside, or a four-float load could leave the row: the plain body does those.
    bool inside(int x, int y) const { return x >= 0 && y >= 0 && x < inner_width && y < inner_height; }
    static const float* at(const std::byte* data, std::ptrdiff_t pitch, int x, int y) { return reinterpret_cast<const float*>(data + y * pitch) + x; }

    void operator()(int x, int at_x, int at_y, float right, float down) const {
        const float *const top = at(mask, mask_pitch, at_x, at_y), *const bottom = at(mask, mask_pitch, at_x, at_y + 1);
        const float share = clamp(_mm_cvtss_f32(mix<sampling>(_mm_set_ss(top[0]), _mm_set_ss(top[1]), _mm_set_ss(bottom[0]), _mm_set_ss(bottom[1]), right, down)), 0.0f, 1.0f);
        if (share > 0.0f) blend(x, at_x, at_y, right, down, share);
    }

    /// The clipped shares of four inner positions at once, exact sampling.
    __m128 four_shares(const Positions& four) const {
        __m128 pairs[2][2];  // upper and lower neighbours, of the first and the second two positions
        for (int side = 0; side < 2; ++side)
            for (int half = 0; half < 2; ++half) {
                // Pairs of floats lie on any multiple of four bytes.
                const __m128i first = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(at(mask, mask_pitch, four.x[2 * half], four.y[2 * half] + side)));
                pairs[side][half] = _mm_loadh_pi(_mm_castsi128_ps(first), reinterpret_cast<const __m64*>(at(mask, mask_pitch, four.x[2 * half + 1], four.y[2 * half + 1] + side)));
            }
        const __m128 right = _mm_load_ps(four.right), down = _mm_load_ps(four.down);
        const auto across = [&right](const __m128(&pair)[2]) {
            const __m128 left = _mm_shuffle_ps(pair[0], pair[1], _MM_SHUFFLE(2, 0, 2, 0));
            return _mm_add_ps(left, _mm_mul_ps(_mm_sub_ps(_mm_shuffle_ps(pair[0], pair[1], _MM_SHUFFLE(3, 1, 3, 1)), left), right));
        };
        const __m128 top = across(pairs[0]);
        const __m128 share = _mm_add_ps(top, _mm_mul_ps(_mm_sub_ps(across(pairs[1]), top), down));
        return _mm_min_ps(_mm_max_ps(share, _mm_setzero_ps()), _mm_set1_ps(1.0f));
    }
    bool all_inside(const Positions& four) const { return kernels::all_inside(four, inner_width, inner_height); }

    void blend(int x, int at_x, int at_y, float right, float down, float share) const {
        const float *const top = at(crop, crop_pitch, 3 * at_x, at_y), *const bottom = at(crop, crop_pitch, 3 * at_x, at_y + 1);
        const __m128 front = mix<sampling>(_mm_loadu_ps(top), _mm_loadu_ps(top + 3), _mm_loadu_ps(bottom), _mm_loadu_ps(bottom + 3), right, down);
        T* const pixel = pixels + 3 * x;
        const __m128 back = _mm_cvtepi32_ps(load_pixel(pixel, x < last));
        __m128 value = _mm_add_ps(_mm_mul_ps(back, _mm_set1_ps(1.0f - share)), _mm_mul_ps(front, _mm_set1_ps(share)));
        if (rounds) value = _mm_round_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        value = _mm_min_ps(_mm_max_ps(value, _mm_setzero_ps()), full_scale);
        const __m128i samples = _mm_cvttps_epi32(value);
        store_pixel(samples, pixel);
    }

    /// Four pixels under one share, all taps inside; the row goes on for a pixel more.
    void blend_even(int x, const ExactRow& position, float share) const {
        Positions at;
        position.template operator()<true>(four_columns(x), at);
        foresee_crop(at);
        const float shares[4] = {share, share, share, share};
        blend_two<0>(x, at, shares);
        blend_two<2>(x + 2, at, shares);
    }
    void blend_four(int x, const Positions& at) const {
        alignas(16) float share[4];
        _mm_store_ps(share, four_shares(at));
        blend_pair<0>(x, at, share);
        blend_pair<2>(x + 2, at, share);
    }
    template <int i> void blend_pair(int x, const Positions& at, const float* share) const {
        if (share[i] > 0.0f && share[i + 1] > 0.0f && x + 2 <= last) return blend_two<i>(x, at, share);
        for (int k = i; k < i + 2; ++k)
            if (share[k] > 0.0f) blend(x + k - i, at.x[k], at.y[k], at.right[k], at.down[k], share[k]);
    }

    /// The floats at `offset` after the positions of two pixels; each half reads one beyond the three it is for.
    __m256 two_taps(const Positions& at, int i, int down, int offset) const {
        const float *const first = Row::at(crop, crop_pitch, 3 * at.x[i] + offset, at.y[i] + down), *const second = Row::at(crop, crop_pitch, 3 * at.x[i + 1] + offset, at.y[i + 1] + down);
        return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm_loadu_ps(first)), _mm_loadu_ps(second), 1);
    }

    /// Pixels x and x + 1, exact sampling; the row goes on after them.
    template <int i> void blend_two(int x, const Positions& at, const float* share) const {
        const __m256 across = spread_two<i>(at.right);
        const __m256 top_left = two_taps(at, i, 0, 0), bottom_left = two_taps(at, i, 1, 0);
        const __m256 top = _mm256_add_ps(top_left, _mm256_mul_ps(_mm256_sub_ps(two_taps(at, i, 0, 3), top_left), across));
        const __m256 bottom = _mm256_add_ps(bottom_left, _mm256_mul_ps(_mm256_sub_ps(two_taps(at, i, 1, 3), bottom_left), across));
        __m256 value = _mm256_add_ps(top, _mm256_mul_ps(_mm256_sub_ps(bottom, top), spread_two<i>(at.down)));
        T* const pixel = pixels + 3 * x;
        // Under a share of 1 nothing shows through: 0 times what was there adds nothing.
        if (share[i] < 1.0f || share[i + 1] < 1.0f) {
            const __m256 back = _mm256_cvtepi32_ps(load_two(pixel)), shares = spread_two<i>(share);
            value = _mm256_add_ps(_mm256_mul_ps(back, _mm256_sub_ps(_mm256_set1_ps(1.0f), shares)), _mm256_mul_ps(value, shares));
        }
        if (rounds) value = _mm256_round_ps(value, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
        value = _mm256_min_ps(_mm256_max_ps(value, _mm256_setzero_ps()), _mm256_set1_ps(_mm_cvtss_f32(full_scale)));
        store_two(_mm256_cvttps_epi32(value), pixel);
    }
};

/// A rectangle of a mask, around its middle, whose samples are one number that leaves something of the crop: most masks are 1 but for a seam.
struct Even {
    Rect part;
    float share = 0;
};
bool all_equal(const float* samples, int count, float value) {
    // No way out in between: a loop of fixed steps runs in wide registers.
    int different = 0;
    for (int i = 0; i < count; ++i) different |= samples[i] != value;
    return different == 0;
}
Even even_part(View<const float> mask) {
    if (mask.size.width <= 0 || mask.size.height <= 0) return {};
    const int middle = mask.size.height / 2;
    const float* const row = mask.row(middle);
    const float share = row[mask.size.width / 2];
    if (!(share > 0.0f && share <= 1.0f)) return {};
    int left = mask.size.width / 2, right = left + 1, top = middle, bottom = middle + 1;
    while (left > 0 && row[left - 1] == share) --left;
    while (right < mask.size.width && row[right] == share) ++right;
    while (top > 0 && all_equal(mask.row(top - 1) + left, right - left, share)) --top;
    while (bottom < mask.size.height && all_equal(mask.row(bottom) + left, right - left, share)) ++bottom;
    return {{left, top, right - left, bottom - top}, share};
}

template <class T> void seam_columns(const Composite<T>& body, const Row<T, Sampling::exact>& row, const ExactRow& position, int y, Columns columns) {
    for (int x = columns.first; x < columns.last; x += 4) {
        Positions at;
        position(four_columns(x), at);
        if (x + 4 <= columns.last && row.all_inside(at)) {
            row.foresee_mask(at);
            row.foresee_crop(at);
            row.blend_four(x, at);
            continue;
        }
        for (int i = 0; i < 4 && x + i < columns.last; ++i) {
            if (row.inside(at.x[i], at.y[i])) row(x + i, at.x[i], at.y[i], at.right[i], at.down[i]);
            else body.compose(x + i, y, Between<float>{at.x[i], at.y[i], at.right[i], at.down[i]});
        }
    }
}

template <class T> void exact_rows(const Composite<T>& body) {
    const Even even = even_part(body.mask);
    const double width = body.mask.size.width, height = body.mask.size.height;
    // Four equal taps mix to that number; one column is left out because four floats are read where three are wanted.
    const PositionBox reach{-1, width, -1, height};
    const PositionBox inner{static_cast<double>(even.part.x), std::min(even.part.x + even.part.width, body.mask.size.width - 1) - 1.0, static_cast<double>(even.part.y),
                            even.part.y + even.part.height - 1.0};
    for (int y = 0; y < body.part.size.height; ++y) {
        const Row<T, Sampling::exact> row(body, y);
        const ExactRow position(body.map, y);
        const Columns touched = columns_in(body.map, y, body.part.size.width, reach, Certainty::possible);
        // The last columns of a row are left to the others: eight samples are read where six are wanted.
        const Columns same = even.share > 0 ? meet(touched, columns_in(body.map, y, body.part.size.width - 2, inner, Certainty::sure)) : Columns{};
        int x = touched.first;
        if (same.last - same.first >= 4) {
            seam_columns(body, row, position, y, {x, same.first});
            for (x = same.first; x + 4 <= same.last; x += 4) row.blend_even(x, position, even.share);
        }
        seam_columns(body, row, position, y, {x, touched.last});
    }
}

template <class T> void grid_rows(const Composite<T>& body) {
    for (int y = 0; y < body.part.size.height; ++y) {
        const Row<T, Sampling::grid32> row(body, y);
        for (int x = 0; x < body.part.size.width; ++x) {
            const Between<int> at = on_grid(body.map, x, y);
            if (row.inside(at.x, at.y)) row(x, at.x, at.y, static_cast<float>(at.right) * (1.0f / 32), static_cast<float>(at.down) * (1.0f / 32));
            else body.compose(x, y, at);
        }
    }
}

}  // namespace

template <class T> void composite_rows(const Composite<T>& body) {
    if (body.sampling == Sampling::exact) exact_rows(body);
    else grid_rows(body);
}
template void composite_rows<std::uint8_t>(const Composite<std::uint8_t>&);
template void composite_rows<std::uint16_t>(const Composite<std::uint16_t>&);

}  // namespace mien::kernels
