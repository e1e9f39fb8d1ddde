// SPDX-License-Identifier: Apache-2.0
#include "command_words.h"

#include <fmt/format.h>

#include <algorithm>

namespace mien::cli {

void read_options(Program& program, const OptionFlags& flags) {
    const std::vector<std::string> remarks = flags.read_into(program.job);
    program.log_level = program.job.words("log-level").at(0);
    for (const std::string& remark : remarks) tell(program, "warn", remark);
}

bool is_named(const OptionText& text, std::initializer_list<std::string_view> names) noexcept { return std::find(names.begin(), names.end(), text.name) != names.end(); }
bool finds_faces(const OptionText& text) noexcept { return text.section == "face_detector" || text.section == "face_landmarker" || text.section == "face_selector"; }

std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> parts;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        if (end > at) parts.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return parts;
}

std::int64_t whole_number(const std::string& text, std::string_view option) {
    const bool digits = !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
    if (!digits) throw Error(Code::usage, fmt::format("--{} is \"{}\", and must be a whole number", option, text.substr(0, 40)));
    return std::stoll(text);
}

}  // namespace mien::cli
