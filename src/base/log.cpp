// SPDX-License-Identifier: Apache-2.0
#include "base/log.h"

#include <mutex>

namespace mien {
namespace {
std::mutex mutex;
LogSink& sink() {
    static LogSink current;
    return current;
}
}  // namespace

void set_log_sink(LogSink next) {
    const std::lock_guard lock(mutex);
    sink() = std::move(next);
}

void log(Level level, const std::string& text) {
    const std::lock_guard lock(mutex);
    if (sink()) sink()(level, text);
}

}  // namespace mien
