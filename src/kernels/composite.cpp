// SPDX-License-Identifier: Apache-2.0
#include "kernels/composite_body.h"
#include "kernels/composite_tuned.h"
#include "kernels/tuned.h"

namespace mien::kernels {

template <class T> void paste(Queue& queue, View<const float> crop, View<const float> mask, const Paste& how, Rect region, View<T> picture) {
    if (region.empty()) return;
    const Composite<T> body{crop, mask, picture.part(region), how.region_to_crop, how.sampling, how.rounding, static_cast<float>((1 << how.depth) - 1)};
    if (takes_tuned_path(queue) && crop.channels == 3 && picture.channels == 3 && crop.size == mask.size) return composite_rows(body);
    for_each_pixel(queue, region.size(), body);
}
template void paste<std::uint8_t>(Queue&, View<const float>, View<const float>, const Paste&, Rect, View<std::uint8_t>);
template void paste<std::uint16_t>(Queue&, View<const float>, View<const float>, const Paste&, Rect, View<std::uint16_t>);

}  // namespace mien::kernels
