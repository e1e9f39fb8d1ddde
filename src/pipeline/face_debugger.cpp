// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tuple>

#include "base/error.h"
#include "kernels/blend.h"
#include "kernels/geometry.h"
#include "kernels/mask.h"
#include "models/packs.h"
#include "kernels/network_io.h"
#include "pipeline/crop_mask.h"
#include "pipeline/face_crop.h"
#include "pipeline/painting_network.h"

namespace mien {
namespace {

/// What can be drawn, in the order it is drawn.
enum class Item : std::uint8_t { bounding_box, face_mask, landmark_5, landmark_5_68, landmark_68, landmark_68_5 };
struct ItemRow {
    std::string_view name;
    Item item;
};
constexpr std::array items{
    ItemRow{"bounding-box", Item::bounding_box},         ItemRow{"face-mask", Item::face_mask},           ItemRow{"face-landmark-5", Item::landmark_5},
    ItemRow{"face-landmark-5/68", Item::landmark_5_68}, ItemRow{"face-landmark-68", Item::landmark_68}, ItemRow{"face-landmark-68/5", Item::landmark_68_5},
};

struct Paint {
    std::uint8_t red, green, blue;
};
constexpr Paint box_paint{255, 0, 0}, top_paint{255, 100, 100}, detector_paint{255, 0, 0}, landmarker_paint{0, 255, 0}, guessed_paint{0, 255, 255};
constexpr int mask_edge = 512, point_radius = 3, drawing_margin = 5;
constexpr float mask_threshold = 100.5F;  // samples above 100
// Landmarks that came from one another agree to rounding; two networks never do.
constexpr double same_points = 1e-3;
constexpr double far_away = 1 << 20;

template <std::size_t n> bool are_same(const std::array<Point, n>& first, const std::array<Point, n>& second) {
    return std::equal(first.begin(), first.end(), second.begin(), [](Point a, Point b) { return std::abs(a.x - b.x) < same_points && std::abs(a.y - b.y) < same_points; });
}
/// Points nobody found, or that a sidecar does not keep.
bool are_missing(std::span<const Point> points) {
    return std::all_of(points.begin(), points.end(), [](Point point) { return point == Point{}; });
}

/// The whole pixel something is drawn at: FaceFusion drops the fraction, in both modes, so that drawings can be compared. Far points stay far.
Point pixel_of(Point point) {
    const auto whole = [](double value) { return std::isfinite(value) ? std::trunc(std::clamp(value, -far_away, far_away)) : -far_away; };
    return {whole(point.x), whole(point.y)};
}

Rect around(std::span<const Point> points, Size frame) {
    Rect all;
    if (are_missing(points)) return all;
    for (const Point& point : points) {
        const Point pixel = pixel_of(point);
        const int x = static_cast<int>(pixel.x) - drawing_margin, y = static_cast<int>(pixel.y) - drawing_margin;
        all = join(all, {x, y, 2 * drawing_margin + 1, 2 * drawing_margin + 1});
    }
    return meet(all, {0, 0, frame.width, frame.height});
}

template <class T> std::array<T, 3> samples_of(Paint paint, int depth) {
    const auto sample = [&](std::uint8_t value) { return static_cast<T>(((1 << depth) - 1) * value / 255); };
    return {sample(paint.red), sample(paint.green), sample(paint.blue)};
}

class FaceDebugger final : public Processor {
public:
    explicit FaceDebugger(const ProcessorContext& context) : faithful_(context.settings.faithful) {
        for (const std::string& name : context.settings.debugger.items) {
            const auto row = std::find_if(items.begin(), items.end(), [&](const ItemRow& known) { return known.name == name; });
            if (row == items.end()) {
                std::string list;
                for (const ItemRow& known : items) list += " " + std::string(known.name);
                throw Error(Code::usage, "face_debugger knows no item \"" + name + "\"; choose among" + list);
            }
            wanted_ |= bit(row->item);
        }
        MaskSettings masks = context.settings.masks;
        masks.blur = 0;
        if (wants(Item::face_mask) && !masks.types.empty()) masker_ = std::make_unique<Masker>(context.store, masks, faithful_);
        if (wants(Item::landmark_68) || wants(Item::landmark_68_5)) guesser_ = std::make_unique<PaintingNetwork>(context.store, find_pack(context.settings.analysis.pack).points_68_from_5);
    }

    struct DebugScratch final : Scratch {
        std::tuple<CropPictures<std::uint8_t>, CropPictures<std::uint16_t>> pictures;
        Picture<std::uint8_t> original8, mask8, placed8;
        Picture<float> full, scaled, placed;
        CropMask mask;
        PaintingNetwork::Scratch guesser;
    };
    std::unique_ptr<Scratch> make_scratch() const override { return std::make_unique<DebugScratch>(); }

