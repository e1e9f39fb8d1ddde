// JSON values: the project's one door to the JSON library. Include only where JSON is read or written.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

namespace mien {
using Json = nlohmann::ordered_json;  ///< keys keep the order they were written in, so that output repeats
}
