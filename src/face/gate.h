// The content gate: three networks, a majority vote per sampled picture, a verdict over the samples. It fails closed.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "image/queue.h"
#include "image/trace.h"
#include "models/store.h"

namespace mien {

/// One sampled picture. `what` names the input ("target", "source 1"), `time_s` its moment; stills have time 0.
struct GateSample {
    std::string what;
    double time_s = 0;
    std::array<double, 3> scores{};
    std::array<bool, 3> votes{};
    bool flagged() const noexcept { return votes[0] + votes[1] + votes[2] >= 2; }
};

/// Whether the gate can judge at all, and how sure one may be of its networks.
enum class GateState : std::uint8_t {
    verified,    ///< the three published files, by size and pinned digest
    unverified,  ///< other files, in a developer build with MIEN_TEST_GATE=1; the result is stamped so
    absent,      ///< no networks: only inputs rendered by mien may become pictures
};
std::string_view name_of(GateState) noexcept;

/// Thread-safety: judge() from any thread, each with its own Scratch.
class ContentGate {
public:
    /// Never throws for missing networks: the state says absent, and why() the sentence. Wrong files throw Error{models}.
    explicit ContentGate(ModelStore&);
    ~ContentGate();
    GateState state() const noexcept;
    const std::string& why() const noexcept;
    class Scratch {
    public:
        Scratch();
        ~Scratch();
        Scratch(Scratch&&) noexcept;
        struct State;
        std::unique_ptr<State> state;
    };
    /// Gives the networks back; what is judged after this is refused. State and why() stay.
    void close() noexcept;
    GateSample judge(Queue&, View<const std::uint8_t> rgb, std::string what, double time_s, Scratch&, Trace* = nullptr) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The rule: refused when more than 10 % of a film's samples, or any three in a row, or any still is flagged.
struct Verdict {
    bool refused = false;
    std::string sentence;   ///< input, time, rule and score of the refusal; empty when passed
    int samples = 0, flagged = 0;
};
Verdict decide(std::span<const GateSample> samples_of_one_input, bool still);
/// FaceFusion's frames: absolute numbers divisible by max(1, int(rate)); at least one per second by time for slow films; the first frame and the first of every shot too.
bool is_sample(std::int64_t frame_number, double frame_rate, bool first_of_shot) noexcept;

}  // namespace mien
