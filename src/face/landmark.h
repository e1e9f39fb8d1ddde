// Finding the 68 points of a face: guessed from five, then seen by one or two networks.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "face/analyse.h"
#include "face/network.h"
#include "image/buffer.h"
#include "models/decode.h"

namespace mien {

/// Buffers of one thread.
struct LandmarkScratch {
    Picture<std::uint8_t> crop, turned, lab, lightness, flat;
    NetworkBuffers guess, heatmap, scored;
};

/// Thread-safety: any thread, each with its own scratch.
class Landmarker {
public:
    /// Throws Error{models}; Error{usage} for a model that does not exist.
    Landmarker(ModelStore&, const AnalysisSettings&);
    /// 68 points guessed from five (fan_68_5), in frame pixels; empty when the network answers NaN or infinity.
    std::optional<Points68> guess(Queue&, const Points5&, LandmarkScratch&, Trace*) const;
    /// 68 points in frame pixels and how sure the network is. Non-finite answers have score -1.
    ScoredPoints see(Queue&, View<const std::uint8_t> rgb, const Box&, int angle, LandmarkScratch&, Trace*) const;

private:
    ScoredPoints ask(Queue&, const Network&, View<const std::uint8_t> crop, NetworkBuffers&, Trace*) const;
    View<const std::uint8_t> lighten(Queue&, View<const std::uint8_t> crop, LandmarkScratch&) const;
    bool faithful_;
    Network guesser_;
    std::optional<Network> heatmap_, scored_;
};

/// The networks behind a value of the landmarker option; empty for a value that does not exist.
std::vector<std::string_view> landmarker_networks(std::string_view model);

}  // namespace mien
