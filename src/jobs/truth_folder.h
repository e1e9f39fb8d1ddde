// The folder of truth beside a rendered film: the columns, and pictures of every frame. What an unfinished run wrote is taken away.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "pipeline/safeguards.h"
#include "synth/truth_file.h"

namespace mien {

/// Makes the folder when it is not there. Thread-safety: `picture` any thread; the rest one thread.
class TruthFolder {
public:
    /// `kinds`: names of truth pictures. Throws Error{usage} for an unknown kind, Error{output}.
    TruthFolder(const std::filesystem::path&, std::vector<std::string> kinds, const std::string& facts, const WritePermit&);
    ~TruthFolder();
    TruthFolder(const TruthFolder&) = delete;
    TruthFolder& operator=(const TruthFolder&) = delete;

    bool wants(std::string_view kind) const;
    bool wants_pictures() const noexcept { return !kinds_.empty(); }
    /// Writes the pictures of a frame; planes are read through `queue`.
    void pictures(Queue& queue, const synth::Rendered&, bool has_flow, std::int64_t position);
    void put(std::span<const synth::TruthRow> rows) { columns_->put(rows); }
    /// The folder of twins, made on the first call.
    std::filesystem::path twins();
    void finish();
    std::int64_t rows() const noexcept { return columns_->rows(); }
    const std::filesystem::path& file() const noexcept { return file_; }

private:
    void make_folder(const std::filesystem::path&);
    std::filesystem::path path_, file_;
    std::vector<std::string> kinds_;
    const WritePermit& permit_;
    std::unique_ptr<synth::TruthWriter> columns_;
    std::mutex mutex_;
    std::vector<std::filesystem::path> written_, made_;
    bool kept_ = false;
};

}  // namespace mien
