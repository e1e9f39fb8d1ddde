// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/error.h"
#include "unit/pipeline/made_up.h"

namespace mien {
namespace {

constexpr Size frame_size{320, 240};
const std::vector<std::string> all_items{"bounding-box", "face-landmark-5", "face-landmark-5/68", "face-landmark-68", "face-landmark-68/5", "face-mask"};

std::unique_ptr<Processor> open(std::vector<std::string> items, bool faithful = false, std::vector<std::string> masks = {"box"}) {
    Settings settings;
    settings.debugger.items = std::move(items);
    settings.masks.types = std::move(masks);
    settings.faithful = faithful;
    return open_face_debugger({settings, made_up::store(), {}, host_queue()});
}

using Pixel = std::array<int, 3>;
template <class T> Pixel pixel(const Picture<T>& picture, Point at) {
    const int x = static_cast<int>(at.x), y = static_cast<int>(at.y);
    return {picture.view().at(x, y, 0), picture.view().at(x, y, 1), picture.view().at(x, y, 2)};
}
Picture<std::uint8_t> drawn(const std::vector<std::string>& items, const Face& face) {
    Picture<std::uint8_t> picture = made_up::picture<std::uint8_t>(frame_size, 8);
    Tally tally;
    made_up::paint_whole(*open(items), std::array{face}, 8, picture, tally);
    EXPECT_EQ(tally.processed, 1);
    return picture;
}
constexpr Pixel red{255, 0, 0}, light_red{255, 100, 100}, green{0, 255, 0}, cyan{0, 255, 255};

TEST(FaceDebugger, ACanvasOfTheFootprintGivesTheWholeFramesBytes) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<std::vector<Face>> casts{{made_up::face({160.3, 120.8}, 300, -31)},
                                               {made_up::face({151, 99}, 40, 77)},
                                               {made_up::face({90, 110}, 90, 3), made_up::face({140, 120}, 110, -20, 2)},
                                               {made_up::face({5, 230}, 120, 45)}};
    for (const bool faithful : {false, true}) {
        const auto debugger = open(all_items, faithful);
        for (const std::vector<Face>& faces : casts) {
            made_up::expect_footprint_holds<std::uint8_t>(*debugger, faces, frame_size, 8);
            made_up::expect_footprint_holds<std::uint16_t>(*debugger, faces, frame_size, 10);
        }
    }
    made_up::expect_footprint_holds<std::uint8_t>(*open({"face-mask"}, true, {"box", "occlusion", "area", "region"}), casts[1], frame_size, 8);
}

TEST(FaceDebugger, DrawsTheBoxWithALightLineOnTheHeadsTop) {
    Face face = made_up::face({160, 120}, 120);
    face.box = {{100.9, 60.2}, {200.7, 180.1}};
    const Point top{150, 60}, right{200, 120}, bottom{150, 180}, left{100, 120};
    const std::array<Point, 4> middles{top, right, bottom, left};
    for (int turns = 0; turns < 4; ++turns) {
        face.angle = turns * 90;
        const Picture<std::uint8_t> picture = drawn({"bounding-box"}, face);
        for (int side = 0; side < 4; ++side) EXPECT_EQ(pixel(picture, middles[static_cast<std::size_t>(side)]), side == turns ? light_red : red) << turns << " " << side;
    }
}

TEST(FaceDebugger, ColoursPointsByWhereTheyComeFrom) {
    MIEN_NEEDS_NETWORKS();
    Face face = made_up::face({160, 120}, 120);
    EXPECT_EQ(pixel(drawn({"face-landmark-5"}, face), face.points5[2]), red);
    EXPECT_EQ(pixel(drawn({"face-landmark-5/68"}, face), face.points5_68[2]), green);
    EXPECT_EQ(pixel(drawn({"face-landmark-68"}, face), face.points68[30]), green);
    EXPECT_EQ(pixel(drawn({"face-landmark-68/5"}, face), face.points68_5[30]), cyan);
    face.points5_68 = face.points5;
    EXPECT_EQ(pixel(drawn({"face-landmark-5/68"}, face), face.points5_68[2]), cyan);
    face.points68 = face.points68_5;
    EXPECT_EQ(pixel(drawn({"face-landmark-68"}, face), face.points68[30]), cyan);
}

TEST(FaceDebugger, DrawsPointsOverTheMask) {
    MIEN_NEEDS_NETWORKS();
    const Face face = made_up::face({160, 120}, 120);
    const Picture<std::uint8_t> picture = drawn({"face-landmark-5", "face-mask"}, face);
    EXPECT_EQ(pixel(picture, face.points5[0]), red);
    int outline = 0;
    for (int y = 0; y < frame_size.height; ++y)
        for (int x = 0; x < frame_size.width; ++x) outline += pixel(picture, {static_cast<double>(x), static_cast<double>(y)}) == green;
    EXPECT_GT(outline, 4 * 100);  // a square of about 120, two pixels wide
}

TEST(FaceDebugger, GuessesPointsThatTheSidecarDoesNotKeep) {
    MIEN_NEEDS_NETWORKS();
    Face face = made_up::face({160, 120}, 120);
    face.points68_5 = {};
    made_up::expect_footprint_holds<std::uint8_t>(*open({"face-landmark-68/5"}), std::array{face}, frame_size, 8);
}

TEST(FaceDebugger, DrawsInTheCanvasDepth) {
    const Face face = made_up::face({160, 120}, 120);
    Picture<std::uint16_t> picture = made_up::picture<std::uint16_t>(frame_size, 10);
    Tally tally;
    made_up::paint_whole(*open({"face-landmark-5"}), std::array{face}, 10, picture, tally);
    EXPECT_EQ(pixel(picture, face.points5[2]), (Pixel{1023, 0, 0}));
}

TEST(FaceDebugger, RefusesUnknownItems) {
    const std::string refusal = made_up::error_of([] { open({"face-landmark-99"}); });
    EXPECT_EQ(refusal.rfind("usage: ", 0), 0U) << refusal;
    EXPECT_NE(refusal.find("face-landmark-68/5"), std::string::npos) << refusal;
}

TEST(FaceDebugger, DescribesItself) {
    EXPECT_EQ(open({"face-landmark-5", "bounding-box"})->describe(), "face_debugger bounding-box face-landmark-5");
}

}  // namespace
}  // namespace mien
