// SPDX-License-Identifier: Apache-2.0
#include "pipeline/synth_film.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace mien {
namespace {

TEST(SynthFilm, ParsesItsText) {
    EXPECT_FALSE(parse_synth("film.mp4"));
    EXPECT_EQ(parse_synth("synth:")->scene, "talk");
    const SynthOrder order = *parse_synth("synth:crowd?people=1,5-7&size=320x180&frames=12&fps=30000/1001");
    EXPECT_EQ(order.scene, "crowd");
    EXPECT_EQ(order.people, (std::vector<std::uint32_t>{1, 5, 6, 7}));
    EXPECT_EQ(order.size, (Size{320, 180}));
    EXPECT_EQ(order.frames, 12);
    EXPECT_EQ(order.frame_rate, (Ratio{30000, 1001}));
    for (const char* bad : {"synth:talk?size=1x1", "synth:talk?size=8", "synth:talk?faces=3", "synth:talk?people=", "synth:talk?people=-1", "synth:talk?fps=0", "synth:talk?frames=x", "synth:talk?size", "synth:talk?&"})
        EXPECT_THROW(parse_synth(bad), Error) << bad;
    EXPECT_THROW(read_scene(*parse_synth("synth:nosuch")), Error);
    EXPECT_THROW(read_scene(*parse_synth("synth:talk?frames=0")), Error);
}

TEST(SynthFilm, AnotherRateKeepsTheLength) {
    EXPECT_EQ(read_scene(*parse_synth("synth:talk")).frames, 200);
    EXPECT_EQ(read_scene(*parse_synth("synth:talk?fps=50")).frames, 400);
    EXPECT_EQ(read_scene(*parse_synth("synth:talk?fps=50&frames=7")).frames, 7);
}

TEST(SynthFilm, TrimsKeepNumbersTimesAndPixels) {
    const synth::Staging staging(host_queue(), read_scene(*parse_synth("synth:still?size=64x48&frames=6")));
    const auto whole = open_synth(staging);
    std::vector<Frame> frames;
    while (std::optional<Frame> frame = whole->next()) frames.push_back(std::move(*frame));
    ASSERT_EQ(frames.size(), 6u);
    ReaderOptions options;
    options.trim_start = 3;
    options.trim_end = 5;
    const auto part = open_synth(staging, options);
    for (std::size_t number = 3; number < 5; ++number) {
        const std::optional<Frame> frame = part->next();
        ASSERT_TRUE(frame);
        EXPECT_EQ(frame->number, static_cast<std::int64_t>(number));
        EXPECT_EQ(frame->time.seconds(), static_cast<double>(number) / 25);
        EXPECT_EQ(digest(*frame), digest(frames[number]));
    }
    EXPECT_FALSE(part->next());
}

TEST(SynthFilm, FacesAreWherePeopleAre) {
    const synth::Staging staging(host_queue(), read_scene(*parse_synth("synth:talk?size=128x96&frames=3")));
    SynthFaces faces(staging);
    const std::vector<Face> found = faces(1);
    ASSERT_EQ(found.size(), 2u);
    for (const Face& face : found) {
        EXPECT_GT(face.box.low.x, 0);
        EXPECT_LT(face.box.high.x, 128);
        EXPECT_LT(face.points5[0].x, face.points5[1].x);
        EXPECT_LT(face.points5[0].y, face.points5[3].y);
    }
    EXPECT_TRUE(faces(3).empty());
    EXPECT_TRUE(faces(-1).empty());
}

}  // namespace
}  // namespace mien
