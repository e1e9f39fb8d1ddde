// The only file that knows ONNX Runtime's headers. The library is opened by path: linking would tie the program to one release of it.
// SPDX-License-Identifier: Apache-2.0
#include "runtime/ort_network.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <onnxruntime_c_api.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <filesystem>

#include "base/cost.h"
#include "base/error.h"
#include "base/log.h"
#include "runtime/onnx_file.h"

namespace mien {
namespace {

struct Library {
    const OrtApi* api = nullptr;
    OrtEnv* env = nullptr;
    OrtMemoryInfo* memory = nullptr;
    RuntimeFound found;
};

void ORT_API_CALL pass_to_log(void*, OrtLoggingLevel, const char*, const char*, const char*, const char* message) {
    log(Level::debug, fmt::format("ONNX Runtime: {}", message));
}

/// The newest libonnxruntime.so* of a folder, or an empty path.
std::string library_in(const std::filesystem::path& folder) {
    std::error_code ignored;
    std::string best;
    for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
        const std::string file = entry.path().filename().string();
        if (file.starts_with("libonnxruntime.so")) best = std::max(best, entry.path().string());
    }
    return best;
}

std::vector<std::string> library_candidates() {
    if (const char* named = std::getenv("MIEN_ORT_LIBRARY"); named && *named) return {named};
    std::vector<std::string> candidates;
    std::error_code ignored;
    const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", ignored).parent_path();
    for (const std::filesystem::path& folder : {program / "../lib", program, std::filesystem::path(MIEN_ORT_FALLBACK)}) {
        if (const std::string file = library_in(folder); !file.empty()) candidates.push_back(file);
    }
    candidates.emplace_back("libonnxruntime.so.1");
    candidates.emplace_back("libonnxruntime.so");
    return candidates;
}

std::string trouble_of(const OrtApi& api, OrtStatus* status) {
    std::string text = api.GetErrorMessage(status);
    api.ReleaseStatus(status);
    // Names from the file are in it: one line, no control letters, a fair length.
    for (char& letter : text) letter = letter < ' ' || letter > '~' ? ' ' : letter;
    if (text.size() > 300) text.resize(300);
    return text;
}

/// One arena for all sessions, grown by what is asked for: each with its own, doubling as it grows, kept twice what a run needs.
std::string share_memory(Library& library) {
    const char* const keys[] = {"arena_extend_strategy"};
    const std::size_t values[] = {1};  // as requested
    OrtArenaCfg* arena = nullptr;
    if (OrtStatus* status = library.api->CreateArenaCfgV2(keys, values, 1, &arena)) return trouble_of(*library.api, status);
    OrtStatus* const status = library.api->CreateAndRegisterAllocator(library.env, library.memory, arena);
    library.api->ReleaseArenaCfg(arena);
    return status ? trouble_of(*library.api, status) : std::string();
}

// Answers what went wrong; empty when the library is open and usable.
std::string open_library(Library& library, const std::string& path) {
    void* handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) return dlerror();
    using BaseCall = const OrtApiBase* (*)();
    const auto base = reinterpret_cast<BaseCall>(dlsym(handle, "OrtGetApiBase"));
    if (!base) return path + " is no ONNX Runtime";
    library.found.path = path;
    Dl_info where{};
    if (dladdr(reinterpret_cast<void*>(base), &where) != 0 && where.dli_fname) library.found.path = where.dli_fname;
    library.found.version = base()->GetVersionString();
    library.api = base()->GetApi(ORT_API_VERSION);
    if (!library.api) return fmt::format("{} is version {}, 1.{} or newer is needed", path, library.found.version, ORT_API_VERSION);
    if (OrtStatus* status = library.api->CreateEnvWithCustomLogger(pass_to_log, nullptr, ORT_LOGGING_LEVEL_FATAL, "mien", &library.env))
        return trouble_of(*library.api, status);
    if (OrtStatus* status = library.api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &library.memory)) return trouble_of(*library.api, status);
    return share_memory(library);
}

