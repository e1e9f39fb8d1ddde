// A listener that keeps what the stages of a run computed, and the walk along the recorded stages beside it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "face/analyse.h"
#include "image/trace.h"
#include "parity/recording.h"
#include "parity/report.h"

namespace mien::parity {

struct Heard {
    std::string stage, subject;
    std::vector<std::pair<std::string, Array>> arrays;
    bool used = false;
    bool apart = false;  ///< of a network: an output is not the recorded one to the last bit
    const Array* find(std::string_view name) const noexcept;
};

/// Pictures (height x width x 3) are kept with red and blue exchanged, the recordings' order.
class Recorder : public Trace {
public:
    void stage(std::string_view name, std::string_view subject) override;
    void array(std::string_view name, const Tensor& data) override;
    std::vector<Heard>& heard() noexcept { return heard_; }
    void clear() { heard_.clear(); }
    bool apart = false;  ///< a crop above 768 pixels lies elsewhere than the recorded one
    bool own_vectors = false;  ///< targets' vectors are mixed in, and the recording kept the first face's only
    const AnalysisSettings* analysis = nullptr;  ///< of the detections heard; needed to read other answers of a detector

private:
    std::vector<Heard> heard_;
};

/// Ours as an Array; `swap` exchanges the first and third of three interleaved channels.
Array array_of(const Tensor&, bool swap = false);
template <class T> Array array_of(View<const T> view, bool swap = false);
template <class T> Array array_of(std::span<const T> values, std::vector<std::int64_t> shape);

/// 64 bins of 4 levels per channel, blue first.
Array histogram_of(View<const std::uint8_t> rgb);

class Bench;
/// Finds, for each recorded stage in order, the next heard stage of the same name and subject (the last one again when the reference did it
/// twice where once is enough), and compares all arrays, and those numbers of its meta that were heard.
void follow(Bench&, const Group&, const Case&, std::span<const Stage>, Recorder&);

}  // namespace mien::parity
