// SPDX-License-Identifier: Apache-2.0
#include "synth/voice.h"

#include <algorithm>
#include <cmath>

#include "synth/curve.h"

namespace mien::synth {
namespace {

constexpr int control_step = 48;                                // samples between two looks at the line: a millisecond
constexpr std::array<double, 5> widths{70, 90, 130, 220, 280};  // of the formants, Hz
// The pulse of the glottis: the flow rises over `opening` of a period and falls over `closing`.
constexpr double opening = 0.42, closing = 0.17;
constexpr double sound_level = 0.0112;  // brings a vowel to about 0.1 root mean square
constexpr double hiss_level = 0.17;     // and hiss of level 1 to the same

// Share of its level that each part of a stop has: silence, then a burst, then breath or voice.
struct StopShape {
    double voicing, burst, breath;
};
StopShape stop_at(const SpokenSound& sound, double time) {
    const double length = sound.end - sound.start, release = sound.start + length * (sound.row->voiced ? 0.68 : 0.55);
    const double after = time - release;
    if (after < 0) return {sound.row->voiced ? 0.16 : 0, 0, 0};
    const double burst = after < 0.012 ? 1 - after / 0.012 : 0;
    return {sound.row->voiced && after > 0.006 ? 0.7 : 0, burst, sound.row->voiced ? 0.02 : 0.16};
}

}  // namespace

VoiceTraits voice_of(const Person& person) noexcept {
    const float age = person[Trait::age], man = unit_range(person[Trait::sex]), grown = smooth_step(9, 18, age), old = smooth_step(55, 85, age);
    const float own = chance(seed_for(person.seed, 21), 0) - 0.5f, other = chance(seed_for(person.seed, 21), 1) - 0.5f;
    VoiceTraits voice;
    const float adult = mix(205, 114, man) * (1 + old * mix(-0.10f, 0.12f, man)), child = 285 - 3 * (age - 5);
    voice.pitch = mix(child, adult, grown) * (1 + 0.24f * own);
    voice.tract = mix(1.34f - 0.012f * (age - 5), mix(1.16f, 1.0f, man), grown) * (1 + 0.05f * other);
    voice.breath = mix(0.045f, 0.022f, man) * grown + 0.05f * (1 - grown) + 0.03f * old;
    voice.jitter = 0.007f + 0.012f * old;
    return voice;
}

void Voice::Resonator::tune(double hertz, double width) noexcept {
    const double radius = exponential(-3.141592653589793 * width / sound_rate);
    c = -radius * radius;
    b = 2 * radius * cosine_of_turns(std::min(hertz, 0.45 * sound_rate) / sound_rate);
    a = 1 - b - c;
}

void Voice::Band::tune(double hertz, double width) noexcept {
    const double radius = exponential(-3.141592653589793 * width / sound_rate);
    c = -radius * radius;
    b = 2 * radius * cosine_of_turns(std::min(hertz, 0.45 * sound_rate) / sound_rate);
    g = (1 - radius * radius) / 2;
}

Voice::Voice(const Speech& speech, const VoiceTraits& traits, std::uint32_t seed)
    : speech_(speech), traits_(traits), seed_(seed_for(seed, 31)), noise_state_(seed_for(seed, 32)) {
    control();
    levels_ = wanted_;
}

double Voice::white() noexcept {
    noise_state_ = scramble(noise_state_ + 0x9e3779b9u);
    return static_cast<double>(noise_state_) * (2.0 / 4294967296.0) - 1;
}

void Voice::aim(const SpokenSound& sound, double share, double time, Levels& levels, std::array<double, 4>& formants, double& nose, double& hertz,
                double& width, double& hiss_weight) const {
    const SoundRow& row = *sound.row;
    for (std::size_t k = 0; k < 4; ++k) formants[k] += share * static_cast<double>(row.formants[k]);
    const auto hiss = [&](double level) {
        levels.hiss += share * level;
        hertz += share * level * static_cast<double>(row.noise_hertz);
        width += share * level * static_cast<double>(row.noise_width);
        hiss_weight += share * level;
    };
    const double noise = static_cast<double>(row.noise_level), stress = 0.75 + 0.25 * static_cast<double>(sound.stress);
    switch (row.manner) {
        case Manner::silence:
            break;
        case Manner::vowel:
            levels.voicing += share * stress;
            break;
        case Manner::glide:
            levels.voicing += share * 0.7 * stress;
            break;
        case Manner::nasal:
            levels.voicing += share * 0.55 * stress;
            nose += share;
            break;
        case Manner::breath:
            levels.breath += share * noise;
            break;
        case Manner::fricative:
            hiss(noise);
            if (row.voiced) levels.voicing += share * 0.35;
            break;
        case Manner::affricate: {
            const StopShape shape = stop_at(sound, time + 0.25 * (sound.end - sound.start));
            hiss(shape.burst + shape.breath > 0 ? noise : 0);
            if (row.voiced) levels.voicing += share * 0.2;
            break;
        }
        case Manner::stop: {
            const StopShape shape = stop_at(sound, time);
            hiss(noise * shape.burst * 1.6);
            levels.breath += share * shape.breath;
            levels.voicing += share * shape.voicing;
            break;
        }
    }
}

// Looks at the line and tunes the resonators for the next millisecond.
void Voice::control() {
    const double time = static_cast<double>(sample_) / sound_rate;
    std::array<double, 4> formants{};
    double nose = 0, hertz = 0, width = 0, hiss_weight = 0, melody = 0, sung = 0;
    wanted_ = {};
    const SoundMix mix = sounds_at(speech_, time);
    double share_of_sounds = 0;
    for (int i = 0; i < mix.count; ++i) {
        const auto& [sound, share] = mix.parts[static_cast<std::size_t>(i)];
        if (!sound || sound->row->manner == Manner::silence) continue;
        aim(*sound, static_cast<double>(share), time, wanted_, formants, nose, hertz, width, hiss_weight);
        share_of_sounds += static_cast<double>(share);
        melody += static_cast<double>(share * sound->melody);
        sung += static_cast<double>(share);
    }
    if (sung > 0) melody_ += (melody / sung - melody_) * 0.03;  // the larynx is slower than the tongue
    pitch_ = static_cast<double>(traits_.pitch) * melody_ * (1 + 0.012 * static_cast<double>(drift(time * 5.1, seed_ + 1)));
    const auto tract = static_cast<double>(traits_.tract);
    if (share_of_sounds > 0.02) {
        for (std::size_t k = 0; k < 4; ++k) throat_[k].tune(tract * formants[k] / share_of_sounds, widths[k] * (1 + (k == 0 ? 1.2 : 0.6) * nose));
        throat_[4].tune(4500 * tract, widths[4]);
    }
    nose_ = nose;
    nasal_.tune(270 * tract, 90);
    if (hiss_weight > 1e-6) {
        const double middle = hertz / hiss_weight, band = width / hiss_weight;
        hiss_.tune(middle, band);
        hiss_gain_ = 1 / std::sqrt(band * 1.5 / (sound_rate / 2.0));  // wide and narrow hiss equally loud
    }
}

// The derivative of the glottal flow, with periods and strengths that are never quite equal.
double Voice::pulse() {
    phase_ += pitch_ * period_scale_ / sound_rate;
    if (phase_ >= 1) {
        phase_ -= 1;
        ++period_;
        const auto uneven = [&](std::uint32_t salt) { return 2 * static_cast<double>(chance(seed_ + salt, period_)) - 1; };
        period_scale_ = 1 + 1.7 * static_cast<double>(traits_.jitter) * uneven(5);
        strength_ = 1 + 0.06 * uneven(6);
    }
    double flow = 0;
    if (phase_ < opening) {
        const double x = phase_ / opening;
        flow = 6 * x * (1 - x) / opening;
    } else if (phase_ < opening + closing) {
        flow = -2 * ((phase_ - opening) / closing) / closing;
    }
    // Breath comes through the open glottis.
    const double air = phase_ < opening + closing ? static_cast<double>(traits_.breath) * 16 * white() : 0;
    tilt_ += 0.55 * (strength_ * flow + air - tilt_);
    return tilt_;
}

void Voice::add(std::span<float> samples, float level) {
    for (float& sample : samples) {
        if (sample_ % control_step == 0) control();
        ++sample_;
        // Levels follow in three milliseconds, bursts at once.
        levels_.voicing += (wanted_.voicing - levels_.voicing) * 0.007;
        levels_.breath += (wanted_.breath - levels_.breath) * 0.007;
        levels_.hiss += (wanted_.hiss - levels_.hiss) * (wanted_.hiss > levels_.hiss ? 0.03 : 0.01);
        if (levels_.voicing + levels_.breath + levels_.hiss < 1e-7) continue;
        double x = levels_.voicing * pulse() + levels_.breath * 9 * white();
        if (nose_ > 0) x = x + nose_ * 0.6 * (nasal_.run(x) - x);
        for (Resonator& formant : throat_) x = formant.run(x);
        double out = x * sound_level;
        if (levels_.hiss > 1e-7) {
            out += levels_.hiss * hiss_level * hiss_gain_ * hiss_.run(white());
        }
        sample += level * static_cast<float>(out);
    }
}

}  // namespace mien::synth
