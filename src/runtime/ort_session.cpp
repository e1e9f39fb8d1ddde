// Batching over an OrtNetwork: items in one run where that is proven, one after the other where it is not.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <map>
#include <mutex>

#include "base/cost.h"
#include "base/error.h"
#include "base/log.h"
#include "runtime/free_batch.h"
#include "runtime/half_crop.h"
#include "runtime/onnx_file.h"
#include "runtime/ort_network.h"
#include "runtime/session.h"

namespace mien {
namespace {

constexpr std::int64_t probe_items = 3;
// Above this (a portrait feature volume; pictures of 866 x 866) a batch costs memory and gains nothing; the probe would cost gigabytes.
constexpr std::int64_t largest_batched_elements = 2'250'000;

bool is_known(const Shape& shape) noexcept {
    return std::all_of(shape.extent.begin(), shape.extent.begin() + shape.rank, [](std::int64_t extent) { return extent >= 0; });
}

Shape times(Shape item, std::int64_t count) noexcept {
    if (count == 1) return item;
    if (item.rank == 0) return {count};
    item.extent[0] *= count;
    return item;
}

/// Inputs of our own making, the same on every machine.
class ProbeInputs {
public:
    ProbeInputs(std::span<const Port> ports, const std::vector<bool>& carries, std::int64_t count, int edge) : carries_(carries), count_(count) {
        for (std::size_t i = 0; i < ports.size(); ++i) {
            Shape shape = ports[i].shape;
            for (int axis = 0; axis < shape.rank; ++axis) {
                std::int64_t& extent = shape.extent[static_cast<std::size_t>(axis)];
                if (extent < 0) extent = shape.rank == 4 ? (axis == 1 ? 3 : axis == 0 ? 1 : edge) : 1;
            }
            tensors_.push_back({nullptr, ports[i].element, carries[i] ? times(shape, count) : shape, Place::host});
            fill(tensors_.back(), i);
        }
    }
    std::span<const Tensor> all() const noexcept { return tensors_; }
    std::vector<Tensor> item(std::int64_t index) const {
        std::vector<Tensor> one = tensors_;
        for (std::size_t i = 0; i < one.size(); ++i) {
            if (!carries_[i]) continue;
            one[i].shape.extent[0] /= count_;
            one[i].data = one[i].as<std::byte>() + static_cast<std::size_t>(index) * one[i].bytes();
        }
        return one;
    }

private:
    void fill(Tensor& tensor, std::size_t seed) {
        std::vector<std::byte>& bytes = memory_.emplace_back(tensor.bytes());
        tensor.data = bytes.data();
        std::uint64_t state = 0x9E3779B97F4A7C15ULL * (seed + 1);
        for (std::int64_t i = 0; i < tensor.shape.count(); ++i) {
            state = state * 6364136223846793005ULL + 1442695040888963407ULL;
            const double value = static_cast<double>(state >> 40U) / 16777216.0;
            if (tensor.element == Element::f32) tensor.as<float>()[i] = static_cast<float>(value);
            if (tensor.element == Element::f64) tensor.as<double>()[i] = value;
            // Halves between 0.5 and 1: the exponent stays, the fraction varies.
            if (tensor.element == Element::f16) tensor.as<std::uint16_t>()[i] = static_cast<std::uint16_t>(0x3800U | (state >> 54U));
            if (tensor.element == Element::u8) tensor.as<std::uint8_t>()[i] = static_cast<std::uint8_t>(state >> 56U);
        }
    }
    std::vector<bool> carries_;
    std::int64_t count_;
    std::vector<Tensor> tensors_;
    std::vector<std::vector<std::byte>> memory_;
};

/// Whether `together`, given all items at once, answers byte for byte what `alone` answers for each, and itself for the first one.
bool gives_items(const OrtNetwork& together, const OrtNetwork& alone, const ProbeInputs& probe) {
    const std::vector<OrtNetwork::Result> all = together.results(probe.all());
    const auto agree = [&](const std::vector<OrtNetwork::Result>& one, std::int64_t index) {
        for (std::size_t k = 0; k < all.size(); ++k) {
            const std::size_t bytes = one[k].bytes.size();
            if (all[k].shape.rank == 0 || all[k].shape != times(one[k].shape, probe_items) || all[k].bytes.size() != bytes * probe_items) return false;
            if (std::memcmp(all[k].bytes.data() + static_cast<std::size_t>(index) * bytes, one[k].bytes.data(), bytes) != 0) return false;
        }
        return true;
    };
    for (std::int64_t index = 0; index < probe_items; ++index) {
        if (!agree(alone.results(probe.item(index)), index)) return false;
    }
    return &together == &alone || agree(together.results(probe.item(0)), 0);
}

class CpuSession final : public Session {
public:
    CpuSession(const std::filesystem::path& path, const SessionOptions& options);
    std::span<const Port> inputs() const noexcept override { return inputs_; }
    std::span<const Port> outputs() const noexcept override { return outputs_; }
    Batching batching() const noexcept override { return batching_; }
    std::string_view engine() const noexcept override { return "ort-cpu"; }
    std::vector<Shape> output_shapes(std::span<const Shape> inputs) override;
    void run(Queue&, std::span<const Tensor> inputs, std::span<const Tensor> outputs) override;

private:
    /// One run's wrappers and copies; made once per thread that runs at the same time, then reused.
    struct Context {
        std::vector<OrtNetwork::Binding> bindings;  ///< one per item of a loop
        std::vector<std::vector<std::byte>> repeated;
        std::vector<Tensor> inputs, outputs;
    };
    void describe(const OnnxSummary& summary);
    void learn_ranks(const OnnxSummary& summary, const SessionOptions& options);
    void mark_freed();
    void choose_batching(std::span<const std::byte> file, const OnnxSummary& summary, const SessionOptions& options);
    void try_freed(std::span<const std::byte> file, const OnnxSummary& summary, const SessionOptions& options);
    std::int64_t items_of(std::span<const Shape> inputs) const;
    void check(std::span<const Tensor> inputs, std::span<const Tensor> outputs) const;
    void run_together(Context& context, std::span<const Tensor> inputs, std::span<const Tensor> outputs, std::int64_t items) const;
    void run_one_by_one(Context& context, std::span<const Tensor> inputs, std::span<const Tensor> outputs, std::int64_t items) const;
    std::unique_ptr<Context> take_context(const void* first_input);

