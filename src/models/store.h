// The store: where network files lie, how they are checked, and the sessions opened from them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/digest.h"
#include "models/spec.h"
#include "runtime/session.h"

namespace mien {

/// Folders are searched in this order: --model-folder, ./.assets/models, $MIEN_MODELS, the starter folder.
struct StoreOptions {
    std::vector<std::filesystem::path> folders;  ///< from --model-folder; searched first
    std::filesystem::path lock_file;             ///< models.lock; empty: beside the first folder that can be written, else the user's state folder
    std::filesystem::path starter;               ///< networks that ship with mien
    int threads = 1;
    bool only_folders = false;  ///< look into `folders` and nowhere else
};

/// What is known of one network file on this machine.
struct ModelFile {
    std::filesystem::path path;
    FileDigest digest;
    std::string locked_sha256;  ///< empty before the first use
};

/// Thread-safety: any thread.
class ModelStore {
public:
    explicit ModelStore(StoreOptions);
    ~ModelStore();
    /// The file of a row, or an empty path. Reads nothing but folders.
    std::filesystem::path locate(std::string_view name) const;
    /// Locates, checks the CRC-32 .hash beside it as FaceFusion does, and the digest pinned in models.lock; pins it at first use.
    /// Throws Error{models} with one sentence.
    ModelFile verify(std::string_view name);
    /// Pins the present digest anew after the user said so.
    ModelFile trust(std::string_view name);
    /// verify, open, check the signature against the row: one session per name for as long as anyone holds it. Throws Error{models}.
    std::shared_ptr<Session> open(std::string_view name);
    /// What models.lock remembers of a file that has not changed since; reads no network file. For listings.
    struct Remembered {
        std::string sha256, batching;
    };
    std::optional<Remembered> remembered(std::string_view name) const;
    /// Names opened so far with file digest, batching and engine, for the receipt; sorted by name.
    struct Opened {
        std::string name, sha256, engine, batching;
    };
    std::vector<Opened> opened() const;
    const StoreOptions& options() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The last initialiser of a network file as floats (inswapper's 512 x 512 embedding matrix, float32 or float16). Throws Error{models}.
std::vector<float> last_initialiser(const std::filesystem::path&);

}  // namespace mien
