// SPDX-License-Identifier: Apache-2.0
#include "kernels/cases.h"
#include "kernels/geometry.h"
#include "kernels/keep.h"

namespace mien::kernels {
namespace {

template <class T> void keep_case(Case& c) {
    const Size size = c.size();
    const Layout layout = c.whole(0, 1) ? Layout::yuv420 : Layout::yuv444;
    const Format format{layout, std::is_same_v<T, std::uint8_t> ? 8 : 10, false};
    Planes<const T> original{{}, format, {}};
    Planes<T> planes{{}, format, {}};
    for (int p = 0; p < 3; ++p) {
        const Size plane = plane_size(format, size, p);
        original.plane[static_cast<std::size_t>(p)] = c.input<T>(plane, 1);
        planes.plane[static_cast<std::size_t>(p)] = c.in_out<T>(plane, 1);
    }
    // Few values, so that pixels are equal now and then.
    const auto before = c.input<T>(size, 3, 0, 1), after = c.input<T>(size, 3, 0, 1);
    c.run([&] { keep_unchanged<T>(c.queue(), before, after, {0, 0, size.width, size.height}, original, planes); });
}

constexpr KernelCase rows[] = {
    {"keep_unchanged.u8", keep_case<std::uint8_t>},
    {"keep_unchanged.u16", keep_case<std::uint16_t>},
};

}  // namespace

std::span<const KernelCase> keep_cases() { return rows; }

}  // namespace mien::kernels
