// Packs: sets of networks that belong together, because a swapper understands the embeddings of one recogniser only.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "models/spec.h"

namespace mien {

/// Which networks serve where no option names one.
struct NetworkPack {
    std::string_view name;
    std::string_view recogniser, points_68_from_5, classifier;                      ///< networks that no option names: rows of the zoo
    std::string_view detector, landmarker, occluder, parser, swapper, enhancer;     ///< values of the options, when the user chose none
    bool tells_race = true;                                                         ///< the classifier's answer has a race
};
/// "facefusion" first: the published networks. "starter": the networks that ship with mien, trained on people it renders.
std::span<const NetworkPack> network_packs() noexcept;
/// Throws Error{usage} that lists the packs.
const NetworkPack& find_pack(std::string_view name);
/// The pack whose recogniser a network's embeddings come from; the first one for networks that use none.
const NetworkPack& pack_of(const ModelSpec&) noexcept;

}  // namespace mien
