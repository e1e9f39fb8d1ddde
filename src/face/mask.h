// Masks of a face crop: box, occlusion, area, region, and their combination.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "face/face.h"
#include "image/buffer.h"
#include "image/queue.h"
#include "image/trace.h"
#include "models/store.h"

namespace mien {

struct MaskSettings {
    std::string occluder_model = "xseg_1";              ///< many xseg_1 xseg_2 xseg_3
    std::string parser_model = "bisenet_resnet_34";     ///< bisenet_resnet_18 bisenet_resnet_34
    std::vector<std::string> types{"box"};              ///< box occlusion area region
    std::vector<std::string> areas{"upper-face", "lower-face", "mouth"};
    std::vector<std::string> regions{"skin", "left-eyebrow", "right-eyebrow", "left-eye", "right-eye", "glasses", "nose", "mouth", "upper-lip", "lower-lip"};
    double blur = 0.3;
    std::array<int, 4> padding{};                       ///< percent: top right bottom left
    bool has(std::string_view type) const noexcept;
};

/// Makes masks in crop space. Loads the networks its settings need. Thread-safety: any thread, each with its own Scratch.
class Masker {
public:
    Masker(ModelStore&, MaskSettings, bool faithful);
    ~Masker();
    class Scratch {
    public:
        Scratch();
        ~Scratch();
        Scratch(Scratch&&) noexcept;
        struct State;
        std::unique_ptr<State> state;
    };
    /// Which crops the masks are computed on, and the face's 68 points in crop space.
    struct Crops {
        View<const std::uint8_t> original;   ///< RGB; for occlusion
        View<const std::uint8_t> result;     ///< RGB after the processor; for region; may be empty when region is not asked
        Points68 points68{};
        View<const float> result_exact{};    ///< the same before it was rounded, 0..255; what region masks are computed on when it is given
    };
    /// The minimum of the wanted masks, clipped to 0..1. `box_always`: with a box mask even when not selected (enhancer: padding 0 then). mask must have the crop's size.
    void make(Queue&, const Crops&, std::span<const std::string> types, std::array<int, 4> padding, View<float> mask, Scratch&, Trace* = nullptr) const;
    const MaskSettings& settings() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mien
