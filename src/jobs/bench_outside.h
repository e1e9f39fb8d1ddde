// A recogniser of another maker, as a judge that took no part in anything.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <memory>
#include <vector>

#include "face/face.h"
#include "image/view.h"
#include "runtime/session.h"

namespace mien::bench {

/// A network file that takes arcface's crop: one input [n,3,112,112] of RGB in -1..1, one output of numbers. It has no row of the zoo and no pin.
/// Thread-safety: any thread.
class OutsideRecogniser {
public:
    /// Throws Error{models} for a file that cannot be read or has another layout.
    explicit OutsideRecogniser(const std::filesystem::path&);
    /// The answer divided by its length.
    std::vector<float> recognise(View<const std::uint8_t> rgb, const Points5&) const;

private:
    std::unique_ptr<Session> session_;
};

}  // namespace mien::bench
