// Frames into packets: the rows of video encoders, their fixed settings, and the sample formats they are given.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "media/codec_threads.h"
#include "media/ffmpeg.h"
#include "media/reader.h"
#include "media/writer.h"

namespace mien {

/// Brightness of the display a film was made on, and of its brightest pictures; passed through, never changed.
struct HighRange {
    std::optional<AVMasteringDisplayMetadata> display;
    std::optional<AVContentLightMetadata> light;
};

using PacketSink = std::function<void(AVPacket&)>;

/// Thread-safety: one thread at a time.
class VideoEncoder {
public:
    /// Throws Error{usage} for an unknown encoder or preset, Error{unsupported} when this FFmpeg lacks it, Error{output} when it refuses the film.
    VideoEncoder(const FilmInfo&, const WriterOptions&, AVRational time_base, bool global_header, const HighRange&, std::vector<std::string>& remarks);
    /// Of the segment being encoded; headers are alike in all of them. The reference holds until the next put.
    const AVCodecContext& context() const noexcept { return *codec_; }
    /// Times are in the encoder's time base.
    void put(const Frame&, std::int64_t pts, std::int64_t duration, const PacketSink&);
    void finish(const PacketSink&);

private:
    void open();
    void start_segment(const PacketSink&);
    void drain(const PacketSink&);
    int send(const AVFrame*);
    av::Picture prepare(const Frame&) const;
    std::string name_;
    FilmInfo info_;
    WriterOptions wanted_;
    HighRange high_;
    AVRational time_base_;
    bool global_header_;
    const AVCodec* library_ = nullptr;
    av::Codec codec_;
    CodecThreads threads_{Cost::encoder};
    Format format_;      // of the frames the encoder gets
    AVPixelFormat pixel_ = AV_PIX_FMT_NONE;
    Format expected_;    // of the frames put
    std::vector<std::pair<std::int64_t, std::int64_t>> durations_;  // pts, duration of frames inside the encoder
    std::int64_t in_segment_ = 0;
    std::optional<std::int64_t> last_dts_;
};

/// Names that open_film_writer takes, for messages.
std::string video_encoder_names();

}  // namespace mien
