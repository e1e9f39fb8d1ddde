// SPDX-License-Identifier: Apache-2.0
#include "synth/darkroom.h"

#include <vector>

#include "kernels/launch.h"

namespace mien::synth {
namespace {

/// sRGB levels as 16 bits of linear light.
const std::vector<std::uint16_t>& decode_table() {
    static const std::vector<std::uint16_t> table = [] {
        std::vector<std::uint16_t> t(256);
        for (std::size_t i = 0; i < 256; ++i) {
            const float v = static_cast<float>(i) / 255, linear = v <= 0.04045f ? v / 12.92f : power((v + 0.055f) / 1.055f, 2.4f);
            t[i] = static_cast<std::uint16_t>(linear * 65535 + 0.5f);
        }
        return t;
    }();
    return table;
}
/// The nearest level of 16 bits of light, in the middle between two levels' light the higher one.
const std::vector<std::uint8_t>& encode_table() {
    static const std::vector<std::uint8_t> table = [] {
        const std::vector<std::uint16_t>& decode = decode_table();
        std::vector<std::uint8_t> t(65536);
        std::uint32_t level = 0;
        for (std::uint32_t light = 0; light < 65536; ++light) {
            while (level < 255 && 2 * light >= std::uint32_t{decode[level]} + decode[level + 1]) ++level;
            t[light] = static_cast<std::uint8_t>(level);
        }
        return t;
    }();
    return table;
}

/// A truth twin: in grey, or without its background.
struct TwinTones {
    View<const std::uint8_t> in, alpha;
    View<std::uint8_t> out;
    const std::uint16_t* decode;
    const std::uint8_t* encode;
    int colour, background;
    static std::string name() { return "synth_twin_tones"; }
    MIEN_HD void operator()(int x, int y) const {
        const std::uint32_t cover = background != 0 ? 255U : alpha.at(x, y);
        std::uint32_t rgb[3];
        for (int c = 0; c < 3; ++c) rgb[c] = (decode[in.at(x, y, c)] * cover + 127U) / 255U;
        if (colour == 0) {
            // Luminance of BT.709, weights in 1/65536.
            const std::uint32_t grey = (13933U * rgb[0] + 46871U * rgb[1] + 4732U * rgb[2] + 32768U) >> 16;
            rgb[0] = rgb[1] = rgb[2] = grey;
        }
        for (int c = 0; c < 3; ++c) out.at(x, y, c) = encode[rgb[c]];
    }
};

}  // namespace

Darkroom::Darkroom(Queue& queue) : queue_(queue), renderer_(queue), decode_(queue, decode_table()), encode_(queue, encode_table()) {}

Darkroom::Print Darkroom::develop(const FramePlan& plan, const Wanted& wanted) {
    std::vector<Exposure> exposures;
    for (const FramePlan::Part& part : plan.parts) exposures.push_back({&part.shot, part.weight});
    const Shot* const next = plan.next ? &*plan.next : nullptr;
    const Rendered rendered = exposures.size() == 1 ? renderer_.draw(plan.parts.front().shot, wanted, next) : renderer_.draw(exposures, wanted, next);
    if (plan.colour && plan.background) return {rendered.picture, rendered};
    const Size size = rendered.picture.size;
    picture_.fit(queue_, size, 3);
    kernels::for_each_pixel(queue_, size,
                            TwinTones{rendered.picture, rendered.alpha, picture_, decode_.data(), encode_.data(), plan.colour ? 1 : 0, plan.background ? 1 : 0});
    return {picture_.view(), rendered};
}

}  // namespace mien::synth
