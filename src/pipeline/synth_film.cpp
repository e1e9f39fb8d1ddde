// SPDX-License-Identifier: Apache-2.0
#include "pipeline/synth_film.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>

#include "base/error.h"
#include "face/align.h"
#include "kernels/colour.h"
#include "synth/sound_track.h"
#include "synth/truth_file.h"

namespace mien {
namespace {

std::string scene_names() {
    std::string names;
    for (const synth::NamedScene& scene : synth::named_scenes()) names += fmt::format("{}{}", names.empty() ? "" : " ", scene.name);
    return names;
}

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text;
    if (!file) throw Error(Code::bad_input, fmt::format("the scene {} cannot be opened: is the path right?", path));
    // One byte more than a scene may have is enough to refuse it.
    text.resize((8U << 20) + 1);
    file.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(file.gcount()));
    return text;
}

std::int64_t whole_number(std::string_view text, std::string_view what) {
    std::int64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || failed != std::errc{} || end != text.data() + text.size())
        throw Error(Code::usage, fmt::format("{} is \"{}\", and must be a whole number", what, text.substr(0, 40)));
    return value;
}

class SynthReader final : public Reader {
public:
    SynthReader(const synth::Staging& staging, const ReaderOptions& options) : staging_(staging), info_(synth_info(staging, false)), darkroom_(host_queue()) {
        next_ = std::max<std::int64_t>(0, options.trim_start.value_or(0));
        end_ = std::min(std::ssize(staging.frames()), static_cast<std::ptrdiff_t>(options.trim_end.value_or(std::ssize(staging.frames()))));
    }
    const FilmInfo& info() const noexcept override { return info_; }
    const std::vector<std::string>& remarks() const noexcept override { return remarks_; }
    std::optional<Frame> next() override {
        if (next_ >= end_) return std::nullopt;
        const std::int64_t frame = staging_.frames()[static_cast<std::size_t>(next_)];
        const synth::Darkroom::Print print = darkroom_.develop(staging_.at(frame), {false, false});
        return synth_frame(host_queue(), print.picture, info_, frame, next_++);
    }

private:
    const synth::Staging& staging_;
    FilmInfo info_;
    synth::Darkroom darkroom_;
    std::vector<std::string> remarks_;
    std::int64_t next_ = 0, end_ = 0;
};

}  // namespace

synth::Scene read_scene(const SynthOrder& order) {
    const bool file = order.scene.ends_with(".json");
    std::string text;
    if (file) {
        text = read_text(order.scene);
    } else {
        const auto scenes = synth::named_scenes();
        const auto named = std::ranges::find(scenes, order.scene, &synth::NamedScene::name);
        if (named == scenes.end())
            throw Error(Code::usage, fmt::format("\"{}\" is no scene: name a .json file, or one of {}", order.scene.substr(0, 60), scene_names()));
        text = named->json;
    }
    synth::Scene scene;
    try {
        scene = synth::parse_scene(text);
    } catch (const Error& error) {
        throw Error(error.code(), fmt::format("{}: {}", order.scene, error.what()));
    }
    if (!order.people.empty()) synth::set_people(scene, order.people);
    if (order.size) scene.size = *order.size;
    // Frames were counted at the scene's own rate: the film keeps its length at another one.
    if (order.frame_rate) {
        const double seconds = static_cast<double>(scene.frames * scene.frame_rate.denominator) / static_cast<double>(scene.frame_rate.numerator);
        scene.frame_rate = *order.frame_rate;
        scene.frames = std::max<std::int64_t>(
            1, static_cast<std::int64_t>(seconds * static_cast<double>(scene.frame_rate.numerator) / static_cast<double>(scene.frame_rate.denominator) + 0.5));
    }
    if (order.frames) scene.frames = *order.frames;
    try {
        synth::check_scene(scene);
    } catch (const Error& error) {
        throw Error(Code::usage, fmt::format("{}: {}", order.scene, error.what()));
    }
    return scene;
}

std::vector<std::uint32_t> parse_seeds(std::string_view text) {
    std::vector<std::uint32_t> seeds;
    const auto seed = [&](std::string_view part) {
        const std::int64_t value = whole_number(part, "a seed of --people");
        if (value < 0 || value > 4294967295) throw Error(Code::usage, fmt::format("the seed {} of --people goes from 0 to 4294967295", value));
        return value;
    };
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view part = text.substr(0, comma);
        text.remove_prefix(std::min(comma + 1, text.size()));
        const std::size_t dash = part.find('-', 1);
        const std::int64_t first = seed(part.substr(0, dash)), last = dash == std::string_view::npos ? first : seed(part.substr(dash + 1));
        if (last < first) throw Error(Code::usage, fmt::format("\"{}\" of --people runs backwards", part));
        if (last - first >= synth::most_people || std::ssize(seeds) + last - first >= synth::most_people)
            throw Error(Code::usage, fmt::format("--people names more than {} people", synth::most_people));
        for (std::int64_t value = first; value <= last; ++value) seeds.push_back(static_cast<std::uint32_t>(value));
    }
    if (seeds.empty()) throw Error(Code::usage, "--people names nobody: give seeds, as 1,2,7-9");
    return seeds;
}

