// Where the engine's remarks go: a sink set by the program. The engine itself never prints.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace mien {

enum class Level : std::uint8_t { error, warn, info, debug };
using LogSink = std::function<void(Level, std::string_view)>;
/// Sets the sink of the whole process; an empty one swallows. Thread-safety: call before work starts.
void set_log_sink(LogSink);
/// Thread-safety: any thread; calls of the sink never overlap.
void log(Level, const std::string&);

}  // namespace mien
