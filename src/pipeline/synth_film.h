// A film that mien renders: its frames as a Reader gives them, its sound, and the faces that are truly there. Target text: "synth:SCENE".
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "face/face.h"
#include "media/reader.h"
#include "media/writer.h"
#include "synth/darkroom.h"
#include "synth/staging.h"

namespace mien {

/// What a rendered film is made of: a scene by name or file, and what is asked of it beside the file.
struct SynthOrder {
    std::string scene = "talk";            ///< a name of synth::named_scenes, or a path that ends in .json
    std::vector<std::uint32_t> people;     ///< seeds; empty: the scene's own
    std::optional<Size> size;
    std::optional<std::int64_t> frames;
    std::optional<Ratio> frame_rate;
};
/// Reads the scene and changes what the order says. Throws Error{usage} (unknown name, sizes, counts), Error{bad_input} (the file).
synth::Scene read_scene(const SynthOrder&);
/// "1,2,7-9" as numbers. Throws Error{usage}.
std::vector<std::uint32_t> parse_seeds(std::string_view);
/// "640x360". Throws Error{usage}.
Size parse_size(std::string_view);

/// Empty when `target` does not begin with "synth:". "synth:SCENE?people=1,2&size=640x360&frames=50&fps=25", all after the name optional. Throws Error{usage}.
std::optional<SynthOrder> parse_synth(std::string_view target);

/// What the container would say of the film. `rgb`: frames as they were rendered; else 8-bit 4:2:0, BT.709 limited range.
FilmInfo synth_info(const synth::Staging&, bool rgb);
/// A picture that was drawn as a frame with its time. `number`: its position in the film; `frame`: on the grid.
Frame synth_frame(Queue&, View<const std::uint8_t> picture, const FilmInfo&, std::int64_t frame, std::int64_t number);
/// Empty when nobody speaks. The staging must outlive it.
std::optional<GivenSound> synth_sound(const synth::Staging&);

/// A rendered film for the passes of a run. Trims apply as for a film. The staging must outlive the reader.
std::unique_ptr<Reader> open_synth(const synth::Staging&, const ReaderOptions& = {});
/// The faces that are truly in a frame. The staging must outlive it. Thread-safety: any thread, one after another.
class SynthFaces {
public:
    explicit SynthFaces(const synth::Staging& staging) : staging_(staging), darkroom_(host_queue()) {}
    /// Those that a detector could know of in a frame (position in the film): inside the picture, not hidden, within 80 degrees; exact.
    std::vector<Face> operator()(std::int64_t number);

private:
    const synth::Staging& staging_;
    std::mutex mutex_;
    synth::Darkroom darkroom_;
};

}  // namespace mien
