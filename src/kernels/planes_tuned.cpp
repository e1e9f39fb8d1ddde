// SPDX-License-Identifier: Apache-2.0
#include "kernels/planes_tuned.h"

#include <immintrin.h>

#include <algorithm>
#include <cstring>
#include <vector>

namespace mien::kernels {
namespace {

constexpr int block = 16;  // pixels at a time

struct Rgb16 {
    __m128i r, g, b;
};

void store_interleaved(std::uint8_t* to, Rgb16 v) {
    // Byte i of the 48 is channel i % 3 of pixel i / 3; each shuffle picks what one channel puts into one third. -1 leaves zero.
    const __m128i r0 = _mm_setr_epi8(0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1, 5), g0 = _mm_setr_epi8(-1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1, -1);
    const __m128i b0 = _mm_setr_epi8(-1, -1, 0, -1, -1, 1, -1, -1, 2, -1, -1, 3, -1, -1, 4, -1);
    const __m128i r1 = _mm_setr_epi8(-1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10, -1), g1 = _mm_setr_epi8(5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1, 10);
    const __m128i b1 = _mm_setr_epi8(-1, 5, -1, -1, 6, -1, -1, 7, -1, -1, 8, -1, -1, 9, -1, -1);
    const __m128i r2 = _mm_setr_epi8(-1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1, -1), g2 = _mm_setr_epi8(-1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15, -1);
    const __m128i b2 = _mm_setr_epi8(10, -1, -1, 11, -1, -1, 12, -1, -1, 13, -1, -1, 14, -1, -1, 15);
    const auto third = [&v](__m128i r, __m128i g, __m128i b) {
        return _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(v.r, r), _mm_shuffle_epi8(v.g, g)), _mm_shuffle_epi8(v.b, b));
    };
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to), third(r0, g0, b0));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 16), third(r1, g1, b1));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + 32), third(r2, g2, b2));
}

Rgb16 load_interleaved(const std::uint8_t* from) {
    const __m128i p0 = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)), p1 = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 16));
    const __m128i p2 = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + 32));
    const auto gather = [&](__m128i a, __m128i b, __m128i c) { return _mm_or_si128(_mm_or_si128(_mm_shuffle_epi8(p0, a), _mm_shuffle_epi8(p1, b)), _mm_shuffle_epi8(p2, c)); };
    return {gather(_mm_setr_epi8(0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1), _mm_setr_epi8(-1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14, -1, -1, -1, -1, -1),
                   _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 1, 4, 7, 10, 13)),
            gather(_mm_setr_epi8(1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1), _mm_setr_epi8(-1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15, -1, -1, -1, -1, -1),
                   _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 2, 5, 8, 11, 14)),
            gather(_mm_setr_epi8(2, 5, 8, 11, 14, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1), _mm_setr_epi8(-1, -1, -1, -1, -1, 1, 4, 7, 10, 13, -1, -1, -1, -1, -1, -1),
                   _mm_setr_epi8(-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0, 3, 6, 9, 12, 15))};
}

__m256i pair16(int first, int second) { return _mm256_set1_epi32(static_cast<int>((static_cast<unsigned>(second) << 16) | (static_cast<unsigned>(first) & 0xffffu))); }
__m256i widen(__m128i bytes) { return _mm256_cvtepu8_epi16(bytes); }
__m128i narrow(__m256i words) {
    const __m256i packed = _mm256_packus_epi16(words, words);
    return _mm256_castsi256_si128(_mm256_permute4x64_epi64(packed, 0x08));
}

/// 16 pixels: luma bytes and chroma in sixteenths around the middle.
struct RgbBlock {
    __m256i y_v, y_u, y_gu, black, round;
    explicit RgbBlock(const ToRgb<std::uint8_t>& w)
        : y_v(pair16(w.y, w.red_v)), y_u(pair16(w.y, w.blue_u)), y_gu(pair16(w.y, w.green_u)), black(_mm256_set1_epi16(static_cast<short>(w.black))),
          round(_mm256_set1_epi32(1 << (shift - 1))), g_v(pair16(w.green_v, 0)) {}
    static constexpr int shift = PlaneSums<std::uint8_t>::to_rgb_bits + 4;
    __m256i g_v;

