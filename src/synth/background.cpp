// SPDX-License-Identifier: Apache-2.0
#include "synth/background.h"

#include <algorithm>
#include <string>

#include "kernels/launch.h"

namespace mien::synth {
namespace {

/// A reproducible choice in 0..1 for thing i of a scenery.
MIEN_HD inline float choice(std::uint32_t seed, int i, int what) { return lattice(static_cast<int>(seed & 0xffffu) + 7 * what, i, what); }
/// 1 inside a soft-edged box.
MIEN_HD inline float soft_box(float x, float low, float high, float edge) {
    return smooth_step(low - edge, low + edge, x) * (1 - smooth_step(high - edge, high + edge, x));
}
MIEN_HD inline float sheen(float x, float y, float s) { return exponential(-(x * x + y * y) / (2 * s * s)); }
/// Value noise over three octaves, smooth enough to look out of focus.
MIEN_HD inline float haze(float x, float y, std::uint32_t seed) {
    return 0.55f * noise2(x, y, seed) + 0.3f * noise2(x * 2.1f + 5, y * 2.1f, seed + 1) + 0.15f * noise2(x * 4.3f, y * 4.3f + 3, seed + 2);
}

MIEN_HD inline Vec3 studio(const Background& b, Sight s) {
    const float glow = exponential(-(square(s.x * 3.2f - 0.15f) + square(s.y * 3.2f - 0.25f)) * 1.4f), cloth = haze(s.x * 6, s.y * 4, b.seed);
    return b.tint * (0.62f + 0.85f * glow + 0.10f * cloth);
}

MIEN_HD inline Vec3 room(const Background& b, Sight s) {
    const float low_wall = smooth_step(-0.13f, -0.15f, s.y);
    Vec3 c = mix(b.tint * 1.25f, b.tint * Vec3{0.62f, 0.55f, 0.48f}, low_wall) * (0.9f + 0.12f * haze(s.x * 5, s.y * 5, b.seed));
    // A window on one side, daylight with a muntin and a curtain.
    const float side = choice(b.seed, 1, 1) < 0.5f ? -1.0f : 1.0f, wx = s.x * side - 0.26f;
    const float window = soft_box(wx, -0.105f, 0.105f, 0.018f) * soft_box(s.y, -0.06f, 0.30f, 0.018f),
                bar = 1 - 0.35f * (sheen(wx, 0, 0.008f) + sheen(s.y - 0.12f, 0, 0.008f));
    c = mix(c, Vec3{0.95f, 1.02f, 1.1f} * bar, window * 0.9f);
    c += Vec3{0.25f, 0.26f, 0.27f} * sheen(wx, s.y - 0.12f, 0.22f) * (1 - window);
    // A picture, a shelf with books, a lamp.
    const float px = s.x * side + 0.20f, picture = soft_box(px, -0.06f, 0.06f, 0.012f) * soft_box(s.y, 0.05f, 0.17f, 0.012f);
    const Vec3 paint{0.15f + 0.4f * choice(b.seed, 2, 2), 0.15f + 0.3f * choice(b.seed, 3, 2), 0.15f + 0.4f * choice(b.seed, 4, 2)};
    c = mix(c, paint * (1 + 0.5f * noise2(px * 30, s.y * 30, b.seed)), picture * 0.85f);
    const float shelf = soft_box(s.y, -0.155f, -0.055f, 0.010f) * soft_box(px, -0.30f, 0.14f, 0.02f);
    if (shelf > 0) {
        const float place = px * 38 + 0.8f * haze(px * 9, 1, b.seed);
        const int book = whole_below(place);
        const float within = place - static_cast<float>(book), edge = smooth_step(0, 0.25f, within) * (1 - smooth_step(0.75f, 1, within));
        const Vec3 spine{0.10f + 0.45f * choice(b.seed, book, 5), 0.08f + 0.30f * choice(b.seed, book, 6), 0.08f + 0.30f * choice(b.seed, book, 7)};
        c = mix(c, mix(Vec3{0.07f, 0.06f, 0.05f}, spine, 0.25f + 0.75f * edge), shelf * 0.8f);
    }
    return c + Vec3{1.0f, 0.72f, 0.38f} * (0.9f * sheen(px + 0.24f, s.y - 0.02f, 0.035f) + 0.22f * sheen(px + 0.24f, s.y - 0.02f, 0.16f));
}

MIEN_HD inline Vec3 street(const Background& b, Sight s) {
    const Vec3 sky = mix(Vec3{0.80f, 0.86f, 0.95f}, Vec3{0.38f, 0.55f, 0.85f}, smooth_step(0.05f, 0.45f, s.y)) * 0.9f;
    Vec3 c = sky;
    // Two rows of houses, the far one paler.
    for (int row = 0; row < 2; ++row) {
        const float breadth = row == 0 ? 0.10f : 0.16f, place = s.x / breadth + 10 * choice(b.seed, row, 11);
        const int house = whole_below(place);
        const float within = (place - static_cast<float>(house)) * breadth, top = (row == 0 ? 0.14f : 0.06f) + 0.13f * choice(b.seed, house, 12 + row);
        const float before_top = (row == 0 ? 0.14f : 0.06f) + 0.13f * choice(b.seed, house - 1, 12 + row);
        const float blend = smooth_step(-0.012f, 0.012f, within), roof = mix(before_top, top, blend), wall = 1 - smooth_step(roof - 0.012f, roof + 0.012f, s.y);
        const auto paint = [&](int h) {
            const float warm = choice(b.seed, h, 14 + row);
            return mix(Vec3{0.42f, 0.36f, 0.32f}, Vec3{0.30f, 0.22f, 0.17f}, warm) * (0.7f + 0.5f * choice(b.seed, h, 16 + row));
        };
        Vec3 front = mix(paint(house - 1), paint(house), blend);
        const float panes = smooth_step(0.0f, 0.8f, sine(s.x * 210 + static_cast<float>(house))) * smooth_step(0.0f, 0.8f, sine(s.y * 170));
        front = mix(front, Vec3{0.16f, 0.19f, 0.24f} + sky * (0.35f * choice(b.seed, house, 18)), panes * 0.30f);
        if (row == 0) front = mix(front, sky, 0.45f);
        c = mix(c, front, wall);
    }
    const float ground = smooth_step(-0.10f, -0.14f, s.y);
    c = mix(c, Vec3{0.25f, 0.245f, 0.24f} * (1 + 0.15f * haze(s.x * 8, s.y * 20, b.seed)), ground);
    // Parked cars and a lamp, as blobs.
    for (int i = 0; i < 4; ++i) {
        const float x = -0.45f + 0.3f * static_cast<float>(i) + 0.15f * choice(b.seed, i, 20),
                    body = soft_box(s.x, x - 0.07f, x + 0.07f, 0.02f) * soft_box(s.y, -0.15f, -0.085f, 0.014f);
        c = mix(c, Vec3{0.1f + 0.5f * choice(b.seed, i, 21), 0.1f + 0.25f * choice(b.seed, i, 22), 0.1f + 0.35f * choice(b.seed, i, 23)}, body * 0.8f);
        c += Vec3{1.2f, 0.25f, 0.12f} * (0.5f * sheen(s.x - x - 0.06f, s.y + 0.12f, 0.010f));
    }
    return c * mix(Vec3{1, 1, 1}, b.tint * 4, 0.25f);
}

MIEN_HD inline Vec3 foliage(const Background& b, Sight s) {
    const float depth = haze(s.x * 7, s.y * 7, b.seed), leaves = haze(s.x * 19 + 4, s.y * 17, b.seed + 9);
    Vec3 c = mix(Vec3{0.045f, 0.09f, 0.035f}, Vec3{0.20f, 0.34f, 0.10f}, unit_range(0.5f + 0.75f * depth + 0.35f * leaves));
    c = mix(c, Vec3{0.62f, 0.72f, 0.34f}, smooth_step(0.25f, 0.8f, leaves + 0.4f * depth) * 0.6f);
    c = mix(c, Vec3{0.85f, 0.95f, 1.0f}, smooth_step(0.05f, 0.5f, s.y + 0.35f * depth - 0.12f) * 0.75f);
    c = mix(c, Vec3{0.10f, 0.075f, 0.05f},
            0.6f * soft_box(s.x + 0.03f * sine(s.y * 9) - 0.5f * (choice(b.seed, 1, 30) - 0.5f), -0.03f, 0.03f, 0.015f) * (1 - smooth_step(0.1f, 0.3f, s.y)));
    return mix(c, Vec3{0.13f, 0.20f, 0.07f} * (1 + 0.3f * leaves), smooth_step(-0.12f, -0.20f, s.y)) * mix(Vec3{1, 1, 1}, b.tint * 4, 0.15f);
}

MIEN_HD inline Vec3 stripes(const Background& b, Sight s) {
    const float lean = (choice(b.seed, 0, 40) - 0.5f) * 1.2f, along = s.x + lean * s.y,
                wave = smooth_step(-0.5f, 0.5f, sine(along * (28 + 40 * choice(b.seed, 1, 40))));
    const Vec3 other = Vec3{b.tint.y, b.tint.z, b.tint.x} * 0.5f + b.tint * 0.9f;
    const float shade = 1 - 0.9f * (square(s.x) + square(s.y));
    return mix(b.tint * 1.35f, other * 0.75f, wave) * (most(0.4f, shade) * (1 + 0.06f * haze(s.x * 9, s.y * 9, b.seed)));
}

MIEN_HD inline Vec3 bokeh(const Background& b, Sight s) {
    Vec3 c = mix(b.tint * 0.25f, b.tint * 0.55f, unit_range(0.5f + 0.6f * haze(s.x * 4, s.y * 4, b.seed))) * Vec3{0.8f, 0.85f, 1.1f};
    // Two lattices of lamps; every cell may hold one disc.
    for (int layer = 0; layer < 2; ++layer) {
        const float cell = layer == 0 ? 0.11f : 0.07f, px = s.x / cell + 31 * static_cast<float>(layer), py = s.y / cell;
        const int cx = whole_below(px), cy = whole_below(py);
        for (int j = -1; j <= 1; ++j)
            for (int i = -1; i <= 1; ++i) {
                const int x = cx + i, y = cy + j, salt = static_cast<int>(b.seed % 4093u) + 211 * layer;
                const float present = lattice(x, y, salt);
                if (present > 0.45f) continue;
                const float ox = static_cast<float>(x) + 0.15f + 0.7f * lattice(x, y, salt + 1) - px,
                            oy = static_cast<float>(y) + 0.15f + 0.7f * lattice(x, y, salt + 2) - py;
                const float r = 0.22f + 0.30f * lattice(x, y, salt + 3), d = square_root(ox * ox + oy * oy);
                if (d > r + 0.08f) continue;
                const float disc = (1 - smooth_step(r - 0.05f, r + 0.05f, d)) * (0.75f + 0.25f * smooth_step(r - 0.16f, r - 0.02f, d)),
                            hue = lattice(x, y, salt + 4);
                const Vec3 lamp = hue < 0.45f ? Vec3{1.0f, 0.70f, 0.32f}
                                              : (hue < 0.65f ? Vec3{1.0f, 0.35f, 0.22f} : (hue < 0.85f ? Vec3{0.45f, 0.7f, 1.0f} : Vec3{0.5f, 1.0f, 0.6f}));
                c += lamp * (disc * (0.12f + 0.38f * lattice(x, y, salt + 5)) * (0.4f + 0.6f * smooth_step(-0.35f, 0.05f, s.y)));
            }
    }
    return c;
}

MIEN_HD inline Vec3 scenery(const Background& background, Sight s) {
    switch (background.scenery) {
        case Scenery::room:
            return room(background, s);
        case Scenery::street:
            return street(background, s);
        case Scenery::foliage:
            return foliage(background, s);
        case Scenery::stripes:
            return stripes(background, s);
        case Scenery::bokeh:
            return bokeh(background, s);
        default:
            return studio(background, s);
    }
}

/// One cell of a backdrop.
struct DrawBackdrop {
    Drawing drawing;
    float* cells;
    int width, height, step;

