// A voice from formulas: a pulse source with a throat, mouth and nose of resonators behind it, noise for breath and hiss. 48 kHz, one channel.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>

#include "synth/person.h"
#include "synth/speech.h"

namespace mien::synth {

inline constexpr int sound_rate = 48000;

/// What makes a voice somebody's.
struct VoiceTraits {
    float pitch = 115;   ///< Hz, of the voice at rest
    float tract = 1;     ///< formants over a man's: shorter throats are higher
    float breath = 0.03f, jitter = 0.008f;  ///< noise beside the pulses; relative irregularity of the periods
    friend bool operator==(const VoiceTraits&, const VoiceTraits&) = default;
};
/// From sex, age and the person's seed.
VoiceTraits voice_of(const Person&) noexcept;

/// Speaks a line from its start to its end, sample by sample. Same line, traits and seed: same samples on every machine (double precision, no libm).
/// Thread-safety: one thread at a time.
class Voice {
public:
    /// `speech` must outlive the voice.
    Voice(const Speech& speech, const VoiceTraits&, std::uint32_t seed);
    /// Adds the next samples, full scale 1, times `level`. A vowel has about 0.1 root mean square at level 1.
    void add(std::span<float> samples, float level);

private:
    /// y = a x + b y1 + c y2; 1 at 0 Hz.
    struct Resonator {
        double a = 1, b = 0, c = 0, y1 = 0, y2 = 0;
        void tune(double hertz, double width) noexcept;
        double run(double x) noexcept {
            const double y = a * x + b * y1 + c * y2;
            y2 = y1;
            y1 = y;
            return y;
        }
    };
    /// Passes a band: about 1 in its middle, 0 at 0 Hz and at half the rate.
    struct Band {
        double g = 0, b = 0, c = 0, x1 = 0, x2 = 0, y1 = 0, y2 = 0;
        void tune(double hertz, double width) noexcept;
        double run(double x) noexcept {
            const double y = g * (x - x2) + b * y1 + c * y2;
            x2 = x1;
            x1 = x;
            y2 = y1;
            y1 = y;
            return y;
        }
    };
    struct Levels {
        double voicing = 0, breath = 0, hiss = 0;
    };
    void control();
    void aim(const SpokenSound&, double share, double time, Levels&, std::array<double, 4>& formants, double& nose, double& hertz, double& width, double& hiss_weight) const;
    double pulse();
    double white() noexcept;

    const Speech& speech_;
    VoiceTraits traits_;
    std::uint32_t seed_, noise_state_;
    std::int64_t sample_ = 0;
    Levels wanted_, levels_;
    double pitch_ = 100, melody_ = 1;
    double phase_ = 0, period_scale_ = 1, strength_ = 1, tilt_ = 0, nose_ = 0;
    std::uint32_t period_ = 0;
    std::array<Resonator, 5> throat_;
    Resonator nasal_;
    Band hiss_;
    double hiss_gain_ = 1;
};

}  // namespace mien::synth