Size parse_size(std::string_view text) {
    const std::size_t cross = text.find('x');
    if (cross == std::string_view::npos) throw Error(Code::usage, fmt::format("the size \"{}\" is not WIDTHxHEIGHT", text.substr(0, 40)));
    const std::int64_t width = whole_number(text.substr(0, cross), "the width"), height = whole_number(text.substr(cross + 1), "the height");
    if (width < 16 || height < 16 || width > synth::largest_edge || height > synth::largest_edge)
        throw Error(Code::usage, fmt::format("the size {}x{} is out of range: each edge goes from 16 to {}", width, height, synth::largest_edge));
    return {static_cast<int>(width), static_cast<int>(height)};
}

std::optional<SynthOrder> parse_synth(std::string_view target) {
    constexpr std::string_view prefix = "synth:";
    if (!target.starts_with(prefix)) return std::nullopt;
    std::string_view rest = target.substr(prefix.size());
    const std::size_t mark = std::min(rest.find('?'), rest.size());
    SynthOrder order;
    if (mark > 0) order.scene = rest.substr(0, mark);
    rest.remove_prefix(std::min(mark + 1, rest.size()));
    while (!rest.empty()) {
        const std::size_t end = std::min(rest.find('&'), rest.size()), equals = rest.find('=');
        const std::string_view key = rest.substr(0, std::min(equals, end)),
                               value = equals < end ? rest.substr(equals + 1, end - equals - 1) : std::string_view();
        if (key == "people")
            order.people = parse_seeds(value);
        else if (key == "size")
            order.size = parse_size(value);
        else if (key == "frames")
            order.frames = whole_number(value, "frames");
        else if (key == "fps")
            order.frame_rate = synth::parse_frame_rate(value);
        else
            throw Error(Code::usage,
                        fmt::format("\"{}\" of the target {} is not known: people, size, frames and fps are", key.substr(0, 40), target.substr(0, 80)));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return order;
}

FilmInfo synth_info(const synth::Staging& staging, bool rgb) {
    const synth::Scene& scene = staging.scene();
    FilmInfo info;
    info.size = scene.size;
    info.format = rgb ? Format{Layout::rgb, 8, false} : Format{Layout::yuv420, 8, false};
    info.colour = rgb ? Colour{0, 1, 13, 0, true} : Colour{1, 1, 1, 1, false};
    info.frame_rate = scene.frame_rate;
    info.time_base = {scene.frame_rate.denominator, scene.frame_rate.numerator};
    info.frame_count = std::ssize(staging.frames());
    info.duration_s = staging.seconds();
    info.container = "synth";
    info.video_codec = "rendered";
    info.streams.push_back({0, "video", "rendered", ""});
    return info;
}

Frame synth_frame(Queue& queue, View<const std::uint8_t> picture, const FilmInfo& info, std::int64_t frame, std::int64_t number) {
    // Films are coded on the host: what was drawn elsewhere comes here first.
    Picture<std::uint8_t> here;
    if (picture.place == Place::device) {
        here.fit(host_queue(), picture.size, 3);
        for (int y = 0; y < picture.size.height; ++y)
            queue.copy(here.view().row(y), Place::host, picture.row(y), Place::device, static_cast<std::size_t>(picture.size.width) * 3);
        queue.wait();
        picture = here.view();
    }
    Frame out(info.format, info.size);
    out.colour = info.colour;
    out.time = {frame, info.time_base};
    out.duration = 1;
    out.number = number;
    if (info.format.layout == Layout::rgb) {
        const View<std::uint8_t> to = out.edit<std::uint8_t>(0);
        for (int y = 0; y < info.size.height; ++y) std::copy_n(picture.row(y), 3 * info.size.width, to.row(y));
    } else {
        kernels::from_rgb<std::uint8_t>(host_queue(), picture, {0, 0, info.size.width, info.size.height}, kernels::edit_planes<std::uint8_t>(out));
    }
    return out;
}

std::optional<GivenSound> synth_sound(const synth::Staging& staging) {
    const auto track = std::make_shared<synth::SoundTrack>(staging);
    if (track->silent()) return std::nullopt;
    return GivenSound{synth::sound_rate, 1, [track](std::span<std::int16_t> samples) { return track->read(samples); }};
}

std::unique_ptr<Reader> open_synth(const synth::Staging& staging, const ReaderOptions& options) { return std::make_unique<SynthReader>(staging, options); }

std::vector<Face> SynthFaces::operator()(std::int64_t number) {
    if (number < 0 || number >= std::ssize(staging_.frames())) return {};
    const std::lock_guard lock(mutex_);
    const std::int64_t frame = staging_.frames()[static_cast<std::size_t>(number)];
    synth::FramePlan plan = staging_.at(frame);
    plan.parts.resize(1);
    plan.parts.front().weight = 1;
    const synth::Darkroom::Print print = darkroom_.develop(plan, {true, false});
    std::vector<Face> faces;
    for (const synth::TruthRow& row : synth::truth_rows(host_queue(), staging_, plan, print.truth, frame, number)) {
        if (!(row.flags & synth::truth_inside) || row.face.visible_share < 0.1f || synth::magnitude(row.face.yaw) > 80) continue;
        Face face;
        face.points68 = face.points68_5 = row.face.points;
        face.points5 = face.points5_68 = reduce_to_5(face.points68);
        face.box = row.face.box;
        face.score = face.landmarker_score = 1;
        faces.push_back(face);
    }
    return faces;
}

}  // namespace mien
