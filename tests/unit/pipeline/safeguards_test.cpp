// SPDX-License-Identifier: Apache-2.0
#include "pipeline/safeguards.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace mien {
namespace {

/// A store whose folders hold no network: the gate is absent.
ModelStore empty_store() {
    StoreOptions options;
    options.folders = {"/nonexistent/models"};
    options.only_folders = true;
    return ModelStore(options);
}

TEST(Safeguards, WithoutNetworksOnlyRenderedInputsPass) {
    ModelStore store = empty_store();
    const ContentGate gate(store);
    ASSERT_EQ(gate.state(), GateState::absent);
    const std::vector<GateInput> drawn{{"target", {}, false, true}};
    EXPECT_EQ(pass_gate(gate, drawn).state(), GateState::absent);
    const std::vector<GateInput> filmed{{"target", {}, false, true}, {"source 1", {}, true, false}};
    try {
        pass_gate(gate, filmed);
        FAIL() << "the gate must fail closed";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::refused);
        EXPECT_NE(std::string(error.what()).find("source 1"), std::string::npos);
    }
}

TEST(Safeguards, TheMarkCarriesTheReceiptsDigest) {
    ModelStore store = empty_store();
    const ContentGate gate(store);
    const std::vector<GateInput> drawn{{"target", {}, false, true}};
    const WritePermit permit(pass_gate(gate, drawn), ReceiptClaim("{\"a\":1}"));
    EXPECT_EQ(permit.claim().sha256().size(), 64u);
    EXPECT_NE(permit.mark().xmp().find(permit.claim().sha256()), std::string::npos);
    EXPECT_NE(permit.mark().xmp().find("digitalsourcetype/compositeWithTrainedAlgorithmicMedia\""), std::string::npos);
    const WritePermit rendered(pass_gate(gate, drawn), ReceiptClaim("{\"a\":1}"), Origin::rendered);
    EXPECT_NE(rendered.mark().xmp().find("digitalsourcetype/algorithmicMedia\""), std::string::npos);
}

}  // namespace
}  // namespace mien
