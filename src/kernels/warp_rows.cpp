// SPDX-License-Identifier: Apache-2.0
#include "kernels/warp_rows.h"

#include <immintrin.h>

#include <cstring>
#include <vector>

#include "kernels/exact.h"
#include "kernels/sample.h"

namespace mien::kernels {
namespace {

/// Where the pixels of one output row look.
template <class Part> struct RowSpots {
    std::vector<int> x, y;
    std::vector<Part> right, down;
    void fit(int width) {
        const auto count = static_cast<std::size_t>(width);
        if (x.size() >= count) return;
        x.resize(count);
        y.resize(count);
        right.resize(count);
        down.resize(count);
    }
    Between<Part> operator[](int i) const {
        const auto at = static_cast<std::size_t>(i);
        return {x[at], y[at], right[at], down[at]};
    }
};

int whole(double value) { return static_cast<int>(clamp(round_even(value), -1.0e9, 1.0e9)); }

/// on_grid for a row; what depends on the column alone was rounded once.
void look_up(const Affine& map, const int* across, const int* along, int y, int width, RowSpots<int>& spots) {
    const int start_x = whole((map.b * y + map.c) * 1024) + 16, start_y = whole((map.e * y + map.f) * 1024) + 16;
    int* const to_x = spots.x.data();
    int* const to_y = spots.y.data();
    int* const right = spots.right.data();
    int* const down = spots.down.data();
    for (int x = 0; x < width; ++x) {
        const int gx = (start_x + across[x]) >> 5, gy = (start_y + along[x]) >> 5;
        to_x[x] = gx >> 5;
        to_y[x] = gy >> 5;
        right[x] = gx & 31;
        down[x] = gy & 31;
    }
}

void look_up(const Affine& map, const int*, const int*, int y, int width, RowSpots<float>& spots) {
    int* const to_x = spots.x.data();
    int* const to_y = spots.y.data();
    float* const right = spots.right.data();
    float* const down = spots.down.data();
    for (int x = 0; x < width; ++x) {
        const double px = clamp(map.a * x + map.b * y + map.c, -1.0e9, 1.0e9), py = clamp(map.d * x + map.e * y + map.f, -1.0e9, 1.0e9);
        const double whole_x = __builtin_floor(px), whole_y = __builtin_floor(py);
        to_x[x] = static_cast<int>(whole_x);
        to_y[x] = static_cast<int>(whole_y);
        right[x] = static_cast<float>(px - whole_x);
        down[x] = static_cast<float>(py - whole_y);
    }
}

template <class T> T mix(const Taps4<T>& taps, const Between<int>& at) {
    if constexpr (std::is_same_v<T, std::uint8_t>) return mix_grid(taps, at.right, at.down);
    else return to_sample<T>(mix_grid_float(taps, at.right, at.down), largest_sample<T>());
}
template <class T> T mix(const Taps4<T>& taps, const Between<float>& at) { return to_sample<T>(mix_exact(taps, at.right, at.down), largest_sample<T>()); }

template <int channels, class T, class Part> void border_pixel(const View<const T>& in, const Between<Part>& at, Border border, T* pixel) {
    for (int c = 0; c < channels; ++c) pixel[c] = mix(taps_at(in, at, c, border), at);
}

template <class T, class Part> void inner_sample(const View<const T>& in, const Between<Part>& at, T* pixel) {
    const T* const top = in.row(at.y) + at.x;
    const T* const bottom = in.row(at.y + 1) + at.x;
    *pixel = mix(Taps4<T>{top[0], top[1], bottom[0], bottom[1]}, at);
}
// Four samples at once: the three of a pixel and one that is overwritten by the next pixel.
__m128 load4(const std::uint8_t* from) {
    int samples = 0;
    std::memcpy(&samples, from, sizeof samples);
    return _mm_cvtepi32_ps(_mm_cvtepu8_epi32(_mm_cvtsi32_si128(samples)));
}
__m128 load4(const std::uint16_t* from) { return _mm_cvtepi32_ps(_mm_cvtepu16_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)))); }
__m128 load4(const float* from) { return _mm_loadu_ps(from); }
/// Conversion rounds ties to even; packing clamps.
void store4(std::uint8_t* to, __m128 value) {
    const __m128i words = _mm_packus_epi32(_mm_cvtps_epi32(value), _mm_setzero_si128());
    const int samples = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
    std::memcpy(to, &samples, sizeof samples);
}
void store4(std::uint16_t* to, __m128 value) { _mm_storel_epi64(reinterpret_cast<__m128i*>(to), _mm_packus_epi32(_mm_cvtps_epi32(value), _mm_setzero_si128())); }
void store4(float* to, __m128 value) { _mm_storeu_ps(to, value); }

template <class T> void inner_three(const View<const T>& in, const Between<float>& at, T* pixel) {
    const T* const top = in.row(at.y) + 3 * at.x;
    const T* const bottom = in.row(at.y + 1) + 3 * at.x;
    const __m128 right = _mm_set1_ps(at.right), down = _mm_set1_ps(at.down);
    const __m128 top_left = load4(top), bottom_left = load4(bottom);
    const __m128 upper = _mm_add_ps(top_left, _mm_mul_ps(_mm_sub_ps(load4(top + 3), top_left), right));
    const __m128 lower = _mm_add_ps(bottom_left, _mm_mul_ps(_mm_sub_ps(load4(bottom + 3), bottom_left), right));
    store4(pixel, _mm_add_ps(upper, _mm_mul_ps(_mm_sub_ps(lower, upper), down)));
}

