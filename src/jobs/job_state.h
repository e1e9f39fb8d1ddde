// What a public Job holds.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mien/job.h>

#include "jobs/options.h"

namespace mien {

struct Job::State {
    JobOptions options;
};

}  // namespace mien
