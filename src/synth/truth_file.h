// Truth beside a film: one row per frame and performer, in columns that describe themselves. docs/truth_file.md has the format; tools/read_truth.py reads it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "synth/darkroom.h"
#include "synth/render.h"
#include "synth/staging.h"

namespace mien {
class PartFile;
}

namespace mien::synth {

/// What one cell of a column holds: `count` little-endian numbers of `type`.
struct TruthColumn {
    std::string_view name, type;  ///< "u8" "i32" "i64" "f32" "f64"
    int count;
    std::string_view unit, meaning;
};
std::span<const TruthColumn> truth_columns() noexcept;

enum TruthFlag : std::uint8_t {
    truth_inside = 1,     ///< some point lies inside the picture
    truth_hidden = 2,     ///< less than a quarter of the face's pixels can be seen
    truth_profile = 4,    ///< turned away by more than 60 degrees
    truth_blinking = 8,   ///< both lids more than half closed
    truth_speaking = 16,  ///< a viseme other than silence
    truth_fading = 32,    ///< the shot dissolves into another
};

/// One row.
struct TruthRow {
    std::int64_t frame = 0, ticks = 0;
    double time = 0;
    std::int32_t shot = 0, take = 0, performer = 0, person = 0;
    std::int64_t identity = 0;
    float age = 0, sex = 0;
    std::uint8_t flags = 0;
    float share = 1;              ///< of the shot in the picture: less than 1 while it dissolves
    FaceTruth face;
    Pose pose;
    Expression expression;
    std::array<float, viseme_count> visemes{};
};
/// Rows of a plan whose picture was drawn.
std::vector<TruthRow> truth_rows(Queue&, const Staging&, const FramePlan&, const Rendered&, std::int64_t frame, std::int64_t position);

/// Writes groups of rows under a temporary name. Destroying an unfinished writer removes it. Thread-safety: one thread at a time.
class TruthWriter {
public:
    /// `facts`: JSON text of an object that goes into the header as it is (scene, people, provenance). Throws Error{output}.
    TruthWriter(const std::filesystem::path&, const std::string& facts);
    ~TruthWriter();
    void put(std::span<const TruthRow>);
    void finish();
    std::int64_t rows() const noexcept { return rows_; }

private:
    void write_group();
    std::unique_ptr<PartFile> file_;
    std::vector<std::vector<std::byte>> columns_;
    std::int64_t waiting_ = 0, rows_ = 0;
};

/// A truth file in memory.
struct TruthTable {
    std::string header;                                   ///< JSON text
    std::int64_t rows = 0;
    struct Column {
        std::string type;
        int count = 1;
        std::vector<std::byte> bytes;
    };
    std::map<std::string, Column, std::less<>> columns;
    /// Throws Error{bad_input} when there is no such column of that type.
    std::vector<double> numbers(std::string_view column) const;
};
/// Throws Error{bad_input} for anything that is not a whole truth file.
TruthTable read_truth(const std::filesystem::path&);

}  // namespace mien::synth
