// SPDX-License-Identifier: Apache-2.0
#include "face/gate.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>

#include "base/cost.h"
#include "base/error.h"
#include "face/detect.h"
#include "face/fit.h"
#include "face/network.h"
#include "image/buffer.h"
#include "kernels/geometry.h"
#include "kernels/network_io.h"
#include "models/decode.h"

namespace mien {
namespace {

constexpr std::array<std::string_view, 3> networks{"nsfw_1", "nsfw_2", "nsfw_3"};

bool is_published(const ModelSpec& spec, const FileDigest& digest) {
    return spec.bytes != 0 && digest.bytes == spec.bytes && (spec.sha256.empty() || digest.sha256 == spec.sha256);
}

/// Only a build for developers may be told to judge with other networks; what it writes says so.
bool may_be_unverified() {
#ifdef MIEN_DEVELOPER_BUILD
    const char* const wanted = std::getenv("MIEN_TEST_GATE");
    return wanted && std::string_view(wanted) == "1";
#else
    return false;
#endif
}

void check_size(const std::filesystem::path& path, const ModelSpec& spec) {
    std::error_code trouble;
    const std::uintmax_t bytes = std::filesystem::file_size(path, trouble);
    if (trouble) throw Error(Code::models, fmt::format("The content gate's network {} cannot be read: {}.", path.string(), trouble.message()));
    if (spec.bytes == 0 || bytes != spec.bytes)
        throw Error(
            Code::models,
            fmt::format("The content gate's network {} is not the published one: it has {} bytes and must have {}; take the file from its publisher again.",
                        path.string(), bytes, spec.bytes));
}

std::string missing_networks(const ModelStore& store) {
    std::vector<std::string> missing;
    for (const std::string_view name : networks)
        if (store.locate(name).empty()) missing.push_back(fmt::format("{}.onnx", name));
    if (missing.empty()) return {};
    return fmt::format("{} {} in none of the model folders; put FaceFusion's {} there (group {}) or name the folder with --model-folder",
                       fmt::join(missing, ", "), missing.size() == 1 ? "is" : "are", missing.size() == 1 ? "file" : "files", find_model(networks[0]).group);
}

std::string clock_text(double seconds) {
    const long long tenths = std::isfinite(seconds) ? std::llround(std::clamp(seconds, 0.0, 1e9) * 10) : 0;
    return fmt::format("{}:{:02}:{:02}.{}", tenths / 36000, tenths / 600 % 60, tenths / 10 % 60, tenths % 10);
}

/// "nsfw_1 0.31, nsfw_3 11.20": what spoke against the picture.
std::string scores_text(const GateSample& sample) {
    std::string text;
    for (std::size_t i = 0; i < networks.size(); ++i)
        if (sample.votes[i]) text += fmt::format("{}{} {:.2f}", text.empty() ? "" : ", ", networks[i], sample.scores[i]);
    return text;
}

}  // namespace

std::string_view name_of(GateState state) noexcept {
    constexpr std::array<std::string_view, 3> names{"verified", "unverified", "absent"};
    return names[static_cast<std::size_t>(state)];
}

struct ContentGate::Scratch::State {
    Picture<std::uint8_t> canvas;
    std::array<NetworkBuffers, 3> buffers;
};
ContentGate::Scratch::Scratch() : state(std::make_unique<State>()) {}
ContentGate::Scratch::~Scratch() = default;
ContentGate::Scratch::Scratch(Scratch&&) noexcept = default;

struct ContentGate::State {
    GateState state = GateState::absent;
    std::string why;
    std::vector<Network> judges;
};

ContentGate::ContentGate(ModelStore& store) : state_(std::make_unique<State>()) {
    state_->why = missing_networks(store);
    if (!state_->why.empty()) return;
    state_->state = GateState::verified;
    for (const std::string_view name : networks) {
        const ModelSpec& spec = find_model(name);
        // Size first: a wrong file must not be pinned as the one that is trusted from now on.
        if (!may_be_unverified()) check_size(store.locate(name), spec);
        const ModelFile file = store.verify(name);
        if (is_published(spec, file.digest)) continue;
        if (!may_be_unverified())
            throw Error(
                Code::models,
                fmt::format("The content gate's network {} has the {} bytes of the published one but another SHA-256; take the file from its publisher again.",
                            file.path.string(), file.digest.bytes));
        state_->state = GateState::unverified;
        state_->why = "the content gate judges with networks that are not the published ones";
    }
    for (const std::string_view name : networks) state_->judges.emplace_back(store, name);
}
ContentGate::~ContentGate() = default;
GateState ContentGate::state() const noexcept { return state_->state; }
const std::string& ContentGate::why() const noexcept { return state_->why; }

void ContentGate::close() noexcept { state_->judges.clear(); }

GateSample ContentGate::judge(Queue& queue, View<const std::uint8_t> rgb, std::string what, double time_s, Scratch& scratch, Trace* trace) const {
    if (state_->judges.empty()) throw Error(Code::refused, fmt::format("the content gate cannot look at the {}: {}", what, state_->why));
    if (rgb.size.width < 1 || rgb.size.height < 1 || rgb.channels != 3)
        throw Error(Code::bad_input, fmt::format("The content gate was given an empty picture of the {}.", what));
    const Charge charge(Cost::gate);
    GateSample sample{std::move(what), time_s, {}, {}};
    for (std::size_t i = 0; i < state_->judges.size(); ++i) {
        const Network& network = state_->judges[i];
        const ModelSpec& spec = network.spec();
        NetworkBuffers& buffers = scratch.state->buffers[i];
        Picture<std::uint8_t>& canvas = scratch.state->canvas;
        canvas.fit(queue, spec.size, 3);
        kernels::fill<std::uint8_t>(queue, canvas, 0);
        kernels::resize<std::uint8_t>(queue, rgb, kernels::Filter::bilinear_cv, canvas.view().part(letterbox(rgb.size, spec.size.width)));
        network.prepare(buffers, 1, spec.size);
        kernels::to_tensor<std::uint8_t>(queue, canvas, recipe_of(spec), buffers.inputs[0], 0);
        network.run(queue, buffers);
        network.tell(trace, buffers, 0);
        const Shape& shape = buffers.outputs[0].shape;
        sample.scores[i] = read_gate_score(spec.decode, Network::answer(buffers, 0, 0), shape.rank > 1 ? static_cast<int>(shape[1]) : 0);
        // Closed: a network that answers no number cannot speak for the picture.
        sample.votes[i] = !std::isfinite(sample.scores[i]) || is_flagged(spec.decode, sample.scores[i]);
    }
    return sample;
}

Verdict decide(std::span<const GateSample> samples, bool still) {
    Verdict verdict;
    verdict.samples = static_cast<int>(samples.size());
    const GateSample *first = nullptr, *run_start = nullptr, *third = nullptr;
    int run = 0;
    for (const GateSample& sample : samples) {
        run = sample.flagged() ? run + 1 : 0;
        if (run == 0) continue;
        ++verdict.flagged;
        if (!first) first = &sample;
        if (run == 1 && !third) run_start = &sample;
        if (run == 3 && !third) third = &sample;
    }
    if (!first) return verdict;
    if (still) {
        verdict.sentence = fmt::format("the content gate refuses the {}: two of three networks speak against it ({})", first->what, scores_text(*first));
    } else if (third) {
        verdict.sentence = fmt::format("the content gate refuses the {}: three samples in a row are flagged from {} to {} ({})", run_start->what,
                                       clock_text(run_start->time_s), clock_text(third->time_s), scores_text(*run_start));
    } else if (static_cast<long long>(verdict.flagged) * 100 > static_cast<long long>(verdict.samples) * 10) {
        verdict.sentence = fmt::format("the content gate refuses the {}: {} of {} samples are flagged, more than 10 %, the first at {} ({})", first->what,
                                       verdict.flagged, verdict.samples, clock_text(first->time_s), scores_text(*first));
    }
    verdict.refused = !verdict.sentence.empty();
    return verdict;
}

bool is_sample(std::int64_t frame_number, double frame_rate, bool first_of_shot) noexcept {
    // A rate that is no rate, or an absurd one out of a damaged header, must not thin the samples out.
    const double rate = frame_rate >= 1 ? std::min(frame_rate, 1000.0) : 1.0;
    return first_of_shot || frame_number % static_cast<std::int64_t>(rate) == 0;
}

}  // namespace mien
