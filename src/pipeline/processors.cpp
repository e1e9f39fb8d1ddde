// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <string>

#include "base/error.h"
#include "pipeline/processor.h"

namespace mien {
namespace {

constexpr std::string_view portrait = "the portrait processors", frames = "the frame processors", sound = "the sound processors";
constexpr std::array rows{
    ProcessorRow{"age_modifier", "Makes faces younger or older", portrait},
    ProcessorRow{"background_remover", "Cuts people out of their background", frames},
    ProcessorRow{"deep_swapper", "Paints one trained person over the faces", portrait},
    ProcessorRow{"expression_restorer", "Brings back the expression a swapper flattened", portrait},
    ProcessorRow{"face_debugger", "Draws boxes, landmarks and masks of the faces found", {}, false, open_face_debugger},
    ProcessorRow{"face_editor", "Moves brows, eyes, mouth and head", portrait},
    ProcessorRow{"face_enhancer", "Restores detail in faces", {}, false, open_face_enhancer},
    ProcessorRow{"face_swapper", "Paints the source's face over the faces found", {}, true, open_face_swapper},
    ProcessorRow{"frame_colorizer", "Gives grey films colour", frames},
    ProcessorRow{"frame_enhancer", "Enlarges and sharpens whole frames", frames},
    ProcessorRow{"lip_syncer", "Moves lips with a voice", sound, true},
};

constexpr bool names_are_unique() {
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = i + 1; j < rows.size(); ++j)
            if (rows[i].name == rows[j].name) return false;
    return true;
}
static_assert(names_are_unique());

}  // namespace

std::span<const ProcessorRow> processors() noexcept { return rows; }

const ProcessorRow& find_processor(std::string_view name) {
    std::string known;
    for (const ProcessorRow& row : rows) {
        if (row.name == name && row.open) return row;
        if (row.name == name)
            throw Error(Code::unsupported, "the processor " + std::string(name) + " is not part of this version: it comes with " + std::string(row.later) + "; leave it out");
        known += " " + std::string(row.name);
    }
    throw Error(Code::usage, "there is no processor \"" + std::string(name) + "\"; choose among" + known);
}

}  // namespace mien
