// SPDX-License-Identifier: Apache-2.0
#include "synth/scene_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/error.h"

namespace mien::synth {

void scene_error(const std::string& path, const std::string& what) {
    throw Error(Code::bad_input, fmt::format("{} {}", path.empty() ? "the scene" : path, what));
}

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) text.append(text.empty() ? "" : " ").append(word);
    return text;
}

std::string shown(const Json& value) {
    if (value.is_array()) return fmt::format("a list of {}", value.size());
    if (value.is_object()) return "an object";
    std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > 40) text = text.substr(0, 40) + "...";
    return text;
}

ScenePlace::ScenePlace(const Json& value, std::string path, std::string_view object, std::span<const std::string_view> others)
    : value_(value), path_(std::move(path)), object_(object) {
    if (!value.is_object()) scene_error(path_, fmt::format("is {}, and must be an object", shown(value)));
    std::string known;
    for (const auto& [key, unused] : value.items()) {
        const auto rows = scene_keys();
        const bool there = std::ranges::any_of(rows, [&](const SceneKey& row) { return row.object == object && row.key == key; }) ||
                           std::ranges::find(others, key) != others.end();
        if (there) continue;
        for (const SceneKey& row : rows)
            if (row.object == object) known += fmt::format("{}{}", known.empty() ? "" : " ", row.key);
        if (object == "person") known += " and the traits of a person";
        scene_error(this->path(std::string_view(key).substr(0, 60)),
                    fmt::format("is not a key of {} {}: known are {}", object == "occluder" ? "an" : "a", object, known));
    }
}

std::string ScenePlace::path(std::string_view key, std::size_t index) const { return fmt::format("{}[{}]", path(key), index); }

const SceneKey& ScenePlace::row(std::string_view key) const {
    for (const SceneKey& row : scene_keys())
        if (row.object == object_ && row.key == key) return row;
    throw Error(Code::internal, fmt::format("{}.{} has no row", object_, key));
}

double ScenePlace::number_in(const Json& value, const std::string& path, double low, double high, std::string_view unit) {
    const std::string space = unit.empty() ? "" : " ";
    if (!value.is_number()) scene_error(path, fmt::format("is {}, and must be a number from {} to {}{}{}", shown(value), low, high, space, unit));
    const auto number = value.get<double>();
    if (!(number >= low && number <= high)) scene_error(path, fmt::format("is {}, and goes from {} to {}{}{}", shown(value), low, high, space, unit));
    return number;
}

std::int64_t ScenePlace::whole_in(const Json& value, const std::string& path, double low, double high) {
    const double number = number_in(value, path, low, high, "");
    if (number != std::floor(number)) scene_error(path, fmt::format("is {}, and must be a whole number from {} to {}", shown(value), low, high));
    return static_cast<std::int64_t>(number);
}

Curve ScenePlace::curve_in(const Json& value, const std::string& path, double low, double high, std::string_view unit) {
    if (value.is_number()) return Curve(static_cast<float>(number_in(value, path, low, high, unit)));
    if (!value.is_array() || value.empty()) scene_error(path, fmt::format("is {}, and must be a number or a list of pairs [seconds, value]", shown(value)));
    if (value.size() > 10000) scene_error(path, fmt::format("has {} keys, and may have 10000", value.size()));
    Curve curve;
    curve.keys.clear();
    for (std::size_t i = 0; i < value.size(); ++i) {
        const Json& pair = value[i];
        const std::string at = fmt::format("{}[{}]", path, i);
        if (!pair.is_array() || pair.size() != 2) scene_error(at, fmt::format("is {}, and must be a pair [seconds, value]", shown(pair)));
        const double time = number_in(pair[0], at + "[0]", 0, 1e6, "s");
        if (!curve.keys.empty() && time < curve.keys.back().time) scene_error(at, fmt::format("is at {} s, before the key in front of it", shown(pair[0])));
        curve.keys.push_back({time, static_cast<float>(number_in(pair[1], at + "[1]", low, high, unit))});
    }
    return curve;
}

std::size_t ScenePlace::index_of_word(const Json& value, const std::string& path, std::span<const std::string_view> words) {
    if (value.is_string())
        if (const auto found = std::ranges::find(words, value.get_ref<const std::string&>()); found != words.end())
            return static_cast<std::size_t>(found - words.begin());
    scene_error(path, fmt::format("is {}, and must be one of {}", shown(value), joined(words)));
}

void ScenePlace::number(std::string_view key, double& to) const {
    if (has(key)) to = number_in(value_.at(key), path(key), row(key).low, row(key).high, row(key).unit);
}
void ScenePlace::number(std::string_view key, float& to) const {
    if (has(key)) to = static_cast<float>(number_in(value_.at(key), path(key), row(key).low, row(key).high, row(key).unit));
}
void ScenePlace::number(std::string_view key, std::optional<double>& to) const {
    if (has(key)) to = number_in(value_.at(key), path(key), row(key).low, row(key).high, row(key).unit);
}
void ScenePlace::whole(std::string_view key, int& to) const {
    if (has(key)) to = static_cast<int>(whole_in(value_.at(key), path(key), row(key).low, row(key).high));
}
void ScenePlace::whole(std::string_view key, std::uint32_t& to) const {
    if (has(key)) to = static_cast<std::uint32_t>(whole_in(value_.at(key), path(key), row(key).low, row(key).high));
}
void ScenePlace::flag(std::string_view key, bool& to) const {
    if (!has(key)) return;
    if (!value_.at(key).is_boolean()) scene_error(path(key), fmt::format("is {}, and must be true or false", shown(value_.at(key))));
    to = value_.at(key).get<bool>();
}
void ScenePlace::triple(std::string_view key, Vec3& to) const {
    if (!has(key)) return;
    const Json& value = value_.at(key);
    if (!value.is_array() || value.size() != 3) scene_error(path(key), fmt::format("is {}, and must be a list of three numbers", shown(value)));
    const auto part = [&](std::size_t i) { return static_cast<float>(number_in(value[i], path(key, i), row(key).low, row(key).high, row(key).unit)); };
    to = {part(0), part(1), part(2)};
}
void ScenePlace::curve(std::string_view key, Curve& to) const {
    if (has(key)) to = curve_in(value_.at(key), path(key), row(key).low, row(key).high, row(key).unit);
}
std::string ScenePlace::text(std::string_view key) const {
    if (!value_.at(key).is_string()) scene_error(path(key), fmt::format("is {}, and must be a text", shown(value_.at(key))));
    return value_.at(key).get<std::string>();
}
const Json& ScenePlace::list(std::string_view key) const {
    const Json& value = value_.at(key);
    if (!value.is_array()) scene_error(path(key), fmt::format("is {}, and must be a list", shown(value)));
    const SceneKey& limits = row(key);
    if (static_cast<double>(value.size()) < limits.low || static_cast<double>(value.size()) > limits.high)
        scene_error(path(key), fmt::format("has {} items, and may have from {} to {}", value.size(), limits.low, limits.high));
    return value;
}

}  // namespace mien::synth
