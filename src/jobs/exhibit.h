// A film or picture that is shown as it is, beside others: compared or reported, not worked on.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "face/gate.h"
#include "jobs/inputs.h"
#include "jobs/receipt_file.h"
#include "jobs/run.h"

namespace mien {

struct Exhibit {
    std::string role;  ///< "first", "target", "truth" ...
    Target target;
    std::optional<ReceiptFile> receipt;  ///< the one beside the file
    std::string receipt_trouble;         ///< one sentence: why the one that is there is not used
    bool rendered = false;               ///< rendered by mien, or made by it of nothing else (jobs/receipt_file.h)

    const std::filesystem::path& path() const noexcept { return target.path; }
    bool still() const noexcept { return target.kind == PlanTarget::Kind::still; }
    Size shown_size() const noexcept;  ///< upright, pixels square
};
/// Opens it and reads its digest and receipt. Throws Error{bad_input}, Error{interrupted}.
Exhibit open_exhibit(std::string role, const std::filesystem::path&, const RunEvents&);
/// True when the gate must look at it: it always does where it has networks, except at what mien rendered and ships. Where it has none, what mien's own
/// receipts show to be made of rendered people passes, and the rest is refused by pass_gate.
bool needs_judging(const Exhibit&, const ContentGate&) noexcept;
/// Decodes it once for the gate: a picture, or a film's frames of every second and shot. Progress is told as the pass "judge". Throws Error{interrupted}.
std::vector<GateSample> judge_exhibit(const Exhibit&, const ContentGate&, const Settings&, const RunEvents&);
/// What pass_gate is to know of it.
GateInput gate_input(const Exhibit&, const ContentGate&, std::vector<GateSample>);
/// Its line in a receipt.
ReceiptInput receipt_entry(const Exhibit&);

}  // namespace mien
