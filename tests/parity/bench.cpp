// SPDX-License-Identifier: Apache-2.0
#include "parity/bench.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/digest.h"
#include "base/error.h"
#include "parity/recorder.h"
#include "pipeline/processor.h"

namespace mien::parity {
namespace {

std::filesystem::path folder(const char* variable, const std::filesystem::path& otherwise) {
    const char* value = std::getenv(variable);
    return value && *value ? std::filesystem::path(value) : otherwise;
}

std::string place(const std::string& target, std::optional<std::int64_t> frame) { return frame ? fmt::format("{}#{}", target, *frame) : target; }

bool is_clip(const std::string& target) { return target.ends_with(".mp4") || target.ends_with(".mkv") || target.ends_with(".mov") || target.ends_with(".webm") || target.ends_with(".avi"); }

std::vector<std::string> words_of(const Json& value) {
    std::vector<std::string> out;
    if (value.is_array())
        for (const Json& item : value) out.push_back(item.is_string() ? item.get<std::string>() : item.dump());
    else
        out.push_back(value.is_string() ? value.get<std::string>() : value.dump());
    return out;
}

/// Leaves the points alone where a crowd's were not all kept.
template <std::size_t n> void put_points(const std::vector<double>& values, std::size_t face, std::array<Point, n>& points) {
    if (values.size() < (face + 1) * n * 2) return;
    for (std::size_t i = 0; i < n; ++i) points[i] = {values[(face * n + i) * 2], values[(face * n + i) * 2 + 1]};
}

template <std::size_t n> void take_points(std::vector<double>& values, const std::array<Point, n>& points) {
    for (const Point& point : points) values.insert(values.end(), {point.x, point.y});
}

}  // namespace

Folders find_folders() {
    const std::filesystem::path source = folder("MIEN_SOURCE_DIR", "."), shared = source / ".." / "shared";
    Folders out;
    out.source = source;
    out.goldens = folder("MIEN_GOLDENS", shared / "goldens");
    out.models = folder("MIEN_GOLDENS_MODELS", out.goldens / "models");
    out.data = folder("MIEN_GOLDENS_DATA", shared / "data");
    out.build = folder("MIEN_BUILD_DIR", std::filesystem::temp_directory_path()) / "parity";
    return out;
}

Bench::Bench(Folders given, bool faithful_mode, int worker) : folders(std::move(given)), faithful(faithful_mode), worker_(worker) {
    std::filesystem::create_directories(folders.build);
    store_ = open_store({folders.models}, "models.lock");
    reach_ = std::make_unique<Reach>(*store_);
}

std::unique_ptr<ModelStore> Bench::open_store(std::vector<std::filesystem::path> places, const std::string& lock) const {
    StoreOptions options;
    options.folders = std::move(places);
    options.lock_file = folders.build / fmt::format("{}_{}", worker_, lock);
    std::filesystem::remove(options.lock_file);
    return std::make_unique<ModelStore>(options);
}

ModelStore& Bench::store(const std::string& variant) {
    const std::filesystem::path first = folders.models / "variants" / variant;
    if (variant.empty() || (variant == "safe" && !std::filesystem::exists(first))) return *store_;
    if (!std::filesystem::exists(first)) throw Error(Code::models, "there are no networks of the variant " + variant);
    std::unique_ptr<ModelStore>& kept = variants_[variant];
    if (!kept) kept = open_store({first, folders.models}, "models_" + variant + ".lock");
    return *kept;
}

const Frame& Bench::picture(const std::string& target, std::optional<std::int64_t> frame) {
    Frame& kept = pictures_[place(target, frame)];
    if (kept) return kept;
    if (is_clip(target)) {
        // The reference's frame n is the one a seek to n - 1 gives (fault B11).
        const std::vector<Frame> one = read_clip(folders.data / target, std::max<std::int64_t>(frame.value_or(0) - 1, 0), 1, ClipWay::capture);
        if (one.empty()) throw Error(Code::bad_input, target + " has no such frame.");
        kept = one.front();
    } else {
        kept = read_picture(folders.data / target);
    }
    return kept;
}

const FaceAnalyser& Bench::analyser(const AnalysisSettings& settings) {
    std::unique_ptr<FaceAnalyser>& kept = analysers_[text_of(settings)];
    if (!kept) kept = std::make_unique<FaceAnalyser>(*store_, settings);
    return *kept;
}

const Landmarker& Bench::landmarker(const AnalysisSettings& settings) {
    std::unique_ptr<Landmarker>& kept = landmarkers_[text_of(settings)];
    if (!kept) kept = std::make_unique<Landmarker>(*store_, settings);
    return *kept;
}

const Recogniser& Bench::recogniser(const AnalysisSettings& settings) {
    std::unique_ptr<Recogniser>& kept = recognisers_[text_of(settings)];
    if (!kept) kept = std::make_unique<Recogniser>(*store_, settings);
    return *kept;
}

const std::vector<Face>& Bench::faces(const std::string& target, std::optional<std::int64_t> frame, const AnalysisSettings& settings) {
    const std::string key = place(target, frame) + "\n" + text_of(settings);
    const auto found = faces_.find(key);
    if (found != faces_.end()) return found->second;
    FaceAnalyser::Scratch scratch;
    return faces_[key] = analyser(settings).analyse(host_queue(), picture(target, frame).plane<std::uint8_t>(0), scratch);
}

Settings settings_of(const Case& one, bool faithful) {
    JobOptions options;
    const auto set = [&](const std::string& name, std::span<const std::string> words) {
        const OptionRow* row = find_option(name);
        if (!row) throw Error(Code::usage, "The case sets " + name + ", which is no option here.");
        set_option(*row, words, options);
    };
    for (std::size_t i = 0; i < one.options.size();) {
        std::size_t end = i + 1;
        while (end < one.options.size() && !one.options[end].starts_with("--")) ++end;
        set(one.options[i].substr(2), std::span(one.options).subspan(i + 1, end - i - 1));
        i = end;
    }
    if (one.json.contains("state") && one.json["state"].is_object())
        for (const auto& [name, value] : one.json["state"].items()) set(name, words_of(value));
    options.settings.faithful = faithful;
    options.settings.analysis.classify = true;
    options.settings.pack = "facefusion";  // whatever ships with the program
    settle_options(options);
    options.settings.analysis.faithful = options.settings.selector.faithful = faithful;
    return options.settings;
}

std::vector<Face> recorded_faces(const Group& group, const Stage& stage) {
    std::vector<Face> out(stage.meta.value("count", std::size_t{0}));
    const auto values = [&](const char* name) {
        const Stored* stored = stage.find(name);
        return stored && stored->store != "probe" ? group.load(*stored).values() : std::vector<double>();
    };
    const std::vector<double> box = values("box"), score = values("detector_score"), sure = values("landmarker_score"), p5 = values("points_5"), p5_68 = values("points_5_68"),
                              p68 = values("points_68"), p68_5 = values("points_68_5"), angle = values("angle"), embedding = values("embedding");
    for (std::size_t i = 0; i < out.size(); ++i) {
        Face& face = out[i];
        if (box.size() < (i + 1) * 4 || score.size() <= i || sure.size() <= i || angle.size() <= i) throw Error(Code::unsupported, "The recording keeps too little of these faces to start from them.");
        face.box = {{box[i * 4], box[i * 4 + 1]}, {box[i * 4 + 2], box[i * 4 + 3]}};
        face.score = score[i];
        face.landmarker_score = sure[i];
        face.angle = static_cast<int>(angle[i]);
        put_points(p5, i, face.points5);
        put_points(p5_68, i, face.points5_68);
        put_points(p68, i, face.points68);
        put_points(p68_5, i, face.points68_5);
        if (embedding.size() >= (i + 1) * 512) {
            face.embedding.emplace();
            for (std::size_t k = 0; k < 512; ++k) (*face.embedding)[k] = static_cast<float>(embedding[i * 512 + k]);
        }
        Attributes attributes;
        attributes.gender = stage.meta["gender"][i] == "female" ? Gender::female : Gender::male;
        for (const Race race : {Race::white, Race::black, Race::latino, Race::asian, Race::indian, Race::arabic})
            if (stage.meta["race"][i] == name_of(race)) attributes.race = race;
        attributes.age_start = stage.meta["age"][i][0];
        attributes.age_end = stage.meta["age"][i][1];
        face.attributes = attributes;
    }
    return out;
}

void compare_faces(Report& report, const Group& group, const Case& one, const Stage& stage, std::span<const Face> faces, bool classified) {
    const auto count = static_cast<std::int64_t>(faces.size());
    report.compare(group, one, stage, "count", {stage.meta.value("count", -1.0)}, {static_cast<double>(count)});
    if (count != stage.meta.value("count", std::int64_t{-1})) return;
    std::map<std::string, std::vector<double>> ours;
    std::vector<double> attributes, recorded;
    for (std::size_t i = 0; i < faces.size(); ++i) {
        const Face& face = faces[i];
        for (const double value : {face.box.low.x, face.box.low.y, face.box.high.x, face.box.high.y}) ours["box"].push_back(value);
        ours["detector_score"].push_back(face.score);
        ours["landmarker_score"].push_back(face.landmarker_score);
        ours["angle"].push_back(face.angle);
        take_points(ours["points_5"], face.points5);
        take_points(ours["points_5_68"], face.points5_68);
        take_points(ours["points_68"], face.points68);
        take_points(ours["points_68_5"], face.points68_5);
        if (face.embedding) ours["embedding"].insert(ours["embedding"].end(), face.embedding->begin(), face.embedding->end());
        if (classified && face.attributes) {
            const Attributes& a = *face.attributes;
            attributes.insert(attributes.end(), {static_cast<double>(stage.meta["gender"][i] == name_of(a.gender)), static_cast<double>(stage.meta["race"][i] == name_of(a.race)),
                                                 static_cast<double>(a.age_start), static_cast<double>(a.age_end)});
            recorded.insert(recorded.end(), {1, 1, stage.meta["age"][i][0].get<double>(), stage.meta["age"][i][1].get<double>()});
        }
    }
    for (const Stored& stored : stage.arrays) {
        std::vector<double>& values = ours[stored.name];
        if (stored.name == "embedding") values.resize(std::min(values.size(), static_cast<std::size_t>(stored.count())));  // only the first face's is kept
        report.compare(group, one, stage, stored, array_of(std::span<const double>(values), {static_cast<std::int64_t>(values.size())}));
    }
    if (!recorded.empty()) report.compare(group, one, stage, "attributes", recorded, attributes);
}

bool check_decoded(Report& report, const Group& group, const Case& one, const Frame& picture) {
    if (!one.decoded_crc || picture_crc(picture.plane<std::uint8_t>(0)) == *one.decoded_crc) return true;
    report.fail(group, one, "decoded", one.target + " decodes to other pixels than the recorded ones");
    return false;
}

std::string missing_processors(const Settings& settings) {
    std::string out;
    for (const std::string& name : settings.processors) {
        bool there = false;
        for (const ProcessorRow& row : processors()) there = there || (row.name == name && row.open);
        if (!there) out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

int arrays_of(const Case& one) {
    int out = 0;
    for (const Stage& stage : one.stages) out += static_cast<int>(stage.arrays.size());
    return out;
}

}  // namespace mien::parity
