// Lines as options, "name word word ...": spelled out as on a command line, set one after the other, checked, and set again from what is told of them.
// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include "apps/cli/option_flags.h"
#include "base/error.h"
#include "jobs/options.h"
#include "target.h"

namespace mien::fuzz {
namespace {

std::vector<std::string> words_of(const std::string& line) {
    std::vector<std::string> words;
    std::istringstream stream(line);
    for (std::string word; std::getline(stream, word, ' ');) words.push_back(word);
    return words;
}

/// The name as a command line has it: "--face-detector-sc=0.5" becomes {"face-detector-score", "0.5"}.
std::vector<std::string> spelled(std::vector<std::string> words) {
    std::vector<std::string> out = cli::spell_out(std::move(words), {"help", "progress-json"});
    if (out.empty() || !out[0].starts_with("--")) return out;
    out[0].erase(0, 2);
    const std::size_t equals = out[0].find('=');
    if (equals == std::string::npos) return out;
    out.insert(out.begin() + 1, out[0].substr(equals + 1));
    out[0].resize(equals);
    return out;
}

}  // namespace

void read(std::span<const std::byte> bytes) {
    JobOptions options;
    std::istringstream lines{std::string(text_of(bytes))};
    for (std::string line; std::getline(lines, line);) {
        const std::vector<std::string> words = spelled(words_of(line));
        if (words.empty() || words[0].empty()) continue;
        const OptionRow* const row = find_option(words[0]);
        if (!row) {
            nearest_options(words[0]);
            throw Error(Code::usage, "an option nobody knows");
        }
        set_option(*row, std::span(words).subspan(1), options);
        const std::vector<std::string> told = option_words(*row, options);
        if (told.empty()) continue;
        JobOptions again;
        set_option(*row, told, again);
        must(option_words(*row, again) == told, "an option does not read what it tells of itself");
    }
    check_options(options);
    settle_options(options);
}

}  // namespace mien::fuzz
