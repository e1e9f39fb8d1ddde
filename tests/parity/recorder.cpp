// SPDX-License-Identifier: Apache-2.0
#include "parity/recorder.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/digest.h"
#include "parity/bench.h"

namespace mien::parity {
namespace {

bool is_picture(const Shape& shape, Element element) noexcept {
    const int last = shape.rank - 1;
    return (shape.rank == 3 || shape.rank == 4) && shape[last] == 3 && shape[last - 1] > 4 && shape[last - 2] > 4 && element != Element::i64;
}

template <class T> void swap_channels(Array& array) {
    T* at = reinterpret_cast<T*>(array.bytes.data());
    for (std::int64_t i = 0; i < array.count(); i += 3) std::swap(at[i], at[i + 2]);
}

std::vector<double> numbers_of(const Json& json) {
    std::vector<double> out;
    if (json.is_number()) out.push_back(json.get<double>());
    if (json.is_array())
        for (const Json& item : json) {
            const std::vector<double> inner = numbers_of(item);
            out.insert(out.end(), inner.begin(), inner.end());
        }
    return out;
}

}  // namespace

const Array* Heard::find(std::string_view name) const noexcept {
    for (const auto& [key, array] : arrays)
        if (key == name) return &array;
    return nullptr;
}

Array array_of(const Tensor& data, bool swap) {
    Array out{data.element, data.element == Element::u8, {data.shape.extent.begin(), data.shape.extent.begin() + data.shape.rank}, {}};
    out.bytes.resize(data.bytes());
    if (!out.bytes.empty()) std::memcpy(out.bytes.data(), data.data, out.bytes.size());
    if (!swap) return out;
    if (data.element == Element::u8) swap_channels<std::uint8_t>(out);
    if (data.element == Element::f32) swap_channels<float>(out);
    if (data.element == Element::f64) swap_channels<double>(out);
    return out;
}

template <class T> Array array_of(View<const T> view, bool swap) {
    Array out{element_of<T>(), true, {view.size.height, view.size.width}, {}};
    if (view.channels > 1) out.shape.push_back(view.channels);
    const std::size_t row_bytes = static_cast<std::size_t>(view.size.width * view.channels) * sizeof(T);
    out.bytes.resize(row_bytes * static_cast<std::size_t>(view.size.height));
    for (int y = 0; y < view.size.height; ++y) std::memcpy(out.bytes.data() + row_bytes * static_cast<std::size_t>(y), view.row(y), row_bytes);
    if (swap && view.channels == 3) swap_channels<T>(out);
    return out;
}
template Array array_of(View<const std::uint8_t>, bool);
template Array array_of(View<const float>, bool);

template <class T> Array array_of(std::span<const T> values, std::vector<std::int64_t> shape) {
    Array out{element_of<T>(), false, std::move(shape), {}};
    out.bytes.resize(values.size_bytes());
    if (!values.empty()) std::memcpy(out.bytes.data(), values.data(), values.size_bytes());
    return out;
}
template Array array_of(std::span<const float>, std::vector<std::int64_t>);
template Array array_of(std::span<const double>, std::vector<std::int64_t>);
template Array array_of(std::span<const std::int32_t>, std::vector<std::int64_t>);

Array histogram_of(View<const std::uint8_t> rgb) {
    std::vector<std::int32_t> bins(192);
    for (int y = 0; y < rgb.size.height; ++y)
        for (int x = 0; x < rgb.size.width; ++x)
            for (int c = 0; c < 3; ++c) ++bins[static_cast<std::size_t>((2 - c) * 64 + rgb.at(x, y, c) / 4)];
    return array_of(std::span<const std::int32_t>(bins), {3, 64});
}

void Recorder::stage(std::string_view name, std::string_view subject) { heard_.push_back({std::string(name), std::string(subject), {}, false}); }

void Recorder::array(std::string_view name, const Tensor& data) {
    if (heard_.empty()) heard_.push_back({});
    std::string key(name);
    std::replace(key.begin(), key.end(), ':', '_');
    heard_.back().arrays.emplace_back(key, array_of(data, heard_.back().stage != "model" && is_picture(data.shape, data.element)));
}

namespace {

bool fits_stage(const Heard& heard, const Stage& stage, const std::string& subject) {
    return heard.stage == stage.name && (subject.empty() || heard.subject.empty() || heard.subject == subject);
}

/// Warps of one template follow each other in another order where the engine does things once: the one that starts from the recorded points is meant.
bool starts_alike(const Group& group, const Heard& heard, const Stage& stage) {
    const Stored* recorded = stage.find("points");
    const Array* ours = heard.find("points");
    if (stage.name != "warp_points" || !recorded || !ours || ours->count() != recorded->count()) return true;
    const Stored* crop = stage.find("crop");
    if (crop && heard.find("crop") && heard.find("crop")->count() != crop->count()) return false;
    const std::vector<double> there = group.load(*recorded).values(), here = ours->values();
    for (std::size_t i = 0; i < here.size(); ++i)
        if (std::abs(here[i] - there[i]) > 1) return false;
    return true;
}

/// Above this edge the reference rejects outliers by pixels of the crop, and everything after follows from that (fault B6).
bool above_768(const Stage& stage) { return stage.name == "warp_points" && stage.meta.contains("size") && stage.meta["size"][0].get<int>() > 768; }

/// A landmarker's crop is made once per face here and once per landmarker there: the one whose map is meant, or what follows the one met last.
Heard* find_landmarker_crop(const Group& group, const Stage& stage, std::vector<Heard>& all) {
    Heard* last = nullptr;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].stage != "warp_translation") continue;
        if (stage.name == "contrast") {
            if (all[i].used && i + 1 < all.size() && all[i + 1].stage == "contrast") last = &all[i + 1];
            continue;
        }
        const Stored* recorded = stage.find("matrix");
        const Array* ours = all[i].find("matrix");
        if (!recorded || !ours || ours->count() != 6) continue;
        const std::vector<double> there = group.load(*recorded).values();
        if (std::abs(there[0] - ours->value(0)) < 1e-3 * std::abs(there[0]) && std::abs(there[2] - ours->value(2)) < 1 && std::abs(there[5] - ours->value(5)) < 1) {
            for (Heard& heard : all) heard.used = heard.used && heard.stage != "warp_translation";
            return &all[i];
        }
    }
    return last;
}

