// SPDX-License-Identifier: Apache-2.0
#include "media/reader.h"

#include <algorithm>
#include <fstream>

#include "films.h"

namespace mien {
namespace {
using namespace test;

const std::vector<std::string> whole_films = {
    "plain.mp4", "vfr.mkv", "vfr.mp4", "bframes_open_gop.mp4", "bframes_open_gop.mkv", "open_gop.hevc.mp4", "rotated.mp4", "many.mkv", "many.mp4", "ten.hevc.mp4",
    "ten.ffv1.mkv", "ten.prores.mov", "rgb.ffv1.mkv", "rgb.x264.mp4", "alpha.mov", "full_range.mkv", "odd.webm", "odd.ffv1.mkv", "odd444.mp4", "long_gop.mp4",
    "short_gop.mkv", "late.mkv", "late.mp4", "edit_list.mp4", "no_durations.avi", "gray.mkv", "strange.nv12.avi", "strange.pal8.gif", "strange.yuv411.mov", "transport.ts"};

TEST(Reader, GivesTheTimesOfEveryFilm) {
    NEEDS_CLIPS();
    for (const std::string& name : whole_films) {
        SCOPED_TRACE(name);
        const Film film = watch(clip(name));
        ASSERT_FALSE(film.frames.empty());
        EXPECT_EQ(film.times(av::rational(film.info.time_base)), plain_times(clip(name)));
        for (std::size_t index = 0; index < film.frames.size(); ++index) EXPECT_EQ(film.frames[index].number, static_cast<std::int64_t>(index));
        EXPECT_TRUE(film.remarks.empty()) << film.remarks.front();
    }
}

TEST(Reader, SameBytesForAnyNumberOfThreads) {
    NEEDS_CLIPS();
    for (const std::string name : {"bframes_open_gop.mp4", "ten.hevc.mp4", "odd.webm", "ten.ffv1.mkv", "truncated.mkv", "truncated.mp4"}) {
        SCOPED_TRACE(name);
        ReaderOptions one{{}, {}, 1}, two{{}, {}, 2}, eight{{}, {}, 8};
        const Film film = watch(clip(name), one);
        EXPECT_EQ(film.frames, watch(clip(name), two).frames);
        EXPECT_EQ(film.frames, watch(clip(name), eight).frames);
    }
}

TEST(Reader, TrimIsExact) {
    NEEDS_CLIPS();
    for (const std::string name : {"plain.mp4", "vfr.mkv", "bframes_open_gop.mp4", "bframes_open_gop.mkv", "open_gop.hevc.mp4", "edit_list.mp4", "short_gop.mkv", "late.mp4", "no_durations.avi", "odd.webm"}) {
        SCOPED_TRACE(name);
        const Film whole = watch(clip(name));
        const auto count = static_cast<std::int64_t>(whole.frames.size());
        for (const std::int64_t start : {std::int64_t{0}, std::int64_t{1}, count / 2, count - 5, count - 1}) {
            ReaderOptions options;
            options.trim_start = start;
            options.trim_end = std::min(start + 4, count);
            const Film part = watch(clip(name), options);
            EXPECT_EQ(part.frames, std::vector<Shown>(whole.frames.begin() + start, whole.frames.begin() + *options.trim_end)) << "from " << start;
        }
        ReaderOptions beyond;
        beyond.trim_start = count;
        std::string text;
        EXPECT_EQ(code_of([&] { watch(clip(name), beyond); }, &text), Code::bad_input);
        EXPECT_NE(text.find(std::to_string(count) + " frames"), std::string::npos) << text;
    }
    ReaderOptions nothing;
    nothing.trim_start = 5;
    nothing.trim_end = 5;
    EXPECT_EQ(code_of([&] { open_film(clip("plain.mp4"), nothing); }), Code::usage);
}

struct FormatCase {
    const char* name;
    const char* format;
    Size size;
};
TEST(Reader, TellsFormatsAndSizes) {
    NEEDS_CLIPS();
    const FormatCase cases[] = {
        {"plain.mp4", "yuv420p", {96, 64}},        {"ten.hevc.mp4", "yuv420p10", {96, 64}}, {"ten.prores.mov", "yuv422p10", {96, 64}},     {"rgb.ffv1.mkv", "rgb24", {96, 64}},
        {"rgb.x264.mp4", "gbrp", {96, 64}},        {"odd.webm", "yuv420p", {97, 63}},       {"odd444.mp4", "yuv444p", {97, 63}},           {"gray.mkv", "gray8", {96, 64}},
        {"strange.nv12.avi", "yuv420p", {96, 64}}, {"strange.pal8.gif", "rgba32", {96, 64}}, {"strange.yuv411.mov", "yuv422p", {720, 480}},
    };
    for (const FormatCase& each : cases) {
        const FilmInfo info = open_film(clip(each.name))->info();
        EXPECT_EQ(name_of(info.format), each.format) << each.name;
        EXPECT_EQ(info.size, each.size) << each.name;
    }
    EXPECT_TRUE(open_film(clip("alpha.mov"))->info().format.alpha);
}

TEST(Reader, TellsColoursRotationAspectAndStreams) {
    NEEDS_CLIPS();
    const FilmInfo high = open_film(clip("ten.hevc.mp4"))->info();
    EXPECT_EQ(high.colour.matrix, 9);
    EXPECT_EQ(high.colour.primaries, 9);
    EXPECT_EQ(high.colour.transfer, 16);
    EXPECT_FALSE(high.colour.full_range);
    EXPECT_TRUE(open_film(clip("full_range.mkv"))->info().colour.full_range);
    EXPECT_EQ(open_film(clip("rotated.mp4"))->info().rotation, 90);
    EXPECT_EQ(open_film(clip("square_not.mp4"))->info().sample_aspect, (Ratio{16, 11}));
    const FilmInfo many = open_film(clip("many.mkv"))->info();
    ASSERT_EQ(many.streams.size(), 4U);
    EXPECT_EQ(many.streams[1].kind, "audio");
    EXPECT_EQ(many.streams[2].language, "deu");
    EXPECT_EQ(many.streams[3].kind, "subtitle");
    EXPECT_EQ(many.chapter_count, 2);
    EXPECT_EQ(many.frame_rate, (Ratio{25, 1}));
}

TEST(Reader, TruncatedFilmsEndWithTheirLastWholeFrame) {
    NEEDS_CLIPS();
    const std::pair<const char*, const char*> cases[] = {{"truncated.mkv", "short_gop.mkv"}, {"truncated.mp4", "front.mp4"}};
    for (const auto& [cut, whole] : cases) {
        SCOPED_TRACE(cut);
        const Film part = watch(clip(cut)), all = watch(clip(whole));
        ASSERT_GT(part.frames.size(), 5U);
        ASSERT_LT(part.frames.size(), all.frames.size());
        // Pictures may be missing before the last one (B-frames whose later reference was lost), but none is wrong.
        for (const Shown& frame : part.frames) {
            const auto same = std::ranges::find(all.frames, frame.ticks, &Shown::ticks);
            ASSERT_NE(same, all.frames.end());
            EXPECT_EQ(frame.digest, same->digest) << frame.number;
        }
        ASSERT_FALSE(part.remarks.empty());
        EXPECT_NE(part.remarks.back().find("truncated"), std::string::npos);
    }
}

TEST(Reader, RefusesWhatIsNoFilm) {
    NEEDS_CLIPS();
    const Scratch scratch;
    std::ofstream(scratch / "empty.mp4").close();
    std::ofstream(scratch / "noise.mp4") << std::string(5000, 'x');
    std::ofstream(scratch / "picture.mp4") << "\x89PNG\r\n\x1a\n and more of it";
    std::ofstream(scratch / "list.mp4") << "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n" << clip("plain.mp4").string() << "\n";
    const std::filesystem::path paths[] = {scratch / "missing.mp4", scratch / "empty.mp4", scratch / "noise.mp4", scratch / "picture.mp4", scratch / "list.mp4", scratch.folder(),
                                           clip("sound_only.m4a"), clip("header_only.mp4"), clip("no_index.mp4"), clip("no_frames.mp4"), scratch / std::string(4096, 'n')};
    for (const auto& path : paths) {
        std::string text;
        EXPECT_EQ(code_of([&] { open_film(path); }, &text), Code::bad_input) << path;
        EXPECT_EQ(text.find('\n'), std::string::npos);
        EXPECT_LT(text.size(), 600U);
    }
}

TEST(Reader, TakesAnyName) {
    NEEDS_CLIPS();
    const Scratch scratch;
    for (const std::string name : {"with space.mp4", "\u00fcn\u00efcode \u6620\u753b.mp4", "new\nline.mp4", "http:colon.mp4", "%03d.mp4", "no_extension"}) {
        std::filesystem::copy_file(clip("plain.mp4"), scratch / name);
        EXPECT_EQ(watch(scratch / name).frames.size(), 30U) << name;
    }
}

TEST(Reader, ProbesByContent) {
    NEEDS_CLIPS();
    const Scratch scratch;
    std::filesystem::copy_file(clip("plain.mp4"), scratch / "film.png");
    EXPECT_EQ(probe_kind(scratch / "film.png"), MediaKind::film);
    EXPECT_EQ(probe_kind(clip("sound_only.m4a")), MediaKind::sound);
    EXPECT_EQ(probe_kind(clip("strange.pal8.gif")), MediaKind::film);
    std::ofstream(scratch / "picture.mkv") << "BM and more";
    EXPECT_EQ(probe_kind(scratch / "picture.mkv"), MediaKind::picture);
    EXPECT_EQ(code_of([&] { probe_kind(clip("lines.srt")); }), Code::bad_input);
}
}  // namespace
}  // namespace mien
