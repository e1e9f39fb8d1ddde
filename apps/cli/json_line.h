// JSON lines on standard output for programs that drive mien.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/json.h"

namespace mien::cli {
void print_json_line(const Json&);
}
