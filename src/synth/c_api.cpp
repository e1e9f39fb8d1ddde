// SPDX-License-Identifier: Apache-2.0
#include "synth/c_api.h"

#include <algorithm>
#include <exception>
#include <string>

#include "base/error.h"
#include "synth/batch.h"
#include "synth/sample.h"

struct mien_synth {
    mien::synth::BatchRenderer renderer;
};

namespace {

thread_local std::string last_error;

/// No exception may cross into C.
template <class Work>
int guarded(Work&& work) noexcept {
    try {
        work();
        return 0;
    } catch (const std::exception& error) {
        last_error = error.what();
    } catch (...) {
        last_error = "An unknown failure.";
    }
    return 1;
}
void need(bool given) {
    if (!given) throw mien::Error(mien::Code::usage, "A pointer that must be given is null.");
}

}  // namespace

extern "C" {

int mien_synth_version(void) { return MIEN_SYNTH_VERSION; }

const char* mien_synth_error(void) { return last_error.c_str(); }

int mien_synth_open(int device, int threads, uint64_t figure_bytes, mien_synth** opened) {
    return guarded([&] {
        need(opened);
        *opened = nullptr;
        *opened = new mien_synth{{device, threads, figure_bytes}};
    });
}

void mien_synth_close(mien_synth* synth) { delete synth; }

uint32_t mien_synth_person_seed(uint32_t number, int held_out) { return mien::synth::person_seed(number, held_out != 0); }

int mien_synth_trait_count(void) { return static_cast<int>(mien::synth::trait_count); }

const char* mien_synth_trait_name(int i) {
    const auto rows = mien::synth::trait_rows();
    return i >= 0 && static_cast<std::size_t>(i) < rows.size() ? rows[static_cast<std::size_t>(i)].name.data() : nullptr;
}

int mien_synth_traits(const mien_synth_person* people, size_t count, float* traits) {
    return guarded([&] {
        need(people && traits);
        for (size_t i = 0; i < count; ++i) {
            const auto& known = mien::synth::person_of(people[i]).traits;
            traits = std::copy(known.begin(), known.end(), traits);
        }
    });
}

int mien_synth_sample(int kind, const uint32_t* seeds, const uint32_t* numbers, size_t count, int width, int height, const mien_synth_cast* cast,
                      mien_synth_shot* shots) {
    return guarded([&] {
        need(seeds && cast && shots);
        for (size_t i = 0; i < count; ++i) shots[i] = mien::synth::sample_shot(kind, seeds[i], numbers ? numbers + i : nullptr, {width, height}, *cast);
    });
}

int mien_synth_render(mien_synth* synth, const mien_synth_shot* shots, size_t count, const mien_synth_output* output) {
    return guarded([&] {
        need(synth && shots && output);
        if (count > 0) synth->renderer.draw({shots, count}, *output);
    });
}

int mien_synth_figures(mien_synth* synth, uint64_t* built, uint64_t* reused, uint64_t* bytes) {
    return guarded([&] {
        need(synth && built && reused && bytes);
        const mien::synth::FigurePool::Counts counts = synth->renderer.figures();
        *built = counts.built;
        *reused = counts.reused;
        *bytes = counts.bytes;
    });
}

}  // extern "C"
