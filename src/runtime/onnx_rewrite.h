// What the rewriters of network files write: nodes and constants. For free_batch.cpp and half_crop.cpp.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "onnx_subset.pb.h"

namespace mien {

constexpr int onnx_float32 = 1, onnx_int64 = 7;  // TensorProto.FLOAT and .INT64

inline onnx::Node node_of(const char* op, std::initializer_list<std::string> inputs, const std::string& output) {
    onnx::Node node;
    node.set_name(output + "_" + op);
    node.set_op_type(op);
    for (const std::string& input : inputs) node.add_input(input);
    node.add_output(output);
    return node;
}

/// Gives a node the attribute `name` of one whole number.
inline void set_number(onnx::Node& node, const char* name, std::int64_t value) {
    onnx::Attribute& attribute = *node.add_attribute();
    attribute.set_name(name);
    attribute.set_type(2);  // AttributeProto.INT
    attribute.set_i(value);
}

/// A list of one extent.
template <class T>
onnx::TensorData constant_of(const std::string& name, const std::vector<T>& values) {
    static_assert(std::is_same_v<T, float> || std::is_same_v<T, std::int64_t>);
    onnx::TensorData tensor;
    tensor.set_name(name);
    tensor.set_data_type(std::is_same_v<T, float> ? onnx_float32 : onnx_int64);
    tensor.add_dims(static_cast<std::int64_t>(values.size()));
    tensor.set_raw_data(values.data(), values.size() * sizeof(T));
    return tensor;
}

}  // namespace mien
