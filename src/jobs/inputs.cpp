// SPDX-License-Identifier: Apache-2.0
#include "jobs/inputs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/digest.h"
#include "base/error.h"
#include "jobs/packs.h"
#include "jobs/run.h"
#include "kernels/geometry.h"
#include "pipeline/picture.h"

namespace mien {
namespace {

/// A film may take minutes to read: `stop` is asked every few milliseconds, and progress is told in MiB of files that take a moment.
ReceiptInput entry_of(std::string role, const std::filesystem::path& path, const RunEvents& events) {
    const auto refuse = [&] { throw Error(Code::bad_input, fmt::format("cannot read {}: {}", path.string(), std::strerror(errno))); };
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (!file) refuse();
    constexpr std::uintmax_t mib = 1 << 20, a_moment = 64 * mib;
    std::error_code unknown;
    const std::uintmax_t size = std::filesystem::file_size(path, unknown), told = !unknown && size >= a_moment ? size / mib : 0;
    Sha256 sha;
    std::uint64_t bytes = 0;
    std::vector<std::byte> piece(mib);
    while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), file.get())) {
        sha.update(std::span(piece.data(), count));
        bytes += count;
        if (told > 0) events.progress("read", static_cast<std::int64_t>(bytes / mib), static_cast<std::int64_t>(told));
        if (events.stop()) throw Error(Code::interrupted, fmt::format("stopped on request while {} was read: nothing was written under the output's name", path.string()));
    }
    if (std::ferror(file.get())) refuse();
    return {std::move(role), path, sha.finish(), bytes};
}

/// SHA-256 of films and pictures that mien itself rendered and ships: assets/demo/story.mp4, truth.mp4 and source.png.
constexpr std::array<std::string_view, 3> rendered_files{"940d7b438c6bc467ca063771060ad5fbac04237968da0d88f35e36c2e272cf77",
                                                         "9406e653c2e7ea9e73fa434728db35dac2cf21e5d4e4e2c2add0c098097e448a",
                                                         "a17c6e8e99699716df180bc3547f71a28971928815404e94966068529f48df72"};

/// FaceFusion's container rules for video: what each container gets when nothing, or something it cannot hold, was asked for.
struct ContainerRow {
    std::string_view extension, encoder;
    bool only;  ///< no other encoder fits
};
constexpr std::array<ContainerRow, 10> containers{{{".avi", "libx264", false}, {".m4v", "libx264", true}, {".mkv", "libx264", false}, {".mov", "libx264", false},
                                                   {".mp4", "libx264", false}, {".mpeg", "libx264", true}, {".mpg", "libx264", true}, {".mxf", "libx264", true},
                                                   {".webm", "libvpx-vp9", true}, {".wmv", "libx264", true}}};
constexpr std::array<std::string_view, 7> encoders_here{"libx264", "libx264rgb", "libx265", "libvpx-vp9", "ffv1", "prores", "rawvideo"};

/// Also for files that are not there yet: then the names decide.
bool same_file(const std::filesystem::path& first, const std::filesystem::path& second) {
    std::error_code failed;
    if (std::filesystem::equivalent(first, second, failed)) return true;
    return std::filesystem::absolute(first, failed).lexically_normal() == std::filesystem::absolute(second, failed).lexically_normal();
}

}  // namespace

bool is_rendered_file(std::string_view sha256) noexcept { return std::find(rendered_files.begin(), rendered_files.end(), sha256) != rendered_files.end(); }

std::string lower_extension(const std::filesystem::path& path) {
    std::string text = path.extension().string();
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    return text;
}

Target open_target(const Settings& settings) {
    Target target;
    target.path = settings.target;
    if (settings.target.empty()) throw Error(Code::usage, "no target was given: name the film or picture to work on with --target-path");
    target.pattern = parse_pattern(settings.target.string());
    if (target.pattern) {
        target.kind = PlanTarget::Kind::pattern;
        target.info = open_pattern(*target.pattern)->info();
        target.entry = {"target", settings.target, sha256_hex(bytes_of(settings.target.string())), 0};
        target.rendered_by_mien = true;
        return target;
    }
    if (const std::optional<SynthOrder> order = parse_synth(settings.target.string())) {
        target.kind = PlanTarget::Kind::pattern;
        target.staging = std::make_unique<synth::Staging>(host_queue(), read_scene(*order));
        target.staged_faces = std::make_unique<SynthFaces>(*target.staging);
        target.info = synth_info(*target.staging, false);
        target.sound = synth_sound(*target.staging);
        target.entry = {"target", settings.target, order->scene.ends_with(".json") ? digest_file(order->scene).sha256 : sha256_hex(bytes_of(settings.target.string())), 0};
        target.rendered_by_mien = true;
        return target;
    }
    switch (probe_kind(settings.target)) {
        case MediaKind::sound: throw Error(Code::bad_input, fmt::format("{} holds sound but no picture: give a film or a picture as the target", settings.target.string()));
        case MediaKind::picture:
            target.kind = PlanTarget::Kind::still;
            target.still = read_still(settings.target);
            break;
        case MediaKind::film:
            target.kind = PlanTarget::Kind::film;
            target.info = open_film(settings.target)->info();
            break;
    }
    return target;
}

