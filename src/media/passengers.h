// Everything of a source film besides its picture: sound, subtitles, data, attachments, chapters and metadata on their way into a new file.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>

#include "media/audio_encoder.h"
#include "media/ffmpeg.h"
#include "media/video_encoder.h"

namespace mien {

/// Reads the source a second time, in step with the picture, so that memory stays bounded. Thread-safety: one thread at a time.
class Passengers {
public:
    /// Adds the output's streams in the source's order; `add_video` is called where the picture's stream belongs, with the source's stream.
    /// Throws Error{bad_input} when the source cannot be read, Error{usage} for audio options that the container cannot serve.
    Passengers(AVFormatContext& output, const WriterOptions&, const std::function<void(const AVStream&)>& add_video, std::vector<std::string>& remarks);
    HighRange high_range();
    /// Before the output's header. The picture's first time in seconds when the film is trimmed at its start, about where a trim ends (for
    /// chapters only), and how far all times are moved back.
    void begin(std::optional<double> start_s, std::optional<double> about_end_s, double shift_s);
    using Write = std::function<void(AVPacket&, AVRational base, int stream)>;
    /// Writes what the source holds up to this time of the source's clock.
    void advance(double until_s, const Write&);
    /// Writes the rest; what starts at or after end_s is left out.
    void finish(std::optional<double> end_s, const Write&);

private:
    struct Route {
        int stream = -1;  ///< of the output
        std::unique_ptr<AudioEncoder> encoder;
        std::int64_t dropped = 0;
    };
    bool wanted(const AVStream&, std::vector<std::string>& remarks) const;
    void add(AVStream&, std::vector<std::string>& remarks);
    void add_attachment(const AVStream&);
    void copy_chapters(double start_s, double end_s);
    bool next();
    void pass(const Write&);
    bool fit(AVPacket&, const AVStream&) const;
    AVFormatContext& output_;
    const WriterOptions& options_;
    av::Input input_;
    AVStream* video_ = nullptr;
    std::map<int, Route> routes_;  // by the source's stream
    av::Packet packet_ = av::new_packet();
    bool holding_ = false;
    std::optional<double> start_, end_;
    double shift_ = 0;
};

}  // namespace mien
