// SPDX-License-Identifier: Apache-2.0
#include "face/network.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace mien {
namespace {

/// Free extents: the first is the batch; of the others the two spatial ones follow the layout.
Shape fill_free(Shape shape, int items, Size size, bool nhwc) {
    if (shape.rank > 1) shape.extent[0] = items;
    for (int axis = 1; axis < shape.rank; ++axis) {
        std::int64_t& extent = shape.extent[static_cast<std::size_t>(axis)];
        if (extent >= 0) continue;
        const bool height = axis == (nhwc ? 1 : 2), width = axis == (nhwc ? 2 : 3);
        extent = height ? size.height : width ? size.width : 3;
    }
    return shape;
}

Tensor slice(const Tensor& whole, int items, int item) {
    Tensor part = whole;
    const std::size_t bytes = whole.bytes() / static_cast<std::size_t>(items);
    part.data = static_cast<std::byte*>(whole.data) + bytes * static_cast<std::size_t>(item);
    if (part.shape.rank > 0) part.shape.extent[0] /= items;
    return part;
}

std::string array_name(std::string_view prefix, std::string name) {
    std::replace(name.begin(), name.end(), ':', '_');
    return fmt::format("{}_{}", prefix, name);
}

}  // namespace

Network::Network(ModelStore& store, std::string_view name) : spec_(&find_model(name)), session_(store.open(name)) {}

void Network::prepare(NetworkBuffers& buffers, int items, Size size) const {
    if (buffers.session == session_.get() && buffers.items == items && buffers.size == size) return;
    buffers.session = nullptr;
    std::vector<Shape> shapes;
    for (const Port& port : session_->inputs()) shapes.push_back(fill_free(port.shape, items, size, spec_->nhwc));
    const std::vector<Shape> out_shapes = session_->output_shapes(shapes);
    buffers.inputs.clear();
    buffers.outputs.clear();
    buffers.memory.resize(shapes.size() + out_shapes.size());
    const auto place = [&](std::size_t slot, const Port& port, const Shape& shape) {
        Tensor tensor{nullptr, port.element, shape, Place::host};
        buffers.memory[slot].resize(tensor.bytes());
        tensor.data = buffers.memory[slot].data();
        return tensor;
    };
    for (std::size_t i = 0; i < shapes.size(); ++i) buffers.inputs.push_back(place(i, session_->inputs()[i], shapes[i]));
    for (std::size_t i = 0; i < out_shapes.size(); ++i) buffers.outputs.push_back(place(shapes.size() + i, session_->outputs()[i], out_shapes[i]));
    buffers.session = session_.get();
    buffers.items = items;
    buffers.size = size;
}

bool Network::takes(Size size) const noexcept {
    const Shape& shape = session_->inputs()[0].shape;
    if (shape.rank != 4) return false;
    const std::int64_t height = shape[spec_->nhwc ? 1 : 2], width = shape[spec_->nhwc ? 2 : 3];
    return (height < 0 || height == size.height) && (width < 0 || width == size.width);
}

void Network::run(Queue& queue, NetworkBuffers& buffers) const {
    queue.wait();
    session_->run(queue, buffers.inputs, buffers.outputs);
}

std::span<const float> Network::answer(const NetworkBuffers& buffers, std::size_t index, int item) {
    const Tensor part = slice(buffers.outputs[index], buffers.items, item);
    return {part.as<const float>(), part.bytes() / sizeof(float)};
}

void Network::tell(Trace* trace, const NetworkBuffers& buffers, int item) const {
    if (!trace) return;
    trace->stage("model", spec_->name);
    for (std::size_t i = 0; i < buffers.inputs.size(); ++i)
        trace->array(array_name("in", session_->inputs()[i].name), slice(buffers.inputs[i], buffers.items, item));
    for (std::size_t i = 0; i < buffers.outputs.size(); ++i)
        trace->array(array_name("out", session_->outputs()[i].name), slice(buffers.outputs[i], buffers.items, item));
}

}  // namespace mien