    std::string name_;
    std::unique_ptr<OrtNetwork> network_;
    Batching batching_ = Batching::looped;
    std::vector<Port> inputs_, outputs_;
    std::vector<bool> carries_;
    bool declared_ = false;  ///< the file says all extents: item_outputs_ hold
    std::vector<Shape> item_outputs_;
    std::mutex mutex_;
    std::map<std::vector<std::array<std::int64_t, Shape::max_rank + 1>>, std::vector<Shape>> asked_;
    std::vector<std::unique_ptr<Context>> idle_;
};

CpuSession::CpuSession(const std::filesystem::path& path, const SessionOptions& options) : name_(path.filename().string()) {
    const Charge charge(Cost::opening);
    const std::vector<std::byte> on_disk = read_onnx_file(path);
    OnnxSummary summary = walk_onnx(on_disk, path.string());
    std::string halved;
    std::span<const std::byte> file = on_disk;
    if (options.half_crop) {
        halved = halve_crop(on_disk, path.string());
        file = std::as_bytes(std::span(halved));
        summary = walk_onnx(file, path.string());
    }
    const bool known_free = !options.prove_batch && options.remembered == Batching::freed;
    const std::optional<std::string> rewritten = known_free ? free_batch(file, summary) : std::nullopt;
    network_ = std::make_unique<OrtNetwork>(rewritten ? std::as_bytes(std::span(*rewritten)) : file, options.threads, name_);
    describe(summary);
    learn_ranks(summary, options);
    if (rewritten) {
        mark_freed();
    } else {
        choose_batching(file, summary, options);
    }
}

// Shapes as the file has them, before anything is made free.
void CpuSession::describe(const OnnxSummary& summary) {
    const auto said_in = [](const std::vector<OnnxPort>& ports, const Port& port) {
        const auto found = std::find_if(ports.begin(), ports.end(), [&](const OnnxPort& one) { return one.name == port.name; });
        return found != ports.end() && found->ranked ? &*found : nullptr;
    };
    const auto take_shape = [](Port& port, const OnnxPort& said) {
        port.shape.rank = static_cast<int>(said.extents.size());
        std::copy(said.extents.begin(), said.extents.end(), port.shape.extent.begin());
    };
    inputs_.assign(network_->inputs().begin(), network_->inputs().end());
    outputs_.assign(network_->outputs().begin(), network_->outputs().end());
    declared_ = true;
    for (Port& port : inputs_) {
        if (const OnnxPort* said = said_in(summary.inputs, port)) take_shape(port, *said);
        declared_ = declared_ && is_known(port.shape);
        carries_.push_back(port.shape.rank >= 2 && (port.shape[0] == 1 || port.shape[0] == -1));
    }
    for (Port& port : outputs_) {
        const OnnxPort* said = said_in(summary.outputs, port);
        if (said && static_cast<int>(said->extents.size()) == port.shape.rank) take_shape(port, *said);
        declared_ = declared_ && said && is_known(port.shape);
        item_outputs_.push_back(port.shape);
    }
}

void CpuSession::mark_freed() {
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (carries_[i]) inputs_[i].shape.extent[0] = -1;
    }
    for (Port& port : outputs_) {
        if (port.shape.rank > 0) port.shape.extent[0] = -1;
    }
    batching_ = Batching::freed;
}

// An output whose rank the file does not say looks like a single value until it has been seen.
void CpuSession::learn_ranks(const OnnxSummary& summary, const SessionOptions& options) {
    const bool said = std::all_of(summary.outputs.begin(), summary.outputs.end(), [](const OnnxPort& port) { return port.ranked; });
    if (said) return;
    const std::vector<OrtNetwork::Result> results = network_->results(ProbeInputs(inputs_, carries_, 1, options.probe_edge).all());
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
        if (outputs_[i].shape.rank > 0) continue;
        outputs_[i].shape = results[i].shape;
        std::fill_n(outputs_[i].shape.extent.begin(), outputs_[i].shape.rank, -1);
        item_outputs_[i] = outputs_[i].shape;
    }
}

