// Receipts read back: what OUTPUT.receipt.json says of a file, as far as it fits the file.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <filesystem>
#include <optional>
#include <string>

#include "base/json.h"

namespace mien {

/// A receipt that belongs to a file: its claim hashes to the digest it names, and its output's digest is the file's.
struct ReceiptFile {
    std::filesystem::path path;
    Json claim, output, result;
};
/// The receipt beside a file whose SHA-256 is `sha256`. Nothing when there is none; nothing and one sentence in `trouble` when it is damaged or another file's.
/// A receipt is no signature: whoever can write the folder can write one.
std::optional<ReceiptFile> read_receipt(const std::filesystem::path& file, const std::string& sha256, std::string& trouble);

/// True when mien made the file from nothing but what it rendered itself: the receipt names rendered inputs only (drawn or rendered targets, the files that
/// ship with mien), or a scene. Believed where pictures are only shown beside others and no gate is there to look at them; never by a run that paints.
bool made_of_rendered(const ReceiptFile&);

}  // namespace mien
