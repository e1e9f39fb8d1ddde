// What is said: sounds of speech with their times, from text or from a seed. Mouths (visemes) and voices (formants) read the same line.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synth/expression.h"

namespace mien::synth {

inline constexpr std::size_t viseme_count = static_cast<std::size_t>(Viseme::count_);

/// How a sound is made.
enum class Manner : std::uint8_t { silence, vowel, glide, nasal, fricative, affricate, stop, breath };

/// One sound of English in ARPABET's spelling. Formants in Hz are those of an adult man; other speakers scale them.
struct SoundRow {
    std::string_view name;
    Viseme viseme;
    float mouth;                      ///< strength of the viseme, 0..1
    Manner manner;
    bool voiced;
    float seconds;                    ///< usual length at rate 1
    std::array<float, 4> formants;    ///< where they are, or tend to, during the sound
    float noise_hertz, noise_width;   ///< of frication and bursts; 0 where there is none
    float noise_level;                ///< beside a vowel of 1
};
/// All sounds. A diphthong is two rows in `parse_speech`'s spelling table.
std::span<const SoundRow> sound_rows() noexcept;
const SoundRow& sound_row(std::string_view name);  ///< throws Error{internal}

struct SpokenSound {
    const SoundRow* row = nullptr;
    double start = 0, end = 0;  ///< seconds from the start of the shot
    float stress = 0;           ///< 0 weak .. 1 accented
    float melody = 1;           ///< pitch at its middle over the speaker's own
};

/// Sounds without a gap between them; silence before the first and after the last.
struct Speech {
    std::vector<SpokenSound> sounds;
    bool empty() const noexcept { return sounds.empty(); }
    double end() const noexcept { return sounds.empty() ? 0 : sounds.back().end; }
};

/// Words of ARPABET sounds ("HH AH0 L OW1 . W ER1 L D", stress digits optional) or viseme names ("PP aa nn"), "," and "." for pauses.
/// `rate`: 1 = usual speed. Throws Error{bad_input} with the word that is none.
Speech parse_speech(std::string_view text, double from, float rate, std::uint32_t melody_seed);
/// Sentences that mean nothing, with stress, pauses and melody, from `from` to about `to` (never beyond).
Speech babble(std::uint32_t seed, double from, double to, float rate);

/// Shares of the sounds around a moment: raised-cosine cross-fades of 70 ms between neighbours, shorter where one of them is shorter, so that every sound
/// has a moment of its own. At most four; shares sum to 1.
struct SoundMix {
    struct Part {
        const SpokenSound* sound = nullptr;  ///< null: silence
        float share = 0;
    };
    std::array<Part, 4> parts{};
    int count = 0;
};
SoundMix sounds_at(const Speech&, double time);
/// Strength of every viseme at a moment, 0..1.
std::array<float, viseme_count> visemes_at(const Speech&, double time);
/// How much the speaker stresses what is said now, 0..1, smooth; for brows and nods.
float emphasis_at(const Speech&, double time);

}  // namespace mien::synth
