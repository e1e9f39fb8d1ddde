// Films and pictures in: frames with exact times, and what the file says of itself.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "image/frame.h"

namespace mien {

/// What the container says of its main video stream and of the others.
struct FilmInfo {
    Size size;                    ///< as stored, before rotation
    int rotation = 0;             ///< degrees clockwise needed for display: 0, 90, 180, 270
    Format format;
    Colour colour;
    Ratio sample_aspect{1, 1}, time_base{1, 1}, frame_rate{0, 1};  ///< frame_rate: the average, for display and sampling only
    std::int64_t frame_count = 0; ///< the container's claim; 0 when unknown
    double duration_s = 0;
    std::string container, video_codec;
    struct Stream {
        int index = 0;
        std::string kind, codec, language;  ///< kind: video audio subtitle data attachment
    };
    std::vector<Stream> streams;
    int chapter_count = 0;
};

struct ReaderOptions {
    std::optional<std::int64_t> trim_start, trim_end;  ///< frame numbers [start, end) in presentation order
    int threads = 2;                                   ///< of the decoder; never changes a byte
};

/// Frames of a film in presentation order, every PTS as the file has it (edit lists applied). Rotated films come as stored; the
/// pipeline turns what it analyses. Thread-safety: one thread at a time.
class Reader {
public:
    virtual ~Reader() = default;
    virtual const FilmInfo& info() const noexcept = 0;
    /// Empty at the end. A truncated file ends at its last whole frame and is said in `remarks`. Throws Error{bad_input} on damage that leaves no frame.
    virtual std::optional<Frame> next() = 0;
    virtual const std::vector<std::string>& remarks() const noexcept = 0;
};
/// Throws Error{bad_input}: missing, unreadable, empty, no video stream, a picture named as a film ...
std::unique_ptr<Reader> open_film(const std::filesystem::path&, const ReaderOptions& = {});

enum class MediaKind : std::uint8_t { picture, film, sound };
/// By content, not by name. Throws Error{bad_input} for anything else.
MediaKind probe_kind(const std::filesystem::path&);

}  // namespace mien
