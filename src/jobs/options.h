// Options as rows: one row is the command-line flag, the ini key, the job key, the help line and the receipt line.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "pipeline/settings.h"

namespace mien {

/// A run's settings and the options of processors that come later, which are checked and kept, but have no effect.
struct JobOptions {
    Settings settings;
    std::filesystem::path config_path = "facefusion.ini", temp_path, jobs_path = ".jobs";
    std::string log_level = "info";
    std::vector<std::pair<std::string, std::vector<std::string>>> kept;  ///< rows with Kept fields, by name
};

/// For options of processors and surfaces that come later: words are checked against the row and kept.
enum class Kept : std::uint8_t { flag, text, number, numbers, texts };

/// Where an option's value lives.
using Field = std::variant<bool& (*)(JobOptions&), int& (*)(JobOptions&), double& (*)(JobOptions&), std::string& (*)(JobOptions&), std::filesystem::path& (*)(JobOptions&),
                           std::vector<int>& (*)(JobOptions&), std::vector<std::string>& (*)(JobOptions&), std::vector<std::filesystem::path>& (*)(JobOptions&),
                           std::array<int, 4>& (*)(JobOptions&), std::optional<int>& (*)(JobOptions&), std::optional<std::int64_t>& (*)(JobOptions&),
                           std::optional<double>& (*)(JobOptions&), std::optional<Gender>& (*)(JobOptions&), std::optional<Race>& (*)(JobOptions&), Kept>;

/// low..high in steps; a step of 0 takes any value of the range; low > high: no range.
struct OptionRange {
    double low = 0, high = -1, step = 0;
    bool set() const noexcept { return low <= high; }
};

enum class Use : std::uint8_t {
    both,      ///< FaceFusion's name, known to `mien run` and to the compatible commands
    mien,      ///< mien's own; not a flag of the compatible commands, not an ini key
    job,       ///< FaceFusion's job keys: taken from the running process, never from a job file
};

struct OptionRow {
    std::string_view name;     ///< "face-detector-score"; the ini key has underscores
    char letter = 0;           ///< -s, -t, -o
    std::string_view section;  ///< ini section and help group
    Field field;
    std::string_view help;
    std::span<const std::string_view> choices{};
    OptionRange range{};
    Use use = Use::both;
    bool clamp = false;        ///< FaceFusion clamps instead of refusing (output fps)
};

std::span<const OptionRow> option_rows() noexcept;
const OptionRow* find_option(std::string_view name) noexcept;   ///< dashes or underscores
/// Nearest option names to an unknown one, best first, for error sentences.
std::vector<std::string_view> nearest_options(std::string_view name);

bool takes_words(const OptionRow&) noexcept;   ///< false: a flag
bool takes_list(const OptionRow&) noexcept;    ///< several words
/// Sets the field from the words after the flag (none for a flag that is given bare). Throws Error{usage}: one sentence that names option, value and what is allowed.
void set_option(const OptionRow&, std::span<const std::string> words, JobOptions&);
/// The present value as words, for receipts, explain and job files; empty when unset.
std::vector<std::string> option_words(const OptionRow&, const JobOptions&);
/// "{many,one,reference}", "[0.0..1.0:0.05]", "WxH" ... as help shows it.
std::string value_text(const OptionRow&);

/// Checks that need more than one option: enhancer without model, boost that does not fit the model, processors that come later, contradictions. Throws Error{usage}, Error{unsupported}.
void check_options(const JobOptions&);
/// What check_options leaves to derive: classify when a filter asks, faithful everywhere, the pack of networks (jobs/packs.h).
void settle_options(JobOptions&);

}  // namespace mien