    Rect footprint(std::span<const Face> faces, Size frame) const override {
        Rect all;
        for (const Face& face : faces) all = join(all, footprint_of(face, frame));
        return all;
    }

    void paint(Queue& queue, std::span<const Face> faces, Canvas& canvas, Scratch& any_scratch, Tally& tally, Trace* trace) const override {
        auto& scratch = static_cast<DebugScratch&>(any_scratch);
        trace_start(trace, "face_debugger", faces);
        for (const Face& face : faces) {
            const Rect footprint = footprint_of(face, canvas.frame);
            if (footprint.empty()) {
                ++tally.outside;
                continue;
            }
            if (meet(canvas.region, footprint) != footprint)
                throw Error(Code::internal, "a face was to be drawn on a canvas that does not hold its whole footprint; the plan must join all footprints first");
            canvas.visit([&](auto pixels) { draw(queue, pixels, canvas, face, scratch, trace); });
            canvas.touched = join(canvas.touched, footprint);
            ++tally.processed;
        }
    }

    std::string describe() const override {
        std::string text = "face_debugger";
        for (const ItemRow& row : items)
            if (wants(row.item)) text += " " + std::string(row.name);
        return masker_ ? text + ", masks " + text_of_types(masker_->settings().types) : text;
    }

private:
    static constexpr unsigned bit(Item item) noexcept { return 1U << static_cast<unsigned>(item); }
    bool wants(Item item) const noexcept { return (wanted_ & bit(item)) != 0; }
    FaceCrop place(const Face& face, Size frame) const noexcept { return place_crop(Template::arcface_128, mask_edge, face.points5_68, frame, faithful_); }

    /// The frame pixels around a face's mask crop, with room for its outline; it does not depend on the canvas.
    static Rect mask_area(const FaceCrop& crop, Size frame) {
        if (crop.outside()) return {};
        const Affine crop_to_frame = invert(crop.frame_to_crop);
        const double step = std::clamp(std::hypot(crop_to_frame.a, crop_to_frame.d), 0.0, 1e6);
        return join(crop.footprint, reach_of_crop(crop_to_frame, mask_edge, frame, drawing_margin + static_cast<int>(std::ceil(step))));
    }

    Rect footprint_of(const Face& face, Size frame) const {
        Rect all;
        if (wants(Item::bounding_box)) all = around(std::array{face.box.low, face.box.high}, frame);
        if (masker_) all = join(all, mask_area(place(face, frame), frame));
        if (wants(Item::landmark_5)) all = join(all, around(face.points5, frame));
        if (wants(Item::landmark_5_68)) all = join(all, around(face.points5_68, frame));
        if (wants(Item::landmark_68)) all = join(all, around(face.points68, frame));
        if (wants(Item::landmark_68_5)) {
            if (are_missing(face.points68_5)) {
                DebugScratch scratch;
                all = join(all, around(guess_68(host_queue(), face, scratch), frame));
            } else {
                all = join(all, around(face.points68_5, frame));
            }
        }
        return all;
    }

    /// The 68 points guessed from the five; a face read from a sidecar does not carry them.
    Points68 guess_68(Queue& queue, const Face& face, DebugScratch& scratch) const {
        if (!are_missing(face.points68_5)) return face.points68_5;
        const Affine to_unit = align_to(Template::ffhq_512, 1, face.points5);
        std::array<float, 10> five{};
        for (std::size_t i = 0; i < 5; ++i) {
            const Point point = to_unit(face.points5[i]);
            five[2 * i] = static_cast<float>(point.x);
            five[2 * i + 1] = static_cast<float>(point.y);
        }
        const Tensor& in = guesser_->prepare(queue, 0, {1, 5, 2}, scratch.guesser);
        queue.copy(in.data, in.place, five.data(), Place::host, sizeof five);
        const Tensor& out = guesser_->run(queue, scratch.guesser, false);
        std::array<float, 136> answer{};
        if (out.bytes() != sizeof answer) throw Error(Code::models, "the network " + std::string(guesser_->name()) + " does not answer with 68 points; give the published file of that name");
        queue.copy(answer.data(), Place::host, out.data, out.place, sizeof answer);
        queue.wait();
        const Affine to_frame = invert(to_unit);
        Points68 points;
        for (std::size_t i = 0; i < 68; ++i) points[i] = to_frame({static_cast<double>(answer[2 * i]), static_cast<double>(answer[2 * i + 1])});
        return points;
    }

