// Shots that a renderer must draw alike on every machine: ordinary ones, and those at the edges of what a shot can be.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string_view>
#include <vector>

#include "synth/render.h"

namespace mien::twins {

/// Figures on one queue, built when first asked for.
class Cast {
public:
    explicit Cast(Queue& queue) : queue_(queue) {}
    const synth::Figure* person(std::uint32_t seed, const synth::PersonWish& = {}, int detail = 1);
    /// The person with the inner face of another.
    const synth::Figure* swapped(std::uint32_t seed, std::uint32_t other, float tone);

private:
    const synth::Figure* keep(const synth::Person&, const synth::FigureOptions&);
    Queue& queue_;
    std::vector<std::unique_ptr<synth::Figure>> figures_;
    std::vector<std::pair<synth::Person, synth::FigureOptions>> asked_;
    std::vector<std::unique_ptr<synth::Person>> others_;
};

/// A portrait camera: the face fills the picture's height by about zoom * 0.6.
synth::Camera portrait_camera(Size size, float zoom);
/// One person on a plain background.
synth::Shot portrait(const synth::Figure*, Size size, float zoom = 1);

struct SynthCase {
    std::string_view name;
    /// The shots of moment 0 or 1, for flow; all of one size.
    std::function<std::vector<synth::Shot>(Cast&, int moment)> shots;
};
const std::vector<SynthCase>& synth_cases();

}  // namespace mien::twins
