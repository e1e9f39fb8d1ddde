// What a network answers to inputs that no one can tell from ours. Processors add the same products in other orders, and a network that chooses between near
// ties (the anchors of a detector) then answers another of them: no rounding of ours decides which.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "face/analyse.h"
#include "models/decode.h"
#include "models/store.h"
#include "parity/recording.h"

namespace mien::parity {

struct Heard;

/// Answer number `attempt` to one recorded array; nullptr when there are no more.
using Others = std::function<const Array*(int attempt)>;

/// Thread-safety: one thread at a time.
class Reach {
public:
    explicit Reach(ModelStore& store) : store_(store) {}
    /// Whether the recorded inputs are ours to the last bit; only such a network has other answers. Remembered for candidates() below.
    bool admits(const Stage&, const Heard&);
    /// One output of a network; empty for a network that was not admitted.
    Others output(const Heard&, const std::string& name);
    /// Boxes, scores or points ("boxes" ...) read from the networks heard for one angle; empty unless all of them were admitted. `size`: the picture looked at.
    Others candidates(std::span<const Heard* const>, const AnalysisSettings&, Size size, const std::string& name);

    /// Forgets what one case asked.
    void clear() noexcept {
        known_.clear();
        read_.clear();
    }

private:
    struct Answers {
        bool admitted = false;
        std::vector<std::vector<std::pair<std::string, Array>>> outputs;  ///< by attempt
    };
    Answers& of(const Heard&);
    const Array* find(const Heard&, int attempt, const std::string& name);
    ModelStore& store_;
    std::map<std::string, Answers> known_;  ///< by network and inputs
    std::map<std::string, Array> read_;     ///< arrays of candidates, by networks, attempt and name
};

}  // namespace mien::parity
