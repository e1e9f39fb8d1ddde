// The faces of a film or picture side by side, as one picture.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "image/frame.h"
#include "jobs/inputs.h"
#include "jobs/run.h"

namespace mien {

/// Cells of 128 x 128 RGB, ten in a row, in the order of the list, which must be sorted by frame; of more than 400 faces every n-th is shown. Films are read
/// once, with the job's trim. Throws as the reader does.
Frame contact_sheet(const Target&, const Settings&, std::span<const ListedFace>);

}  // namespace mien
