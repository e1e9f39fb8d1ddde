// SPDX-License-Identifier: Apache-2.0
#include "models/store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "base/error.h"
#include "base/log.h"
#include "models/lock_file.h"
#include "models/signature.h"
#include "runtime/onnx_file.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> search_folders(const StoreOptions& options) {
    std::vector<fs::path> folders = options.folders;
    if (options.only_folders) return folders;
    folders.emplace_back(".assets/models");
    if (const char* named = std::getenv("MIEN_MODELS"); named && *named) folders.emplace_back(named);
    if (!options.starter.empty()) folders.push_back(options.starter);
    return folders;
}

// Permission bits, not access(): for root everything is writable, also what was made read-only on purpose.
bool is_writable_folder(const fs::path& folder) {
    struct stat found {};
    return ::stat(folder.c_str(), &found) == 0 && S_ISDIR(found.st_mode) && (found.st_mode & 0222U) != 0 && ::access(folder.c_str(), W_OK) == 0;
}

fs::path lock_path(const StoreOptions& options) {
    if (!options.lock_file.empty()) return options.lock_file;
    for (const fs::path& folder : search_folders(options)) {
        if (folder != options.starter && is_writable_folder(folder)) return folder / "models.lock";
    }
    if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state) return fs::path(state) / "mien/models.lock";
    const char* home = std::getenv("HOME");
    return fs::path(home && *home ? home : ".") / ".local/state/mien/models.lock";
}

/// FaceFusion's check: the .hash file beside the network holds its CRC-32 in hex, and nothing else.
void check_hash_file(const fs::path& path, const FileDigest& digest) {
    fs::path beside = path;
    beside.replace_extension(".hash");
    std::ifstream file(beside, std::ios::binary);
    if (!file) return;
    std::string said(64, '\0');
    file.read(said.data(), static_cast<std::streamsize>(said.size()));
    said.resize(static_cast<std::size_t>(file.gcount()));
    const std::string found = crc32_hex(digest.crc32);
    if (said == found) return;
    std::erase_if(said, [](char c) { return c < '!' || c > '~'; });
    throw Error(Code::models, fmt::format("The network file {} has the CRC-32 {}, but its .hash file says \"{}\"; take both from their publisher again.",
                                          path.string(), found, said));
}

constexpr std::string_view half_proof = "-half";

/// Under what the outcome of a probe is remembered beside the file's digest: one file can serve two rows.
std::string proof_of(const ModelSpec& spec, std::string_view runtime_version) {
    return fmt::format("{}-{}{}", runtime_version, batch_proof_revision, spec.half_of.empty() ? "" : half_proof);
}

}  // namespace

struct ModelStore::State {
    explicit State(StoreOptions given) : options(std::move(given)), lock(lock_path(options)) {}
    struct Slot {
        std::mutex mutex;
        std::weak_ptr<Session> session;
        Opened opened;
    };
    ModelFile measure(const fs::path& path);

    StoreOptions options;
    LockFile lock;
    mutable std::mutex mutex;
    std::map<std::string, std::shared_ptr<Slot>, std::less<>> slots;
};

// Digest from the lock file when the system says the file is the one that was read then.
ModelFile ModelStore::State::measure(const fs::path& path) {
    const std::string key = fs::absolute(path).lexically_normal().string();
    const FileStamp stamp = stamp_of(path);
    const LockContent content = lock.read();
    if (const auto seen = content.files.find(key); seen != content.files.end() && seen->second.stamp == stamp) return {path, seen->second.digest, {}};
    ModelFile file{path, digest_file(path), {}};
    const bool one_line = key.find_first_of("\n\r") == std::string::npos;
    if (one_line && stamp_of(path) == stamp) {
        lock.update([&](LockContent& now) {
            now.files[key] = {stamp, file.digest};
            return true;
        });
    }
    return file;
}

ModelStore::ModelStore(StoreOptions options) : state_(std::make_unique<State>(std::move(options))) {}
ModelStore::~ModelStore() = default;
const StoreOptions& ModelStore::options() const noexcept { return state_->options; }

fs::path ModelStore::locate(std::string_view name) const {
    const ModelSpec* spec = find_model_or_null(name);
    if (!spec) return {};
    for (const fs::path& folder : search_folders(state_->options)) {
        fs::path candidate = folder / (std::string(spec->file_stem()) + ".onnx");
        std::error_code ignored;
        if (fs::is_regular_file(candidate, ignored)) return candidate;
    }
    return {};
}

std::optional<ModelStore::Remembered> ModelStore::remembered(std::string_view name) const {
    const fs::path path = locate(name);
    if (path.empty()) return std::nullopt;
    const LockContent content = state_->lock.read();
    const auto seen = content.files.find(fs::absolute(path).lexically_normal().string());
    if (seen == content.files.end() || seen->second.stamp != stamp_of(path)) return std::nullopt;
    Remembered known{seen->second.digest.sha256, {}};
    const bool half = !find_model(name).half_of.empty();
    for (const auto& [key, batching] : content.batching)
        if (key.first == known.sha256 && key.second.ends_with(half_proof) == half) known.batching = batching;
    return known;
}

