// Small ONNX files written byte by byte, so that tests can also write wrong ones.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string>
#include <vector>

namespace mien::onnx_text {

inline std::string varint(std::uint64_t value) {
    std::string text;
    for (; value > 127; value >>= 7U) text += static_cast<char>((value & 127U) | 128U);
    return text + static_cast<char>(value);
}
inline std::string number(std::uint32_t field, std::uint64_t value) { return varint(field << 3U) + varint(value); }
inline std::string part(std::uint32_t field, const std::string& content) { return varint((field << 3U) | 2U) + varint(content.size()) + content; }

constexpr int f32 = 1, i8 = 3, i64 = 7, f16 = 10;
using Extents = std::vector<std::int64_t>;

/// A ValueInfoProto. An extent of -1 is written as a name.
inline std::string value(const std::string& name, int element, const Extents& extents) {
    std::string dims;
    for (const std::int64_t extent : extents) dims += part(1, extent < 0 ? part(2, "free") : number(1, static_cast<std::uint64_t>(extent)));
    return part(1, name) + part(2, part(1, number(1, static_cast<std::uint64_t>(element)) + part(2, dims)));
}
inline std::string tensor(const std::string& name, int element, const Extents& dims, const std::string& raw) {
    std::string text;
    for (const std::int64_t extent : dims) text += number(1, static_cast<std::uint64_t>(extent));
    return text + number(2, static_cast<std::uint64_t>(element)) + part(8, name) + part(9, raw);
}
template <class T>
std::string raw(const std::vector<T>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(T)};
}
inline std::string shape_tensor(const std::string& name, const Extents& values) {
    return tensor(name, i64, {static_cast<std::int64_t>(values.size())}, raw(values));
}
inline std::string attribute(const std::string& name, std::int64_t i) { return part(1, name) + number(3, static_cast<std::uint64_t>(i)) + number(20, 2); }
inline std::string node(const std::string& op, const std::vector<std::string>& inputs, const std::string& output,
                        const std::vector<std::string>& attributes = {}) {
    std::string text;
    for (const std::string& input : inputs) text += part(1, input);
    text += part(2, output) + part(4, op);
    for (const std::string& one : attributes) text += part(5, one);
    return text;
}

struct Graph {
    std::vector<std::string> nodes, initialisers, inputs, outputs;
    std::string text() const {
        std::string all = part(2, "graph");
        for (const auto& one : nodes) all += part(1, one);
        for (const auto& one : initialisers) all += part(5, one);
        for (const auto& one : inputs) all += part(11, one);
        for (const auto& one : outputs) all += part(12, one);
        return all;
    }
};
inline std::string model(const Graph& graph, int opset = 13) {
    return number(1, 8) + part(7, graph.text()) + part(8, number(2, static_cast<std::uint64_t>(opset)));
}

/// The test program's own folder, removed when it ends.
struct WrittenFiles {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("mien_onnx_" + std::to_string(::getpid()));
    WrittenFiles() { std::filesystem::create_directories(folder); }
    ~WrittenFiles() { std::filesystem::remove_all(folder); }
};
inline std::filesystem::path write(const std::string& name, const std::string& bytes) {
    static const WrittenFiles written;
    std::ofstream(written.folder / name, std::ios::binary) << bytes;
    return written.folder / name;
}

/// The recorded networks, or an empty path.
inline std::filesystem::path golden_models() {
    const char* models = std::getenv("MIEN_GOLDENS_MODELS");
    const char* goldens = std::getenv("MIEN_GOLDENS");
    const char* source = std::getenv("MIEN_SOURCE_DIR");
    std::filesystem::path folder = models    ? std::filesystem::path(models)
                                   : goldens ? std::filesystem::path(goldens) / "models"
                                             : std::filesystem::path(source ? source : ".") / "../shared/goldens/models";
    return std::filesystem::is_directory(folder) ? folder : std::filesystem::path();
}

}  // namespace mien::onnx_text
