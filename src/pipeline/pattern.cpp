// SPDX-License-Identifier: Apache-2.0
#include "pipeline/pattern.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

#include "base/error.h"
#include "face/align.h"
#include "image/buffer.h"
#include "kernels/blend.h"
#include "kernels/colour.h"

namespace mien {
namespace {

// The 68 points of a face seen from the front, in units of the face's width, origin between the eyes; drawn by hand on a symmetric grid.
constexpr std::array<std::array<double, 2>, 68> face_points{{
    {-.50, -.02}, {-.49, .14}, {-.46, .29}, {-.42, .43}, {-.35, .56}, {-.26, .67}, {-.16, .75}, {-.08, .79}, {.00, .80},
    {.08, .79},   {.16, .75},  {.26, .67},  {.35, .56},  {.42, .43},  {.46, .29},  {.49, .14},  {.50, -.02},
    {-.38, -.17}, {-.31, -.21}, {-.23, -.21}, {-.15, -.19}, {-.08, -.16}, {.08, -.16}, {.15, -.19}, {.23, -.21}, {.31, -.21}, {.38, -.17},
    {.00, -.04},  {.00, .06},  {.00, .16},  {.00, .25},  {-.09, .30}, {-.04, .32}, {.00, .33},  {.04, .32},  {.09, .30},
    {-.29, .00},  {-.24, -.04}, {-.18, -.04}, {-.13, .01}, {-.18, .03}, {-.24, .03}, {.13, .01}, {.18, -.04}, {.24, -.04}, {.29, .00}, {.24, .03}, {.18, .03},
    {-.18, .50},  {-.11, .46}, {-.04, .44}, {.00, .45},  {.04, .44},  {.11, .46},  {.18, .50},  {.11, .55},  {.05, .58},  {.00, .58},  {-.05, .58}, {-.11, .55},
    {-.15, .50},  {-.05, .48}, {.00, .48},  {.05, .48},  {.15, .50},  {.05, .53},  {.00, .53},  {-.05, .53},
}};

/// A triangle wave 0..1..0 over `period` frames: motion without any transcendental function.
double swing(std::int64_t frame, int period) {
    const auto phase = static_cast<double>(frame % period) / period;
    return phase < 0.5 ? 2 * phase : 2 - 2 * phase;
}

Face draw_plan(const PatternSettings& pattern, std::int64_t frame) {
    const double width = pattern.size.height * 0.30;
    const Point origin{pattern.size.width * (0.35 + 0.30 * swing(frame, 100)), pattern.size.height * (0.40 + 0.06 * swing(frame, 60))};
    const double lean = 0.16 * (swing(frame, 80) - 0.5);  // small turn: (1, lean) is its direction
    Face face;
    for (std::size_t i = 0; i < face_points.size(); ++i) {
        const double x = face_points[i][0] * width, y = face_points[i][1] * width;
        face.points68[i] = {origin.x + x - lean * y, origin.y + lean * x + y};
    }
    face.points68_5 = face.points68;
    face.points5 = reduce_to_5(face.points68);
    face.points5_68 = face.points5;
    face.box = bounding_box(face.points68);
    face.box.low.y -= 0.2 * width;
    face.score = face.landmarker_score = 1;
    return face;
}

using Rgb = std::array<std::uint8_t, 3>;

void paint_card(View<std::uint8_t> rgb, std::int64_t frame) {
    constexpr std::array<Rgb, 8> bars{{{191, 191, 191}, {191, 191, 0}, {0, 191, 191}, {0, 191, 0}, {191, 0, 191}, {191, 0, 0}, {0, 0, 191}, {16, 16, 16}}};
    for (int y = 0; y < rgb.size.height; ++y)
        for (int x = 0; x < rgb.size.width; ++x) {
            const bool ramp = y >= rgb.size.height * 7 / 8;
            const Rgb& bar = bars[static_cast<std::size_t>(x * 8 / rgb.size.width)];
            const auto grey = static_cast<std::uint8_t>((x * 255 / rgb.size.width + frame * 3) % 256);
            for (int c = 0; c < 3; ++c) rgb.at(x, y, c) = ramp ? grey : static_cast<std::uint8_t>(48 + bar[static_cast<std::size_t>(c)] / 3);
        }
}

void paint_face(View<std::uint8_t> rgb, const Face& face) {
    const double width = face.points68[16].x - face.points68[0].x;
    const auto scaled = [&](double part) { return std::max(1, static_cast<int>(part * width)); };
    const Rgb skin{214, 170, 140}, dark{60, 40, 36}, white{240, 240, 236}, lips{178, 72, 76};
    Queue& queue = host_queue();
    // The skin: discs from the brow to the chin, narrowing as the jaw does.
    for (int step = 0; step <= 24; ++step) {
        const double t = step / 24.0;
        const Point top{(face.points68[0].x + face.points68[16].x) / 2, face.box.low.y + 0.42 * width};
        const Point chin{face.points68[8].x, face.points68[8].y - 0.22 * width};
        kernels::fill_circle<std::uint8_t>(queue, rgb, {top.x + (chin.x - top.x) * t, top.y + (chin.y - top.y) * t}, scaled(0.52 - 0.28 * t * t), skin);
    }
    const auto chain = [&](int first, int last, bool closed, const Rgb& colour, int thickness) {
        for (int i = first; i < last; ++i)
            kernels::draw_line<std::uint8_t>(queue, rgb, face.points68[static_cast<std::size_t>(i)], face.points68[static_cast<std::size_t>(i + 1)], colour, thickness);
        if (closed) kernels::draw_line<std::uint8_t>(queue, rgb, face.points68[static_cast<std::size_t>(last)], face.points68[static_cast<std::size_t>(first)], colour, thickness);
    };
    for (const std::size_t eye : {0UL, 1UL}) {
        kernels::fill_circle<std::uint8_t>(queue, rgb, face.points5[eye], scaled(0.07), white);
        kernels::fill_circle<std::uint8_t>(queue, rgb, face.points5[eye], scaled(0.035), dark);
    }
    chain(17, 21, false, dark, scaled(0.03));
    chain(22, 26, false, dark, scaled(0.03));
    chain(27, 30, false, dark, scaled(0.015));
    chain(31, 35, false, dark, scaled(0.015));
    chain(48, 59, true, lips, scaled(0.03));
}

class PatternReader final : public Reader {
public:
    PatternReader(const PatternSettings& pattern, const ReaderOptions& options) : pattern_(pattern), rgb_(host_queue(), pattern.size, 3) {
        info_.size = pattern.size;
        info_.format = {Layout::yuv420, 8, false};
        info_.colour = {1, 1, 1, 1, false};
        info_.frame_rate = pattern.frame_rate;
        info_.time_base = {pattern.frame_rate.denominator, pattern.frame_rate.numerator};
        info_.frame_count = pattern.frames;
        info_.duration_s = static_cast<double>(pattern.frames) * static_cast<double>(pattern.frame_rate.denominator) / static_cast<double>(pattern.frame_rate.numerator);
        info_.container = "pattern";
        info_.video_codec = "drawn";
        info_.streams.push_back({0, "video", "drawn", ""});
        next_ = std::max<std::int64_t>(0, options.trim_start.value_or(0));
        end_ = std::min<std::int64_t>(pattern.frames, options.trim_end.value_or(pattern.frames));
    }
    const FilmInfo& info() const noexcept override { return info_; }
    const std::vector<std::string>& remarks() const noexcept override { return remarks_; }
    std::optional<Frame> next() override {
        if (next_ >= end_) return std::nullopt;
        paint_card(rgb_.view(), next_);
        paint_face(rgb_.view(), draw_plan(pattern_, next_));
        Frame frame(info_.format, pattern_.size);
        frame.colour = info_.colour;
        frame.time = {next_, info_.time_base};
        frame.duration = 1;
        frame.number = next_++;
        kernels::from_rgb<std::uint8_t>(host_queue(), rgb_.view(), {0, 0, pattern_.size.width, pattern_.size.height}, kernels::edit_planes<std::uint8_t>(frame));
        return frame;
    }

private:
    PatternSettings pattern_;
    Picture<std::uint8_t> rgb_;
    FilmInfo info_;
    std::vector<std::string> remarks_;
    std::int64_t next_ = 0, end_ = 0;
};

}  // namespace

std::optional<PatternSettings> parse_pattern(std::string_view target) {
    constexpr std::string_view prefix = "pattern:";
    if (!target.starts_with(prefix)) return std::nullopt;
    PatternSettings pattern;
    std::string_view rest = target.substr(prefix.size());
    if (rest.empty()) return pattern;
    std::array<int, 3> numbers{};
    for (std::size_t i = 0; i < 3; ++i) {
        const auto [end, failed] = std::from_chars(rest.data(), rest.data() + rest.size(), numbers[i]);
        const bool last = i == 2, at_end = end == rest.data() + rest.size();
        if (failed != std::errc{} || at_end != last || (!last && *end != 'x'))
            throw Error(Code::usage, fmt::format("\"{}\" is not a test pattern: write pattern:WIDTHxHEIGHTxFRAMES, for example pattern:640x360x75", target));
        if (!last) rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
    }
    pattern.size = {numbers[0], numbers[1]};
    pattern.frames = numbers[2];
    const auto outside = [](int value, int low, int high) { return value < low || value > high; };
    if (outside(numbers[0], 32, 4096) || outside(numbers[1], 32, 4096) || outside(numbers[2], 1, 100000))
        throw Error(Code::usage, fmt::format("\"{}\" is out of range: width and height go from 32 to 4096, frames from 1 to 100000", target));
    return pattern;
}

std::unique_ptr<Reader> open_pattern(const PatternSettings& pattern, const ReaderOptions& options) { return std::make_unique<PatternReader>(pattern, options); }
std::vector<Face> pattern_faces(const PatternSettings& pattern, std::int64_t frame_number) { return {draw_plan(pattern, frame_number)}; }

}  // namespace mien
