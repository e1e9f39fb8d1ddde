// Dense arrays for networks.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <initializer_list>

#include "image/view.h"

namespace mien {

enum class Element : std::uint8_t { u8, i32, i64, f16, f32, f64, boolean };  ///< f64: FaceFusion's enhancer weight
constexpr std::size_t size_bytes(Element element) noexcept {
    constexpr std::array<std::size_t, 7> bytes{1, 4, 8, 2, 4, 8, 1};
    return bytes[static_cast<std::size_t>(element)];
}

/// Extents of a dense, row-major array; rank 0 is a single value. An extent of -1 is free.
struct Shape {
    static constexpr int max_rank = 6;
    std::array<std::int64_t, max_rank> extent{};
    int rank = 0;

    Shape() = default;
    Shape(std::initializer_list<std::int64_t> extents) {
        for (const std::int64_t value : extents) extent[static_cast<std::size_t>(rank++)] = value;
    }
    std::int64_t operator[](int axis) const noexcept { return extent[static_cast<std::size_t>(axis)]; }
    std::int64_t count() const noexcept {
        std::int64_t product = 1;
        for (int axis = 0; axis < rank; ++axis) product *= extent[static_cast<std::size_t>(axis)];
        return product;
    }
    friend bool operator==(const Shape&, const Shape&) = default;
};

/// A dense, row-major array someone else owns.
struct Tensor {
    void* data = nullptr;
    Element element = Element::f32;
    Shape shape;
    Place place = Place::host;
    std::size_t bytes() const noexcept { return static_cast<std::size_t>(shape.count()) * size_bytes(element); }
    template <class T> T* as() const noexcept { return static_cast<T*>(data); }
};

}  // namespace mien
