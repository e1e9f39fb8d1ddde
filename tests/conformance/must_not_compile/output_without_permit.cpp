// Pictures are written with a permit; a plan is made by compile and by nothing else.
// SPDX-License-Identifier: Apache-2.0
#include "jobs/output.h"
#include "pipeline/plan.h"

#ifdef WRONG
void forged(const mien::Settings& settings, const mien::Still& like, const mien::Frame& frame) { mien::write_picture(settings, like, frame); }
mien::Plan forged_plan() { return mien::Plan(std::vector<mien::PlanStage>{}); }
#else
void honest(const mien::Settings& settings, const mien::Still& like, const mien::Frame& frame, const mien::WritePermit& permit) { mien::write_picture(settings, like, frame, permit); }
#endif
