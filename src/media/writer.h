// Films out: frames re-encoded with the times they came with, everything else of the source copied packet for packet.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "image/frame.h"
#include "media/part_file.h"
#include "media/reader.h"

namespace mien {

/// Sound that comes as samples, not from a file: 16 bits, interleaved; sample 0 is heard at the film's time 0. The writer asks for as much as it needs, in order.
struct GivenSound {
    int rate = 48000, channels = 1;
    std::function<std::size_t(std::span<std::int16_t>)> read;  ///< fills what it is given; fewer samples than asked for: that was the end
};

struct WriterOptions {
    std::string video_encoder = "libx264";   ///< libx264 libx264rgb libx265 libvpx-vp9 ffv1 prores rawvideo
    std::string video_preset = "veryfast";
    int video_quality = 80;                  ///< 0..100, FaceFusion's scale
    bool lossless = false;                   ///< crf 0 / lossless mode of the encoder
    int encoder_threads = 4;                 ///< fixed default: bytes repeat on every machine
    int segment_frames = 0;                  ///< the encoder starts afresh after so many frames, so that a segment's bytes do not depend on what is before it; 0: never
    std::string audio_encoder;               ///< empty: copy packets, encode given sound by the container's rule
    int audio_quality = 80, audio_volume = 100;
    std::filesystem::path source;            ///< film whose other streams, chapters and metadata are copied; empty: none
    bool composed = false;                   ///< the frames show more than the source's picture, upright: what its stream says of the picture's shape (rotation ...) is not copied
    /// Encoded with audio_encoder; empty: flac in mkv, libopus in webm, pcm_s16le in avi and mxf, aac elsewhere. Not beside a source.
    std::optional<GivenSound> sound;
    /// The reader's trim, for the copied streams. A film trimmed at its start begins at 0: the first frame's time is taken from all times.
    std::optional<std::int64_t> trim_start, trim_end;
    std::optional<Size> size;                ///< the size of the frames put, when it is not FilmInfo's: the pipeline resizes, the writer only checks
    std::optional<Ratio> frame_rate;         ///< resample to this constant rate; empty keeps every PTS
    std::string xmp;                         ///< provenance packet, written where the container can hold it
    std::vector<std::pair<std::string, std::string>> metadata;  ///< added to the copied ones
};

/// Takes frames in presentation order; writes under a temporary name and renames when whole. Destroying an unfinished writer removes what it wrote.
/// Thread-safety: one thread at a time.
class Writer {
public:
    virtual ~Writer() = default;
    virtual void put(const Frame&) = 0;
    /// Completes the file and gives it its name; `before_named` as PartFile says, not called by writers without a file. Throws Error{output}.
    void finish(const BeforeNamed& before_named = {}) { complete(before_named); }
    /// What could not be carried over, and trims of copied streams: one sentence each.
    virtual const std::vector<std::string>& remarks() const noexcept = 0;
    /// Text of a digest writer: one line per frame "number ticks digest"; empty for others.
    virtual std::string text() const { return {}; }

private:
    virtual void complete(const BeforeNamed&) = 0;
};
/// The container follows the extension: mp4 m4v mov mkv webm avi mpeg mpg mxf wmv. The encoder gets the film's own sample format where it can take
/// it, otherwise the nearest one (said in remarks); odd sizes that 4:2:0 cannot hold become 4:4:4. A process that lowers its file size limit
/// must ignore SIGXFSZ to see the error. Throws Error{output} (folder missing, read-only, full), Error{usage} (unknown encoder or preset,
/// container that cannot hold it, output equals source), Error{unsupported} (encoder not in this FFmpeg).
std::unique_ptr<Writer> open_film_writer(const std::filesystem::path&, const FilmInfo&, const WriterOptions&);
std::unique_ptr<Writer> open_digest_writer(const std::filesystem::path&);  ///< writes the lines of text() to a file; empty path: keeps them only
std::unique_ptr<Writer> open_null_writer();

/// FaceFusion's quality maps as {option, value}, the option without its dash ("crf", "q:a" ...); empty when the encoder has none.
std::pair<std::string, std::string> video_quality_option(std::string_view encoder, int quality);
std::pair<std::string, std::string> audio_quality_option(std::string_view encoder, int quality);
std::pair<std::string, std::string> video_preset_option(std::string_view encoder, std::string_view preset);

}  // namespace mien