Library& library() {
    // Never closed: sessions of static objects may outlive any order of destruction.
    static Library& opened = *[] {
        auto made = std::make_unique<Library>();
        std::string trouble;
        for (const std::string& candidate : library_candidates()) {
            const std::string why = open_library(*made, candidate);
            if (why.empty()) {
                made->found.trouble.clear();
                return made.release();
            }
            if (trouble.empty()) trouble = why;
            made->api = nullptr;
        }
        made->found.trouble = trouble;
        return made.release();
    }();
    return opened;
}

Library& usable_library() {
    Library& found = library();
    if (!found.api) {
        throw Error(Code::device,
                    fmt::format("ONNX Runtime cannot be used ({}); run tools/setup, or set MIEN_ORT_LIBRARY to a libonnxruntime.so of version 1.{} or newer.",
                                found.found.trouble, ORT_API_VERSION));
    }
    return found;
}

struct Release {
    void operator()(OrtSession* value) const { library().api->ReleaseSession(value); }
    void operator()(OrtSessionOptions* value) const { library().api->ReleaseSessionOptions(value); }
    void operator()(OrtValue* value) const { library().api->ReleaseValue(value); }
    void operator()(OrtRunOptions* value) const { library().api->ReleaseRunOptions(value); }
    void operator()(OrtTypeInfo* value) const { library().api->ReleaseTypeInfo(value); }
    void operator()(OrtTensorTypeAndShapeInfo* value) const { library().api->ReleaseTensorTypeAndShapeInfo(value); }
};
template <class T>
using Owned = std::unique_ptr<T, Release>;

// Indexed by Element.
constexpr std::array<ONNXTensorElementDataType, 7> element_codes{
    ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32,  ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16,
    ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT, ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE, ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL};

void must_open(OrtStatus* status, const std::string& name) {
    if (status)
        throw Error(Code::models, fmt::format("ONNX Runtime cannot open the network {}: {}; take the file from its publisher again.", name,
                                              trouble_of(*library().api, status)));
}

void must_run(OrtStatus* status, const std::string& name) {
    if (status) throw Error(Code::device, fmt::format("The network {} cannot be run: {}.", name, trouble_of(*library().api, status)));
}

Owned<OrtValue> wrap(const Tensor& tensor, const std::string& name) {
    OrtValue* value = nullptr;
    must_run(library().api->CreateTensorWithDataAsOrtValue(library().memory, tensor.data, tensor.bytes(), tensor.shape.extent.data(),
                                                           static_cast<std::size_t>(tensor.shape.rank), element_codes[static_cast<std::size_t>(tensor.element)],
                                                           &value),
             name);
    return Owned<OrtValue>(value);
}

Owned<OrtSessionOptions> session_options(int threads, const std::string& name) {
    const OrtApi& api = *library().api;
    OrtSessionOptions* made = nullptr;
    must_open(api.CreateSessionOptions(&made), name);
    Owned<OrtSessionOptions> options(made);
    must_open(api.SetIntraOpNumThreads(made, threads), name);
    must_open(api.SetInterOpNumThreads(made, 1), name);
    must_open(api.SetSessionExecutionMode(made, ORT_SEQUENTIAL), name);
    must_open(api.SetSessionGraphOptimizationLevel(made, ORT_ENABLE_ALL), name);
    must_open(api.SetSessionLogSeverityLevel(made, ORT_LOGGING_LEVEL_FATAL), name);
    must_open(api.SetDeterministicCompute(made, true), name);
    must_open(api.EnableMemPattern(made), name);
    // A waiting thread of the pool sleeps: cores belong to the frames beside.
    must_open(api.AddSessionConfigEntry(made, "session.intra_op.allow_spinning", "0"), name);
    must_open(api.AddSessionConfigEntry(made, "session.inter_op.allow_spinning", "0"), name);
    must_open(api.AddSessionConfigEntry(made, "session.use_env_allocators", "1"), name);
    // x * sigmoid(x) as one node knows no blocked layout: the two reorders around it cost more than the second pass over the memory, and the bytes are the same.
    must_open(api.AddSessionConfigEntry(made, "optimization.disable_specified_optimizers", "QuickGeluFusion"), name);
    return options;
}

