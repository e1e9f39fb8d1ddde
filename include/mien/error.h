// The one error class of mien, and the table that gives every kind of failure its exit status and its name.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <source_location>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mien {

/// Kinds of failure, in the order of `faults()`.
enum class Code : std::uint8_t {
    usage,          ///< an option that is unknown, out of range or contradictory
    bad_input,      ///< a film, picture or text that cannot be read or makes no sense
    models,         ///< a network that is missing, changed, hostile or of the wrong signature
    unsupported,    ///< something that this build or this machine cannot do
    refused,        ///< the content gate said no
    device,         ///< an engine or a device failed or is not there
    out_of_memory,  ///< a memory budget that cannot hold the plan
    output,         ///< the result cannot be written
    internal,       ///< a fault of mien itself
    interrupted,    ///< asked to stop
};

/// One row per Code: its name in JSON and logs, the exit status of mien's own commands, and that of the FaceFusion-compatible ones.
struct Fault {
    Code code;
    std::string_view name;
    int exit_status;
    int compatible_exit_status;  ///< FaceFusion: 1 failed, 2 refused before the start, 0 also when interrupted
    std::string_view meaning;
};
std::span<const Fault> faults() noexcept;
const Fault& fault(Code) noexcept;

/// What mien throws. The text is one sentence: what was asked, what was found, what to do.
class Error : public std::runtime_error {
public:
    Error(Code code, const std::string& text, std::source_location where = std::source_location::current())
        : std::runtime_error(text), code_(code), where_(where) {}
    Code code() const noexcept { return code_; }
    const std::source_location& where() const noexcept { return where_; }

private:
    Code code_;
    std::source_location where_;
};

}  // namespace mien
