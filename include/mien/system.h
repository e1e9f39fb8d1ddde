// What mien found on this machine.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include <mien/job.h>

namespace mien {

struct Finding {
    std::string what, found;
    bool good = true;
    std::string cure;   ///< what to do when it is not good
};
/// Versions and licences of libraries, engines, devices, model folders and the gate.
std::vector<Finding> examine(const Job&);
std::string version();
/// Exit status of a failure for mien's own commands, and for the FaceFusion-compatible ones.
int exit_status(Code, bool compatible) noexcept;

}  // namespace mien