/// A run with these gives back what the arena holds for nobody.
Owned<OrtRunOptions> tidy_run(const std::string& name) {
    OrtRunOptions* made = nullptr;
    must_run(library().api->CreateRunOptions(&made), name);
    Owned<OrtRunOptions> options(made);
    must_run(library().api->AddRunConfigEntry(made, "memory.enable_memory_arena_shrinkage", "cpu:0"), name);
    return options;
}

}  // namespace

RuntimeFound find_onnx_runtime() { return library().found; }

struct OrtNetwork::Loaded {
    Owned<OrtSession> session;
    std::atomic_flag has_run{};
};

struct OrtNetwork::Binding::State {
    struct Wrapped {
        Tensor of;
        Owned<OrtValue> value;
    };
    std::vector<Wrapped> inputs, outputs;
    // What Run takes: only the outputs that are wanted.
    std::vector<const OrtValue*> input_values;
    std::vector<OrtValue*> output_values;
    std::vector<const char*> output_names;
};

OrtNetwork::Binding::Binding() : state_(std::make_unique<State>()) {}
OrtNetwork::Binding::~Binding() = default;
OrtNetwork::Binding::Binding(Binding&&) noexcept = default;
bool OrtNetwork::Binding::fits(const void* first_input) const noexcept { return !state_->inputs.empty() && state_->inputs[0].of.data == first_input; }

OrtNetwork::OrtNetwork(std::span<const std::byte> file, int threads, std::string name) : loaded_(std::make_unique<Loaded>()), name_(std::move(name)) {
    const Library& runtime = usable_library();
    const Owned<OrtSessionOptions> options = session_options(threads, name_);
    OrtSession* session = nullptr;
    must_open(runtime.api->CreateSessionFromArray(runtime.env, file.data(), file.size(), options.get(), &session), name_);
    loaded_->session.reset(session);
    inputs_ = ports(true);
    outputs_ = ports(false);
    for (const Port& port : inputs_) input_names_.push_back(port.name.c_str());
    for (const Port& port : outputs_) output_names_.push_back(port.name.c_str());
}

OrtNetwork::~OrtNetwork() = default;

std::vector<Port> OrtNetwork::ports(bool input) const {
    const OrtApi& api = *library().api;
    OrtSession* session = loaded_->session.get();
    std::size_t count = 0;
    must_open(input ? api.SessionGetInputCount(session, &count) : api.SessionGetOutputCount(session, &count), name_);
    std::vector<Port> found(count);
    OrtAllocator* allocator = nullptr;
    must_open(api.GetAllocatorWithDefaultOptions(&allocator), name_);
    for (std::size_t i = 0; i < count; ++i) {
        char* text = nullptr;
        must_open(input ? api.SessionGetInputName(session, i, allocator, &text) : api.SessionGetOutputName(session, i, allocator, &text), name_);
        found[i].name = text;
        must_open(api.AllocatorFree(allocator, text), name_);
        OrtTypeInfo* type = nullptr;
        must_open(input ? api.SessionGetInputTypeInfo(session, i, &type) : api.SessionGetOutputTypeInfo(session, i, &type), name_);
        const Owned<OrtTypeInfo> owned(type);
        const OrtTensorTypeAndShapeInfo* tensor = nullptr;
        must_open(api.CastTypeInfoToTensorInfo(type, &tensor), name_);
        if (!tensor)
            throw Error(Code::models,
                        fmt::format("The network {} has an input or output \"{}\" that is no tensor; mien cannot feed it.", name_, printable(found[i].name)));
        ONNXTensorElementDataType code{};
        std::size_t rank = 0;
        must_open(api.GetTensorElementType(tensor, &code), name_);
        must_open(api.GetDimensionsCount(tensor, &rank), name_);
        const auto element = std::find(element_codes.begin(), element_codes.end(), code);
        if (element == element_codes.end() || rank > Shape::max_rank) {
            throw Error(Code::models, fmt::format("The network {} has an input or output \"{}\" of element code {} and {} extents; mien cannot feed it.", name_,
                                                  found[i].name, static_cast<int>(code), rank));
        }
        found[i].element = static_cast<Element>(element - element_codes.begin());
        found[i].shape.rank = static_cast<int>(rank);
        must_open(api.GetDimensions(tensor, found[i].shape.extent.data(), rank), name_);
    }
    return found;
}