    Rgb16 operator()(const std::uint8_t* luma, const std::int16_t* u16, const std::int16_t* v16) const {
        const __m256i y = _mm256_slli_epi16(_mm256_sub_epi16(widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(luma))), black), 4);
        const __m256i u = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(u16)), v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(v16));
        const __m256i zero = _mm256_setzero_si256();
        const __m256i yu_low = _mm256_unpacklo_epi16(y, u), yu_high = _mm256_unpackhi_epi16(y, u), yv_low = _mm256_unpacklo_epi16(y, v), yv_high = _mm256_unpackhi_epi16(y, v);
        const auto finish = [&](__m256i low, __m256i high) {
            return narrow(_mm256_packs_epi32(_mm256_srai_epi32(_mm256_add_epi32(low, round), shift), _mm256_srai_epi32(_mm256_add_epi32(high, round), shift)));
        };
        const __m256i green_low = _mm256_add_epi32(_mm256_madd_epi16(yu_low, y_gu), _mm256_madd_epi16(_mm256_unpacklo_epi16(v, zero), g_v));
        const __m256i green_high = _mm256_add_epi32(_mm256_madd_epi16(yu_high, y_gu), _mm256_madd_epi16(_mm256_unpackhi_epi16(v, zero), g_v));
        return {finish(_mm256_madd_epi16(yv_low, y_v), _mm256_madd_epi16(yv_high, y_v)), finish(green_low, green_high),
                finish(_mm256_madd_epi16(yu_low, y_u), _mm256_madd_epi16(yu_high, y_u))};
    }
};

/// Rows of 16-bit numbers with room for whole blocks and one neighbour on either side.
struct Rows {
    std::vector<std::int16_t> storage[8];
    std::int16_t* row(std::size_t index, int length) {
        storage[index].resize(std::max(storage[index].size(), static_cast<std::size_t>(length) + 4 * block));
        return storage[index].data() + block;
    }
};
Rows& thread_rows() {
    thread_local Rows rows;
    return rows;
}

/// Chroma of one row of pixels, blended downwards: quarters. Columns first - 1 .. last + 1 of the plane, its edges repeated.
void blend_down(View<const std::uint8_t> plane, const ChromaTaps& down, int first, int count, std::int16_t* out) {
    const std::uint8_t *low = plane.row(down.low) + first, *high = plane.row(down.high) + first;
    const int inside = std::min(count, plane.size.width - first);
    const __m256i low_share = _mm256_set1_epi16(static_cast<short>(4 - down.share)), high_share = _mm256_set1_epi16(static_cast<short>(down.share));
    int k = 0;
    for (; k + block <= inside; k += block) {
        const __m256i a = widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(low + k))), b = widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(high + k)));
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + k), _mm256_add_epi16(_mm256_mullo_epi16(a, low_share), _mm256_mullo_epi16(b, high_share)));
    }
    const auto at = [&](int i) { return static_cast<std::int16_t>(low[i] * (4 - down.share) + high[i] * down.share); };
    for (; k < inside; ++k) out[k] = at(k);
    for (; k < count + 1; ++k) out[k] = at(plane.size.width - 1 - first);
    if (first + count < plane.size.width) out[count] = at(count);
    out[-1] = first > 0 ? at(-1) : out[0];
}

/// Quarters per chroma sample to sixteenths per pixel around the middle; `out` starts at the first sample's first pixel.
void spread_across(const std::int16_t* in, Site site, int middle, int count, std::int16_t* out) {
    const __m128i centre = _mm_set1_epi16(static_cast<short>(16 * middle));
    if (site == Site::whole) {
        for (int k = 0; k < count; k += 8)
            _mm_storeu_si128(reinterpret_cast<__m128i*>(out + k), _mm_sub_epi16(_mm_slli_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(in + k)), 2), centre));
        return;
    }
    const bool at_first = site == Site::first;
    for (int k = 0; k < count; k += 8) {
        const __m128i before = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + k - 1)), here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + k));
        const __m128i after = _mm_loadu_si128(reinterpret_cast<const __m128i*>(in + k + 1));
        const __m128i thrice = _mm_add_epi16(_mm_add_epi16(here, here), here);
        const __m128i even = at_first ? _mm_slli_epi16(here, 2) : _mm_add_epi16(before, thrice), odd = at_first ? _mm_slli_epi16(_mm_add_epi16(here, after), 1) : _mm_add_epi16(thrice, after);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 2 * k), _mm_sub_epi16(_mm_unpacklo_epi16(even, odd), centre));
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + 2 * k + 8), _mm_sub_epi16(_mm_unpackhi_epi16(even, odd), centre));
    }
}

