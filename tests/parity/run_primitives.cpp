// The pixel operations the reference takes from OpenCV, on noise pictures that are stored whole.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstring>

#include "image/buffer.h"
#include "kernels/blend.h"
#include "kernels/colour.h"
#include "kernels/colour_match.h"
#include "kernels/geometry.h"
#include "kernels/mask.h"
#include "kernels/network_io.h"
#include "parity/bench.h"
#include "parity/recorder.h"

namespace mien::parity {
namespace {

/// Blue comes first in all pictures of this group, and stays there.
struct Noise {
    Bench& bench;
    const Group& group;
    const Case& one;
    Picture<std::uint8_t> u8, match_source, match_target;
    Picture<float> f32;
    const Stage* stage = nullptr;

    template <class T> void load(const Stored& stored, Picture<T>& into) const {
        const Array array = group.load(stored);
        const int channels = array.shape.size() > 2 ? static_cast<int>(array.shape[2]) : 1;
        into.fit(host_queue(), {static_cast<int>(array.shape[1]), static_cast<int>(array.shape[0])}, channels);
        const std::size_t row = static_cast<std::size_t>(array.shape[1] * channels) * sizeof(T);
        for (int y = 0; y < into.size().height; ++y) std::memcpy(into.view().row(y), array.bytes.data() + row * static_cast<std::size_t>(y), row);
    }
    template <class T> void check(std::string_view name, View<T> ours) const {
        if (const Stored* stored = stage->find(name)) bench.report.compare(group, one, *stage, *stored, array_of(View<const T>(ours)));
    }
    Size wanted() const { return {stage->meta.at("size")[0], stage->meta.at("size")[1]}; }
};

template <class T> Picture<T> like(const Picture<T>& in) { return Picture<T>(host_queue(), in.size(), in.view().channels); }
template <class T> View<const T> read(const Picture<T>& in) { return in.view(); }

void take_input(Noise& n) {
    n.load(*n.stage->find("u8"), n.u8);
    n.load(*n.stage->find("f32"), n.f32);
}

void warp(Noise& n) {
    using namespace kernels;
    const Array m = n.group.load(*n.stage->find("matrix"));
    const Affine back = invert({m.value(0), m.value(1), m.value(2), m.value(3), m.value(4), m.value(5)});
    const Sampling sampling = n.bench.faithful ? Sampling::grid32 : Sampling::exact;
    Queue& queue = host_queue();
    Picture<std::uint8_t> u8(queue, n.wanted(), 3);
    warp_affine<std::uint8_t>(queue, read(n.u8), back, Border::replicate, sampling, u8);
    n.check<std::uint8_t>("u8_replicate", u8);
    warp_affine<std::uint8_t>(queue, read(n.u8), back, Border::constant_zero, sampling, u8);
    n.check<std::uint8_t>("u8_zero", u8);
    Picture<float> f32(queue, n.wanted(), 1), wide(queue, n.u8.size(), 3), wide_out(queue, n.wanted(), 3);
    warp_affine<float>(queue, read(n.f32), back, Border::constant_zero, sampling, f32);
    n.check<float>("f32_zero", f32);
    // The recording's input is 1.003 u8 - 0.37 in 64-bit floats; the engine has no such pictures, and 32 bits stand for them.
    to_float<std::uint8_t>(queue, read(n.u8), wide);
    for (int y = 0; y < wide.size().height; ++y)
        for (int i = 0; i < wide.size().width * 3; ++i) wide.view().row(y)[i] = static_cast<float>(wide.view().row(y)[i] * 1.003 - 0.37);
    warp_affine<float>(queue, read(wide), back, Border::replicate, sampling, wide_out);
    n.check<float>("f64_replicate", wide_out);
}

void resize_all(Noise& n) {
    using namespace kernels;
    struct Row {
        const char* u8;
        const char* f32;
        Filter filter;
    };
    for (const Row& row : {Row{"u8_linear", "f32_linear", Filter::bilinear_cv}, Row{"u8_area", "f32_area", Filter::area_cv}, Row{"u8_cubic", "f32_cubic", Filter::bicubic_cv}}) {
        Picture<std::uint8_t> u8(host_queue(), n.wanted(), 3);
        resize<std::uint8_t>(host_queue(), read(n.u8), row.filter, u8);
        n.check<std::uint8_t>(row.u8, u8);
        Picture<float> f32(host_queue(), n.wanted(), 1);
        resize<float>(host_queue(), read(n.f32), row.filter, f32);
        n.check<float>(row.f32, f32);
    }
}

void blur(Noise& n) {
    const double sigma = n.stage->meta.at("sigma");
    Picture<std::uint8_t> u8 = like(n.u8);
    kernels::gaussian<std::uint8_t>(host_queue(), read(n.u8), sigma, u8);
    n.check<std::uint8_t>("u8", u8);
    Picture<float> f32 = like(n.f32);
    kernels::gaussian<float>(host_queue(), read(n.f32), sigma, f32);
    n.check<float>("f32", f32);
}

void lab_u8(Noise& n) {
    Picture<std::uint8_t> lab = like(n.u8), back = like(n.u8);
    kernels::to_lab(host_queue(), read(n.u8), kernels::Order::rgb, lab);
    n.check<std::uint8_t>("lab", lab);
    kernels::from_lab(host_queue(), read(lab), kernels::Order::rgb, back);
    n.check<std::uint8_t>("back", back);
}

void lab_f32(Noise& n) {
    Picture<float> unit(host_queue(), n.u8.size(), 3), lab = like(unit), back = like(unit);
    for (int y = 0; y < unit.size().height; ++y)
        for (int i = 0; i < unit.size().width * 3; ++i) unit.view().row(y)[i] = static_cast<float>(n.u8.view().row(y)[i]) / 255.0f;
    kernels::to_lab(host_queue(), read(unit), kernels::Order::bgr, lab);
    n.check<float>("lab", lab);
    kernels::from_lab(host_queue(), read(lab), kernels::Order::bgr, back);
    n.check<float>("back", back);
}

void local_contrast(Noise& n) {
    Picture<std::uint8_t> source;
    n.load(*n.stage->find("source"), source);
    Picture<std::uint8_t> out = like(source);
    kernels::clahe(host_queue(), read(source), 2, {8, 8}, out);
    n.check<std::uint8_t>("result", out);
}

void gray(Noise& n) {
    Picture<std::uint8_t> out(host_queue(), n.u8.size());
    kernels::to_gray(host_queue(), read(n.u8), kernels::Order::bgr, out);
    n.check<std::uint8_t>("result", out);
}

void hsv(Noise& n) {
    Picture<std::uint8_t> out = like(n.u8);
    kernels::to_hsv(host_queue(), read(n.u8), kernels::Order::bgr, out);
    n.check<std::uint8_t>("result", out);
}

void erode_twice(Noise& n) {
    Picture<float> out = like(n.f32);
    kernels::erode(host_queue(), read(n.f32), 2, out);
    n.check<float>("result", out);
}

/// 1.75 x - 0.75 blur(x), blur sigma 2: the sharpening before a deep swap.
void sharpen(Noise& n) {
    Picture<std::uint8_t> blurred = like(n.u8), out = like(n.u8);
    kernels::gaussian<std::uint8_t>(host_queue(), read(n.u8), 2, blurred);
    kernels::weighted_sum<std::uint8_t>(host_queue(), read(n.u8), read(blurred), -0.75, 8, out);
    n.check<std::uint8_t>("result", out);
}

void weighted(Noise& n) {
    Picture<std::uint8_t> other = like(n.u8), out = like(n.u8);
    const int width = other.size().width;
    for (int y = 0; y < other.size().height; ++y)  // the other picture is the first one, turned round by seven columns
        for (int x = 0; x < width; ++x)
            for (int c = 0; c < 3; ++c) other.view().at(x, y, c) = n.u8.view().at((x + width - 7 % width) % width, y, c);
    kernels::weighted_sum<std::uint8_t>(host_queue(), read(n.u8), read(other), n.stage->meta.at("factor"), 8, out);
    n.check<std::uint8_t>("result", out);
}

void take_match_input(Noise& n) {
    n.load(*n.stage->find("source"), n.match_source);
    n.load(*n.stage->find("target"), n.match_target);
}

void likeness(Noise& n) {
    n.bench.report.compare(n.group, n.one, *n.stage, "value", {n.stage->meta.at("value").get<double>()},
                           {kernels::colour_likeness(host_queue(), read(n.match_source), read(n.match_target), true)}, 1e-6);
}

/// Every size works on the result of the one before.
void equalise(Noise& n) {
    kernels::equalise_colours(host_queue(), read(n.match_source), read(n.match_target), n.wanted(), n.match_source);
    n.check<std::uint8_t>("result", n.match_source);
}

void match(Noise& n) {
    take_match_input(n);
    Picture<std::uint8_t> out = like(n.match_target);
    kernels::match_colours(host_queue(), read(n.match_source), read(n.match_target), out);
    n.check<std::uint8_t>("result", out);
}

void match_if_alike(Noise& n) {
    Picture<std::uint8_t> out = like(n.match_target);
    kernels::match_colours_if_alike(host_queue(), read(n.match_source), read(n.match_target), true, out);
    n.check<std::uint8_t>("result", out);
}

void blend(Noise& n) {
    Picture<std::uint8_t> matched = like(n.match_target), out = like(n.match_target);
    kernels::match_colours(host_queue(), read(n.match_source), read(n.match_target), matched);
    kernels::weighted_sum<std::uint8_t>(host_queue(), read(n.match_target), read(matched), n.stage->meta.at("factor"), 8, out);
    n.check<std::uint8_t>("result", out);
}

void polygon(Noise& n) {
    const Array hull = n.group.load(*n.stage->find("hull"));
    std::vector<Point> points;
    for (std::int64_t i = 0; i < hull.count(); i += 2) points.push_back({hull.value(i), hull.value(i + 1)});
    const Stored& stored = *n.stage->find("filled");
    Picture<float> out(host_queue(), {static_cast<int>(stored.shape[1]), static_cast<int>(stored.shape[0])});
    kernels::fill_hull(host_queue(), points, out);
    n.check<float>("filled", out);
}

struct Primitive {
    std::string_view stage;
    void (*run)(Noise&);
};
constexpr auto primitives = std::to_array<Primitive>({
    {"input", take_input}, {"warp_affine", warp}, {"resize", resize_all}, {"gaussian", blur}, {"lab_u8", lab_u8}, {"lab_f32", lab_f32}, {"clahe", local_contrast}, {"gray", gray},
    {"hsv", hsv}, {"erode_twice", erode_twice}, {"weighted_sum", weighted}, {"sharpen", sharpen}, {"color_match_input", take_match_input}, {"color_histogram_factor", likeness},
    {"color_equalize", equalise}, {"color_match", match}, {"blend", blend}, {"color_match_conditional", match_if_alike}, {"convex_polygon", polygon},
});

}  // namespace

void run_primitives(Bench& bench, const Group& group, const Case& one) {
    Noise noise{bench, group, one, {}, {}, {}, {}, nullptr};
    for (const Stage& stage : one.stages) {
        noise.stage = &stage;
        const auto* row = std::find_if(primitives.begin(), primitives.end(), [&](const Primitive& primitive) { return primitive.stage == stage.name; });
        if (row == primitives.end())
            bench.report.fail(group, one, stage.name, "no kernel answers this stage");
        else
            row->run(noise);
    }
}

}  // namespace mien::parity