Target identified(Target target, const RunEvents& events) {
    if (target.knows_its_faces()) return target;
    target.entry = entry_of("target", target.path, events);
    target.rendered_by_mien = is_rendered_file(target.entry.sha256);
    return target;
}

std::vector<Face> Target::faces(std::int64_t number) const { return staging ? (*staged_faces)(number) : pattern_faces(*pattern, number); }

std::unique_ptr<Reader> read_target(const Target& target, const ReaderOptions& options) {
    if (target.pattern) return open_pattern(*target.pattern, options);
    if (target.staging) return open_synth(*target.staging, options);
    return open_film(target.path, options);
}

std::unique_ptr<Reader> read_target(const Target& target, const Settings& settings) {
    ReaderOptions options;
    options.trim_start = settings.trim_start;
    options.trim_end = settings.trim_end;
    return read_target(target, options);
}

JobParts::JobParts(const JobOptions& options) : settings(options.settings), store(store_options(options.settings)), gate(store) {}

void JobParts::open_analyser() {
    if (!analyser) analyser = std::make_unique<FaceAnalyser>(store, settings.analysis);
}

void JobParts::open_sources(const std::function<void(const std::string&)>& remark, const RunEvents& events) {
    check_sources(settings);
    PictureScratch pictures;
    FaceAnalyser::Scratch scratch;
    ContentGate::Scratch gate_scratch;
    for (std::size_t i = 0; i < settings.sources.size(); ++i) {
        const std::filesystem::path& path = settings.sources[i];
        const std::string role = fmt::format("source {}", i + 1);
        const MediaKind kind = probe_kind(path);
        if (kind == MediaKind::sound) {
            remark(fmt::format("the sound {} is not used: no processor of this run listens", path.string()));
            continue;
        }
        open_analyser();
        Still still = read_still(path);
        for (const std::string& text : still.remarks) remark(fmt::format("{}: {}", path.string(), text));
        const View<const std::uint8_t> rgb = analysed_picture(host_queue(), still.frame, 0, pictures);
        std::vector<Face> faces = analyser->analyse(host_queue(), rgb, scratch);
        if (faces.empty()) remark(fmt::format("no face was found in the source {}", path.string()));
        if (faces.size() > 1) remark(fmt::format("the source {} holds {} faces: the largest is taken", path.string(), faces.size()));
        ReceiptInput entry = entry_of(role, path, events);
        source_rendered.push_back(is_rendered_file(entry.sha256));
        std::vector<GateSample> samples;
        if (gate.state() != GateState::absent && !source_rendered.back()) samples.push_back(gate.judge(host_queue(), rgb, role, 0, gate_scratch));
        source_samples.push_back(std::move(samples));
        // Sources are looked at as 8-bit RGB from here on.
        Frame frame({Layout::rgb, 8, false}, rgb.size);
        kernels::copy<std::uint8_t>(host_queue(), rgb, frame.edit<std::uint8_t>(0));
        sources.push_back({path, std::move(frame), std::move(faces)});
        source_entries.push_back(std::move(entry));
    }
}

SidecarKey sidecar_key(const Target& target, const JobParts& parts) {
    SidecarKey key;
    key.film_sha256 = target.entry.sha256;
    key.analysis_text = target.knows_its_faces() ? "drawn" : text_of(parts.settings.analysis);
    for (const ModelStore::Opened& network : parts.store.opened()) {
        const bool gate = network.name.starts_with("nsfw_");
        // Processors open their networks later; what is open now belongs to the analysis or the gate.
        (gate ? key.gate_text : key.models_text) += fmt::format("{} {}\n", network.name, network.sha256);
    }
    return key;
}

std::unique_ptr<Sidecar> open_sidecar(const Target& target, const JobParts& parts) {
    const SidecarKey key = sidecar_key(target, parts);
    return std::make_unique<Sidecar>(parts.settings.sidecar.empty() ? default_sidecar_path(key) : parts.settings.sidecar, key);
}

