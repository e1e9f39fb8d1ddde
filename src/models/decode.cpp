// Numbers are kept in the width the reference has them: regressions times stride in float, anchors and ratios in double.
// SPDX-License-Identifier: Apache-2.0
#include "models/decode.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"

namespace mien {
namespace {

constexpr std::array<int, 3> strides{8, 16, 32};

void must_hold(std::span<const float> output, std::size_t count, const char* what) {
    if (output.size() < count) throw Error(Code::device, fmt::format("A network answered {} numbers for its {} where {} belong.", output.size(), what, count));
}

/// Whether the survivors of a level count: FaceFusion asks their indices, not their number, whether there are any.
bool counts(std::span<const std::size_t> survivors, const Reading& reading) noexcept {
    return !survivors.empty() && !(reading.drop_lone_first && survivors.size() == 1 && survivors[0] == 0);
}

bool is_finite(const Box& box, const std::array<Point, 5>& points, double score) noexcept {
    double sum = score + box.low.x + box.low.y + box.high.x + box.high.y;
    for (const Point& point : points) sum += point.x + point.y;
    return std::isfinite(sum);
}

void append(Candidates& into, const Reading& reading, Point first, Point second, std::array<Point, 5> points, double score) {
    const auto scaled = [&](Point p) { return Point{p.x * reading.ratio_x, p.y * reading.ratio_y}; };
    for (Point& point : points) point = scaled(point);
    first = scaled(first);
    second = scaled(second);
    const Box box{{std::min(first.x, second.x), std::min(first.y, second.y)}, {std::max(first.x, second.x), std::max(first.y, second.y)}};
    if (!is_finite(box, points, score)) {
        ++into.non_finite;
        return;
    }
    into.boxes.push_back(box);
    into.scores.push_back(score);
    into.points.push_back(points);
}

/// Calls visit(anchor index) for every survivor of a level, in order.
template <class Score, class Visit>
void visit_survivors(std::size_t anchors, const Reading& reading, Candidates& into, const Score& score, const Visit& visit) {
    // Two are enough to know whether the first one is alone.
    std::array<std::size_t, 2> first{};
    std::size_t found = 0;
    for (std::size_t i = 0; i < anchors && found < first.size(); ++i) {
        if (score(i).second) first[found++] = i;
    }
    for (std::size_t i = 0; i < anchors; ++i) into.non_finite += std::isnan(score(i).first) ? 1 : 0;
    if (!counts(std::span(first).first(found), reading)) return;
    for (std::size_t i = first[0]; i < anchors; ++i) {
        if (score(i).second) visit(i);
    }
}

std::size_t columns_of(const Reading& reading, int stride) noexcept { return static_cast<std::size_t>(reading.input.width / stride); }
std::size_t cells_of(const Reading& reading, int stride) noexcept { return columns_of(reading, stride) * static_cast<std::size_t>(reading.input.height / stride); }

std::array<Point, 5> points_at(const float* values, Point anchor, float scale) noexcept {
    std::array<Point, 5> points;
    for (std::size_t k = 0; k < points.size(); ++k)
        points[k] = {anchor.x + static_cast<double>(values[2 * k] * scale), anchor.y + static_cast<double>(values[2 * k + 1] * scale)};
    return points;
}

}  // namespace

void append_scrfd(std::span<const std::span<const float>> outputs, const Reading& reading, Candidates& into) {
    constexpr std::size_t per_cell = 2;
    if (outputs.size() < 9) throw Error(Code::device, fmt::format("A detector answered {} outputs where 9 belong.", outputs.size()));
    const auto threshold = static_cast<float>(reading.threshold);
    for (std::size_t level = 0; level < strides.size(); ++level) {
        const std::size_t columns = columns_of(reading, strides[level]), anchors = cells_of(reading, strides[level]) * per_cell;
        const std::span<const float> scores = outputs[level], distances = outputs[level + 3], keypoints = outputs[level + 6];
        must_hold(scores, anchors, "scores");
        must_hold(distances, anchors * 4, "boxes");
        must_hold(keypoints, anchors * 10, "points");
        const auto stride = static_cast<float>(strides[level]);
        visit_survivors(
            anchors, reading, into, [&](std::size_t i) { return std::pair(scores[i], scores[i] >= threshold); },
            [&](std::size_t i) {
                const std::size_t cell = i / per_cell, row = cell / columns, column = cell % columns;
                const Point anchor{static_cast<double>(column) * strides[level], static_cast<double>(row) * strides[level]};
                const float* d = distances.data() + 4 * i;
                const Point low{anchor.x - static_cast<double>(d[0] * stride), anchor.y - static_cast<double>(d[1] * stride)};
                const Point high{anchor.x + static_cast<double>(d[2] * stride), anchor.y + static_cast<double>(d[3] * stride)};
                append(into, reading, low, high, points_at(keypoints.data() + 10 * i, anchor, stride), scores[i]);
            });
    }
}

void append_yolo(std::span<const float> output, const Reading& reading, Candidates& into) {
    std::size_t anchors = 0;
    for (const int stride : strides) anchors += cells_of(reading, stride);
    must_hold(output, anchors * 20, "boxes and points");
    const auto threshold = static_cast<float>(reading.threshold);
    const auto at = [&](std::size_t row, std::size_t i) { return output[row * anchors + i]; };
    visit_survivors(
        anchors, reading, into, [&](std::size_t i) { return std::pair(at(4, i), at(4, i) > threshold); },
        [&](std::size_t i) {
            const double x = at(0, i), y = at(1, i), half_width = at(2, i) / 2.0, half_height = at(3, i) / 2.0;
            std::array<Point, 5> points;
            for (std::size_t k = 0; k < points.size(); ++k) points[k] = {at(5 + 3 * k, i), at(6 + 3 * k, i)};
            append(into, reading, {x - half_width, y - half_height}, {x + half_width, y + half_height}, points, at(4, i));
        });
}

void append_yunet(std::span<const std::span<const float>> outputs, const Reading& reading, Candidates& into) {
    if (outputs.size() < 12) throw Error(Code::device, fmt::format("A detector answered {} outputs where 12 belong.", outputs.size()));
    const auto threshold = static_cast<float>(reading.threshold);
    for (std::size_t level = 0; level < strides.size(); ++level) {
        const std::size_t columns = columns_of(reading, strides[level]), anchors = cells_of(reading, strides[level]);
        const std::span<const float> classes = outputs[level], objects = outputs[level + 3], boxes = outputs[level + 6], keypoints = outputs[level + 9];
        must_hold(classes, anchors, "classes");
        must_hold(objects, anchors, "objects");
        must_hold(boxes, anchors * 4, "boxes");
        must_hold(keypoints, anchors * 10, "points");
        const auto stride = static_cast<float>(strides[level]);
        const auto score = [&](std::size_t i) {
            const float product = classes[i] * objects[i];
            return std::pair(product, product >= threshold);
        };
        visit_survivors(anchors, reading, into, score, [&](std::size_t i) {
            const std::size_t row = i / columns, column = i % columns;
            const Point anchor{static_cast<double>(column) * strides[level], static_cast<double>(row) * strides[level]};
            const float* b = boxes.data() + 4 * i;
            const Point centre{static_cast<double>(b[0] * stride) + anchor.x, static_cast<double>(b[1] * stride) + anchor.y};
            const double half_width = static_cast<double>(std::exp(b[2]) * stride) / 2, half_height = static_cast<double>(std::exp(b[3]) * stride) / 2;
            append(into, reading, {centre.x - half_width, centre.y - half_height}, {centre.x + half_width, centre.y + half_height},
                   points_at(keypoints.data() + 10 * i, anchor, stride), score(i).first);
        });
    }
}

void append_candidates(Decode family, std::span<const std::span<const float>> outputs, const Reading& reading, Candidates& into) {
    if (family == Decode::anchors_scrfd) return append_scrfd(outputs, reading, into);
    if (family == Decode::anchors_yunet) return append_yunet(outputs, reading, into);
    if (family != Decode::anchors_yolo || outputs.empty()) throw Error(Code::internal, "A network that is no detector was read as one; report this.");
    append_yolo(outputs[0], reading, into);
}

namespace {

/// The largest of `count` numbers, a multiple of eight; NaN when one of them is. Eight at a time, which the processor compares at once.
float peak_of(const float* map, std::size_t count) noexcept {
    std::array<float, 8> top{};
    std::copy_n(map, top.size(), top.begin());
    std::array<int, 8> broken{};
    for (std::size_t i = 0; i < count; i += top.size()) {
        for (std::size_t k = 0; k < top.size(); ++k) {
            const float value = map[i + k];
            top[k] = value > top[k] ? value : top[k];
            broken[k] |= value != value;
        }
    }
    if (std::any_of(broken.begin(), broken.end(), [](int one) { return one != 0; })) return std::numeric_limits<float>::quiet_NaN();
    return *std::max_element(top.begin(), top.end());
}

}  // namespace

ScoredPoints read_heatmap(std::span<const float> landmarks, std::span<const float> heatmaps) {
    constexpr std::size_t cells = 64 * 64;
    must_hold(landmarks, 68 * 3, "landmarks");
    must_hold(heatmaps, 68 * cells, "heatmaps");
    ScoredPoints found;
    std::array<float, 68> peaks{};
    for (std::size_t i = 0; i < peaks.size(); ++i) {
        found.points[i] = {static_cast<double>(landmarks[3 * i] / 64 * 256), static_cast<double>(landmarks[3 * i + 1] / 64 * 256)};
        peaks[i] = peak_of(heatmaps.data() + i * cells, cells);
    }
    found.score = std::clamp(static_cast<double>(mean_in_reference_order(peaks.data(), peaks.size())) / 0.9, 0.0, 1.0);
    return found;
}

ScoredPoints read_points_scored(std::span<const float> output) {
    must_hold(output, 68 * 3, "landmarks");
    ScoredPoints found;
    for (std::size_t i = 0; i < found.points.size(); ++i)
        found.points[i] = {static_cast<double>(output[3 * i] / 64 * 256), static_cast<double>(output[3 * i + 1] / 64 * 256)};
    found.score = std::clamp(static_cast<double>(mean_in_reference_order(output.data() + 2, 68, 3)) / 0.95, 0.0, 1.0);
    return found;
}

std::array<Point, 68> read_points(std::span<const float> output) {
    must_hold(output, 68 * 2, "landmarks");
    std::array<Point, 68> points;
    for (std::size_t i = 0; i < points.size(); ++i) points[i] = {output[2 * i], output[2 * i + 1]};
    return points;
}

void normalise_embedding(std::span<const float> raw, std::span<float> unit) {
    must_hold(raw, unit.size(), "embedding");
    double squares = 0;
    for (std::size_t i = 0; i < unit.size(); ++i) squares += static_cast<double>(raw[i]) * raw[i];
    const auto length = static_cast<float>(std::sqrt(squares));
    for (std::size_t i = 0; i < unit.size(); ++i) unit[i] = length == 0 ? 0 : raw[i] / length;
}

FairfaceClasses read_fairface(std::span<const Tensor> outputs) {
    std::array<int, 3> classes{};
    for (std::size_t i = 0; i < classes.size(); ++i) {
        const bool wide = i < outputs.size() && outputs[i].element == Element::i64, narrow = i < outputs.size() && outputs[i].element == Element::i32;
        if ((!wide && !narrow) || outputs[i].shape.count() < 1)
            throw Error(Code::device, "The classifier answered no three whole numbers; take its file from the publisher again.");
        classes[i] = wide ? static_cast<int>(*outputs[i].as<std::int64_t>()) : *outputs[i].as<std::int32_t>();
    }
    return {classes[0], classes[1], classes[2]};
}

namespace {

struct GateRow {
    Decode family;
    float limit;  ///< flagged above it
};
constexpr std::array<GateRow, 3> gate_rows{{{Decode::scores_detection, 0.2F}, {Decode::scores_pair, 0.25F}, {Decode::scores_four, 10.5F}}};

// Halves of 8-number multiples above 128, eight running sums below: the error grows with the logarithm of the count.
float sum_in_reference_order(const float* values, std::size_t count, std::size_t step) noexcept {
    if (count < 8) {
        float sum = 0;
        for (std::size_t i = 0; i < count; ++i) sum += values[i * step];
        return sum;
    }
    if (count > 128) {
        const std::size_t left = count / 2 - count / 2 % 8;
        return sum_in_reference_order(values, left, step) + sum_in_reference_order(values + left * step, count - left, step);
    }
    std::array<float, 8> r{};
    for (std::size_t k = 0; k < 8; ++k) r[k] = values[k * step];
    std::size_t i = 8;
    for (; i < count - count % 8; i += 8) {
        for (std::size_t k = 0; k < 8; ++k) r[k] += values[(i + k) * step];
    }
    float sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
    for (; i < count; ++i) sum += values[i * step];
    return sum;
}

}  // namespace

double read_gate_score(Decode family, std::span<const float> output, int channels) {
    if (family == Decode::scores_pair) {
        must_hold(output, 2, "scores");
        return static_cast<double>(output[0] - output[1]);
    }
    if (family == Decode::scores_four) {
        must_hold(output, 4, "scores");
        return static_cast<double>((output[2] + output[3]) - (output[0] + output[1]));
    }
    if (family != Decode::scores_detection) throw Error(Code::internal, "A network that is no gate was read as one; report this.");
    if (channels < 5 || output.size() % static_cast<std::size_t>(channels) != 0 || output.empty()) {
        throw Error(Code::device,
                    fmt::format("A gate network answered {} numbers in {} channels; more than 4 channels belong there.", output.size(), channels));
    }
    const auto scores = output.subspan(4 * (output.size() / static_cast<std::size_t>(channels)));
    float largest = scores[0];
    for (const float score : scores) {
        // Not a number speaks against the picture: the caller sees it.
        if (std::isnan(score)) return static_cast<double>(score);
        largest = std::max(largest, score);
    }
    return static_cast<double>(largest);
}

bool is_flagged(Decode family, double score) noexcept {
    const auto row = std::find_if(gate_rows.begin(), gate_rows.end(), [&](const GateRow& r) { return r.family == family; });
    // Closed: what cannot be judged is flagged.
    return row == gate_rows.end() || !(score <= static_cast<double>(row->limit));
}

float mean_in_reference_order(const float* values, std::size_t count, std::size_t step) noexcept {
    return count == 0 ? 0 : sum_in_reference_order(values, count, step) / static_cast<float>(count);
}

}  // namespace mien
