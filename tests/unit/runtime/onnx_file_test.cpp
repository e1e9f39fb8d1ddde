// SPDX-License-Identifier: Apache-2.0
#include "runtime/onnx_file.h"

#include <gtest/gtest.h>
