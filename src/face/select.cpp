// SPDX-License-Identifier: Apache-2.0
#include "face/select.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "base/error.h"

namespace mien {
namespace {

double left(const Face& face) noexcept { return face.box.low.x; }
double top(const Face& face) noexcept { return face.box.low.y; }
double area(const Face& face) noexcept { return face.box.width() * face.box.height(); }
double score(const Face& face) noexcept { return face.score; }

struct Order {
    std::string_view name;
    double (*key)(const Face&) noexcept;
    bool falling;
};
constexpr std::array<Order, 8> orders{{{"left-right", left, false},
                                       {"right-left", left, true},
                                       {"top-bottom", top, false},
                                       {"bottom-top", top, true},
                                       {"small-large", area, false},
                                       {"large-small", area, true},
                                       {"best-worst", score, true},
                                       {"worst-best", score, false}}};

void sort_faces(std::vector<Face>& faces, std::string_view wanted) {
    const auto order = std::find_if(orders.begin(), orders.end(), [wanted](const Order& row) { return row.name == wanted; });
    if (order == orders.end())
        throw Error(Code::usage, fmt::format("The order of faces \"{}\" is unknown; left-right or large-small are among the known ones.", wanted));
    // A key that is no number would break the sorting itself; it counts as the lowest.
    const auto key = [order](const Face& face) {
        const double value = order->key(face);
        return std::isnan(value) ? -std::numeric_limits<double>::infinity() : value;
    };
    std::stable_sort(faces.begin(), faces.end(), [&](const Face& a, const Face& b) { return order->falling ? key(b) < key(a) : key(a) < key(b); });
}

bool filters_age(const SelectorSettings& settings) noexcept {
    if (settings.faithful) return settings.age_start.value_or(0) != 0 || settings.age_end.value_or(0) != 0;
    return settings.age_start || settings.age_end;
}

bool has_age(const Attributes& face, const SelectorSettings& settings) noexcept {
    const int start = settings.age_start.value_or(0), end = settings.age_end.value_or(std::numeric_limits<int>::max());
    const int first = std::max(start, face.age_start), last = std::min(end, face.age_end);
    // Two half-open ranges must share a whole year there, so that 2, 9, 19 belong to nobody; here the face's last year counts as its own.
    return settings.faithful ? first < last : first <= last;
}

bool passes(const Face& face, const SelectorSettings& settings) noexcept {
    if (!needs_attributes(settings)) return true;
    if (!face.attributes) return false;
    if (settings.gender && face.attributes->gender != *settings.gender) return false;
    if (settings.race && face.attributes->race != *settings.race) return false;
    return !filters_age(settings) || has_age(*face.attributes, settings);
}

std::vector<Face> select_like(const std::vector<Face>& target, std::vector<Face> reference, const SelectorSettings& settings) {
    reference = sort_and_filter(std::move(reference), settings);
    if (reference.empty()) return {};
    const std::size_t position = std::min(static_cast<std::size_t>(std::max(settings.reference_position, 0)), reference.size() - 1);
    if (!reference[position].embedding) return {};
    const Embedding wanted = unit(*reference[position].embedding);
    std::vector<Face> alike;
    for (const Face& face : target) {
        if (!face.embedding) continue;
        const double distance = std::clamp((1 - cosine(unit(*face.embedding), wanted)) / 2, 0.0, 1.0);
        if (distance < settings.reference_distance) alike.push_back(face);
    }
    return alike;
}

}  // namespace

bool needs_attributes(const SelectorSettings& settings) noexcept { return settings.gender || settings.race || filters_age(settings); }

std::vector<Face> sort_and_filter(std::vector<Face> faces, const SelectorSettings& settings) {
    sort_faces(faces, settings.order);
    std::erase_if(faces, [&](const Face& face) { return !passes(face, settings); });
    return faces;
}

std::vector<Face> select_faces(const std::vector<Face>& target, const std::vector<Face>& reference, const SelectorSettings& settings) {
    if (settings.mode == "reference") return select_like(target, reference, settings);
    if (settings.mode != "many" && settings.mode != "one")
        throw Error(Code::usage, fmt::format("The selector mode \"{}\" is unknown; say many, one or reference.", settings.mode));
    std::vector<Face> faces = sort_and_filter(target, settings);
    if (settings.mode == "one" && faces.size() > 1) faces.resize(1);
    return faces;
}

}  // namespace mien
