// A place inside the JSON of a scene: reads values against their rows, and its errors name the place.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "synth/scene.h"

namespace mien::synth {

/// One object of a scene's JSON. Every function throws Error{bad_input} that names the place, what is there and what may be.
class ScenePlace {
public:
    /// The value must be an object whose keys are rows of `object`; `others` are allowed beside them.
    ScenePlace(const Json& value, std::string path, std::string_view object, std::span<const std::string_view> others = {});

    bool has(std::string_view key) const { return value_.contains(key); }
    const Json& operator[](std::string_view key) const { return value_.at(key); }
    const Json& value() const noexcept { return value_; }
    std::string path(std::string_view key) const { return path_.empty() ? std::string(key) : path_ + "." + std::string(key); }
    std::string path(std::string_view key, std::size_t index) const;

    void number(std::string_view key, float& to) const;
    void number(std::string_view key, double& to) const;
    void number(std::string_view key, std::optional<double>& to) const;
    void whole(std::string_view key, int& to) const;
    void whole(std::string_view key, std::uint32_t& to) const;
    void flag(std::string_view key, bool& to) const;
    void triple(std::string_view key, Vec3& to) const;
    void curve(std::string_view key, Curve& to) const;
    std::string text(std::string_view key) const;
    /// The index of a word among `words`; unchanged when the key is absent.
    template <class Enum> void word(std::string_view key, std::span<const std::string_view> words, Enum& to) const {
        if (has(key)) to = static_cast<Enum>(index_of_word(value_.at(key), path(key), words));
    }
    /// The items of a list whose length the row limits.
    const Json& list(std::string_view key) const;

    static std::size_t index_of_word(const Json& value, const std::string& path, std::span<const std::string_view> words);
    static double number_in(const Json& value, const std::string& path, double low, double high, std::string_view unit);
    static std::int64_t whole_in(const Json& value, const std::string& path, double low, double high);
    static Curve curve_in(const Json& value, const std::string& path, double low, double high, std::string_view unit);

private:
    const SceneKey& row(std::string_view key) const;
    const Json& value_;
    std::string path_;
    std::string_view object_;
};

[[noreturn]] void scene_error(const std::string& path, const std::string& what);
std::string joined(std::span<const std::string_view> words);
/// A value as text for a sentence, shortened.
std::string shown(const Json&);

}  // namespace mien::synth
