// A permit to write pictures needs a receipt's claim; a mark cannot be made without one either.
// SPDX-License-Identifier: Apache-2.0
#include "pipeline/safeguards.h"

#ifdef WRONG
mien::WritePermit forged(mien::GatePass pass) { return mien::WritePermit(std::move(pass)); }
#else
mien::WritePermit honest(mien::GatePass pass) { return mien::WritePermit(std::move(pass), mien::ReceiptClaim("{}")); }
#endif
