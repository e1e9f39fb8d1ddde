// Figures that are built once and drawn many times.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <mutex>
#include <tuple>

#include "image/queue.h"
#include "synth/c_api.h"
#include "synth/figure.h"

namespace mien::synth {

/// What makes a figure: who, and for a twin whose inner face. Two equal recipes give equal figures.
struct FigureRecipe {
    mien_synth_person person{}, other{};  ///< other.seed 0: nobody
    float tone = 0;
    int detail = 1;
    friend bool operator<(const FigureRecipe& a, const FigureRecipe& b) noexcept { return a.key() < b.key(); }

private:
    using Who = std::tuple<std::uint32_t, float, std::int32_t, std::int32_t>;
    static Who who(const mien_synth_person& p) noexcept { return {p.seed, p.age, p.hair_style, p.glasses}; }
    std::tuple<Who, Who, float, int> key() const noexcept { return {who(person), who(other), tone, detail}; }
};

/// The person of a plain struct; wishes outside their rows' ranges are clamped.
Person person_of(const mien_synth_person&);

/// Keeps figures of one device. Thread-safety: get() from any thread; trim() while nobody draws.
class FigurePool {
public:
    explicit FigurePool(std::uint64_t bytes) : budget_(bytes) {}
    /// The figure of a recipe, built on the queue (and waited for) when it is not there yet. The reference is valid until trim(). Several threads that ask for
    /// the same one wait for the first.
    const Figure& get(Queue&, const FigureRecipe&);
    /// Drops the figures that were not asked for longest until the rest fits the budget. Figures die on the queue that built them.
    void trim();

    struct Counts {
        std::uint64_t built = 0, reused = 0, bytes = 0;
    };
    Counts counts() const;

private:
    struct Kept {
        std::shared_future<std::shared_ptr<const Figure>> figure;
        std::uint64_t bytes = 0, last_use = 0;
    };
    mutable std::mutex mutex_;
    std::map<FigureRecipe, Kept> kept_;
    std::uint64_t budget_ = 0, uses_ = 0;
    Counts counts_;
};

}  // namespace mien::synth