struct LumaBlock {
    __m256i rg, b_one;
    static constexpr int bits = PlaneSums<std::uint8_t>::from_rgb_bits;
    __m256i black, round;
    explicit LumaBlock(const FromRgb<std::uint8_t>& w)
        : rg(pair16(w.luma[0], w.luma[1])), b_one(pair16(w.luma[2], 0)), black(_mm256_set1_epi16(static_cast<short>(w.black))), round(_mm256_set1_epi32(1 << (bits - 1))) {}
    __m128i operator()(const Rgb16& v) const {
        const __m256i r = widen(v.r), g = widen(v.g), b = widen(v.b), zero = _mm256_setzero_si256();
        const auto half = [&](__m256i pairs, __m256i singles) {
            return _mm256_srai_epi32(_mm256_add_epi32(_mm256_add_epi32(_mm256_madd_epi16(pairs, rg), _mm256_madd_epi16(singles, b_one)), round), bits);
        };
        const __m256i words = _mm256_packs_epi32(half(_mm256_unpacklo_epi16(r, g), _mm256_unpacklo_epi16(b, zero)), half(_mm256_unpackhi_epi16(r, g), _mm256_unpackhi_epi16(b, zero)));
        return narrow(_mm256_add_epi16(words, black));
    }
};

/// One row of pixels: luma out, and red, green, blue apart in bytes, `pitch` bytes from one to the next.
void take_apart(const std::uint8_t* rgb, int width, const LumaBlock& to_luma, std::uint8_t* luma, std::uint8_t* apart, std::ptrdiff_t pitch) {
    const auto keep = [&](int x, const Rgb16& v) {
        _mm_storeu_si128(reinterpret_cast<__m128i*>(apart + x), v.r);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(apart + pitch + x), v.g);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(apart + 2 * pitch + x), v.b);
    };
    int x = 0;
    for (; x + block <= width; x += block) {
        const Rgb16 v = load_interleaved(rgb + 3 * x);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(luma + x), to_luma(v));
        keep(x, v);
    }
    if (x == width) return;
    std::uint8_t rest[3 * block] = {}, rest_luma[block];
    std::memcpy(rest, rgb + 3 * x, static_cast<std::size_t>(3 * (width - x)));
    const Rgb16 v = load_interleaved(rest);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(rest_luma), to_luma(v));
    std::memcpy(luma + x, rest_luma, static_cast<std::size_t>(width - x));
    keep(x, v);
}

/// Sixteenths of one channel for 8 chroma samples from quarters per pixel; `in` points at the first sample's first pixel.
__m256i gather_across(const std::int16_t* in, Site site) {
    const auto pairs = [&](int shift) { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + shift)); };
    if (site == Site::whole) return _mm256_slli_epi32(_mm256_cvtepi16_epi32(_mm_loadu_si128(reinterpret_cast<const __m128i*>(in))), 2);
    if (site == Site::centre) return _mm256_madd_epi16(pairs(0), pair16(2, 2));
    return _mm256_add_epi32(_mm256_madd_epi16(pairs(0), pair16(2, 1)), _mm256_madd_epi16(pairs(-1), pair16(1, 0)));
}

void store_chroma(const __m256i (&sums)[3], const std::int32_t (&weight)[3], int middle, int count, std::uint8_t* to) {
    constexpr int bits = PlaneSums<std::uint8_t>::from_rgb_bits + 4;
    __m256i sum = _mm256_set1_epi32(1 << (bits - 1));
    for (int c = 0; c < 3; ++c) sum = _mm256_add_epi32(sum, _mm256_mullo_epi32(sums[c], _mm256_set1_epi32(weight[c])));
    sum = _mm256_add_epi32(_mm256_srai_epi32(sum, bits), _mm256_set1_epi32(middle));
    const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
    std::uint8_t bytes[block];
    _mm_storeu_si128(reinterpret_cast<__m128i*>(bytes), _mm_packus_epi16(words, words));
    std::memcpy(to, bytes, static_cast<std::size_t>(std::min(count, 8)));
}

