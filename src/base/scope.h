// A guard that runs a function when its scope ends.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <utility>

namespace mien {

template <class Call> class ScopeExit {
public:
    explicit ScopeExit(Call call) : call_(std::move(call)) {}
    ~ScopeExit() {
        if (armed_) call_();
    }
    ScopeExit(const ScopeExit&) = delete;
    ScopeExit& operator=(const ScopeExit&) = delete;
    void dismiss() noexcept { armed_ = false; }

private:
    Call call_;
    bool armed_ = true;
};

}  // namespace mien