Heard* find_heard(const Group& group, const Stage& stage, std::vector<Heard>& all) {
    const std::string subject = stage.subject();
    if (stage.name == "warp_translation" || stage.name == "contrast")
        if (Heard* crop = find_landmarker_crop(group, stage, all)) return crop;
    Heard *first = nullptr, *last = nullptr;
    for (Heard& heard : all) {
        if (!fits_stage(heard, stage, subject)) continue;
        last = &heard;
        if (heard.used) continue;
        if (!first) first = &heard;
        if (starts_alike(group, heard, stage)) return &heard;
    }
    return first ? first : last;
}

/// The numbers of a stage's meta that ours holds under the same name; scores and factors are of the networks' precision.
void compare_meta(Report& report, const Group& group, const Case& one, const Stage& recorded, const Stage& labelled, const Heard& found) {
    for (const auto& [key, value] : recorded.meta.items()) {
        const Array* ours = found.find(key);
        if (ours && (value.is_number() || value.is_array()))
            report.compare(group, one, labelled, key, numbers_of(value), ours->values(), key == "score" || key == "factor" ? 1e-4 : key.ends_with("_threshold") ? 1e-9 : 0);
    }
    const Array* boxes = found.find("boxes");
    if (recorded.name == "selected" && boxes && recorded.meta.contains("count"))
        report.compare(group, one, labelled, "count", {recorded.meta["count"].get<double>()}, {static_cast<double>(boxes->shape.empty() ? 0 : boxes->shape[0])});
}

