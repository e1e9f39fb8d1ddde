// Makes a network for crops of 2S x 2S pixels one for crops of S x S, by rewriting the file.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <span>
#include <string>

namespace mien {

/// A swapper's file whose input "target" [n,3,2S,2S] and first output [n,3,2S,2S] are pictures in -1..1, as one whose "target" and only output are pictures [n,3,S,S]
/// in 0..1: every pixel is doubled going in, and the mean of four comes out. Other inputs stay; other outputs are left out. The size must be fixed in the file, and even.
/// The file may hold what small crops ask of its numbers besides: to a constant X with bytes X_halved_codes and X_halved_steps their product is added (tools/train/average).
/// The file must have been walked before (runtime/onnx_file.h): nothing of it is bounded here. Thread-safety: any thread.
/// Throws Error{models} that names `what` when the file is no such network.
std::string halve_crop(std::span<const std::byte> file, const std::string& what);

}  // namespace mien
