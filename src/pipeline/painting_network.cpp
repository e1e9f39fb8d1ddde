// SPDX-License-Identifier: Apache-2.0
#include "pipeline/painting_network.h"

#include <algorithm>
#include <cstdint>

#include "base/error.h"

namespace mien {
namespace {

/// Values whose exponent bits are all ones are NaN or infinite. Blocks of a fixed length, so that compilers use wide registers.
template <class Word> bool exponents_below(const Word* words, std::int64_t count, Word exponent) noexcept {
    constexpr std::int64_t block = 64;
    std::int64_t at = 0;
    Word largest = 0;
    for (; at + block <= count; at += block)
        for (std::int64_t i = 0; i < block; ++i) largest = std::max(largest, static_cast<Word>(words[at + i] & exponent));
    for (; at < count; ++at) largest = std::max(largest, static_cast<Word>(words[at] & exponent));
    return largest != exponent;
}

std::string as_array_name(std::string_view prefix, std::string_view port) {
    std::string name(prefix);
    name += port;
    std::replace(name.begin(), name.end(), ':', '_');
    return name;
}

/// One item of a tensor whose first extent counts items; a tensor of one item is shared by all.
Tensor item_of(const Tensor& all, std::int64_t item) {
    if (all.shape.rank == 0 || all.shape[0] <= 1) return all;
    Tensor one = all;
    one.shape.extent[0] = 1;
    one.data = static_cast<std::byte*>(all.data) + static_cast<std::size_t>(item) * one.bytes();
    return one;
}

}  // namespace

const Tensor& TensorBuffer::fit(Queue& queue, Element element, Shape shape) {
    tensor_ = {nullptr, element, shape, queue.place()};
    if (tensor_.bytes() > buffer_.bytes() || buffer_.place() != queue.place()) buffer_ = Buffer(queue, std::max<std::size_t>(tensor_.bytes(), 64));
    tensor_.data = buffer_.data();
    return tensor_;
}

PaintingNetwork::PaintingNetwork(ModelStore& store, std::string_view name) : spec_(find_model(name)), session_(store.open(name)) {
    if (session_->outputs().empty()) throw Error(Code::models, "the network " + std::string(name) + " has no output; give the published file of that name");
}

int PaintingNetwork::find_input(std::string_view name) const noexcept {
    const std::span<const Port> ports = session_->inputs();
    for (std::size_t i = 0; i < ports.size(); ++i)
        if (ports[i].name == name) return static_cast<int>(i);
    return -1;
}

int PaintingNetwork::need_input(std::string_view name) const {
    const int index = find_input(name);
    if (index < 0)
        throw Error(Code::models, "the network " + std::string(spec_.name) + " has no input \"" + std::string(name) + "\"; give the published file of that name");
    return index;
}

const Tensor& PaintingNetwork::prepare(Queue& queue, int index, Shape shape, Scratch& scratch) const {
    const std::size_t count = session_->inputs().size(), at = static_cast<std::size_t>(index);
    scratch.inputs_.resize(count);
    return scratch.inputs_[at].fit(queue, session_->inputs()[at].element, shape);
}

const Tensor& PaintingNetwork::run(Queue& queue, Scratch& scratch, bool all_outputs) const {
    const std::size_t in_count = session_->inputs().size(), out_count = session_->outputs().size();
    bool known = scratch.input_shapes_.size() == in_count;
    scratch.input_shapes_.resize(in_count);
    scratch.given_.resize(in_count);
    for (std::size_t i = 0; i < in_count; ++i) {
        scratch.given_[i] = scratch.inputs_[i].tensor();
        known = known && scratch.input_shapes_[i] == scratch.given_[i].shape;
        scratch.input_shapes_[i] = scratch.given_[i].shape;
    }
    if (!known) scratch.output_shapes_ = session_->output_shapes(scratch.input_shapes_);
    scratch.outputs_.resize(out_count);
    scratch.wanted_.resize(out_count);
    for (std::size_t i = 0; i < out_count; ++i) {
        if (i == 0 || all_outputs) scratch.wanted_[i] = scratch.outputs_[i].fit(queue, session_->outputs()[i].element, scratch.output_shapes_[i]);
        else scratch.wanted_[i] = {nullptr, session_->outputs()[i].element, scratch.output_shapes_[i], queue.place()};
    }
    session_->run(queue, scratch.given_, scratch.wanted_);
    return scratch.wanted_[0];
}

void PaintingNetwork::trace_item(Trace* trace, const Scratch& scratch, std::int64_t item) const {
    if (!trace) return;
    trace->stage("model", spec_.name);
    for (std::size_t i = 0; i < scratch.given_.size(); ++i) trace->array(as_array_name("in_", session_->inputs()[i].name), item_of(scratch.given_[i], item));
    for (std::size_t i = 0; i < scratch.wanted_.size(); ++i)
        if (scratch.wanted_[i].data) trace->array(as_array_name("out_", session_->outputs()[i].name), item_of(scratch.wanted_[i], item));
}

bool all_finite(const Tensor& tensor) noexcept {
    const std::int64_t count = tensor.shape.count();
    if (tensor.element == Element::f16) return exponents_below<std::uint16_t>(tensor.as<const std::uint16_t>(), count, 0x7C00u);
    if (tensor.element == Element::f32) return exponents_below<std::uint32_t>(tensor.as<const std::uint32_t>(), count, 0x7F800000u);
    if (tensor.element == Element::f64) return exponents_below<std::uint64_t>(tensor.as<const std::uint64_t>(), count, 0x7FF0000000000000u);
    return true;
}

}  // namespace mien
