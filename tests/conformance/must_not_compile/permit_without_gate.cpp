// A permit to write pictures needs a gate pass, and only pass_gate makes one.
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/safeguards.h"

#ifdef WRONG
mien::WritePermit forged() { return mien::WritePermit(mien::GatePass(mien::GateState::verified, {}), mien::ReceiptClaim("{}")); }
#else
mien::WritePermit honest(const mien::ContentGate& gate, std::span<const mien::GateInput> inputs) { return mien::WritePermit(mien::pass_gate(gate, inputs), mien::ReceiptClaim("{}")); }
#endif