/// Where both matrices put the recorded points.
void compare_mapped_points(Report& report, const Group& group, const Case& one, const Stage& recorded, const Stage& labelled, const Heard& found) {
    const Stored *matrix = recorded.find("matrix"), *points = recorded.find("points");
    const Array* ours = found.find("matrix");
    if (recorded.name != "warp_points" || !matrix || !points || !ours) return;
    const std::vector<double> m = group.load(*matrix).values(), own = ours->values(), p = group.load(*points).values();
    if (m.size() != 6 || own.size() != 6) return;
    std::vector<double> here, there;
    for (std::size_t i = 0; i + 1 < p.size(); i += 2)
        for (std::size_t row = 0; row < 6; row += 3) {
            here.push_back(own[row] * p[i] + own[row + 1] * p[i + 1] + own[row + 2]);
            there.push_back(m[row] * p[i] + m[row + 1] * p[i + 1] + m[row + 2]);
        }
    report.compare(group, one, labelled, "mapped points", there, here, 1e-3);
}

/// Other answers a detector's candidates may come from, and what its networks' own limit is worth in pixels of the picture.
Leeway leeway_of(Bench& bench, const Stage& stage, const Stored& stored, const Heard& found, Recorder& recorder) {
    if (stage.name == "model" && stored.name.starts_with("out_")) return {bench.reach().output(found, stored.name)};
    if (stage.name != "detect_candidates" || !recorder.analysis || !stage.meta.contains("frame_size")) return {};
    // The networks heard between the candidates of the angle before and these.
    std::vector<const Heard*> networks;
    for (const Heard& heard : recorder.heard()) {
        if (&heard == &found) break;
        if (heard.stage == "model") networks.push_back(&heard);
        else networks.clear();
    }
    Leeway out;
    const Size size{stage.meta["frame_size"][0], stage.meta["frame_size"][1]};
    out.others = bench.reach().candidates(networks, *recorder.analysis, size, stored.name);
    if (stored.name == "scores") return out;
    const std::int64_t row = stored.name == "boxes" ? 4 : 10;
    if (const Array* scores = found.find("scores"))
        out.undecided = [scores, row, threshold = recorder.analysis->detector_score](std::int64_t at) {
            return at / row < scores->count() && scores->value(at / row) <= threshold + 1e-4;
        };
    for (const Heard* network : networks) {
        if (!network->apart) continue;
        const double edge = network->find("in_input") ? static_cast<double>(network->find("in_input")->shape.back()) : 640;
        out.more = std::max(out.more, 1e-4 * edge * std::max({1.0, size.width / edge, size.height / edge}));
    }
    return out;
}

}  // namespace

void follow(Bench& bench, const Group& group, const Case& one, std::span<const Stage> stages, Recorder& recorder) {
    Report& report = bench.report;
    for (const Stage& stage : stages) {
        Heard* const found = find_heard(group, stage, recorder.heard());
        if (!found) {
            report.fail(group, one, stage.name, "the run has no such stage " + stage.subject());
            continue;
        }
        found->used = true;
        Stage labelled = stage;
        if (recorder.own_vectors && (stage.name == "balanced_embedding" || (stage.name == "model" && stage.find("in_source")))) labelled.name += " of own vectors";
        if (recorder.apart || above_768(stage)) labelled.name += " above 768";
        if (stage.name == "model") bench.reach().admits(stage, *found);
        for (const Stored& stored : stage.arrays) {
            const Array* ours = found->find(stored.name);
            if (!ours) {
                report.fail(group, one, stage.name, "the run does not tell " + stored.name);
                continue;
            }
            report.compare(group, one, labelled, stored, *ours, leeway_of(bench, stage, stored, *found, recorder));
            if (stored.name.starts_with("out_")) found->apart = found->apart || crc32(ours->bytes) != stored.crc;
            if (above_768(stage) && stored.name == "matrix" && report.last_failed()) recorder.apart = true;
        }
        compare_mapped_points(report, group, one, stage, labelled, *found);
        compare_meta(report, group, one, stage, labelled, *found);
    }
}

}  // namespace mien::parity
