// Which faces of a frame are meant: modes, orders and filters of FaceFusion's selector.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "face/face.h"

namespace mien {

struct SelectorSettings {
    std::string mode = "reference";     ///< many one reference
    std::string order = "large-small";  ///< left-right right-left top-bottom bottom-top small-large large-small best-worst worst-best
    std::optional<int> age_start, age_end;
    std::optional<Gender> gender;
    std::optional<Race> race;
    int reference_position = 0;
    double reference_distance = 0.3;
    int reference_frame = 0;
    bool faithful = false;              ///< age ranges with holes, start 0 counts as off (docs/faithful.md)
};
bool needs_attributes(const SelectorSettings&) noexcept;
/// Stable sort by the order, then the filters.
std::vector<Face> sort_and_filter(std::vector<Face>, const SelectorSettings&);
/// The faces to work on. `reference` holds the faces of the reference frame (mode reference only). Result in detector order for mode many and reference... as FaceFusion:
/// many and one: after sort_and_filter; reference: all targets within the distance, in detector order.
std::vector<Face> select_faces(const std::vector<Face>& target, const std::vector<Face>& reference, const SelectorSettings&);

}  // namespace mien
