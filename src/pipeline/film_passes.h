// The passes over a film: analyse, render, and both joined for the live shape. One decode per pass, bounded memory, the same calls for any number of threads.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "face/analyse.h"
#include "face/gate.h"
#include "media/reader.h"
#include "media/writer.h"
#include "pipeline/processor.h"

namespace mien {

/// What the analysis pass says of one frame. Faces are absent when they were known before.
struct FrameAnalysis {
    std::int64_t number = 0;
    Time time;
    bool first_of_shot = false;
    std::optional<std::vector<Face>> faces;
    std::optional<GateSample> gate;
    double seconds = 0, gate_seconds = 0;        ///< work on this frame, and the gate's part of it
};

/// Numbers that never change a byte of the result, and the question whether to stop.
struct PassOptions {
    int threads = 1;
    int batch = 1;                               ///< frames per detector call
    std::function<bool()> stop = [] { return false; };
    std::function<void(std::int64_t done)> progress = [](std::int64_t) {};
};

/// Who answers for the faces and the gate of a film. `analyse` is given pictures of up to `batch` frames at once.
struct AnalysisParts {
    const FaceAnalyser* analyser = nullptr;      ///< null: `faces_of` gives the faces (films that mien draws)
    const ContentGate* gate = nullptr;           ///< null: no samples are taken
    std::function<std::vector<Face>(std::int64_t)> faces_of;
    std::function<bool(std::int64_t)> knows_faces = [](std::int64_t) { return false; };  ///< called in order, on one thread
    std::function<bool(std::int64_t)> knows_gate = [](std::int64_t) { return false; };
};
/// Calls `sink` for every frame in order. False when stopped.
bool analyse_film(Reader&, const AnalysisParts&, const PassOptions&, const std::function<void(FrameAnalysis&&)>& sink);

/// What the render pass needs beside the frames.
struct RenderParts {
    std::span<const std::unique_ptr<Processor>> processors;
    std::function<std::vector<Face>(std::int64_t number)> faces;  ///< the faces to paint; called in order, on one thread
    std::optional<Size> size;                                     ///< resample to this size (as stored)
    Tally* tally = nullptr;
    Trace* trace = nullptr;
};
/// Frames without faces pass untouched. False when stopped; the writer is left unfinished.
bool render_film(Reader&, const RenderParts&, const PassOptions&, Writer&);

/// Paints one frame: opens the canvas around the faces, runs the processors, writes the changed pixels back. The meaning of the render pass.
class FramePainter {
public:
    explicit FramePainter(std::span<const std::unique_ptr<Processor>>);
    ~FramePainter();
    FramePainter(FramePainter&&) noexcept;
    void paint(Queue&, std::span<const Face>, int rotation, Frame&, Tally&, Trace*);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The live shape: analysis, selection after `look_ahead` more frames, painting and writing in one pass.
struct LiveParts {
    AnalysisParts analysis;
    RenderParts render;                                            ///< render.faces is not used
    std::function<std::vector<Face>(const std::vector<Face>&)> select;
    std::function<void(const FrameAnalysis&)> saw;                 ///< every analysis, in order; may throw to end the run (a refusal)
    int look_ahead = 0;
};
bool run_live(Reader&, const LiveParts&, const PassOptions&, Writer&);

}  // namespace mien
