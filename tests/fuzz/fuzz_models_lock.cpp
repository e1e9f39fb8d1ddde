// Text as models.lock: what was read and written again reads the same.
// SPDX-License-Identifier: Apache-2.0
#include "models/lock_file.h"
#include "target.h"

namespace mien::fuzz {

void read(std::span<const std::byte> bytes) {
    const LockContent content = parse_lock(std::string(text_of(bytes)), "models.lock");
    const std::string written = mien::text_of(content);
    must(mien::text_of(parse_lock(written, "models.lock")) == written, "the lock changes when it is written and read again");
}

}  // namespace mien::fuzz
