// SPDX-License-Identifier: Apache-2.0
#include "runtime/free_batch.h"

#include <gtest/gtest.h>
