// What every fuzz target has: one function that reads bytes as a user's file or command line would be read.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace mien::fuzz {

/// Reads the bytes as the target's kind of input. Throws mien::Error for input it refuses; anything else thrown, reported by a sanitizer, or too slow
/// is a finding.
void read(std::span<const std::byte>);

/// Throws std::logic_error: an exception nobody expects, which both the fuzzer and the seeds' runner report.
void must(bool holds, std::string_view what);

inline std::string_view text_of(std::span<const std::byte> bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

/// A folder of this process in memory, for inputs that mien reads by path. Emptied by whoever fills it, removed at exit.
const std::filesystem::path& folder();
/// Writes the bytes to a file there. Returns its path.
std::filesystem::path write_file(std::string_view name, std::span<const std::byte>);

}  // namespace mien::fuzz