ModelFile ModelStore::verify(std::string_view name) {
    const ModelSpec& spec = find_model(name);
    const fs::path path = locate(name);
    if (path.empty()) {
        std::vector<std::string> searched;
        for (const fs::path& folder : search_folders(state_->options)) searched.push_back(folder.string());
        throw Error(Code::models, fmt::format("The network {0} is needed and {3}.onnx is in none of these folders: {1}; put it there ({2}) "
                                              "or name its folder with --model-folder.",
                                              name, fmt::join(searched, ", "), spec.group == starter_group ? "it ships with mien" : fmt::format("FaceFusion's group {}", spec.group),
                                              spec.file_stem()));
    }
    ModelFile file = state_->measure(path);
    check_hash_file(path, file.digest);
    // What ships with mien is of one make with it: its digests are compiled in.
    if (!state_->options.starter.empty() && path.parent_path() == state_->options.starter) {
        if (!spec.sha256.empty() && file.digest.sha256 != spec.sha256)
            throw Error(Code::models, fmt::format("The starter network {} is damaged, or another version's (SHA-256 {}..., {}... belongs); take mien's own file again.", path.string(),
                                                  file.digest.sha256.substr(0, 12), spec.sha256.substr(0, 12)));
        return file;
    }
    state_->lock.update([&](LockContent& content) {
        const auto [pin, first] = content.pins.try_emplace(std::string(name), LockContent::Pin{file.digest.sha256, file.digest.bytes});
        file.locked_sha256 = pin->second.sha256;
        return first;
    });
    if (file.locked_sha256 != file.digest.sha256) {
        throw Error(
            Code::models,
            fmt::format("The network file {} has changed since its first use (SHA-256 {}..., pinned {}...); if that was you, say \"mien models trust {}\".",
                        path.string(), file.digest.sha256.substr(0, 12), file.locked_sha256.substr(0, 12), name));
    }
    return file;
}

ModelFile ModelStore::trust(std::string_view name) {
    state_->lock.update([&](LockContent& content) { return content.pins.erase(std::string(name)) > 0; });
    return verify(name);
}

std::shared_ptr<Session> ModelStore::open(std::string_view name) {
    const ModelSpec& spec = find_model(name);
    std::shared_ptr<State::Slot> slot;
    {
        const std::lock_guard lock(state_->mutex);
        auto& found = state_->slots[std::string(name)];
        if (!found) found = std::make_shared<State::Slot>();
        slot = found;
    }
    const std::lock_guard lock(slot->mutex);
    if (std::shared_ptr<Session> session = slot->session.lock()) return session;
    const ModelFile file = verify(name);
    const std::pair proof(file.digest.sha256, proof_of(spec, find_onnx_runtime().version));
    SessionOptions options{.threads = state_->options.threads, .half_crop = !spec.half_of.empty()};
    if (spec.size.width > 0) options.probe_edge = spec.size.width;
    const LockContent known = state_->lock.read();
    if (const auto found = known.batching.find(proof); found != known.batching.end()) {
        for (const Batching batching : {Batching::native, Batching::freed, Batching::looped}) {
            if (name_of(batching) == found->second) options.remembered = batching;
        }
        options.prove_batch = !options.remembered;
    }
    std::shared_ptr<Session> session = open_ort_session(file.path, options);
    if (const std::string trouble = signature_trouble(spec, session->inputs(), session->outputs()); !trouble.empty()) {
        throw Error(Code::models,
                    fmt::format("The file {} is not the network {}: it {}; take the file from its publisher again.", file.path.string(), name, trouble));
    }
    const std::string batching(name_of(session->batching()));
    if (options.prove_batch) {
        state_->lock.update([&](LockContent& content) {
            content.batching[proof] = batching;
            return true;
        });
    }
    const std::lock_guard guard(state_->mutex);
    slot->opened = {std::string(name), file.digest.sha256, std::string(session->engine()), batching};
    slot->session = session;
    return session;
}

std::vector<ModelStore::Opened> ModelStore::opened() const {
    const std::lock_guard lock(state_->mutex);
    std::vector<Opened> all;
    for (const auto& [name, slot] : state_->slots) {
        if (!slot->opened.name.empty()) all.push_back(slot->opened);
    }
    return all;
}

std::vector<float> last_initialiser(const fs::path& path) {
    const std::vector<std::byte> file = read_onnx_file(path);
    return floats_of_tensor(walk_onnx(file, path.string()).last_initialiser, path.string());
}

}  // namespace mien
