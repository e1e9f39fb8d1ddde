// SPDX-License-Identifier: Apache-2.0
#include "parity/reach.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "base/digest.h"
#include "face/fit.h"
#include "parity/recorder.h"
#include "runtime/session.h"

namespace mien::parity {
namespace {

constexpr int attempts = 32;
/// Of the input's largest value; the widest is a two hundred and fifty-seventh of one level of 255.
constexpr std::array<float, 4> steps{0x1p-22f, 0x1p-20f, 0x1p-18f, 0x1p-16f};

std::string key_of(const Heard& heard) {
    Xxh3 inputs;
    for (const auto& [name, array] : heard.arrays)
        if (name.starts_with("in_")) inputs.update(bytes_of(name + " ")), inputs.update(array.bytes);
    return heard.subject + " " + inputs.hex();
}

/// Every value one step up or down, or as it is; the same numbers in every run.
void shake(Array& array, int attempt, std::uint32_t port) {
    if (array.element != Element::f32) return;
    float* const values = reinterpret_cast<float*>(array.bytes.data());
    float largest = 0;
    for (std::int64_t i = 0; i < array.count(); ++i) largest = std::max(largest, std::abs(values[i]));
    const float step = largest * steps[static_cast<std::size_t>(attempt) % steps.size()];
    std::uint32_t state = static_cast<std::uint32_t>(attempt) * 2654435761u + port * 40503u + 1;
    for (std::int64_t i = 0; i < array.count(); ++i) {
        state = state * 1664525u + 1013904223u;
        values[i] += step * static_cast<float>(static_cast<int>(state >> 16) % 3 - 1);
    }
}

Tensor tensor_of(Array& array) {
    Tensor out{array.bytes.data(), array.element, {}, Place::host};
    for (const std::int64_t extent : array.shape) out.shape.extent[static_cast<std::size_t>(out.shape.rank++)] = extent;
    return out;
}

/// FaceFusion's margins: half of the edge at 100 percent, fractions dropped.
std::array<int, 4> margins_of(const AnalysisSettings& settings, Size size) {
    const auto share = [](int edge, int percent) { return static_cast<int>(edge * (percent / 100.0 * 0.5)); };
    const std::array<int, 4>& m = settings.detector_margin;
    return {share(size.height, m[0]), share(size.width, m[1]), share(size.height, m[2]), share(size.width, m[3])};
}

Array numbers(std::vector<double> values) {
    const auto count = static_cast<std::int64_t>(values.size());
    return array_of(std::span<const double>(values), {count});
}

}  // namespace

Reach::Answers& Reach::of(const Heard& heard) { return known_[key_of(heard)]; }

bool Reach::admits(const Stage& stage, const Heard& heard) {
    bool same = true;
    for (const Stored& stored : stage.arrays) {
        if (!stored.name.starts_with("in_")) continue;
        const Array* ours = heard.find(stored.name);
        same = same && ours && ours->element == stored.element && crc32(ours->bytes) == stored.crc;
    }
    return of(heard).admitted = same;
}

const Array* Reach::find(const Heard& heard, int attempt, const std::string& name) {
    Answers& answers = of(heard);
    if (!answers.admitted || attempt >= attempts) return nullptr;
    while (static_cast<int>(answers.outputs.size()) <= attempt) {
        const std::shared_ptr<Session> session = store_.open(heard.subject);
        std::vector<Array> inputs, outputs;
        std::vector<Tensor> in, out;
        for (const Port& port : session->inputs()) {
            const Array* given = heard.find("in_" + port.name);
            if (!given) return nullptr;
            inputs.push_back(*given);
            shake(inputs.back(), static_cast<int>(answers.outputs.size()), static_cast<std::uint32_t>(inputs.size()));
        }
        for (const Port& port : session->outputs()) {
            const Array* answer = heard.find("out_" + port.name);
            if (!answer) return nullptr;
            outputs.push_back(*answer);
        }
        for (Array& array : inputs) in.push_back(tensor_of(array));
        for (Array& array : outputs) out.push_back(tensor_of(array));
        session->run(host_queue(), in, out);
        auto& kept = answers.outputs.emplace_back();
        for (std::size_t i = 0; i < outputs.size(); ++i) kept.emplace_back("out_" + session->outputs()[i].name, std::move(outputs[i]));
    }
    for (const auto& [key, array] : answers.outputs[static_cast<std::size_t>(attempt)])
        if (key == name) return &array;
    return nullptr;
}

Others Reach::output(const Heard& heard, const std::string& name) {
    if (!of(heard).admitted) return {};
    return [this, &heard, name](int attempt) { return find(heard, attempt, name); };
}

Others Reach::candidates(std::span<const Heard* const> networks, const AnalysisSettings& settings, Size size, const std::string& name) {
    std::string key = name;
    for (const Heard* heard : networks) {
        if (!of(*heard).admitted) return {};
        key += " " + key_of(*heard);
    }
    if (networks.empty()) return {};
    const std::vector<const Heard*> heard(networks.begin(), networks.end());
    return [this, heard, settings, size, name, key](int attempt) -> const Array* {
        Array& kept = read_[fmt::format("{} {} {}", attempt, settings.detector_score, key)];
        if (!kept.bytes.empty()) return &kept;
        const std::array<int, 4> margins = margins_of(settings, size);
        const Size padded{size.width + margins[1] + margins[3], size.height + margins[0] + margins[2]};
        Candidates found;
        for (const Heard* network : heard) {
            std::vector<std::span<const float>> views;
            int edge = 640;
            for (const auto& [port, array] : network->arrays) {
                if (port.starts_with("in_")) edge = static_cast<int>(array.shape.back());
                if (!port.starts_with("out_")) continue;
                const Array* answer = find(*network, attempt, port);
                if (!answer) return nullptr;
                views.emplace_back(answer->as<float>(), static_cast<std::size_t>(answer->count()));
            }
            const Size fitted = shrink_to_fit(padded, edge);
            append_candidates(find_model(network->subject).decode, views,
                              {{edge, edge}, settings.detector_score, static_cast<double>(padded.width) / fitted.width, static_cast<double>(padded.height) / fitted.height,
                               settings.faithful},
                              found);
        }
        std::vector<double> boxes, points;
        for (std::size_t i = 0; i < found.size(); ++i) {
            for (const Point& p : {found.boxes[i].low, found.boxes[i].high}) boxes.insert(boxes.end(), {p.x - margins[3], p.y - margins[0]});
            for (const Point& p : found.points[i]) points.insert(points.end(), {p.x - margins[3], p.y - margins[0]});
        }
        kept = numbers(name == "boxes" ? boxes : name == "points" ? points : found.scores);
        return &kept;
    };
}

}  // namespace mien::parity
