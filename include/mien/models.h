// The networks of the zoo as this machine has them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <mien/job.h>

namespace mien {

/// One network.
struct ModelLine {
    std::string name, task, licence, vendor, group;
    std::filesystem::path path;     ///< empty: not on this machine
    std::string sha256;             ///< pinned digest; empty before the first use
    std::string batching;           ///< "native", "freed", "looped"; empty before it was opened once
    std::string later;              ///< what its processor waits for; empty when usable
    std::string trouble;            ///< one sentence when a check failed
};
/// All rows of the zoo. Reads folders and the lock file only.
std::vector<ModelLine> list_models(const Job&);
/// Verifies digests and opens each network (all that are there when `names` is empty). Never throws for a bad network: `trouble` says it.
std::vector<ModelLine> check_models(const Job&, const std::vector<std::string>& names);
/// Copies the known network files of a folder (by name, checked before and after) into the first model folder. Returns what was copied.
std::vector<ModelLine> import_models(const Job&, const std::filesystem::path&);
/// Pins a changed file anew.
ModelLine trust_model(const Job&, std::string_view name);
/// Licence and origin of a network in sentences.
std::string model_licence(std::string_view name);

}  // namespace mien
