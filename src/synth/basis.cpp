// SPDX-License-Identifier: Apache-2.0
#include "synth/basis.h"

#include "synth/expression.h"
#include "synth/head_field.h"
#include "synth/head_template.h"
#include "synth/shape.h"

namespace mien::synth {
namespace {

std::int16_t in_units(float mm) { return static_cast<std::int16_t>(whole_below(limit(mm / Pull::unit, -32000, 32000) + 0.5f)); }

/// Keeps what moves a vertex by more than 4 micrometres.
template <class Field> Basis tabulate(int detail, std::size_t count, const Field& field) {
    const HeadTemplate& head = head_template(detail);
    Basis basis;
    for (const HeadVertex& v : head.vertices) {
        basis.first.push_back(static_cast<std::int32_t>(basis.pulls.size()));
        for (std::size_t k = 0; k < count && v.inside == Inside::none; ++k) {
            const Vec3 d = field(k, v);
            if (dot(d, d) > 16e-6f) basis.pulls.push_back({in_units(d.x), in_units(d.y), in_units(d.z), static_cast<std::uint16_t>(k)});
        }
    }
    basis.first.push_back(static_cast<std::int32_t>(basis.pulls.size()));
    return basis;
}
Basis of_traits(int detail) {
    return tabulate(detail, shape_trait_count, [](std::size_t k, const HeadVertex& v) { return trait_displacement(static_cast<Trait>(k), v.at); });
}
Basis of_actions(int detail) {
    return tabulate(detail, drag_action_count, [](std::size_t k, const HeadVertex& v) {
        return action_displacement(static_cast<Action>(k), v.at, v.lip > 0 || (v.lip == 0 && v.at.y > lip_y));
    });
}

}  // namespace

const Basis& trait_basis(int detail) {
    if (detail >= 2) {
        static const Basis coarse = of_traits(2);
        return coarse;
    }
    static const Basis full = of_traits(1);
    return full;
}

const Basis& action_basis(int detail) {
    if (detail >= 2) {
        static const Basis coarse = of_actions(2);
        return coarse;
    }
    static const Basis full = of_actions(1);
    return full;
}

}  // namespace mien::synth
