// SPDX-License-Identifier: Apache-2.0
#include "jobs/engine.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

#include "base/error.h"

namespace mien {
namespace {

/// FaceFusion's providers and mien's engines by one name each; `missing` says why it is not here.
struct EngineRow {
    std::string_view provider, engine, missing;
};
constexpr std::string_view no_provider = "this mien opens ONNX Runtime on the CPU only";
constexpr std::array<EngineRow, 10> engines{{
    {"cpu", "ort-cpu", ""},
    {"cuda", "ort-cuda", no_provider},
    {"tensorrt", "ort-tensorrt", no_provider},
    {"rocm", "ort-rocm", no_provider},
    {"migraphx", "ort-migraphx", no_provider},
    {"coreml", "ort-coreml", "it exists on macOS only"},
    {"openvino", "ort-openvino", no_provider},
    {"qnn", "ort-qnn", no_provider},
    {"directml", "ort-directml", "it exists on Windows only"},
    {"native", "native", "mien's own executor is not built into this mien"},
}};

}  // namespace

std::string choose_engine(const ExecutionSettings& settings, std::vector<std::string>& remarks) {
    const auto check = [&](std::string_view asked) {
        for (const EngineRow& row : engines) {
            if (asked != row.provider && asked != row.engine) continue;
            if (row.missing.empty()) return;
            if (!settings.allow_fallback)
                throw Error(Code::device, fmt::format("the engine {} was asked for and is not here: {}; use cpu, or add --allow-fallback to let the CPU stand in", asked, row.missing));
            remarks.push_back(fmt::format("the engine {} is not here ({}): all networks run on ort-cpu", asked, row.missing));
            return;
        }
        throw Error(Code::usage, fmt::format("{} is not an engine", asked));
    };
    if (!settings.engine.empty()) check(settings.engine);
    for (const std::string& provider : settings.providers) check(provider);
    return "ort-cpu";
}

}  // namespace mien
