// The renderer against itself: every plane of every case, drawn by the host and by a device, must have the same bytes.
//   twins_synth [--device N] [--only PART] [--sums FILE [--bless]] [--scenes N] [--bench]
// --scenes draws N frames, spread over the film, of each of the scenes that come with mien instead of the cases, as `mien synth` does: blur, dissolves, flow.
// --sums compares digests of the host's planes with a file. --bench prints JSON lines: frames per second of the host or, with --device, of that device.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <fstream>
#include <stdexcept>
#include <string>

#include "base/digest.h"
#include "synth/darkroom.h"
#include "synth/scene.h"
#include "twins/synth_cases.h"

namespace mien::twins {
namespace {

struct Options {
    int device = -1;
    std::string only, sums;
    int scene_frames = 0;  ///< 0: the cases
    bool bless = false, bench = false;
};

using Planes = std::vector<std::pair<std::string_view, std::vector<std::byte>>>;

template <class T>
void fetch(Queue& queue, Planes& planes, std::string_view name, const T* data, std::size_t count) {
    std::vector<std::byte> bytes(count * sizeof(T));
    if (data != nullptr && count > 0) queue.copy(bytes.data(), Place::host, data, queue.place(), bytes.size());
    queue.wait();
    planes.emplace_back(name, std::move(bytes));
}
template <class T>
void fetch(Queue& queue, Planes& planes, std::string_view name, const View<const T>& view) {
    fetch(queue, planes, name, view.data,
          static_cast<std::size_t>(view.size.width) * static_cast<std::size_t>(view.size.height) * static_cast<std::size_t>(view.channels));
}

void fetch_truth(Queue& queue, Planes& planes, const synth::Rendered& drawn, std::size_t people) {
    fetch(queue, planes, "light", drawn.light);
    fetch(queue, planes, "alpha", drawn.alpha);
    fetch(queue, planes, "regions", drawn.regions);
    fetch(queue, planes, "who", drawn.who);
    fetch(queue, planes, "face", drawn.face);
    fetch(queue, planes, "depth", drawn.depth);
    fetch(queue, planes, "normals", drawn.normals);
    fetch(queue, planes, "flow", drawn.flow);
    fetch(queue, planes, "faces", drawn.faces, people);
}

Planes draw(Queue& queue, synth::Renderer& renderer, Cast& cast, const SynthCase& row) {
    const std::vector<synth::Shot> shots = row.shots(cast, 0), next = row.shots(cast, 1);
    const synth::Rendered drawn = renderer.draw_stack(shots, {true, true}, next);
    std::size_t people = 0;
    for (const synth::Shot& shot : shots) people += shot.performers.size();
    Planes planes;
    fetch(queue, planes, "picture", drawn.picture);
    fetch_truth(queue, planes, drawn, people);
    // An exposure of several moments.
    const synth::Exposure moments[3] = {{shots.data(), 0.5f}, {next.data(), 0.3f}, {shots.data(), 0.2f}};
    fetch(queue, planes, "exposure", renderer.draw(std::span(moments), {false, false}).picture);
    return planes;
}

std::uint64_t differing(const std::vector<std::byte>& a, const std::vector<std::byte>& b) {
    if (a.size() != b.size()) return std::max(a.size(), b.size());
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < a.size(); ++i) count += a[i] != b[i];
    return count;
}

std::map<std::string, std::string> read_sums(const std::string& path) {
    std::map<std::string, std::string> sums;
    std::ifstream file(path);
    for (std::string name, sum; file >> name >> sum;) sums[name] = sum;
    return sums;
}
int judge_sums(const Options& options, const std::map<std::string, std::string>& found) {
    if (options.bless) {
        std::ofstream file(options.sums);
        for (const auto& [name, sum] : found) file << name << ' ' << sum << '\n';
        file.flush();
        if (!file) throw std::runtime_error(fmt::format("{} cannot be written", options.sums));
        fmt::print("{} digests written to {}\n", found.size(), options.sums);
        return 0;
    }
    const std::map<std::string, std::string> known = read_sums(options.sums);
    int wrong = 0;
    for (const auto& [name, sum] : found) {
        const auto there = known.find(name);
        if (there != known.end() && there->second == sum) continue;
        ++wrong;
        fmt::print("{}: {}: run twins_synth --sums {} --bless and look at the change\n", name, there == known.end() ? "no digest" : "drawn differently",
                   options.sums);
    }
    for (const auto& [name, sum] : known)
        if (!found.contains(name) && name.find(options.only) != std::string::npos) {
            fmt::print("{}: has a digest but no plane\n", name);
            ++wrong;
        }
    fmt::print("{} digests compared with {}, {} wrong\n", found.size(), options.sums, wrong);
    return wrong > 0;
}

int compare_all(const Options& options, Queue* device) {
    Queue& host = host_queue();
    synth::Renderer here(host);
    Cast cast(host);
    std::unique_ptr<synth::Renderer> there;
    std::unique_ptr<Cast> device_cast;
    if (device != nullptr) {
        there = std::make_unique<synth::Renderer>(*device);
        device_cast = std::make_unique<Cast>(*device);
    }
    std::map<std::string, std::string> sums;
    std::uint64_t bytes = 0, wrong = 0, cases = 0;
    fmt::print("{:<20} | {:>12} | {:>9}\n", "case", "bytes", "differing");
    for (const SynthCase& row : synth_cases()) {
        if (row.name.find(options.only) == std::string_view::npos) continue;
        ++cases;
        const Planes expected = draw(host, here, cast, row);
        // Drawn again, with whatever the first time left in memory; and on the device.
        const Planes again = draw(host, here, cast, row);
        const Planes found = device != nullptr ? draw(*device, *there, *device_cast, row) : Planes{};
        std::uint64_t case_bytes = 0, case_wrong = 0;
        std::string fault;
        for (std::size_t p = 0; p < expected.size(); ++p) {
            const auto& [name, plane] = expected[p];
            Xxh3 digest;
            digest.update(plane);
            sums[fmt::format("{}.{}", row.name, name)] = digest.hex();
            const std::uint64_t twice = differing(plane, again[p].second), elsewhere = found.empty() ? 0 : differing(plane, found[p].second);
            case_bytes += plane.size();
            case_wrong += twice + elsewhere;
            if (twice > 0) fault += fmt::format("  {}: {} of {} on the host again", name, twice, plane.size());
            if (elsewhere > 0) fault += fmt::format("  {}: {} of {} on the device", name, elsewhere, plane.size());
        }
        bytes += case_bytes;
        wrong += case_wrong;
        fmt::print("{:<20} | {:>12} | {:>9}{}\n", row.name, case_bytes, case_wrong, fault);
        std::fflush(stdout);
    }
    fmt::print("{:<20} | {:>12} | {:>9}\n", fmt::format("{} cases", cases), bytes, wrong);
    const int wrong_sums = options.sums.empty() ? 0 : judge_sums(options, sums);
    return wrong > 0 || wrong_sums > 0 || cases == 0;
}

/// A scene made ready on a queue, and what draws its frames there.
struct Stage {
    Stage(Queue& on, const synth::Scene& scene) : queue(on), staging(on, scene), darkroom(on) {}
    Planes draw(std::int64_t number) {
        const synth::FramePlan plan = staging.at(number, true);
        const synth::Darkroom::Print print = darkroom.develop(plan, {true, plan.next.has_value()});
        Planes planes;
        fetch(queue, planes, "picture", print.picture);
        fetch_truth(queue, planes, print.truth, plan.parts.front().shot.performers.size());
        return planes;
    }
    Queue& queue;
    synth::Staging staging;
    synth::Darkroom darkroom;
};

int compare_scenes(const Options& options, Queue* device) {
    std::uint64_t bytes = 0, wrong = 0, scenes = 0;
    fmt::print("{:<20} | {:>6} | {:>12} | {:>9} | digest of the pictures\n", "scene", "frames", "bytes", "differing");
    for (const synth::NamedScene& row : synth::named_scenes()) {
        if (row.name.find(options.only) == std::string_view::npos) continue;
        ++scenes;
        const synth::Scene scene = synth::parse_scene(row.json);
        Stage here(host_queue(), scene);
        const std::unique_ptr<Stage> there = device != nullptr ? std::make_unique<Stage>(*device, scene) : nullptr;
        const std::vector<std::int64_t>& frames = here.staging.frames();
        const auto count = std::min<std::int64_t>(options.scene_frames, std::ssize(frames));
        std::uint64_t scene_bytes = 0, scene_wrong = 0;
        Xxh3 pictures;
        for (std::int64_t i = 0; i < count; ++i) {
            const std::int64_t number = frames[static_cast<std::size_t>(i * std::ssize(frames) / count)];
            const Planes expected = here.draw(number), found = there ? there->draw(number) : Planes{};
            pictures.update(expected.front().second);
            for (std::size_t p = 0; p < expected.size(); ++p) {
                scene_bytes += expected[p].second.size();
                if (there) scene_wrong += differing(expected[p].second, found[p].second);
            }
        }
        bytes += scene_bytes;
        wrong += scene_wrong;
        fmt::print("{:<20} | {:>6} | {:>12} | {:>9} | {}\n", row.name, count, scene_bytes, scene_wrong, pictures.hex());
        std::fflush(stdout);
    }
    fmt::print("{:<20} | {:>6} | {:>12} | {:>9} |\n", fmt::format("{} scenes", scenes), "", bytes, wrong);
    return wrong > 0 || scenes == 0;
}

/// Frames per second of a stack of portraits with all truth but flow: of wall time on a device, of the processor's time on the host, whose one thread may have
/// to share its core.
double speed(Queue& queue, Cast& cast, Size size, float zoom, int stack, int detail, bool truth) {
    const auto now = [&queue] {
        if (queue.place() == Place::host) return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
        return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
    };
    synth::Renderer renderer(queue);
    std::vector<synth::Shot> shots;
    for (int i = 0; i < stack; ++i) {
        shots.push_back(portrait(cast.person(1 + static_cast<std::uint32_t>(i) % 8, {}, detail), size, zoom));
        shots.back().sensor.noise = 2;
        shots.back().background.scenery = static_cast<synth::Scenery>(i % 6);
    }
    renderer.draw_stack(shots, {truth, false});
    queue.wait();
    int frames = 0, round = 0;
    const double start = now();
    double seconds = 0;
    do {
        ++round;
        for (synth::Shot& shot : shots) shot.performers[0].pose.yaw = static_cast<float>(round % 40 - 20);
        renderer.draw_stack(shots, {truth, false});
        queue.wait();
        frames += stack;
        seconds = now() - start;
    } while (seconds < 2);
    return frames / seconds;
}
int bench(Queue& queue) {
    Cast cast(queue);
    const bool host = queue.place() == Place::host;
    struct Row {
        Size size;
        float zoom;
        int stack, detail;
    };
    std::vector<Row> rows{{{640, 360}, 0.85f, 1, 1}, {{128, 128}, 1.1f, 1, 2}, {{128, 128}, 1.1f, 1, 1}};
    if (!host)
        rows.insert(rows.end(),
                    {{{640, 360}, 0.85f, 16, 1}, {{128, 128}, 1.1f, 16, 2}, {{128, 128}, 1.1f, 64, 2}, {{128, 128}, 1.1f, 256, 2}, {{128, 128}, 1.1f, 64, 1}});
    for (const Row& row : rows)
        for (const bool truth : {true, false}) {
            fmt::print("{{\"place\": \"{}\", \"width\": {}, \"height\": {}, \"stack\": {}, \"detail\": {}, \"truth\": {}, \"frames_per_s\": {:.1f}}}\n",
                       host ? "host" : "device", row.size.width, row.size.height, row.stack, row.detail, truth,
                       speed(queue, cast, row.size, row.zoom, row.stack, row.detail, truth));
            std::fflush(stdout);
        }
    return 0;
}

Options parse(int count, char** words) {
    Options options;
    for (int i = 1; i < count; ++i) {
        const std::string_view word = words[i];
        const auto value = [&]() -> const char* {
            if (i + 1 >= count) throw std::runtime_error(fmt::format("{} needs a value", word));
            return words[++i];
        };
        if (word == "--device")
            options.device = std::atoi(value());
        else if (word == "--only")
            options.only = value();
        else if (word == "--sums")
            options.sums = value();
        else if (word == "--scenes")
            options.scene_frames = std::max(1, std::atoi(value()));
        else if (word == "--bless")
            options.bless = true;
        else if (word == "--bench")
            options.bench = true;
        else
            throw std::runtime_error(fmt::format("unknown option {}", word));
    }
    return options;
}

}  // namespace
}  // namespace mien::twins

int main(int count, char** words) try {
    const mien::twins::Options options = mien::twins::parse(count, words);
    const std::unique_ptr<mien::Queue> device = options.device >= 0 ? mien::open_cuda_queue(options.device) : nullptr;
    if (options.bench) return mien::twins::bench(device ? *device : mien::host_queue());
    if (options.scene_frames > 0) return mien::twins::compare_scenes(options, device.get());
    return mien::twins::compare_all(options, device.get());
} catch (const std::exception& error) {
    fmt::print(stderr, "twins_synth: {}\n", error.what());
    return 2;
}