void CpuSession::choose_batching(std::span<const std::byte> file, const OnnxSummary& summary, const SessionOptions& options) {
    const bool remembered = !options.prove_batch && options.remembered;
    if (remembered && *options.remembered == Batching::looped) return;
    bool any = false, fixed = false;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
        if (!carries_[i]) continue;
        any = true;
        fixed = fixed || inputs_[i].shape[0] == 1;
    }
    const ProbeInputs one(inputs_, carries_, 1, options.probe_edge);
    const bool large = std::any_of(one.all().begin(), one.all().end(), [](const Tensor& tensor) { return tensor.shape.count() > largest_batched_elements; });
    if (!any || large) return;
    try {
        if (fixed) {
            if (options.free_batch) try_freed(file, summary, options);
            return;
        }
        const ProbeInputs probe(inputs_, carries_, probe_items, options.probe_edge);
        if (!options.prove_batch || gives_items(*network_, *network_, probe)) batching_ = Batching::native;
    } catch (const Error& error) {
        // A network that cannot take several items says so here, and is looped.
        log(Level::debug, fmt::format("{} is run item by item: {}", name_, error.what()));
    }
}

void CpuSession::try_freed(std::span<const std::byte> file, const OnnxSummary& summary, const SessionOptions& options) {
    const std::optional<std::string> rewritten = free_batch(file, summary);
    if (!rewritten) return;
    auto freed = std::make_unique<OrtNetwork>(std::as_bytes(std::span(*rewritten)), options.threads, name_);
    if (freed->inputs().size() != inputs_.size() || freed->outputs().size() != outputs_.size()) return;
    if (options.prove_batch && !gives_items(*freed, *network_, ProbeInputs(inputs_, carries_, probe_items, options.probe_edge))) return;
    network_ = std::move(freed);
    mark_freed();
}

