// Bytes as a picture, film or sound file: what it is, then the picture or the first frames of the film.
// SPDX-License-Identifier: Apache-2.0
#include "base/error.h"
#include "media/reader.h"
#include "media/still.h"
#include "target.h"

namespace mien::fuzz {
namespace {

constexpr int frames_read = 6;

void check(const Frame& frame) { must(frame.size().width > 0 && frame.size().height > 0, "a frame has no pixels"); }

/// Whether the film opens; a trim of nothing is no film either.
bool reads_as_film(const std::filesystem::path& path, const ReaderOptions& options) {
    try {
        const std::unique_ptr<Reader> reader = open_film(path, options);
        for (int i = 0; i < frames_read; ++i) {
            const std::optional<Frame> frame = reader->next();
            if (!frame) break;
            check(*frame);
        }
        return true;
    } catch (const Error&) {
        return false;
    }
}

}  // namespace

void read(std::span<const std::byte> bytes) {
    const std::filesystem::path path = write_file("media", bytes);
    const MediaKind kind = probe_kind(path);
    // The readers are given whatever the probe says: a user can name any file anywhere.
    const bool film = reads_as_film(path, {{}, {}, 1});
    reads_as_film(path, {2, 4, 1});
    if (kind == MediaKind::film && !film) throw Error(Code::bad_input, "It looked like a film and is none.");
    if (kind == MediaKind::sound) return;
    if (kind == MediaKind::picture || !film) check(read_still(path).frame);
}

}  // namespace mien::fuzz
