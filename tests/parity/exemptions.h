// Where the faithful mode differs from the recordings on purpose.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "parity/report.h"

namespace mien::parity {

/// B numbers: faults not to copy (fact sheet 10.6); 11.1 and 11.2: corrections and faults seen when it ran.
constexpr auto exemptions = std::to_array<Exemption>({
    {"*", "* above 768", "B6", "alignment does not depend on the crop's size: no outlier is rejected by pixels of the crop"},
    {"swapper/*", "error ValueError: cannot reshape*", "B3", "a boost that is no multiple of the network's size is refused in one sentence"},
    {"frame/*", "error AttributeError: 'NoneType'*", "B3", "a name without a network is refused in one sentence"},
    {"selector/*", "error TypeError: 'NoneType'*", "B14", "an open bound of ages is a bound, not a crash"},
});

}  // namespace mien::parity
