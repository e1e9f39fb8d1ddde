// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>

#include "media/still.h"
#include "media/writer.h"

namespace mien {
namespace {
struct QualityRow {
    std::string_view encoder, option;
    double at_0, at_100;
    int decimals;
    std::string_view unit;
};
// FaceFusion's scales: a straight line between the two ends, rounded half to even.
constexpr QualityRow video_rows[] = {
    {"libx264", "crf", 51, 0, 0, ""}, {"libx264rgb", "crf", 51, 0, 0, ""}, {"libx265", "crf", 51, 0, 0, ""}, {"libvpx-vp9", "crf", 63, 0, 0, ""},
    {"h264_nvenc", "cq", 51, 0, 0, ""}, {"hevc_nvenc", "cq", 51, 0, 0, ""}, {"h264_amf", "qp_i", 51, 0, 0, ""}, {"hevc_amf", "qp_i", 51, 0, 0, ""},  // and the same for qp_p, qp_b
    {"h264_qsv", "qp", 51, 0, 0, ""}, {"hevc_qsv", "qp", 51, 0, 0, ""},
    {"h264_videotoolbox", "b:v", 1024, 50512, 0, "k"}, {"hevc_videotoolbox", "b:v", 1024, 50512, 0, "k"},
};
constexpr QualityRow audio_rows[] = {
    {"aac", "q:a", 0.1, 2.0, 1, ""},
    {"libmp3lame", "q:a", 9, 0, 0, ""},
    {"libopus", "b:a", 64, 256, 0, "k"},
    {"libvorbis", "q:a", -1, 10, 1, ""},
};
constexpr QualityRow image_rows[] = {{"webp", "q:v", 0, 100, 0, ""}, {"", "q:v", 31, 0, 0, ""}};

struct PresetRow {
    std::string_view encoder, option;
    std::array<std::string_view, 9> values;
};
constexpr std::array<std::string_view, 9> presets{"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"};
constexpr std::array<std::string_view, 9> nvenc{"fast", "fast", "fast", "fast", "fast", "medium", "slow", "slow", "slow"};
constexpr std::array<std::string_view, 9> amf{"speed", "speed", "speed", "balanced", "balanced", "balanced", "quality", "quality", "quality"};
constexpr std::array<std::string_view, 9> qsv{"veryfast", "veryfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"};
constexpr PresetRow preset_rows[] = {
    {"libx264", "preset", presets}, {"libx264rgb", "preset", presets}, {"libx265", "preset", presets}, {"h264_nvenc", "preset", nvenc}, {"hevc_nvenc", "preset", nvenc},
    {"h264_amf", "quality", amf},   {"hevc_amf", "quality", amf},      {"h264_qsv", "preset", qsv},    {"hevc_qsv", "preset", qsv},
};

std::pair<std::string, std::string> option_of(std::span<const QualityRow> rows, std::string_view encoder, int quality) {
    const auto row = std::ranges::find_if(rows, [&](const QualityRow& candidate) { return candidate.encoder == encoder || candidate.encoder.empty(); });
    if (row == rows.end()) return {};
    const double slope = (row->at_100 - row->at_0) / 100.0;
    const double value = slope * std::clamp(quality, 0, 100) + row->at_0;
    const double scale = row->decimals == 1 ? 10.0 : 1.0;
    const double rounded = std::nearbyint(value * scale) / scale;
    return {std::string(row->option), fmt::format("{:.{}f}{}", rounded == 0 ? 0.0 : rounded, row->decimals, row->unit)};
}
}  // namespace

std::pair<std::string, std::string> video_quality_option(std::string_view encoder, int quality) { return option_of(video_rows, encoder, quality); }
std::pair<std::string, std::string> audio_quality_option(std::string_view encoder, int quality) { return option_of(audio_rows, encoder, quality); }
std::pair<std::string, std::string> image_quality_option(std::string_view extension, int quality) { return option_of(image_rows, extension, quality); }

std::pair<std::string, std::string> video_preset_option(std::string_view encoder, std::string_view preset) {
    const auto* const row = std::ranges::find(preset_rows, encoder, &PresetRow::encoder);
    const auto at = std::ranges::find(presets, preset);
    if (row == std::end(preset_rows) || at == presets.end()) return {};
    return {std::string(row->option), std::string(row->values[static_cast<std::size_t>(at - presets.begin())])};
}

Size even_size(Size size, double scale) noexcept {
    const auto even = [&](int edge) { return 2 * static_cast<int>(std::nearbyint(static_cast<int>(edge * scale) / 2.0)); };
    return {even(size.width), even(size.height)};
}

}  // namespace mien
