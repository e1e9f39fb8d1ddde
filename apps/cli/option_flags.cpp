// SPDX-License-Identifier: Apache-2.0
#include "option_flags.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

namespace mien::cli {

void OptionFlags::add(CLI::App& command, bool (*wanted)(const OptionText&)) {
    for (const OptionText& text : options()) {
        if (!wanted(text)) continue;
        auto entry = std::make_shared<Given>();
        entry->name = text.name;
        const std::string flags = text.letter ? fmt::format("-{},--{}", text.letter, text.name) : "--" + text.name;
        const std::string help = text.initial.empty() ? text.help : fmt::format("{} (default: {})", text.help, text.initial);
        if (text.flag) {
            entry->option = command.add_flag(flags, help);
        } else {
            entry->option = command.add_option(flags, entry->words, help)->type_name(text.values);
            if (text.list) entry->option->expected(1, 1 << 16);
            else entry->option->expected(1)->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)->allow_extra_args(false);
        }
        entry->option->group(text.section);
        given_.push_back(std::move(entry));
    }
}

std::vector<std::string> OptionFlags::read_into(Job& job) const {
    const auto config = std::find_if(given_.begin(), given_.end(), [](const auto& entry) { return entry->name == "config-path"; });
    const bool named = config != given_.end() && (*config)->option->count() > 0;
    std::vector<std::string> remarks = job.read_ini(named ? (*config)->words.at(0) : "facefusion.ini", named);
    for (const std::shared_ptr<Given>& entry : given_)
        if (entry->option->count() > 0) job.set(entry->name, entry->words);
    return remarks;
}

std::vector<std::string> spell_out(std::vector<std::string> words, const std::vector<std::string>& other_options) {
    std::vector<std::string> names = other_options, out;
    for (const OptionText& text : options()) names.push_back(text.name);
    for (std::string& word : words) {
        const bool number = word.size() > 1 && word[0] == '-' && (std::isdigit(static_cast<unsigned char>(word[1])) || word[1] == '.');
        if (number && !out.empty() && out.back().starts_with("--") && out.back().find('=') == std::string::npos) {
            out.back() += "=" + word;
            continue;
        }
        if (!word.starts_with("--") || word == "--") {
            out.push_back(std::move(word));
            continue;
        }
        const std::size_t equals = word.find('=');
        const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2), tail = equals == std::string::npos ? "" : word.substr(equals);
        std::vector<std::string> fits;
        for (const std::string& known : names) {
            if (known == name) fits = {known};
            if (known == name) break;
            if (known.starts_with(name)) fits.push_back(known);
        }
        if (fits.size() > 1) throw Error(Code::usage, fmt::format("--{} fits several options: --{}", name, fmt::join(fits, ", --")));
        if (fits.empty()) Job().set(name, "");  // throws with the nearest names
        out.push_back("--" + fits.front() + tail);
    }
    return out;
}

}  // namespace mien::cli
