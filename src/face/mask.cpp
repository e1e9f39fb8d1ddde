// SPDX-License-Identifier: Apache-2.0
#include "face/mask.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <tuple>

#include "base/error.h"
#include "face/detect.h"
#include "face/network.h"
#include "kernels/geometry.h"
#include "kernels/mask.h"
#include "kernels/network_io.h"

namespace mien {
namespace {

/// Points of the 68 whose hull, all chosen areas together, is the area mask.
struct Area {
    std::string_view name;
    std::span<const std::uint8_t> points;
};
constexpr std::array<std::uint8_t, 21> upper_face{0, 1, 2, 31, 32, 33, 34, 35, 14, 15, 16, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17};
constexpr std::array<std::uint8_t, 16> lower_face{3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 35, 34, 33, 32, 31};
constexpr std::array<std::uint8_t, 20> mouth{48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 62, 63, 64, 65, 66, 67};
constexpr std::array<Area, 3> areas{{{"upper-face", upper_face}, {"lower-face", lower_face}, {"mouth", mouth}}};

struct Region {
    std::string_view name;
    unsigned number;  ///< class of the parser
};
constexpr std::array<Region, 10> regions{{{"skin", 1},
                                          {"left-eyebrow", 2},
                                          {"right-eyebrow", 3},
                                          {"left-eye", 4},
                                          {"right-eye", 5},
                                          {"glasses", 6},
                                          {"nose", 10},
                                          {"mouth", 11},
                                          {"upper-lip", 12},
                                          {"lower-lip", 13}}};
constexpr std::array<std::string_view, 3> occluders{"xseg_1", "xseg_2", "xseg_3"};
/// In the order in which the reference makes them.
constexpr std::array<std::string_view, 4> mask_types{"box", "occlusion", "area", "region"};

template <class Row, std::size_t n> const Row& find_row(const std::array<Row, n>& rows, std::string_view name, std::string_view kind) {
    const auto row = std::find_if(rows.begin(), rows.end(), [name](const Row& candidate) { return candidate.name == name; });
    if (row == rows.end()) throw Error(Code::usage, fmt::format("The mask {} \"{}\" is unknown; `--help` lists the known ones.", kind, name));
    return *row;
}

void check_types(std::span<const std::string> types) {
    for (const std::string& type : types)
        if (std::find(mask_types.begin(), mask_types.end(), type) == mask_types.end())
            throw Error(Code::usage, fmt::format("The mask type \"{}\" is unknown; say box, occlusion, area or region.", type));
}

/// Fixed room for the points of all areas, each once.
struct ChosenPoints {
    std::array<std::uint8_t, 68> index{};
    std::size_t count = 0;
};
ChosenPoints points_of_areas(std::span<const std::string> names) {
    std::array<bool, 68> chosen{};
    for (const std::string& name : names)
        for (const std::uint8_t point : find_row(areas, name, "area").points) chosen[point] = true;
    ChosenPoints result;
    for (std::size_t i = 0; i < chosen.size(); ++i)
        if (chosen[i]) result.index[result.count++] = static_cast<std::uint8_t>(i);
    return result;
}

std::uint32_t classes_of_regions(std::span<const std::string> names) {
    std::uint32_t bits = 0;
    for (const std::string& name : names) bits |= 1U << find_row(regions, name, "region").number;
    return bits;
}

/// The pixels of a one-channel answer.
View<float> plane_of(const Network& network, NetworkBuffers& buffers, Size size) {
    const std::span<const float> answer = Network::answer(buffers, 0, 0);
    if (answer.size() < static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height))
        throw Error(Code::device, fmt::format("The mask network {} answered only {} numbers; take its file from the publisher again.", network.spec().name, answer.size()));
    return {buffers.outputs[0].as<float>(), size, static_cast<std::ptrdiff_t>(sizeof(float)) * size.width, 1, Place::host};
}

/// Where a network knows nothing, nothing is painted.
void drop_non_finite(View<float> plane) {
    for (int y = 0; y < plane.size.height; ++y) {
        float* const row = plane.row(y);
        for (int x = 0; x < plane.size.width; ++x)
            if (!std::isfinite(row[x])) row[x] = 0;
    }
}

}  // namespace

bool MaskSettings::has(std::string_view type) const noexcept { return std::find(types.begin(), types.end(), type) != types.end(); }

