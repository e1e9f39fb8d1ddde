// A file that gets its name only when it is whole.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <span>

namespace mien {

/// Reserves a temporary name beside the target; what is written under it is removed unless keep() was called.
/// Thread-safety: one thread at a time.
class PartFile {
public:
    /// Creates the empty temporary file. Throws Error{output}: folder missing, read-only, the target is a folder.
    explicit PartFile(const std::filesystem::path& target);
    ~PartFile();
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }
    const std::filesystem::path& target() const noexcept { return target_; }
    /// Adds bytes at the end. Throws Error{output}.
    void append(std::span<const std::byte>);
    /// Makes the bytes durable and gives the file its name. Throws Error{output}.
    void keep();

private:
    std::filesystem::path target_, path_;
    bool kept_ = false;
};

}  // namespace mien
