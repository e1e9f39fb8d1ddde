// What processor time goes to: one row per kind of work, counted for the whole process.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mien {

/// Kinds of work that are told apart. What none of them covers is the rest.
enum class Cost : std::uint8_t { networks, opening, encoder, decoder, pictures, detector, landmarks, recognition, gate, canvas, painting, writing, digests, sidecar };
inline constexpr std::size_t cost_count = 14;
/// "networks", "opening" ...
std::string_view name_of(Cost) noexcept;

/// Counts the processor time of this thread, from here to the end of the scope, as one kind of work. Charges may nest: what an inner one counts, the outer
/// one does not. Two questions to the system's clock each (below a microsecond), so: per stage, not per pixel. Thread-safety: one thread.
class Charge {
public:
    explicit Charge(Cost) noexcept;
    ~Charge();
    Charge(const Charge&) = delete;
    Charge& operator=(const Charge&) = delete;

private:
    Cost cost_;
    Charge* outer_;
    std::int64_t started_, inner_ = 0;
};
/// Adds time that other threads, not ours, spent on a kind of work. Thread-safety: any thread.
void count_cost(Cost, std::int64_t nanoseconds) noexcept;

/// Nanoseconds since the process began. Runs at the same time in one process share these counts.
struct Costs {
    std::int64_t processor = 0;                       ///< all threads
    std::array<std::int64_t, cost_count> of{};        ///< by Cost
};
/// Thread-safety: any thread.
Costs costs_so_far() noexcept;

}  // namespace mien
