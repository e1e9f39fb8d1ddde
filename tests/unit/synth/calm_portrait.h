// Somebody without glasses or long hair before a camera: what tests of the renderer draw.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "twins/synth_cases.h"

namespace mien::synth {

inline Queue& queue() { return host_queue(); }
inline twins::Cast& cast() {
    static twins::Cast people(host_queue());
    return people;
}
inline const Figure* bare_face() {
    PersonWish wish;
    wish.glasses = 0;
    wish.hair_style = 2;
    wish.age = 30;
    return cast().person(11, wish);
}
inline Shot calm_portrait(Size size = {200, 200}, float zoom = 1) {
    Shot shot = twins::portrait(bare_face(), size, zoom);
    shot.sensor.samples = 2;
    return shot;
}

}  // namespace mien::synth
