// SPDX-License-Identifier: Apache-2.0
#include "synth/figure_pool.h"

#include <algorithm>
#include <vector>

namespace mien::synth {
Person person_of(const mien_synth_person& wanted) {
    PersonWish wish;
    if (wanted.age > 0) wish.age = wanted.age;
    if (wanted.hair_style >= 0) wish.hair_style = wanted.hair_style;
    if (wanted.glasses >= 0) wish.glasses = wanted.glasses;
    return make_person(wanted.seed, wish);
}

const Figure& FigurePool::get(Queue& queue, const FigureRecipe& recipe) {
    std::promise<std::shared_ptr<const Figure>> promise;
    std::shared_future<std::shared_ptr<const Figure>> there;
    {
        const std::lock_guard lock(mutex_);
        const auto [place, fresh] = kept_.try_emplace(recipe);
        place->second.last_use = ++uses_;
        if (fresh)
            place->second.figure = promise.get_future().share();
        else
            there = place->second.figure;
        ++(fresh ? counts_.built : counts_.reused);
    }
    if (there.valid()) return *there.get();
    try {
        const Person person = person_of(recipe.person), other = recipe.other.seed != 0 ? person_of(recipe.other) : person;
        FigureOptions options{.tone = recipe.tone, .detail = recipe.detail};
        if (recipe.other.seed != 0) options.other = &other;
        auto made = std::make_shared<const Figure>(queue, person, options);
        queue.wait();  // other queues may draw it now
        const Figure& figure = *made;
        const std::lock_guard lock(mutex_);
        kept_[recipe].bytes = figure.device_bytes();
        counts_.bytes += figure.device_bytes();
        promise.set_value(std::move(made));
        return figure;
    } catch (...) {
        promise.set_exception(std::current_exception());
        const std::lock_guard lock(mutex_);
        kept_.erase(recipe);
        throw;
    }
}

void FigurePool::trim() {
    const std::lock_guard lock(mutex_);
    if (counts_.bytes <= budget_) return;
    std::vector<std::pair<std::uint64_t, FigureRecipe>> by_use;
    for (const auto& [recipe, kept] : kept_) by_use.emplace_back(kept.last_use, recipe);
    std::sort(by_use.begin(), by_use.end());
    // A little more than needed, so that this is not done for every batch.
    const std::uint64_t goal = budget_ - budget_ / 8;
    for (const auto& [use, recipe] : by_use) {
        if (counts_.bytes <= goal) return;
        const auto found = kept_.find(recipe);
        counts_.bytes -= found->second.bytes;
        kept_.erase(found);
    }
}

FigurePool::Counts FigurePool::counts() const {
    const std::lock_guard lock(mutex_);
    return counts_;
}

}  // namespace mien::synth
