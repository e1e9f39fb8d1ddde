// Who the benchmark measures on: people held out of training, drawn one shot after another by several workers, and the stages that look at them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/ordered_map.h"
#include "face/analyse.h"
#include "face/detect.h"
#include "face/landmark.h"
#include "face/mask.h"
#include "face/recognise.h"
#include "image/trace.h"
#include "jobs/truth_bench.h"
#include "synth/batch.h"
#include "synth/figure_pool.h"
#include "synth/render.h"
#include "synth/sample.h"

namespace mien::bench {

inline constexpr std::uint32_t held_out_people = 4000;  ///< shots draw their people from so many
inline constexpr double seen_enough = 0.4;              ///< of a face, for saying who it is

/// How a shot is drawn from its seed, as training scores it.
struct Sampling {
    int kind = MIEN_SYNTH_FACE;
    int edge = 320;
    int detail = 1;
    int looks = 1;
    int partners = 0;  ///< others that twins are made with
};
mien_synth_shot held_out_shot(const Sampling&, std::uint32_t seed, std::optional<std::uint32_t> number = {});
/// The shot with nothing in front of the face: a picture to know somebody by.
mien_synth_shot unhidden(mien_synth_shot) noexcept;
/// The shot without a sensor's noise and a lens' blur: what degraded pictures are to be restored to, as nothing could tell those from fewer pixels.
mien_synth_shot undegraded(mien_synth_shot) noexcept;

/// A shot with what is true of it; everything is on the host and owned.
struct Drawn {
    mien_synth_shot plain{};
    Picture<std::uint8_t> picture, regions, face, alpha;
    std::vector<synth::FaceTruth> truth;
};

/// One worker: a renderer, the figures it needs at the moment, and buffers for the stages. Thread-safety: one thread at a time.
struct Studio {
    Studio();
    /// `twin`: every performer with their other's inner face.
    void draw(const mien_synth_shot&, Drawn& into, bool twin = false);

    synth::Renderer renderer;
    synth::FigurePool figures;
    Drawn drawn, twin;       ///< a frame, and the same with the other's inner face
    Drawn other, portrait;   ///< pictures that the other and the person of the frame are known by
    DetectScratch detect;
    LandmarkScratch landmark;
    RecogniseScratch recognise;
    FaceAnalyser::Scratch analyse;
    Masker::Scratch mask;
};

/// Samples of a picture divided by `unit`.
Picture<float> as_floats(View<const std::uint8_t>, double unit = 1);

/// Hears one array of floats of the stages: the first whose stage, subject and name begin as told (empty: any).
class Tap final : public Trace {
public:
    Tap(std::string_view stage, std::string_view subject, std::string_view array) : stage_(stage), subject_(subject), array_(array) {}
    void stage(std::string_view name, std::string_view subject) override;
    void array(std::string_view name, const Tensor&) override;
    bool heard() const noexcept { return heard_; }
    const std::vector<float>& values() const noexcept { return values_; }
    /// The values as rows of pixels. Throws Error{device} when there are fewer.
    View<const float> picture(Size, int channels) const;

private:
    std::string_view stage_, subject_, array_;
    bool here_ = false, heard_ = false;
    std::vector<float> values_;
};

/// Where a measure is described: its task, its target, and what stands beside it.
struct MeasureRow {
    std::string_view task, measure, meaning, unit;
    std::optional<double> target;
    bool at_least = true;
    std::string_view beside;
};
const MeasureRow& find_measure(std::string_view task, std::string_view measure);

/// What tasks share: settled options, the store, how much is measured, and where rows go.
struct Bench {
    ModelStore& store;
    const Settings& settings;
    const BenchOrder& order;
    const RunEvents& events;
    std::function<void(Measure)> tell;
    int threads = 1;
    double share = 1;         ///< of the pictures that the full sample has
    std::int64_t fewest = 1;  ///< pictures of a measure
    std::string_view task;    ///< at work
    std::string network;

    /// Pictures of a sample whose full number is given.
    std::int64_t pictures(std::int64_t full) const noexcept;
    /// One row; without anything measured (count 0) it has no value.
    void row(std::string_view measure, double value, std::int64_t count, std::optional<double> baseline = {}) const;

    /// Work on items 0 .. count - 1 by several studios; `sink` hears the results in order. Throws Error{interrupted}.
    template <class Result>
    void over(std::string_view pass, std::int64_t count, const std::function<Result(Studio&, std::int64_t)>& work,
              const std::function<void(Result&&)>& sink) const {
        const int workers = static_cast<int>(std::min<std::int64_t>(threads, std::max<std::int64_t>(count, 1)));
        std::vector<std::unique_ptr<Studio>> studios;
        for (int i = 0; i < workers; ++i) studios.push_back(std::make_unique<Studio>());
        std::int64_t next = 0, done = 0;
        const bool whole = map_in_order<std::int64_t, Result>(
            workers, static_cast<std::size_t>(workers) * 3, [&] { return next < count ? std::optional(next++) : std::nullopt; },
            [&](std::int64_t&& item, int worker) { return work(*studios[static_cast<std::size_t>(worker)], item); },
            [&](Result&& result) {
                sink(std::move(result));
                events.progress(pass, ++done, count);
            },
            events.stop);
        if (!whole) throw Error(Code::interrupted, "stopped on request: the measures told so far stand, the others were not taken");
    }
};

/// The mean of what was added, in the order in which it was.
struct Mean {
    double sum = 0;
    std::int64_t count = 0;
    void add(double value) { sum += value, ++count; }
    double value() const { return count > 0 ? sum / static_cast<double>(count) : 0; }
};

/// The tasks, by the names of truth_tasks().
void measure_detector(const Bench&);
void measure_landmarker(const Bench&);
void measure_recogniser(const Bench&);
void measure_classifier(const Bench&);
void measure_parser(const Bench&);
void measure_occluder(const Bench&);
void measure_matte(const Bench&);
void measure_swapper(const Bench&);
void measure_enhancer(const Bench&);
void measure_frame_enhancer(const Bench&);
void measure_colorizer(const Bench&);

}  // namespace mien::bench
