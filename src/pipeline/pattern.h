// A film that mien draws itself: a test card with a drawn face whose points are known exactly. Target text: "pattern:WIDTHxHEIGHTxFRAMES".
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "face/face.h"
#include "media/reader.h"

namespace mien {

struct PatternSettings {
    Size size{640, 360};
    int frames = 75;
    Ratio frame_rate{25, 1};
};
/// Empty when `target` does not begin with "pattern:". Throws Error{usage} for sizes outside 32..4096 or frames outside 1..100000.
std::optional<PatternSettings> parse_pattern(std::string_view target);
/// 8-bit 4:2:0 frames, BT.709 limited range; the same bytes on every machine. Trims apply as for a film.
std::unique_ptr<Reader> open_pattern(const PatternSettings&, const ReaderOptions& = {});
/// The drawn face of a frame: box, five and 68 points, exact.
std::vector<Face> pattern_faces(const PatternSettings&, std::int64_t frame_number);

}  // namespace mien
