// Where networks are looked for, and whose networks a job uses.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "models/store.h"
#include "pipeline/settings.h"

namespace mien {

/// The folders of a job: the user's, FaceFusion's, $MIEN_MODELS, then the starter networks ($MIEN_STARTER, beside the installed program, or in the source tree it was built from).
StoreOptions store_options(const Settings&);

/// Decides the pack (models/packs.h): the one asked for, or the starter pack when the published recogniser is nowhere and the starter's is (never with --faithful); then gives the pack's networks to
/// every option that is still at its published default. Throws Error{usage} for a swapper that does not understand the pack's embeddings, and for a race asked of a
/// classifier that tells none.
void settle_pack(Settings&);
/// One sentence when the starter pack serves, else empty.
std::string pack_remark(const Settings&);

}  // namespace mien
