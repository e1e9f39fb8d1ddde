// SPDX-License-Identifier: Apache-2.0
#include "pipeline/picture.h"

#include "base/cost.h"
#include "kernels/colour.h"
#include "kernels/geometry.h"
#include "kernels/keep.h"
#include "pipeline/rotate.h"

namespace mien {
namespace {

template <class T> View<T> rgb_part(Queue& queue, const Frame& frame, int rotation, Rect stored, Picture<T>& straight, Picture<T>& turned) {
    straight.fit(queue, stored.size(), 3);
    kernels::to_rgb<T>(queue, kernels::planes_of<T>(frame), stored, straight.view());
    if (rotation == 0) return straight.view();
    turned.fit(queue, shown_size(stored.size(), rotation), 3);
    kernels::rotate90<T>(queue, straight.view(), rotation / 90, turned.view());
    return turned.view();
}

template <class T> void write_part(Queue& queue, View<T> shown_pixels, int rotation, Rect stored, Picture<T>& straight, Picture<T>& before, Frame& frame) {
    View<const T> pixels = shown_pixels;
    if (rotation != 0) {
        straight.fit(queue, stored.size(), 3);
        kernels::rotate90<T>(queue, shown_pixels, 4 - rotation / 90, straight.view());
        pixels = straight.view();
    }
    const Frame original = frame;
    before.fit(queue, stored.size(), 3);
    kernels::to_rgb<T>(queue, kernels::planes_of<T>(original), stored, before.view());
    const kernels::Planes<T> planes = kernels::edit_planes<T>(frame);
    kernels::from_rgb<T>(queue, pixels, stored, planes);
    kernels::keep_unchanged<T>(queue, before.view(), pixels, stored, kernels::planes_of<T>(original), planes);
}

template <class T> void resize_planes(Queue& queue, const Frame& in, Frame& out) {
    const bool shrinks = out.size().width < in.size().width || out.size().height < in.size().height;
    const kernels::Filter filter = shrinks ? kernels::Filter::area : kernels::Filter::lanczos;
    for (int plane = 0; plane < plane_count(in.format()); ++plane) kernels::resize<T>(queue, in.plane<T>(plane), filter, out.edit<T>(plane));
}

}  // namespace

View<const std::uint8_t> analysed_picture(Queue& queue, const Frame& frame, int rotation, PictureScratch& scratch) {
    const Charge charge(Cost::pictures);
    const Rect whole{0, 0, frame.size().width, frame.size().height};
    if (frame.format().depth == 8) return rgb_part<std::uint8_t>(queue, frame, rotation, whole, scratch.rgb8, scratch.turned8);
    const View<std::uint16_t> wide = rgb_part<std::uint16_t>(queue, frame, rotation, whole, scratch.rgb16, scratch.turned16);
    scratch.analysed8.fit(queue, wide.size, 3);
    kernels::narrow(queue, wide, frame.format().depth, scratch.analysed8.view());
    return scratch.analysed8.view();
}

Canvas open_canvas(Queue& queue, const Frame& frame, int rotation, Rect region, PictureScratch& scratch) {
    const Charge charge(Cost::canvas);
    Canvas canvas;
    canvas.frame = shown_size(frame.size(), rotation);
    canvas.depth = frame.format().depth;
    const Rect stored = kernels::align_to_chroma(frame.format(), frame.size(), stored_region(region, frame.size(), rotation));
    canvas.region = shown_region(stored, frame.size(), rotation);
    if (canvas.depth == 8) {
        canvas.rgb8 = rgb_part<std::uint8_t>(queue, frame, rotation, stored, scratch.rgb8, scratch.turned8);
        scratch.analysed8.fit(queue, canvas.rgb8.size, 3);
        kernels::copy<std::uint8_t>(queue, canvas.rgb8, scratch.analysed8.view());
    } else {
        canvas.rgb16 = rgb_part<std::uint16_t>(queue, frame, rotation, stored, scratch.rgb16, scratch.turned16);
        scratch.analysed8.fit(queue, canvas.rgb16.size, 3);
        kernels::narrow(queue, canvas.rgb16, canvas.depth, scratch.analysed8.view());
    }
    canvas.analysed = scratch.analysed8.view();
    return canvas;
}

void close_canvas(Queue& queue, const Canvas& canvas, int rotation, PictureScratch& scratch, Frame& frame) {
    if (canvas.touched.empty()) return;
    const Charge charge(Cost::canvas);
    // Whole chroma samples around the touched box; the canvas was aligned the same way, so it holds them.
    const Rect stored = kernels::align_to_chroma(frame.format(), frame.size(), stored_region(meet(canvas.touched, canvas.region), frame.size(), rotation));
    const Rect shown = shown_region(stored, frame.size(), rotation);
    const Rect part{shown.x - canvas.region.x, shown.y - canvas.region.y, shown.width, shown.height};
    if (canvas.depth == 8)
        write_part<std::uint8_t>(queue, canvas.rgb8.part(part), rotation, stored, scratch.straight8, scratch.before8, frame);
    else
        write_part<std::uint16_t>(queue, canvas.rgb16.part(part), rotation, stored, scratch.straight16, scratch.before16, frame);
}

Frame resize_frame(Queue& queue, const Frame& in, Size size) {
    Frame out(in.format(), size);
    out.time = in.time;
    out.duration = in.duration;
    out.number = in.number;
    out.colour = in.colour;
    out.key = in.key;
    if (in.format().depth == 8) resize_planes<std::uint8_t>(queue, in, out);
    else resize_planes<std::uint16_t>(queue, in, out);
    return out;
}

}  // namespace mien
