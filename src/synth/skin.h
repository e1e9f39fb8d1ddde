// A person's skin as a texture over the head template's grid: baked once per person by kernels, read by shading with two or four loads per pixel.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "image/buffer.h"
#include "synth/person.h"

namespace mien::synth {

/// Grid coordinates of a template vertex: the texture coordinates of the skin.
struct GridPlace {
    float column = 0, row = 0;
};

/// 16 bytes. Bumps are tilts of the normal in the upright head's axes, 1/256 per step around 128.
struct alignas(16) SkinTexel {
    std::uint16_t albedo[3];  ///< square root of linear albedo, 65535 = 1
    std::uint8_t occlusion;   ///< of ambient light, 255 = open
    std::uint8_t crease;      ///< how much a crease that expression deepens darkens at full strength
    std::uint8_t gloss;       ///< 1/128
    std::uint8_t rough;       ///< 1/255
    std::uint8_t bump_x, bump_y, bump_z;
    std::uint8_t crease_tilt;  ///< added to bump_y at full strength
    std::uint8_t region;       ///< Region of the texel; not interpolated
    std::uint8_t lip;          ///< 255 on the red of the lips
};

/// A pyramid of textures, each half of the one before. Level 0 holds `per_cell` texels per cell of the grid and axis.
struct SkinMap {
    static constexpr int levels = 5, columns = 180, rows = 182;  ///< columns and rows: the full template's grid
    const SkinTexel* texels = nullptr;
    int per_cell = 0;
    int width[levels] = {}, height[levels] = {}, first[levels] = {};
};

/// Interpolated: what shading reads.
struct SkinSample {
    Vec3 albedo, bump;
    float occlusion = 1, crease = 0, gloss = 1, rough = 0.4f, crease_tilt = 0, lip = 0;
    std::uint8_t region = 1;
};

/// Two 8-bit (or, in 64 bits, two 16-bit) samples per word, moved by `by` / 256 from p to q.
MIEN_HD constexpr std::uint32_t blend_pairs(std::uint32_t p, std::uint32_t q, std::uint32_t by) { return ((p * (256 - by) + q * by) >> 8) & 0x00ff00ffu; }
MIEN_HD constexpr std::uint64_t blend_pairs(std::uint64_t p, std::uint64_t q, std::uint64_t by) {
    return ((p * (256 - by) + q * by) >> 8) & 0x0000ffff0000ffffull;
}
/// The samples of a texel, spread so that two blend at once.
struct SkinWords {
    std::uint64_t red_green = 0, blue = 0;                                                             ///< 16 bits each
    std::uint32_t occlusion_crease = 0, gloss_bump_x = 0, rough_bump_y = 0, bump_z = 0, tilt_lip = 0;  ///< 8 bits each
};
MIEN_HD inline SkinWords words_of(const SkinTexel& t) {
    const auto pair = [](std::uint32_t low, std::uint32_t high) { return low | (high << 16); };
    return {t.albedo[0] | (static_cast<std::uint64_t>(t.albedo[1]) << 32),
            t.albedo[2],
            pair(t.occlusion, t.crease),
            pair(t.gloss, t.bump_x),
            pair(t.rough, t.bump_y),
            t.bump_z,
            pair(t.crease_tilt, t.lip)};
}
MIEN_HD inline SkinWords blend(const SkinWords& p, const SkinWords& q, std::uint32_t by) {
    return {blend_pairs(p.red_green, q.red_green, std::uint64_t{by}),
            blend_pairs(p.blue, q.blue, std::uint64_t{by}),
            blend_pairs(p.occlusion_crease, q.occlusion_crease, by),
            blend_pairs(p.gloss_bump_x, q.gloss_bump_x, by),
            blend_pairs(p.rough_bump_y, q.rough_bump_y, by),
            blend_pairs(p.bump_z, q.bump_z, by),
            blend_pairs(p.tilt_lip, q.tilt_lip, by)};
}
MIEN_HD inline SkinWords skin_level_at(const SkinMap& map, float column, float row, int level, std::uint8_t& region) {
    const int width = map.width[level], height = map.height[level];
    const float k = static_cast<float>(map.per_cell), shrink = 1 / static_cast<float>(1 << level);
    const float x = (column * k + 0.5f) * shrink - 0.5f, y = limit((row * k + 0.5f) * shrink - 0.5f, 0, static_cast<float>(height - 1) - 0.01f);
    const int x0 = whole_below(x), y0 = whole_below(y);
    const auto by_x = static_cast<std::uint32_t>((x - static_cast<float>(x0)) * 256), by_y = static_cast<std::uint32_t>((y - static_cast<float>(y0)) * 256);
    const auto round_head = [width](int i) { return i < 0 ? i + width : (i >= width ? i - width : i); };
    const int left = round_head(x0), right = round_head(x0 + 1);
    const SkinTexel* const upper = map.texels + map.first[level] + y0 * width;
    const SkinTexel* const lower = upper + width;
    region = (by_y < 128 ? upper : lower)[by_x < 128 ? left : right].region;
    return blend(blend(words_of(upper[left]), words_of(upper[right]), by_x), blend(words_of(lower[left]), words_of(lower[right]), by_x), by_y);
}
/// The skin at grid coordinates (column 0..columns, row 0..rows - 1), between two levels of the pyramid.
MIEN_HD inline SkinSample skin_at(const SkinMap& map, float column, float row, float level) {
    level = limit(level, 0, static_cast<float>(SkinMap::levels - 1) - 0.001f);
    const int whole = static_cast<int>(level);
    const auto by = static_cast<std::uint32_t>((level - static_cast<float>(whole)) * 256);
    SkinSample out;
    SkinWords words = skin_level_at(map, column, row, whole, out.region);
    if (by != 0) {
        std::uint8_t coarse = 0;
        words = blend(words, skin_level_at(map, column, row, whole + 1, coarse), by);
    }
    const auto low = [](auto w) { return static_cast<float>(w & 0xffffu); };
    const auto high = [](std::uint32_t w) { return static_cast<float>(w >> 16); };
    const auto light = [](float root) { return square(root * (1.0f / 65535)); };
    out.albedo = {light(low(words.red_green)), light(static_cast<float>(words.red_green >> 32)), light(low(words.blue))};
    out.bump = Vec3{high(words.gloss_bump_x) - 128, high(words.rough_bump_y) - 128, low(words.bump_z) - 128} * (1.0f / 256);
    out.occlusion = low(words.occlusion_crease) * (1.0f / 255);
    out.crease = high(words.occlusion_crease) * (1.0f / 255);
    out.gloss = low(words.gloss_bump_x) * (1.0f / 128);
    out.rough = low(words.rough_bump_y) * (1.0f / 255);
    out.crease_tilt = (low(words.tilt_lip) - 128) * (1.0f / 256);
    out.lip = high(words.tilt_lip) * (1.0f / 255);
    return out;
}

/// Whose skin: the person's, or a person's with the inner face of another one.
struct SkinOwner {
    Person person, other;
    bool swapped = false;
    float tone = 0.85f;  ///< see FigureOptions
};

/// Owns a baked skin on a queue's device. Thread-safety: as its queue.
class Skin {
public:
    /// Nothing baked yet.
    Skin() = default;
    /// Bakes on the queue and waits for it: other queues of the device may read the map afterwards.
    Skin(Queue&, const SkinOwner&, int per_cell);
    const SkinMap& map() const noexcept { return map_; }
    /// Of a whole pyramid.
    static std::size_t bytes(int per_cell) noexcept;

private:
    Buffer texels_;
    SkinMap map_;
};

/// Linear albedo of skin with the given melanin and haemoglobin (see Trait).
MIEN_HD inline Vec3 skin_tone(float melanin, float haemoglobin) {
    const float m = most(melanin, 0.01f), h = most(haemoglobin, 0.02f) * (1 - 0.45f * unit_range(melanin));
    return {0.82f * exponential(-1.85f * m - 0.07f * h), 0.655f * exponential(-2.32f * m - 0.46f * h), 0.545f * exponential(-2.80f * m - 0.38f * h)};
}
/// Where the head template's vertices lie on a skin, on a device.
struct TemplateTables {
    explicit TemplateTables(Queue&);
    Buffer places[2];  ///< GridPlace of every vertex, at detail 1 and 2
};

}  // namespace mien::synth
