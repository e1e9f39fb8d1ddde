// The mask of a crop in one thread's hands: made anew for every face, or kept when it depends on the crop's size alone.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <span>
#include <string>

#include "face/mask.h"
#include "image/buffer.h"

namespace mien {

/// Thread-safety: one thread at a time, and one Masker for life.
class CropMask {
public:
    /// The mask of an edge x edge crop; the view lives until the next call. A pure box mask is made once (and again for a trace, which wants to hear of it).
    View<const float> make(Queue& queue, const Masker& masker, const Masker::Crops& crops, std::span<const std::string> types, std::array<int, 4> padding, int edge,
                           Trace* trace) {
        const bool box_only = types.size() == 1 && types[0] == "box";
        if (kept_ && box_only && !trace && mask_.size() == Size{edge, edge} && padding == padding_) return mask_;
        mask_.fit(queue, {edge, edge}, 1);
        masker.make(queue, crops, types, padding, mask_, scratch_, trace);
        kept_ = box_only;
        padding_ = padding;
        return mask_;
    }

private:
    Picture<float> mask_;
    Masker::Scratch scratch_;
    std::array<int, 4> padding_{};
    bool kept_ = false;
};

/// "box occlusion"
inline std::string text_of_types(std::span<const std::string> types) {
    std::string text;
    for (const std::string& type : types) text += (text.empty() ? "" : " ") + type;
    return text.empty() ? "none" : text;
}

}  // namespace mien
