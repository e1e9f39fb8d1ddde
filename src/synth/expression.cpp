// SPDX-License-Identifier: Apache-2.0
#include "synth/expression.h"

#include "synth/head_field.h"

namespace mien::synth {
namespace {

constexpr std::array<ActionRow, action_count> rows{{
    {Action::smile, "smile", 0, 1, 0, "corners of the mouth up and out, cheeks up"},
    {Action::frown, "frown", 0, 1, 0, "corners of the mouth down"},
    {Action::pucker, "pucker", 0, 1, 0, "lips narrow and forward, closed: a kiss"},
    {Action::funnel, "funnel", 0, 1, 0, "lips narrow and forward, open"},
    {Action::stretch, "stretch", 0, 1, 0, "corners of the mouth out"},
    {Action::press, "press", 0, 1, 0, "lips pressed together"},
    {Action::upper_lip_up, "upper_lip_up", 0, 1, 0, "upper lip raised"},
    {Action::lower_lip_down, "lower_lip_down", 0, 1, 0, "lower lip lowered"},
    {Action::lip_roll, "lip_roll", 0, 1, 0, "lips rolled in over the teeth"},
    {Action::chin_raise, "chin_raise", 0, 1, 0, "chin and lower lip pushed up"},
    {Action::cheek_puff, "cheek_puff", 0, 1, 0, "cheeks blown up"},
    {Action::cheek_suck, "cheek_suck", 0, 1, 0, "cheeks drawn in"},
    {Action::nose_wrinkle, "nose_wrinkle", 0, 1, 0, "nose wrinkled"},
    {Action::brow_in_up, "brow_in_up", 0, 1, 0, "inner ends of the brows raised"},
    {Action::brow_out_up_left, "brow_out_up_left", 0, 1, 0, "tail of the left brow raised"},
    {Action::brow_out_up_right, "brow_out_up_right", 0, 1, 0, "tail of the right brow raised"},
    {Action::brow_down, "brow_down", 0, 1, 0, "brows lowered and drawn together"},
    {Action::cheek_raise, "cheek_raise", 0, 1, 0, "cheeks raised towards the eyes"},
    {Action::mouth_left, "mouth_left", -1, 1, 0, "mouth moved to the left; negative: to the right"},
    {Action::sneer_left, "sneer_left", 0, 1, 0, "left side of the upper lip raised"},
    {Action::sneer_right, "sneer_right", 0, 1, 0, "right side of the upper lip raised"},
    {Action::dimple_left, "dimple_left", 0, 1, 0, "left corner of the mouth drawn back"},
    {Action::dimple_right, "dimple_right", 0, 1, 0, "right corner of the mouth drawn back"},
    {Action::jaw, "jaw", 0, 1, 0, "jaw open, 24 degrees at 1"},
    {Action::jaw_forward, "jaw_forward", -0.5f, 1, 0, "jaw forward, 5 mm at 1"},
    {Action::jaw_side, "jaw_side", -1, 1, 0, "jaw to the left, 6 mm at 1"},
    {Action::blink_left, "blink_left", 0, 1, 0, "left eye closed"},
    {Action::blink_right, "blink_right", 0, 1, 0, "right eye closed"},
    {Action::wide, "wide", 0, 1, 0, "both eyes wide open"},
    {Action::squint, "squint", 0, 1, 0, "both eyes narrowed"},
    {Action::gaze_x, "gaze_x", -1, 1, 0, "gaze to the left, 34 degrees at 1"},
    {Action::gaze_y, "gaze_y", -1, 1, 0, "gaze up, 28 degrees at 1"},
    {Action::tongue, "tongue", 0, 1, 0, "tongue raised and forward"},
    {Action::pupil, "pupil", 0.4f, 1.8f, 1, "radius of the pupils, times 1.95 mm"},
}};

struct Pull {
    Action action;
    Drag drag;
};
constexpr Pull pulls[]{
    {Action::smile, local({25, -68.5f, 88}, {12, 10, 26}, {7, 6, -3.5f})},
    {Action::smile, local({40, -46, 76}, {16, 14, 22}, {2.2f, 4.2f, 3.4f})},
    {Action::smile, local({31, -56, 88}, {4.5f, 11, 14}, {0.5f, 1, -1.6f})},
    {Action::smile, local({0, -65, 104}, {16, 6, 16}, {0, 0.6f, -2})},
    {Action::smile, local({0, -74, 104}, {16, 6, 16}, {0, 0.6f, -1.5f})},
    {Action::frown, local({25, -69, 88}, {11, 9, 22}, {-0.5f, -6, -1})},
    {Action::frown, local({0, -95, 97}, {12, 8, 14}, {0, 2, 1.2f})},
    {Action::pucker, local({25, -68.5f, 88}, {11, 12, 24}, {-9, 0, 4})},
    {Action::pucker, local({0, -67, 104}, {13, 9, 18}, {0, 0.1f, 6.5f})},
    {Action::pucker, local({0, -72, 104}, {13, 9, 18}, {0, -0.1f, 6})},
    {Action::funnel, local({25, -68.5f, 88}, {11, 12, 24}, {-6, 0, 3})},
    {Action::funnel, local({0, -64, 104}, {15, 5, 18}, {0, 3.5f, 5})},
    {Action::funnel, local({0, -74, 104}, {15, 6, 18}, {0, -3, 5})},
    {Action::stretch, local({26, -69, 88}, {12, 9, 24}, {8, -1.2f, -4})},
    {Action::press, local({0, -65, 104}, {22, 5, 16}, {0, -1.3f, -2.4f})},
    {Action::press, local({0, -73, 104}, {22, 5, 16}, {0, 1.3f, -2.4f})},
    {Action::upper_lip_up, local({0, -65, 104}, {17, 6, 18}, {0, 5, 0.6f})},
    {Action::upper_lip_up, local({15, -42, 98}, {8, 9, 14}, {0.8f, 2, 0})},
    {Action::lower_lip_down, local({0, -74, 104}, {17, 6.5f, 18}, {0, -5.5f, 0.6f})},
    {Action::lip_roll, local({0, -66, 104}, {20, 4, 16}, {0, -0.6f, -3.5f})},
    {Action::lip_roll, local({0, -72, 104}, {20, 4, 16}, {0, 1, -3.5f})},
    {Action::chin_raise, local({0, -98, 98}, {16, 12, 18}, {0, 4, 1.2f})},
    {Action::chin_raise, local({0, -73, 104}, {16, 6, 18}, {0, 2, 1})},
    {Action::cheek_puff, local({36, -64, 74}, {16, 17, 24}, {7, 0, 6})},
    {Action::cheek_suck, local({40, -62, 62}, {14, 16, 24}, {-6, 0, -3})},
    {Action::nose_wrinkle, local({14, -36, 100}, {8, 12, 14}, {0, 3.2f, 0.5f})},
    {Action::nose_wrinkle, local({10, 10, 96}, {9, 8, 16}, {-1, -3, 0.6f})},
    {Action::nose_wrinkle, local({0, 2, 98}, {7, 5, 12}, {0, 0, -0.8f})},
    {Action::brow_in_up, local({13, 22, 98}, {9, 9, 20}, {0, 6, 0.4f})},
    {Action::brow_out_up_left, local({42, 22, 82}, {12, 10, 24}, {0, 6, 0.3f})},
    {Action::brow_out_up_right, local({42, 22, 82}, {12, 10, 24}, {0, 6, 0.3f})},
    {Action::brow_down, local({18, 20, 96}, {14, 9, 22}, {-2.6f, -5, 0.8f})},
    {Action::brow_down, local({40, 22, 84}, {12, 9, 24}, {0, -2.5f, 0})},
    {Action::cheek_raise, local({38, -26, 76}, {15, 9, 22}, {0.5f, 3.5f, 2.2f})},
    {Action::mouth_left, local({0, -69, 102}, {26, 12, 30}, {6, 0, 0})},
    {Action::sneer_left, local({16, -58, 96}, {9, 12, 18}, {0.5f, 4, 0.4f})},
    {Action::sneer_right, local({16, -58, 96}, {9, 12, 18}, {0.5f, 4, 0.4f})},
    {Action::dimple_left, local({26, -68.5f, 88}, {9, 8, 20}, {5.5f, 2.2f, -4})},
    {Action::dimple_right, local({26, -68.5f, 88}, {9, 8, 20}, {5.5f, 2.2f, -4})},
};

int side_of(Action a) {
    if (a == Action::brow_out_up_left || a == Action::sneer_left || a == Action::dimple_left) return 1;
    if (a == Action::brow_out_up_right || a == Action::sneer_right || a == Action::dimple_right) return -1;
    return 0;
}

/// A drag in the middle of one lip leaves the other lip alone, but for the corner, and does not fade between its centre and the lip line: rims stay clean.
Vec3 pulled(Drag drag, Vec3 t, bool above) {
    const bool central = drag.centre.x < 1 && drag.centre.y > -80 && drag.centre.y < -60;
    if (!central || magnitude(drag.centre.y - lip_y) <= 0.7f) return displacement(drag, t);
    const bool upper = drag.centre.y > lip_y;
    if (upper != above) {
        const float corner = unit_range(magnitude(t.x) / 25);
        return displacement(drag, t) * (0.5f * corner * corner * corner);
    }
    if ((t.y < drag.centre.y) == upper) drag.radii.y = 30;
    return displacement(drag, t);
}

struct VisemeRow {
    std::string_view name;
    struct Part {
        Action action;
        float amount;
    } parts[4];
};
constexpr std::array<VisemeRow, static_cast<std::size_t>(Viseme::count_)> visemes{{
    {"sil", {}},
    {"PP", {{Action::press, 0.8f}}},
    {"FF", {{Action::lip_roll, 0.35f}, {Action::chin_raise, 0.25f}, {Action::upper_lip_up, 0.35f}, {Action::jaw, 0.06f}}},
    {"TH", {{Action::jaw, 0.16f}, {Action::tongue, 0.8f}, {Action::upper_lip_up, 0.15f}}},
    {"DD", {{Action::jaw, 0.14f}, {Action::tongue, 0.35f}, {Action::stretch, 0.15f}}},
    {"kk", {{Action::jaw, 0.20f}, {Action::stretch, 0.10f}}},
    {"CH", {{Action::funnel, 0.55f}, {Action::jaw, 0.10f}}},
    {"SS", {{Action::stretch, 0.35f}, {Action::jaw, 0.06f}, {Action::lower_lip_down, 0.3f}, {Action::upper_lip_up, 0.15f}}},
    {"nn", {{Action::jaw, 0.12f}, {Action::tongue, 0.45f}}},
    {"RR", {{Action::pucker, 0.35f}, {Action::funnel, 0.25f}, {Action::jaw, 0.12f}}},
    {"aa", {{Action::jaw, 0.60f}}},
    {"E", {{Action::jaw, 0.32f}, {Action::stretch, 0.40f}}},
    {"ih", {{Action::jaw, 0.20f}, {Action::stretch, 0.45f}, {Action::smile, 0.15f}}},
    {"oh", {{Action::jaw, 0.42f}, {Action::funnel, 0.55f}}},
    {"ou", {{Action::pucker, 0.80f}, {Action::jaw, 0.14f}}},
}};
const VisemeRow& row(Viseme v) { return visemes[static_cast<std::size_t>(v) < visemes.size() ? static_cast<std::size_t>(v) : 0]; }

}  // namespace

std::span<const ActionRow> action_rows() noexcept { return rows; }

Vec3 action_displacement(Action action, Vec3 t, bool above_lips) noexcept {
    const int side = side_of(action);
    float share = 1;
    if (side != 0) share = smooth_step(-6, 6, t.x * static_cast<float>(side));
    Vec3 sum;
    if (share <= 0) return sum;
    for (const Pull& pull : pulls)
        if (pull.action == action) sum += pulled(pull.drag, t, above_lips) * share;
    return sum;
}

std::string_view name_of(Viseme viseme) noexcept { return row(viseme).name; }

Expression viseme_expression(Viseme viseme) noexcept {
    Expression mouth;
    for (const auto& part : row(viseme).parts)
        if (part.amount > 0) mouth[part.action] = part.amount;
    return mouth;
}

Expression sum(const Expression& a, const Expression& b) noexcept {
    Expression both;
    // Rest counts once: a pupil of 1 and a pupil of 1 are a pupil of 1.
    for (const ActionRow& r : rows) both[r.action] = limit(a[r.action] + b[r.action] - r.rest, r.low, r.high);
    return both;
}

}  // namespace mien::synth
