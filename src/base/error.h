// The error class of mien is part of its public face; inner code includes it from here.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <mien/error.h>
