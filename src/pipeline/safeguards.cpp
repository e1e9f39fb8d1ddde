// SPDX-License-Identifier: Apache-2.0
#include "pipeline/safeguards.h"

#include <fmt/format.h>

#include "base/digest.h"
#include "base/error.h"

namespace mien {

GatePass pass_gate(const ContentGate& gate, std::span<const GateInput> inputs) {
    std::vector<std::pair<std::string, Verdict>> verdicts;
    for (const GateInput& input : inputs) {
        if (input.rendered_by_mien) {
            verdicts.emplace_back(input.what, Verdict{});
            continue;
        }
        if (gate.state() == GateState::absent)
            throw Error(Code::refused, fmt::format("the content gate cannot look at the {}: {}", input.what, gate.why()));
        if (input.samples.empty()) throw Error(Code::refused, fmt::format("the content gate saw no picture of the {}: nothing is written without its verdict", input.what));
        Verdict verdict = decide(input.samples, input.still);
        if (verdict.refused) throw Error(Code::refused, verdict.sentence);
        verdicts.emplace_back(input.what, std::move(verdict));
    }
    return {gate.state(), std::move(verdicts)};
}

ReceiptClaim::ReceiptClaim(std::string text) : text_(std::move(text)), sha256_(sha256_hex(bytes_of(text_))) {}

Mark::Mark(const ReceiptClaim& claim, const GatePass& gate, Origin origin) {
    const std::string source_type = fmt::format("http://cv.iptc.org/newscodes/digitalsourcetype/{}", origin == Origin::rendered ? "algorithmicMedia" : "compositeWithTrainedAlgorithmicMedia");
    const bool unverified = gate.state() == GateState::unverified;
    xmp_ = fmt::format(
        "<?xpacket begin=\"\xEF\xBB\xBF\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n"
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\n"
        " <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\n"
        "  <rdf:Description rdf:about=\"\" xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" xmlns:mien=\"urn:mien:provenance:1\"\n"
        "   Iptc4xmpExt:DigitalSourceType=\"{}\"\n"
        "   mien:ReceiptSHA256=\"{}\"{}/>\n"
        " </rdf:RDF>\n"
        "</x:xmpmeta>\n"
        "<?xpacket end=\"r\"?>",
        source_type, claim.sha256(), unverified ? "\n   mien:Gate=\"gate unverified\"" : "");
    metadata_.emplace_back("DIGITAL_SOURCE_TYPE", source_type);
    metadata_.emplace_back("MIEN_RECEIPT_SHA256", claim.sha256());
    if (unverified) metadata_.emplace_back("MIEN_GATE", "gate unverified");
}

}  // namespace mien
