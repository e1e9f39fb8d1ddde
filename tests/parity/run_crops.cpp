// Crops and masks from recorded points.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "face/align.h"
#include "face/mask.h"
#include "kernels/geometry.h"
#include "parity/bench.h"
#include "parity/recorder.h"

namespace mien::parity {
namespace {

Template find_template(const std::string& name) {
    for (const Template one : {Template::arcface_112_v1, Template::arcface_112_v2, Template::arcface_128, Template::dfl_whole_face, Template::ffhq_512, Template::mtcnn_512,
                               Template::styleganex_384})
        if (name_of(one) == name) return one;
    return Template::none;
}

Affine matrix_of(const Array& array) { return {array.value(0), array.value(1), array.value(2), array.value(3), array.value(4), array.value(5)}; }

template <std::size_t n> std::array<Point, n> points_of(const Array& array) {
    std::array<Point, n> out;
    for (std::size_t i = 0; i < n; ++i) out[i] = {array.value(static_cast<std::int64_t>(i * 2)), array.value(static_cast<std::int64_t>(i * 2 + 1))};
    return out;
}

/// The crop by a recorded matrix.
void cut(const Frame& picture, const Affine& frame_to_crop, bool faithful, View<std::uint8_t> crop) {
    kernels::warp_affine<std::uint8_t>(host_queue(), picture.plane<std::uint8_t>(0), invert(frame_to_crop), kernels::Border::replicate,
                                       faithful ? kernels::Sampling::grid32 : kernels::Sampling::exact, crop);
}

/// Own matrix from recorded points, own crop from the recorded matrix, and where both matrices put the points.
void compare_warp(Bench& bench, const Group& group, const Case& one, const Stage& stage, const Frame& picture, Picture<std::uint8_t>& crop) {
    const int edge = stage.meta.at("size")[0];
    const Affine recorded = matrix_of(group.load(*stage.find("matrix")));
    crop.fit(host_queue(), {edge, edge}, 3);
    cut(picture, recorded, bench.faithful, crop);
    if (const Stored* stored = stage.find("crop")) bench.report.compare(group, one, stage, *stored, array_of<std::uint8_t>(crop.view(), true));
    if (!stage.find("points") || stage.find("points")->count() != 10) return;
    const Points5 points = points_of<5>(group.load(*stage.find("points")));
    const Affine own = align_to(find_template(stage.meta.value("template", "")), edge, points, bench.faithful);
    const double rows[] = {own.a, own.b, own.c, own.d, own.e, own.f};
    Stage labelled = stage;
    if (edge > 768) labelled.name += " above 768";
    bench.report.compare(group, one, labelled, *stage.find("matrix"), array_of(std::span<const double>(rows), {2, 3}));
    std::vector<double> here, there;
    for (const Point& point : points) {
        here.insert(here.end(), {own(point).x, own(point).y});
        there.insert(there.end(), {recorded(point).x, recorded(point).y});
    }
    bench.report.compare(group, one, labelled, "mapped points", there, here, 1e-3);
}

}  // namespace

void run_warps(Bench& bench, const Group& group, const Case& one) {
    const Frame& picture = bench.picture(one.target, one.frame);
    if (!check_decoded(bench.report, group, one, picture)) return;
    const Settings settings = settings_of(one, bench.faithful);
    Picture<std::uint8_t> crop;
    for (const Stage& stage : one.stages)
        if (stage.name == "faces")
            compare_faces(bench.report, group, one, stage, bench.faces(one.target, one.frame, settings.analysis), true);
        else
            compare_warp(bench, group, one, stage, picture, crop);
}

void run_masks(Bench& bench, const Group& group, const Case& one) {
    const Frame& picture = bench.picture(one.target, one.frame);
    if (!check_decoded(bench.report, group, one, picture)) return;
    const Settings settings = settings_of(one, bench.faithful);
    Queue& queue = host_queue();
    Picture<std::uint8_t> crop;
    Picture<float> mask;
    Recorder recorder;
    std::vector<Face> faces;
    Points68 points{};
    std::vector<const Stage*> networks;
    for (const Stage& stage : one.stages) {
        if (stage.name == "faces") {
            faces = recorded_faces(group, stage);
            const std::vector<Face>& own = bench.faces(one.target, one.frame, settings.analysis);
            // Only the face that is masked was kept.
            compare_faces(bench.report, group, one, stage, std::span(own).first(std::min(own.size(), faces.size())), true);
        } else if (stage.name == "warp_points") {
            compare_warp(bench, group, one, stage, picture, crop);
            if (!faces.empty()) points = map_points(matrix_of(group.load(*stage.find("matrix"))), faces.front().points68);
            mask.fit(queue, crop.size());
        } else if (stage.name == "model") {
            networks.push_back(&stage);
        } else {
            MaskSettings wanted = settings.masks;
            wanted.types = {stage.name.substr(5)};
            wanted.blur = stage.meta.value("blur", wanted.blur);
            if (stage.meta.contains("padding")) wanted.padding = stage.meta["padding"].get<std::array<int, 4>>();
            if (stage.name == "mask_occlusion") wanted.occluder_model = stage.meta.value("model", wanted.occluder_model);
            if (stage.name == "mask_region") wanted.parser_model = stage.meta.value("model", wanted.parser_model);
            if (stage.meta.contains("areas")) wanted.areas = stage.meta["areas"].get<std::vector<std::string>>();
            if (stage.meta.contains("regions")) wanted.regions = stage.meta["regions"].get<std::vector<std::string>>();
            if (const Stored* stored = stage.find("points")) points = points_of<68>(group.load(*stored));
            const Masker masker(bench.store(), wanted, bench.faithful);
            Masker::Scratch scratch;
            recorder.clear();
            masker.make(queue, {crop, crop, points}, wanted.types, wanted.padding, mask, scratch, &recorder);
            for (const Stage* network : networks) follow(bench, group, one, {network, 1}, recorder);
            networks.clear();
            follow(bench, group, one, {&stage, 1}, recorder);
        }
    }
}

}  // namespace mien::parity