void OrtNetwork::run(Binding& binding, std::span<const Tensor> inputs, std::span<const Tensor> outputs) const {
    Binding::State& state = *binding.state_;
    const auto rewrap = [&](std::vector<Binding::State::Wrapped>& kept, std::span<const Tensor> tensors) {
        kept.resize(tensors.size());
        for (std::size_t i = 0; i < tensors.size(); ++i) {
            const Tensor& tensor = tensors[i];
            if (kept[i].value && kept[i].of.data == tensor.data && kept[i].of.shape == tensor.shape && kept[i].of.element == tensor.element) continue;
            kept[i].value = tensor.data ? wrap(tensor, name_) : nullptr;
            kept[i].of = tensor;
        }
    };
    rewrap(state.inputs, inputs);
    rewrap(state.outputs, outputs);
    state.input_values.clear();
    state.output_values.clear();
    state.output_names.clear();
    for (const auto& input : state.inputs) state.input_values.push_back(input.value.get());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        if (!outputs[i].data) continue;
        state.output_values.push_back(state.outputs[i].value.get());
        state.output_names.push_back(output_names_[i]);
    }
    if (state.output_values.empty()) return;
    const Charge charge(Cost::networks);
    // The first run of a network begins another part of the work: what earlier ones needed is kept no longer.
    const Owned<OrtRunOptions> tidy = loaded_->has_run.test_and_set() ? nullptr : tidy_run(name_);
    must_run(library().api->Run(loaded_->session.get(), tidy.get(), input_names_.data(), state.input_values.data(), inputs.size(), state.output_names.data(),
                                state.output_names.size(), state.output_values.data()),
             name_);
}

std::vector<OrtNetwork::Result> OrtNetwork::results(std::span<const Tensor> inputs) const {
    const OrtApi& api = *library().api;
    std::vector<Owned<OrtValue>> wrapped;
    std::vector<const OrtValue*> values;
    for (const Tensor& tensor : inputs) values.push_back(wrapped.emplace_back(wrap(tensor, name_)).get());
    std::vector<OrtValue*> made(outputs_.size(), nullptr);
    const Owned<OrtRunOptions> tidy = tidy_run(name_);
    must_run(api.Run(loaded_->session.get(), tidy.get(), input_names_.data(), values.data(), values.size(), output_names_.data(), made.size(), made.data()),
             name_);
    std::vector<Owned<OrtValue>> owned(made.begin(), made.end());
    std::vector<Result> found(made.size());
    for (std::size_t i = 0; i < made.size(); ++i) {
        OrtTensorTypeAndShapeInfo* info = nullptr;
        must_run(api.GetTensorTypeAndShape(made[i], &info), name_);
        const Owned<OrtTensorTypeAndShapeInfo> owned_info(info);
        std::size_t rank = 0;
        must_run(api.GetDimensionsCount(info, &rank), name_);
        if (rank > Shape::max_rank)
            throw Error(Code::device, fmt::format("The network {} gives an output of {} extents; mien reads up to {}.", name_, rank, Shape::max_rank));
        found[i].shape.rank = static_cast<int>(rank);
        must_run(api.GetDimensions(info, found[i].shape.extent.data(), rank), name_);
        void* data = nullptr;
        must_run(api.GetTensorMutableData(made[i], &data), name_);
        found[i].bytes.resize(static_cast<std::size_t>(found[i].shape.count()) * size_bytes(outputs_[i].element));
        std::copy_n(static_cast<const std::byte*>(data), found[i].bytes.size(), found[i].bytes.begin());
    }
    return found;
}

}  // namespace mien
