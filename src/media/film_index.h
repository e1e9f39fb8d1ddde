// The presentation times of a film read from its packets, without decoding: where a frame number lies and where to seek for it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "media/ffmpeg.h"

namespace mien::av {

/// Times of all pictures of a stream. Thread-safety: const after construction.
class FilmIndex {
public:
    /// Reads every packet of the stream from the start; the input stands at its end afterwards. Empty when packets do not tell the number
    /// of a frame for certain (times missing or twice, pictures before the first key frame, codecs with hidden pictures): then only
    /// decoding from the start counts right.
    static std::optional<FilmIndex> scan(AVFormatContext&, int stream);

    /// Position of a time in presentation order; empty when no picture has it.
    std::optional<std::int64_t> number_of(std::int64_t pts) const;
    std::int64_t count() const noexcept { return static_cast<std::int64_t>(times_.size()); }
    /// Time of the key frame to seek to for a number: one key frame further back than needed, because a recovery point may need a whole
    /// refresh period to be exact. Empty: start from the beginning.
    std::optional<std::int64_t> seek_target(std::int64_t number) const;

private:
    std::vector<std::int64_t> times_;  // sorted
    std::vector<std::int64_t> keys_;   // in file order
};

}  // namespace mien::av
