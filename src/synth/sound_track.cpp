// SPDX-License-Identifier: Apache-2.0
#include "synth/sound_track.h"

#include <algorithm>

namespace mien::synth {
namespace {

constexpr std::int64_t cut_fade = sound_rate / 50;  // voices end with their shot, without a click

std::int64_t sample_of(double seconds) { return whole_below(seconds * sound_rate + 0.5); }

// Nearly straight up to half of full scale, never beyond it.
float held(float x) {
    x = limit(x, -1.5f, 1.5f);
    return x - x * x * x * (4.0f / 27);
}

}  // namespace

SoundTrack::SoundTrack(const Staging& staging) : staging_(staging), length_(sample_of(staging.seconds())) {}

bool SoundTrack::silent() const noexcept {
    for (const Staging::Take& take : staging_.takes())
        for (const auto& performance : take.performances)
            for (const SpokenLine& line : performance->lines())
                if (line.level > 0) return false;
    return true;
}

void SoundTrack::begin(std::size_t number) {
    const Staging::Take& take = staging_.takes()[number];
    take_end_ = sample_of(take.end);
    speakers_.clear();
    for (std::size_t i = 0; i < take.performances.size(); ++i)
        for (const SpokenLine& line : take.performances[i]->lines()) {
            const Person& person = staging_.people()[static_cast<std::size_t>(take.people[i])];
            if (line.level > 0)
                speakers_.push_back({Voice(line.speech, voice_of(person), seed_for(person.seed, static_cast<std::uint32_t>(number))), 0.8f * line.level});
        }
}

std::size_t SoundTrack::read(std::span<std::int16_t> samples) {
    std::size_t done = 0;
    std::vector<float> mixed;
    while (done < samples.size() && at_ < length_) {
        while (at_ >= take_end_ && next_take_ < staging_.takes().size()) begin(next_take_++);
        const std::int64_t end = std::min({length_, std::max(take_end_, at_ + 1), at_ + static_cast<std::int64_t>(samples.size() - done)});
        mixed.assign(static_cast<std::size_t>(end - at_), 0);
        for (Speaker& speaker : speakers_) speaker.voice.add(mixed, speaker.level);
        for (const float value : mixed) {
            const float fade = unit_range(static_cast<float>(take_end_ - at_) / cut_fade);
            const float full = held(value * fade) * 32767;
            samples[done++] = static_cast<std::int16_t>(full + (full < 0 ? -0.5f : 0.5f));
            ++at_;
        }
    }
    return done;
}

}  // namespace mien::synth
