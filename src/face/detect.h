// Finding faces: the detector passes of one or several pictures, all angles and detectors, and the suppression over them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>
#include <vector>

#include "face/analyse.h"
#include "face/network.h"
#include "image/buffer.h"
#include "kernels/network_io.h"
#include "models/decode.h"

namespace mien {

/// Buffers of one thread.
struct DetectScratch {
    struct Pass {
        Picture<std::uint8_t> padded, turned, fitted;
    };
    std::vector<Pass> pictures;            ///< by picture
    std::vector<NetworkBuffers> networks;  ///< by detector
    std::vector<Candidates> candidates;    ///< by picture: all angles, all detectors
    std::vector<std::span<const float>> answers;
    std::vector<std::size_t> before;               ///< by picture: candidates of the angles before
    std::vector<View<const std::uint8_t>> fitted;  ///< by picture: what the networks see
};

/// One face as a detector sees it.
struct Detection {
    Box box;
    double score = 0;
    Points5 points{};
};

/// Thread-safety: any thread, each with its own scratch.
class Detector {
public:
    /// Throws Error{models}; Error{usage} for a model that does not exist or a size it does not take.
    Detector(ModelStore&, const AnalysisSettings&);
    /// Detections of each picture after suppression, in falling order of score. Pictures have one size.
    std::vector<std::vector<Detection>> detect(Queue&, std::span<const View<const std::uint8_t>> rgb, DetectScratch&, Trace*, std::int64_t& non_finite) const;
    int calls_per_batch() const noexcept { return static_cast<int>(networks_.size() * settings_.detector_angles.size()); }

private:
    void detect_angle(Queue&, std::span<const View<const std::uint8_t>> rgb, int angle, DetectScratch&, Trace*) const;
    AnalysisSettings settings_;
    std::vector<Network> networks_;
    int edge_ = 640;
};

/// The networks behind a value of the detector option; empty for a value that does not exist.
std::vector<std::string_view> detector_networks(std::string_view model);

/// The tensor recipe of a row for 8-bit RGB pictures.
kernels::Normalise recipe_of(const ModelSpec&);

}  // namespace mien
