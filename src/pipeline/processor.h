// What a processor is to the plan: a row that opens an object which paints faces on a canvas.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "face/face.h"
#include "image/buffer.h"
#include "image/frame.h"
#include "image/trace.h"
#include "models/store.h"
#include "pipeline/settings.h"

namespace mien {

/// The RGB working region of one frame: the film's pixels of `region`, 8 bits, or `depth` bits in 16. Processors of a run paint on it one after another;
/// the film's planes are written once, at the end, inside `touched`.
struct Canvas {
    Rect region;             ///< in frame pixels (as shown)
    Size frame;              ///< the whole frame's size
    int depth = 8;
    View<std::uint8_t> rgb8;    ///< depth 8
    View<std::uint16_t> rgb16;  ///< depth > 8
    View<const std::uint8_t> analysed;  ///< 8-bit RGB of the same region before any processor (what networks of later processors may ask for)
    Rect touched;            ///< union of changed boxes, in frame pixels
    /// Calls body(view) with the view that holds the pixels.
    template <class Body> void visit(Body&& body) {
        if (depth == 8) body(rgb8);
        else body(rgb16);
    }
};

/// What happened to faces, for the receipt and the closing lines.
struct Tally {
    std::atomic<std::int64_t> processed{0}, outside{0}, non_finite{0};  ///< outside: crops that do not meet the frame
};

/// Paints faces of one frame. Thread-safety: paint() from any number of threads, each with its own Scratch.
class Processor {
public:
    virtual ~Processor() = default;
    /// Buffers of one thread.
    class Scratch {
    public:
        virtual ~Scratch() = default;
    };
    virtual std::unique_ptr<Scratch> make_scratch() const = 0;
    /// The frame pixels it reads or writes for these faces (clipped to the frame): what the canvas must hold.
    virtual Rect footprint(std::span<const Face> faces, Size frame) const = 0;
    /// Paints all faces in order; grows canvas.touched. A face whose network answers NaN or Inf is left as it is and counted.
    virtual void paint(Queue&, std::span<const Face> faces, Canvas&, Scratch&, Tally&, Trace*) const = 0;
    /// One line for the plan's text: network, crop, size, masks.
    virtual std::string describe() const = 0;
};

/// What a processor is opened with.
struct ProcessorContext {
    const Settings& settings;
    ModelStore& store;
    /// RGB pictures of the sources (as shown) and their faces in detector order, same index; only image sources.
    struct Source {
        std::filesystem::path path;
        Frame frame;
        std::vector<Face> faces;
    };
    std::span<const Source> sources;
    Queue& queue;
    Trace* trace = nullptr;
};

/// One processor of the program. `later` says what is missing while it is not there yet.
struct ProcessorRow {
    std::string_view name, help, later;
    bool needs_source = false;
    std::unique_ptr<Processor> (*open)(const ProcessorContext&) = nullptr;
};
std::span<const ProcessorRow> processors() noexcept;   ///< FaceFusion's eleven, in its order
/// Throws Error{usage} that names the known ones, Error{unsupported} for one that comes later.
const ProcessorRow& find_processor(std::string_view name);

std::unique_ptr<Processor> open_face_swapper(const ProcessorContext&);
std::unique_ptr<Processor> open_face_enhancer(const ProcessorContext&);
std::unique_ptr<Processor> open_face_debugger(const ProcessorContext&);

/// Crop edges a swapper can work at: multiples of its own; FaceFusion's list in its order (blendswap without 384, which cannot work).
std::span<const int> pixel_boosts(std::string_view swapper_model) noexcept;

}  // namespace mien
