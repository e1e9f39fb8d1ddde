// SPDX-License-Identifier: Apache-2.0
#include "synth/figure.h"

#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <utility>

#include "synth/face_zones.h"
#include "synth/head_template.h"
#include "synth/rig.h"

namespace mien::synth {
namespace {

/// The mean head: no trait departs from the template.
Person mean_person() {
    Person p;
    p[Trait::age] = 30;
    p[Trait::brow_thickness] = p[Trait::brow_darkness] = 1;
    return p;
}
std::vector<PosedVertex> posed(const Figure& figure, const Expression& e = {}, const Pose& pose = {}) {
    std::vector<PosedVertex> out(static_cast<std::size_t>(figure.vertex_count()));
    pose_figure(host_queue(), figure, e, pose, out.data());
    return out;
}

TEST(Figure, TheSameSeedGivesTheSameBytes) {
    for (const std::uint32_t seed : {1u, 2u, 9u}) {
        const Figure a(host_queue(), make_person(seed)), b(host_queue(), make_person(seed));
        ASSERT_EQ(a.vertex_count(), b.vertex_count());
        ASSERT_EQ(a.triangle_count(), b.triangle_count());
        EXPECT_EQ(std::memcmp(a.vertices().data(), b.vertices().data(), a.vertices().size() * sizeof(FigureVertex)), 0);
        EXPECT_EQ(std::memcmp(a.triangles().data(), b.triangles().data(), a.triangles().size() * sizeof(FigureTriangle)), 0);
        EXPECT_EQ(a.face_points().points, b.face_points().points);
    }
}

TEST(Figure, TheMeanHeadHasHumanMeasures) {
    const Figure figure(host_queue(), mean_person());
    const auto at = posed(figure);
    const HeadTemplate& head = head_template();
    Vec3 low{999, 999, 999}, high{-999, -999, -999};
    for (std::size_t i = 0; i < head.vertices.size(); ++i) {
        if (head.vertices[i].inside != Inside::none || head.vertices[i].level < -112) continue;
        const Vec3 p = at[i].at;
        low = {least(low.x, p.x), least(low.y, p.y), least(low.z, p.z)};
        high = {most(high.x, p.x), most(high.y, p.y), most(high.z, p.z)};
    }
    EXPECT_NEAR(high.x - low.x, 149, 1);
    EXPECT_NEAR(high.y, 118, 1);
    EXPECT_NEAR(low.z, -104, 1.5);
    EXPECT_NEAR(high.z, 121, 1);
    const auto point = [&](std::size_t i) { return at[static_cast<std::size_t>(figure.face_points().points[i])].at; };
    const auto apart = [&](std::size_t a, std::size_t b) { return length(point(a) - point(b)); };
    const auto pupil = [&](std::size_t s) { return at[static_cast<std::size_t>(figure.face_points().pupils[s])].at; };
    EXPECT_NEAR(length(pupil(0) - pupil(1)), 63.9, 0.5);  // the line of sight turns two degrees out
    EXPECT_NEAR(apart(36, 39), 31.9, 0.5);   // fissure
    EXPECT_NEAR(apart(39, 42), 32.1, 0.5);   // intercanthal
    EXPECT_NEAR(apart(36, 45), 95.4, 1);     // biocular
    EXPECT_NEAR(apart(48, 54), 49.3, 1);     // mouth
    EXPECT_NEAR(apart(0, 16), 140, 1.5);
    EXPECT_NEAR(apart(4, 12), 112, 2);
    EXPECT_NEAR(point(27).y - point(8).y, 117, 4);  // nasion to menton, point 8 being just above it
}

TEST(Figure, LandmarksLieWhereTheyShould) {
    for (const int detail : {1, 2}) {
        FigureOptions options;
        options.detail = detail;
        const Figure figure(host_queue(), mean_person(), options);
        const auto at = posed(figure);
        const auto point = [&](std::size_t i) { return at[static_cast<std::size_t>(figure.face_points().points[i])].at; };
        const auto on = [&](std::size_t i) { return figure.vertices()[static_cast<std::size_t>(figure.face_points().points[i])].on; };
        // Mirror partners of the iBUG order, image left first.
        std::map<std::size_t, std::size_t> partner;
        for (std::size_t i = 0; i < 9; ++i) partner[i] = 16 - i;
        for (std::size_t i = 17; i < 22; ++i) partner[i] = 43 - i;
        for (std::size_t i = 27; i < 31; ++i) partner[i] = i;
        for (std::size_t i = 31; i < 34; ++i) partner[i] = 66 - i;
        const std::size_t eyes[6][2]{{36, 45}, {37, 44}, {38, 43}, {39, 42}, {40, 47}, {41, 46}};
        const std::size_t mouth[11][2]{{48, 54}, {49, 53}, {50, 52}, {51, 51}, {59, 55}, {58, 56}, {57, 57}, {60, 64}, {61, 63}, {62, 62}, {67, 65}};
        for (const auto& pair : eyes) partner[pair[0]] = pair[1];
        for (const auto& pair : mouth) partner[pair[0]] = pair[1];
        for (const auto& [a, b] : partner) {
            EXPECT_NEAR(point(a).x, -point(b).x, 0.05) << a << " " << b << " detail " << detail;
            EXPECT_NEAR(point(a).y, point(b).y, 0.05) << a << " " << b;
            EXPECT_LE(point(a).x, a == b ? 0.05f : -1.0f) << a;  // the subject's right is image left
        }
        for (std::size_t i = 0; i < 8; ++i) EXPECT_GT(point(i).y, point(i + 1).y) << i;
        for (std::size_t i = 17; i < 22; ++i) EXPECT_GT(point(i).y, point(37).y + 8) << i;
        for (std::size_t i = 48; i < 60; ++i) {
            if (i == 48 || i == 54) EXPECT_NEAR(magnitude(on(i).x), 24.8f, 0.8f) << i;
            else EXPECT_TRUE(lip_mask(on(i) + Vec3{0, on(i).y > lip_y ? -1.2f : 1.2f, 0}) > 0.6f && lip_mask(on(i) + Vec3{0, on(i).y > lip_y ? 1.2f : -1.2f, 0}) < 0.4f) << i;
        }
        EXPECT_GT(point(37).y, point(41).y + 5);
        EXPECT_NEAR(point(62).y, point(66).y, 0.3);  // a closed mouth
        EXPECT_GT(point(30).z, point(33).z + 5);
    }
    // What is true of a face does not depend on how finely it is drawn.
    FigureOptions coarse;
    coarse.detail = 2;
    const Figure fine(host_queue(), make_person(4)), rough(host_queue(), make_person(4), coarse);
    Expression e;
    e[Action::smile] = e[Action::jaw] = e[Action::blink_left] = 0.7f;
    const auto a = posed(fine, e), b = posed(rough, e);
    const FacePoints &of_fine = fine.face_points(), &of_rough = rough.face_points();
    const auto expect_same_place = [&](std::int32_t here, std::int32_t there, std::size_t i) {
        EXPECT_EQ(a[static_cast<std::size_t>(here)].at, b[static_cast<std::size_t>(there)].at) << i;
    };
    for (std::size_t i = 0; i < 68; ++i) expect_same_place(of_fine.points[i], of_rough.points[i], i);
    for (std::size_t i = 0; i < of_fine.outline.size(); ++i) {
        EXPECT_EQ(of_fine.outline[i][0], of_fine.points[i]);
        for (std::size_t k = 0; k < of_fine.outline[i].size(); ++k) expect_same_place(of_fine.outline[i][k], of_rough.outline[i][k], i);
    }
}

/// Triangles that share an edge run along it in opposite directions, and only the collar and the innermost rows of the lids have a free edge.
TEST(Figure, TheHeadIsClosedAndOriented) {
    for (const int detail : {1, 2}) {
        const HeadTemplate& head = head_template(detail);
        std::map<std::pair<std::int32_t, std::int32_t>, int> edges;
        for (const auto& t : head.triangles)
            for (std::size_t k = 0; k < 3; ++k) ++edges[{t[k], t[(k + 1) % 3]}];
        for (const auto& [edge, count] : edges) {
            ASSERT_EQ(count, 1) << edge.first << " " << edge.second;
            if (edges.count({edge.second, edge.first}) != 0) continue;
            const auto open = [&](std::int32_t i) {
                const HeadVertex& v = head.vertices[static_cast<std::size_t>(i)];
                return v.row == 181 || v.inside == Inside::upper_lid || v.inside == Inside::lower_lid || (v.eye != 0 && magnitude(v.q) > 0.9f && magnitude(v.h) < 1e-3f);
            };
            ASSERT_TRUE(open(edge.first) && open(edge.second)) << "a hole at " << edge.first << ", detail " << detail;
        }
        double volume = 0;  // positive when triangles look outwards
        for (const auto& t : head.triangles) {
            const auto at = [&](std::size_t k) { return head.vertices[static_cast<std::size_t>(t[k])].at + Vec3{0, 60, 0}; };
            volume += static_cast<double>(dot(at(0), cross(at(1), at(2)))) / 6;
        }
        EXPECT_GT(volume, 4e6);
        EXPECT_LT(volume, 7e6);
    }
}

TEST(Figure, CoarseVerticesAreASubsetAndAQuarter) {
    const HeadTemplate &fine = head_template(1), &coarse = head_template(2);
    EXPECT_EQ(fine.columns, 180);
    EXPECT_EQ(fine.rows, 182);
    EXPECT_LT(coarse.vertices.size() * 3, fine.vertices.size());
    std::map<std::pair<float, float>, Vec3> places;
    for (int i = 0; i < fine.columns * fine.rows; ++i) {
        const HeadVertex& v = fine.vertices[static_cast<std::size_t>(i)];
        places[{v.column, v.row}] = v.at;
    }
    for (int i = 0; i < coarse.columns * coarse.rows; ++i) {
        const HeadVertex& v = coarse.vertices[static_cast<std::size_t>(i)];
        const auto found = places.find({v.column, v.row});
        ASSERT_NE(found, places.end());
        ASSERT_LT(length(found->second - v.at), 1e-4f) << i;
    }
    for (std::size_t s = 0; s < 2; ++s) {
        EXPECT_EQ(fine.vertices[static_cast<std::size_t>(fine.upper_lid[s].front())].q, coarse.vertices[static_cast<std::size_t>(coarse.upper_lid[s].front())].q);
        EXPECT_EQ(fine.vertices[static_cast<std::size_t>(fine.upper_lid[s].back())].q, coarse.vertices[static_cast<std::size_t>(coarse.upper_lid[s].back())].q);
    }
    EXPECT_EQ(fine.vertices[static_cast<std::size_t>(fine.upper_lip.front())].at, coarse.vertices[static_cast<std::size_t>(coarse.upper_lip.front())].at);
    FigureOptions options;
    options.detail = 2;
    const Figure whole(host_queue(), make_person(5)), light(host_queue(), make_person(5), options);
    EXPECT_LT(light.triangle_count() * 3, whole.triangle_count());
}

TEST(Figure, ASwapTakesTheInnerFaceAndKeepsTheRest) {
    const Person target = make_person(11), source = make_person(12);
    FigureOptions options;
    options.other = &source;
    const Figure plain(host_queue(), target), swapped(host_queue(), target, options), giver(host_queue(), source);
    ASSERT_NE(swapped.other(), nullptr);
    EXPECT_EQ(swapped.other()->seed, 12u);
    EXPECT_EQ(plain.other(), nullptr);
    ASSERT_EQ(plain.vertex_count(), swapped.vertex_count());
    int same = 0, given = 0;
    for (std::size_t i = 0; i < head_template().vertices.size(); ++i) {
        const float share = swap_share(plain.vertices()[i].on);
        const Vec3 rest = swapped.vertices()[i].rest;
        same += share <= 0;
        given += share >= 1;
        ASSERT_LT(share <= 0 ? length(plain.vertices()[i].rest - rest) : 0, 1e-6f) << i;
        ASSERT_LT(share >= 1 ? length(giver.vertices()[i].rest - rest) : 0, 1e-3f) << i;
    }
    EXPECT_GT(same, 5000);
    EXPECT_GT(given, 5000);
    for (std::size_t s = 0; s < 2; ++s) EXPECT_EQ(swapped.eyes()[s].centre, giver.eyes()[s].centre);
}

TEST(Figure, TrianglesSayWhatTheyAre) {
    PersonWish wish;
    wish.sex = 1;
    wish.age = 30;
    wish.glasses = 1;
    wish.hair_style = 6;
    Person person = make_person(3, wish);
    person[Trait::beard] = 0.8f;
    const Figure figure(host_queue(), person);
    std::map<Material, int> seen;
    for (const FigureTriangle& t : figure.triangles()) {
        ++seen[t.material];
        for (const std::int32_t v : {t.a, t.b, t.c}) {
            ASSERT_TRUE(v >= 0 && v < figure.vertex_count());
            ASSERT_EQ(figure.vertices()[static_cast<std::size_t>(v)].material, t.material);
        }
        const bool shell = t.material == Material::beard || t.material == Material::lash || (t.material == Material::hair && t.layer != 50);
        EXPECT_EQ((t.flags & FigureTriangle::cut_out) != 0, shell);
        EXPECT_EQ((t.flags & FigureTriangle::in_mouth) != 0, t.material == Material::teeth || t.material == Material::tongue);
    }
    for (const Material m : {Material::skin, Material::ear, Material::eye, Material::teeth, Material::tongue, Material::hair, Material::beard, Material::lash,
                             Material::cloth, Material::frame, Material::lens})
        EXPECT_GT(seen[m], 0) << static_cast<int>(m);
}

}  // namespace
}  // namespace mien::synth
