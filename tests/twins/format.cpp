// The formatting library from its headers: the program travels without shared libraries.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format-inl.h>
