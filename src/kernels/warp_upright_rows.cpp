// SPDX-License-Identifier: Apache-2.0
#include "kernels/warp_upright_rows.h"

#include <immintrin.h>

#include <algorithm>
#include <cstddef>
#include <vector>

#include "kernels/exact.h"
#include "kernels/lanes.h"
#include "kernels/sample.h"

namespace mien::kernels {
namespace {

/// Where the samples of one axis lie, in rising order.
struct Spots {
    std::vector<int> at;
    std::vector<float> part;
    /// `along` and `start` of the map; the other axis' share of the sum is a zero and changes no bit that counts.
    void fit(double along, double start, int count, int density) {
        at.resize(static_cast<std::size_t>(count * density));
        part.resize(at.size());
        const double step = 1.0 / density;
        for (int x = 0; x < count; ++x)
            for (int i = 0; i < density; ++i) {
                const Between<float> spot = exactly_at(along * (x + (i + 0.5) * step - 0.5) + start, 0);
                at[static_cast<std::size_t>(x * density + i)] = spot.x;
                part[static_cast<std::size_t>(x * density + i)] = spot.right;
            }
    }
};

__m128 first_floats(__m128i samples, std::uint8_t) { return _mm_cvtepi32_ps(_mm_cvtepu8_epi32(samples)); }
__m128 first_floats(__m128i samples, std::uint16_t) { return _mm_cvtepi32_ps(_mm_cvtepu16_epi32(samples)); }
__m128i load_pixels(const std::uint8_t* from) { return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)); }
__m128i load_pixels(const std::uint16_t* from) { return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from)); }

/// Source rows mixed across, one line per sample column of a pixel; a row serves as a lower one first, then as an upper one.
template <class T> class MixedRows {
public:
    MixedRows(View<const T> in, Border border, const Spots& across, int width, int density) : in_(in), border_(border), across_(across), width_(width), density_(density) {
        // A pixel's store reaches one float into the next.
        line_ = static_cast<std::size_t>(3 * width + 8);
        for (std::vector<float>& row : rows_) row.resize(line_ * static_cast<std::size_t>(density));
    }
    /// The row `y` under the border rule, without giving up the one at `kept`.
    int need(int y, int kept) {
        for (int i = 0; i < 2; ++i)
            if (valid_[i] && held_[i] == y) return i;
        const int i = kept == 0 ? 1 : 0;
        mix(y, rows_[i].data());
        held_[i] = y;
        valid_[i] = true;
        return i;
    }
    int kept_for(int y) const {
        for (int i = 0; i < 2; ++i)
            if (valid_[i] && held_[i] == y) return i;
        return -1;
    }
    const float* line(int row, int i) const { return rows_[row].data() + static_cast<std::size_t>(i) * line_; }

private:
    void mix(int y, float* to) const {
        const bool inside = y >= 0 && y < in_.size.height;
        if (!inside && border_ == Border::constant_zero) {
            std::fill_n(to, line_ * static_cast<std::size_t>(density_), 0.0f);
            return;
        }
        const int row = clamp(y, 0, in_.size.height - 1);
        for (int i = 0; i < density_; ++i)
            for (int x = 0; x < width_; ++x) {
                const auto spot = static_cast<std::size_t>(x * density_ + i);
                mix_pixel(row, across_.at[spot], across_.part[spot], to + static_cast<std::size_t>(i) * line_ + 3 * x);
            }
    }
    void mix_pixel(int row, int x, float part, float* to) const {
        // Eight samples are read where six are wanted.
        if (x >= 0 && x < in_.size.width - 2) {
            const __m128i samples = load_pixels(in_.row(row) + 3 * x);
            const __m128 left = first_floats(samples, T{}), right = first_floats(_mm_srli_si128(samples, static_cast<int>(3 * sizeof(T))), T{});
            return _mm_storeu_ps(to, _mm_add_ps(left, _mm_mul_ps(_mm_sub_ps(right, left), _mm_set1_ps(part))));
        }
        for (int c = 0; c < 3; ++c) {
            const auto left = static_cast<float>(tap(in_, x, row, c, border_)), right = static_cast<float>(tap(in_, x + 1, row, c, border_));
            to[c] = left + (right - left) * part;
        }
    }
    View<const T> in_;
    Border border_;
    const Spots& across_;
    int width_, density_;
    std::size_t line_ = 0;
    std::vector<float> rows_[2];
    int held_[2] = {};
    bool valid_[2] = {};
};

}  // namespace

template <class T> bool warp_upright_rows(View<const T> in, const Affine& map, Border border, int density, View<T> out) {
    if (map.b != 0 || map.d != 0 || in.channels != 3 || out.channels != 3 || in.size.width <= 0 || in.size.height <= 0) return false;
    const int width = out.size.width, count = 3 * width;
    Spots across, down;
    across.fit(map.a, map.c, width, density);
    down.fit(map.e, map.f, out.size.height, density);
    MixedRows<T> mixed(in, border, across, width, density);
    std::vector<float> sums(static_cast<std::size_t>(count + 8));
    const float share = 1.0f / static_cast<float>(density * density);
    for (int y = 0; y < out.size.height; ++y) {
        std::fill(sums.begin(), sums.end(), 0.0f);
        for (int j = 0; j < density; ++j) {
            const auto spot = static_cast<std::size_t>(y * density + j);
            const int upper = mixed.need(down.at[spot], mixed.kept_for(down.at[spot] + 1)), lower = mixed.need(down.at[spot] + 1, upper);
            const float part = down.part[spot];
            for (int k = 0; k < count; k += 8) {
                Floats8 sum = load8(sums.data() + k);
                for (int i = 0; i < density; ++i) {
                    const Floats8 top = load8(mixed.line(upper, i) + k), bottom = load8(mixed.line(lower, i) + k);
                    sum += top + (bottom - top) * part;
                }
                store8(sums.data() + k, sum);
            }
        }
        T* const row = out.row(y);
        for (int k = 0; k < count; ++k) row[k] = to_sample<T>(sums[static_cast<std::size_t>(k)] * share, largest_sample<T>());
    }
    return true;
}

template bool warp_upright_rows<std::uint8_t>(View<const std::uint8_t>, const Affine&, Border, int, View<std::uint8_t>);
template bool warp_upright_rows<std::uint16_t>(View<const std::uint16_t>, const Affine&, Border, int, View<std::uint16_t>);

}  // namespace mien::kernels
