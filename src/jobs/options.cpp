// SPDX-License-Identifier: Apache-2.0
#include "jobs/options.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>

#include "base/error.h"
#include "jobs/packs.h"
#include "pipeline/processor.h"

namespace mien {
namespace {

template <class T> struct IsVector : std::false_type {};
template <class T> struct IsVector<std::vector<T>> : std::true_type {};
template <class T> struct IsOptional : std::false_type {};
template <class T> struct IsOptional<std::optional<T>> : std::true_type {};

bool same_name(std::string_view first, std::string_view second) noexcept {
    const auto plain = [](char letter) { return letter == '_' ? '-' : letter; };
    return std::equal(first.begin(), first.end(), second.begin(), second.end(), [&](char a, char b) { return plain(a) == plain(b); });
}

[[noreturn]] void refuse(const OptionRow& row, std::string_view word) {
    throw Error(Code::usage, fmt::format("--{} takes {}, not \"{}\"", row.name, value_text(row), word));
}

bool in_choices(const OptionRow& row, std::string_view word) noexcept {
    return row.choices.empty() || std::find(row.choices.begin(), row.choices.end(), word) != row.choices.end();
}

double to_number(const OptionRow& row, std::string_view word) {
    double value = 0;
    const auto [end, failed] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (failed != std::errc{} || end != word.data() + word.size() || !std::isfinite(value)) refuse(row, word);
    if (!row.range.set()) return value;
    if (row.clamp) return std::clamp(value, row.range.low, row.range.high);
    if (value < row.range.low || value > row.range.high) refuse(row, word);
    if (row.range.step > 0) {
        const double steps = (value - row.range.low) / row.range.step;
        if (std::abs(steps - std::round(steps)) > 1e-6) refuse(row, word);
    }
    return value;
}

std::int64_t to_whole(const OptionRow& row, std::string_view word) {
    // A size is chosen as WxH and kept as its edge.
    const std::string_view digits = word.substr(0, word.find('x'));
    if (!in_choices(row, word)) refuse(row, word);
    const double value = to_number(row, row.choices.empty() ? word : digits);
    if (value != std::floor(value) || std::abs(value) > 9e15) refuse(row, word);
    return static_cast<std::int64_t>(value);
}

bool to_flag(const OptionRow& row, std::span<const std::string> words) {
    if (words.empty()) return true;
    std::string word = words[0];
    std::transform(word.begin(), word.end(), word.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    for (const std::string_view yes : {"true", "yes", "on", "1"})
        if (word == yes) return true;
    for (const std::string_view no : {"false", "no", "off", "0"})
        if (word == no) return false;
    refuse(row, words[0]);
}

template <class T> T to_named(const OptionRow& row, std::string_view word) {
    for (std::size_t i = 0; i < row.choices.size(); ++i)
        if (row.choices[i] == word) return static_cast<T>(i);
    refuse(row, word);
}

const std::string& one_word(const OptionRow& row, std::span<const std::string> words) {
    if (words.size() != 1) throw Error(Code::usage, fmt::format("--{} takes one value ({}), {} were given", row.name, value_text(row), words.size()));
    return words[0];
}

/// CSS order: one value for all sides; two for top and bottom, right and left; three; four.
std::array<int, 4> to_sides(const OptionRow& row, std::span<const std::string> words) {
    if (words.empty() || words.size() > 4) throw Error(Code::usage, fmt::format("--{} takes one to four values (top right bottom left), {} were given", row.name, words.size()));
    std::array<int, 4> given{};
    for (std::size_t i = 0; i < words.size(); ++i) given[i] = static_cast<int>(to_whole(row, words[i]));
    switch (words.size()) {
        case 1: return {given[0], given[0], given[0], given[0]};
        case 2: return {given[0], given[1], given[0], given[1]};
        case 3: return {given[0], given[1], given[2], given[1]};
        default: return given;
    }
}

void keep(const OptionRow& row, Kept kind, std::span<const std::string> words, JobOptions& options) {
    if (kind == Kept::flag) to_flag(row, words);
    if (kind == Kept::text || kind == Kept::number) one_word(row, words);
    for (const std::string& word : words) {
        if (kind == Kept::number || kind == Kept::numbers) to_number(row, word);
        if ((kind == Kept::text || kind == Kept::texts) && !in_choices(row, word)) refuse(row, word);
    }
    std::erase_if(options.kept, [&](const auto& pair) { return pair.first == row.name; });
    options.kept.emplace_back(row.name, std::vector<std::string>(words.begin(), words.end()));
}

template <class T> T to_value(const OptionRow& row, std::string_view word) {
    if constexpr (std::is_same_v<T, int> || std::is_same_v<T, std::int64_t>) return static_cast<T>(to_whole(row, word));
    else if constexpr (std::is_same_v<T, double>) return to_number(row, word);
    else if constexpr (std::is_enum_v<T>) return to_named<T>(row, word);
    else {
        if (!in_choices(row, word)) refuse(row, word);
        return T(word);
    }
}

std::string number_text(double value) { return fmt::format("{}", value); }

template <class T> std::string word_of(const OptionRow& row, const T& value) {
    if constexpr (std::is_same_v<T, std::filesystem::path>) return value.string();
    else if constexpr (std::is_same_v<T, std::string>) return value;
    else if constexpr (std::is_enum_v<T>) return std::string(row.choices[static_cast<std::size_t>(value)]);
    else if constexpr (std::is_same_v<T, double>) return number_text(value);
    else if (!row.choices.empty() && row.choices[0].find('x') != std::string_view::npos) return value == 0 ? "" : fmt::format("{0}x{0}", value);  // 0: not given
    else return fmt::format("{}", value);
}

std::size_t edit_distance(std::string_view first, std::string_view second) {
    std::vector<std::size_t> row(second.size() + 1);
    for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
    for (std::size_t i = 1; i <= first.size(); ++i) {
        std::size_t corner = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= second.size(); ++j) {
            const std::size_t change = corner + (first[i - 1] != second[j - 1]);
            corner = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
        }
    }
    return row.back();
}

}  // namespace

const OptionRow* find_option(std::string_view name) noexcept {
    for (const OptionRow& row : option_rows())
        if (same_name(row.name, name)) return &row;
    return nullptr;
}

std::vector<std::string_view> nearest_options(std::string_view name) {
    std::multimap<std::size_t, std::string_view> by_distance;
    for (const OptionRow& row : option_rows()) by_distance.emplace(edit_distance(name, row.name), row.name);
    std::vector<std::string_view> names;
    for (const auto& [distance, known] : by_distance)
        if (distance <= std::max<std::size_t>(3, name.size() / 3) && names.size() < 3) names.push_back(known);
    return names;
}

bool takes_words(const OptionRow& row) noexcept {
    if (const Kept* kind = std::get_if<Kept>(&row.field)) return *kind != Kept::flag;
    return !std::holds_alternative<bool& (*)(JobOptions&)>(row.field);
}

bool takes_list(const OptionRow& row) noexcept {
    if (const Kept* kind = std::get_if<Kept>(&row.field)) return *kind == Kept::numbers || *kind == Kept::texts;
    return std::visit(
        [](auto field) {
            if constexpr (std::is_same_v<decltype(field), Kept>) return false;
            else {
                using Value = std::remove_reference_t<decltype(field(std::declval<JobOptions&>()))>;
                return IsVector<Value>::value || std::is_same_v<Value, std::array<int, 4>>;
            }
        },
        row.field);
}

void set_option(const OptionRow& row, std::span<const std::string> words, JobOptions& options) {
    std::visit(
        [&](auto field) {
            if constexpr (std::is_same_v<decltype(field), Kept>) keep(row, field, words, options);
            else {
                auto& value = field(options);
                using Value = std::remove_reference_t<decltype(value)>;
                if constexpr (std::is_same_v<Value, bool>) value = to_flag(row, words);
                else if constexpr (std::is_same_v<Value, std::array<int, 4>>) value = to_sides(row, words);
                else if constexpr (IsVector<Value>::value) {
                    if (words.empty()) throw Error(Code::usage, fmt::format("--{} takes at least one value: {}", row.name, value_text(row)));
                    Value list;
                    for (const std::string& word : words) list.push_back(to_value<typename Value::value_type>(row, word));
                    value = std::move(list);
                } else if constexpr (IsOptional<Value>::value) value = to_value<typename Value::value_type>(row, one_word(row, words));
                else value = to_value<Value>(row, one_word(row, words));
            }
        },
        row.field);
}

std::vector<std::string> option_words(const OptionRow& row, const JobOptions& options) {
    auto& changeable = const_cast<JobOptions&>(options);  // fields hand out references; nothing is written here
    return std::visit(
        [&](auto field) -> std::vector<std::string> {
            if constexpr (std::is_same_v<decltype(field), Kept>) {
                for (const auto& [name, words] : options.kept)
                    if (name == row.name) return words;
                return {};
            } else {
                const auto& value = field(changeable);
                using Value = std::remove_cvref_t<decltype(value)>;
                std::vector<std::string> words;
                if constexpr (std::is_same_v<Value, bool>) words.push_back(value ? "true" : "false");
                else if constexpr (std::is_same_v<Value, std::array<int, 4>> || IsVector<Value>::value)
                    for (const auto& item : value) words.push_back(word_of(row, item));
                else if constexpr (IsOptional<Value>::value) {
                    if (value) words.push_back(word_of(row, *value));
                } else words.push_back(word_of(row, value));
                std::erase(words, "");
                return words;
            }
        },
        row.field);
}

std::string value_text(const OptionRow& row) {
    if (!takes_words(row)) return "";
    if (!row.choices.empty()) return fmt::format("{{{}}}", fmt::join(row.choices, ","));
    if (row.range.set() && row.range.step > 0) return fmt::format("[{}..{}:{}]", row.range.low, row.range.high, row.range.step);
    if (row.range.set()) return fmt::format("[{}..{}]", row.range.low, row.range.high);
    return row.section == "paths" || row.name.find("path") != std::string_view::npos || row.name.find("folder") != std::string_view::npos ? "PATH" : "VALUE";
}

void check_options(const JobOptions& options) {
    const Settings& settings = options.settings;
    for (const std::string& name : settings.processors) find_processor(name);
    for (std::size_t i = 0; i < settings.processors.size(); ++i)
        if (std::find(settings.processors.begin(), settings.processors.begin() + static_cast<std::ptrdiff_t>(i), settings.processors[i]) != settings.processors.begin() + static_cast<std::ptrdiff_t>(i))
            throw Error(Code::usage, fmt::format("--processors names {} twice: name each once", settings.processors[i]));
    const std::span<const int> boosts = pixel_boosts(settings.swapper.model);
    if (settings.swapper.pixel_boost != 0 && std::find(boosts.begin(), boosts.end(), settings.swapper.pixel_boost) == boosts.end())
        throw Error(Code::usage, fmt::format("--face-swapper-pixel-boost {0}x{0} does not fit {1}, which works at {2}", settings.swapper.pixel_boost, settings.swapper.model, fmt::join(boosts, ", ")));
    const AnalysisSettings& analysis = settings.analysis;
    const bool any_size = analysis.detector_model == "retinaface" || analysis.detector_model == "scrfd" || analysis.detector_model == "starter";
    if (analysis.detector_size != 0 && analysis.detector_size != 640 && !any_size)
        throw Error(Code::usage, fmt::format("--face-detector-size {0}x{0} does not fit {1}, which works at 640x640", analysis.detector_size, analysis.detector_model));
    if (settings.trim_start && settings.trim_end && *settings.trim_start >= *settings.trim_end)
        throw Error(Code::usage, fmt::format("--trim-frame-start {} is not before --trim-frame-end {}: no frame is left", *settings.trim_start, *settings.trim_end));
    if (settings.selector.age_start && settings.selector.age_end && *settings.selector.age_start > *settings.selector.age_end)
        throw Error(Code::usage, fmt::format("--face-selector-age-start {} is above --face-selector-age-end {}: no age is left", *settings.selector.age_start, *settings.selector.age_end));
    if (settings.execution.look_ahead > 0 && settings.execution.shape != "live")
        throw Error(Code::usage, "--look-ahead belongs to --shape live: in the file shape every frame is seen before one is answered");
    if (settings.output_settings.lossless && settings.output_settings.video_encoder == "libvpx-vp9" && settings.output_settings.video_quality == 0)
        throw Error(Code::usage, "--lossless and --output-video-quality 0 contradict each other: leave one out");
}

void settle_options(JobOptions& options) {
    Settings& settings = options.settings;
    settings.analysis.faithful = settings.selector.faithful = settings.faithful;
    settings.analysis.classify = settings.analysis.classify || needs_attributes(settings.selector);
    settle_pack(settings);
}

}  // namespace mien
