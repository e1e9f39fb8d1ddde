// SPDX-License-Identifier: Apache-2.0
#include "jobs/receipt_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

#include "base/digest.h"
#include "jobs/inputs.h"

namespace mien {
namespace {

constexpr std::size_t longest_receipt = 8U << 20;

std::string text_at(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool is_object_at(const Json& object, const char* key) { return object.contains(key) && object[key].is_object(); }

/// A target that was drawn while it was read has no file: its name is what was hashed.
bool drawn(const Json& input) {
    const std::string path = text_at(input, "path");
    return (path.starts_with("pattern:") || path.starts_with("synth:")) &&
           (text_at(input, "sha256") == sha256_hex(bytes_of(path)) || path.find(".json") != std::string::npos);
}

}  // namespace

std::optional<ReceiptFile> read_receipt(const std::filesystem::path& file, const std::string& sha256, std::string& trouble) {
    std::filesystem::path path = file;
    path += ".receipt.json";
    std::ifstream stream(path, std::ios::binary);
    if (!stream) return std::nullopt;
    std::string text(longest_receipt + 1, '\0');
    stream.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(stream.gcount()));
    const auto refuse = [&](std::string_view what) {
        trouble = fmt::format("the receipt {} {}: it is not used", path.string(), what);
        return std::nullopt;
    };
    if (text.size() > longest_receipt) return refuse("is too long to be one");
    const Json whole = Json::parse(text, nullptr, false);
    if (!whole.is_object() || !is_object_at(whole, "receipt") || !is_object_at(whole, "output") || !is_object_at(whole, "result")) return refuse("is damaged");
    const std::string claimed = whole["receipt"].dump(-1, ' ', false, Json::error_handler_t::replace);
    if (text_at(whole, "receipt_sha256") != sha256_hex(bytes_of(claimed))) return refuse("was changed since it was written");
    if (text_at(whole["output"], "sha256") != sha256) return refuse("is that of another file");
    return ReceiptFile{path, whole["receipt"], whole["output"], whole["result"]};
}

bool made_of_rendered(const ReceiptFile& receipt) {
    if (is_object_at(receipt.claim, "scene")) return true;
    const auto inputs = receipt.claim.find("inputs");
    if (inputs == receipt.claim.end() || !inputs->is_array() || inputs->empty()) return false;
    return std::ranges::all_of(*inputs, [](const Json& input) { return input.is_object() && (drawn(input) || is_rendered_file(text_at(input, "sha256"))); });
}

}  // namespace mien
