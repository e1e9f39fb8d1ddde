// What a writer writes follows from frames and options alone: again, from memory that was used before, and in segments.
// SPDX-License-Identifier: Apache-2.0
#include <random>

#include "films.h"
#include "media/writer.h"

namespace mien {
namespace {
using namespace test;

TEST(Writer, BytesRepeat) {
    NEEDS_CLIPS();
    const Scratch scratch;
    const std::pair<const char*, const char*> cases[] = {{"libx264", "out.mp4"}, {"libx265", "out.mp4"}, {"libvpx-vp9", "out.webm"}, {"ffv1", "out.mkv"}, {"prores", "out.mov"}};
    for (const auto& [encoder, to] : cases) {
        WriterOptions options;
        options.video_encoder = encoder;
        std::vector<std::string> bytes;
        for (const int threads : {1, 8}) {
            ReaderOptions reading;
            reading.threads = threads;
            rewrite(clip("many.mp4"), scratch / to, options, reading);
            bytes.push_back(content(scratch / to));
        }
        EXPECT_GT(bytes[0].size(), 1000U);
        EXPECT_EQ(bytes[0], bytes[1]) << encoder;
    }
}

// Encoding again in the same process, where memory holds what was there before, gives the same packets. 20 macroblocks in a row are what x264's AVX-512 code stumbles over.
TEST(Writer, BytesDoNotFollowFromMemory) {
    const Scratch scratch;
    FilmInfo info;
    info.format = {.layout = Layout::yuv420, .depth = 8};
    info.size = {320, 240};
    info.frame_rate = {25, 1};
    info.time_base = {1, 25};
    std::minstd_rand random(1);
    std::vector<std::uint8_t> noise(512 * 512);
    for (std::uint8_t& value : noise) value = static_cast<std::uint8_t>(random() >> 8);
    const auto texture = [&](int x, int y) { return noise[static_cast<std::size_t>(y % 512 * 512 + x % 512)]; };
    std::vector<std::string> first;
    for (int again = 0; again < 8; ++again) {
        const std::filesystem::path path = scratch / ("film" + std::to_string(again) + ".mkv");
        const auto writer = open_film_writer(path, info, WriterOptions{});
        for (int number = 0; number < 30; ++number) {
            Frame frame(info.format, info.size);
            frame.number = number;
            frame.time = {number, info.time_base};
            for (int plane = 0; plane < 3; ++plane) {
                const View<std::uint8_t> view = frame.edit<std::uint8_t>(plane);
                for (int y = 0; y < view.size.height; ++y)
                    for (int x = 0; x < view.size.width; ++x) view.at(x, y) = static_cast<std::uint8_t>((texture(x / 4 + 2 * number, y / 4 + number) + texture(x + number, y)) / 2);
            }
            writer->put(frame);
        }
        writer->finish();
        const std::vector<std::string> now = packets(path, AVMEDIA_TYPE_VIDEO)[0];
        if (first.empty()) first = now;
        EXPECT_EQ(first, now) << again;
    }
}

// A segment's packets are those of a film that starts with it: nothing of what is before is remembered.
TEST(Writer, SegmentsStandAlone) {
    NEEDS_CLIPS();
    const Scratch scratch;
    constexpr int length = 10;
    for (const char* const encoder : {"libx264", "libx265", "libvpx-vp9", "ffv1"}) {
        SCOPED_TRACE(encoder);
        WriterOptions options;
        options.video_encoder = encoder;
        options.segment_frames = length;
        rewrite(clip("plain.mp4"), scratch / "whole.mkv", options);
        const Film before = watch(clip("plain.mp4")), after = watch(scratch / "whole.mkv");
        ASSERT_GT(before.frames.size(), 2U * length);
        EXPECT_EQ(before.times({1, 1000}), after.times({1, 1000}));
        WriterOptions trimmed = options;
        ReaderOptions reading;
        reading.trim_start = trimmed.trim_start = length;
        rewrite(clip("plain.mp4"), scratch / "rest.mkv", trimmed, reading);
        const std::vector<Shown> rest = watch(scratch / "rest.mkv").frames;
        ASSERT_EQ(rest.size(), after.frames.size() - length);
        for (std::size_t i = 0; i < rest.size(); ++i) EXPECT_EQ(rest[i].digest, after.frames[i + length].digest) << i;
    }
}

}  // namespace
}  // namespace mien
