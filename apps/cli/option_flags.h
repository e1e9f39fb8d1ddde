// Flags of a command from the option table.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include <mien/mien.h>

namespace mien::cli {

/// Adds a flag for every option that `wanted` accepts, grouped as in the ini file. Values go into the job after its ini file was read: read_into does both.
class OptionFlags {
public:
    void add(CLI::App& command, bool (*wanted)(const OptionText&));
    /// The ini file first (--config-path or facefusion.ini in the current folder), then the flags of the command line. Returns remarks. Throws Error{usage}.
    std::vector<std::string> read_into(Job&) const;

private:
    struct Given {
        std::string name;
        std::vector<std::string> words;
        CLI::Option* option = nullptr;
    };
    std::vector<std::shared_ptr<Given>> given_;
};

/// Words as CLI11 wants them: unique prefixes of long options spelled out (argparse accepts them), negative numbers tied to their option.
/// Throws Error{usage} for a prefix that fits several options, and for an unknown option with the nearest names.
std::vector<std::string> spell_out(std::vector<std::string> words, const std::vector<std::string>& other_options);

}  // namespace mien::cli