/// Quarters per pixel of one channel: the rows of a chroma sample's footprint, and one neighbour on either side.
void sum_down(const std::uint8_t* rows, std::ptrdiff_t row_pitch, Size size, Site site, int k, std::int16_t* out) {
    for (int x = 0; x < size.width; x += block) {
        __m256i sum = _mm256_setzero_si256();
        for (int j = 0; j < 4; ++j) {
            const int weight = site == Site::whole ? (j == 1 ? 4 : 0) : footprint_weight(site, j);
            if (weight == 0) continue;
            const int y = std::clamp(site == Site::whole ? k : 2 * k + j - 1, 0, size.height - 1);
            sum = _mm256_add_epi16(sum, _mm256_mullo_epi16(widen(_mm_loadu_si128(reinterpret_cast<const __m128i*>(rows + y * row_pitch + x))), _mm256_set1_epi16(static_cast<short>(weight))));
        }
        _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + x), sum);
    }
    out[-1] = out[0];
    for (int i = 0; i < 2; ++i) out[size.width + i] = out[size.width - 1];
}

}  // namespace

void to_rgb_rows(const Planes<const std::uint8_t>& planes, const ToRgb<std::uint8_t>& weights, ChromaSites sites, Rect region, View<std::uint8_t> rgb) {
    const Rect chroma = chroma_rect(sites, region);
    const int skipped = sites.across == Site::whole ? 0 : region.x - 2 * chroma.x;
    Rows& rows = thread_rows();
    std::int16_t *const quarters = rows.row(0, chroma.width), *const u = rows.row(1, 2 * chroma.width + block), *const v = rows.row(2, 2 * chroma.width + block);
    const RgbBlock convert(weights);
    for (int y = 0; y < region.height; ++y) {
        const ChromaTaps down = chroma_taps(region.y + y, sites.down, planes.plane[1].size.height);
        blend_down(planes.plane[1], down, chroma.x, chroma.width, quarters);
        spread_across(quarters, sites.across, weights.middle, chroma.width, u);
        blend_down(planes.plane[2], down, chroma.x, chroma.width, quarters);
        spread_across(quarters, sites.across, weights.middle, chroma.width, v);
        const std::uint8_t* const luma = planes.plane[0].row(region.y + y) + region.x;
        std::uint8_t* const out = rgb.row(y);
        int x = 0;
        for (; x + block <= region.width; x += block) store_interleaved(out + 3 * x, convert(luma + x, u + skipped + x, v + skipped + x));
        if (x == region.width) continue;
        std::uint8_t rest[block] = {}, rest_rgb[3 * block];
        std::memcpy(rest, luma + x, static_cast<std::size_t>(region.width - x));
        store_interleaved(rest_rgb, convert(rest, u + skipped + x, v + skipped + x));
        std::memcpy(out + 3 * x, rest_rgb, static_cast<std::size_t>(3 * (region.width - x)));
    }
}

void from_rgb_rows(View<const std::uint8_t> rgb, const FromRgb<std::uint8_t>& weights, ChromaSites sites, Rect region, const Planes<std::uint8_t>& planes) {
    thread_local std::vector<std::uint8_t> apart;
    const std::ptrdiff_t pitch = (region.width + block - 1) / block * block, row_pitch = 3 * pitch;
    apart.resize(std::max(apart.size(), static_cast<std::size_t>(row_pitch) * static_cast<std::size_t>(region.height)));
    const LumaBlock to_luma(weights);
    for (int y = 0; y < region.height; ++y) take_apart(rgb.row(y), region.width, to_luma, planes.plane[0].row(region.y + y) + region.x, apart.data() + y * row_pitch, pitch);

    const Rect chroma = chroma_rect(sites, region);
    Rows& rows = thread_rows();
    const int per_sample = sites.across == Site::whole ? 1 : 2;
    for (int k = 0; k < chroma.height; ++k) {
        std::int16_t* quarters[3];
        for (std::size_t c = 0; c < 3; ++c) {
            quarters[c] = rows.row(c, region.width);
            sum_down(apart.data() + static_cast<std::ptrdiff_t>(c) * pitch, row_pitch, region.size(), sites.down, k, quarters[c]);
        }
        std::uint8_t *const u = planes.plane[1].row(chroma.y + k) + chroma.x, *const v = planes.plane[2].row(chroma.y + k) + chroma.x;
        for (int x = 0; x < chroma.width; x += 8) {
            const __m256i sums[3] = {gather_across(quarters[0] + per_sample * x, sites.across), gather_across(quarters[1] + per_sample * x, sites.across),
                                     gather_across(quarters[2] + per_sample * x, sites.across)};
            store_chroma(sums, weights.u, weights.middle, chroma.width - x, u + x);
            store_chroma(sums, weights.v, weights.middle, chroma.width - x, v + x);
        }
    }
}

}  // namespace mien::kernels
