// SPDX-License-Identifier: Apache-2.0
#include "synth/speech.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "base/error.h"
#include "synth/curve.h"

namespace mien::synth {
namespace {

using V = Viseme;
using M = Manner;
// Vowels after the averages that phonetics books give for men; consonants: the places their formants point to.
constexpr auto rows = std::to_array<SoundRow>({
    {"sil", V::sil, 0, M::silence, false, 0.30f, {500, 1500, 2500, 3500}, 0, 0, 0},
    {"AA", V::aa, 1.0f, M::vowel, true, 0.125f, {730, 1090, 2440, 3400}, 0, 0, 0},
    {"AE", V::aa, 0.85f, M::vowel, true, 0.125f, {660, 1720, 2410, 3500}, 0, 0, 0},
    {"AH", V::aa, 0.7f, M::vowel, true, 0.095f, {640, 1190, 2390, 3400}, 0, 0, 0},
    {"AO", V::oh, 1.0f, M::vowel, true, 0.125f, {570, 840, 2410, 3300}, 0, 0, 0},
    {"AX", V::E, 0.5f, M::vowel, true, 0.060f, {500, 1500, 2500, 3500}, 0, 0, 0},
    {"EH", V::E, 1.0f, M::vowel, true, 0.105f, {530, 1840, 2480, 3500}, 0, 0, 0},
    {"ER", V::RR, 1.0f, M::vowel, true, 0.115f, {490, 1350, 1690, 3300}, 0, 0, 0},
    {"IH", V::ih, 0.85f, M::vowel, true, 0.085f, {390, 1990, 2550, 3600}, 0, 0, 0},
    {"IY", V::ih, 1.0f, M::vowel, true, 0.115f, {270, 2290, 3010, 3700}, 0, 0, 0},
    {"UH", V::ou, 0.7f, M::vowel, true, 0.090f, {440, 1020, 2240, 3300}, 0, 0, 0},
    {"UW", V::ou, 1.0f, M::vowel, true, 0.115f, {300, 870, 2240, 3300}, 0, 0, 0},
    {"W", V::ou, 0.9f, M::glide, true, 0.065f, {290, 610, 2150, 3200}, 0, 0, 0},
    {"Y", V::ih, 0.8f, M::glide, true, 0.060f, {260, 2070, 3020, 3700}, 0, 0, 0},
    {"R", V::RR, 1.0f, M::glide, true, 0.070f, {310, 1060, 1380, 3200}, 0, 0, 0},
    {"L", V::nn, 1.0f, M::glide, true, 0.065f, {310, 1050, 2880, 3400}, 0, 0, 0},
    {"M", V::PP, 1.0f, M::nasal, true, 0.075f, {250, 1000, 2200, 3300}, 0, 0, 0},
    {"N", V::nn, 1.0f, M::nasal, true, 0.065f, {250, 1400, 2600, 3500}, 0, 0, 0},
    {"NG", V::kk, 1.0f, M::nasal, true, 0.075f, {250, 1900, 2700, 3500}, 0, 0, 0},
    {"HH", V::ih, 0.4f, M::breath, false, 0.065f, {500, 1500, 2500, 3500}, 0, 0, 0.25f},
    {"F", V::FF, 1.0f, M::fricative, false, 0.095f, {340, 1100, 2080, 3400}, 6800, 6000, 0.10f},
    {"V", V::FF, 1.0f, M::fricative, true, 0.070f, {340, 1100, 2080, 3400}, 6800, 6000, 0.06f},
    {"TH", V::TH, 1.0f, M::fricative, false, 0.090f, {320, 1290, 2540, 3500}, 7600, 5000, 0.08f},
    {"DH", V::TH, 1.0f, M::fricative, true, 0.055f, {320, 1290, 2540, 3500}, 7600, 5000, 0.04f},
    {"S", V::SS, 1.0f, M::fricative, false, 0.100f, {320, 1390, 2530, 3600}, 6600, 2400, 0.22f},
    {"Z", V::SS, 1.0f, M::fricative, true, 0.080f, {320, 1390, 2530, 3600}, 6600, 2400, 0.13f},
    {"SH", V::CH, 1.0f, M::fricative, false, 0.105f, {300, 1840, 2750, 3500}, 3400, 1700, 0.24f},
    {"ZH", V::CH, 1.0f, M::fricative, true, 0.080f, {300, 1840, 2750, 3500}, 3400, 1700, 0.14f},
    {"CH", V::CH, 1.0f, M::affricate, false, 0.105f, {350, 1800, 2820, 3500}, 3600, 1900, 0.26f},
    {"JH", V::CH, 1.0f, M::affricate, true, 0.095f, {260, 1800, 2820, 3500}, 3600, 1900, 0.18f},
    {"P", V::PP, 1.0f, M::stop, false, 0.085f, {400, 1100, 2150, 3300}, 900, 1400, 0.30f},
    {"B", V::PP, 1.0f, M::stop, true, 0.075f, {200, 1100, 2150, 3300}, 900, 1400, 0.18f},
    {"T", V::DD, 1.0f, M::stop, false, 0.075f, {400, 1600, 2600, 3500}, 4600, 3000, 0.34f},
    {"D", V::DD, 1.0f, M::stop, true, 0.065f, {200, 1600, 2600, 3500}, 4300, 3000, 0.20f},
    {"K", V::kk, 1.0f, M::stop, false, 0.085f, {300, 1990, 2850, 3500}, 2100, 1100, 0.34f},
    {"G", V::kk, 1.0f, M::stop, true, 0.075f, {200, 1990, 2850, 3500}, 2000, 1100, 0.22f},
});

struct Spelling {
    std::string_view written;
    std::array<std::string_view, 2> sounds;  // the second may be empty
};
// Diphthongs are two sounds, and each viseme stands for its most usual one.
constexpr auto spellings = std::to_array<Spelling>({
    {"AY", {"AA", "IH"}},
    {"AW", {"AA", "UH"}},
    {"EY", {"EH", "IY"}},
    {"OW", {"AO", "UH"}},
    {"OY", {"AO", "IH"}},
    {"PP", {"P", ""}},
    {"FF", {"F", ""}},
    {"DD", {"T", ""}},
    {"kk", {"K", ""}},
    {"SS", {"S", ""}},
    {"nn", {"N", ""}},
    {"RR", {"R", ""}},
    {"aa", {"AA", ""}},
    {"E", {"EH", ""}},
    {"ih", {"IH", ""}},
    {"oh", {"AO", ""}},
    {"ou", {"UW", ""}},
});

const SoundRow* find_row(std::string_view name) noexcept {
    const auto* const found = std::ranges::find(rows, name, &SoundRow::name);
    return found == rows.end() ? nullptr : found;
}

class Line {
public:
    Line(double from, float rate) : at_(from), rate_(rate) {}
    void say(const SoundRow& row, float stress, float length = 1) {
        const double seconds = static_cast<double>(row.seconds * length * (row.manner == Manner::vowel ? 0.85f + 0.45f * stress : 1.0f)) / rate_;
        speech_.sounds.push_back({&row, at_, at_ + seconds, stress, 1});
        at_ += seconds;
    }
    void pause(float seconds) {
        speech_.sounds.push_back({find_row("sil"), at_, at_ + seconds / rate_, 0, 1});
        at_ += seconds / rate_;
    }
    double now() const noexcept { return at_; }
    Speech& speech() noexcept { return speech_; }

private:
    Speech speech_;
    double at_;
    float rate_;
};

// Sentence melody: falling from start to end, accents above it, a last fall (or, for one sentence in five, a question's rise).
void sing(Speech& speech, std::uint32_t seed) {
    std::size_t first = 0;
    std::uint32_t number = 0;
    while (first < speech.sounds.size()) {
        std::size_t last = first;
        while (last < speech.sounds.size() &&
               !(speech.sounds[last].row->manner == Manner::silence && speech.sounds[last].end - speech.sounds[last].start > 0.2))
            ++last;
        const double from = speech.sounds[first].start, to = last > first ? speech.sounds[last - 1].end : from + 1;
        const bool question = chance(seed, number++) < 0.2f;
        for (std::size_t i = first; i < last; ++i) {
            SpokenSound& sound = speech.sounds[i];
            const auto s = static_cast<float>(((sound.start + sound.end) / 2 - from) / (to - from));
            const float close = smooth_step(0.75f, 1, s) * (question ? 0.34f : -0.16f);
            sound.melody = 1.12f - 0.22f * s + 0.17f * sound.stress + close + 0.05f * drift(sound.start * 2.1, seed + 7);
        }
        first = last + 1;
    }
}

struct Syllable {
    std::string_view onset, vowel, coda;
};
Syllable draw_syllable(Draws& draws) {
    constexpr auto onsets = std::to_array<std::string_view>(
        {"B", "D", "G", "P", "T", "K", "M", "N", "L", "R", "S", "F", "V", "SH", "W", "HH", "DH", "TH", "Y", "CH", "JH", "Z", ""});
    constexpr auto vowels = std::to_array<std::string_view>({"AA", "AE", "AH", "AO", "EH", "ER", "IH", "IY", "UW", "UH", "AX", "AX"});
    constexpr auto codas = std::to_array<std::string_view>({"N", "M", "S", "T", "L", "R", "K", "NG", "D", "Z"});
    const auto pick = [&](const auto& from) { return from[static_cast<std::size_t>(draws.uniform() * static_cast<float>(from.size()))]; };
    Syllable syllable{pick(onsets), pick(vowels), pick(codas)};
    if (draws.uniform() < 0.6f) syllable.coda = {};
    return syllable;
}

void babble_word(Line& line, Draws& draws) {
    const int syllables = 1 + static_cast<int>(draws.uniform() * 2.6f), stressed = static_cast<int>(draws.uniform() * static_cast<float>(syllables));
    const float accent = draws.between(0.35f, 1.0f);
    for (int i = 0; i < syllables; ++i) {
        const Syllable syllable = draw_syllable(draws);
        const float stress = i == stressed ? accent : 0.1f;
        const std::string_view vowel = i != stressed && draws.uniform() < 0.4f ? "AX" : syllable.vowel;
        if (!syllable.onset.empty()) line.say(*find_row(syllable.onset), stress);
        line.say(*find_row(vowel), stress, draws.between(0.85f, 1.2f));
        if (!syllable.coda.empty()) line.say(*find_row(syllable.coda), stress);
    }
}

std::vector<std::string_view> split(std::string_view text) {
    std::vector<std::string_view> words;
    std::size_t at = 0;
    while (at < text.size()) {
        if (std::isspace(static_cast<unsigned char>(text[at]))) {
            ++at;
            continue;
        }
        std::size_t end = at + 1;
        const bool mark = text[at] == ',' || text[at] == '.';
        while (!mark && end < text.size() && !std::isspace(static_cast<unsigned char>(text[end])) && text[end] != ',' && text[end] != '.') ++end;
        words.push_back(text.substr(at, end - at));
        at = end;
    }
    return words;
}

// Half the width of the cross-fade between two neighbours.
double half_fade(const SpokenSound& a, const SpokenSound& b) { return 0.5 * std::min({0.070, a.end - a.start, b.end - b.start}); }
float raised_cosine(double s) { return static_cast<float>(0.5 - 0.5 * cosine_of_turns(std::clamp(s, 0.0, 1.0) * 0.5)); }

}  // namespace

std::span<const SoundRow> sound_rows() noexcept { return rows; }
const SoundRow& sound_row(std::string_view name) {
    if (const SoundRow* const row = find_row(name)) return *row;
    throw Error(Code::internal, fmt::format("{} is not a sound of speech", name));
}

Speech parse_speech(std::string_view text, double from, float rate, std::uint32_t melody_seed) {
    Line line(from, rate);
    for (const std::string_view word : split(text)) {
        if (word == "," || word == ".") {
            line.pause(word == "," ? 0.16f : 0.45f);
            continue;
        }
        const bool digit = word.size() > 1 && word.back() >= '0' && word.back() <= '2';
        const std::string_view name = digit ? word.substr(0, word.size() - 1) : word;
        const float stress = !digit ? 0.45f : word.back() == '1' ? 1.0f : word.back() == '2' ? 0.5f : 0.0f;
        const auto* const spelling = std::ranges::find(spellings, name, &Spelling::written);
        if (spelling == spellings.end() && !find_row(name))
            throw Error(Code::bad_input,
                        fmt::format("\"{}\" is neither a sound (AA AE AH ... ZH), a viseme (PP FF TH ...), \",\" nor \".\"", word.substr(0, 40)));
        if (spelling == spellings.end()) {
            line.say(*find_row(name), stress);
            continue;
        }
        for (const std::string_view sound : spelling->sounds)
            if (!sound.empty()) line.say(*find_row(sound), stress, spelling->sounds[1].empty() ? 1.0f : 0.75f);
    }
    sing(line.speech(), melody_seed);
    return std::move(line.speech());
}

Speech babble(std::uint32_t seed, double from, double to, float rate) {
    Draws draws(seed_for(seed, 11));
    Line line(from, rate * draws.between(0.92f, 1.08f));
    line.pause(draws.between(0.1f, 0.5f));
    while (line.now() < to) {
        const int words = 3 + static_cast<int>(draws.uniform() * 6);
        for (int i = 0; i < words && line.now() < to; ++i) {
            babble_word(line, draws);
            if (i + 1 < words && draws.uniform() < 0.12f) line.pause(draws.between(0.1f, 0.18f));
        }
        line.pause(draws.between(0.35f, 1.0f));
    }
    Speech speech = std::move(line.speech());
    // What would not be finished in time is not begun: the last sounds become silence.
    while (!speech.sounds.empty() && speech.sounds.back().end > to) speech.sounds.pop_back();
    sing(speech, seed);
    return speech;
}

SoundMix sounds_at(const Speech& speech, double time) {
    SoundMix mix;
    const auto& sounds = speech.sounds;
    const auto add = [&](const SpokenSound* sound, float share) {
        if (share > 0 && mix.count < 4) mix.parts[static_cast<std::size_t>(mix.count++)] = {sound, share};
    };
    const auto next = std::ranges::upper_bound(sounds, time, {}, &SpokenSound::start);
    const std::ptrdiff_t here = next - sounds.begin() - 1;
    // Silence stands before the first sound and after the last one, with fades of the usual length.
    constexpr double half = 0.035;
    const auto boundary = [&](std::ptrdiff_t left) -> std::pair<double, double> {  // between sound `left` and the next one: its time, half its width
        if (left < 0) return {sounds.front().start, std::min(half, 0.5 * (sounds.front().end - sounds.front().start))};
        const auto index = static_cast<std::size_t>(left);
        if (index + 1 >= sounds.size()) return {sounds.back().end, std::min(half, 0.5 * (sounds.back().end - sounds.back().start))};
        return {sounds[index].end, half_fade(sounds[index], sounds[index + 1])};
    };
    const auto sound_of = [&](std::ptrdiff_t i) { return i < 0 || i >= std::ssize(sounds) ? nullptr : &sounds[static_cast<std::size_t>(i)]; };
    if (sounds.empty()) {
        add(nullptr, 1);
        return mix;
    }
    const std::ptrdiff_t now = time >= sounds.back().end ? std::ssize(sounds) : here;
    const auto rise = [&](std::ptrdiff_t left) {
        const auto [at, width] = boundary(left);
        return width > 0 ? raised_cosine((time - at + width) / (2 * width)) : (time < at ? 0.0f : 1.0f);
    };
    const float came = now < 0 ? 1 : rise(now - 1), gone = now >= std::ssize(sounds) ? 0 : rise(now);
    add(sound_of(now - 1), now < 0 ? 0 : 1 - came);
    add(sound_of(now), came - (now >= std::ssize(sounds) ? 0 : gone));
    add(sound_of(now + 1), gone);
    return mix;
}

std::array<float, viseme_count> visemes_at(const Speech& speech, double time) {
    std::array<float, viseme_count> strengths{};
    const SoundMix mix = sounds_at(speech, time);
    for (int i = 0; i < mix.count; ++i) {
        const auto& [sound, share] = mix.parts[static_cast<std::size_t>(i)];
        if (!sound) {
            strengths[0] += share;
            continue;
        }
        const bool lips = sound->row->viseme == Viseme::PP || sound->row->viseme == Viseme::FF;
        const float effort = lips ? 1.0f : 0.72f + 0.28f * sound->stress;
        strengths[static_cast<std::size_t>(sound->row->viseme)] += share * sound->row->mouth * effort;
    }
    return strengths;
}

float emphasis_at(const Speech& speech, double time) {
    float sum = 0;
    for (auto sound = std::ranges::lower_bound(speech.sounds, time - 0.6, {}, &SpokenSound::start); sound != speech.sounds.end() && sound->start < time + 0.5;
         ++sound)
        if (sound->row->manner == Manner::vowel && sound->stress > 0.3f)
            sum = most(sum, sound->stress * bell(static_cast<float>(time - (sound->start + sound->end) / 2), 0.13f));
    return unit_range(sum);
}

}  // namespace mien::synth
