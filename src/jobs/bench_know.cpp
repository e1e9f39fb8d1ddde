// Knowing people: the recogniser's similarities between pictures of the same and of different people, the classifier's ages and sexes.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "face/align.h"
#include "jobs/bench_measures.h"
#include "jobs/bench_people.h"
#include "models/packs.h"

namespace mien::bench {
namespace {

constexpr int pictures_each = 4;  ///< of one person: other pose, light, expression, look and age
constexpr double wrong_share = 1e-3;

/// One picture of somebody, as the recogniser and as a mean colour know it.
struct Portrait {
    Embedding code{};
    std::array<float, 3> colour{};
    std::int64_t who = 0;
};

std::array<float, 3> mean_colour(View<const std::uint8_t> picture, View<const std::uint8_t> area) {
    std::array<double, 3> sum{};
    double count = 0;
    for (int y = 0; y < picture.size.height; ++y)
        for (int x = 0; x < picture.size.width; ++x) {
            if (area.at(x, y) == 0) continue;
            for (int c = 0; c < 3; ++c) sum[static_cast<std::size_t>(c)] += picture.at(x, y, c);
            ++count;
        }
    std::array<float, 3> mean{};
    for (std::size_t c = 0; c < 3; ++c) mean[c] = static_cast<float>(sum[c] / std::max(count, 1.0));
    return mean;
}

float nearness(const std::array<float, 3>& a, const std::array<float, 3>& b) {
    float sum = 0;
    for (std::size_t c = 0; c < 3; ++c) sum += (a[c] - b[c]) * (a[c] - b[c]);
    return -sum;
}

struct Similarities {
    std::vector<float> right, wrong;
};
template <class Measure>
Similarities all_pairs(const std::vector<Portrait>& portraits, const Measure& similarity) {
    Similarities pairs;
    for (std::size_t i = 0; i < portraits.size(); ++i)
        for (std::size_t k = i + 1; k < portraits.size(); ++k)
            (portraits[i].who == portraits[k].who ? pairs.right : pairs.wrong).push_back(similarity(portraits[i], portraits[k]));
    return pairs;
}

double mean_of(const std::vector<float>& values) {
    double sum = 0;
    for (const float value : values) sum += static_cast<double>(value);
    return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

/// What a classifier said of a face, and what is true.
struct Guess {
    double years = 0, range_middle = 0, age = 0;
    bool woman = false, is_woman = false, valid = false;
};

}  // namespace

void measure_recogniser(const Bench& bench) {
    const Recogniser recogniser(bench.store, bench.settings.analysis);
    const std::int64_t people = bench.order.people >= 0 ? bench.order.people : std::max<std::int64_t>(10, bench.pictures(1000));
    std::vector<Portrait> portraits;
    const std::function<std::vector<Portrait>(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t who) {
        std::vector<Portrait> made;
        for (int i = 0; i < pictures_each; ++i) {
            const auto seed = static_cast<std::uint32_t>(910'000'000 + who + i * people);
            studio.draw(unhidden(held_out_shot({MIEN_SYNTH_FACE, 160, 2, 3}, seed, static_cast<std::uint32_t>(who))), studio.drawn);
            const synth::FaceTruth& truth = studio.drawn.truth[0];
            if (static_cast<double>(truth.visible_share) <= seen_enough) continue;
            const std::optional<Embedding> code = recogniser.recognise(host_queue(), studio.drawn.picture, truth.points_5, studio.recognise, nullptr);
            if (code) made.push_back({unit(*code), mean_colour(studio.drawn.picture, studio.drawn.face), who});
        }
        return made;
    };
    bench.over<std::vector<Portrait>>("recognise", people, work,
                                      [&](std::vector<Portrait>&& made) { portraits.insert(portraits.end(), made.begin(), made.end()); });
    const Similarities by_code = all_pairs(portraits, [](const Portrait& a, const Portrait& b) { return dot(a.code, b.code); });
    const Similarities by_colour = all_pairs(portraits, [](const Portrait& a, const Portrait& b) { return nearness(a.colour, b.colour); });
    const auto count = std::ssize(portraits);
    bench.row("tar_at_far_1e-3", accepted_at(by_code.right, by_code.wrong, wrong_share).accepted, count,
              accepted_at(by_colour.right, by_colour.wrong, wrong_share).accepted);
    bench.row("cosine_of_the_same", mean_of(by_code.right), std::ssize(by_code.right), mean_of(by_code.wrong));
}

void measure_classifier(const Bench& bench) {
    AnalysisSettings settings = bench.settings.analysis;
    settings.classify = true;
    const Recogniser recogniser(bench.store, settings);
    std::vector<Guess> guesses;
    const std::function<Guess(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        studio.draw(unhidden(held_out_shot({MIEN_SYNTH_FACE, 160, 2}, static_cast<std::uint32_t>(920'000'000 + item))), studio.drawn);
        Tap years("model", find_pack(settings.pack).classifier, "out_years");
        const std::optional<Attributes> told =
            recogniser.classify(host_queue(), studio.drawn.picture, studio.drawn.truth[0].points_5, studio.recognise, &years);
        const synth::Person person = synth::person_of(studio.drawn.plain.performers[0].person);
        Guess guess;
        guess.valid = told.has_value();
        guess.age = static_cast<double>(person[synth::Trait::age]);
        guess.is_woman = person[synth::Trait::sex] < 0.5f;
        if (!told) return guess;
        guess.range_middle = (told->age_start + told->age_end) / 2.0;
        guess.years = years.heard() ? static_cast<double>(years.values().at(0)) : guess.range_middle;
        guess.woman = told->gender == Gender::female;
        return guess;
    };
    bench.over<Guess>("classify", bench.pictures(1024), work, [&](Guess&& guess) {
        if (guess.valid) guesses.push_back(guess);
    });
    // The constants that would be right most often here.
    std::vector<double> ages;
    for (const Guess& guess : guesses) ages.push_back(guess.age);
    std::sort(ages.begin(), ages.end());
    const double usual_age = ages.empty() ? 0 : ages[ages.size() / 2];
    Mean years, middle, constant, right, women;
    for (const Guess& guess : guesses) {
        years.add(std::abs(guess.years - guess.age));
        middle.add(std::abs(guess.range_middle - guess.age));
        constant.add(std::abs(usual_age - guess.age));
        right.add(guess.woman == guess.is_woman ? 1 : 0);
        women.add(guess.is_woman ? 1 : 0);
    }
    bench.row("age_error", years.value(), years.count, constant.value());
    bench.row("age_error_of_range", middle.value(), middle.count, constant.value());
    bench.row("sex_right", right.value(), right.count, std::max(women.value(), 1 - women.value()));
}

}  // namespace mien::bench
