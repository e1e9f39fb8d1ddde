// SPDX-License-Identifier: Apache-2.0
#include "synth/performance.h"

#include <gtest/gtest.h>

#include "synth/staging.h"

namespace mien::synth {
namespace {

constexpr Vec3 camera{0, -28, 1400};

ScenePerformer performer_of(const std::string& json) {
    return parse_scene(R"({"mien_scene": 1, "people": [1], "shots": [{"performers": [)" + json + "]}]}").shots[0].performers[0];
}

TEST(Performance, TheSameSeedDoesTheSame) {
    const ScenePerformer settings = performer_of(R"({"speech": "babble", "mood": "happy", "motions": [{"kind": "look_around"}]})");
    const Performance one(settings, {}, 5, 20), two(settings, {}, 5, 20), other(settings, {}, 6, 20);
    bool differs = false;
    for (double time = 0; time < 20; time += 0.37) {
        const auto a = one.at(time, camera), b = two.at(time, camera), c = other.at(time, camera);
        EXPECT_EQ(a.expression.actions, b.expression.actions);
        EXPECT_EQ(a.pose.yaw, b.pose.yaw);
        EXPECT_EQ(a.pose.place, b.pose.place);
        differs |= a.pose.yaw != c.pose.yaw;
    }
    EXPECT_TRUE(differs);
}

TEST(Performance, BlinksAreAsOftenAndAsFastAsPeoples) {
    const ScenePerformer settings = performer_of("{}");
    std::size_t count = 0;
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        const Performance performance(settings, {}, seed, 60);
        count += performance.blinks().size();
        for (const Performance::Blink& blink : performance.blinks()) {
            EXPECT_GE(blink.close, 0.100f);
            EXPECT_LE(blink.close, 0.150f);
            const double shut = blink.start + static_cast<double>(blink.close) + 0.005;
            EXPECT_GT(performance.at(shut, camera).expression[Action::blink_left], 0.5f);
        }
    }
    // Ten to thirty in a minute.
    EXPECT_GT(count, 20u * 10);
    EXPECT_LT(count, 20u * 30);
    const Performance never(performer_of(R"({"blinks": 0})"), {}, 1, 60);
    EXPECT_TRUE(never.blinks().empty());
}

TEST(Performance, NothingJumps) {
    // Between two moments a millisecond apart nothing moves faster than a whip does: 1200 degrees and 3 m a second, actions by 0.06.
    for (const NamedScene& named : named_scenes()) {
        SCOPED_TRACE(named.name);
        const Scene scene = parse_scene(named.json);
        for (const SceneShot& shot : scene.shots) {
            std::vector<ScenePerformer> performers = shot.performers;
            if (shot.everyone) performers.push_back(*shot.everyone);
            for (const ScenePerformer& settings : performers) {
                const Performance performance(settings, {}, 9, 12);
                auto before = performance.at(0, camera);
                for (int step = 1; step < 4000; ++step) {
                    const auto now = performance.at(step * 0.001, camera);
                    EXPECT_LT(magnitude(now.pose.yaw - before.pose.yaw), 1.2f) << step;
                    EXPECT_LT(magnitude(now.pose.pitch - before.pose.pitch), 0.5f) << step;
                    EXPECT_LT(magnitude(now.pose.roll - before.pose.roll), 0.5f) << step;
                    EXPECT_LT(length(now.pose.place - before.pose.place), 3.0f) << step;
                    for (const ActionRow& row : action_rows()) {
                        EXPECT_LE(magnitude(now.expression[row.action] - before.expression[row.action]), 0.06f) << row.name << " " << step;
                        EXPECT_GE(now.expression[row.action], row.low);
                        EXPECT_LE(now.expression[row.action], row.high);
                    }
                    before = now;
                }
            }
        }
    }
}

TEST(Performance, EyesStayOnTheCameraWhileTheHeadTurns) {
    const ScenePerformer settings = performer_of(R"({"life": 0, "motions": [{"kind": "turn", "amplitude": 25}]})");
    const Performance performance(settings, {}, 3, 8);
    float most_yaw = 0;
    for (double time = 0; time < 8; time += 0.05) {
        const auto moment = performance.at(time, camera);
        most_yaw = most(most_yaw, magnitude(moment.pose.yaw));
        // Positive gaze is to the subject's left, as positive yaw is; 34 degrees are 1.
        EXPECT_NEAR(moment.expression[Action::gaze_x] * 34 + moment.pose.yaw, 0, 3.5f) << time;
    }
    EXPECT_GT(most_yaw, 24);
}

TEST(Performance, MotionsReachTheirAmplitudes) {
    const auto extreme = [](const std::string& motion, auto part) {
        const ScenePerformer settings = performer_of(R"({"life": 0, "motions": [)" + motion + "]}");
        const Performance performance(settings, {}, 3, 10);
        float low = 0, high = 0;
        for (double time = 0; time < 10; time += 0.01) {
            const float value = part(performance.at(time, camera).pose);
            low = least(low, value);
            high = most(high, value);
        }
        return std::pair(low, high);
    };
    const auto yaw = [](const Pose& pose) { return pose.yaw; };
    EXPECT_NEAR(extreme(R"({"kind": "profile", "amplitude": 90})", yaw).second, 90, 0.1);
    EXPECT_NEAR(extreme(R"({"kind": "profile", "amplitude": -120})", yaw).first, -120, 0.1);
    EXPECT_NEAR(extreme(R"({"kind": "whip", "amplitude": 60})", yaw).second, 60, 0.1);
    EXPECT_NEAR(extreme(R"({"kind": "around"})", [](const Pose& pose) { return pose.turn; }).second, 720, 1);
    EXPECT_NEAR(extreme(R"({"kind": "roll", "amplitude": 35})", [](const Pose& pose) { return pose.roll; }).second, 35, 0.1);
    EXPECT_GT(extreme(R"({"kind": "walk_in", "amplitude": 1500})", [](const Pose& pose) { return pose.place.x; }).second, 1480);
    EXPECT_LT(extreme(R"({"kind": "walk_out", "from": 5, "amplitude": -1500})", [](const Pose& pose) { return pose.place.x; }).first, -1480);
    EXPECT_NEAR(extreme(R"({"kind": "nod", "amplitude": 12})", [](const Pose& pose) { return pose.pitch; }).second, 12, 4);
}

TEST(Staging, TimeIsSecondsWhateverTheRate) {
    Scene slow = parse_scene(named_scenes()[0].json), fast = slow;
    fast.frame_rate = {100, 1};
    fast.frames *= 4;
    const Staging a(host_queue(), slow), b(host_queue(), fast);
    for (const std::int64_t frame : {0, 7, 60, 199}) {
        const FramePlan one = a.at(frame), two = b.at(4 * frame);
        EXPECT_EQ(one.parts[0].shot.performers[0].pose.yaw, two.parts[0].shot.performers[0].pose.yaw);
        EXPECT_EQ(one.parts[0].shot.performers[1].expression.actions, two.parts[0].shot.performers[1].expression.actions);
    }
}

TEST(Staging, CutsDissolvesAndGaps) {
    const Staging cuts(host_queue(), parse_scene(named_scenes()[8].json));
    int last = -1;
    std::vector<double> cut_times;
    bool faded = false;
    for (const std::int64_t frame : cuts.frames()) {
        const FramePlan plan = cuts.at(frame);
        float sum = 0;
        for (const FramePlan::Part& part : plan.parts) sum += part.weight;
        EXPECT_NEAR(sum, 1, 1e-5);
        faded |= plan.share < 1;
        EXPECT_GE(plan.share, 0.5f);
        if (plan.take != last) cut_times.push_back(cuts.seconds_of(frame));
        last = plan.take;
    }
    EXPECT_TRUE(faded);
    ASSERT_EQ(cut_times.size(), 5u);
    EXPECT_EQ(cut_times[1], 1.6);
    EXPECT_EQ(cut_times[2], 2.8);
    const Scene scene = parse_scene(named_scenes()[9].json);
    const Staging gaps(host_queue(), scene);
    EXPECT_LT(std::ssize(gaps.frames()), scene.frames);
    for (const std::int64_t frame : gaps.frames())
        for (const auto& [from, to] : scene.missing) EXPECT_TRUE(gaps.seconds_of(frame) < from || gaps.seconds_of(frame) > to - 1e-6);
}

TEST(Staging, TwinsChangeOneThing) {
    const Scene scene = parse_scene(named_scenes()[0].json);
    const Staging plain(host_queue(), scene), swap(host_queue(), scene, Twin::swap), age(host_queue(), scene, Twin::age), mouth(host_queue(), scene, Twin::mouth);
    const FramePlan a = plain.at(30), s = swap.at(30);
    EXPECT_EQ(a.parts[0].shot.performers[0].expression.actions, s.parts[0].shot.performers[0].expression.actions);
    EXPECT_EQ(a.parts[0].shot.camera.place, s.parts[0].shot.camera.place);
    ASSERT_NE(s.parts[0].shot.performers[0].figure->other(), nullptr);
    EXPECT_EQ(s.parts[0].shot.performers[0].figure->other()->seed, scene.people[1].seed);
    EXPECT_EQ(age.people()[0].seed, plain.people()[0].seed);
    EXPECT_GT(magnitude(age.people()[0][Trait::age] - plain.people()[0][Trait::age]), 20);
    EXPECT_EQ(age.at(30).parts[0].shot.performers[0].pose.yaw, a.parts[0].shot.performers[0].pose.yaw);
    bool other_mouth = false;
    for (std::int64_t frame = 10; frame < 60; ++frame) other_mouth |= mouth.seen(mouth.at(frame))[0].visemes != plain.seen(plain.at(frame))[0].visemes;
    EXPECT_TRUE(other_mouth);
    EXPECT_EQ(twin_of("none"), std::nullopt);
    EXPECT_EQ(twin_of("swap"), Twin::swap);
}

}  // namespace
}  // namespace mien::synth
