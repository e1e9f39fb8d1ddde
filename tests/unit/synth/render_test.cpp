// SPDX-License-Identifier: Apache-2.0
#include "synth/render.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "unit/synth/calm_portrait.h"

namespace mien::synth {
namespace {

template <class T>
std::vector<T> values(const View<const T>& view) {
    const auto count = static_cast<std::size_t>(view.size.width) * static_cast<std::size_t>(view.size.height) * static_cast<std::size_t>(view.channels);
    return {view.data, view.data + count};
}
/// Everything a drawing gives, copied out of the renderer.
struct Drawn {
    Size size;
    std::vector<std::uint8_t> picture, alpha, regions, who, face;
    std::vector<float> light, depth, normals, flow;
    std::vector<PosedFace> faces;
    explicit Drawn(const Rendered& r, std::size_t people = 1)
        : size(r.picture.size),
          picture(values(r.picture)),
          alpha(values(r.alpha)),
          regions(values(r.regions)),
          who(values(r.who)),
          face(values(r.face)),
          light(values(r.light)),
          depth(values(r.depth)),
          normals(values(r.normals)),
          flow(values(r.flow)),
          faces(r.faces, r.faces + people) {}
    std::size_t at(int x, int y) const { return static_cast<std::size_t>(y) * static_cast<std::size_t>(size.width) + static_cast<std::size_t>(x); }
};
void expect_same(const Drawn& a, const Drawn& b) {
    EXPECT_EQ(a.picture, b.picture);
    EXPECT_EQ(a.alpha, b.alpha);
    EXPECT_EQ(a.regions, b.regions);
    EXPECT_EQ(a.who, b.who);
    EXPECT_EQ(a.face, b.face);
    EXPECT_EQ(a.light, b.light);
    EXPECT_EQ(a.depth, b.depth);
    EXPECT_EQ(a.normals, b.normals);
    EXPECT_EQ(a.flow, b.flow);
    EXPECT_EQ(std::memcmp(a.faces.data(), b.faces.data(), a.faces.size() * sizeof(PosedFace)), 0);
}

TEST(Render, TheSameShotHasTheSameBytesWhateverWasDrawnBefore) {
    const Shot shot = calm_portrait();
    Shot next = shot, other = calm_portrait({320, 120}, 2);
    next.performers[0].pose.yaw = 4;
    other.performers[0].pose.pitch = 20;
    Renderer one(queue()), two(queue());
    const Drawn first(one.draw(shot, {true, true}, &next));
    // More drawings than the visibility buffers have stamps.
    for (int i = 0; i < 70; ++i) two.draw(i % 2 == 0 ? other : next, {false, false});
    expect_same(first, Drawn(two.draw(shot, {true, true}, &next)));
}

TEST(Render, AStackIsItsShotsOneAboveTheOther) {
    std::vector<Shot> shots, next;
    for (int i = 0; i < 3; ++i) {
        Shot shot = calm_portrait({96, 80});
        shot.performers[0].pose.yaw = static_cast<float>(30 * i);
        shot.background.scenery = static_cast<Scenery>(i + 1);
        shot.sensor.noise = static_cast<float>(i);
        shot.sensor.defocus = static_cast<float>(i);
        if (i == 1) shot.performers.push_back({cast().person(3), {}, {0, 0, 0, {150, 0, -100}, 0}});
        shots.push_back(shot);
        shot.performers[0].pose.roll = 5;
        next.push_back(shot);
    }
    Renderer renderer(queue());
    const Rendered whole = renderer.draw_stack(shots, {true, true}, next);
    const Drawn stack(whole, 4);
    std::vector<std::vector<FaceTruth>> truths;
    for (std::size_t i = 0; i < shots.size(); ++i) truths.push_back(face_truth(queue(), shots[i], part_of(whole, shots, i)));
    std::size_t face = 0;
    for (std::size_t i = 0; i < shots.size(); ++i) {
        const std::size_t people = shots[i].performers.size();
        const Rendered alone = renderer.draw(shots[i], {true, true}, &next[i]);
        const Drawn single(alone, people);
        const std::vector<FaceTruth> truth = face_truth(queue(), shots[i], alone);
        ASSERT_EQ(truth.size(), truths[i].size());
        for (std::size_t p = 0; p < people; ++p) {
            EXPECT_EQ(truth[p].points, truths[i][p].points);
            EXPECT_EQ(truth[p].visible, truths[i][p].visible);
        }
        const std::size_t pixels = 96 * 80, from = i * pixels;
        EXPECT_TRUE(std::equal(single.picture.begin(), single.picture.end(), stack.picture.begin() + static_cast<std::ptrdiff_t>(3 * from)));
        EXPECT_TRUE(std::equal(single.regions.begin(), single.regions.end(), stack.regions.begin() + static_cast<std::ptrdiff_t>(from)));
        EXPECT_TRUE(std::equal(single.who.begin(), single.who.end(), stack.who.begin() + static_cast<std::ptrdiff_t>(from)));
        EXPECT_TRUE(std::equal(single.flow.begin(), single.flow.end(), stack.flow.begin() + static_cast<std::ptrdiff_t>(2 * from)));
        EXPECT_EQ(std::memcmp(single.faces.data(), stack.faces.data() + face, people * sizeof(PosedFace)), 0);
        face += people;
    }
}

TEST(Render, AnExposureIsTheWeightedSumOfItsMoments) {
    Shot shot = calm_portrait({80, 80}), other = shot;
    other.performers[0].pose.yaw = 25;
    Renderer renderer(queue());
    const Drawn a(renderer.draw(shot)), b(renderer.draw(other));
    const Exposure moments[2] = {{&shot, 0.25f}, {&other, 0.75f}};
    const Drawn mixed(renderer.draw(std::span(moments), {true, false}));
    for (std::size_t i = 0; i < a.light.size(); ++i) ASSERT_NEAR(mixed.light[i], 0.25f * a.light[i] + 0.75f * b.light[i], 1e-5f);
    EXPECT_EQ(mixed.regions, a.regions);
    EXPECT_EQ(mixed.depth, a.depth);
}

/// Mean position of a class, and how many pixels it has.
struct Patch {
    double x = 0, y = 0;
    int count = 0;
};
Patch patch_of(const Drawn& drawn, Region region) {
    Patch p;
    for (int y = 0; y < drawn.size.height; ++y)
        for (int x = 0; x < drawn.size.width; ++x)
            if (drawn.regions[drawn.at(x, y)] == static_cast<std::uint8_t>(region)) p = {p.x + x, p.y + y, p.count + 1};
    return p.count > 0 ? Patch{p.x / p.count, p.y / p.count, p.count} : p;
}

TEST(Render, ClassesLieOnTheirSides) {
    Shot shot = calm_portrait({320, 320}, 1.2f);
    shot.performers[0].expression[Action::jaw] = 0.5f;
    Renderer renderer(queue());
    const Drawn drawn(renderer.draw(shot));
    for (const auto& [right, left] :
         {std::pair{Region::brow_right, Region::brow_left}, std::pair{Region::eye_right, Region::eye_left}, std::pair{Region::ear_right, Region::ear_left}}) {
        const Patch r = patch_of(drawn, right), l = patch_of(drawn, left);
        EXPECT_GT(r.count, 20);
        EXPECT_GT(l.count, 20);
        EXPECT_LT(r.x, 159.5 - 15) << "the subject's right is on the image's left";
        EXPECT_GT(l.x, 159.5 + 15);
        EXPECT_NEAR(r.x + l.x, 319, 12);
    }
    const Patch brows = patch_of(drawn, Region::brow_left), eyes = patch_of(drawn, Region::eye_left), nose = patch_of(drawn, Region::nose),
                upper = patch_of(drawn, Region::upper_lip), inside = patch_of(drawn, Region::mouth), lower = patch_of(drawn, Region::lower_lip),
                neck = patch_of(drawn, Region::neck), cloth = patch_of(drawn, Region::cloth), hair = patch_of(drawn, Region::hair);
    const Patch order[] = {hair, brows, eyes, nose, upper, inside, lower, neck, cloth};
    for (std::size_t i = 0; i + 1 < std::size(order); ++i) {
        EXPECT_GT(order[i].count, 20) << i;
        EXPECT_LT(order[i].y, order[i + 1].y) << i;
    }
    EXPECT_GT(patch_of(drawn, Region::skin).count, 5000);
    EXPECT_EQ(patch_of(drawn, Region::glasses).count, 0);
}

TEST(Render, GlassesAreAClassAndTheFaceShowsThroughLenses) {
    PersonWish wish;
    wish.glasses = 2;
    Shot shot = twins::portrait(cast().person(11, wish), {240, 240}, 1.3f);
    Renderer renderer(queue());
    const Drawn drawn(renderer.draw(shot));
    int through = 0;
    for (std::size_t i = 0; i < drawn.regions.size(); ++i) through += drawn.regions[i] == static_cast<std::uint8_t>(Region::glasses) && drawn.face[i] == 255;
    EXPECT_GT(through, 300);
}

TEST(Render, PlanesAgreeWithEachOther) {
    Shot shot = calm_portrait({160, 160}, 1.3f);
    Renderer renderer(queue());
    const Drawn drawn(renderer.draw(shot));
    int people = 0, faces = 0;
    for (std::size_t i = 0; i < drawn.who.size(); ++i) {
        const bool someone = drawn.who[i] != 0;
        people += someone;
        faces += drawn.face[i] != 0;
        ASSERT_EQ(someone, drawn.depth[i] > 0);
        ASSERT_EQ(someone, drawn.regions[i] != 0);
        ASSERT_TRUE(!someone || drawn.alpha[i] > 0);
        ASSERT_TRUE(drawn.face[i] == 0 || someone);
        const Vec3 n{drawn.normals[3 * i], drawn.normals[3 * i + 1], drawn.normals[3 * i + 2]};
        ASSERT_NEAR(length(n), someone ? 1 : 0, 1e-3f);
        ASSERT_TRUE(!someone || (drawn.depth[i] > 700 && drawn.depth[i] < 1300));
    }
    EXPECT_GT(people, 160 * 160 / 4);
    EXPECT_GT(faces, 2000);
    EXPECT_GT(drawn.faces[0].visible_share, 0.9f);
}

TEST(Render, AShiftedPictureHasAConstantFlow) {
    Shot now = calm_portrait({180, 140}, 1.1f), then = now;
    then.camera.cx += 3;
    then.camera.cy -= 2;
    Renderer renderer(queue());
    const Drawn here(renderer.draw(now, {true, true}, &then)), there(renderer.draw(then, {true, true}, &then));
    for (int y = 4; y < 136; ++y)
        for (int x = 4; x < 174; ++x) {
            ASSERT_NEAR(here.flow[2 * here.at(x, y)], 3, 2e-3);
            ASSERT_NEAR(here.flow[2 * here.at(x, y) + 1], -2, 2e-3);
            if (here.alpha[here.at(x, y)] < 255) continue;
            for (std::size_t c = 0; c < 3; ++c)
                ASSERT_LE(std::abs(here.picture[3 * here.at(x, y) + c] - there.picture[3 * here.at(x + 3, y - 2) + c]), 1) << x << ' ' << y;
        }
}

TEST(Render, FlowLeadsToTheSameSurfaceInTheNextFrame) {
    // Only ambient light, so that a place of the skin keeps its colour while the head turns.
    Shot now = calm_portrait({240, 240}, 1.3f);
    now.light.key = now.light.fill = now.light.rim = {0, 0, 0};
    now.light.ground = now.light.sky = {0.7f, 0.7f, 0.7f};
    now.sensor.samples = 3;
    Shot then = now;
    then.performers[0].pose.yaw = 1.5f;
    then.performers[0].pose.place.y = 2;
    Renderer renderer(queue());
    const Drawn here(renderer.draw(now, {true, true}, &then)), there(renderer.draw(then));
    int compared = 0, off_by_more = 0;
    double moved = 0;
    for (int y = 2; y < 238; ++y)
        for (int x = 2; x < 238; ++x) {
            const std::size_t at = here.at(x, y);
            if (here.face[at] == 0) continue;
            const float fx = static_cast<float>(x) + here.flow[2 * at], fy = static_cast<float>(y) + here.flow[2 * at + 1];
            const int x0 = static_cast<int>(std::floor(fx)), y0 = static_cast<int>(std::floor(fy));
            if (x0 < 0 || y0 < 0 || x0 + 1 >= 240 || y0 + 1 >= 240) continue;
            bool smooth = true;  // the whole footprint must show this surface, away from the edges of others
            for (int j = -1; j <= 2; ++j)
                for (int i = -1; i <= 2; ++i)
                    smooth = smooth && there.regions[there.at(std::clamp(x0 + i, 0, 239), std::clamp(y0 + j, 0, 239))] == here.regions[at];
            for (int j = -1; j <= 1; ++j)
                for (int i = -1; i <= 1; ++i)
                    smooth =
                        smooth && here.regions[here.at(x + i, y + j)] == here.regions[at] && std::fabs(here.depth[here.at(x + i, y + j)] - here.depth[at]) < 6;
            if (!smooth || (here.regions[at] != static_cast<std::uint8_t>(Region::skin) && here.regions[at] != static_cast<std::uint8_t>(Region::nose)))
                continue;
            moved += std::hypot(fx - static_cast<float>(x), fy - static_cast<float>(y));
            const float wx = fx - static_cast<float>(x0), wy = fy - static_cast<float>(y0);
            for (std::size_t c = 0; c < 3; ++c) {
                const auto pixel = [&](int px, int py) { return static_cast<float>(there.picture[3 * there.at(px, py) + c]); };
                const float found = mix(mix(pixel(x0, y0), pixel(x0 + 1, y0), wx), mix(pixel(x0, y0 + 1), pixel(x0 + 1, y0 + 1), wx), wy);
                ++compared;
                off_by_more += std::fabs(found - static_cast<float>(here.picture[3 * at + c])) > 1.5f;
            }
        }
    ASSERT_GT(compared, 12000);
    EXPECT_GT(moved / (compared / 3.0), 1.0) << "something must move for this to say anything";
    EXPECT_LT(off_by_more, compared / 50);
}

TEST(Render, OccludersHideTheFaceAndItsPoints) {
    Shot shot = calm_portrait({200, 200}, 1.2f);
    Renderer renderer(queue());
    const FaceTruth open = face_truth(queue(), shot, renderer.draw(shot)).at(0);
    Occluder mask;
    mask.kind = Occluder::Kind::ellipsoid;
    mask.from = {0, -75, 110};
    mask.to = {55, 35, 40};
    shot.occluders.push_back(mask);
    const Rendered rendered = renderer.draw(shot);
    const Drawn drawn(rendered);
    const FaceTruth hidden = face_truth(queue(), shot, rendered).at(0);
    for (std::size_t i = 48; i < 68; ++i) EXPECT_TRUE(open.visible[i]) << i;
    for (std::size_t i = 48; i < 68; ++i) EXPECT_FALSE(hidden.visible[i]) << i;
    EXPECT_TRUE(hidden.visible[37]);
    EXPECT_GT(open.visible_share, 0.9f);
    EXPECT_LT(hidden.visible_share, 0.75f);
    EXPECT_GT(hidden.visible_share, 0.3f);
    const auto mouth = drawn.at(static_cast<int>(hidden.points[66].x), static_cast<int>(hidden.points[66].y));
    EXPECT_EQ(drawn.who[mouth], 0);
    EXPECT_EQ(drawn.face[mouth], 0);
    EXPECT_GT(drawn.depth[mouth], 0);
    EXPECT_EQ(drawn.alpha[mouth], 0);
}

TEST(Render, ATurnedBackShowsNoFace) {
    Shot shot = calm_portrait();
    shot.performers[0].pose.turn = 180;
    Renderer renderer(queue());
    const Drawn drawn(renderer.draw(shot));
    EXPECT_EQ(drawn.faces[0].visible_share, 0);
    EXPECT_EQ(std::count(drawn.face.begin(), drawn.face.end(), 255), 0);
}

TEST(Render, ASwapLeavesEverythingButTheInnerFace) {
    Renderer renderer(queue());
    Shot own = twins::portrait(cast().person(8), {200, 200}, 1.1f), swapped = own;
    swapped.performers[0].figure = cast().swapped(8, 9, 0.85f);
    own.light.key = swapped.light.key = {0, 0, 0};  // a changed nose throws another shadow
    const Drawn a(renderer.draw(own)), b(renderer.draw(swapped));
    int changed = 0;
    for (std::size_t i = 0; i < a.who.size(); ++i) {
        bool differs = false;
        for (std::size_t c = 0; c < 3; ++c) differs = differs || std::abs(a.picture[3 * i + c] - b.picture[3 * i + c]) > 2;
        ASSERT_FALSE(differs && a.regions[i] == static_cast<std::uint8_t>(Region::cloth) && b.regions[i] == a.regions[i]);
        if (a.face[i] == 255) changed += differs;
    }
    EXPECT_GT(changed, 1000);
}

TEST(Render, NothingBreaksAtTheEdges) {
    Renderer renderer(queue());
    for (const twins::SynthCase& row : twins::synth_cases()) {
        if (row.name != "edges" && row.name != "poses" && row.name != "one_pixel" && row.name != "one_row" && row.name != "occluded") continue;
        const std::vector<Shot> shots = row.shots(cast(), 0), next = row.shots(cast(), 1);
        for (std::size_t i = 0; i < shots.size(); ++i) {
            const Rendered rendered = renderer.draw(shots[i], {true, true}, &next[i]);
            const Drawn drawn(rendered, shots[i].performers.size());
            for (const auto* plane : {&drawn.light, &drawn.depth, &drawn.normals, &drawn.flow})
                ASSERT_TRUE(std::all_of(plane->begin(), plane->end(), [](float x) { return std::isfinite(x); })) << row.name << ' ' << i;
            for (const FaceTruth& face : face_truth(queue(), shots[i], rendered)) {
                ASSERT_TRUE(std::isfinite(face.pitch) && std::isfinite(face.yaw) && std::isfinite(face.roll)) << row.name << ' ' << i;
                ASSERT_TRUE(face.visible_share >= 0 && face.visible_share <= 1) << row.name << ' ' << i;
                ASSERT_TRUE(std::isfinite(face.box.low.x) && std::isfinite(face.box.high.y)) << row.name << ' ' << i;
            }
        }
    }
}

TEST(Render, NoiseIsAHashOfPixelAndFrameWithTheAskedDeviation) {
    Shot shot = calm_portrait({160, 160});
    shot.performers.clear();
    shot.background.tint = {0.18f, 0.18f, 0.18f};
    Renderer renderer(queue());
    const std::vector<std::uint8_t> clean = values(renderer.draw(shot, {false, false}).picture);
    shot.sensor.noise = 5;
    const std::vector<std::uint8_t> noisy = values(renderer.draw(shot, {false, false}).picture), again = values(renderer.draw(shot, {false, false}).picture);
    EXPECT_EQ(noisy, again);
    shot.sensor.frame = 1;
    EXPECT_NE(noisy, values(renderer.draw(shot, {false, false}).picture));
    double sum = 0, squares = 0;
    for (std::size_t i = 0; i < clean.size(); ++i) {
        const double d = noisy[i] - clean[i];
        sum += d;
        squares += d * d;
    }
    const auto count = static_cast<double>(clean.size());
    EXPECT_NEAR(sum / count, 0, 0.1);
    EXPECT_NEAR(std::sqrt(squares / count), 5, 1);
}

TEST(Render, DefocusKeepsTheLightAndSoftensEdges) {
    Shot shot = calm_portrait({120, 120});
    Renderer renderer(queue());
    const std::vector<std::uint8_t> sharp = values(renderer.draw(shot, {false, false}).picture);
    shot.sensor.defocus = 4;
    const std::vector<std::uint8_t> soft = values(renderer.draw(shot, {false, false}).picture);
    const auto edges = [](const std::vector<std::uint8_t>& p) {
        double sum = 0;
        for (std::size_t i = 3; i < p.size(); ++i) sum += std::abs(p[i] - p[i - 3]);
        return sum;
    };
    const auto mean = [](const std::vector<std::uint8_t>& p) {
        double sum = 0;
        for (const std::uint8_t x : p) sum += x;
        return sum / static_cast<double>(p.size());
    };
    EXPECT_LT(edges(soft), 0.6 * edges(sharp));
    EXPECT_NEAR(mean(soft), mean(sharp), 3);
}

TEST(Render, RefusesWhatCannotBeDrawnInOneSentence) {
    Renderer renderer(queue());
    const auto refused = [&](const auto& change) {
        Shot shot = calm_portrait({32, 32});
        change(shot);
        EXPECT_THROW(renderer.draw(shot), Error);
    };
    refused([](Shot& s) { s.camera.size = {0, 10}; });
    refused([](Shot& s) { s.camera.size = {10, -1}; });
    refused([](Shot& s) { s.camera.size = {8193, 10}; });
    refused([](Shot& s) { s.camera.focal = 0; });
    refused([](Shot& s) { s.camera.focal = NAN; });
    refused([](Shot& s) { s.performers[0].figure = nullptr; });
    refused([](Shot& s) { s.performers.resize(65, s.performers[0]); });
    const Shot a = calm_portrait({32, 32}), b = calm_portrait({32, 33});
    EXPECT_THROW(renderer.draw(a, {true, true}, &b), Error);
    const Shot mixed[2] = {a, b};
    EXPECT_THROW(renderer.draw_stack(mixed), Error);
    EXPECT_THROW(renderer.draw(std::span<const Exposure>()), Error);
    EXPECT_NO_THROW(renderer.draw(a));
}

}  // namespace
}  // namespace mien::synth
