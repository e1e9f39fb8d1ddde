// Bytes as the database file of an analysis: opened, asked for everything a run asks for, and written to.
// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "jobs/sidecar.h"
#include "target.h"

namespace mien::fuzz {
namespace {

constexpr std::int64_t frames_asked = 8;

void remove_files(const std::filesystem::path& path) {
    std::error_code ignored;
    for (const char* tail : {"", "-wal", "-shm", "-journal", ".damaged"}) std::filesystem::remove(path.string() + tail, ignored);
}

}  // namespace

void read(std::span<const std::byte> bytes) {
    const std::filesystem::path path = write_file("analysis.db", bytes);
    bool set_aside = false;
    try {
        Sidecar sidecar(path, {"film", "analysis", "models", "gate"});
        set_aside = !sidecar.remarks().empty();
        sidecar.counts(0, frames_asked);
        sidecar.complete(0, frames_asked);
        sidecar.gate_samples(0, frames_asked);
        for (const std::int64_t number : sidecar.frames()) sidecar.time(number);
        for (std::int64_t number = 0; number < frames_asked; ++number) {
            sidecar.knows_gate(number);
            if (sidecar.knows_faces(number)) sidecar.faces(number);
        }
        sidecar.store({frames_asked, {0, {1, 25}}, false, std::vector<Face>(1), {}, 0, 0});
        sidecar.mark_complete(0, frames_asked);
        must(sidecar.faces(frames_asked).size() == 1, "a face that was stored is not there");
    } catch (...) {
        remove_files(path);
        throw;
    }
    remove_files(path);
    if (set_aside) throw Error(Code::bad_input, "The file was set aside.");
}

}  // namespace mien::fuzz
