// Which engine runs the networks of a job: what was asked for, what is here, and never a silent fallback.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "pipeline/settings.h"

namespace mien {

/// The engine for --engine and FaceFusion's --execution-providers. What is not here throws Error{device} with the name and the cure, unless --allow-fallback
/// was given: then the CPU is used and a remark says so.
std::string choose_engine(const ExecutionSettings&, std::vector<std::string>& remarks);

}  // namespace mien
