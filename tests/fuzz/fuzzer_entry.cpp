// What libFuzzer calls. Only mien's own errors are answers; everything else ends the process, with the input kept by libFuzzer.
// SPDX-License-Identifier: Apache-2.0
#include <cstdint>

#include "base/error.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        mien::fuzz::read(std::as_bytes(std::span(data, size)));
    } catch (const mien::Error&) {
    }
    return 0;
}
