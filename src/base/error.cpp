// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"

#include <array>

namespace mien {
namespace {
// Exit statuses start at 64 (sysexits.h starts there too); 130 is 128 + SIGINT, as a shell reports it.
constexpr auto rows = std::to_array<Fault>({
    {Code::usage, "usage", 64, 2, "an option is unknown, out of range or contradictory"},
    {Code::bad_input, "bad_input", 65, 1, "a film, picture or text cannot be read or makes no sense"},
    {Code::models, "models", 66, 2, "a network is missing, changed, damaged or of the wrong signature"},
    {Code::unsupported, "unsupported", 69, 1, "this build or this machine cannot do what was asked"},
    {Code::refused, "refused", 70, 1, "the content gate refused the film or a source"},
    {Code::device, "device", 71, 1, "an engine or a device failed or is not there"},
    {Code::out_of_memory, "out_of_memory", 72, 1, "the memory budget cannot hold the plan"},
    {Code::output, "output", 73, 1, "the result cannot be written"},
    {Code::internal, "internal", 75, 1, "a fault of mien itself: please report it"},
    {Code::interrupted, "interrupted", 130, 0, "stopped on request"},
});
static_assert([] {
    for (std::size_t i = 0; i < rows.size(); ++i)
        if (static_cast<std::size_t>(rows[i].code) != i) return false;
    return true;
}());
}  // namespace

std::span<const Fault> faults() noexcept { return rows; }
const Fault& fault(Code code) noexcept { return rows[static_cast<std::size_t>(code)]; }

}  // namespace mien
