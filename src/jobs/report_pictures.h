// The pictures inside a report: encoded with the mark, so each needs a permit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "image/view.h"
#include "jobs/report_facts.h"
#include "pipeline/safeguards.h"

namespace mien {

/// RGB, scaled to the size.
ReportPicture picture_of(View<const std::uint8_t> rgb, Size, const WritePermit&);
/// A whole frame, at most 400 pixels high.
ReportPicture whole_picture(View<const std::uint8_t> rgb, const WritePermit&);
/// The mean difference of the three colours of two pictures of one size as heat: black, violet, red, orange, pale yellow at 0, 12, 24, 36 and 48 levels.
ReportPicture difference_of(View<const std::uint8_t> first, View<const std::uint8_t> second, Size, const WritePermit&);

}  // namespace mien
