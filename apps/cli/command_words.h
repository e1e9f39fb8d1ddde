// What commands make of the words they were given: options into the job, lists, numbers; and which options a command takes.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "commands.h"
#include "option_flags.h"

namespace mien::cli {

/// The flags into the program's job, which sets its log level; remarks of the ini file are told as warnings.
void read_options(Program&, const OptionFlags&);

/// Whether the option has one of the names, or finds faces (detector, landmarker, selector).
bool is_named(const OptionText&, std::initializer_list<std::string_view> names) noexcept;
bool finds_faces(const OptionText&) noexcept;

/// The parts of "a,b,c"; empty ones are left out.
std::vector<std::string> split(std::string_view text);
/// A number of digits alone; throws Error{usage} that names the option otherwise.
std::int64_t whole_number(const std::string& text, std::string_view option);

}  // namespace mien::cli