    static std::string name() { return "synth_backdrop"; }
    MIEN_HD void operator()(int x, int y) const {
        const int shot = y / height, j = y - shot * height;
        const ShotRecord& record = drawing.shots[shot];
        const Camera& camera = record.camera;
        const float px = static_cast<float>(x * step), py = static_cast<float>(j * step);
        const Sight s = sight_of(camera, record.background, px, py);
        const float ex = (px / static_cast<float>(drawing.size.width) - 0.5f), ey = (py / static_cast<float>(drawing.size.height) - 0.5f);
        const Light& light = record.light;
        // It stands in the same light as the people: half of the ambient's, half of the key's.
        const Vec3 lit = (light.sky + light.ground) * (0.5f / 0.50f) + light.key * (0.5f / 1.45f);
        const Vec3 c = scenery(record.background, s) * lit * (1.08f - 0.55f * (ex * ex + ey * ey));
        float* const out = cells + 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x));
        out[0] = most(c.x, 0);
        out[1] = most(c.y, 0);
        out[2] = most(c.z, 0);
    }
};

}  // namespace

Size backdrop_size(Size picture, int& step) noexcept {
    step = std::max(1, std::min(picture.width, picture.height) / 90);
    return {(picture.width - 1) / step + 2, (picture.height - 1) / step + 2};
}
void draw_backdrops(Queue& queue, const Drawing& drawing, int shots, float* cells, Size grid, int step) {
    kernels::for_each_pixel(queue, {grid.width, grid.height * shots}, DrawBackdrop{drawing, cells, grid.width, grid.height, step});
}

}  // namespace mien::synth
