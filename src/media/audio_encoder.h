// Sound encoded: packets of a source stream decoded, made louder or softer, and encoded again; or samples that are given.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "media/ffmpeg.h"
#include "media/video_encoder.h"

namespace mien {

/// Thread-safety: one thread at a time.
class AudioEncoder {
public:
    /// Throws Error{usage} for an unknown encoder, Error{unsupported} when this FFmpeg lacks it or cannot decode the source.
    AudioEncoder(const AVStream& source, const WriterOptions&, bool global_header);
    /// For samples put in by hand.
    AudioEncoder(const GivenSound&, const WriterOptions&, bool global_header);
    const AVCodecContext& context() const noexcept { return *encoder_; }
    /// Keeps only sound from `start` (seconds in the source's clock) on, and before `end`. Times of the packets put out stay the source's.
    void trim(std::optional<double> start, std::optional<double> end) { start_ = start, end_ = end; }
    void put(const AVPacket&, const PacketSink&);
    /// Interleaved samples of a GivenSound, in order; the first one is at time 0.
    void put(std::span<const std::int16_t>, const PacketSink&);
    void finish(const PacketSink&);

private:
    void open(AVChannelLayout&, int rate, AVSampleFormat, const WriterOptions&, bool global_header);
    void decode(const PacketSink&);
    void resample(const std::uint8_t* const* in, int samples);
    void align(std::int64_t pts);
    void append(std::uint8_t** samples, int count);
    void encode(bool all, const PacketSink&);
    void drain(const PacketSink&);
    av::Codec decoder_, encoder_;  // no decoder for given samples
    av::Resampler resampler_;
    av::AudioFifo fifo_;
    AVRational source_base_{1, 1};
    std::optional<double> start_, end_;
    std::optional<std::int64_t> next_in_;  // time of the next sample to come, in samples
    std::int64_t next_out_ = 0;            // time of the first sample waiting
};

/// Names that audio_encoder takes, for messages; whether one of them is meant.
std::string audio_encoder_names();
bool is_audio_encoder(std::string_view name) noexcept;

}  // namespace mien
