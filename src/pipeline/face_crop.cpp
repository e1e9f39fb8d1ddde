// SPDX-License-Identifier: Apache-2.0
#include "pipeline/face_crop.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <type_traits>
#include <vector>

#include "base/error.h"
#include "kernels/blend.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"

namespace mien {
namespace {

// Beyond this many pixels from the frame a corner says nothing more, and still fits an int.
constexpr double far_away = 1 << 28;

bool is_usable(const Affine& map) noexcept {
    for (const double value : {map.a, map.b, map.c, map.d, map.e, map.f})
        if (!std::isfinite(value) || std::abs(value) > far_away) return false;
    return map.a * map.e - map.b * map.d != 0;
}

int whole(double value) noexcept { return static_cast<int>(std::clamp(value, -far_away, far_away)); }

Rect moved(Rect rect, Rect origin) noexcept { return {rect.x - origin.x, rect.y - origin.y, rect.width, rect.height}; }

/// How many input pixels a map from output to input steps over per output pixel.
double step_of(const Affine& out_to_in) noexcept { return std::max(std::hypot(out_to_in.a, out_to_in.d), std::hypot(out_to_in.b, out_to_in.e)); }

/// A map into a picture, as one into the same picture resized from `edge` to `reduced` pixels, centres aligned.
Affine into_resized(const Affine& map, int edge, int reduced) noexcept {
    const double scale = static_cast<double>(reduced) / edge, shift = scale / 2 - 0.5;
    return {map.a * scale, map.b * scale, map.c * scale + shift, map.d * scale, map.e * scale, map.f * scale + shift};
}

template <class T> Picture<T>& warped_of(PasteScratch& scratch) {
    if constexpr (std::is_same_v<T, std::uint8_t>) return scratch.warped8;
    else return scratch.warped16;
}

}  // namespace

Affine snap(const Affine& map) noexcept {
    constexpr double step = 274877906944.0;  // 2^38
    const auto rounded = [](double value) { return std::nearbyint(value * step) / step; };
    return {rounded(map.a), rounded(map.b), rounded(map.c), rounded(map.d), rounded(map.e), rounded(map.f)};
}

Rect reach_of_crop(const Affine& crop_to_frame, int edge, Size frame, int margin) noexcept {
    const double low = -0.5, high = edge - 0.5;
    const std::array<Point, 4> corners{crop_to_frame({low, low}), crop_to_frame({high, low}), crop_to_frame({high, high}), crop_to_frame({low, high})};
    const Box box = bounding_box(corners);
    const int left = whole(std::floor(box.low.x)) - margin, top = whole(std::floor(box.low.y)) - margin;
    const int right = whole(std::ceil(box.high.x)) + margin, bottom = whole(std::ceil(box.high.y)) + margin;
    return meet({left, top, right - left + 1, bottom - top + 1}, {0, 0, frame.width, frame.height});
}

FaceCrop place_crop(Template shape, int edge, const Points5& points, Size frame, bool faithful) noexcept {
    FaceCrop crop{shape, edge, align_to(shape, edge, points, faithful), {}, {}};
    const Box spread = bounding_box(points);
    if (!is_usable(crop.frame_to_crop) || (spread.width() == 0 && spread.height() == 0)) return crop;
    const Affine crop_to_frame = invert(crop.frame_to_crop);
    if (!is_usable(crop_to_frame)) return crop;
    crop.paste = paste_area(crop.frame_to_crop, {edge, edge}, frame, faithful);
    if (crop.outside()) return crop;
    crop.footprint = join(reach_of_crop(crop_to_frame, edge, frame), crop.paste.region);
    return crop;
}

CanvasPart part_of(const Canvas& canvas, const FaceCrop& crop, bool faithful) {
    if (meet(canvas.region, crop.footprint) != crop.footprint)
        throw Error(Code::internal, "a face was to be painted on a canvas that does not hold its whole footprint; the plan must join all footprints first");
    return {canvas.region, canvas.depth, faithful};
}

template <class T> void cut_crop(Queue& queue, View<const T> canvas, const CanvasPart& part, const FaceCrop& crop, View<T> out) {
    Affine map = snap(invert(crop.frame_to_crop));
    map.c -= part.region.x;
    map.f -= part.region.y;
    if (part.faithful) kernels::warp_affine<T>(queue, canvas, map, kernels::Border::replicate, kernels::Sampling::grid32, out);
    else kernels::warp_affine_area<T>(queue, canvas, map, kernels::Border::replicate, out);
}

template <class T> void trace_cut(Trace* trace, const FaceCrop& crop, const Points5& points, View<const T> pixels) {
    if (!trace) return;
    trace->stage("warp_points", name_of(crop.shape));
    std::array<double, 10> flat{};
    for (std::size_t i = 0; i < 5; ++i) flat[2 * i] = points[i].x, flat[2 * i + 1] = points[i].y;
    trace->values<double>("points", flat, {5, 2});
    trace->matrix("matrix", crop.frame_to_crop);
    trace->picture<const T>("crop", pixels);
}

template <class T>
void paste_crop(Queue& queue, View<const float> crop, View<const float> mask, const CanvasPart& part, const FaceCrop& place, PasteScratch& scratch, View<T> canvas) {
    const Rect region = moved(place.paste.region, part.region);
    const Affine map = snap(invert(place.paste.crop_to_region));
    if (part.faithful) return kernels::paste<T>(queue, crop, mask, {map, kernels::Sampling::grid32, kernels::Rounding::truncate, part.depth}, region, canvas);
    kernels::Paste how{map, kernels::Sampling::exact, kernels::Rounding::nearest, part.depth};
    // Bilinear sampling reads two pixels per axis: up to a step of two it misses none.
    const double step = step_of(map);
    if (step <= 2) return kernels::paste<T>(queue, crop, mask, how, region, canvas);
    const int reduced = std::max(1, static_cast<int>(place.edge / std::floor(step)));
    scratch.front.fit(queue, {reduced, reduced}, 3);
    scratch.mask.fit(queue, {reduced, reduced}, 1);
    kernels::resize<float>(queue, crop, kernels::Filter::area, scratch.front);
    kernels::resize<float>(queue, mask, kernels::Filter::area, scratch.mask);
    how.region_to_crop = snap(into_resized(map, place.edge, reduced));
    kernels::paste<T>(queue, scratch.front, scratch.mask, how, region, canvas);
}

template <class T>
void paste_samples(Queue& queue, View<const T> crop, View<const float> mask, const CanvasPart& part, const FaceCrop& place, PasteScratch& scratch, View<T> canvas) {
    const Rect region = moved(place.paste.region, part.region);
    const Affine map = snap(invert(place.paste.crop_to_region));
    Picture<T>& warped = warped_of<T>(scratch);
    warped.fit(queue, region.size(), 3);
    scratch.front.fit(queue, region.size(), 3);
    scratch.mask.fit(queue, region.size(), 1);
    kernels::warp_affine<T>(queue, crop, map, kernels::Border::replicate, kernels::Sampling::grid32, warped);
    kernels::to_float<T>(queue, warped, scratch.front);
    kernels::warp_affine<float>(queue, mask, map, kernels::Border::constant_zero, kernels::Sampling::grid32, scratch.mask);
    kernels::paste<T>(queue, scratch.front, scratch.mask, {{}, kernels::Sampling::exact, kernels::Rounding::truncate, part.depth}, region, canvas);
}

template <class T, class Sample>
void trace_paste(Trace* trace, const FaceCrop& place, const CanvasPart& part, View<const Sample> crop, View<const float> mask, View<const T> canvas) {
    if (!trace) return;
    const Rect region = place.paste.region;
    trace->stage("paste");
    const std::array<std::int64_t, 4> roi{region.x, region.y, region.x + region.width, region.y + region.height};
    trace->values<std::int64_t>("roi", roi, {4});
    trace->matrix("paste_matrix", place.paste.crop_to_region);
    trace->picture<const Sample>("crop", crop);
    trace->picture<const float>("mask", mask);
    trace->picture<const T>("result_roi", canvas.part(moved(region, part.region)));
}

void trace_start(Trace* trace, std::string_view processor, std::span<const Face> faces) {
    if (!trace) return;
    trace->stage("processor", processor);
    trace->stage("selected");
    std::vector<double> boxes;
    for (const Face& face : faces) boxes.insert(boxes.end(), {face.box.low.x, face.box.low.y, face.box.high.x, face.box.high.y});
    trace->values<double>("boxes", boxes, {static_cast<std::int64_t>(faces.size()), 4});
}

View<const std::uint8_t> as_8_bit(Queue&, View<const std::uint8_t> crop, int, Picture<std::uint8_t>&) { return crop; }
View<const std::uint8_t> as_8_bit(Queue& queue, View<const std::uint16_t> crop, int depth, Picture<std::uint8_t>& copy) {
    copy.fit(queue, crop.size, crop.channels);
    kernels::narrow(queue, crop, depth, copy);
    return copy;
}

#define MIEN_INSTANTIATE(T)                                                                                                                                    \
    template void cut_crop<T>(Queue&, View<const T>, const CanvasPart&, const FaceCrop&, View<T>);                                                             \
    template void trace_cut<T>(Trace*, const FaceCrop&, const Points5&, View<const T>);                                                                        \
    template void paste_crop<T>(Queue&, View<const float>, View<const float>, const CanvasPart&, const FaceCrop&, PasteScratch&, View<T>);                     \
    template void paste_samples<T>(Queue&, View<const T>, View<const float>, const CanvasPart&, const FaceCrop&, PasteScratch&, View<T>);                      \
    template void trace_paste<T, float>(Trace*, const FaceCrop&, const CanvasPart&, View<const float>, View<const float>, View<const T>);                      \
    template void trace_paste<T, T>(Trace*, const FaceCrop&, const CanvasPart&, View<const T>, View<const float>, View<const T>);
MIEN_INSTANTIATE(std::uint8_t)
MIEN_INSTANTIATE(std::uint16_t)
#undef MIEN_INSTANTIATE

}  // namespace mien