    template <class T> void draw(Queue& queue, View<T> canvas, const Canvas& where, const Face& face, DebugScratch& scratch, Trace* trace) const {
        const auto dots = [&](std::span<const Point> points, Paint paint) {
            if (are_missing(points)) return;
            for (const Point& point : points) {
                const Point pixel = pixel_of(point);
                kernels::fill_circle<T>(queue, canvas, {pixel.x - where.region.x, pixel.y - where.region.y}, point_radius, samples_of<T>(paint, where.depth));
            }
        };
        const bool detector_only = are_same(face.points5, face.points5_68);
        if (wants(Item::bounding_box)) draw_box<T>(queue, canvas, where, face);
        if (masker_) draw_mask<T>(queue, canvas, where, face, detector_only ? guessed_paint : landmarker_paint, scratch, trace);
        if (wants(Item::landmark_5)) dots(face.points5, detector_paint);
        if (wants(Item::landmark_5_68)) dots(face.points5_68, detector_only ? guessed_paint : landmarker_paint);
        if (!guesser_) return;
        const Points68 guessed = guess_68(queue, face, scratch);
        if (wants(Item::landmark_68)) dots(face.points68, are_same(face.points68, guessed) ? guessed_paint : landmarker_paint);
        if (wants(Item::landmark_68_5)) dots(guessed, guessed_paint);
    }

    template <class T> void draw_box(Queue& queue, View<T> canvas, const Canvas& where, const Face& face) const {
        const Point low = pixel_of(face.box.low), high = pixel_of(face.box.high);
        const int left = static_cast<int>(low.x) - where.region.x, top = static_cast<int>(low.y) - where.region.y;
        const int width = static_cast<int>(high.x - low.x), height = static_cast<int>(high.y - low.y);
        kernels::draw_rectangle<T>(queue, canvas, {left, top, width + 1, height + 1}, samples_of<T>(box_paint, where.depth), 2);
        const double x = left, y = top;
        const std::array<Point, 4> corner{Point{x, y}, Point{x + width, y}, Point{x + width, y + height}, Point{x, y + height}};
        // The side where the head's top is: angle / 90 sides further clockwise.
        const std::size_t side = static_cast<std::size_t>(((face.angle / 90) % 4 + 4) % 4);
        kernels::draw_line<T>(queue, canvas, corner[side], corner[(side + 1) % 4], samples_of<T>(top_paint, where.depth), 3);
    }

    template <class T>
    void draw_mask(Queue& queue, View<T> canvas, const Canvas& where, const Face& face, Paint paint, DebugScratch& scratch, Trace* trace) const {
        const FaceCrop crop = place(face, where.frame);
        if (crop.outside()) return;
        const Rect area = mask_area(crop, where.frame);
        const Size square{mask_edge, mask_edge};
        auto& pictures = std::get<CropPictures<T>>(scratch.pictures);
        pictures.crop.fit(queue, square, 3);
        cut_crop<T>(queue, canvas, {where.region, where.depth, faithful_}, crop, pictures.crop);
        trace_cut<T>(trace, crop, face.points5_68, pictures.crop);
        const View<const std::uint8_t> crop8 = as_8_bit(queue, pictures.crop.view(), where.depth, scratch.original8);
        const Masker::Crops crops{crop8, crop8, map_points(crop.frame_to_crop, face.points68)};
        const View<const float> mask = scratch.mask.make(queue, *masker_, crops, masker_->settings().types, masker_->settings().padding, mask_edge, trace);

        scratch.full.fit(queue, square);
        scratch.scaled.fit(queue, square);
        scratch.mask8.fit(queue, square);
        kernels::fill<float>(queue, scratch.full, 255.0F);
        kernels::product(queue, mask, scratch.full, scratch.scaled);
        kernels::quantise<std::uint8_t>(queue, scratch.scaled, kernels::Rounding::truncate, 255, scratch.mask8);
        // Warped from the frame's first column on: the 1/32 grid rounds x on its own, so that another origin would round otherwise.
        Affine map = snap(crop.frame_to_crop);
        map.c += map.b * area.y;
        map.f += map.e * area.y;
        const Size band{area.x + area.width, area.height};
        scratch.placed8.fit(queue, band);
        scratch.placed.fit(queue, band);
        kernels::warp_affine<std::uint8_t>(queue, scratch.mask8, map, kernels::Border::constant_zero, faithful_ ? kernels::Sampling::grid32 : kernels::Sampling::exact,
                                           scratch.placed8);
        kernels::to_float<std::uint8_t>(queue, scratch.placed8, scratch.placed);
        const View<const float> placed = scratch.placed.view().part({area.x, 0, area.width, area.height});
        const View<T> here = canvas.part({area.x - where.region.x, area.y - where.region.y, area.width, area.height});
        kernels::draw_contour<T>(queue, here, placed, mask_threshold, samples_of<T>(paint, where.depth), 2);
    }

    unsigned wanted_ = 0;
    bool faithful_;
    std::unique_ptr<Masker> masker_;
    std::unique_ptr<PaintingNetwork> guesser_;
};

}  // namespace

std::unique_ptr<Processor> open_face_debugger(const ProcessorContext& context) { return std::make_unique<FaceDebugger>(context); }

}  // namespace mien
