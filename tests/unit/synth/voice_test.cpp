// SPDX-License-Identifier: Apache-2.0
#include "synth/voice.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "base/error.h"
#include "synth/exact_double.h"

namespace mien::synth {
namespace {

TEST(ExactDouble, StaysWithinItsBounds) {
    for (int i = -4000; i <= 4000; ++i) {
        const double x = i * 0.0873;
        EXPECT_NEAR(exponential(x) / std::exp(x), 1, 2e-14) << x;
        const double turns = i * 0.00731;
        EXPECT_NEAR(sine_of_turns(turns), std::sin(2 * M_PI * std::fmod(turns, 1)), 2e-14) << turns;
        EXPECT_NEAR(cosine_of_turns(turns), std::cos(2 * M_PI * std::fmod(turns, 1)), 2e-14) << turns;
    }
}

std::vector<float> speak(const Speech& speech, const VoiceTraits& traits) {
    Voice voice(speech, traits, 4);
    std::vector<float> samples(static_cast<std::size_t>((speech.end() + 0.2) * sound_rate));
    voice.add(samples, 1);
    return samples;
}

double loudness(std::span<const float> samples) {
    double sum = 0;
    for (const float x : samples) sum += static_cast<double>(x) * static_cast<double>(x);
    return std::sqrt(sum / static_cast<double>(samples.size()));
}

// Power of the sound around one frequency, by a windowed sum.
double power_at(std::span<const float> samples, double hertz) {
    std::complex<double> sum = 0;
    const auto n = static_cast<double>(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i)
        sum += static_cast<double>(samples[i]) * (0.5 - 0.5 * std::cos(2 * M_PI * static_cast<double>(i) / n)) * std::polar(1.0, -2 * M_PI * hertz * static_cast<double>(i) / sound_rate);
    return std::norm(sum);
}

// Peaks of the spectral envelope: power summed over a window as wide as two harmonics, tilt taken out.
std::vector<double> peaks(std::span<const float> samples, double pitch, double from, double to) {
    std::vector<double> smooth, power;
    for (double f = from - 1.5 * pitch; f <= to + 1.5 * pitch; f += 10) power.push_back(power_at(samples, f));
    const auto half = static_cast<std::size_t>(pitch / 10);
    for (std::size_t i = half; i + half < power.size(); ++i) {
        double sum = 0;
        for (std::size_t k = i - half; k <= i + half; ++k) sum += power[k] * (0.5 + 0.5 * std::cos(M_PI * (static_cast<double>(k) - static_cast<double>(i)) / static_cast<double>(half)));
        const double f = from - 1.5 * pitch + 10 * static_cast<double>(i);
        smooth.push_back(sum * f * f);
    }
    std::vector<double> found;
    for (std::size_t i = 3; i + 3 < smooth.size(); ++i)
        if (smooth[i] > smooth[i - 1] && smooth[i] >= smooth[i + 1] && smooth[i] > smooth[i - 3] && smooth[i] > smooth[i + 3]) found.push_back(from - 1.5 * pitch + 10 * static_cast<double>(i + half));
    return found;
}

TEST(Voice, VowelsHaveTheirFormants) {
    for (const char* name : {"AA", "AE", "EH", "IH", "IY", "AO", "UH", "UW", "ER"}) {
        SCOPED_TRACE(name);
        std::string text;
        for (int i = 0; i < 5; ++i) text += std::string(name) + "1 ";
        // A low, even voice shows the envelope best.
        VoiceTraits traits{80, 1, 0.0f, 0.0f};
        const Speech speech = parse_speech(text, 0, 1, 1);
        const std::vector<float> samples = speak(speech, traits);
        const auto middle = std::span(samples).subspan(static_cast<std::size_t>(0.2 * sound_rate), sound_rate / 4);
        const std::vector<double> found = peaks(middle, 90, 150, 3300);
        for (std::size_t k = 0; k < 2; ++k) {
            const double wanted = static_cast<double>(sound_row(name).formants[k]);
            double nearest = 1e9;
            for (const double f : found)
                if (std::abs(f - wanted) < std::abs(nearest - wanted)) nearest = f;
            EXPECT_NEAR(nearest / wanted, 1, 0.10) << "formant " << k + 1;
        }
    }
}

TEST(Voice, SoundsAreWhereTheLineSays) {
    const Speech speech = parse_speech("AA1 . S . AA1 P AA1", 0.1, 1, 1);
    const std::vector<float> samples = speak(speech, {});
    for (const SpokenSound& sound : speech.sounds) {
        const double quarter = (sound.end - sound.start) / 4;
        const auto part = [&](double from, double to) { return std::span(samples).subspan(static_cast<std::size_t>(from * sound_rate), static_cast<std::size_t>((to - from) * sound_rate)); };
        const double loud = loudness(part(sound.start + quarter, sound.end - quarter));
        if (sound.row->manner == Manner::vowel) {
            EXPECT_GT(loud, 0.05);
        }
        if (sound.row->manner == Manner::silence) {
            EXPECT_LT(loud, 0.002);
        }
        if (sound.row->manner == Manner::fricative) {
            EXPECT_NEAR(loud, 0.02, 0.012);
        }
        if (sound.row->manner == Manner::stop) {
            EXPECT_LT(loudness(part(sound.start + 0.6 * quarter, sound.start + 2 * quarter)), 0.03);
        }
    }
}

TEST(Voice, PiecesEqualTheWhole) {
    const Speech speech = babble(3, 0, 2, 1);
    Voice whole(speech, {}, 9), pieces(speech, {}, 9);
    std::vector<float> a(96000), b(96000);
    whole.add(a, 1);
    for (std::size_t at = 0; at < b.size(); at += 999) pieces.add(std::span(b).subspan(at, std::min<std::size_t>(999, b.size() - at)), 1);
    EXPECT_EQ(a, b);
}

TEST(Voice, PitchFollowsSexAndAge) {
    const auto voice = [](float age, float sex) {
        PersonWish wish;
        wish.age = age;
        wish.sex = sex;
        double pitch = 0;
        for (std::uint32_t seed = 1; seed <= 50; ++seed) pitch += static_cast<double>(voice_of(make_person(seed, wish)).pitch) / 50;
        return pitch;
    };
    EXPECT_NEAR(voice(35, 1), 114, 8);
    EXPECT_NEAR(voice(35, 0), 205, 12);
    EXPECT_GT(voice(6, 1), 255);
}

TEST(Speech, MouthsCloseForLips) {
    // Lips close wholly for P, B, M and F however short they are; shares always sum to 1.
    for (const float rate : {1.0f, 2.5f}) {
        const Speech speech = parse_speech("AA P IY B UW M AO F EH", 0, rate, 1);
        for (const SpokenSound& sound : speech.sounds) {
            const double middle = (sound.start + sound.end) / 2;
            const auto strengths = visemes_at(speech, middle);
            if (sound.row->viseme == Viseme::PP || sound.row->viseme == Viseme::FF) {
                EXPECT_NEAR(strengths[static_cast<std::size_t>(sound.row->viseme)], 1, 1e-6);
            }
        }
        for (double time = -0.1; time < speech.end() + 0.1; time += 0.0007) {
            const SoundMix mix = sounds_at(speech, time);
            float sum = 0;
            for (int i = 0; i < mix.count; ++i) sum += mix.parts[static_cast<std::size_t>(i)].share;
            EXPECT_NEAR(sum, 1, 1e-6) << time;
        }
    }
}

TEST(Speech, ReadsSoundsAndVisemes) {
    const Speech speech = parse_speech("HH AH0 L OW1, PP aa nn.", 1, 1, 1);
    std::string names;
    for (const SpokenSound& sound : speech.sounds) names += std::string(sound.row->name) + " ";
    EXPECT_EQ(names, "HH AH L AO UH sil P AA N sil ");
    EXPECT_EQ(speech.sounds.front().start, 1);
    for (std::size_t i = 1; i < speech.sounds.size(); ++i) EXPECT_EQ(speech.sounds[i].start, speech.sounds[i - 1].end);
    EXPECT_THROW(parse_speech("hello", 0, 1, 1), Error);
    const Speech chatter = babble(7, 1, 9, 1);
    EXPECT_GE(chatter.sounds.front().start, 1);
    EXPECT_LE(chatter.end(), 9);
    EXPECT_GT(chatter.end(), 7);
}

}  // namespace
}  // namespace mien::synth
