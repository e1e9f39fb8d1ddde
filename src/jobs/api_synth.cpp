// The public API of rendered films.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <mien/mien.h>

#include <algorithm>

#include "jobs/job_state.h"
#include "jobs/synth.h"
#include "synth/scene.h"
#include "synth/truth_file.h"

namespace mien {

Rendered render(const Job& job, const SceneOrder& order, const Events& events) {
    SynthJob inner;
    inner.order.scene = order.scene;
    if (!order.people.empty()) inner.order.people = parse_seeds(order.people);
    if (!order.size.empty()) inner.order.size = parse_size(order.size);
    if (order.frames >= 0) inner.order.frames = order.frames;
    if (!order.frame_rate.empty()) inner.order.frame_rate = synth::parse_frame_rate(order.frame_rate);
    inner.output = order.output;
    inner.truth = order.truth;
    inner.pictures = order.pictures;
    for (const std::string& name : order.twins) {
        const std::optional<synth::Twin> twin = synth::twin_of(name);
        if (!twin)
            throw Error(Code::usage,
                        fmt::format("--twins knows no {}: choose from swap, age, expression, mouth, undegraded, colour and background", name.substr(0, 60)));
        inner.twins.push_back(*twin);
    }
    inner.device = order.device;
    SynthOutcome outcome = run_synth(job.state().options, inner, inner_events(events));
    return {outcome.output, outcome.receipt, outcome.truth, outcome.twins, outcome.frames,
            outcome.rows,   outcome.seconds, outcome.sound, outcome.text,  outcome.remarks};
}

std::vector<SceneText> scenes() {
    std::vector<SceneText> all;
    for (const synth::NamedScene& scene : synth::named_scenes()) all.push_back({std::string(scene.name), std::string(scene.meaning), std::string(scene.json)});
    return all;
}

std::string scene_schema() { return synth::scene_schema(); }
std::string scene_page() { return synth::scene_page(); }

std::string truth_page() {
    std::string page =
        "# Columns of truth\n\nMade by `mien document truth`. What a truth file holds, one row per frame and performer; the format is described in "
        "[truth_file.md](../truth_file.md).\n\n"
        "| column | type | numbers | unit | meaning |\n|---|---|---|---|---|\n";
    for (const synth::TruthColumn& column : synth::truth_columns())
        page += fmt::format("| `{}` | {} | {} | {} | {} |\n", column.name, column.type, column.count, column.unit, column.meaning);
    return page;
}

}  // namespace mien
