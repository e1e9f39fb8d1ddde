// FFmpeg's handles as owners, its errors as sentences, and the differences between its versions; for the files of this folder only.
// SPDX-License-Identifier: Apache-2.0
#pragma once
extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/audio_fifo.h>
#include <libavutil/cpu.h>
#include <libavutil/display.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/opt.h>
#include <libavutil/pixdesc.h>
#include <libswresample/swresample.h>
}
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "image/frame.h"

namespace mien::av {

template <auto release> struct Release {
    template <class T> void operator()(T* handle) const noexcept { release(&handle); }
};
using Packet = std::unique_ptr<AVPacket, Release<av_packet_free>>;
using Picture = std::unique_ptr<AVFrame, Release<av_frame_free>>;
using Codec = std::unique_ptr<AVCodecContext, Release<avcodec_free_context>>;
using Parameters = std::unique_ptr<AVCodecParameters, Release<avcodec_parameters_free>>;
using Input = std::unique_ptr<AVFormatContext, Release<avformat_close_input>>;
using Resampler = std::unique_ptr<SwrContext, Release<swr_free>>;
struct FreeFifo {
    void operator()(AVAudioFifo* fifo) const noexcept { av_audio_fifo_free(fifo); }
};
using AudioFifo = std::unique_ptr<AVAudioFifo, FreeFifo>;

/// Options on their way into FFmpeg; what is left over was not understood. Thread-safety: one thread at a time.
class Options {
public:
    Options() = default;
    Options(const Options&) = delete;
    Options& operator=(const Options&) = delete;
    ~Options() { av_dict_free(&dictionary_); }
    void set(const char* key, const std::string& value) { av_dict_set(&dictionary_, key, value.c_str(), 0); }
    AVDictionary** out() noexcept { return &dictionary_; }

private:
    AVDictionary* dictionary_ = nullptr;
};

/// Silences FFmpeg's own lines on standard error, once per process: errors reach the user as sentences.
void configure_logging();
Packet new_packet();
Picture new_picture();
std::string describe(int error);
/// "file:" and the path: a colon in a file's name must not choose a protocol.
std::string url_of(const std::filesystem::path&);
/// A path for a sentence; what cannot be printed becomes '?', and very long ones are shortened.
std::string shown(const std::filesystem::path&);
/// Opens a film or sound by content, containers of the allowed list only, and reads what its streams are. Throws Error{bad_input}.
Input open_input(const std::filesystem::path&);
/// Throws the sentence of a file that cannot be read at all: missing, a folder, empty, not permitted. Returns its first bytes otherwise.
std::string check_readable(const std::filesystem::path&);
AVStream* main_video(AVFormatContext&);  ///< null when there is none; covers and thumbnails do not count

inline AVRational rational(Ratio ratio) noexcept { return {static_cast<int>(ratio.numerator), static_cast<int>(ratio.denominator)}; }
inline Ratio ratio_of(AVRational value) noexcept { return {value.num, value.den == 0 ? 1 : value.den}; }

// Versions: everything that differs between FFmpeg 5.1 and 7.1 is answered here and nowhere else.
std::int64_t duration_of(const AVFrame&) noexcept;
void set_duration(AVFrame&, std::int64_t) noexcept;
bool is_key(const AVFrame&) noexcept;
void set_key(AVFrame&, bool) noexcept;
/// Side data of a stream (display matrix, mastering display, light level ...); empty when there is none.
std::span<const std::uint8_t> side_data(const AVStream&, AVPacketSideDataType) noexcept;
/// Copies every side data entry of a stream.
void copy_side_data(AVStream& to, const AVStream& from);
void set_side_data(AVStream& to, AVPacketSideDataType, std::span<const std::uint8_t>);
/// What must be added to a packet's times of an output stream because the multiplexer notes a codec's delay without moving times by it.
std::int64_t unapplied_delay(const AVOutputFormat&, const AVStream&) noexcept;
std::span<const AVPixelFormat> pixel_formats(const AVCodec&) noexcept;
std::span<const AVSampleFormat> sample_formats(const AVCodec&) noexcept;
std::span<const int> sample_rates(const AVCodec&) noexcept;

}  // namespace mien::av
