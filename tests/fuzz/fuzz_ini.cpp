// Text as facefusion.ini: applied over the defaults, then checked as a run checks it.
// SPDX-License-Identifier: Apache-2.0
#include "jobs/ini.h"
#include "target.h"

namespace mien::fuzz {

void read(std::span<const std::byte> bytes) {
    JobOptions options;
    apply_ini(text_of(bytes), "seed.ini", options);
    check_options(options);
    settle_options(options);
    for (const OptionRow& row : option_rows()) option_words(row, options);
}

}  // namespace mien::fuzz
