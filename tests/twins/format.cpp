// The formatting library from its headers: the program travels without shared libraries.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format-inl.h>

template FMT_API auto fmt::detail::decimal_point_impl<char>(fmt::detail::locale_ref) -> char;
template FMT_API auto fmt::detail::thousands_sep_impl<char>(fmt::detail::locale_ref) -> fmt::detail::thousands_sep_result<char>;
