// SPDX-License-Identifier: Apache-2.0
#include "jobs/bench_people.h"

#include <algorithm>
#include <cmath>

#include "base/error.h"
#include "kernels/geometry.h"

namespace mien::bench {
namespace {

/// Of figures that one worker keeps for shots of the same people; the rest is dropped before the next shot.
constexpr std::uint64_t figure_bytes = 96 << 20;

void keep(View<const std::uint8_t> from, Picture<std::uint8_t>& into) {
    into.fit(host_queue(), from.size, from.channels);
    kernels::copy<std::uint8_t>(host_queue(), from, into.view());
}

}  // namespace

mien_synth_shot held_out_shot(const Sampling& how, std::uint32_t seed, std::optional<std::uint32_t> number) {
    const mien_synth_cast cast{0, held_out_people, 1, how.looks, how.partners, how.detail};
    return synth::sample_shot(how.kind, seed, number ? &*number : nullptr, {how.edge, how.edge}, cast);
}

mien_synth_shot unhidden(mien_synth_shot shot) noexcept {
    shot.occluder_count = 0;
    return shot;
}

mien_synth_shot undegraded(mien_synth_shot shot) noexcept {
    shot.noise = shot.defocus = 0;
    return shot;
}

Picture<float> as_floats(View<const std::uint8_t> picture, double unit) {
    Picture<float> floats(host_queue(), picture.size, picture.channels);
    kernels::to_float<std::uint8_t>(host_queue(), picture, floats.view());
    for (int y = 0; y < picture.size.height; ++y)
        for (int x = 0; x < picture.size.width * picture.channels; ++x)
            floats.view().row(y)[x] = static_cast<float>(static_cast<double>(floats.view().row(y)[x]) / unit);
    return floats;
}

Studio::Studio() : renderer(host_queue()), figures(figure_bytes) {}

void Studio::draw(const mien_synth_shot& plain, Drawn& into, bool with_others) {
    figures.trim();
    const synth::Shot shot = synth::cast_shot(host_queue(), figures, plain, with_others);
    const synth::Rendered rendered = renderer.draw(shot);
    into.plain = plain;
    keep(rendered.picture, into.picture);
    keep(rendered.regions, into.regions);
    keep(rendered.face, into.face);
    keep(rendered.alpha, into.alpha);
    into.truth = synth::face_truth(host_queue(), shot, rendered);
}

void Tap::stage(std::string_view name, std::string_view subject) { here_ = !heard_ && name == stage_ && (subject_.empty() || subject == subject_); }

void Tap::array(std::string_view name, const Tensor& data) {
    if (!here_ || heard_ || !name.starts_with(array_) || data.element != Element::f32) return;
    values_.assign(data.as<const float>(), data.as<const float>() + data.shape.count());
    heard_ = true;
}

View<const float> Tap::picture(Size size, int channels) const {
    const auto count = static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * static_cast<std::size_t>(channels);
    if (values_.size() < count)
        throw Error(Code::device, "a network answered fewer numbers than its picture has pixels: take its file from the publisher again");
    return {values_.data(), size, static_cast<std::ptrdiff_t>(sizeof(float)) * size.width * channels, channels, Place::host};
}

std::int64_t Bench::pictures(std::int64_t full) const noexcept { return std::max<std::int64_t>(fewest, std::llround(static_cast<double>(full) * share)); }

void Bench::row(std::string_view measure, double value, std::int64_t count, std::optional<double> baseline) const {
    const MeasureRow& about = find_measure(task, measure);
    Measure made{std::string(about.task),
                 std::string(about.measure),
                 std::string(about.meaning),
                 std::string(about.unit),
                 network,
                 {},
                 about.target,
                 about.at_least,
                 baseline,
                 baseline ? std::string(about.beside) : "",
                 {},
                 count};
    if (count > 0) made.value = value;
    if (made.value && made.target) made.met = made.at_least ? *made.value >= *made.target : *made.value <= *made.target;
    tell(std::move(made));
}

}  // namespace mien::bench
