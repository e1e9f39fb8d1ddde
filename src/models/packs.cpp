// SPDX-License-Identifier: Apache-2.0
#include "models/packs.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/error.h"

namespace mien {
namespace {

constexpr auto packs = std::to_array<NetworkPack>({
    {.name = "facefusion",
     .recogniser = "arcface_w600k_r50",
     .points_68_from_5 = "fan_68_5",
     .classifier = "fairface",
     .detector = "yolo_face",
     .landmarker = "2dfan4",
     .occluder = "xseg_1",
     .parser = "bisenet_resnet_34",
     .swapper = "hyperswap_1a_256",
     .enhancer = "gfpgan_1.4"},
    {.name = "starter",
     .recogniser = "starter_recogniser",
     .points_68_from_5 = "starter_points",
     .classifier = "starter_classifier",
     .detector = "starter",
     .landmarker = "starter",
     .occluder = "starter_occluder",
     .parser = "starter_parser",
     .swapper = "starter_swapper_256",
     .enhancer = "starter_enhancer",
     .tells_race = false},
});

}  // namespace

std::span<const NetworkPack> network_packs() noexcept { return packs; }

const NetworkPack& find_pack(std::string_view name) {
    const auto found = std::find_if(packs.begin(), packs.end(), [&](const NetworkPack& pack) { return pack.name == name; });
    if (found == packs.end()) throw Error(Code::usage, fmt::format("The network pack \"{}\" is unknown; say facefusion or starter.", name));
    return *found;
}

const NetworkPack& pack_of(const ModelSpec& spec) noexcept { return spec.group == starter_group ? packs[1] : packs[0]; }

}  // namespace mien
