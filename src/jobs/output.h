// Opening outputs: the only place where files of pictures begin, and it asks for a WritePermit.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "jobs/inputs.h"
#include "media/still.h"
#include "media/writer.h"
#include "pipeline/safeguards.h"

namespace mien {

/// The writer the settings ask for, for frames of this size. `permit` may be null for writers digest and null only; otherwise throws Error{internal}.
/// `composed`: the frames are no longer the target's own picture (WriterOptions::composed).
std::unique_ptr<Writer> open_output(const Settings&, const Target&, Size, const WritePermit* permit, std::vector<std::string>& remarks, bool composed = false);
/// Writes a still with its mark; returns remarks.
std::vector<std::string> write_picture(const Settings&, const Still& like, const Frame&, const WritePermit&, const BeforeStillNamed& = {});

/// Writes a picture of what is true of a rendered frame (regions, depth ...) with the film's mark. Thread-safety: any thread.
void write_truth_picture(const std::filesystem::path&, const Frame&, const WritePermit&);

/// A JPEG with the mark, for a page that holds it.
std::vector<std::byte> encode_picture(const Frame&, const WritePermit&);
/// Writes a page that holds pictures: temporary name, renamed when whole. Throws Error{output}.
void write_page(const std::filesystem::path&, const std::string& html, const WritePermit&, const BeforeNamed& = {});

}  // namespace mien
