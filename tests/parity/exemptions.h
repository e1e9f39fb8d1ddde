// Where the faithful mode differs from the recordings on purpose.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "parity/report.h"

namespace mien::parity {

/// B numbers: faults not to copy (fact sheet 10.6); 11.1 and 11.2: corrections and faults seen when it ran.
constexpr auto exemptions = std::to_array<Exemption>({
    {"swapper/blendswap_256_boost384", "error", "B3", "384 is no multiple of 256: refused in one sentence instead of a crash"},
    {"selector/many_age_start_only", "error", "B14", "an open bound is a bound, not a crash"},
});

}  // namespace mien::parity
