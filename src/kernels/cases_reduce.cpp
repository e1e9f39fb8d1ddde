// SPDX-License-Identifier: Apache-2.0
#include "kernels/cases.h"
#include "kernels/reduce.h"

namespace mien::kernels {
namespace {

using u8 = std::uint8_t;
using u16 = std::uint16_t;

template <class T> void sums_case(Case& c) {
    const auto in = c.input<T>(c.size(), 3);
    std::array<std::uint64_t, 4> sums{};
    c.run([&] { sums = channel_sums<T>(c.queue(), in); });
    c.number(sums);
}

template <class T> void differences_case(Case& c) {
    const auto first = c.input<T>(c.size(), 3), second = c.input<T>(c.size(), 3);
    std::array<std::uint64_t, 4> sums{};
    c.run([&] { sums = absolute_differences<T>(c.queue(), first, second); });
    c.number(sums);
}

void sum_case(Case& c) {
    const auto in = c.input<float>(c.size(), 1, -3, 7);
    double total = 0;
    c.run([&] { total = sum(c.queue(), in); });
    c.number(total);
}

void histogram_case(Case& c) {
    const auto in = c.input<u8>(c.size(), 3);
    std::vector<std::uint32_t> bins;
    c.run([&] { bins = histogram64(c.queue(), in); });
    for (const std::uint32_t bin : bins) c.number(bin);
}

constexpr KernelCase rows[] = {
    {"channel_sums.u8", sums_case<u8>},
    {"channel_sums.u16", sums_case<u16>},
    {"absolute_differences.u8", differences_case<u8>},
    {"absolute_differences.u16", differences_case<u16>},
    {"sum.f32", sum_case},
    {"histogram64.u8", histogram_case},
};

}  // namespace

std::span<const KernelCase> reduce_cases() { return rows; }

}  // namespace mien::kernels
