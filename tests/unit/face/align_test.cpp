// SPDX-License-Identifier: Apache-2.0
#include "face/align.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mien {
namespace {

constexpr double pi = 3.14159265358979323846;

Affine similarity(double scale, double degrees, double x, double y) {
    const double a = scale * std::cos(degrees * pi / 180), b = scale * std::sin(degrees * pi / 180);
    return {a, -b, x, b, a, y};
}

void expect_near(const Affine& ours, const Affine& wanted, double tolerance = 1e-9) {
    for (const auto& [value, other] :
         {std::pair(ours.a, wanted.a), {ours.b, wanted.b}, {ours.c, wanted.c}, {ours.d, wanted.d}, {ours.e, wanted.e}, {ours.f, wanted.f}})
        EXPECT_NEAR(value, other, tolerance);
}

void expect_near(Point ours, Point wanted, double tolerance = 1e-9) {
    EXPECT_NEAR(ours.x, wanted.x, tolerance);
    EXPECT_NEAR(ours.y, wanted.y, tolerance);
}

constexpr Points5 face{{{300.5, 210}, {371, 204.25}, {333, 262}, {310, 300}, {365.5, 296}}};

TEST(Align, AKnownSimilarityIsFoundAgain) {
    for (const double degrees : {0.0, 17.5, 90.0, -133.0, 180.0})
        for (const double scale : {0.01, 1.0, 7.5}) {
            const Affine map = similarity(scale, degrees, -40, 1000);
            expect_near(estimate_similarity(face, map_points(map, face)), map, 1e-9 * 1000);
        }
}

TEST(Align, NoOtherSimilarityIsNearer) {
    Points5 to = template_points(Template::ffhq_512);
    const Affine best = estimate_similarity(face, to);
    const auto cost = [&](const Affine& map) {
        double sum = 0;
        for (std::size_t i = 0; i < 5; ++i) {
            const Point p = map(face[i]);
            sum += (p.x - to[i].x) * (p.x - to[i].x) + (p.y - to[i].y) * (p.y - to[i].y);
        }
        return sum;
    };
    for (const double step : {-1e-4, 1e-4}) {
        Affine turned = best, scaled = best, moved = best;
        turned.b -= step, turned.d += step;
        scaled.a += step, scaled.e += step;
        moved.c += step;
        for (const Affine& other : {turned, scaled, moved}) EXPECT_GT(cost(other), cost(best));
    }
}

TEST(Align, PointsInOnePlaceOnlyMove) {
    Points5 same;
    same.fill({12, 34});
    const Affine map = estimate_similarity(same, template_points(Template::ffhq_512));
    EXPECT_EQ(map.a, 1);
    EXPECT_EQ(map.b, 0);
    EXPECT_TRUE(std::isfinite(map.c) && std::isfinite(map.f));
}

TEST(Align, ALargeCropIsTheSmallOneEnlarged) {
    const Affine small = align_to(Template::arcface_128, 128, face), large = align_to(Template::arcface_128, 2048, face);
    expect_near(large, {small.a * 16, small.b * 16, small.c * 16, small.d * 16, small.e * 16, small.f * 16});
    Points5 placed = template_points(Template::mtcnn_512);
    for (Point& point : placed) point = {point.x * 512, point.y * 512};
    expect_near(align_to(Template::mtcnn_512, 512, placed), {});
}

TEST(Align, TemplatesAreFacesInTheUnitSquare) {
    for (const Template name : {Template::arcface_112_v1, Template::arcface_112_v2, Template::arcface_128, Template::dfl_whole_face, Template::ffhq_512,
                                Template::mtcnn_512, Template::styleganex_384}) {
        const Points5& p = template_points(name);
        for (const Point& point : p) EXPECT_TRUE(point.x > 0 && point.x < 1 && point.y > 0 && point.y < 1) << name_of(name);
        EXPECT_LT(p[0].x, p[1].x) << name_of(name);
        EXPECT_LT(p[3].x, p[4].x) << name_of(name);
        EXPECT_LT(p[0].y, p[2].y) << name_of(name);
        EXPECT_LT(p[2].y, p[3].y) << name_of(name);
    }
}

TEST(Align, PasteAreaRoundsCornersWhenFaithful) {
    // The crop's corners lie at (10.5, 20.5) and (110.5, 120.5).
    const Affine to_crop{1, 0, -10.5, 0, 1, -20.5};
    EXPECT_EQ(paste_area(to_crop, {100, 100}, {640, 480}, true).region, (Rect{10, 20, 100, 100})) << "half to even";
    const PasteArea exact = paste_area(to_crop, {100, 100}, {640, 480}, false);
    EXPECT_EQ(exact.region, (Rect{10, 20, 101, 101}));
    expect_near(exact.crop_to_region({0, 0}), {0.5, 0.5});
}

TEST(Align, PasteAreaEndsWithTheFrame) {
    EXPECT_EQ(paste_area({1, 0, 30, 0, 1, 5}, {100, 100}, {50, 480}, false).region, (Rect{0, 0, 50, 95}));
    EXPECT_TRUE(paste_area({1, 0, 500, 0, 1, 0}, {100, 100}, {50, 50}, true).region.empty());
    EXPECT_TRUE(paste_area({1e-12, 0, 0, 0, 1e-12, 0}, {100, 100}, {50, 50}, false).region.width <= 50) << "a face of no size";
}

TEST(Align, CanvasOfQuarterTurns) {
    const Size size{300, 200};
    EXPECT_EQ(rotate_canvas(size, 0).canvas, size);
    expect_near(rotate_canvas(size, 0).frame_to_canvas, {});
    // Counter-clockwise: the top right corner goes to the top left.
    const RotatedCanvas quarter = rotate_canvas(size, 90);
    EXPECT_EQ(quarter.canvas, (Size{200, 300}));
    expect_near(quarter.frame_to_canvas({300, 0}), {0, 0});
    expect_near(quarter.frame_to_canvas({0, 0}), {0, 300});
    expect_near(rotate_canvas(size, 180).frame_to_canvas({0, 0}), {300, 200});
    expect_near(rotate_canvas(size, 270).frame_to_canvas({0, 0}), {200, 0});
    const RotatedCanvas turned = rotate_canvas(size, 90);
    expect_near(invert(turned.frame_to_canvas)(turned.frame_to_canvas({12, 34})), {12, 34});
}

TEST(Align, FivePointsOfSixtyEight) {
    Points68 points;
    for (std::size_t i = 0; i < 68; ++i) points[i] = {static_cast<double>(i), 2.0 * static_cast<double>(i)};
    const Points5 five = reduce_to_5(points);
    expect_near(five[0], {38.5, 77});
    expect_near(five[1], {44.5, 89});
    EXPECT_EQ(five[2], points[30]);
    EXPECT_EQ(five[3], points[48]);
    EXPECT_EQ(five[4], points[54]);
}

TEST(Align, AngleIsTheNearestQuarterTurn) {
    Points68 points{};
    const auto angle_at = [&](double degrees) {
        points[16] = {100 * std::cos(degrees * pi / 180), 100 * std::sin(degrees * pi / 180)};
        return face_angle(points);
    };
    for (const auto& [degrees, wanted] :
         {std::pair(0.0, 0), {44.0, 0}, {46.0, 90}, {134.0, 90}, {136.0, 180}, {-136.0, 180}, {-134.0, 270}, {-46.0, 270}, {-44.0, 0}})
        EXPECT_EQ(angle_at(degrees), wanted) << degrees;
}

TEST(Align, UprightAngleIsRightInProfileToo) {
    // Both eyes and both corners of the mouth nearly in one line, as a profile has them; turned with the picture, y down.
    const Points5 profile{Point{-2, -30}, {2, -30}, {-25, 0}, {-12, 30}, {-9, 30}};
    for (const auto& [degrees, wanted] : {std::pair(0.0, 0), {30.0, 0}, {70.0, 90}, {90.0, 90}, {180.0, 180}, {-90.0, 270}, {-30.0, 0}, {350.0, 0}}) {
        const double c = std::cos(degrees * pi / 180), s = std::sin(degrees * pi / 180);
        Points5 turned;
        for (std::size_t i = 0; i < 5; ++i) turned[i] = {c * profile[i].x - s * profile[i].y, s * profile[i].x + c * profile[i].y};
        EXPECT_EQ(upright_angle(turned), wanted) << degrees;
    }
}

TEST(Align, BoxHoldsAllPoints) {
    const Box box = bounding_box(face);
    EXPECT_EQ(box.low, (Point{300.5, 204.25}));
    EXPECT_EQ(box.high, (Point{371, 300}));
}

}  // namespace
}  // namespace mien