std::int64_t CpuSession::items_of(std::span<const Shape> shapes) const {
    if (shapes.size() != inputs_.size())
        throw Error(Code::device, fmt::format("The network {} takes {} inputs, {} were given.", name_, inputs_.size(), shapes.size()));
    std::int64_t items = 1;
    for (std::size_t i = 0; i < shapes.size(); ++i) {
        const Shape& port = inputs_[i].shape;
        bool fits = shapes[i].rank == port.rank;
        for (int axis = carries_[i] ? 1 : 0; fits && axis < port.rank; ++axis) fits = port[axis] < 0 ? shapes[i][axis] > 0 : shapes[i][axis] == port[axis];
        if (fits && carries_[i]) {
            const std::int64_t held = shapes[i][0];
            fits = held >= 1 && (held == 1 || items == 1 || held == items);
            items = std::max(items, held);
        }
        if (!fits)
            throw Error(Code::device,
                        fmt::format("The input \"{}\" of the network {} was given another shape than it has.", printable(inputs_[i].name), name_));
    }
    return items;
}

std::vector<Shape> CpuSession::output_shapes(std::span<const Shape> shapes) {
    const std::int64_t items = items_of(shapes);
    std::vector<Shape> found = item_outputs_;
    if (!declared_) {
        std::vector<Tensor> tensors;
        std::vector<std::array<std::int64_t, Shape::max_rank + 1>> key;
        for (std::size_t i = 0; i < shapes.size(); ++i) {
            tensors.push_back({nullptr, inputs_[i].element, shapes[i], Place::host});
            if (carries_[i]) tensors.back().shape.extent[0] = 1;
            auto& row = key.emplace_back();
            std::copy_n(tensors.back().shape.extent.begin(), Shape::max_rank, row.begin());
            row.back() = shapes[i].rank;
        }
        const std::lock_guard lock(mutex_);
        auto known = asked_.find(key);
        if (known == asked_.end()) {
            const Charge charge(Cost::opening);
            std::vector<std::vector<std::byte>> zeros;
            for (Tensor& tensor : tensors) tensor.data = zeros.emplace_back(tensor.bytes() + 1).data();
            std::vector<Shape> answer;
            for (const OrtNetwork::Result& result : network_->results(tensors)) answer.push_back(result.shape);
            known = asked_.emplace(key, std::move(answer)).first;
        }
        found = known->second;
    }
    for (Shape& shape : found) shape = times(shape, items);
    return found;
}

void CpuSession::check(std::span<const Tensor> inputs, std::span<const Tensor> outputs) const {
    if (outputs.size() != outputs_.size())
        throw Error(Code::device, fmt::format("The network {} gives {} outputs, {} were asked for.", name_, outputs_.size(), outputs.size()));
    const auto refuse = [&](const Port& port, const char* why) {
        throw Error(Code::device, fmt::format("The tensor \"{}\" of the network {} {}.", printable(port.name), name_, why));
    };
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!inputs[i].data) refuse(inputs_[i], "was given without data");
        if (inputs[i].element != inputs_[i].element) refuse(inputs_[i], "was given with another element type than it has");
        if (inputs[i].place != Place::host) refuse(inputs_[i], "lies on a device; this engine reads host memory");
    }
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!outputs[i].data) continue;
        if (outputs[i].element != outputs_[i].element) refuse(outputs_[i], "was asked for with another element type than it has");
        if (outputs[i].place != Place::host) refuse(outputs_[i], "lies on a device; this engine writes host memory");
    }
}

