// What no plan that writes pictures can lack: the content gate, the receipt and the provenance mark. Output files are opened with a WritePermit only, and a
// permit cannot be made without all three, so a program that forgets one does not compile (tests/conformance/must_not_compile).
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "face/gate.h"

namespace mien {

/// Where the pictures of a run come from, as far as the gate must know.
struct GateInput {
    std::string what;                 ///< "target", "source 1"
    std::vector<GateSample> samples;  ///< empty only for inputs rendered by mien
    bool still = false;
    bool rendered_by_mien = false;    ///< drawn in this process, or a file whose SHA-256 is compiled in
};

/// The gate let this run pass. Only pass_gate makes one.
class GatePass {
public:
    GateState state() const noexcept { return state_; }
    const std::vector<std::pair<std::string, Verdict>>& verdicts() const noexcept { return verdicts_; }

private:
    friend GatePass pass_gate(const ContentGate&, std::span<const GateInput>);
    GatePass(GateState state, std::vector<std::pair<std::string, Verdict>> verdicts) : state_(state), verdicts_(std::move(verdicts)) {}
    GateState state_;
    std::vector<std::pair<std::string, Verdict>> verdicts_;
};
/// Throws Error{refused} with the sentence of the first refusal; also when the gate has no networks and an input was not rendered by mien, and when an
/// input that needs samples has none. It fails closed.
GatePass pass_gate(const ContentGate&, std::span<const GateInput>);

/// What will be written down about the run before its first picture, and its digest.
class ReceiptClaim {
public:
    /// `text`: the claim as canonical JSON text.
    explicit ReceiptClaim(std::string text);
    const std::string& text() const noexcept { return text_; }
    const std::string& sha256() const noexcept { return sha256_; }

private:
    std::string text_, sha256_;
};

/// What a picture is made of, in IPTC's words for DigitalSourceType.
enum class Origin : std::uint8_t {
    composite,  ///< compositeWithTrainedAlgorithmicMedia: a recording that networks changed
    rendered,   ///< algorithmicMedia: made by formulas alone, nothing of it was recorded or learned from recordings
};

/// The mark inside every written picture and film: an XMP packet with the IPTC DigitalSourceType, the receipt's SHA-256, and "gate unverified" when that is so. (XMP: ISO 16684-1; term: IPTC NewsCodes digitalsourcetype.)
class Mark {
public:
    Mark(const ReceiptClaim&, const GatePass&, Origin = Origin::composite);
    const std::string& xmp() const noexcept { return xmp_; }
    const std::vector<std::pair<std::string, std::string>>& metadata() const noexcept { return metadata_; }

private:
    std::string xmp_;
    std::vector<std::pair<std::string, std::string>> metadata_;
};

/// The right to write pictures.
class WritePermit {
public:
    WritePermit(GatePass gate, ReceiptClaim claim, Origin origin = Origin::composite) : gate_(std::move(gate)), claim_(std::move(claim)), mark_(claim_, gate_, origin) {}
    const GatePass& gate() const noexcept { return gate_; }
    const ReceiptClaim& claim() const noexcept { return claim_; }
    const Mark& mark() const noexcept { return mark_; }

private:
    GatePass gate_;
    ReceiptClaim claim_;
    Mark mark_;
};

}  // namespace mien
