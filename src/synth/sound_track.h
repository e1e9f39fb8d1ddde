// The sound of a film: everybody who speaks in it, mixed. 48 kHz, one channel, 16 bit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "synth/staging.h"
#include "synth/voice.h"

namespace mien::synth {

/// Sample 0 is heard when the frame grid begins. Thread-safety: one thread at a time; the staging must outlive it.
class SoundTrack {
public:
    explicit SoundTrack(const Staging&);
    /// True when nobody ever says anything aloud.
    bool silent() const noexcept;
    std::int64_t length() const noexcept { return length_; }  ///< samples
    /// The next samples; returns how many there were before the end.
    std::size_t read(std::span<std::int16_t>);

private:
    struct Speaker {
        Voice voice;
        float level;
    };
    void begin(std::size_t take);
    const Staging& staging_;
    std::int64_t at_ = 0, length_ = 0, take_end_ = 0;
    std::size_t next_take_ = 0;
    std::vector<Speaker> speakers_;
};

}  // namespace mien::synth
