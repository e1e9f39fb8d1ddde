// SPDX-License-Identifier: Apache-2.0
#include "jobs/truth_folder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/error.h"
#include "image/buffer.h"
#include "jobs/output.h"
#include "jobs/synth.h"

namespace mien {
namespace {

/// A plane on the host: itself, or a copy.
template <class T>
View<const T> on_host(Queue& queue, View<const T> plane, Picture<T>& copy) {
    if (plane.place == Place::host) return plane;
    copy.fit(host_queue(), plane.size, plane.channels);
    for (int y = 0; y < plane.size.height; ++y)
        queue.copy(copy.view().row(y), Place::host, plane.row(y), Place::device,
                   sizeof(T) * static_cast<std::size_t>(plane.size.width) * static_cast<std::size_t>(plane.channels));
    queue.wait();
    return copy.view();
}

Frame bytes_frame(Queue& queue, View<const std::uint8_t> plane) {
    Picture<std::uint8_t> copy;
    const View<const std::uint8_t> here = on_host(queue, plane, copy);
    Frame frame({Layout::gray, 8, false}, plane.size);
    for (int y = 0; y < plane.size.height; ++y) std::copy_n(here.row(y), plane.size.width, frame.edit<std::uint8_t>(0).row(y));
    return frame;
}

std::uint16_t word(float value) { return static_cast<std::uint16_t>(std::clamp(value + 0.5f, 0.0f, 65535.0f)); }

// Tenths of a millimetre; 0 where there is nothing.
Frame depth_frame(Queue& queue, View<const float> plane) {
    Picture<float> copy;
    const View<const float> here = on_host(queue, plane, copy);
    Frame frame({Layout::gray, 16, false}, plane.size);
    const View<std::uint16_t> to = frame.edit<std::uint16_t>(0);
    for (int y = 0; y < plane.size.height; ++y)
        for (int x = 0; x < plane.size.width; ++x) to.at(x, y) = here.at(x, y) > 0 ? word(10 * here.at(x, y)) : std::uint16_t{0};
    return frame;
}

// 32768 is 0, one is 32767 apart; black where there is nothing.
Frame normals_frame(Queue& queue, View<const float> plane) {
    Picture<float> copy;
    const View<const float> here = on_host(queue, plane, copy);
    Frame frame({Layout::rgb, 16, false}, plane.size);
    const View<std::uint16_t> to = frame.edit<std::uint16_t>(0);
    for (int y = 0; y < plane.size.height; ++y)
        for (int x = 0; x < plane.size.width; ++x) {
            const bool there = here.at(x, y, 0) != 0 || here.at(x, y, 1) != 0 || here.at(x, y, 2) != 0;
            for (int c = 0; c < 3; ++c) to.at(x, y, c) = there ? word(32768 + 32767 * here.at(x, y, c)) : std::uint16_t{0};
        }
    return frame;
}

// Red and green: 32768 + 64 times the pixels to the right and down; blue: 65535 where it is known.
Frame flow_frame(Queue& queue, View<const float> plane, bool known) {
    Frame frame({Layout::rgb, 16, false}, plane.size);
    const View<std::uint16_t> to = frame.edit<std::uint16_t>(0);
    Picture<float> copy;
    const View<const float> here = known ? on_host(queue, plane, copy) : plane;
    for (int y = 0; y < plane.size.height; ++y)
        for (int x = 0; x < plane.size.width; ++x) {
            for (int c = 0; c < 2; ++c) to.at(x, y, c) = known ? word(32768 + 64 * here.at(x, y, c)) : std::uint16_t{32768};
            to.at(x, y, 2) = known ? 65535 : 0;
        }
    return frame;
}

constexpr std::array<std::string_view, 6> names{"regions", "face", "alpha", "depth", "normals", "flow"};

}  // namespace

std::vector<std::string_view> truth_picture_names() { return {names.begin(), names.end()}; }

TruthFolder::TruthFolder(const std::filesystem::path& path, std::vector<std::string> kinds, const std::string& facts, const WritePermit& permit)
    : path_(path), file_(path / "truth.mien"), kinds_(std::move(kinds)), permit_(permit) {
    for (const std::string& kind : kinds_)
        if (std::ranges::find(names, kind) == names.end())
            throw Error(Code::usage, fmt::format("--pictures knows no {}: choose from regions, face, alpha, depth, normals and flow", kind));
    make_folder(path_);
    for (const std::string& kind : kinds_) make_folder(path_ / kind);
    columns_ = std::make_unique<synth::TruthWriter>(file_, facts);
}

TruthFolder::~TruthFolder() {
    if (kept_) return;
    columns_.reset();
    std::error_code ignored;
    for (const std::filesystem::path& file : written_) std::filesystem::remove(file, ignored);
    // Folders that were made here and hold nothing else; the last made first.
    for (auto folder = made_.rbegin(); folder != made_.rend(); ++folder) std::filesystem::remove(*folder, ignored);
}

void TruthFolder::make_folder(const std::filesystem::path& path) {
    std::error_code failed;
    if (std::filesystem::is_directory(path, failed)) return;
    if (!std::filesystem::create_directory(path, failed))
        throw Error(Code::output, fmt::format("the folder {} cannot be made: {}", path.string(), failed ? failed.message() : "something else has its name"));
    made_.push_back(path);
}

bool TruthFolder::wants(std::string_view kind) const { return std::ranges::find(kinds_, kind) != kinds_.end(); }

std::filesystem::path TruthFolder::twins() {
    make_folder(path_ / "twins");
    return path_ / "twins";
}

void TruthFolder::pictures(Queue& queue, const synth::Rendered& truth, bool has_flow, std::int64_t position) {
    for (const std::string& kind : kinds_) {
        const std::filesystem::path file = path_ / kind / fmt::format("{:06}.png", position);
        write_truth_picture(file,
                            kind == "regions"   ? bytes_frame(queue, truth.regions)
                            : kind == "face"    ? bytes_frame(queue, truth.face)
                            : kind == "alpha"   ? bytes_frame(queue, truth.alpha)
                            : kind == "depth"   ? depth_frame(queue, truth.depth)
                            : kind == "normals" ? normals_frame(queue, truth.normals)
                                                : flow_frame(queue, has_flow ? truth.flow : truth.depth, has_flow),
                            permit_);
        const std::lock_guard lock(mutex_);
        written_.push_back(file);
    }
}

void TruthFolder::finish() {
    columns_->finish();
    kept_ = true;
}

}  // namespace mien
