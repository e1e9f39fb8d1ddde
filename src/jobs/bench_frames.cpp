// Whole frames: enlarging them, and giving them colour.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "jobs/bench_measures.h"
#include "jobs/bench_people.h"
#include "kernels/colour.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "pipeline/painting_network.h"
#include "quality/measure.h"

namespace mien::bench {
namespace {

/// Both of one picture: what the network did, and what stands beside it.
struct Pair {
    double network = 0, beside = 0;
};

void must_hold(const ModelSpec& spec, const Tensor& answer, std::int64_t count) {
    if (answer.element != Element::f32 || answer.shape.count() < count)
        throw Error(Code::models,
                    "the network " + std::string(spec.name) + " answers a picture of another size than its row says: take its file from the publisher again");
}

std::array<float, 3> colour_at(View<const float> lab, int x, int y) { return {lab.at(x, y, 0), lab.at(x, y, 1), lab.at(x, y, 2)}; }

/// What a colorizer is off, and what grey is, over pixels or pictures.
struct Off {
    Mean network, beside;
    void add(double by_network, double by_grey) { network.add(by_network), beside.add(by_grey); }
    void add(const Off& picture) {
        if (picture.network.count > 0) add(picture.network.value(), picture.beside.value());
    }
    double saved() const { return 100 * (1 - network.value() / std::max(beside.value(), 1e-9)); }
};
struct Coloured {
    Off whole, head;
};

/// Skin, features and hair: what a colour can be known of. Walls and clothes here have any colour.
bool is_head(std::uint8_t region) {
    using synth::Region;
    const Region here{region};
    return here != Region::background && here != Region::glasses && here != Region::cloth && here != Region::hat;
}

}  // namespace

void measure_frame_enhancer(const Bench& bench) {
    const PaintingNetwork network(bench.store, bench.network);
    const ModelSpec& spec = network.spec();
    const std::function<Pair(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        Queue& queue = host_queue();
        studio.draw(undegraded(held_out_shot({MIEN_SYNTH_CROWD, 448, 2}, static_cast<std::uint32_t>(990'000'000 + item))), studio.drawn);
        const int edge = 448 / spec.scale, whole = edge * spec.scale;
        Picture<std::uint8_t> small(queue, {edge, edge}, 3), plain(queue, {whole, whole}, 3), sharp(queue, {whole, whole}, 3);
        if (whole == 448)
            kernels::copy<std::uint8_t>(queue, studio.drawn.picture, sharp.view());
        else
            kernels::resize<std::uint8_t>(queue, studio.drawn.picture, kernels::Filter::area, sharp.view());
        kernels::resize<std::uint8_t>(queue, sharp, kernels::Filter::bicubic, small.view());
        kernels::resize<std::uint8_t>(queue, small, kernels::Filter::lanczos, plain.view());
        PaintingNetwork::Scratch scratch;
        kernels::to_tensor<std::uint8_t>(queue, small.view(), recipe_of(spec), network.prepare(queue, 0, {1, 3, edge, edge}, scratch), 0);
        const Tensor& answer = network.run(queue, scratch, false);
        must_hold(spec, answer, std::int64_t{3} * whole * whole);
        Picture<float> painted(queue, {whole, whole}, 3);
        kernels::from_tensor(queue, answer, 0, {.mean = spec.norm.mean, .deviation = spec.norm.deviation, .swap_red_blue = spec.bgr}, painted.view());
        const Picture<float> truth = as_floats(sharp);
        return Pair{quality::psnr(painted, truth), quality::psnr(as_floats(plain), truth)};
    };
    Mean enlarged, lanczos;
    bench.over<Pair>("enlarge", bench.pictures(48), work, [&](Pair&& one) {
        enlarged.add(one.network);
        lanczos.add(one.beside);
    });
    bench.row("gain_over_lanczos", enlarged.value() - lanczos.value(), enlarged.count, 0);
}

void measure_colorizer(const Bench& bench) {
    const PaintingNetwork network(bench.store, bench.network);
    const ModelSpec& spec = network.spec();
    const Size size = spec.size;
    const std::function<Coloured(Studio&, std::int64_t)> work = [&](Studio& studio, std::int64_t item) {
        Queue& queue = host_queue();
        studio.draw(held_out_shot({}, static_cast<std::uint32_t>(995'000'000 + item)), studio.drawn);
        Picture<std::uint8_t> picture(queue, size, 3);
        kernels::resize<std::uint8_t>(queue, studio.drawn.picture, kernels::Filter::bilinear, picture.view());
        const Picture<float> colours = as_floats(picture, 255);
        Picture<float> luma(queue, size, 3), lab(queue, size, 3), grey(queue, size, 3), input(queue, size, 3);
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const float light = 0.299f * colours.view().at(x, y, 0) + 0.587f * colours.view().at(x, y, 1) + 0.114f * colours.view().at(x, y, 2);
                for (int c = 0; c < 3; ++c) luma.view().at(x, y, c) = light;
            }
        kernels::to_lab(queue, colours, kernels::Order::rgb, lab.view());
        kernels::to_lab(queue, luma, kernels::Order::rgb, grey.view());
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) grey.view().at(x, y, 1) = grey.view().at(x, y, 2) = 0;
        kernels::from_lab(queue, grey, kernels::Order::rgb, input.view());
        PaintingNetwork::Scratch scratch;
        kernels::Normalise recipe = recipe_of(spec);
        recipe.full_scale = 1;
        kernels::to_tensor<float>(queue, input.view(), recipe, network.prepare(queue, 0, {1, 3, size.height, size.width}, scratch), 0);
        const Tensor& answer = network.run(queue, scratch, false);
        const std::int64_t pixels = std::int64_t{1} * size.width * size.height;
        must_hold(spec, answer, 2 * pixels);
        Coloured off;
        for (int y = 0; y < size.height; ++y)
            for (int x = 0; x < size.width; ++x) {
                const std::int64_t at = std::int64_t{1} * y * size.width + x;
                const std::array<float, 3> truth = colour_at(lab, x, y), plain = colour_at(grey, x, y);
                const double network_off = quality::delta_e_2000(truth, {plain[0], answer.as<const float>()[at], answer.as<const float>()[pixels + at]});
                const double grey_off = quality::delta_e_2000(truth, plain);
                off.whole.add(network_off, grey_off);
                if (is_head(studio.drawn.regions.view().at(x * studio.drawn.plain.width / size.width, y * studio.drawn.plain.height / size.height)))
                    off.head.add(network_off, grey_off);
            }
        return off;
    };
    Coloured total;
    bench.over<Coloured>("colour", bench.pictures(128), work, [&](Coloured&& one) {
        total.whole.add(one.whole);
        total.head.add(one.head);
    });
    bench.row("delta_e_2000", total.whole.network.value(), total.whole.network.count, total.whole.beside.value());
    bench.row("delta_e_saved", total.whole.saved(), total.whole.network.count, 0);
    bench.row("delta_e_saved_heads", total.head.saved(), total.head.network.count, 0);
}

}  // namespace mien::bench
