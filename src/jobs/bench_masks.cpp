// Saying what a pixel is: the visible face, the regions of the head, and people before their background.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>

#include "face/align.h"
#include "jobs/bench_measures.h"
#include "jobs/bench_people.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "pipeline/face_crop.h"
#include "pipeline/painting_network.h"

namespace mien::bench {
namespace {

constexpr int classes = 19;
/// The ellipse that faces fill best in the crop of masks.
constexpr Ellipse usual_face{0.5, 0.59, 0.23, 0.33};

/// A crop as processors cut it, and its map.
FaceCrop cut(View<const std::uint8_t> picture, const Points5& points, int edge, Picture<std::uint8_t>& crop) {
    const FaceCrop place = place_crop(Template::arcface_128, edge, points, picture.size, false);
    crop.fit(host_queue(), {edge, edge}, 3);
    cut_crop<std::uint8_t>(host_queue(), picture, {{0, 0, picture.size.width, picture.size.height}}, place, crop.view());
    return place;
}

/// What the masker's network answered for a crop.
template <class Use>
void ask(const Masker& masker, Studio& studio, std::string_view type, View<const std::uint8_t> crop, std::string_view network, Use&& use) {
    Tap tap("model", network, "out_");
    Picture<float> mask(host_queue(), crop.size);
    const std::string types[] = {std::string(type)};
    masker.make(host_queue(), {crop, crop, {}}, types, {}, mask, studio.mask, &tap);
    if (!tap.heard()) throw Error(Code::internal, "a mask network was asked and nothing was heard of its answer; report this");
    use(tap);
}

MaskSettings settings_for(const Bench& bench, std::string_view type) {
    MaskSettings settings = bench.settings.masks;
    settings.types = {std::string(type)};
    return settings;
}

struct Shares {
    std::array<double, classes> both{}, either{};
    void add(const Shares& other) {
        for (std::size_t i = 0; i < classes; ++i) both[i] += other.both[i], either[i] += other.either[i];
    }
    void add(std::size_t guess, std::size_t truth) {
        either[truth] += 1;
        if (guess == truth)
            both[truth] += 1;
        else
            either[guess] += 1;
    }
    /// Over the classes that were seen or guessed.
    double mean() const {
        double sum = 0, seen = 0;
        for (std::size_t i = 0; i < classes; ++i)
            if (either[i] > 0) sum += both[i] / either[i], ++seen;
        return sum / std::max(seen, 1.0);
    }
};

/// The plane's value at a crop's pixel, nothing outside.
std::uint8_t nearest(View<const std::uint8_t> plane, const Affine& crop_to_frame, int x, int y) {
    const Point at = crop_to_frame({static_cast<double>(x), static_cast<double>(y)});
    const double px = std::nearbyint(at.x), py = std::nearbyint(at.y);
    if (!(px >= 0 && py >= 0 && px < plane.size.width && py < plane.size.height)) return 0;
    return plane.at(static_cast<int>(px), static_cast<int>(py));
}

struct Agreement {
    double network = 0, ellipse = 0;
};

}  // namespace

void measure_occluder(const Bench& bench) {
    const Masker masker(bench.store, settings_for(bench, "occlusion"), false);
    Mean network, ellipse;
    const std::function<Agreement(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        constexpr int edge = 256;
        studio.draw(held_out_shot({}, static_cast<std::uint32_t>(930'000'000 + item)), studio.drawn);
        Picture<std::uint8_t> crop, truth(host_queue(), {edge, edge});
        const FaceCrop place = cut(studio.drawn.picture, studio.drawn.truth[0].points_5, edge, crop);
        kernels::warp_affine<std::uint8_t>(host_queue(), studio.drawn.face, invert(place.frame_to_crop), kernels::Border::constant_zero,
                                           kernels::Sampling::exact, truth.view());
        Agreement agreement;
        ask(masker, studio, "occlusion", crop, bench.settings.masks.occluder_model, [&](const Tap& tap) {
            const View<const float> answer = tap.picture({edge, edge}, 1);
            double both[2] = {1, 1}, either[2] = {1, 1};
            for (int y = 0; y < edge; ++y)
                for (int x = 0; x < edge; ++x) {
                    const bool there = truth.view().at(x, y) >= 128,
                               guesses[2] = {answer.at(x, y) > 0.5f, usual_face.holds((x + 0.5) / edge, (y + 0.5) / edge)};
                    for (int k = 0; k < 2; ++k) both[k] += guesses[k] && there, either[k] += guesses[k] || there;
                }
            agreement = {both[0] / either[0], both[1] / either[1]};
        });
        return agreement;
    };
    bench.over<Agreement>("occlude", bench.pictures(384), work, [&](Agreement&& one) {
        network.add(one.network);
        ellipse.add(one.ellipse);
    });
    bench.row("iou", network.value(), network.count, ellipse.value());
}

void measure_parser(const Bench& bench) {
    const Masker masker(bench.store, settings_for(bench, "region"), false);
    struct Both {
        Shares network, ellipse;
    } all;
    std::int64_t count = 0;
    const std::function<Both(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        constexpr int edge = 512;
        studio.draw(held_out_shot({}, static_cast<std::uint32_t>(940'000'000 + item)), studio.drawn);
        Picture<std::uint8_t> crop;
        const Affine back = invert(cut(studio.drawn.picture, studio.drawn.truth[0].points_5, edge, crop).frame_to_crop);
        Both here;
        ask(masker, studio, "region", crop, bench.settings.masks.parser_model, [&](const Tap& tap) {
            const View<const float> scores = tap.picture({edge, edge * classes}, 1);  // class after class
            for (int y = 0; y < edge; ++y)
                for (int x = 0; x < edge; ++x) {
                    std::size_t best = 0;
                    for (std::size_t k = 1; k < classes; ++k)
                        if (scores.at(x, y + edge * static_cast<int>(k)) > scores.at(x, y + edge * static_cast<int>(best))) best = k;
                    const std::size_t truth = std::min<std::size_t>(nearest(studio.drawn.regions, back, x, y), classes - 1);
                    here.network.add(best, truth);
                    here.ellipse.add(usual_face.holds((x + 0.5) / edge, (y + 0.5) / edge) ? 1 : 0, truth);
                }
        });
        return here;
    };
    bench.over<Both>("parse", bench.pictures(192), work, [&](Both&& here) {
        all.network.add(here.network);
        all.ellipse.add(here.ellipse);
        ++count;
    });
    bench.row("miou", all.network.mean(), count, all.ellipse.mean());
}

void measure_matte(const Bench& bench) {
    const PaintingNetwork network(bench.store, bench.network);
    const ModelSpec& spec = network.spec();
    const Size size = spec.size;
    Mean by_network, by_ellipse;
    const std::function<Agreement(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        studio.draw(held_out_shot({MIEN_SYNTH_CROWD, 448, 2}, static_cast<std::uint32_t>(950'000'000 + item)), studio.drawn);
        Queue& queue = host_queue();
        Picture<std::uint8_t> picture(queue, size, 3), truth(queue, size);
        kernels::resize<std::uint8_t>(queue, studio.drawn.picture, kernels::Filter::bilinear, picture.view());
        kernels::resize<std::uint8_t>(queue, studio.drawn.alpha, kernels::Filter::bilinear, truth.view());
        PaintingNetwork::Scratch scratch;
        const Tensor& input = network.prepare(queue, 0, {1, 3, size.height, size.width}, scratch);
        kernels::to_tensor<std::uint8_t>(queue, picture.view(), recipe_of(spec), input, 0);
        const Tensor& answer = network.run(queue, scratch, false);
        if (answer.element != Element::f32 || answer.shape.count() < static_cast<std::int64_t>(size.width) * size.height)
            throw Error(Code::models,
                        "the network " + std::string(spec.name) + " answers no picture of its input's size: take its file from the publisher again");
        // Heads and what is below them, as boxes of faces would have it.
        const auto in_ellipse = [&](int x, int y) {
            const double px = (x + 0.5) * studio.drawn.plain.width / size.width - 0.5, py = (y + 0.5) * studio.drawn.plain.height / size.height - 0.5;
            return std::any_of(studio.drawn.truth.begin(), studio.drawn.truth.end(), [&](const synth::FaceTruth& face) {
                const Ellipse head{(face.box.low.x + face.box.high.x) / 2, (face.box.low.y + face.box.high.y) / 2, 0.8 * face.box.width() + 1e-3,
                                   0.9 * face.box.height() + 1e-3};
                return head.holds(px, py);
            });
        };
        Agreement off;
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const double there = truth.view().at(x, y) / 255.0, told = static_cast<double>(answer.as<const float>()[y * size.width + x]);
                off.network += std::abs(std::clamp(told, 0.0, 1.0) - there);
                off.ellipse += std::abs((in_ellipse(x, y) ? 1 : 0) - there);
            }
        const double pixels = static_cast<double>(size.width) * size.height;
        return Agreement{off.network / pixels, off.ellipse / pixels};
    };
    bench.over<Agreement>("matte", bench.pictures(96), work, [&](Agreement&& one) {
        by_network.add(one.network);
        by_ellipse.add(one.ellipse);
    });
    bench.row("mean_abs", by_network.value(), by_network.count, by_ellipse.value());
}

}  // namespace mien::bench
