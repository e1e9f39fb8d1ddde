// Words as a command line: options spelled out, set one after the other, set again from what is told of them, and checked together.
// SPDX-License-Identifier: Apache-2.0
#include "apps/cli/option_flags.h"
#include "base/error.h"
#include "jobs/options.h"
#include "target.h"

namespace mien::fuzz {
namespace {

using Words = std::vector<std::string>;

Words words_of(std::string_view text) {
    Words words;
    for (std::size_t end = 0; end != std::string_view::npos;) {
        end = text.find_first_of(" \n");
        words.emplace_back(text.substr(0, end));
        if (end != std::string_view::npos) text.remove_prefix(end + 1);
    }
    return words;
}

/// One option with its words, as the command line means it: "--face-detector-sc=0.5" became "--face-detector-score=0.5", which is two words.
std::vector<Words> options_of(const Words& words) {
    std::vector<Words> found;
    for (const std::string& word : words) {
        if (!word.starts_with("--") && !found.empty()) found.back().push_back(word);
        if (!word.starts_with("--")) continue;
        const std::size_t equals = word.find('=');
        found.push_back({word.substr(2, equals == std::string::npos ? equals : equals - 2)});
        if (equals != std::string::npos) found.back().push_back(word.substr(equals + 1));
    }
    return found;
}

void set_and_tell(const Words& option, JobOptions& options) {
    const OptionRow* const row = find_option(option[0]);
    if (!row) throw Error(Code::usage, "an option of the program, not of a run");
    set_option(*row, std::span(option).subspan(1), options);
    const Words told = option_words(*row, options);
    if (told.empty()) return;
    JobOptions again;
    set_option(*row, told, again);
    must(option_words(*row, again) == told, "an option does not read what it tells of itself");
}

}  // namespace

void read(std::span<const std::byte> bytes) {
    JobOptions options;
    for (const Words& option : options_of(cli::spell_out(words_of(text_of(bytes)), {"help", "progress-json"}))) set_and_tell(option, options);
    check_options(options);
    settle_options(options);
}

}  // namespace mien::fuzz