std::unique_ptr<CpuSession::Context> CpuSession::take_context(const void* first_input) {
    const std::lock_guard lock(mutex_);
    if (idle_.empty()) return std::make_unique<Context>();
    auto best =
        std::find_if(idle_.begin(), idle_.end(), [&](const auto& context) { return !context->bindings.empty() && context->bindings[0].fits(first_input); });
    if (best == idle_.end()) best = idle_.end() - 1;
    std::unique_ptr<Context> taken = std::move(*best);
    idle_.erase(best);
    return taken;
}

void CpuSession::run_together(Context& context, std::span<const Tensor> inputs, std::span<const Tensor> outputs, std::int64_t items) const {
    context.inputs.assign(inputs.begin(), inputs.end());
    context.repeated.resize(inputs.size());
    for (std::size_t i = 0; i < inputs.size(); ++i) {
        if (!carries_[i] || inputs[i].shape[0] == items) continue;
        std::vector<std::byte>& copies = context.repeated[i];
        const std::size_t bytes = inputs[i].bytes();
        if (copies.size() < bytes * static_cast<std::size_t>(items)) copies.resize(bytes * static_cast<std::size_t>(items));
        for (std::size_t k = 0; k < static_cast<std::size_t>(items); ++k) std::memcpy(copies.data() + k * bytes, inputs[i].data, bytes);
        context.inputs[i].data = copies.data();
        context.inputs[i].shape.extent[0] = items;
    }
    network_->run(context.bindings[0], context.inputs, outputs);
}

void CpuSession::run_one_by_one(Context& context, std::span<const Tensor> inputs, std::span<const Tensor> outputs, std::int64_t items) const {
    for (std::int64_t item = 0; item < items; ++item) {
        const auto place_of = [&](Tensor& tensor, bool carries, int item_rank) {
            if (!tensor.data || !carries) return;
            if (item_rank == 0) {
                tensor.shape = {};
            } else {
                if (tensor.shape.rank == 0 || tensor.shape[0] % items != 0) {
                    throw Error(Code::device, fmt::format("An output of the network {} was asked for in a shape that does not hold {} items.", name_, items));
                }
                tensor.shape.extent[0] /= items;
            }
            tensor.data = tensor.as<std::byte>() + static_cast<std::size_t>(item) * tensor.bytes();
        };
        context.inputs.assign(inputs.begin(), inputs.end());
        context.outputs.assign(outputs.begin(), outputs.end());
        for (std::size_t i = 0; i < inputs.size(); ++i) place_of(context.inputs[i], carries_[i] && inputs[i].shape[0] == items, 1);
        for (std::size_t i = 0; i < outputs.size(); ++i) place_of(context.outputs[i], true, item_outputs_[i].rank);
        network_->run(context.bindings[static_cast<std::size_t>(item)], context.inputs, context.outputs);
    }
}

void CpuSession::run(Queue&, std::span<const Tensor> inputs, std::span<const Tensor> outputs) {
    std::array<Shape, 16> shapes;
    if (inputs.size() > shapes.size())
        throw Error(Code::device, fmt::format("The network {} was given {} inputs; at most {} are taken.", name_, inputs.size(), shapes.size()));
    for (std::size_t i = 0; i < inputs.size(); ++i) shapes[i] = inputs[i].shape;
    const std::int64_t items = items_of(std::span(shapes).first(inputs.size()));
    check(inputs, outputs);
    std::unique_ptr<Context> context = take_context(inputs.empty() ? nullptr : inputs[0].data);
    const bool together = items == 1 || batching_ != Batching::looped;
    const std::size_t runs = together ? 1 : static_cast<std::size_t>(items);
    if (context->bindings.size() < runs) context->bindings.resize(runs);
    if (together) {
        run_together(*context, inputs, outputs, items);
    } else {
        run_one_by_one(*context, inputs, outputs, items);
    }
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(context));
}

}  // namespace

std::string_view name_of(Batching batching) noexcept {
    constexpr std::array<std::string_view, 3> names{"native", "freed", "looped"};
    return names[static_cast<std::size_t>(batching)];
}

std::unique_ptr<Session> open_ort_session(const std::filesystem::path& path, const SessionOptions& options) {
    return std::make_unique<CpuSession>(path, options);
}

}  // namespace mien
