// Sound that is encoded again, made louder, or given as samples.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "films.h"
#include "media/writer.h"

namespace mien {
namespace {
using namespace test;

TEST(Writer, EncodesSoundAgain) {
    NEEDS_CLIPS();
    const Scratch scratch;
    const std::pair<const char*, const char*> cases[] = {{"aac", "out.mp4"}, {"flac", "out.mp4"}, {"libopus", "out.webm"}, {"libvorbis", "out.mkv"}, {"libmp3lame", "out.mp4"}, {"pcm_s16le", "out.mov"}, {"pcm_s32le", "out.mkv"}};
    for (const auto& [encoder, to] : cases) {
        SCOPED_TRACE(encoder);
        WriterOptions options;
        options.video_encoder = std::string(to).ends_with("webm") ? "libvpx-vp9" : "ffv1";
        if (std::string(to).ends_with("mp4")) options.video_encoder = "libx264";
        if (std::string(to).ends_with("mov")) options.video_encoder = "libx264";
        options.audio_encoder = encoder;
        rewrite(clip("many.mp4"), scratch / to, options);
        const av::Input input = av::open_input(scratch / to);
        int streams = 0;
        for (unsigned index = 0; index < input->nb_streams; ++index) streams += input->streams[index]->codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
        EXPECT_EQ(streams, 2);
        std::int64_t end = 0;
        const av::Packet packet = av::new_packet();
        while (av_read_frame(input.get(), packet.get()) >= 0) {
            const AVStream& stream = *input->streams[packet->stream_index];
            if (stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO) end = std::max(end, av_rescale_q(packet->pts + packet->duration, stream.time_base, {1, 1000}));
            av_packet_unref(packet.get());
        }
        EXPECT_NEAR(static_cast<double>(end), 1200, 60);
    }
    WriterOptions silent;
    silent.audio_volume = 0;
    const auto remarks = rewrite(clip("many.mp4"), scratch / "silent.mp4", silent);
    EXPECT_TRUE(packets(scratch / "silent.mp4", AVMEDIA_TYPE_AUDIO).empty());
    EXPECT_GE(remarks.size(), 2U);
}

// The loudest sample of the first sound stream.
int peak(const std::filesystem::path& path) {
    const av::Input input = av::open_input(path);
    const int index = av_find_best_stream(input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    int loudest = 0;
    const av::Packet packet = av::new_packet();
    while (av_read_frame(input.get(), packet.get()) >= 0) {
        if (packet->stream_index == index)
            for (int at = 0; at + 1 < packet->size; at += 2) loudest = std::max(loudest, std::abs(static_cast<int>(static_cast<std::int16_t>(packet->data[at] | packet->data[at + 1] << 8))));
        av_packet_unref(packet.get());
    }
    return loudest;
}

TEST(Writer, ChangesTheVolume) {
    NEEDS_CLIPS();
    const Scratch scratch;
    WriterOptions options;
    options.audio_encoder = "pcm_s16le";
    rewrite(clip("many.mkv"), scratch / "loud.mkv", options);
    options.audio_volume = 50;
    rewrite(clip("many.mkv"), scratch / "soft.mkv", options);
    EXPECT_GT(peak(scratch / "loud.mkv"), 2000);
    EXPECT_NEAR(peak(scratch / "soft.mkv"), peak(scratch / "loud.mkv") / 2.0, peak(scratch / "loud.mkv") * 0.02);
}

// Sound given as samples: a film of ten frames at 10 fps, a ramp that says which sample is which.
std::vector<std::int16_t> samples_written(const std::filesystem::path& path, WriterOptions options, std::int64_t first_frame, std::int64_t given) {
    FilmInfo info;
    info.size = {32, 16};
    info.format = {Layout::yuv420, 8, false};
    info.time_base = {1, 10};
    info.frame_rate = {10, 1};
    std::int64_t at = 0;
    options.sound = GivenSound{48000, 1, [&](std::span<std::int16_t> samples) {
                                   std::size_t count = 0;
                                   for (; count < samples.size() && at < given; ++at) samples[count++] = static_cast<std::int16_t>(at / 4);
                                   return count;
                               }};
    const auto writer = open_film_writer(path, info, options);
    for (std::int64_t number = first_frame; number < 10; ++number) {
        Frame frame(info.format, info.size);
        for (int plane = 0; plane < 3; ++plane)
            for (int y = 0; y < frame.plane<std::uint8_t>(plane).size.height; ++y) std::fill_n(frame.edit<std::uint8_t>(plane).row(y), frame.plane<std::uint8_t>(plane).size.width, std::uint8_t{90});
        frame.time = {number, info.time_base};
        frame.duration = 1;
        writer->put(frame);
    }
    writer->finish();
    std::vector<std::int16_t> written;
    const av::Input input = av::open_input(path);
    const int index = av_find_best_stream(input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
    const av::Packet packet = av::new_packet();
    while (av_read_frame(input.get(), packet.get()) >= 0) {
        if (packet->stream_index == index && input->streams[index]->codecpar->codec_id == AV_CODEC_ID_PCM_S16LE)
            for (int byte = 0; byte + 1 < packet->size; byte += 2) written.push_back(static_cast<std::int16_t>(packet->data[byte] | packet->data[byte + 1] << 8));
        else if (packet->stream_index == index) written.resize(written.size() + static_cast<std::size_t>(packet->duration));
        av_packet_unref(packet.get());
    }
    return written;
}

TEST(Writer, EncodesGivenSound) {
    const Scratch scratch;
    WriterOptions options;
    options.video_encoder = "ffv1";
    options.audio_encoder = "pcm_s16le";
    const std::vector<std::int16_t> whole = samples_written(scratch / "whole.mkv", options, 0, 1000000);
    ASSERT_EQ(whole.size(), 48000U);  // as long as the film, whatever there is
    for (std::size_t i = 0; i < whole.size(); ++i) ASSERT_EQ(whole[i], static_cast<std::int16_t>(i / 4));
    EXPECT_EQ(samples_written(scratch / "short.mkv", options, 0, 12345).size(), 12345U);
    // A trimmed film begins at its first frame, and so does its sound.
    options.trim_start = 4;
    const std::vector<std::int16_t> trimmed = samples_written(scratch / "trimmed.mkv", options, 4, 1000000);
    ASSERT_EQ(trimmed.size(), 28800U);
    EXPECT_EQ(trimmed.front(), 19200 / 4);
    options.trim_start.reset();
    options.audio_volume = 0;
    EXPECT_TRUE(samples_written(scratch / "silent.mkv", options, 0, 1000000).empty());
    // Without a name the container chooses.
    WriterOptions free;
    for (const char* name : {"a.mp4", "a.mov", "a.mkv", "a.webm", "a.avi"}) {
        free.video_encoder = std::string(name).ends_with("webm") ? "libvpx-vp9" : "libx264";
        EXPECT_FALSE(samples_written(scratch / name, free, 0, 1000000).empty()) << name;
    }
}

}  // namespace
}  // namespace mien
