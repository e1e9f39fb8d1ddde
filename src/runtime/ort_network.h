// A network file opened in ONNX Runtime on the CPU: ports, and one run over the caller's memory. No batching here.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "image/tensor.h"
#include "runtime/session.h"

namespace mien {

/// Thread-safety: run() and results() from any thread, each with its own Binding.
class OrtNetwork {
public:
    /// `name` appears in sentences. Throws Error{models} when ONNX Runtime refuses the file, Error{device} when there is no ONNX Runtime.
    OrtNetwork(std::span<const std::byte> file, int threads, std::string name);
    ~OrtNetwork();
    OrtNetwork(const OrtNetwork&) = delete;
    OrtNetwork& operator=(const OrtNetwork&) = delete;

    std::span<const Port> inputs() const noexcept { return inputs_; }
    std::span<const Port> outputs() const noexcept { return outputs_; }

    /// The runtime's wrappers around the caller's memory, kept as long as address and shape stay: a repeated call makes none.
    class Binding {
    public:
        Binding();
        ~Binding();
        Binding(Binding&&) noexcept;
        /// Whether the last run read its first input from here.
        bool fits(const void* first_input) const noexcept;

    private:
        friend class OrtNetwork;
        struct State;
        std::unique_ptr<State> state_;
    };
    /// Outputs without memory are not asked for. Throws Error{device}.
    void run(Binding&, std::span<const Tensor> inputs, std::span<const Tensor> outputs) const;

    struct Result {
        Shape shape;
        std::vector<std::byte> bytes;
    };
    /// All outputs, in memory of their own; for probes and for shapes that a file leaves open. Throws Error{device}.
    std::vector<Result> results(std::span<const Tensor> inputs) const;

private:
    struct Loaded;
    std::vector<Port> ports(bool input) const;
    std::unique_ptr<Loaded> loaded_;
    std::string name_;
    std::vector<Port> inputs_, outputs_;
    std::vector<const char*> input_names_, output_names_;
};

}  // namespace mien
