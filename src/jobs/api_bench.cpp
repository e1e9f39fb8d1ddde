// The public API of measuring networks on rendered people.
// SPDX-License-Identifier: Apache-2.0
#include <mien/mien.h>

#include "jobs/job_state.h"
#include "jobs/packs.h"
#include "jobs/truth_bench.h"

namespace mien {

std::vector<Measure> bench_truth(Job job, const BenchOrder& order, const Events& events, const std::function<void(const Measure&)>& told) {
    job.check();
    RunEvents run_events;
    if (events.progress) run_events.progress = events.progress;
    if (events.remark) run_events.remark = events.remark;
    if (events.stop) run_events.stop = events.stop;
    return run_truth_bench(job.state().options, order, run_events, told);
}

std::vector<BenchTask> bench_tasks() {
    std::vector<BenchTask> all;
    for (const TruthTask& task : truth_tasks()) all.push_back({std::string(task.name), std::string(task.meaning)});
    return all;
}

}  // namespace mien
