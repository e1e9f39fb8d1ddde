// SPDX-License-Identifier: Apache-2.0
#include "synth/rig.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>

#include "synth/head_template.h"
#include "synth/noise.h"

namespace mien::synth {
namespace {

Person mean_person() {
    Person p;
    p[Trait::age] = 30;
    return p;
}
std::vector<PosedVertex> posed(const Figure& figure, const Expression& e = {}, const Pose& pose = {}) {
    std::vector<PosedVertex> out(static_cast<std::size_t>(figure.vertex_count()));
    pose_figure(host_queue(), figure, e, pose, out.data());
    return out;
}
Expression with(std::initializer_list<std::pair<Action, float>> actions) {
    Expression e;
    for (const auto& [action, amount] : actions) e[action] = amount;
    return e;
}
Vec3 point(const Figure& figure, const std::vector<PosedVertex>& at, std::size_t i) { return at[static_cast<std::size_t>(figure.face_points().points[i])].at; }

TEST(Rig, BlinksAreEachOthersMirror) {
    const Figure figure(host_queue(), mean_person());
    const auto left = posed(figure, with({{Action::blink_left, 0.7f}, {Action::brow_out_up_left, 1}, {Action::sneer_left, 0.5f}}));
    const auto right = posed(figure, with({{Action::blink_right, 0.7f}, {Action::brow_out_up_right, 1}, {Action::sneer_right, 0.5f}}));
    const auto rest = posed(figure);
    const HeadTemplate& head = head_template();
    float moved = 0;
    for (std::size_t i = 0; i < head.vertices.size(); ++i) {
        const Vec3 a = left[i].at, b = right[static_cast<std::size_t>(head.mirrored[i])].at;
        ASSERT_LT(length(a - Vec3{-b.x, b.y, b.z}), 0.02f) << i;
        ASSERT_LT(a.x < -10 ? length(a - rest[i].at) : 0, 0.02f) << i;  // the other side rests
        moved = most(moved, length(a - rest[i].at));
    }
    EXPECT_GT(moved, 5);
}

TEST(Rig, ABlinkClosesTheEye) {
    for (const std::uint32_t seed : {1u, 2u, 3u, 4u, 5u}) {
        const Figure figure(host_queue(), make_person(seed));
        const auto open = posed(figure), shut = posed(figure, with({{Action::blink_left, 1}, {Action::blink_right, 1}}));
        for (std::size_t s = 0; s < 2; ++s) {
            const HeadTemplate& head = head_template();
            float widest = 0;
            for (std::size_t k = 0; k < head.upper_lid[s].size(); ++k) {
                const auto upper = static_cast<std::size_t>(head.upper_lid[s][k]), lower = static_cast<std::size_t>(head.lower_lid[s][k]);
                EXPECT_LT(length(shut[upper].at - shut[lower].at), 0.1f) << seed;
                EXPECT_GE(shut[upper].at.y, shut[lower].at.y - 0.01f);
                widest = most(widest, open[upper].at.y - open[lower].at.y);
            }
            EXPECT_GT(widest, 7) << seed;
        }
    }
}

TEST(Rig, LidsStayOutsideTheGlobe) {
    for (const std::uint32_t seed : {1u, 6u, 7u})
        for (const float blink : {0.0f, 0.3f, 0.6f, 1.0f}) {
            const Figure figure(host_queue(), make_person(seed));
            const auto at = posed(figure, with({{Action::blink_left, blink}, {Action::squint, 0.5f}, {Action::gaze_y, -0.5f}}));
            for (std::size_t i = 0; i < head_template().vertices.size(); ++i) {
                const FigureVertex& v = figure.vertices()[i];
                if (v.motion != Motion::skin || v.side <= 0) continue;
                ASSERT_GT(length(at[i].at - figure.eyes()[0].centre), 12.7f) << i;
            }
        }
}

TEST(Rig, TheJawOpensDownwards) {
    const Figure figure(host_queue(), mean_person());
    const auto rest = posed(figure), open = posed(figure, with({{Action::jaw, 1}}));
    EXPECT_LT(point(figure, open, 8).y, point(figure, rest, 8).y - 22);
    EXPECT_GT(point(figure, open, 62).y - point(figure, open, 66).y, 25);
    EXPECT_NEAR(point(figure, open, 33).y, point(figure, rest, 33).y, 0.5f);
    EXPECT_NEAR(point(figure, open, 27).y, point(figure, rest, 27).y, 0.01f);
    // The opening narrows to its corners all the way.
    float last = 0;
    for (std::size_t k = 0; k <= figure.upper_lip().size() / 2; ++k) {
        const float gap = open[static_cast<std::size_t>(figure.upper_lip()[k])].at.y - open[static_cast<std::size_t>(figure.lower_lip()[k])].at.y;
        EXPECT_GE(gap, last - 0.8f) << k;
        last = gap;
    }
    EXPECT_EQ(open[static_cast<std::size_t>(figure.upper_lip().front())].at, open[static_cast<std::size_t>(figure.lower_lip().front())].at);
}

TEST(Rig, ActionsMoveWhatTheyName) {
    const Figure figure(host_queue(), mean_person());
    const auto rest = posed(figure);
    const auto rises = [&](Action action, std::size_t p) { return point(figure, posed(figure, with({{action, 1}})), p).y - point(figure, rest, p).y; };
    EXPECT_GT(rises(Action::smile, 48), 3);
    EXPECT_GT(rises(Action::smile, 54), 3);
    EXPECT_LT(rises(Action::frown, 48), -3);
    EXPECT_GT(rises(Action::brow_in_up, 21), 3);
    EXPECT_LT(rises(Action::brow_down, 21), -2);
    EXPECT_GT(rises(Action::brow_out_up_left, 25), 3);
    EXPECT_NEAR(rises(Action::brow_out_up_left, 18), 0, 0.05);
    EXPECT_LT(rises(Action::lower_lip_down, 66), -3);
    EXPECT_GT(rises(Action::upper_lip_up, 62), 3);
    const auto kiss = posed(figure, with({{Action::pucker, 1}})), wide = posed(figure, with({{Action::stretch, 1}}));
    EXPECT_LT(point(figure, kiss, 54).x, point(figure, rest, 54).x - 5);
    EXPECT_GT(point(figure, wide, 54).x, point(figure, rest, 54).x + 4);
    const auto looks = posed(figure, with({{Action::gaze_x, 1}, {Action::gaze_y, 0.5f}}));
    for (const std::int32_t pupil : figure.face_points().pupils) {
        EXPECT_GT(looks[static_cast<std::size_t>(pupil)].at.x, rest[static_cast<std::size_t>(pupil)].at.x + 4);
        EXPECT_GT(looks[static_cast<std::size_t>(pupil)].at.y, rest[static_cast<std::size_t>(pupil)].at.y + 2);
    }
}

TEST(Rig, PosesAreRotationsOfTheHead) {
    const Figure figure(host_queue(), make_person(8));
    Pose pose;
    pose.yaw = 40;
    pose.pitch = -15;
    pose.roll = 10;
    pose.place = {100, -50, -700};
    pose.turn = 20;
    const auto rest = posed(figure), turned = posed(figure, {}, pose);
    for (std::size_t i = 0; i < 68; ++i) EXPECT_LT(length(to_world(pose, point(figure, rest, i)) - point(figure, turned, i)), i >= 5 && i <= 11 ? 0.6f : 0.01f) << i;
    // Left is +x: a positive yaw takes the nose there, a positive pitch takes it down.
    Pose yaw;
    yaw.yaw = 30;
    EXPECT_GT(point(figure, posed(figure, {}, yaw), 30).x, 40);
    Pose pitch;
    pitch.pitch = 30;
    EXPECT_LT(point(figure, posed(figure, {}, pitch), 30).y, point(figure, rest, 30).y - 30);
    Pose round;
    round.turn = 180;
    EXPECT_LT(point(figure, posed(figure, {}, round), 30).z, -100);
}

Expression wild(Draws& draws, float share) {
    Expression e;
    for (const ActionRow& row : action_rows())
        if (draws.uniform() < share) e[row.action] = draws.between(row.low, row.high);
    return e;
}

TEST(Rig, ExtremesStayFiniteAndNormalsUnit) {
    Draws draws(99);
    for (std::uint32_t seed = 1; seed < 7; ++seed) {
        FigureOptions options;
        options.detail = 1 + static_cast<int>(seed % 2);
        const Figure figure(host_queue(), make_person(seed), options);
        for (int k = 0; k < 6; ++k) {
            Pose pose;
            pose.yaw = draws.between(-180, 180);
            pose.pitch = draws.between(-90, 90);
            pose.roll = draws.between(-180, 180);
            Expression e = wild(draws, 1);
            if (k == 0) for (float& action : e.actions) action = 1e9f;  // clamped
            for (const PosedVertex& v : posed(figure, e, pose)) {
                ASSERT_TRUE(length(v.at) < 2500) << seed << " " << k;
                ASSERT_NEAR(length(v.normal), 1, 1e-3);
            }
        }
    }
}

/// No triangle of the outer skin turns its back: an expression bends the face, it does not fold it. Lids and the creases of the mouth's corners are left out: they do fold.
TEST(Rig, FacesDoNotFlip) {
    Draws draws(5);
    for (std::uint32_t seed = 1; seed <= 50; ++seed) {
        FigureOptions options;
        options.detail = seed % 5 == 0 ? 1 : 2;
        const Figure figure(host_queue(), make_person(seed), options);
        const auto rest = posed(figure);
        for (int k = 0; k < 5; ++k) {
            const auto at = posed(figure, k == 0 ? viseme_expression(Viseme::aa) : wild(draws, 0.25f));
            int flipped = 0;
            for (const FigureTriangle& t : figure.triangles()) {
                if (t.material != Material::skin || t.flags != 0) continue;
                const FigureVertex& v = figure.vertices()[static_cast<std::size_t>(t.a)];
                const bool corner = v.on.z > 70 && magnitude(magnitude(v.on.x) - 26) < 4 && magnitude(v.on.y + 69) < 4;
                if (v.side != 0 || corner) continue;
                const auto normal = [&](const std::vector<PosedVertex>& p) {
                    const Vec3 a = p[static_cast<std::size_t>(t.a)].at;
                    return cross(p[static_cast<std::size_t>(t.b)].at - a, p[static_cast<std::size_t>(t.c)].at - a);
                };
                const Vec3 before = normal(rest), after = normal(at);
                flipped += dot(unit(before), unit(after)) < -0.3f && length(after) > 0.02f;
            }
            EXPECT_LE(flipped, 0) << "seed " << seed << " expression " << k;
        }
    }
}

TEST(Poser, ManyAtOnceAreTheSameBytesAsOneByOne) {
    const Figure first(host_queue(), make_person(21)), second(host_queue(), make_person(22));
    std::vector<PosedVertex> a(static_cast<std::size_t>(first.vertex_count())), b(static_cast<std::size_t>(second.vertex_count()));
    Pose pose;
    pose.yaw = 25;
    const Expression smile = with({{Action::smile, 1}, {Action::jaw, 0.3f}});
    const PoseTask tasks[]{{&first, smile, pose, a.data()}, {&second, {}, {}, b.data()}};
    Poser poser(host_queue());
    poser.pose(tasks);
    poser.pose(tasks);
    const auto one = posed(first, smile, pose), other = posed(second);
    EXPECT_EQ(std::memcmp(a.data(), one.data(), a.size() * sizeof(PosedVertex)), 0);
    EXPECT_EQ(std::memcmp(b.data(), other.data(), b.size() * sizeof(PosedVertex)), 0);
}

}  // namespace
}  // namespace mien::synth
