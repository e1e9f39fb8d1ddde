// SPDX-License-Identifier: Apache-2.0
#include "jobs/receipt.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/digest.h"
#include "base/error.h"
#include "base/json.h"
#include "base/scope.h"
#include "media/versions.h"
#include "runtime/session.h"

namespace mien {
namespace {

/// Where the result goes and how fast it is made is no part of the claim: the same pictures carry the same mark. The output is named beside the claim.
constexpr std::array<std::string_view, 9> not_claimed{"output-path", "config-path", "temp-path", "jobs-path", "log-level", "execution-thread-count", "batch", "sidecar", "model-folder"};

Json job_of(const JobOptions& options, bool output_only) {
    Json job = Json::object();
    for (const OptionRow& row : option_rows()) {
        if (std::find(not_claimed.begin(), not_claimed.end(), row.name) != not_claimed.end()) continue;
        if (output_only && row.section != "output_creation" && row.name != "lossless" && row.name != "encoder-threads") continue;
        const std::vector<std::string> words = option_words(row, options);
        if (words.empty()) continue;
        std::string key(row.name);
        for (char& letter : key) letter = letter == '-' ? '_' : letter;
        if (takes_list(row)) job[key] = words;
        else job[key] = words[0];
    }
    return job;
}

Json gate_of(const GatePass& gate) {
    Json inputs = Json::array();
    for (const auto& [what, verdict] : gate.verdicts()) inputs.push_back({{"input", what}, {"samples", verdict.samples}, {"flagged", verdict.flagged}});
    return {{"state", gate.state() == GateState::unverified ? std::string("gate unverified") : std::string(name_of(gate.state()))}, {"inputs", inputs}};
}

void write_file(const std::filesystem::path& path, const std::string& text) {
    const std::string temporary = fmt::format("{}.{}.part", path.string(), ::getpid());
    ScopeExit remove([&] { ::unlink(temporary.c_str()); });
    std::FILE* const file = std::fopen(temporary.c_str(), "wb");
    const bool written = file && std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0 && ::fsync(::fileno(file)) == 0;
    const int why = errno;
    const bool closed = !file || std::fclose(file) == 0;
    if (!written || !closed || std::rename(temporary.c_str(), path.c_str()) != 0)
        throw Error(Code::output, fmt::format("the receipt {} cannot be written: {}", path.string(), std::strerror(written ? errno : why)));
    remove.dismiss();
}

/// File names are bytes; JSON is UTF-8. A name that is not UTF-8 is written with replacement characters.
std::string dump(const Json& value, int indent) { return value.dump(indent, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::vector<std::pair<std::string, std::string>> versions() {
    std::vector<std::pair<std::string, std::string>> lines{{"mien", MIEN_VERSION}};
    for (auto& line : media_versions()) lines.push_back(line);
    const RuntimeFound runtime = find_onnx_runtime();
    lines.emplace_back("onnxruntime", runtime.trouble.empty() ? runtime.version : "not found");
    return lines;
}

ReceiptClaim make_claim(const ReceiptFacts& facts) {
    Json claim;
    claim["mien_receipt"] = 1;
    claim["job"] = job_of(facts.options, !facts.subject.empty());
    if (!facts.subject.empty()) claim[std::string(facts.subject_key)] = Json::parse(facts.subject);
    claim["plan"] = facts.plan;
    Json software = Json::object();
    for (const auto& [name, version] : versions()) software[name] = version;
    claim["versions"] = software;
    Json networks = Json::array();
    for (const ModelStore::Opened& network : facts.networks)
        networks.push_back({{"name", network.name}, {"sha256", network.sha256}, {"engine", network.engine}, {"batching", network.batching}});
    claim["networks"] = networks;
    Json inputs = Json::array();
    for (const ReceiptInput& input : facts.inputs) inputs.push_back({{"role", input.role}, {"path", input.path.string()}, {"sha256", input.sha256}, {"bytes", input.bytes}});
    claim["inputs"] = inputs;
    claim["gate"] = gate_of(facts.gate);
    return ReceiptClaim(dump(claim, -1));
}

std::filesystem::path write_receipt(const std::filesystem::path& whole, const std::filesystem::path& output, const ReceiptClaim& claim, const RunResult& result) {
    const FileDigest digest = digest_file(whole);
    Json receipt;
    // Parsed and dumped again the text is the same: `sha256` can be checked from the file alone.
    receipt["receipt"] = Json::parse(claim.text());
    receipt["receipt_sha256"] = claim.sha256();
    receipt["output"] = {{"path", output.string()}, {"sha256", digest.sha256}, {"bytes", digest.bytes}};
    receipt["result"] = {{"frames", result.frames},
                         {"frames_with_faces", result.frames_with_faces},
                         {"faces_found", result.faces_found},
                         {"faces_processed", result.faces_processed},
                         {"faces_skipped", result.faces_skipped},
                         {"faces_outside_the_frame", result.faces_outside},
                         {"faces_with_non_finite_results", result.faces_non_finite},
                         {"detector_calls", result.detector_calls},
                         {"skipped_because", result.skipped_because},
                         {"remarks", result.remarks}};
    std::filesystem::path path = output;
    path += ".receipt.json";
    write_file(path, dump(receipt, 2) + "\n");
    return path;
}

}  // namespace mien
