// Whether a network file has the inputs and outputs its row says (ModelSpec::signature).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>

#include "models/spec.h"
#include "runtime/session.h"

namespace mien {

/// An empty text when inputs and outputs fit the row, otherwise what differs, to be said after "it". Extents that the file leaves free fit anything.
std::string signature_trouble(const ModelSpec&, std::span<const Port> inputs, std::span<const Port> outputs);

}  // namespace mien
