// A job: what a user asks for, as options by name; and running it.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <mien/error.h>

namespace mien {

/// One option as programs show it. `use`: "both" (FaceFusion's and mien's), "mien", "job" (FaceFusion's job keys).
struct OptionText {
    std::string name;      ///< "face-detector-score"
    char letter = 0;       ///< 's' for -s; 0 when there is none
    std::string section;   ///< group in help and in facefusion.ini
    std::string help, values, initial, use;
    bool flag = false;     ///< takes no value
    bool list = false;     ///< takes several
};
/// All options, in the order of help.
std::vector<OptionText> options();

/// Options by name. Thread-safety: a value; distinct jobs, any thread.
class Job {
public:
    Job();
    Job(const Job&);
    Job& operator=(const Job&);
    ~Job();
    /// Sets an option; no words for a bare flag. Throws Error{usage}: one sentence with the option, the value and what is allowed.
    Job& set(std::string_view name, const std::vector<std::string>& words = {});
    Job& set(std::string_view name, std::string_view word) { return set(name, std::vector<std::string>{std::string(word)}); }
    /// The present value as words; empty when unset.
    std::vector<std::string> words(std::string_view name) const;
    /// Reads defaults from a facefusion.ini. A missing file is an error when `named`. Returns one sentence for each key that was left out.
    std::vector<std::string> read_ini(const std::filesystem::path&, bool named);
    /// Checks what needs more than one option and derives the rest. run() and the others call it. Throws Error{usage}, Error{unsupported}.
    void check();

    struct State;
    const State& state() const noexcept { return *state_; }

private:
    std::unique_ptr<State> state_;
};

/// What a run tells while it works. Calls never overlap; they come from the thread that called run().
struct Events {
    std::function<void(std::string_view pass, std::int64_t done, std::int64_t total)> progress;  ///< in frames, in MiB of the pass "read"; total 0: not known
    std::function<void(const std::string& sentence)> remark;
    std::function<bool()> stop;                                                                  ///< true: stop soon, leave nothing half-written
};

/// What a run did.
struct Outcome {
    std::filesystem::path output, receipt, sidecar;
    std::string gate;          ///< "verified", "gate unverified", "absent"
    std::string text;          ///< lines of a digest writer
    std::int64_t frames = 0, faces_found = 0, faces_processed = 0, faces_skipped = 0, faces_non_finite = 0, detector_calls = 0;
    std::vector<std::string> remarks;
    /// How long it took: "wall", then "processor", the time of all threads of this process meanwhile, then what that went to: "networks", "opening" (of networks),
    /// "encoder", "decoder", the stages by name, and "rest".
    std::vector<std::pair<std::string, double>> seconds;
};
/// Runs the job. Throws Error; nothing is left under the output's name unless it is whole.
Outcome run(Job, const Events& = {});

/// What the analysis pass found; it stays in the sidecar file.
struct Analysis {
    std::filesystem::path sidecar;
    std::int64_t frames = 0, faces = 0, shots = 0, detector_calls = 0;
    std::vector<std::string> remarks;
};
Analysis analyse(Job, const Events& = {});

/// The plan of a job as text, one line per stage. Opens the target, loads no network.
std::string explain(Job);

/// One face of a film or picture, in pixels of the frame as shown; (0, 0) is the centre of the first pixel.
struct FaceLine {
    std::int64_t frame = 0;
    double time_s = 0;
    int position = 0;                         ///< in detector order
    double x1 = 0, y1 = 0, x2 = 0, y2 = 0;
    double score = 0, landmarker_score = 0;
    int angle = 0;
    std::string gender, race;                 ///< empty when not asked
    int age_start = -1, age_end = -1;
};
std::vector<FaceLine> faces(Job, const Events& = {});
/// Writes a picture with the job's faces side by side (gate, receipt and mark apply) and returns its path.
std::filesystem::path contact_sheet(Job, const std::filesystem::path&, const Events& = {});

}  // namespace mien