void check_sidecar(const Settings& settings) {
    if (settings.sidecar.empty()) return;
    const auto refuse = [&](std::string_view what) {
        throw Error(Code::usage, fmt::format("--sidecar {} is the {} of this run: the analysis needs a file of its own, choose another name", settings.sidecar.string(), what));
    };
    if (same_file(settings.sidecar, settings.target)) refuse("target");
    if (!settings.output.empty() && same_file(settings.sidecar, settings.output)) refuse("output");
    for (const std::filesystem::path& source : settings.sources)
        if (same_file(settings.sidecar, source)) refuse("source");
}

void check_output_place(const Settings& settings) {
    const std::filesystem::path& output = settings.output;
    if (output.empty()) throw Error(Code::usage, "no output was given: name the file to write with --output-path");
    const std::filesystem::path folder = output.has_parent_path() ? output.parent_path() : std::filesystem::path(".");
    std::error_code failed;
    if (!std::filesystem::is_directory(folder, failed)) throw Error(Code::output, fmt::format("the folder {} of the output is not there: make it first", folder.string()));
    if (::access(folder.c_str(), W_OK) != 0) throw Error(Code::output, fmt::format("the folder {} cannot be written: choose another place for the output", folder.string()));
    if (std::filesystem::is_directory(output, failed)) throw Error(Code::output, fmt::format("the output {} is a folder: name a file", output.string()));
    if (std::filesystem::exists(output, failed) && !std::filesystem::is_regular_file(output, failed))
        throw Error(Code::output, fmt::format("the output {} is not an ordinary file: a result is written beside its place and then renamed, which cannot be done there", output.string()));
    if (same_file(output, settings.target)) throw Error(Code::usage, fmt::format("the output {} is the target itself: choose another name", output.string()));
    for (const std::filesystem::path& source : settings.sources)
        if (same_file(output, source)) throw Error(Code::usage, fmt::format("the output {} is the source itself: choose another name", output.string()));
}

void check_sources(const Settings& settings) {
    for (const std::filesystem::path& path : settings.sources)
        if (probe_kind(path) == MediaKind::film)
            throw Error(Code::bad_input, fmt::format("the source {} is a film: give pictures (or sounds) as sources, and the film as --target-path", path.string()));
}

void check_output(const Settings& settings, PlanTarget::Kind result) {
    const std::filesystem::path& output = settings.output;
    // A digest without a file is handed to the caller as text.
    if (settings.output_settings.writer == "null" || (settings.output_settings.writer == "digest" && output.empty())) return;
    check_output_place(settings);
    if (settings.output_settings.writer != "film") return;
    const std::string extension = lower_extension(output);
    if (result == PlanTarget::Kind::still) {
        constexpr std::array<std::string_view, 5> stills{".png", ".jpg", ".jpeg", ".webp", ".bmp"};
        if (std::find(stills.begin(), stills.end(), extension) == stills.end())
            throw Error(Code::usage, fmt::format("the output {} has an extension that is no picture mien writes: use .png, .jpg, .webp or .bmp", output.string()));
        return;
    }
    if (std::none_of(containers.begin(), containers.end(), [&](const ContainerRow& row) { return row.extension == extension; }))
        throw Error(Code::usage, fmt::format("the output {} has an extension that is no film mien writes: use .mp4, .mov, .mkv, .webm, .avi, .m4v, .mpeg, .mxf or .wmv", output.string()));
}

std::string choose_video_encoder(const Settings& settings, std::vector<std::string>& remarks) {
    const std::string extension = lower_extension(settings.output);
    const auto row = std::find_if(containers.begin(), containers.end(), [&](const ContainerRow& container) { return container.extension == extension; });
    const std::string& asked = settings.output_settings.video_encoder;
    if (asked.empty()) return row == containers.end() ? "libx264" : std::string(row->encoder);
    if (std::find(encoders_here.begin(), encoders_here.end(), asked) == encoders_here.end())
        throw Error(Code::unsupported, fmt::format("the video encoder {} is not built into this mien: use libx264, libx264rgb, libx265, libvpx-vp9, ffv1, prores or rawvideo", asked));
    const bool raw_in_box = asked == "rawvideo" && (extension == ".mkv" || extension == ".mp4");
    const bool vp9_in_mov = asked == "libvpx-vp9" && extension == ".mov";
    if (row != containers.end() && ((row->only && asked != row->encoder) || raw_in_box || vp9_in_mov)) {
        remarks.push_back(fmt::format("{} files cannot hold {}: {} is used", extension, asked, row->encoder));
        return std::string(row->encoder);
    }
    return asked;
}

}  // namespace mien
