// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pattern.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "pipeline/shots.h"

namespace mien {
namespace {

TEST(Pattern, ParsesItsText) {
    EXPECT_FALSE(parse_pattern("film.mp4"));
    EXPECT_EQ(parse_pattern("pattern:")->size, (Size{640, 360}));
    const PatternSettings pattern = *parse_pattern("pattern:320x180x12");
    EXPECT_EQ(pattern.size, (Size{320, 180}));
    EXPECT_EQ(pattern.frames, 12);
    for (const char* bad : {"pattern:1", "pattern:320x180", "pattern:320x180x12x", "pattern:8x8x8", "pattern:320x180x0", "pattern:axbxc", "pattern:99999999999x1x1"}) EXPECT_THROW(parse_pattern(bad), Error) << bad;
}

TEST(Pattern, TrimsKeepNumbersAndTimes) {
    ReaderOptions options;
    options.trim_start = 5;
    options.trim_end = 8;
    const auto reader = open_pattern({{64, 48}, 20, {25, 1}}, options);
    for (int number = 5; number < 8; ++number) {
        const std::optional<Frame> frame = reader->next();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->number, number);
        EXPECT_DOUBLE_EQ(frame->time.seconds(), number / 25.0);
    }
    EXPECT_FALSE(reader->next());
}

TEST(Pattern, TheFaceIsWhereItIsSaidToBe) {
    const PatternSettings pattern{{640, 360}, 75, {25, 1}};
    const auto reader = open_pattern(pattern);
    for (int number = 0; number < 75; ++number) {
        const Frame frame = *reader->next();
        const std::vector<Face> faces = pattern_faces(pattern, number);
        ASSERT_EQ(faces.size(), 1u);
        EXPECT_GE(faces[0].box.low.x, 0);
        EXPECT_LT(faces[0].box.high.y, 360);
        // The pupils are the darkest spots of the drawing.
        const Point eye = faces[0].points5[0];
        EXPECT_LT(frame.plane<std::uint8_t>(0).at(static_cast<int>(eye.x + 0.5), static_cast<int>(eye.y + 0.5)), 80) << "frame " << number;
    }
}

TEST(Shots, ThePatternIsOneShotAndACutIsSeen) {
    ShotDetector detector;
    const auto reader = open_pattern({{320, 180}, 20, {25, 1}});
    EXPECT_TRUE(detector.first_of_shot(*reader->next()));
    while (const std::optional<Frame> frame = reader->next()) EXPECT_FALSE(detector.first_of_shot(*frame)) << frame->number;
    Frame black({Layout::yuv420, 8, false}, {320, 180});
    for (int y = 0; y < 180; ++y)
        for (int x = 0; x < 320; ++x) black.edit<std::uint8_t>(0).at(x, y) = 16;
    EXPECT_TRUE(detector.first_of_shot(black));
}

}  // namespace
}  // namespace mien
