// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "synth/render.h"
#include "unit/synth/calm_portrait.h"

namespace mien::synth {
namespace {

TEST(FaceTruth, PointsAreWhereTheVerticesAre) {
    Shot shot = calm_portrait({240, 200});
    shot.performers[0].pose = {5, -20, 8, {12, -9, 40}, 10};
    shot.performers[0].expression[Action::smile] = 0.7f;
    shot.camera.axes = rotation(3, 4, 5);
    Renderer renderer(queue());
    const Rendered drawn = renderer.draw(shot);
    const std::vector<FaceTruth> truth = face_truth(queue(), shot, drawn);
    ASSERT_EQ(truth.size(), 1u);
    const Figure& figure = *shot.performers[0].figure;
    std::vector<PosedVertex> posed(static_cast<std::size_t>(figure.vertex_count()));
    pose_figure(queue(), figure, shot.performers[0].expression, shot.performers[0].pose, posed.data());
    for (std::size_t i = 17; i < 68; ++i) {
        const Vec3 seen = shot.camera.project(posed[static_cast<std::size_t>(figure.face_points().points[i])].at);
        EXPECT_EQ(truth[0].points[i].x, seen.x);
        EXPECT_EQ(truth[0].points[i].y, seen.y);
        EXPECT_NEAR(truth[0].points_3d[i].z, -seen.z, 1e-3f);
    }
    // The chin and the ends of the outline are places of their rows.
    for (const std::size_t i : {0u, 8u, 16u}) {
        const FacePoints::OutlineRow& row = figure.face_points().outline[i];
        EXPECT_TRUE(std::any_of(row.begin(), row.end(), [&](std::int32_t vertex) {
            const Vec3 seen = shot.camera.project(posed[static_cast<std::size_t>(vertex)].at);
            return truth[0].points[i].x == static_cast<double>(seen.x) && truth[0].points[i].y == static_cast<double>(seen.y) &&
                   magnitude(truth[0].points_3d[i].z + seen.z) < 1e-3f;
        })) << i;
    }
    const Point &right_eye = truth[0].points_5[0], &left_eye = truth[0].points_5[1];
    EXPECT_LT(right_eye.x, left_eye.x) << "image left first";
}

TEST(FaceTruth, TheOutlineIsWhereTheCameraSeesItEnd) {
    Shot shot = calm_portrait({240, 200});
    Renderer renderer(queue());
    for (const float yaw : {-50.0f, 0.0f, 35.0f}) {
        shot.performers[0].pose.yaw = yaw;
        const Rendered drawn = renderer.draw(shot);
        const FaceTruth face = face_truth(queue(), shot, drawn)[0];
        const Figure& figure = *shot.performers[0].figure;
        std::vector<PosedVertex> posed(static_cast<std::size_t>(figure.vertex_count()));
        pose_figure(queue(), figure, shot.performers[0].expression, shot.performers[0].pose, posed.data());
        const double eyes = std::hypot(face.points[36].x - face.points[45].x, face.points[36].y - face.points[45].y);
        for (std::size_t i = 0; i < 17; ++i) {
            // No place of a row reaches further out than the outline does at its height; around the chin straight lines cut corners.
            const double side = i < 8 ? -1 : 1;
            if (i > 5 && i < 11) continue;
            for (const std::int32_t vertex : figure.face_points().outline[i]) {
                const Vec3 seen = shot.camera.project(posed[static_cast<std::size_t>(vertex)].at);
                const std::size_t first = i < 8 ? 0 : 8, last = first + 8;
                for (std::size_t k = first; k < last; ++k) {
                    const Point &a = face.points[k], &b = face.points[k + 1];
                    const double y = static_cast<double>(seen.y);
                    if ((y - a.y) * (y - b.y) > 0 || a.y == b.y) continue;
                    const double outline = a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y);
                    EXPECT_LE(side * (static_cast<double>(seen.x) - outline), 0.05 * eyes) << "yaw " << yaw << " point " << i;
                }
            }
        }
        // Points lie evenly between an end and the chin.
        for (const std::size_t first : {0u, 8u}) {
            std::vector<double> steps;
            for (std::size_t k = first; k < first + 8; ++k)
                steps.push_back(std::hypot(face.points[k + 1].x - face.points[k].x, face.points[k + 1].y - face.points[k].y));
            const auto [least_step, most_step] = std::minmax_element(steps.begin(), steps.end());
            EXPECT_LT(*most_step, 1.7 * *least_step) << "yaw " << yaw;
        }
    }
}

TEST(FaceTruth, PointsInSpaceProjectOntoThePointsOfThePicture) {
    // Truth files hold both: who reads them may project one onto the other with the camera alone.
    Renderer renderer(queue());
    int compared = 0;
    for (const twins::SynthCase& row : twins::synth_cases()) {
        if (row.name != "poses" && row.name != "occluded") continue;
        for (const Shot& shot : row.shots(cast(), 0)) {
            for (const FaceTruth& face : face_truth(queue(), shot, renderer.draw(shot)))
                for (std::size_t i = 0; i < 68; ++i) {
                    const Vec3 at = face.points_3d[i];
                    if (at.z > -100) continue;  // beside or behind the camera
                    const double x = shot.camera.cx - static_cast<double>(shot.camera.focal) * static_cast<double>(at.x) / static_cast<double>(at.z);
                    const double y = shot.camera.cy + static_cast<double>(shot.camera.focal) * static_cast<double>(at.y) / static_cast<double>(at.z);
                    ASSERT_NEAR(face.points[i].x, x, 1e-3) << row.name << ' ' << i;
                    ASSERT_NEAR(face.points[i].y, y, 1e-3) << row.name << ' ' << i;
                    ++compared;
                }
        }
    }
    EXPECT_GT(compared, 500);
}

TEST(FaceTruth, AnglesAreThoseOfTheHeadBeforeTheCamera) {
    Shot shot = calm_portrait({64, 64});
    shot.performers[0].pose.pitch = 12;
    shot.performers[0].pose.yaw = -33;
    shot.performers[0].pose.roll = 21;
    Renderer renderer(queue());
    FaceTruth face = face_truth(queue(), shot, renderer.draw(shot)).at(0);
    EXPECT_NEAR(face.pitch, 12, 0.01f);
    EXPECT_NEAR(face.yaw, -33, 0.01f);
    EXPECT_NEAR(face.roll, 21, 0.01f);
    // A camera that is rolled sees a head that is rolled the other way.
    shot.performers[0].pose = {};
    shot.camera.axes = rotation(0, 0, 30);
    face = face_truth(queue(), shot, renderer.draw(shot)).at(0);
    EXPECT_NEAR(face.roll, 30, 0.01f);
    shot.performers[0].pose.yaw = 90;
    face = face_truth(queue(), shot, renderer.draw(shot)).at(0);
    EXPECT_TRUE(std::isfinite(face.pitch) && std::isfinite(face.yaw) && std::isfinite(face.roll));
}

}  // namespace
}  // namespace mien::synth
