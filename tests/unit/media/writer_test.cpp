// SPDX-License-Identifier: Apache-2.0
#include "media/writer.h"

#include <sys/resource.h>

#include <algorithm>
#include <csignal>
#include <fstream>
#include <iterator>

#include "films.h"

namespace mien {
namespace {
using namespace test;

WriterOptions lossless(const std::string& encoder) {
    WriterOptions options;
    options.video_encoder = encoder;
    options.video_preset = "ultrafast";
    options.lossless = true;
    return options;
}

struct RoundTrip {
    const char *from, *encoder, *to;
};
TEST(Writer, LosslessFilmsKeepFramesAndTimes) {
    NEEDS_CLIPS();
    const RoundTrip cases[] = {
        {"plain.mp4", "libx264", "out.mp4"},       {"plain.mp4", "ffv1", "out.mkv"},           {"plain.mp4", "libx265", "out.mp4"},     {"vfr.mkv", "libx264", "out.mkv"},
        {"vfr.mkv", "libx264", "out.mp4"},         {"vfr.mp4", "libx264", "out.mp4"},          {"vfr.mp4", "libx264", "out.mov"},       {"bframes_open_gop.mp4", "libx264", "out.mp4"},
        {"bframes_open_gop.mkv", "ffv1", "out.mkv"}, {"rotated.mp4", "libx264", "out.mp4"},    {"many.mkv", "libx264", "out.mkv"},      {"many.mp4", "libx264", "out.mp4"},
        {"ten.hevc.mp4", "libx265", "out.mp4"},    {"ten.hevc.mp4", "libx264", "out.mp4"},     {"ten.hevc.mp4", "ffv1", "out.mkv"},     {"ten.ffv1.mkv", "ffv1", "out.mkv"},
        {"ten.ffv1.mkv", "libx264", "out.mp4"},    {"ten.hevc.mp4", "libvpx-vp9", "out.webm"}, {"rgb.x264.mp4", "libx265", "out.mp4"},  {"rgb.ffv1.mkv", "ffv1", "out.mkv"},
        {"rgb.ffv1.mkv", "libx264rgb", "out.mkv"}, {"full_range.mkv", "libx264", "out.mkv"},   {"odd.webm", "libvpx-vp9", "out.webm"},  {"odd.webm", "ffv1", "out.mkv"},
        {"odd.ffv1.mkv", "ffv1", "out.mkv"},       {"odd444.mp4", "libx264", "out.mp4"},       {"long_gop.mp4", "libx264", "out.mp4"},  {"late.mkv", "libx264", "out.mkv"},
        {"late.mkv", "libx264", "out.mp4"},        {"late.mp4", "libx264", "out.mp4"},         {"edit_list.mp4", "libx264", "out.mp4"}, {"no_durations.avi", "ffv1", "out.avi"},
        {"no_durations.avi", "libx264", "out.mp4"}, {"gray.mkv", "ffv1", "out.mkv"},           {"gray.mkv", "libx264", "out.mp4"},      {"strange.nv12.avi", "rawvideo", "out.avi"},
        {"alpha.ffv1.mkv", "ffv1", "out.mkv"},          {"square_not.mp4", "libx264", "out.mp4"},
    };
    const Scratch scratch;
    for (const RoundTrip& each : cases) {
        SCOPED_TRACE(std::string(each.from) + " by " + each.encoder + " to " + each.to);
        const auto remarks = rewrite(clip(each.from), scratch / each.to, lossless(each.encoder));
        const Film before = watch(clip(each.from)), after = watch(scratch / each.to);
        const bool coarse = std::any_of(remarks.begin(), remarks.end(), [](const std::string& text) { return text.find("rounded") != std::string::npos; });
        if (coarse)
            EXPECT_EQ(before.times({1, 1000}), after.times({1, 1000}));
        else
            EXPECT_EQ(before.times(av::rational(before.info.time_base)), after.times(av::rational(before.info.time_base)));
        // Grey in H.264 comes back with neutral chroma, and the layouts of interleaved and planar RGB hold the same numbers under another name.
        if (before.info.format == after.info.format) EXPECT_EQ(before.digests(), after.digests());
        else EXPECT_TRUE(std::string(each.from).starts_with("rgb.") || std::string(each.from).starts_with("gray.")) << name_of(after.info.format);
        EXPECT_EQ(before.info.rotation, after.info.rotation);
        EXPECT_EQ(before.info.sample_aspect, after.info.sample_aspect);
        EXPECT_EQ(before.info.colour.full_range, after.info.colour.full_range);
        EXPECT_EQ(before.info.colour.transfer, after.info.colour.transfer);
        EXPECT_EQ(before.info.size, after.info.size);
        EXPECT_EQ(scratch.files(), 1U);
        std::filesystem::remove(scratch / each.to);
    }
}

TEST(Writer, CopiesEveryOtherStreamPacketForPacket) {
    NEEDS_CLIPS();
    const Scratch scratch;
    for (const auto& [from, to] : {std::pair{"many.mkv", "out.mkv"}, std::pair{"many.mp4", "out.mp4"}, std::pair{"late.mp4", "out.mp4"}, std::pair{"many.mp4", "out.mov"}}) {
        SCOPED_TRACE(std::string(from) + " to " + to);
        rewrite(clip(from), scratch / to, lossless("libx264"));
        for (const AVMediaType kind : {AVMEDIA_TYPE_AUDIO, AVMEDIA_TYPE_SUBTITLE}) EXPECT_EQ(packets(clip(from), kind), packets(scratch / to, kind)) << av_get_media_type_string(kind);
        const FilmInfo before = open_film(clip(from))->info(), after = open_film(scratch / to)->info();
        EXPECT_EQ(before.chapter_count, after.chapter_count);
        ASSERT_EQ(before.streams.size(), after.streams.size());
        for (std::size_t index = 0; index < before.streams.size(); ++index) {
            EXPECT_EQ(before.streams[index].kind, after.streams[index].kind);
            // QuickTime's list of languages has no code for some.
            if (std::string(to) != "out.mov") {
                EXPECT_EQ(before.streams[index].language, after.streams[index].language);
            }
        }
    }
}

std::string metadata(const std::filesystem::path& path, const char* key) {
    const av::Input input = av::open_input(path);
    const AVDictionaryEntry* const entry = av_dict_get(input->metadata, key, nullptr, 0);
    return entry ? entry->value : "";
}

TEST(Writer, KeepsMetadataAndChapterTitles) {
    NEEDS_CLIPS();
    const Scratch scratch;
    for (const std::string to : {"out.mkv", "out.mp4"}) {
        rewrite(clip("many.mkv"), scratch / to, lossless("libx264"));
        EXPECT_EQ(metadata(scratch / to, "title"), "a test pattern") << to;
        EXPECT_EQ(metadata(scratch / to, "artist"), "nobody") << to;
        const av::Input input = av::open_input(scratch / to);
        ASSERT_EQ(input->nb_chapters, 2U);
        const AVChapter& second = *input->chapters[1];
        EXPECT_STREQ(av_dict_get(second.metadata, "title", nullptr, 0)->value, "two");
        EXPECT_EQ(av_rescale_q(second.start, second.time_base, {1, 1000}), 600);
    }
}

TEST(Writer, SaysWhatTheContainerCannotHold) {
    NEEDS_CLIPS();
    const Scratch scratch;
    const auto remarks = rewrite(clip("many.mkv"), scratch / "out.mp4", lossless("libx264"));
    const auto said = std::ranges::count_if(remarks, [](const std::string& text) { return text.find("subrip") != std::string::npos && text.find("left out") != std::string::npos; });
    EXPECT_EQ(said, 1);
    EXPECT_EQ(packets(clip("many.mkv"), AVMEDIA_TYPE_AUDIO, false), packets(scratch / "out.mp4", AVMEDIA_TYPE_AUDIO, false));
}

TEST(Writer, CarriesProvenance) {
    NEEDS_CLIPS();
    const Scratch scratch;
    WriterOptions options = lossless("libx264");
    options.xmp = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">marked</x:xmpmeta>";
    options.metadata = {{"comment", "digest 1234"}};
    for (const std::string to : {"out.mp4", "out.mov"}) {
        rewrite(clip("plain.mp4"), scratch / to, options);
        const std::string bytes = content(scratch / to);
        EXPECT_TRUE(bytes.ends_with(options.xmp));
        const std::string box = bytes.substr(bytes.size() - options.xmp.size() - 24);
        EXPECT_EQ(box.substr(4, 4), "uuid");
        EXPECT_EQ(static_cast<unsigned char>(box[3]), box.size());
        EXPECT_EQ(static_cast<unsigned char>(box[8]), 0xBE);
        EXPECT_EQ(metadata(scratch / to, "comment"), "digest 1234");
        EXPECT_EQ(watch(scratch / to).digests(), watch(clip("plain.mp4")).digests());
    }
    rewrite(clip("plain.mp4"), scratch / "out.mkv", options);
    EXPECT_EQ(metadata(scratch / "out.mkv", "XMP"), options.xmp);
    EXPECT_EQ(metadata(scratch / "out.mkv", "comment"), "digest 1234");
}

TEST(Writer, PassesHighRangeOn) {
    NEEDS_CLIPS();
    const Scratch scratch;
    for (const std::string encoder : {"libx265", "libx264"}) {
        rewrite(clip("ten.hevc.mp4"), scratch / "out.mp4", lossless(encoder));
        const av::Input input = av::open_input(scratch / "out.mp4");
        AVStream& video = *av::main_video(*input);
        const av::Codec decoder(avcodec_alloc_context3(avcodec_find_decoder(video.codecpar->codec_id)));
        avcodec_parameters_to_context(decoder.get(), video.codecpar);
        avcodec_open2(decoder.get(), nullptr, nullptr);
        const av::Packet packet = av::new_packet();
        const av::Picture picture = av::new_picture();
        while (av_read_frame(input.get(), packet.get()) >= 0) {
            avcodec_send_packet(decoder.get(), packet.get());
            av_packet_unref(packet.get());
        }
        avcodec_send_packet(decoder.get(), nullptr);
        ASSERT_GE(avcodec_receive_frame(decoder.get(), picture.get()), 0);
        const AVFrameSideData* const display = av_frame_get_side_data(picture.get(), AV_FRAME_DATA_MASTERING_DISPLAY_METADATA);
        const AVFrameSideData* const light = av_frame_get_side_data(picture.get(), AV_FRAME_DATA_CONTENT_LIGHT_LEVEL);
        const auto boxed = av::side_data(video, AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
        ASSERT_FALSE(boxed.empty()) << encoder;
        EXPECT_EQ(av_q2d(reinterpret_cast<const AVMasteringDisplayMetadata*>(boxed.data())->max_luminance), 1000) << encoder;
        // FFmpeg's H.264 decoder reads these messages from version 6 on only.
        if (encoder == "libx264") continue;
        ASSERT_TRUE(display && light) << encoder;
        const auto& shown = *reinterpret_cast<const AVMasteringDisplayMetadata*>(display->data);
        EXPECT_EQ(av_q2d(shown.max_luminance), 1000) << encoder;
        EXPECT_NEAR(av_q2d(shown.display_primaries[0][0]), 0.68, 1e-5) << encoder;
        EXPECT_EQ(reinterpret_cast<const AVContentLightMetadata*>(light->data)->MaxCLL, 1000U) << encoder;
    }
}

TEST(Writer, TrimsAreExactInPictureAndWithinAPacketInSound) {
    NEEDS_CLIPS();
    const Scratch scratch;
    for (const auto& [from, to] : {std::pair{"many.mp4", "out.mp4"}, std::pair{"many.mkv", "out.mkv"}}) {
        SCOPED_TRACE(from);
        ReaderOptions part;
        part.trim_start = 10;
        part.trim_end = 20;
        const auto remarks = rewrite(clip(from), scratch / to, lossless("libx264"), part);
        const Film before = watch(clip(from)), after = watch(scratch / to);
        const auto digests = before.digests();
        EXPECT_EQ(after.digests(), std::vector<std::string>(digests.begin() + 10, digests.begin() + 20));
        EXPECT_EQ(after.times({1, 25}), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
        EXPECT_TRUE(std::ranges::any_of(remarks, [](const std::string& text) { return text.find("whole packets") != std::string::npos; }));
        const auto all = packets(clip(from), AVMEDIA_TYPE_AUDIO, false), kept = packets(scratch / to, AVMEDIA_TYPE_AUDIO, false);
        ASSERT_EQ(all.size(), kept.size());
        for (std::size_t stream = 0; stream < all.size(); ++stream) {
            const auto at = std::ranges::search(all[stream], kept[stream]);
            EXPECT_FALSE(at.empty()) << "the packets kept are not a stretch of the source";
            const double share = static_cast<double>(kept[stream].size()) / static_cast<double>(all[stream].size());
            EXPECT_NEAR(share, 0.4 / 1.2, 2.5 / static_cast<double>(all[stream].size()));
        }
        EXPECT_EQ(av::open_input(scratch / to)->nb_chapters, 2U);
        const auto lines = packets(scratch / to, AVMEDIA_TYPE_SUBTITLE);
        ASSERT_EQ(lines.size(), 1U);
        EXPECT_FALSE(lines[0].empty());
    }
}

TEST(Writer, ChoosesTheNearestFormatAndSaysSo) {
    NEEDS_CLIPS();
    const Scratch scratch;
    struct Case {
        const char *from, *encoder, *to, *format;
    };
    const Case cases[] = {
        {"plain.mp4", "prores", "out.mov", "yuv422p10"},     {"ten.hevc.mp4", "prores", "out.mov", "yuv422p10"}, {"odd.webm", "libx264", "out.mp4", "yuv444p"},
        {"odd.webm", "libx265", "out.mp4", "yuv444p"},       {"rgb.ffv1.mkv", "libx264", "out.mp4", "yuv420p"},  {"plain.mp4", "libx264rgb", "out.mp4", "gbrp"},
        {"strange.pal8.gif", "libx264", "out.mp4", "yuv420p"},
    };
    for (const Case& each : cases) {
        SCOPED_TRACE(std::string(each.from) + " by " + each.encoder);
        WriterOptions options;
        options.video_encoder = each.encoder;
        const auto remarks = rewrite(clip(each.from), scratch / each.to, options);
        const Film before = watch(clip(each.from)), after = watch(scratch / each.to);
        EXPECT_EQ(name_of(after.info.format), each.format);
        EXPECT_EQ(before.info.size, after.info.size);
        EXPECT_EQ(before.times({1, 1000}), after.times({1, 1000}));
        EXPECT_NE(before.info.format, after.info.format);
        EXPECT_TRUE(std::ranges::any_of(remarks, [](const std::string& text) { return text.find("is given") != std::string::npos; }));
    }
}

TEST(Writer, ResamplesToAConstantRateWhenAsked) {
    NEEDS_CLIPS();
    const Scratch scratch;
    WriterOptions options = lossless("libx264");
    options.frame_rate = Ratio{10, 1};
    rewrite(clip("plain.mp4"), scratch / "out.mp4", options);
    const Film before = watch(clip("plain.mp4")), after = watch(scratch / "out.mp4");
    EXPECT_EQ(after.times({1, 10}), (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}));
    const std::vector<std::string> source = before.digests();
    for (const std::string& digest : after.digests()) EXPECT_NE(std::ranges::find(source, digest), source.end());
}

TEST(Writer, RefusesBadWishes) {
    NEEDS_CLIPS();
    const Scratch scratch;
    const FilmInfo info = open_film(clip("plain.mp4"))->info();
    const auto open = [&](const std::filesystem::path& path, const std::function<void(WriterOptions&)>& change) {
        return code_of([&] {
            WriterOptions options;
            change(options);
            open_film_writer(path, info, options);
        });
    };
    const auto nothing = [](WriterOptions&) {};
    EXPECT_EQ(open(scratch / "out.xyz", nothing), Code::usage);
    EXPECT_EQ(open(scratch / "out", nothing), Code::usage);
    EXPECT_EQ(open(scratch / "no_folder" / "out.mp4", nothing), Code::output);
    EXPECT_EQ(open(scratch / "out.mp4", [](WriterOptions& options) { options.video_encoder = "h264_nvenc"; }), Code::usage);
    EXPECT_EQ(open(scratch / "out.mp4", [](WriterOptions& options) { options.video_preset = "quick"; }), Code::usage);
    EXPECT_EQ(open(scratch / "out.mp4", [](WriterOptions& options) { options.audio_encoder = "mp2"; }), Code::usage);
    EXPECT_EQ(open(scratch / "out.webm", nothing), Code::usage);
    EXPECT_EQ(open(scratch / "out.mp4", [](WriterOptions& options) { options.source = "/missing.mp4"; }), Code::bad_input);
    EXPECT_EQ(open(scratch / (std::string(300, 'n') + ".mp4"), nothing), Code::output);
    std::filesystem::create_directory(scratch / "folder.mp4");
    EXPECT_EQ(open(scratch / "folder.mp4", nothing), Code::output);
    std::filesystem::copy_file(clip("plain.mp4"), scratch / "same.mp4");
    EXPECT_EQ(open(scratch / "same.mp4", [&](WriterOptions& options) { options.source = scratch / "same.mp4"; }), Code::usage);
    EXPECT_EQ(scratch.files(), 2U) << "something was left behind";
}

TEST(Writer, LeavesNothingUnfinished) {
    NEEDS_CLIPS();
    const Scratch scratch;
    {
        const auto reader = open_film(clip("plain.mp4"));
        const auto writer = open_film_writer(scratch / "out.mp4", reader->info(), {});
        while (const auto frame = reader->next()) writer->put(*frame);
        EXPECT_EQ(scratch.files(), 1U);
        EXPECT_FALSE(std::filesystem::exists(scratch / "out.mp4"));
    }
    EXPECT_EQ(scratch.files(), 0U);
    const auto empty = open_film_writer(scratch / "out.mp4", open_film(clip("plain.mp4"))->info(), {});
    EXPECT_EQ(code_of([&] { empty->finish(); }), Code::output);
}

TEST(Writer, SaysThatTheDiskIsFull) {
    NEEDS_CLIPS();
    const Scratch scratch;
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{8192, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    std::string text;
    const Code code = code_of([&] { rewrite(clip("ten.ffv1.mkv"), scratch / "out.mkv", lossless("ffv1")); }, &text);
    setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, old_handler);
    EXPECT_EQ(code, Code::output);
    EXPECT_NE(text.find("out.mkv"), std::string::npos) << text;
    EXPECT_EQ(scratch.files(), 0U);
}

TEST(Writer, DigestAndNull) {
    NEEDS_CLIPS();
    const Scratch scratch;
    const auto reader = open_film(clip("plain.mp4"));
    const auto kept = open_digest_writer({}), written = open_digest_writer(scratch / "digests.txt"), none = open_null_writer();
    while (const auto frame = reader->next())
        for (Writer* writer : {kept.get(), written.get(), none.get()}) writer->put(*frame);
    for (Writer* writer : {kept.get(), written.get(), none.get()}) writer->finish();
    EXPECT_EQ(kept->text(), content(scratch / "digests.txt"));
    EXPECT_EQ(std::ranges::count(kept->text(), '\n'), 30);
    EXPECT_TRUE(kept->text().starts_with("0 0 " + watch(clip("plain.mp4")).frames[0].digest + "\n"));
    EXPECT_EQ(none->text(), "");
}
}  // namespace
}  // namespace mien
