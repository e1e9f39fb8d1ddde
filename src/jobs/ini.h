// facefusion.ini: defaults of options, in Python's configparser dialect.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "jobs/options.h"

namespace mien {

/// One "key = value" of a file; continuation lines are joined with a newline.
struct IniEntry {
    std::string section, key, value;
    int line = 0;
};
/// Comments begin with # or ;. Sections, "=" or ":", indented continuation lines, a UTF-8 byte order mark. Throws Error{usage} naming file and line.
std::vector<IniEntry> parse_ini(std::string_view text, std::string_view file_name);

/// Sets every option the text names; an empty value keeps the default; keys of 3.5.4 and 3.8.1 are known, others are reported in the returned remarks
/// (one sentence each, with the nearest known key). A bad value throws Error{usage} naming file, line, key and what is allowed.
std::vector<std::string> apply_ini(std::string_view text, std::string_view file_name, JobOptions&);
/// Reads the file; a missing file is an error only when `named` (the user asked for it).
std::vector<std::string> apply_ini_file(const std::filesystem::path&, bool named, JobOptions&);

}  // namespace mien
