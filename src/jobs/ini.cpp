// SPDX-License-Identifier: Apache-2.0
#include "jobs/ini.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <sstream>

#include "base/error.h"

namespace mien {
namespace {

constexpr std::size_t largest_ini_bytes = 1 << 20;

std::string_view trimmed(std::string_view text) noexcept {
    const std::size_t first = text.find_first_not_of(" \t\r\f\v");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\r\f\v") - first + 1);
}

std::vector<std::string> split_words(std::string_view value) {
    std::vector<std::string> words;
    std::istringstream stream{std::string(value)};
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

[[noreturn]] void refuse_line(std::string_view file, int line, std::string_view why) { throw Error(Code::usage, fmt::format("{}, line {}: {}", file, line, why)); }

}  // namespace

std::vector<IniEntry> parse_ini(std::string_view text, std::string_view file_name) {
    if (text.size() > largest_ini_bytes) throw Error(Code::usage, fmt::format("{} has {} bytes: an ini file has at most {}", file_name, text.size(), largest_ini_bytes));
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    std::vector<IniEntry> entries;
    std::string section;
    bool continues = false;
    int number = 0;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        const std::string_view content = trimmed(line);
        if (content.empty() || content[0] == '#' || content[0] == ';') continue;
        if ((line[0] == ' ' || line[0] == '\t') && continues) {
            entries.back().value += fmt::format("{}{}", entries.back().value.empty() ? "" : "\n", content);
            continue;
        }
        continues = false;
        if (content[0] == '[') {
            const std::size_t close = content.find(']');
            if (close == std::string_view::npos || close == 1) refuse_line(file_name, number, "a section is written [name]");
            section = content.substr(1, close - 1);
            continue;
        }
        const std::size_t split = content.find_first_of("=:");
        if (split == std::string_view::npos || trimmed(content.substr(0, split)).empty()) refuse_line(file_name, number, fmt::format("\"{}\" is neither [section] nor key = value", content.substr(0, 80)));
        if (section.empty()) refuse_line(file_name, number, "a key stands before the first [section]");
        entries.push_back({section, std::string(trimmed(content.substr(0, split))), std::string(trimmed(content.substr(split + 1))), number});
        continues = true;
    }
    return entries;
}

std::vector<std::string> apply_ini(std::string_view text, std::string_view file_name, JobOptions& options) {
    std::vector<std::string> remarks;
    for (const IniEntry& entry : parse_ini(text, file_name)) {
        const OptionRow* const row = find_option(entry.key);
        if (!row || row->use == Use::mien || row->name == "config-path") {
            const std::vector<std::string_view> near = nearest_options(entry.key);
            remarks.push_back(fmt::format("{}, line {}: the key {} is not known and is left out{}", file_name, entry.line, entry.key, near.empty() ? "" : fmt::format(" (near: {})", fmt::join(near, ", "))));
            continue;
        }
        if (entry.value.empty()) continue;
        const bool list = takes_list(*row);
        const std::vector<std::string> words = list ? split_words(entry.value) : std::vector<std::string>{entry.value};
        try {
            set_option(*row, words, options);
        } catch (const Error& error) {
            refuse_line(file_name, entry.line, error.what());
        }
    }
    return remarks;
}

std::vector<std::string> apply_ini_file(const std::filesystem::path& path, bool named, JobOptions& options) {
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path, failed)) {
        if (named) throw Error(Code::usage, fmt::format("the ini file {} is not there: give the path of a readable file", path.string()));
        return {};
    }
    std::ifstream file(path, std::ios::binary);
    std::string text(largest_ini_bytes + 1, '\0');
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (file.bad() || (!file && !file.eof())) throw Error(Code::usage, fmt::format("the ini file {} cannot be read", path.string()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return apply_ini(text, path.string(), options);
}

}  // namespace mien
