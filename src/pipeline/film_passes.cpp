// SPDX-License-Identifier: Apache-2.0
#include "pipeline/film_passes.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <deque>

#include "base/cost.h"
#include "base/error.h"
#include "base/ordered_map.h"
#include "pipeline/picture.h"
#include "pipeline/rotate.h"
#include "pipeline/shots.h"

namespace mien {
namespace {

using Clock = std::chrono::steady_clock;

/// Frames that travel together to one detector call.
struct AnalysisItem {
    struct One {
        Frame frame;
        bool first_of_shot = false, wants_faces = false, wants_gate = false;
    };
    std::vector<One> frames;
};
struct AnalysedItem {
    std::vector<FrameAnalysis> analyses;
    std::vector<Frame> frames;  // kept for the live shape only
};

/// Buffers of one worker.
struct AnalysisWorker {
    std::vector<PictureScratch> pictures;
    FaceAnalyser::Scratch analyser;
    ContentGate::Scratch gate;
};

AnalysedItem analyse_item(AnalysisItem&& item, const AnalysisParts& parts, int rotation, bool keep_frames, AnalysisWorker& worker) {
    Queue& queue = host_queue();
    const auto started = Clock::now();
    AnalysedItem out;
    worker.pictures.resize(std::max(worker.pictures.size(), item.frames.size()));
    std::vector<View<const std::uint8_t>> pictures;
    std::vector<std::size_t> owners;
    for (std::size_t i = 0; i < item.frames.size(); ++i) {
        const AnalysisItem::One& one = item.frames[i];
        FrameAnalysis analysis{one.frame.number, one.frame.time, one.first_of_shot, {}, {}, 0, 0};
        if (one.wants_faces && !parts.analyser) analysis.faces = parts.faces_of(one.frame.number);
        const bool detect = one.wants_faces && parts.analyser;
        if (detect || one.wants_gate) {
            const View<const std::uint8_t> rgb = analysed_picture(queue, one.frame, rotation, worker.pictures[i]);
            if (one.wants_gate) {
                const auto gate_started = Clock::now();
                analysis.gate = parts.gate->judge(queue, rgb, "target", one.frame.time.seconds(), worker.gate);
                analysis.gate_seconds = std::chrono::duration<double>(Clock::now() - gate_started).count();
            }
            if (detect) {
                pictures.push_back(rgb);
                owners.push_back(i);
            }
        }
        out.analyses.push_back(std::move(analysis));
    }
    if (pictures.size() == 1) out.analyses[owners[0]].faces = parts.analyser->analyse(queue, pictures[0], worker.analyser);
    if (pictures.size() > 1) {
        std::vector<std::vector<Face>> faces = parts.analyser->analyse(queue, pictures, worker.analyser);
        for (std::size_t i = 0; i < owners.size(); ++i) out.analyses[owners[i]].faces = std::move(faces[i]);
    }
    for (FrameAnalysis& analysis : out.analyses)
        analysis.seconds = std::chrono::duration<double>(Clock::now() - started).count() / static_cast<double>(out.analyses.size());
    if (keep_frames)
        for (AnalysisItem::One& one : item.frames) out.frames.push_back(std::move(one.frame));
    return out;
}

/// Reads frames and decides, in order, what each one needs.
class AnalysisSource {
public:
    AnalysisSource(Reader& reader, const AnalysisParts& parts, int batch) : reader_(reader), parts_(parts), batch_(std::max(1, batch)) {
        const Ratio rate = reader.info().frame_rate;
        rate_ = rate.denominator > 0 ? static_cast<double>(rate.numerator) / static_cast<double>(rate.denominator) : 0;
    }
    std::optional<AnalysisItem> next() {
        AnalysisItem item;
        while (std::ssize(item.frames) < batch_) {
            std::optional<Frame> frame = reader_.next();
            if (!frame) break;
            AnalysisItem::One one;
            one.first_of_shot = shots_.first_of_shot(*frame);
            one.wants_faces = !parts_.knows_faces(frame->number);
            one.wants_gate = parts_.gate && is_gate_sample(*frame, one.first_of_shot) && !parts_.knows_gate(frame->number);
            one.frame = std::move(*frame);
            item.frames.push_back(std::move(one));
        }
        if (item.frames.empty()) return std::nullopt;
        return item;
    }

private:
    /// Beside FaceFusion's frames and shots: never more than a second of film without a sample, whatever the rate says.
    bool is_gate_sample(const Frame& frame, bool first_of_shot) {
        const double now = frame.time.seconds();
        const bool due = !sampled_ || now - last_sample_ >= 1.0;
        if (!due && !is_sample(frame.number, rate_, first_of_shot)) return false;
        sampled_ = true;
        last_sample_ = now;
        return true;
    }
    Reader& reader_;
    const AnalysisParts& parts_;
    int batch_;
    double rate_ = 0, last_sample_ = 0;
    bool sampled_ = false;
    ShotDetector shots_;
};

std::size_t items_ahead(int threads) { return static_cast<std::size_t>(std::max(1, threads)) + 2; }

bool run_analysis(Reader& reader, const AnalysisParts& parts, const PassOptions& options, bool keep_frames, const std::function<void(AnalysedItem&&)>& sink) {
    AnalysisSource source(reader, parts, options.batch);
    std::vector<AnalysisWorker> workers(static_cast<std::size_t>(std::max(1, options.threads)));
    const int rotation = reader.info().rotation;
    return map_in_order<AnalysisItem, AnalysedItem>(
        options.threads, items_ahead(options.threads), [&] { return source.next(); },
        [&](AnalysisItem&& item, int worker) { return analyse_item(std::move(item), parts, rotation, keep_frames, workers[static_cast<std::size_t>(worker)]); }, sink, options.stop);
}

}  // namespace

bool analyse_film(Reader& reader, const AnalysisParts& parts, const PassOptions& options, const std::function<void(FrameAnalysis&&)>& sink) {
    std::int64_t done = 0;
    return run_analysis(reader, parts, options, false, [&](AnalysedItem&& item) {
        for (FrameAnalysis& analysis : item.analyses) {
            sink(std::move(analysis));
            options.progress(++done);
        }
    });
}

struct FramePainter::State {
    std::span<const std::unique_ptr<Processor>> processors;
    std::vector<std::unique_ptr<Processor::Scratch>> scratches;
    PictureScratch pictures;
};
FramePainter::FramePainter(std::span<const std::unique_ptr<Processor>> processors) : state_(std::make_unique<State>()) {
    state_->processors = processors;
    for (const std::unique_ptr<Processor>& processor : processors) state_->scratches.push_back(processor->make_scratch());
}
FramePainter::~FramePainter() = default;
FramePainter::FramePainter(FramePainter&&) noexcept = default;

void FramePainter::paint(Queue& queue, std::span<const Face> faces, int rotation, Frame& frame, Tally& tally, Trace* trace) {
    Rect region;
    const Size shown = shown_size(frame.size(), rotation);
    for (const std::unique_ptr<Processor>& processor : state_->processors) region = join(region, processor->footprint(faces, shown));
    if (region.empty()) {
        tally.outside += std::ssize(faces);
        return;
    }
    Canvas canvas = open_canvas(queue, frame, rotation, region, state_->pictures);
    {
        const Charge charge(Cost::painting);
        for (std::size_t i = 0; i < state_->processors.size(); ++i) state_->processors[i]->paint(queue, faces, canvas, *state_->scratches[i], tally, trace);
    }
    close_canvas(queue, canvas, rotation, state_->pictures, frame);
}

bool render_film(Reader& reader, const RenderParts& parts, const PassOptions& options, Writer& writer) {
    struct Item {
        Frame frame;
        std::vector<Face> faces;
    };
    std::vector<FramePainter> painters;
    for (int worker = 0; worker < std::max(1, options.threads); ++worker) painters.emplace_back(parts.processors);
    const int rotation = reader.info().rotation;
    std::int64_t done = 0;
    return map_in_order<Item, Frame>(
        options.threads, items_ahead(options.threads),
        [&]() -> std::optional<Item> {
            std::optional<Frame> frame = reader.next();
            if (!frame) return std::nullopt;
            std::vector<Face> faces = parts.faces(frame->number);
            return Item{std::move(*frame), std::move(faces)};
        },
        [&](Item&& item, int worker) {
            if (!item.faces.empty()) painters[static_cast<std::size_t>(worker)].paint(host_queue(), item.faces, rotation, item.frame, *parts.tally, parts.trace);
            if (parts.size && *parts.size != item.frame.size()) return resize_frame(host_queue(), item.frame, *parts.size);
            return std::move(item.frame);
        },
        [&](Frame&& frame) {
            {
                const Charge charge(Cost::writing);
                writer.put(frame);
            }
            options.progress(++done);
        },
        options.stop);
}

bool run_live(Reader& reader, const LiveParts& parts, const PassOptions& options, Writer& writer) {
    struct Held {
        Frame frame;
        std::vector<Face> faces;
    };
    FramePainter painter(parts.render.processors);
    const int rotation = reader.info().rotation;
    std::deque<Held> window;
    std::int64_t done = 0;
    const auto answer = [&] {
        Held held = std::move(window.front());
        window.pop_front();
        const std::vector<Face> chosen = parts.select(held.faces);
        if (!chosen.empty()) painter.paint(host_queue(), chosen, rotation, held.frame, *parts.render.tally, parts.render.trace);
        writer.put(parts.render.size && *parts.render.size != held.frame.size() ? resize_frame(host_queue(), held.frame, *parts.render.size) : held.frame);
        options.progress(++done);
    };
    const bool whole = run_analysis(reader, parts.analysis, options, true, [&](AnalysedItem&& item) {
        for (std::size_t i = 0; i < item.analyses.size(); ++i) {
            parts.saw(item.analyses[i]);
            window.push_back({std::move(item.frames[i]), std::move(*item.analyses[i].faces)});
            while (std::ssize(window) > parts.look_ahead) answer();
        }
    });
    while (whole && !window.empty()) answer();
    return whole;
}

}  // namespace mien
