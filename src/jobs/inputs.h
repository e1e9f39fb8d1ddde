// The inputs of a job: what the target is, where the sources' faces are, and the networks that look at them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "face/analyse.h"
#include "face/gate.h"
#include "jobs/options.h"
#include "jobs/receipt.h"
#include "jobs/sidecar.h"
#include "media/reader.h"
#include "media/still.h"
#include "media/writer.h"
#include "models/store.h"
#include "pipeline/pattern.h"
#include "pipeline/plan.h"
#include "pipeline/processor.h"
#include "pipeline/synth_film.h"

namespace mien {

struct RunEvents;

/// Whether a file of this digest was rendered by mien and ships with it: the digests are compiled in.
bool is_rendered_file(std::string_view sha256) noexcept;

/// A film, a picture, or a film that mien draws or renders.
struct Target {
    /// Drawn or rendered by this process while it is read: its faces are known, no network looks for them.
    bool knows_its_faces() const noexcept { return pattern || staging; }
    /// Those of a frame.
    std::vector<Face> faces(std::int64_t number) const;
    PlanTarget::Kind kind = PlanTarget::Kind::film;
    std::optional<PatternSettings> pattern;
    std::unique_ptr<synth::Staging> staging;             ///< of a rendered film
    std::unique_ptr<SynthFaces> staged_faces;
    std::optional<Still> still;
    std::filesystem::path path;
    ReceiptInput entry;                  ///< digest and size; of a file see identified()
    bool rendered_by_mien = false;
    FilmInfo info;                       ///< films, patterns and rendered films
    std::optional<GivenSound> sound;     ///< of a rendered film
};
/// Opens it without reading it all: a file's digest is missing. Throws Error{bad_input}, Error{usage}.
Target open_target(const Settings&);
/// With the digest of the file, which is read whole: that tells progress and asks to stop. Throws Error{bad_input}, Error{interrupted}.
Target identified(Target, const RunEvents&);
/// A new reader of the target film with the job's trim, or with another.
std::unique_ptr<Reader> read_target(const Target&, const Settings&);
std::unique_ptr<Reader> read_target(const Target&, const ReaderOptions&);

/// Everything opened once for a job. Thread-safety: one thread; parts as their own.
struct JobParts {
    explicit JobParts(const JobOptions&);
    const Settings& settings;
    ModelStore store;
    ContentGate gate;
    std::unique_ptr<FaceAnalyser> analyser;               ///< null for patterns
    std::vector<ProcessorContext::Source> sources;        ///< image sources with their faces
    std::vector<ReceiptInput> source_entries;
    std::vector<std::vector<GateSample>> source_samples;  ///< same index as sources; empty when the gate is absent
    std::vector<bool> source_rendered;                    ///< same index: a picture that mien rendered and ships

    void open_analyser();
    void open_sources(const std::function<void(const std::string&)>& remark, const RunEvents&);
};

/// The key of a target's sidecar under these parts.
SidecarKey sidecar_key(const Target&, const JobParts&);
std::unique_ptr<Sidecar> open_sidecar(const Target&, const JobParts&);

/// ".mp4" of "A.MP4": extensions are told apart without their case.
std::string lower_extension(const std::filesystem::path&);
/// The analysis is never written over an input or the output. Throws Error{usage}.
void check_sidecar(const Settings&);
/// Films are no sources: most often source and target were named the wrong way round. Throws Error{bad_input}.
void check_sources(const Settings&);
/// FaceFusion's rules and mien's about where a result may go: folder there and writable, extension that fits what is written (`result`), output no input.
/// Throws Error{output}, Error{usage}.
void check_output(const Settings&, PlanTarget::Kind result);
/// The same rules but for the extension.
void check_output_place(const Settings&);
/// The video encoder for an output: the one asked for if it is there and fits the container, else by the container's rule. Throws Error{usage}, Error{unsupported}.
std::string choose_video_encoder(const Settings&, std::vector<std::string>& remarks);

}  // namespace mien
