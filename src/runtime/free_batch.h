// Makes the fixed batch of 1 of a network file free, by rewriting the file.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "runtime/onnx_file.h"

namespace mien {

/// Whether an input holds one item per step of its first extent: two or more extents, the first one free or 1. Single values and lists of
/// one extent (a weight, a direction) are shared by all items.
bool carries_items(const OnnxPort&) noexcept;

/// The file with a free first extent at all inputs that carry items, and with the constants that repeat the 1 inside it made to follow:
/// targets of Reshape, sizes of Resize and Expand, a Slice of the first item, constants joined to items by Concat. Empty when the file gives
/// nothing to free. The result is a proposal: whether it computes the same is for a probe to show. Thread-safety: any thread.
std::optional<std::string> free_batch(std::span<const std::byte> file, const OnnxSummary&);

}  // namespace mien
