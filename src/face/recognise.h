// Who a face is, and what it looks like: the recogniser's vector and the classifier's gender, race and age.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "face/analyse.h"
#include "face/network.h"
#include "image/buffer.h"

namespace mien {

/// Buffers of one thread.
struct RecogniseScratch {
    Picture<std::uint8_t> crop;
    NetworkBuffers recogniser, classifier;
};

/// Thread-safety: any thread, each with its own scratch.
class Recogniser {
public:
    /// Throws Error{models}.
    Recogniser(ModelStore&, const AnalysisSettings&);
    /// The raw vector; empty when the network answers NaN or infinity.
    std::optional<Embedding> recognise(Queue&, View<const std::uint8_t> rgb, const Points5&, RecogniseScratch&, Trace*) const;
    std::optional<Attributes> classify(Queue&, View<const std::uint8_t> rgb, const Points5&, RecogniseScratch&, Trace*) const;

private:
    void feed(Queue&, const Network&, View<const std::uint8_t> rgb, const Points5&, NetworkBuffers&, RecogniseScratch&, Trace*) const;
    bool faithful_;
    Network recogniser_;
    std::optional<Network> classifier_;
};

/// fairface's class numbers in words: ages [start, end).
Attributes attributes_of(int race, int gender, int age) noexcept;

}  // namespace mien
