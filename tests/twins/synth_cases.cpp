// SPDX-License-Identifier: Apache-2.0
#include "twins/synth_cases.h"

#include <algorithm>

namespace mien::twins {
namespace {

using synth::Action;
using synth::Shot;
using synth::Vec3;

constexpr Size small{112, 96};

bool same(const synth::Person& a, const synth::Person& b) { return a.seed == b.seed && a.traits == b.traits; }

/// Turns, speaks, blinks and moves the camera a little from one moment to the next.
void advance(Shot& shot, int moment) {
    const auto step = static_cast<float>(moment);
    for (synth::Performer& performer : shot.performers) {
        performer.pose.yaw += 3 * step;
        performer.pose.place.x += 2 * step;
        performer.expression[Action::jaw] += 0.1f * step;
        performer.expression[Action::blink_left] += 0.3f * step;
    }
    for (synth::Occluder& occluder : shot.occluders) occluder.from.x += 5 * step;
    shot.background.pan_x += 0.4f * step;
    shot.camera.place.y += step;
}

std::vector<Shot> one(Shot shot, int moment) {
    advance(shot, moment);
    return {std::move(shot)};
}

std::vector<Shot> poses(Cast& cast, int moment) {
    const float turns[8][3] = {{0, 90, 0}, {0, -90, 0}, {0, 180, 0}, {-40, 0, 0}, {40, 20, 0}, {0, 0, 180}, {10, 135, -60}, {89, 0, 0}};
    std::vector<Shot> shots;
    for (const auto& turn : turns) {
        Shot shot = portrait(cast.person(3), small);
        shot.performers[0].pose = {turn[0], turn[1], turn[2], {}, 0};
        advance(shot, moment);
        shots.push_back(shot);
    }
    return shots;
}

std::vector<Shot> styles(Cast& cast, int moment) {
    std::vector<Shot> shots;
    for (int style = 0; style < 10; ++style) {
        synth::PersonWish wish;
        wish.hair_style = style;
        wish.age = static_cast<float>(6 + 8 * style);
        wish.melanin = 0.1f * static_cast<float>(style);
        wish.glasses = style % 3;
        Shot shot = portrait(cast.person(40 + static_cast<std::uint32_t>(style), wish), small);
        shot.sensor.samples = 1 + style % 4;
        advance(shot, moment);
        shots.push_back(shot);
    }
    for (Shot& shot : shots) shot.sensor.samples = 2;
    return shots;
}

std::vector<Shot> expressions(Cast& cast, int moment) {
    std::vector<Shot> shots;
    for (int viseme = 0; viseme < static_cast<int>(synth::Viseme::count_); ++viseme) {
        Shot shot = portrait(cast.person(61), small, 2.2f);
        shot.performers[0].expression = synth::viseme_expression(static_cast<synth::Viseme>(viseme));
        shot.performers[0].expression[Action::gaze_x] = static_cast<float>(viseme) / 7 - 1;
        shot.performers[0].expression[Action::brow_down] = viseme % 2 == 0 ? 1.0f : 0.0f;
        shot.performers[0].expression[Action::smile] = viseme % 3 == 0 ? 0.8f : 0.0f;
        advance(shot, moment);
        shots.push_back(shot);
    }
    return shots;
}

std::vector<Shot> sceneries(Cast& cast, int moment) {
    std::vector<Shot> shots;
    for (int k = 0; k < 6; ++k) {
        Shot shot = portrait(cast.person(7), {160, 90}, 0.5f);
        shot.background.scenery = static_cast<synth::Scenery>(k);
        shot.background.seed = 11u * static_cast<std::uint32_t>(k);
        shot.sensor.noise = 4;
        shot.sensor.frame = static_cast<std::uint32_t>(k);
        shot.sensor.defocus = 0.7f * static_cast<float>(k);
        shot.light.exposure = 0.2f + 0.3f * static_cast<float>(k);
        advance(shot, moment);
        shots.push_back(shot);
    }
    return shots;
}

std::vector<Shot> occluded(Cast& cast, int moment) {
    std::vector<Shot> shots;
    for (int k = 0; k < 4; ++k) {
        Shot shot = portrait(cast.person(12), small);
        synth::Occluder hand;
        hand.skin = 1;
        for (int finger = 0; finger < 4; ++finger) {
            const float x = -50.0f + 18 * static_cast<float>(finger) + 20 * static_cast<float>(k);
            hand.from = {x, -30, 135};
            hand.to = {x - 8, -100, 140};
            shot.occluders.push_back(hand);
        }
        synth::Occluder cup;
        cup.kind = synth::Occluder::Kind::ellipsoid;
        cup.from = {10, -90, 150};
        cup.to = {30, 40, static_cast<float>(k)};  // at k = 0 without thickness
        cup.gloss = 0.9f;
        shot.occluders.push_back(cup);
        hand.from = hand.to = {0, 0, 1000};  // around the camera, without length
        hand.radius = k == 3 ? 500.0f : 0.0f;
        shot.occluders.push_back(hand);
        advance(shot, moment);
        shots.push_back(shot);
    }
    return shots;
}

std::vector<Shot> edges(Cast& cast, int moment) {
    std::vector<Shot> shots;
    const synth::Figure* const figure = cast.person(5);
    const auto add = [&](const auto& change) {
        Shot shot = portrait(figure, small);
        change(shot);
        advance(shot, moment);
        shots.push_back(shot);
    };
    add([](Shot& s) { s.performers[0].pose.place.z = 1500; });        // behind the camera
    add([](Shot& s) { s.performers[0].pose.place.z = 960; });         // around the camera
    add([](Shot& s) { s.performers[0].pose.place = {5000, 0, 0}; });  // beside the picture
    add([](Shot& s) { s.performers[0].pose.place.z = -200000; });     // a speck
    add([](Shot& s) { s.camera.focal = 100000; });                    // a pore
    add([](Shot& s) { s.camera.focal = 1; });
    add([](Shot& s) { s.camera.cx = 1e7f; });
    add([](Shot& s) {
        s.light.key_direction = {0, 0, 0};
        s.light.fill_direction = {0, 1, 0};
        s.light.rim_direction = {0, 0, 0};
    });
    add([](Shot& s) { s.light.key_direction = {0, 1, 0}; });  // straight from above: no natural sideways
    add([](Shot& s) { s.light.exposure = 0; });
    add([](Shot& s) { s.light.exposure = 1000; });
    add([](Shot& s) { s.performers.clear(); });
    add([](Shot& s) {
        s.background.pan_x = 3600;
        s.background.scenery = synth::Scenery::bokeh;
    });
    add([](Shot& s) {
        s.sensor.noise = 300;
        s.sensor.defocus = 500;
    });
    add([](Shot& s) { s.performers.push_back(s.performers[0]); });  // two in one place
    return shots;
}

}  // namespace

const synth::Figure* Cast::keep(const synth::Person& person, const synth::FigureOptions& options) {
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        const auto& [who, how] = asked_[i];
        const bool alike =
            (how.other == nullptr) == (options.other == nullptr) && (how.other == nullptr || (same(*how.other, *options.other) && how.tone == options.tone));
        if (same(who, person) && how.detail == options.detail && alike) return figures_[i].get();
    }
    asked_.emplace_back(person, options);
    if (options.other != nullptr) asked_.back().second.other = others_.emplace_back(std::make_unique<synth::Person>(*options.other)).get();
    return figures_.emplace_back(std::make_unique<synth::Figure>(queue_, person, options)).get();
}
const synth::Figure* Cast::person(std::uint32_t seed, const synth::PersonWish& wish, int detail) {
    synth::FigureOptions options;
    options.detail = detail;
    return keep(synth::make_person(seed, wish), options);
}
const synth::Figure* Cast::swapped(std::uint32_t seed, std::uint32_t other, float tone) {
    const synth::Person inner = synth::make_person(other);
    synth::FigureOptions options;
    options.other = &inner;
    options.tone = tone;
    return keep(synth::make_person(seed), options);
}

