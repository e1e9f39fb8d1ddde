// A listener to intermediate results: parity tests and debugging hear what every stage computed. No listener costs one comparison.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "image/tensor.h"
#include "image/view.h"

namespace mien {

template <class T> constexpr Element element_of() {
    if constexpr (sizeof(T) == 1) return Element::u8;
    if constexpr (std::is_same_v<std::remove_const_t<T>, double>) return Element::f64;
    if constexpr (std::is_same_v<std::remove_const_t<T>, std::int64_t>) return Element::i64;
    if constexpr (std::is_same_v<std::remove_const_t<T>, std::int32_t>) return Element::i32;
    return Element::f32;
}

/// Called on the thread that runs the stage. Data is valid during the call only.
class Trace {
public:
    virtual ~Trace() = default;
    /// A stage begins; arrays that follow belong to it. `subject` says which network, mask, template or angle it was ("yoloface_8n", "ffhq_512", "90").
    virtual void stage(std::string_view name, std::string_view subject = {}) = 0;
    virtual void array(std::string_view name, const Tensor& data) = 0;

    template <class T> void values(std::string_view name, std::span<const T> data, Shape shape) {
        array(name, {const_cast<std::remove_const_t<T>*>(data.data()), element_of<T>(), shape, Place::host});
    }
    template <class T> void picture(std::string_view name, View<const T> view) {
        std::vector<std::remove_const_t<T>> packed;
        for (int y = 0; y < view.size.height; ++y) packed.insert(packed.end(), view.row(y), view.row(y) + view.size.width * view.channels);
        Shape shape{view.size.height, view.size.width};
        if (view.channels > 1) shape = {view.size.height, view.size.width, view.channels};
        array(name, {packed.data(), element_of<T>(), shape, Place::host});
    }
    void matrix(std::string_view name, const Affine& m) {
        const double rows[6] = {m.a, m.b, m.c, m.d, m.e, m.f};
        values<double>(name, rows, {2, 3});
    }
};

}  // namespace mien