struct Masker::Scratch::State {
    Picture<std::uint8_t> fitted;      ///< the crop in a network's size
    Picture<float> fitted_exact;
    Picture<float> answer, part, one;  ///< in the network's size; one type's mask; one occluder's
    std::vector<NetworkBuffers> occluders;
    NetworkBuffers parser;
};
Masker::Scratch::Scratch() : state(std::make_unique<State>()) {}
Masker::Scratch::~Scratch() = default;
Masker::Scratch::Scratch(Scratch&&) noexcept = default;

struct Masker::State {
    using BoxKey = std::tuple<int, int, std::array<int, 4>>;

    MaskSettings settings;
    bool faithful = false;
    ChosenPoints points;
    std::uint32_t classes = 0;
    std::vector<Network> occluders;
    std::optional<Network> parser;
    mutable std::mutex mutex;
    mutable std::map<BoxKey, Picture<float>> boxes;  // what is in here never changes again

    void box(Queue&, std::array<int, 4> padding, View<float> out) const;
    void occlusion(Queue&, View<const std::uint8_t> crop, View<float> out, Scratch::State&, Trace*) const;
    void area(Queue&, const Points68&, View<float> out, Scratch::State&) const;
    void region(Queue&, const Crops&, View<float> out, Scratch::State&, Trace*) const;
    template <class T> void ask(Queue&, const Network&, View<const T> crop, NetworkBuffers&, Picture<T>& fit, Trace*) const;
    void make(Queue&, std::string_view type, const Crops&, std::array<int, 4> padding, View<float> out, Scratch::State&, Trace*) const;
};

void Masker::State::box(Queue& queue, std::array<int, 4> padding, View<float> out) const {
    if (out.place != Place::host) return kernels::box_mask(queue, settings.blur, padding, out);
    const Picture<float>* found = nullptr;
    {
        const std::lock_guard lock(mutex);
        Picture<float>& kept = boxes[{out.size.width, out.size.height, padding}];
        if (kept.size() != out.size) {
            Picture<float> made(host_queue(), out.size);
            kernels::box_mask(host_queue(), settings.blur, padding, made);
            kept = std::move(made);
        }
        found = &kept;
    }
    kernels::copy<float>(queue, *found, out);
}

template <class T>
void Masker::State::ask(Queue& queue, const Network& network, View<const T> crop, NetworkBuffers& buffers, Picture<T>& fit, Trace* trace) const {
    const Size size = network.spec().size;
    View<const T> fitted = crop;
    if (crop.size != size) {
        fit.fit(queue, size, 3);
        kernels::resize<T>(queue, crop, faithful ? kernels::Filter::bilinear_cv : kernels::Filter::bilinear, fit);
        fitted = fit;
    }
    network.prepare(buffers, 1, size);
    kernels::to_tensor<T>(queue, fitted, recipe_of(network.spec()), buffers.inputs[0], 0);
    network.run(queue, buffers);
    network.tell(trace, buffers, 0);
}

void Masker::State::occlusion(Queue& queue, View<const std::uint8_t> crop, View<float> out, Scratch::State& scratch, Trace* trace) const {
    scratch.occluders.resize(occluders.size());
    scratch.one.fit(queue, out.size);
    // An occluder's answer in the crop's size; the first one lands in `out`, the next ones lower it.
    for (std::size_t i = 0; i < occluders.size(); ++i) {
        ask<std::uint8_t>(queue, occluders[i], crop, scratch.occluders[i], scratch.fitted, trace);
        const View<float> plane = plane_of(occluders[i], scratch.occluders[i], occluders[i].spec().size);
        drop_non_finite(plane);
        scratch.answer.fit(queue, plane.size);
        kernels::clip(queue, plane, 0, 1, scratch.answer);
        kernels::resize<float>(queue, scratch.answer, kernels::Filter::bilinear_cv, i == 0 ? out : scratch.one.view());
        if (i > 0) kernels::minimum(queue, out, scratch.one, out);
    }
    kernels::copy<float>(queue, out, scratch.one);
    kernels::soft_step(queue, scratch.one, out);
}

void Masker::State::area(Queue& queue, const Points68& points68, View<float> out, Scratch::State& scratch) const {
    constexpr double far = 1e5;  // beyond any crop; keeps the whole numbers of the hull small
    std::array<Point, 68> corners;
    std::size_t count = 0;
    for (const std::uint8_t i : std::span(points.index).first(points.count)) {
        const Point p = points68[i];
        if (!std::isfinite(p.x) || !std::isfinite(p.y)) continue;
        // The reference holds the points as floats before it drops their fractions.
        corners[count++] = {std::trunc(std::clamp<double>(static_cast<float>(p.x), -far, far)), std::trunc(std::clamp<double>(static_cast<float>(p.y), -far, far))};
    }
    scratch.one.fit(queue, out.size);
    kernels::fill_hull(queue, std::span(corners).first(count), scratch.one);
    kernels::soft_step(queue, scratch.one, out);
}

