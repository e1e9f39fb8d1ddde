// What the media tests share: the clips, films as lists of times and digests, and packets as lists of digests.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "base/digest.h"
#include "base/error.h"
#include "media/ffmpeg.h"
#include "media/reader.h"
#include "media/writer.h"

namespace mien::test {

inline std::filesystem::path build_folder() {
    const char* const folder = std::getenv("MIEN_BUILD_DIR");
    return folder ? folder : ".";
}
inline std::filesystem::path clip(const std::string& name) { return build_folder() / "clips" / name; }

/// A folder of this test alone, removed at the end.
class Scratch {
public:
    Scratch() {
        const auto* const test = ::testing::UnitTest::GetInstance()->current_test_info();
        folder_ = std::filesystem::temp_directory_path() / ("mien_media_" + std::to_string(getpid()) + "_" + test->test_suite_name() + "_" + test->name());
        std::filesystem::create_directories(folder_);
    }
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::permissions(folder_, std::filesystem::perms::owner_all, ignored);
        std::filesystem::remove_all(folder_, ignored);
    }
    std::filesystem::path operator/(const std::string& name) const { return folder_ / name; }
    std::size_t files() const { return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder_), {})); }
    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

struct Shown {
    std::int64_t ticks, number;
    std::string digest;
    friend bool operator==(const Shown&, const Shown&) = default;
};

struct Film {
    FilmInfo info;
    std::vector<Shown> frames;
    std::vector<std::string> remarks;
    /// Times in units of 1/base seconds.
    std::vector<std::int64_t> times(AVRational base) const {
        std::vector<std::int64_t> list;
        for (const Shown& frame : frames) list.push_back(av_rescale_q(frame.ticks, av::rational(info.time_base), base));
        return list;
    }
    std::vector<std::string> digests() const {
        std::vector<std::string> list;
        for (const Shown& frame : frames) list.push_back(frame.digest);
        return list;
    }
};

/// The bytes of a file.
inline std::string content(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

inline Film watch(const std::filesystem::path& path, const ReaderOptions& options = {}) {
    const auto reader = open_film(path, options);
    Film film{reader->info(), {}, {}};
    while (const auto frame = reader->next()) film.frames.push_back({frame->time.ticks, frame->number, digest(*frame)});
    film.remarks = reader->remarks();
    return film;
}

/// Reads a film and writes it again; returns the writer's remarks.
inline std::vector<std::string> rewrite(const std::filesystem::path& from, const std::filesystem::path& to, WriterOptions options, const ReaderOptions& reading = {}) {
    const auto reader = open_film(from, reading);
    options.source = from;
    options.trim_start = reading.trim_start;
    options.trim_end = reading.trim_end;
    const auto writer = open_film_writer(to, reader->info(), options);
    while (const auto frame = reader->next()) writer->put(*frame);
    writer->finish();
    return writer->remarks();
}

/// Times of all pictures as a plain loop over FFmpeg's decoder gives them.
inline std::vector<std::int64_t> plain_times(const std::filesystem::path& path) {
    const av::Input input = av::open_input(path);
    AVStream* const video = av::main_video(*input);
    const AVCodec* const codec = avcodec_find_decoder(video->codecpar->codec_id);
    const av::Codec decoder(avcodec_alloc_context3(codec));
    avcodec_parameters_to_context(decoder.get(), video->codecpar);
    decoder->pkt_timebase = video->time_base;
    decoder->thread_count = 1;
    avcodec_open2(decoder.get(), codec, nullptr);
    std::vector<std::int64_t> times;
    const av::Packet packet = av::new_packet();
    const av::Picture picture = av::new_picture();
    const auto drain = [&] {
        while (avcodec_receive_frame(decoder.get(), picture.get()) >= 0) times.push_back(picture->best_effort_timestamp);
    };
    while (av_read_frame(input.get(), packet.get()) >= 0) {
        if (packet->stream_index == video->index && avcodec_send_packet(decoder.get(), packet.get()) >= 0) drain();
        av_packet_unref(packet.get());
    }
    avcodec_send_packet(decoder.get(), nullptr);
    drain();
    return times;
}

/// Digests of the packets of every stream of a kind, in order: {stream: [digest at time in microseconds]}.
inline std::vector<std::vector<std::string>> packets(const std::filesystem::path& path, AVMediaType kind, bool with_times = true) {
    const av::Input input = av::open_input(path);
    std::map<int, std::vector<std::string>> lists;
    for (unsigned index = 0; index < input->nb_streams; ++index)
        if (input->streams[index]->codecpar->codec_type == kind) lists[static_cast<int>(index)];
    const av::Packet packet = av::new_packet();
    while (av_read_frame(input.get(), packet.get()) >= 0) {
        if (lists.contains(packet->stream_index)) {
            const std::int64_t at = av_rescale_q(packet->pts, input->streams[packet->stream_index]->time_base, AV_TIME_BASE_Q);
            lists[packet->stream_index].push_back(sha256_hex(std::as_bytes(std::span(packet->data, static_cast<std::size_t>(packet->size)))) +
                                                  (with_times ? " at " + std::to_string(at) : ""));
        }
        av_packet_unref(packet.get());
    }
    std::vector<std::vector<std::string>> out;
    for (auto& [index, list] : lists) out.push_back(std::move(list));
    return out;
}

inline Code code_of(const std::function<void()>& call, std::string* text = nullptr) {
    try {
        call();
    } catch (const Error& error) {
        if (text) *text = error.what();
        return error.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return Code::internal;
}

#define NEEDS_CLIPS()                                                                                                  \
    if (!std::filesystem::exists(clip("plain.mp4"))) GTEST_SKIP() << "no test films: the ffmpeg program is not installed (or tools/make_clips.py was not run)"

}  // namespace mien::test
