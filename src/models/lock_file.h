// models.lock: which digest every network had at its first use, and what is costly to find out again.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <tuple>

#include "base/digest.h"

namespace mien {

/// A file as the system knows it; the same stamp means the same content, so that large files are read once.
struct FileStamp {
    std::uint64_t bytes = 0, inode = 0, device = 0;
    std::int64_t written_ns = 0, changed_ns = 0;
    friend auto operator<=>(const FileStamp&, const FileStamp&) = default;
};
/// Throws Error{models} when the file is not there.
FileStamp stamp_of(const std::filesystem::path&);

/// What the file holds: one line each, words separated by single spaces, names and paths last.
///   pin SHA256 BYTES NAME
///   file SHA256 CRC32 BYTES INODE DEVICE WRITTEN_NS CHANGED_NS PATH
///   batch SHA256 RUNTIME_VERSION-REVISION[-half] BATCHING
struct LockContent {
    struct Pin {
        std::string sha256;
        std::uint64_t bytes = 0;
    };
    struct Seen {
        FileStamp stamp;
        FileDigest digest;
    };
    std::map<std::string, Pin> pins;                                      ///< by name
    std::map<std::string, Seen> files;                                    ///< by path
    std::map<std::pair<std::string, std::string>, std::string> batching;  ///< by digest and what it was proven with
};
/// Throws Error{models} that names the line that makes no sense.
LockContent parse_lock(const std::string& text, const std::string& name);
std::string text_of(const LockContent&);

/// The file on disk. Thread-safety: any thread; processes exclude each other by a lock on the folder.
class LockFile {
public:
    explicit LockFile(std::filesystem::path);
    const std::filesystem::path& path() const noexcept { return path_; }
    /// An absent file is empty. Throws Error{models}.
    LockContent read() const;
    /// Reads, lets `change` edit, writes a new file under a temporary name and renames it. `change` answers whether there is anything to write.
    /// Where nothing can be written the change is lost and said once.
    void update(const std::function<bool(LockContent&)>& change);

private:
    std::filesystem::path path_;
    bool said_ = false;
};

}  // namespace mien
