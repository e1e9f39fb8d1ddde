// SPDX-License-Identifier: Apache-2.0
#include "jobs/packs.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include "base/error.h"
#include "models/packs.h"

namespace mien {
namespace {

std::filesystem::path starter_folder() {
    if (const char* const named = std::getenv("MIEN_STARTER")) return named;
    std::error_code none;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", none).parent_path();
    for (const std::filesystem::path& place : {program / "../share/mien/starter", std::filesystem::path(MIEN_STARTER_FOLDER)})
        if (std::filesystem::is_directory(place, none)) return place.lexically_normal();
    return {};
}

std::string_view choose_pack(const Settings& settings) {
    if (settings.pack != "auto") return settings.pack;
    if (settings.faithful) return network_packs().front().name;
    const ModelStore store(store_options(settings));
    const NetworkPack &published = find_pack("facefusion"), &starter = find_pack("starter");
    const bool only_starter = store.locate(published.recogniser).empty() && !store.locate(starter.recogniser).empty();
    return (only_starter ? starter : published).name;
}

}  // namespace

StoreOptions store_options(const Settings& settings) {
    StoreOptions options;
    options.folders = settings.model_folders;
    options.starter = starter_folder();
    return options;
}

void settle_pack(Settings& settings) {
    const NetworkPack& pack = find_pack(choose_pack(settings));
    const NetworkPack& usual = network_packs().front();
    settings.analysis.pack = pack.name;
    const auto settle = [](std::string& option, std::string_view usual_value, std::string_view pack_value) {
        if (option == usual_value) option = pack_value;
    };
    settle(settings.analysis.detector_model, usual.detector, pack.detector);
    settle(settings.analysis.landmarker_model, usual.landmarker, pack.landmarker);
    settle(settings.masks.occluder_model, usual.occluder, pack.occluder);
    settle(settings.masks.parser_model, usual.parser, pack.parser);
    settle(settings.swapper.model, usual.swapper, pack.swapper);
    settle(settings.enhancer.model, usual.enhancer, pack.enhancer);

    if (settings.selector.race && !pack.tells_race)
        throw Error(Code::usage, fmt::format("--face-selector-race cannot be answered by the {} pack, whose classifier tells age and gender only: leave the option out, or give the network fairface", pack.name));
    const ModelSpec& swapper = find_model(settings.swapper.model);
    const bool by_embedding = swapper.source != SwapSource::picture_112 && swapper.source != SwapSource::picture_256;
    const bool swaps = std::find(settings.processors.begin(), settings.processors.end(), "face_swapper") != settings.processors.end();
    if (swaps && by_embedding && pack_of(swapper).name != pack.name)
        throw Error(Code::usage, fmt::format("{} understands embeddings of {} only, but the networks of the {} pack are used: say --pack {}, or choose another swapper", swapper.name,
                                             pack_of(swapper).recogniser, pack.name, pack_of(swapper).name));
}

std::string pack_remark(const Settings& settings) {
    if (settings.analysis.pack != "starter") return {};
    return settings.pack == "starter" ? "the starter networks are used: they were trained on rendered people"
                                      : "no published networks were found, so the starter networks are used: they were trained on rendered people and serve those best";
}

}  // namespace mien