synth::Camera portrait_camera(Size size, float zoom) {
    synth::Camera camera;
    camera.size = size;
    camera.focal = static_cast<float>(std::min(size.width, size.height)) * 2.6f * zoom;
    camera.cx = static_cast<float>(size.width - 1) * 0.5f;
    camera.cy = static_cast<float>(size.height - 1) * 0.5f;
    return camera;
}
Shot portrait(const synth::Figure* figure, Size size, float zoom) {
    Shot shot;
    shot.camera = portrait_camera(size, zoom);
    shot.performers.push_back({figure, {}, {}});
    return shot;
}

const std::vector<SynthCase>& synth_cases() {
    static const std::vector<SynthCase> cases{
        {"portrait",
         [](Cast& cast, int moment) {
             return one(portrait(cast.person(1), {320, 360}), moment);
         }},
        {"close_up",
         [](Cast& cast, int moment) {
             return one(portrait(cast.person(2), {320, 240}, 3), moment);
         }},
        {"coarse",
         [](Cast& cast, int moment) {
             return one(portrait(cast.person(4, {}, 2), {96, 96}), moment);
         }},
        {"swapped",
         [](Cast& cast, int moment) {
             return one(portrait(cast.swapped(8, 9, 0.85f), {160, 160}), moment);
         }},
        {"swapped_own_tone",
         [](Cast& cast, int moment) {
             return one(portrait(cast.swapped(8, 9, 0), {160, 160}), moment);
         }},
        {"poses", poses},
        {"styles", styles},
        {"expressions", expressions},
        {"sceneries", sceneries},
        {"occluded", occluded},
        {"edges", edges},
        {"one_pixel",
         [](Cast& cast, int moment) {
             return one(portrait(cast.person(1), {1, 1}), moment);
         }},
        {"one_row",
         [](Cast& cast, int moment) {
             return one(portrait(cast.person(1), {333, 1}, 100), moment);
         }},
        {"four_samples",
         [](Cast& cast, int moment) {
             Shot shot = portrait(cast.person(6), {97, 61});
             shot.sensor.samples = 4;
             return one(shot, moment);
         }},
        {"crowd",
         [](Cast& cast, int moment) {
             Shot shot = portrait(nullptr, {320, 180}, 0.8f);
             shot.performers.clear();
             for (int i = 0; i < 7; ++i) {
                 synth::Performer performer{cast.person(20 + static_cast<std::uint32_t>(i), {}, 1 + i % 2), {}, {}};
                 performer.pose.place = {static_cast<float>(i - 3) * 130, static_cast<float>(i % 2) * 60 - 20, static_cast<float>(i % 3) * -150};
                 performer.pose.turn = static_cast<float>(i - 3) * 15;
                 shot.performers.push_back(performer);
             }
             return one(shot, moment);
         }},
    };
    return cases;
}

}  // namespace mien::twins
