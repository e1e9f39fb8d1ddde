// All of mien's public C++ API.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mien/bench.h>
#include <mien/compare.h>
#include <mien/error.h>
#include <mien/job.h>
#include <mien/models.h>
#include <mien/synth.h>
#include <mien/system.h>
