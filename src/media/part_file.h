// A file that gets its name only when it is whole.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>

namespace mien {

/// Called with the temporary name when the bytes are whole and durable, before the file gets its own: what must never be missing beside the file is written now.
/// What it throws stops the naming.
using BeforeNamed = std::function<void(const std::filesystem::path& whole)>;

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
    void keep(const BeforeNamed& = {});

private:
    std::filesystem::path target_, path_;
    bool kept_ = false;
};

}  // namespace mien
