// SPDX-License-Identifier: Apache-2.0
#include "synth/sensor.h"

#include <string>

#include "kernels/exact.h"
#include "kernels/launch.h"

namespace mien::synth {
namespace {

/// Sums of a row from its left end, one call per row and channel, so that a disc is one difference per row.
struct RowSums {
    const float* in;
    float* out;
    int width;

    static std::string name() { return "synth_row_sums"; }
    MIEN_HD void operator()(int channel, int y) const {
        const std::size_t row = static_cast<std::size_t>(y) * static_cast<std::size_t>(width) * 3 + static_cast<std::size_t>(channel);
        float sum = 0;
        for (int x = 0; x < width; ++x) out[row + 3 * static_cast<std::size_t>(x)] = sum += in[row + 3 * static_cast<std::size_t>(x)];
    }
};

struct Blur {
    const ShotRecord* shots;
    const float *in, *sums;
    float* out;
    int width, height;

    static std::string name() { return "synth_defocus"; }
    /// Sum of a row over [0, at), fractions of pixels included; beyond the ends the end pixels go on.
    MIEN_HD float upto(const float* row_in, const float* row_sums, float at) const {
        const float last = static_cast<float>(width);
        if (at <= 0) return row_in[0] * at;
        if (at >= last) return row_sums[3 * (width - 1)] + row_in[3 * (width - 1)] * (at - last);
        const int whole = static_cast<int>(at);
        return (whole > 0 ? row_sums[3 * (whole - 1)] : 0) + row_in[3 * whole] * (at - static_cast<float>(whole));
    }
    MIEN_HD void operator()(int x, int y) const {
        const int shot = y / height, row = y - shot * height;
        const float radius = limit(shots[shot].sensor.defocus, 0, 64);
        const std::size_t pitch = static_cast<std::size_t>(width) * 3, pixel = static_cast<std::size_t>(y) * pitch + 3 * static_cast<std::size_t>(x);
        const int reach = static_cast<int>(radius + 0.5f);
        for (std::size_t c = 0; c < 3; ++c) {
            if (radius < 0.25f) {
                out[pixel + c] = in[pixel + c];
                continue;
            }
            float sum = 0, area = 0;
            for (int dy = -reach; dy <= reach; ++dy) {
                const float d = static_cast<float>(dy) / (radius + 0.5f), half = (radius + 0.5f) * square_root(most(0, 1 - d * d));
                const int there = row + dy < 0 ? 0 : (row + dy >= height ? height - 1 : row + dy);
                const std::size_t start = static_cast<std::size_t>(shot * height + there) * pitch + c;
                const float middle = static_cast<float>(x) + 0.5f;
                sum += upto(in + start, sums + start, middle + half) - upto(in + start, sums + start, middle - half);
                area += 2 * half;
            }
            out[pixel + c] = most(0, sum / area);
        }
    }
};

struct Develop {
    const ShotRecord* shots;
    const float *light, *tone;
    std::uint8_t* picture;
    int width, height;

    static std::string name() { return "synth_develop"; }
    MIEN_HD void operator()(int x, int y) const {
        const int shot = y / height, row = y - shot * height;
        const Sensor& sensor = shots[shot].sensor;
        const std::size_t at = 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x));
        const std::uint32_t grain = scramble((static_cast<std::uint32_t>(row) << 16 | static_cast<std::uint32_t>(x)) ^ scramble(sensor.frame + 0x51ed27u));
        for (std::size_t c = 0; c < 3; ++c) {
            const float place = limit(square_root(most(light[at + c], 0)), 0, 1.999f) * (0.5f * (tone_entries - 1));
            const int whole = static_cast<int>(place);
            float level = mix(tone[whole], tone[whole + 1], place - static_cast<float>(whole));
            if (sensor.noise > 0) {
                // Four bytes of a hash: nearly normal, standard deviation 147.8. Dark levels are noisier than bright ones.
                const std::uint32_t h = scramble(grain + static_cast<std::uint32_t>(c) * 0x9e3779b9u);
                const auto sum = static_cast<float>((h & 255u) + ((h >> 8) & 255u) + ((h >> 16) & 255u) + (h >> 24)) - 510;
                level += sum * (1 / 147.8f) * sensor.noise * (1.3f - 0.6f * level * (1.0f / 255));
            }
            picture[at + c] = kernels::to_sample<std::uint8_t>(level, 255);
        }
    }
};

}  // namespace

void tone_table(float* table) {
    for (int i = 0; i < tone_entries; ++i) {
        const float root = 2 * static_cast<float>(i) / (tone_entries - 1), x = root * root;
        const float shown = unit_range(1.21f * x * (1 + 0.08f * x) / (1 + 0.58f * x));
        table[i] = 255 * (shown <= 0.0031308f ? 12.92f * shown : 1.055f * power(shown, 1 / 2.4f) - 0.055f);
    }
}

void defocus(Queue& queue, const Drawing& drawing, int shots, const float* in, float* sums, float* out) {
    const int width = drawing.size.width, height = drawing.size.height;
    kernels::for_each_pixel(queue, {3, height * shots}, RowSums{in, sums, width});
    kernels::for_each_pixel(queue, {width, height * shots}, Blur{drawing.shots, in, sums, out, width, height});
}
void develop(Queue& queue, const Drawing& drawing, int shots, const float* light, const float* tone, std::uint8_t* picture) {
    kernels::for_each_pixel(queue, {drawing.size.width, drawing.size.height * shots},
                            Develop{drawing.shots, light, tone, picture, drawing.size.width, drawing.size.height});
}

}  // namespace mien::synth
