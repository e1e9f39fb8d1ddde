// What a public Job holds, and the public events as the rooms take them.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mien/job.h>

#include "jobs/options.h"
#include "jobs/run.h"

namespace mien {

struct Job::State {
    JobOptions options;
};

/// What was left empty does nothing.
RunEvents inner_events(const Events&);

}  // namespace mien
