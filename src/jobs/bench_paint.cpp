// Painting faces: the swapper against the true swap, the face enhancer against the picture before it was degraded. Both through the film's processors.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "face/align.h"
#include "jobs/bench_measures.h"
#include "jobs/bench_outside.h"
#include "jobs/bench_people.h"
#include "kernels/blend.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "models/packs.h"
#include "pipeline/face_crop.h"
#include "pipeline/processor.h"
#include "quality/measure.h"

namespace mien::bench {
namespace {

Face face_of(const synth::FaceTruth& truth) {
    Face face;
    face.box = truth.box;
    face.score = face.landmarker_score = 1;
    face.points5 = face.points5_68 = truth.points_5;
    face.points68 = face.points68_5 = truth.points;
    face.angle = upright_angle(truth.points_5);
    return face;
}

/// Paints one face of a picture of its own and returns the painted crop, before its mask.
Picture<float> paint(const Processor& processor, const Face& face, Picture<std::uint8_t>& picture, Tap& tap, int edge) {
    Picture<std::uint8_t> before(host_queue(), picture.size(), 3);
    kernels::copy<std::uint8_t>(host_queue(), picture, before.view());
    Canvas canvas{.region = {0, 0, picture.size().width, picture.size().height}, .frame = picture.size(), .rgb8 = picture.view(), .analysed = before};
    const std::unique_ptr<Processor::Scratch> scratch = processor.make_scratch();
    Tally tally;
    processor.paint(host_queue(), std::span(&face, 1), canvas, *scratch, tally, &tap);
    Picture<float> crop;
    if (!tap.heard()) return crop;
    crop.fit(host_queue(), {edge, edge}, 3);
    kernels::copy<float>(host_queue(), tap.picture({edge, edge}, 3), crop.view());
    return crop;
}

/// How far a picture's landmarks are from the true ones, told apart into pose and expression.
struct Reading {
    double pose = 0, expression = 0;
};
Reading read_face(const Landmarker& landmarker, Studio& studio, View<const std::uint8_t> picture, const synth::FaceTruth& truth) {
    const ScoredPoints seen = landmarker.see(host_queue(), picture, truth.box, upright_angle(truth.points_5), studio.landmark, nullptr);
    const PoseOfPoints here = pose_of_points(seen.points, truth.points_3d), there = pose_of_points(truth.points, truth.points_3d);
    return {angle_between(here, there), 100 * expression_error(here, there, size_of(truth.points))};
}

/// Numbers of people by their seeds.
const std::map<std::uint32_t, std::uint32_t>& numbers_of_people() {
    static const std::map<std::uint32_t, std::uint32_t> numbers = [] {
        std::map<std::uint32_t, std::uint32_t> made;
        for (std::uint32_t number = 0; number < held_out_people; ++number) made.emplace(synth::person_seed(number, true), number);
        return made;
    }();
    return numbers;
}

/// Whether a judge finds a swap nearer to the source than to the target person, and what the same judge says of the true swap: what a perfect swapper would get.
struct Nearer {
    bool swap = false, twin = false;
};

struct Swapped {
    bool seen = false;
    double crop = 0, left = 0, pasted = 0, frame = 0, to_source = 0, to_target = 0;
    Nearer by_pack, by_inner_face;
    std::optional<Nearer> by_other_maker;
    Reading result, own;
};

/// Shares, in percent, of pictures found nearer.
struct NearerShares {
    Mean swap, twin;
    void add(const Nearer& one) { swap.add(one.swap ? 100 : 0), twin.add(one.twin ? 100 : 0); }
    void tell(const Bench& bench, std::string_view measure) const { bench.row(measure, swap.value(), swap.count, twin.value()); }
};

/// What judges a swap.
struct SwapJudges {
    SwapJudges(const Bench& bench)
        : recogniser(bench.store, bench.settings.analysis),
          landmarker(bench.store, bench.settings.analysis),
          spec(find_model(bench.network)),
          settings(bench.settings) {
        settings.swapper.model = bench.network;
        settings.masks.types = {"box"};
        if (!bench.order.outside.empty()) outside.emplace(bench.order.outside);
    }
    Recogniser recogniser;
    Landmarker landmarker;
    const ModelSpec& spec;
    Settings settings;
    std::optional<OutsideRecogniser> outside;
};

View<const float> cut_floats(View<const std::uint8_t> picture, const FaceCrop& place, Picture<std::uint8_t>& bytes, Picture<float>& floats) {
    bytes.fit(host_queue(), {place.edge, place.edge}, 3);
    cut_crop<std::uint8_t>(host_queue(), picture, {{0, 0, picture.size.width, picture.size.height}}, place, bytes.view());
    floats = as_floats(bytes);
    return floats;
}

void compare_pixels(const SwapJudges& judges, const Studio& studio, View<const float> painted, View<const std::uint8_t> finished, Swapped& swapped) {
    const int edge = judges.spec.size.width;
    Picture<std::uint8_t> bytes, area(host_queue(), {edge, edge});
    Picture<float> truth, left, pasted;
    const FaceCrop place = place_crop(judges.spec.crop, edge, studio.drawn.truth[0].points_5, studio.drawn.picture.size(), false);
    const FaceCrop source_place = place_crop(judges.spec.crop, edge, studio.other.truth[0].points_5, studio.other.picture.size(), false);
    cut_floats(studio.twin.picture, place, bytes, truth);
    cut_floats(studio.drawn.picture, place, bytes, left);
    cut_floats(studio.other.picture, source_place, bytes, pasted);
    kernels::warp_affine<std::uint8_t>(host_queue(), studio.drawn.face, invert(place.frame_to_crop), kernels::Border::constant_zero, kernels::Sampling::exact,
                                       area.view());
    swapped.crop = quality::psnr(painted, truth, area);
    swapped.left = quality::psnr(left, truth, area);
    swapped.pasted = quality::psnr(pasted, truth, area);
    swapped.frame = quality::psnr(as_floats(finished), as_floats(studio.twin.picture), studio.drawn.face);
}

/// `from` in the visible inner face of the frame, the frame elsewhere.
Picture<std::uint8_t> inner_face_of(View<const std::uint8_t> from, const Drawn& frame) {
    Picture<std::uint8_t> out(host_queue(), from.size, 3);
    kernels::copy<std::uint8_t>(host_queue(), frame.picture, out.view());
    kernels::paste<std::uint8_t>(host_queue(), as_floats(from), as_floats(frame.face, 255), {}, {0, 0, from.size.width, from.size.height}, out.view());
    return out;
}

Swapped swap_one(const SwapJudges& judges, ModelStore& store, Studio& studio, std::int64_t item) {
    constexpr std::int64_t sources_in_a_row = 24;
    const Sampling target{.partners = 1}, source{};
    studio.draw(held_out_shot(target, static_cast<std::uint32_t>(960'000'000 + item)), studio.drawn);
    studio.draw(studio.drawn.plain, studio.twin, true);
    const std::uint32_t number = numbers_of_people().at(studio.drawn.plain.performers[0].other.seed);
    studio.draw(unhidden(held_out_shot(source, static_cast<std::uint32_t>(970'000'000 + item % sources_in_a_row), number)), studio.other);
    // Both people are known by pictures of their own: the target's frame shares its light and hair with the result, which says nothing about a person.
    const std::uint32_t own_number = numbers_of_people().at(studio.drawn.plain.performers[0].person.seed);
    studio.draw(unhidden(held_out_shot(source, static_cast<std::uint32_t>(975'000'000 + item % sources_in_a_row), own_number)), studio.portrait);
    const synth::FaceTruth &here = studio.drawn.truth[0], &there = studio.other.truth[0], &twin = studio.twin.truth[0], &portrait = studio.portrait.truth[0];
    Swapped swapped;
    swapped.seen = std::min({here.visible_share, there.visible_share, portrait.visible_share}) > static_cast<float>(seen_enough);
    if (!swapped.seen) return swapped;

    Queue& queue = host_queue();
    const auto code_of = [&](View<const std::uint8_t> picture, const Points5& points) {
        return judges.recogniser.recognise(queue, picture, points, studio.recognise, nullptr);
    };
    const std::optional<Embedding> wanted = code_of(studio.other.picture, there.points_5), own = code_of(studio.drawn.picture, here.points_5),
                                   old = code_of(studio.portrait.picture, portrait.points_5);
    Face source_face = face_of(there);
    source_face.embedding = wanted;
    ProcessorContext::Source from;
    from.faces = {source_face};
    const std::unique_ptr<Processor> swapper = wanted ? open_face_swapper({judges.settings, store, std::span(&from, 1), queue}) : nullptr;
    Face face = face_of(here);
    face.embedding = own;
    Picture<std::uint8_t> finished(queue, studio.drawn.picture.size(), 3);
    kernels::copy<std::uint8_t>(queue, studio.drawn.picture, finished.view());
    Tap tap("boost_join", "", "crop");
    swapped.seen = wanted && own && old;
    const Picture<float> painted = swapped.seen ? paint(*swapper, face, finished, tap, judges.spec.size.width) : Picture<float>();
    const std::optional<Embedding> now = tap.heard() ? code_of(finished, here.points_5) : std::nullopt;
    swapped.seen = now.has_value();
    if (!swapped.seen) return swapped;
    compare_pixels(judges, studio, painted, finished, swapped);
    swapped.to_source = cosine(unit(*now), unit(*wanted));
    swapped.to_target = cosine(unit(*now), unit(*old));
    const auto nearer = [&](View<const std::uint8_t> picture, const Points5& points) {
        const std::optional<Embedding> code = code_of(picture, points);
        return code && cosine(unit(*code), unit(*wanted)) > cosine(unit(*code), unit(*old));
    };
    swapped.by_pack = {swapped.to_source > swapped.to_target, nearer(studio.twin.picture, twin.points_5)};
    swapped.by_inner_face = {nearer(inner_face_of(finished, studio.drawn), here.points_5), nearer(inner_face_of(studio.twin.picture, studio.drawn), twin.points_5)};
    if (judges.outside) {
        const auto known = [&](const Drawn& drawn) { return judges.outside->recognise(drawn.picture, drawn.truth[0].points_5); };
        const std::vector<float> from_source = known(studio.other), from_target = known(studio.portrait), true_swap = known(studio.twin);
        const std::vector<float> result = judges.outside->recognise(finished, here.points_5);
        swapped.by_other_maker = {dot(result, from_source) > dot(result, from_target), dot(true_swap, from_source) > dot(true_swap, from_target)};
    }
    swapped.result = read_face(judges.landmarker, studio, finished, twin);
    swapped.own = read_face(judges.landmarker, studio, studio.twin.picture, twin);
    return swapped;
}

/// A small copy of a picture, in whole levels, brought back to its size.
void degrade(View<const std::uint8_t> picture, int factor, View<std::uint8_t> out) {
    Picture<std::uint8_t> small(host_queue(), {picture.size.width / factor, picture.size.height / factor}, 3);
    kernels::resize<std::uint8_t>(host_queue(), picture, kernels::Filter::bilinear, small.view());
    kernels::resize<std::uint8_t>(host_queue(), small, kernels::Filter::bicubic, out);
}

struct Enhanced {
    bool valid = false;
    double decibels = 0, of_bicubic = 0, cosine = 0, cosine_of_bicubic = 0;
};

}  // namespace

void measure_swapper(const Bench& bench) {
    const SwapJudges judges(bench);
    std::vector<Swapped> all;
    const std::function<Swapped(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) { return swap_one(judges, bench.store, studio, item); };
    bench.over<Swapped>("swap", bench.pictures(288), work, [&](Swapped&& one) {
        if (one.seen) all.push_back(one);
    });
    NearerShares by_pack, by_inner_face, by_other_maker;
    Mean crop, left, pasted, frame, near, far, pose, own_pose, expression, own_expression;
    for (const Swapped& one : all) {
        by_pack.add(one.by_pack);
        by_inner_face.add(one.by_inner_face);
        if (one.by_other_maker) by_other_maker.add(*one.by_other_maker);
        near.add(one.to_source);
        far.add(one.to_target);
        crop.add(one.crop);
        left.add(one.left);
        pasted.add(one.pasted);
        frame.add(one.frame);
        pose.add(one.result.pose);
        own_pose.add(one.own.pose);
        expression.add(one.result.expression);
        own_expression.add(one.own.expression);
    }
    by_pack.tell(bench, "nearer_to_source");
    by_inner_face.tell(bench, "nearer_by_inner_face");
    if (judges.outside) by_other_maker.tell(bench, "nearer_to_source_outside");
    bench.row("cosine_to_source", near.value(), near.count, far.value());
    bench.row("psnr", crop.value(), crop.count, left.value());
    bench.row("psnr_above_leaving", crop.value() - left.value(), crop.count);
    bench.row("psnr_above_pasting", crop.value() - pasted.value(), crop.count);
    bench.row("psnr_in_films", frame.value(), frame.count, left.value());
    bench.row("expression_error", expression.value() / std::max(own_expression.value(), 1e-9), expression.count, own_expression.value());
    bench.row("pose_error", pose.value() / std::max(own_pose.value(), 1e-9), pose.count, own_pose.value());
}

void measure_enhancer(const Bench& bench) {
    const Recogniser recogniser(bench.store, bench.settings.analysis);
    Settings settings = bench.settings;
    settings.enhancer.model = bench.network;
    settings.masks.types = {"box"};
    const std::unique_ptr<Processor> enhancer = open_face_enhancer({settings, bench.store, {}, host_queue()});
    const int edge = find_model(bench.network).size.width;
    const Template shape = find_model(bench.network).crop;
    const std::function<Enhanced(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        Queue& queue = host_queue();
        studio.draw(undegraded(held_out_shot({MIEN_SYNTH_FACE, 576, 1}, static_cast<std::uint32_t>(980'000'000 + item))), studio.drawn);
        Picture<std::uint8_t> sharp(queue, {edge, edge}, 3), blurred(queue, {edge, edge}, 3), result(queue, {edge, edge}, 3);
        const FaceCrop place = place_crop(shape, edge, studio.drawn.truth[0].points_5, studio.drawn.picture.size(), false);
        cut_crop<std::uint8_t>(queue, studio.drawn.picture.view(), {{0, 0, studio.drawn.plain.width, studio.drawn.plain.height}}, place, sharp.view());
        degrade(sharp, 4, blurred.view());
        // The crop is the frame: its face lies on the template.
        Face face = face_of(studio.drawn.truth[0]);
        Points5 points = template_points(shape);
        for (Point& point : points) point = {point.x * edge, point.y * edge};
        face.points5 = face.points5_68 = points;
        Tap tap("normalized_crop", "", "crop");
        kernels::copy<std::uint8_t>(queue, blurred, result.view());
        const Picture<float> painted = paint(*enhancer, face, result, tap, edge);
        if (!tap.heard()) return Enhanced{};
        kernels::quantise<std::uint8_t>(queue, painted, kernels::Rounding::nearest, 255, result.view());
        const auto code_of = [&](View<const std::uint8_t> picture) { return recogniser.recognise(queue, picture, points, studio.recognise, nullptr); };
        const std::optional<Embedding> true_code = code_of(sharp), blurred_code = code_of(blurred), result_code = code_of(result);
        if (!true_code || !blurred_code || !result_code) return Enhanced{};
        const Picture<float> truth = as_floats(sharp);
        return Enhanced{true, quality::psnr(painted, truth), quality::psnr(as_floats(blurred), truth), cosine(unit(*true_code), unit(*result_code)),
                        cosine(unit(*true_code), unit(*blurred_code))};
    };
    Mean network, bicubic, known, known_before;
    bench.over<Enhanced>("enhance", bench.pictures(48), work, [&](Enhanced&& one) {
        if (!one.valid) return;
        network.add(one.decibels);
        bicubic.add(one.of_bicubic);
        known.add(one.cosine);
        known_before.add(one.cosine_of_bicubic);
    });
    bench.row("gain_over_bicubic", network.value() - bicubic.value(), network.count, 0);
    bench.row("identity_gain", known.value() - known_before.value(), known.count, 0);
    bench.row("identity_cosine", known.value(), known.count, known_before.value());
}

}  // namespace mien::bench
