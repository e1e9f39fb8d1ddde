// Cameras and lights of a scene at a moment.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "synth/staging.h"

namespace mien::synth {
namespace {

// Black bodies over one of 5600 K, linear sRGB at equal luminance: Planck's law through the CIE 1931 observer.
struct TemperatureRow {
    float kelvin;
    Vec3 colour;
};
constexpr std::array<TemperatureRow, 12> temperatures{{{2000, {2.302f, 0.712f, 0.023f}},
                                                       {2500, {1.871f, 0.826f, 0.162f}},
                                                       {3000, {1.591f, 0.893f, 0.315f}},
                                                       {3500, {1.398f, 0.935f, 0.467f}},
                                                       {4000, {1.259f, 0.962f, 0.612f}},
                                                       {4500, {1.154f, 0.980f, 0.745f}},
                                                       {5000, {1.074f, 0.991f, 0.868f}},
                                                       {5600, {1, 1, 1}},
                                                       {6500, {0.919f, 1.007f, 1.170f}},
                                                       {7500, {0.856f, 1.010f, 1.326f}},
                                                       {9000, {0.793f, 1.010f, 1.509f}},
                                                       {12000, {0.723f, 1.006f, 1.753f}}}};

Vec3 colour_of(float kelvin) {
    for (std::size_t i = 1; i < temperatures.size(); ++i)
        if (kelvin <= temperatures[i].kelvin) {
            const auto &a = temperatures[i - 1], &b = temperatures[i];
            // Even in reciprocal kelvin, as colour is.
            return mix(a.colour, b.colour, (1 / a.kelvin - 1 / most(kelvin, a.kelvin)) / (1 / a.kelvin - 1 / b.kelvin));
        }
    return temperatures.back().colour;
}

Vec3 direction(float azimuth, float elevation) {
    const float c = cosine(elevation * degree);
    return {sine(azimuth * degree) * c, sine(elevation * degree), cosine(azimuth * degree) * c};
}

}  // namespace

Camera camera_at(const SceneCamera& settings, Size size, Vec3 followed, float half_width, float half_height, double time, std::uint32_t seed) {
    Camera camera;
    camera.size = size;
    camera.cx = static_cast<float>(size.width - 1) / 2;
    camera.cy = static_cast<float>(size.height - 1) / 2;
    camera.focal = settings.focal.at(time) / 24 * static_cast<float>(std::min(size.width, size.height));
    float distance = settings.distance.at(time);
    if (distance <= 0) {
        // A face is 236 mm high; one alone fills a little more than half of the picture, a group fits with shoulders.
        const float high = camera.focal * (half_height + 118) /
                           (0.29f * static_cast<float>(size.height) + 0.13f * static_cast<float>(size.height) * unit_range(half_height / 200));
        const float wide = camera.focal * (half_width + 130) / (0.45f * static_cast<float>(size.width));
        distance = limit(most(high, wide), 500, 20000);
    }
    const Vec3 target = followed + Vec3{0, settings.height.at(time) - 26, 60};
    const float azimuth = settings.azimuth.at(time), elevation = settings.elevation.at(time);
    camera.place = target + direction(azimuth, elevation) * (distance - 60);
    const auto unrest = [&](double rate, std::uint32_t salt) {
        return settings.unrest * (0.8f * drift(time * rate, seed_for(seed, salt)) + 0.2f * drift(time * 4 * rate, seed_for(seed, salt + 1)));
    };
    const Vec3 back = unit(camera.place - target), right = unit(cross(Vec3{0, 1, 0}, back)), up = cross(back, right);
    // The hand turns the camera a little about its own axes.
    const Mat3 hand = rotation(unrest(0.5, 10), unrest(0.45, 12), settings.roll.at(time) + 0.6f * unrest(0.4, 14));
    camera.axes = hand * Mat3{right, up, back};
    return camera;
}

Light light_at(const SceneLight& settings, std::span<const SceneFlash> flashes, const Camera& camera, double time) {
    Light light;
    const Vec3 usual_key{1.55f, 1.457f, 1.333f};
    const auto beat = static_cast<float>(sine_of_turns(time * static_cast<double>(settings.flicker_hertz)));
    const float depth = settings.flicker.at(time);
    light.key = usual_key * colour_of(settings.temperature.at(time)) * (settings.key.at(time) * (1 - depth * (0.5f + 0.5f * beat)));
    light.key_direction = direction(settings.azimuth.at(time), settings.elevation.at(time));
    light.fill = light.fill * settings.fill.at(time);
    light.rim = light.rim * settings.rim.at(time);
    const float ambient = settings.ambient.at(time);
    light.ground = light.ground * ambient;
    light.sky = light.sky * ambient;
    light.exposure = settings.exposure.at(time);
    for (const SceneFlash& flash : flashes) {
        const auto t = static_cast<float>(time - flash.at);
        if (t < 0 || t >= flash.seconds) continue;
        // A bulb: full at once, then it dies away; it stands on the camera.
        const float left = square(1 - t / flash.seconds), strength = flash.strength * left;
        light.fill_direction = mix(unit(light.fill_direction), camera.axes.row2 + camera.axes.row1 * 0.15f, most(0, least(1, 2 * strength)));
        light.fill += Vec3{1.5f, 1.5f, 1.55f} * strength;
    }
    return light;
}

}  // namespace mien::synth