void Masker::State::region(Queue& queue, const Crops& crops, View<float> out, Scratch::State& scratch, Trace* trace) const {
    const Size size = parser->spec().size;
    if (crops.result_exact.data) ask<float>(queue, *parser, crops.result_exact, scratch.parser, scratch.fitted_exact, trace);
    else ask<std::uint8_t>(queue, *parser, crops.result, scratch.parser, scratch.fitted, trace);
    const View<float> scores = plane_of(*parser, scratch.parser, size);
    const auto count = Network::answer(scratch.parser, 0, 0).size() / (static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height));
    scratch.answer.fit(queue, size);
    kernels::class_mask(queue, scores.data, static_cast<int>(count), size, classes, scratch.answer);
    scratch.one.fit(queue, out.size);
    kernels::resize<float>(queue, scratch.answer, kernels::Filter::bilinear_cv, scratch.one);
    kernels::soft_step(queue, scratch.one, out);
}

void Masker::State::make(Queue& queue, std::string_view type, const Crops& crops, std::array<int, 4> padding, View<float> out, Scratch::State& scratch, Trace* trace) const {
    const bool missing = (type == "occlusion" && (occluders.empty() || !crops.original.data)) || (type == "region" && (!parser || (!crops.result.data && !crops.result_exact.data)));
    if (missing) throw Error(Code::internal, fmt::format("The {} mask was asked for without its network or its crop; report this.", type));
    if (type == "box") box(queue, padding, out);
    if (type == "occlusion") occlusion(queue, crops.original, out, scratch, trace);
    if (type == "area") area(queue, crops.points68, out, scratch);
    if (type == "region") region(queue, crops, out, scratch, trace);
    if (!trace) return;
    queue.wait();
    trace->stage(fmt::format("mask_{}", type), type == "occlusion" ? settings.occluder_model : type == "region" ? settings.parser_model : "");
    if (type == "area") {
        std::array<float, 136> flat{};
        for (std::size_t i = 0; i < 68; ++i) flat[2 * i] = static_cast<float>(crops.points68[i].x), flat[2 * i + 1] = static_cast<float>(crops.points68[i].y);
        trace->values<float>("points", flat, {68, 2});
    }
    trace->picture<float>("mask", out);
}

Masker::Masker(ModelStore& store, MaskSettings settings, bool faithful) : state_(std::make_unique<State>()) {
    check_types(settings.types);
    state_->faithful = faithful;
    state_->points = points_of_areas(settings.areas);
    state_->classes = classes_of_regions(settings.regions);
    if (settings.has("occlusion")) {
        if (settings.occluder_model == "many")
            for (const std::string_view name : occluders) state_->occluders.emplace_back(store, name);
        else
            state_->occluders.emplace_back(store, settings.occluder_model);
        for (const Network& network : state_->occluders)
            if (network.spec().task != Task::occlude)
                throw Error(Code::usage, fmt::format("The network {} makes no occlusion masks; say many, xseg_1, xseg_2 or xseg_3.", network.spec().name));
    }
    if (settings.has("region")) {
        state_->parser.emplace(store, settings.parser_model);
        if (state_->parser->spec().task != Task::parse)
            throw Error(Code::usage, fmt::format("The network {} makes no region masks; say bisenet_resnet_18 or bisenet_resnet_34.", settings.parser_model));
    }
    state_->settings = std::move(settings);
}
Masker::~Masker() = default;
const MaskSettings& Masker::settings() const noexcept { return state_->settings; }

void Masker::make(Queue& queue, const Crops& crops, std::span<const std::string> types, std::array<int, 4> padding, View<float> mask, Scratch& scratch, Trace* trace) const {
    check_types(types);
    bool first = true;
    for (const std::string_view type : mask_types) {
        if (std::find(types.begin(), types.end(), type) == types.end()) continue;
        if (first) {
            state_->make(queue, type, crops, padding, mask, *scratch.state, trace);
        } else {
            scratch.state->part.fit(queue, mask.size);
            state_->make(queue, type, crops, padding, scratch.state->part, *scratch.state, trace);
            kernels::minimum(queue, mask, scratch.state->part, mask);
        }
        first = false;
    }
    if (first) kernels::fill<float>(queue, mask, 1.0F);
    kernels::clip(queue, mask, 0, 1, mask);
}

}  // namespace mien
