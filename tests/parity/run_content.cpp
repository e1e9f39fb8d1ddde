// The content gate over three sets of networks: one that passes, one that blocks, one that decides by brightness.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "face/gate.h"
#include "parity/bench.h"
#include "parity/recorder.h"

namespace mien::parity {

void run_content(Bench& bench, const Group& group, const Case& one) {
    const Frame& picture = bench.picture(one.target, one.frame);
    if (!check_decoded(bench.report, group, one, picture)) return;
    const ContentGate gate(bench.store(one.variant));
    if (gate.state() == GateState::absent) return bench.report.fail(group, one, "gate", gate.why());
    ContentGate::Scratch scratch;
    Recorder recorder;
    GateSample sample;
    // Each network may be recorded more than once: by itself, and inside the vote.
    const auto rounds = std::count_if(one.stages.begin(), one.stages.end(), [&](const Stage& stage) { return stage.subject() == one.stages.front().subject(); });
    for (std::ptrdiff_t round = 0; round < rounds; ++round) sample = gate.judge(host_queue(), picture.plane<std::uint8_t>(0), "target", 0, scratch, &recorder);
    follow(bench, group, one, one.stages, recorder);
    const Json& result = one.json.at("result");
    std::vector<double> recorded, ours{static_cast<double>(sample.flagged())};
    recorded.push_back(result.at("blocked").get<bool>());
    for (std::size_t i = 0; i < 3; ++i) {
        recorded.push_back(result.at("votes")[i].get<bool>());
        ours.push_back(sample.votes[i]);
    }
    bench.report.compare(group, one, {"result", {}, {}}, "votes", recorded, ours);
}

}  // namespace mien::parity
