// The public API of comparisons and reports.
// SPDX-License-Identifier: Apache-2.0
#include <mien/mien.h>

#include "jobs/compare.h"
#include "jobs/job_state.h"
#include "jobs/report.h"

namespace mien {

Compared compare(Job job, const Comparison& comparison, const Events& events) {
    job.check();
    CompareOutcome outcome = run_compare(job.state().options, {comparison.inputs, comparison.labels, comparison.columns}, inner_events(events));
    return {outcome.output, outcome.receipt, outcome.gate, outcome.text, outcome.frames, outcome.size.width, outcome.size.height, outcome.remarks};
}

Reported report(Job job, const ReportOrder& order, const Events& events) {
    job.check();
    ReportOutcome outcome = run_report(job.state().options, {order.target, order.result, order.truth, order.sources}, inner_events(events));
    return {outcome.output, outcome.receipt, outcome.gate, outcome.frames, outcome.followed, outcome.found, outcome.figures, outcome.remarks};
}

}  // namespace mien