template <class T> void inner_three(const View<const T>& in, const Between<int>& at, T* pixel) {
    const T* const top = in.row(at.y) + 3 * at.x;
    const T* const bottom = in.row(at.y + 1) + 3 * at.x;
    const float fx = static_cast<float>(at.right) * (1.0f / 32), fy = static_cast<float>(at.down) * (1.0f / 32), gx = 1.0f - fx, gy = 1.0f - fy;
    __m128 sum = _mm_mul_ps(load4(top), _mm_set1_ps(gy * gx));
    sum = _mm_add_ps(sum, _mm_mul_ps(load4(top + 3), _mm_set1_ps(gy * fx)));
    sum = _mm_add_ps(sum, _mm_mul_ps(load4(bottom), _mm_set1_ps(fy * gx)));
    store4(pixel, _mm_add_ps(sum, _mm_mul_ps(load4(bottom + 3), _mm_set1_ps(fy * fx))));
}

/// On the grid in whole numbers: pairs of neighbours times (left, right), pairs of lines times (up, down). Reads eight bytes per line, writes four.
template <> void inner_three(const View<const std::uint8_t>& in, const Between<int>& at, std::uint8_t* pixel) {
    const __m128i beside = _mm_setr_epi8(0, 3, 1, 4, 2, 5, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const __m128i top = _mm_shuffle_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(in.row(at.y) + 3 * at.x)), beside);
    const __m128i bottom = _mm_shuffle_epi8(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(in.row(at.y + 1) + 3 * at.x)), beside);
    const __m128i columns = _mm_set1_epi16(static_cast<short>((32 - at.right) | at.right << 8));
    const __m128i lines = _mm_set1_epi32((32 - at.down) | at.down << 16);
    // at most 255 * 32 = 8160 per line, 261,120 in all
    const __m128i pairs = _mm_unpacklo_epi16(_mm_maddubs_epi16(top, columns), _mm_maddubs_epi16(bottom, columns));
    const __m128i sums = _mm_srli_epi32(_mm_add_epi32(_mm_madd_epi16(pairs, lines), _mm_set1_epi32(512)), 10);
    const int samples = _mm_cvtsi128_si32(_mm_shuffle_epi8(sums, _mm_setr_epi8(0, 4, 8, 12, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1)));
    std::memcpy(pixel, &samples, sizeof samples);
}

template <int channels, class T, class Part> void warp_all(View<const T> in, const Affine& map, Border border, View<T> out) {
    constexpr bool three = channels == 3;
    thread_local RowSpots<Part> spots;
    thread_local std::vector<int> across, along;
    const int width = out.size.width;
    spots.fit(width);
    if constexpr (std::is_same_v<Part, int>) {
        across.resize(static_cast<std::size_t>(width));
        along.resize(static_cast<std::size_t>(width));
        for (int x = 0; x < width; ++x) {
            across[static_cast<std::size_t>(x)] = whole(map.a * x * 1024);
            along[static_cast<std::size_t>(x)] = whole(map.d * x * 1024);
        }
    }
    // Three channels are read up to one pixel further and written one sample further.
    const int last_x = in.size.width - (three ? 2 : 1), last_y = in.size.height - 1, last_out = three ? width - 1 : width;
    for (int y = 0; y < out.size.height; ++y) {
        look_up(map, across.data(), along.data(), y, width, spots);
        T* const row = out.row(y);
        for (int x = 0; x < width; ++x) {
            const Between<Part> at = spots[x];
            const bool inside = at.x >= 0 && at.y >= 0 && at.x < last_x && at.y < last_y && x < last_out;
            if (!inside) border_pixel<channels>(in, at, border, row + x * channels);
            else if constexpr (three) inner_three<T>(in, at, row + x * channels);
            else inner_sample(in, at, row + x);
        }
    }
}

}  // namespace

template <class T> bool warp_rows(View<const T> in, const Affine& map, Border border, Sampling sampling, View<T> out) {
    if (in.channels != out.channels || (out.channels != 1 && out.channels != 3)) return false;
    const bool grid = sampling == Sampling::grid32, three = out.channels == 3;
    if (grid && three) warp_all<3, T, int>(in, map, border, out);
    else if (grid) warp_all<1, T, int>(in, map, border, out);
    else if (three) warp_all<3, T, float>(in, map, border, out);
    else warp_all<1, T, float>(in, map, border, out);
    return true;
}

template bool warp_rows<std::uint8_t>(View<const std::uint8_t>, const Affine&, Border, Sampling, View<std::uint8_t>);
template bool warp_rows<std::uint16_t>(View<const std::uint16_t>, const Affine&, Border, Sampling, View<std::uint16_t>);
template bool warp_rows<float>(View<const float>, const Affine&, Border, Sampling, View<float>);

}  // namespace mien::kernels
