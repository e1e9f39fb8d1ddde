// Bytes as the outputs of a network: 12 bytes choose family, size and lengths, the others are the numbers, repeated until the outputs are full.
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/error.h"
#include "models/decode.h"
#include "target.h"

namespace mien::fuzz {
namespace {

constexpr std::size_t head_bytes = 12;

/// Each output in memory of its own, so that a read past its end is seen.
struct Outputs {
    std::span<const std::byte> numbers;
    std::size_t at = 0;
    std::vector<std::vector<float>> held;
    std::vector<std::span<const float>> spans;

    std::span<const float> add(std::size_t count) {
        std::vector<float>& values = held.emplace_back(count);
        const std::span<std::byte> raw = std::as_writable_bytes(std::span(values));
        if (numbers.empty() || raw.empty()) return values;
        const std::size_t first = std::min(numbers.size(), raw.size());
        for (std::size_t i = 0; i < first; ++i) raw[i] = numbers[at++ % numbers.size()];
        // What is there is doubled: byte by byte most of the time would go into the filling.
        for (std::size_t filled = first; filled < raw.size(); filled *= 2) std::memcpy(raw.data() + filled, raw.data(), std::min(filled, raw.size() - filled));
        return values;
    }
    std::span<const std::span<const float>> all() {
        spans.assign(held.begin(), held.end());
        return spans;
    }
};

void check(const Candidates& found) {
    must(found.scores.size() == found.boxes.size() && found.points.size() == found.boxes.size(), "the three lists differ in length");
    for (std::size_t i = 0; i < found.size(); ++i) {
        const Box& box = found.boxes[i];
        must(std::isfinite(box.low.x) && std::isfinite(box.low.y) && std::isfinite(box.high.x) && std::isfinite(box.high.y), "a candidate is not finite");
        must(box.low.x <= box.high.x && box.low.y <= box.high.y, "a candidate's corners are not ordered");
    }
}

void read_detector(Decode family, Reading reading, int shorter, Outputs& outputs) {
    const auto cells = [&](int stride) { return static_cast<std::size_t>(reading.input.width / stride) * static_cast<std::size_t>(reading.input.height / stride); };
    const auto less = [&](std::size_t count) { return count > static_cast<std::size_t>(shorter) ? count - static_cast<std::size_t>(shorter) : 0; };
    const std::size_t per_cell = family == Decode::anchors_scrfd ? 2 : 1;
    if (family == Decode::anchors_yolo) outputs.add(less((cells(8) + cells(16) + cells(32)) * 20));
    const std::vector<std::size_t> widths = family == Decode::anchors_scrfd ? std::vector<std::size_t>{1, 4, 10} : std::vector<std::size_t>{1, 1, 4, 10};
    if (family != Decode::anchors_yolo)
        for (const std::size_t width : widths)
            for (const int stride : {8, 16, 32}) outputs.add(less(cells(stride) * per_cell * width));
    Candidates found;
    append_candidates(family, outputs.all(), reading, found);
    check(found);
}

void read_other(int kind, std::size_t count, Outputs& outputs) {
    switch (kind) {
        case 0: {
            const std::span<const float> maps = outputs.add(count * 1024), landmarks = outputs.add(count);
            read_heatmap(landmarks, maps);
            return;
        }
        case 1: read_points_scored(outputs.add(count)); return;
        case 2: read_points(outputs.add(count)); return;
        case 3: {
            std::vector<float> unit(64);
            normalise_embedding(outputs.add(count), unit);
            return;
        }
        default: {
            const std::span<const float> scores = outputs.add(count);
            for (const Decode family : {Decode::scores_detection, Decode::scores_pair, Decode::scores_four})
                is_flagged(family, read_gate_score(family, scores, 4 + kind));
        }
    }
}

void read_classes(std::span<const std::byte> numbers, int count, Element element) {
    std::array<std::array<std::int64_t, 1>, 3> values{};
    std::vector<Tensor> tensors;
    for (int i = 0; i < count; ++i) {
        auto& value = values[static_cast<std::size_t>(i)];
        if (numbers.size() >= sizeof(value)) std::memcpy(value.data(), numbers.data(), sizeof(value));
        tensors.push_back({value.data(), element, {1}});
    }
    read_fairface(tensors);
}

}  // namespace

void read(std::span<const std::byte> bytes) {
    if (bytes.size() < head_bytes) throw Error(Code::bad_input, "Fewer bytes than the choices need.");
    const auto choice = [&](std::size_t i) { return std::to_integer<int>(bytes[i]); };
    Outputs outputs{bytes.subspan(head_bytes), 0, {}, {}};
    const int kind = choice(0) % 9;
    if (kind < 3) {
        constexpr std::array<Decode, 3> families{Decode::anchors_scrfd, Decode::anchors_yolo, Decode::anchors_yunet};
        const Reading reading{{32 + 32 * (choice(1) % 4), 32 + 32 * (choice(1) / 4 % 4)}, choice(2) / 255.0, 0.25 + choice(3), 0.25 + choice(4), choice(5) % 2 == 1};
        return read_detector(families[static_cast<std::size_t>(kind)], reading, choice(6) % 4 == 3 ? choice(7) : 0, outputs);
    }
    if (kind == 8) return read_classes(outputs.numbers, choice(1) % 4, static_cast<Element>(choice(2) % 7));
    read_other(kind - 3, static_cast<std::size_t>(choice(6)) + static_cast<std::size_t>(choice(7) % 2) * 256, outputs);
}

}  // namespace mien::fuzz
