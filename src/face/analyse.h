// The face analyser: detect, landmark, recognise, classify on one picture.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "face/face.h"
#include "image/queue.h"
#include "image/trace.h"
#include "models/store.h"

namespace mien {

/// What the analysis depends on; part of the sidecar's key. Names and defaults as FaceFusion's options.
struct AnalysisSettings {
    std::string pack = "facefusion";                     ///< whose recogniser, classifier and 68-from-5: facefusion starter (models/packs.h)
    std::string detector_model = "yolo_face";            ///< many retinaface scrfd starter yolo_face yunet
    int detector_size = 0;                               ///< 0: the last of the model's list
    std::array<int, 4> detector_margin{};                ///< percent: top right bottom left
    std::vector<int> detector_angles{0};
    double detector_score = 0.5;
    std::string landmarker_model = "2dfan4";             ///< many 2dfan4 peppa_wutz starter
    double landmarker_score = 0.5;
    bool classify = false;                               ///< also gender, race, age
    bool faithful = false;                               ///< FaceFusion's numbers; docs/faithful.md
    bool operator==(const AnalysisSettings&) const = default;
};
/// Every field as "key=value" lines, after the number of the way faces are found; the same text for the same settings, used in keys and receipts.
std::string text_of(const AnalysisSettings&);

/// Loads the networks once; analyses any number of pictures. Thread-safety: analyse() from any number of threads, each with its own Scratch.
class FaceAnalyser {
public:
    /// Throws Error{models}.
    FaceAnalyser(ModelStore&, AnalysisSettings);
    ~FaceAnalyser();
    /// Buffers of one thread; grow to what they need, then stay.
    class Scratch {
    public:
        Scratch();
        ~Scratch();
        Scratch(Scratch&&) noexcept;
        struct State;
        std::unique_ptr<State> state;
    };
    /// Faces of an RGB picture of 8 bits in the detector's order. Non-finite network results leave the face out and are counted in non_finite().
    std::vector<Face> analyse(Queue&, View<const std::uint8_t> rgb, Scratch&, Trace* = nullptr) const;
    /// Several pictures of one size, the detector run as one batch: the same faces as one by one.
    std::vector<std::vector<Face>> analyse(Queue&, std::span<const View<const std::uint8_t>> rgb, Scratch&, Trace* = nullptr) const;
    const AnalysisSettings& settings() const noexcept;
    std::int64_t non_finite() const noexcept;
    std::int64_t detector_calls() const noexcept;  ///< since construction

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The identity of source pictures: per picture the largest face; mean of raw embeddings and mean of unit embeddings (re-normalised unless faithful).
/// Everything else is from the first face. `picture` says which picture that was; -1 when none holds a face.
struct SourceIdentity {
    Face face;
    Embedding embedding{}, embedding_unit{};
    int picture = -1, faces_used = 0;
};
SourceIdentity average_source(std::span<const std::vector<Face>> faces_by_picture, bool faithful);

}  // namespace mien
