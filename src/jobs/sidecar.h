// The analysis sidecar: what the analysis pass found in a film, kept in one SQLite file, so that no frame is ever analysed twice.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "pipeline/film_passes.h"

namespace mien {

/// What an analysis belongs to. Anything that changes a face changes the key.
struct SidecarKey {
    std::string film_sha256;
    std::string analysis_text;   ///< text_of(AnalysisSettings)
    std::string models_text;     ///< "name sha256" lines of the analysis networks
    std::string gate_text;       ///< the same for the gate's networks; gate rows of another text are ignored, faces stay
};

/// One film's analysis. Faces cost at most 3 KiB each on disk. Thread-safety: any thread.
class Sidecar {
public:
    /// Opens or makes the file (WAL mode). An empty path keeps everything in memory. A damaged file, one of another schema or of another key is set aside
    /// (renamed *.damaged, or replaced) and said in remarks(). A file another process holds locked: in memory, said. Never throws for the file's state.
    Sidecar(const std::filesystem::path&, const SidecarKey&);
    ~Sidecar();
    Sidecar(const Sidecar&) = delete;
    Sidecar& operator=(const Sidecar&) = delete;

    void store(const FrameAnalysis&);
    /// Commits what was stored since the last time; store() does so by itself every second or so.
    void flush();
    bool knows_faces(std::int64_t number) const;
    bool knows_gate(std::int64_t number) const;
    /// Faces in detector order; empty when the frame has none or is not known. points68_5 are not kept (all zero).
    std::vector<Face> faces(std::int64_t number) const;
    std::vector<GateSample> gate_samples(std::int64_t from, std::int64_t to) const;  ///< frame numbers [from, to), in order
    struct Counts {
        std::int64_t frames = 0, frames_with_faces = 0, faces = 0, shots = 0;
    };
    Counts counts(std::int64_t from, std::int64_t to) const;
    std::vector<std::int64_t> frames() const;  ///< known frame numbers, rising
    std::optional<Time> time(std::int64_t number) const;
    /// True when every frame of the film (or trim) from `from` was seen up to the film's end; the analysis pass says so once.
    void mark_complete(std::int64_t from, std::int64_t to);
    bool complete(std::int64_t from, std::int64_t to) const;
    const std::vector<std::string>& remarks() const noexcept;
    const std::filesystem::path& path() const noexcept;   ///< empty: in memory

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// $XDG_CACHE_HOME/mien/analysis/<digest of the key>.db, or ~/.cache/...; empty when there is no such folder and none can be made.
std::filesystem::path default_sidecar_path(const SidecarKey&);

}  // namespace mien
