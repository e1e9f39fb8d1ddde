// The public model functions.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <mien/models.h>
#include <unistd.h>

#include <algorithm>

#include "base/digest.h"
#include "base/error.h"
#include "base/scope.h"
#include "jobs/inputs.h"
#include "jobs/job_state.h"
#include "jobs/packs.h"

namespace mien {

namespace {

ModelLine line_of(const ModelSpec& spec) {
    ModelLine line;
    line.name = spec.name;
    line.task = name_of(spec.task);
    line.licence = spec.licence;
    line.vendor = spec.vendor;
    line.group = spec.group;
    line.later = spec.later;
    return line;
}

void open_into(ModelStore& store, ModelLine& line) {
    line.path = store.locate(line.name);
    if (line.path.empty()) {
        line.trouble = fmt::format("{}.onnx is in none of the model folders", find_model(line.name).file_stem());
        return;
    }
    try {
        line.sha256 = store.verify(line.name).digest.sha256;
        line.batching = name_of(store.open(line.name)->batching());
    } catch (const Error& error) {
        line.trouble = error.what();
    }
}

void copy_checked(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code failed;
    std::filesystem::copy_file(from, to, std::filesystem::copy_options::overwrite_existing, failed);
    if (failed) throw Error(Code::output, fmt::format("{} cannot be copied to {}: {}", from.string(), to.string(), failed.message()));
    if (digest_file(to).sha256 != digest_file(from).sha256) throw Error(Code::output, fmt::format("the copy of {} differs from the file: check the disk", from.string()));
}

void move_file(const std::filesystem::path& from, const std::filesystem::path& to) {
    std::error_code failed;
    std::filesystem::rename(from, to, failed);
    if (failed) throw Error(Code::output, fmt::format("{} cannot be written: {}", to.string(), failed.message()));
}

/// Copies a network and its .hash file into a folder inside `home`, opens it there, and moves both to their place when it is whole. Else the line says why, and what was in `home` stays.
bool take_whole(const std::filesystem::path& from, const std::filesystem::path& home, ModelLine& line) {
    const std::filesystem::path stage = home / fmt::format(".import.part-{}", ::getpid());
    std::error_code failed;
    std::filesystem::create_directory(stage, failed);
    if (failed) throw Error(Code::output, fmt::format("the model folder {} cannot be written: {}", home.string(), failed.message()));
    const ScopeExit remove([&] { std::filesystem::remove_all(stage, failed); });
    std::filesystem::path hash = from;
    hash.replace_extension(".hash");
    const bool hashed = std::filesystem::is_regular_file(hash, failed);
    copy_checked(from, stage / from.filename());
    if (hashed) copy_checked(hash, stage / hash.filename());
    {
        ModelStore store({{stage}, stage / "models.lock", {}, 1, true});
        open_into(store, line);
    }
    if (!line.trouble.empty()) {
        line.path = from;
        return false;
    }
    move_file(stage / from.filename(), home / from.filename());
    if (hashed) move_file(stage / hash.filename(), home / hash.filename());
    return true;
}

}  // namespace

std::vector<ModelLine> list_models(const Job& job) {
    const ModelStore store(store_options(job.state().options.settings));
    std::vector<ModelLine> lines;
    for (const ModelSpec& spec : zoo()) {
        ModelLine line = line_of(spec);
        line.path = store.locate(spec.name);
        if (!line.path.empty())
            if (const std::optional<ModelStore::Remembered> known = store.remembered(spec.name)) {
                line.sha256 = known->sha256;
                line.batching = known->batching;
            }
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<ModelLine> check_models(const Job& job, const std::vector<std::string>& names) {
    ModelStore store(store_options(job.state().options.settings));
    std::vector<ModelLine> lines;
    for (const std::string& name : names) find_model(name);
    for (const ModelSpec& spec : zoo()) {
        const bool named = std::find(names.begin(), names.end(), spec.name) != names.end();
        if (names.empty() ? store.locate(spec.name).empty() : !named) continue;
        ModelLine line = line_of(spec);
        open_into(store, line);
        lines.push_back(std::move(line));
    }
    return lines;
}

std::vector<ModelLine> import_models(const Job& job, const std::filesystem::path& folder) {
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed)) throw Error(Code::bad_input, fmt::format("{} is not a folder: name the folder that holds the network files", folder.string()));
    const std::vector<std::filesystem::path>& folders = job.state().options.settings.model_folders;
    const std::filesystem::path home = folders.empty() ? std::filesystem::path(".assets/models") : folders.front();
    std::filesystem::create_directories(home, failed);
    if (failed) throw Error(Code::output, fmt::format("the model folder {} cannot be made: {}", home.string(), failed.message()));
    std::vector<ModelLine> lines;
    for (const ModelSpec& spec : zoo()) {
        if (!spec.half_of.empty()) continue;  // comes with the row whose file it is
        const std::filesystem::path from = folder / (std::string(spec.name) + ".onnx");
        if (!std::filesystem::is_regular_file(from, failed)) continue;
        ModelLine line = line_of(spec);
        if (std::filesystem::equivalent(from, home / from.filename(), failed) || take_whole(from, home, line)) {
            ModelStore store({{home}, {}, {}, 1});
            open_into(store, line);
        }
        lines.push_back(std::move(line));
    }
    if (lines.empty()) throw Error(Code::models, fmt::format("{} holds no network file that mien knows: their names are those of `mien models list`, with .onnx", folder.string()));
    return lines;
}

ModelLine trust_model(const Job& job, std::string_view name) {
    ModelStore store(store_options(job.state().options.settings));
    ModelLine line = line_of(find_model(name));
    const ModelFile file = store.trust(name);
    line.path = file.path;
    line.sha256 = file.digest.sha256;
    return line;
}

std::string model_licence(std::string_view name) {
    const ModelSpec& spec = find_model(name);
    return fmt::format("{} is by {}; licence: {}. It belongs to the group {} and is not part of mien: its terms are between you and its authors.", spec.name, spec.vendor.empty() ? "an unknown author" : spec.vendor,
                       spec.licence, spec.group);
}

}  // namespace mien
