// Detectors on one picture against the reference's recording: input and candidates. The parity suite does the rest.
// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <numeric>

#include "base/digest.h"
#include "base/json.h"
#include "models/decode.h"
#include "models/store.h"
#include "unit/png_file.h"
#include "unit/runtime/onnx_text.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

/// The picture at the top left of a 640 x 640 input, in the arithmetic of the reference.
std::vector<float> detector_input(const png_file::Samples& bgr, Decode family) {
    std::vector<float> input(3 * 640 * 640);
    const auto value = [family](std::uint8_t sample) {
        if (family == Decode::anchors_scrfd) return (static_cast<float>(sample) - 127.5F) / 128.0F;
        return family == Decode::anchors_yolo ? static_cast<float>(sample) / 255.0F : static_cast<float>(sample);
    };
    for (std::size_t i = 0; i < input.size(); ++i) {
        const std::size_t channel = i / (640 * 640), y = i / 640 % 640, x = i % 640;
        const bool inside = x < static_cast<std::size_t>(bgr.size.width) && y < static_cast<std::size_t>(bgr.size.height);
        input[i] = value(inside ? bgr.values[(y * static_cast<std::size_t>(bgr.size.width) + x) * 3 + channel] : 0);
    }
    return input;
}

template <class T>
std::string crc_of(const std::vector<T>& values) {
    return crc32_hex(crc32(std::as_bytes(std::span(values))));
}

void expect_stats(const std::vector<double>& ours, const Json& recorded, double tolerance, const std::string& what) {
    ASSERT_FALSE(ours.empty());
    EXPECT_NEAR(*std::min_element(ours.begin(), ours.end()), recorded["stats"][0].get<double>(), tolerance) << what;
    EXPECT_NEAR(*std::max_element(ours.begin(), ours.end()), recorded["stats"][1].get<double>(), tolerance) << what;
    EXPECT_NEAR(std::accumulate(ours.begin(), ours.end(), 0.0) / static_cast<double>(ours.size()), recorded["stats"][2].get<double>(), tolerance) << what;
}

class Recorded : public ::testing::TestWithParam<const char*> {};

TEST_P(Recorded, DetectorFindsTheRecordedCandidates) {
    const fs::path models = onnx_text::golden_models();
    if (models.empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    const char* named_goldens = std::getenv("MIEN_GOLDENS");
    const char* named_data = std::getenv("MIEN_GOLDENS_DATA");
    const fs::path goldens = named_goldens ? fs::path(named_goldens) : models.parent_path(),
                   data = named_data ? fs::path(named_data) : goldens.parent_path() / "data";
    std::ifstream file(goldens / "faces.json");
    const Json group = Json::parse(file, nullptr, false);
    const auto recorded =
        std::find_if(group["cases"].begin(), group["cases"].end(), [](const Json& one) { return one["id"] == std::string(GetParam()) + "/astronaut"; });
    if (group.is_discarded() || recorded == group["cases"].end()) GTEST_SKIP() << "the recording holds no such case";
    const Json &network = (*recorded)["stages"][0], &candidates = (*recorded)["stages"][1]["arrays"];

    const png_file::Samples picture = png_file::read_samples(data / (*recorded)["target"].get<std::string>(), PNG_FORMAT_BGR);
    ASSERT_EQ(crc_of(picture.values), (*recorded)["decoded"]["crc32"]);
    const std::string name = fs::path(network["meta"]["file"].get<std::string>()).stem();
    const fs::path lock = fs::temp_directory_path() / ("mien_recorded_" + std::to_string(::getpid()) + ".lock");
    ModelStore store({.folders = {models}, .lock_file = lock});
    const auto session = store.open(name);
    fs::remove(lock);
    std::vector<float> input = detector_input(picture, find_model(name).decode);
    EXPECT_EQ(crc_of(input), network["arrays"]["in_input"]["crc32"]);

    const std::array<Shape, 1> shape{Shape{1, 3, 640, 640}};
    const std::vector<Shape> shapes = session->output_shapes(shape);
    std::vector<std::vector<float>> memory;
    std::vector<Tensor> outputs;
    for (const Shape& one : shapes) outputs.push_back({memory.emplace_back(static_cast<std::size_t>(one.count())).data(), Element::f32, one});
    const std::array<Tensor, 1> in{Tensor{input.data(), Element::f32, shape[0]}};
    session->run(host_queue(), in, outputs);
    Candidates found;
    const std::vector<std::span<const float>> spans(memory.begin(), memory.end());
    append_candidates(find_model(name).decode, spans, {.input = {640, 640}, .threshold = 0.5, .drop_lone_first = true}, found);

    ASSERT_EQ(found.size(), candidates["scores"]["shape"][0].get<std::size_t>());
    std::vector<double> boxes, points;
    for (const Box& box : found.boxes) boxes.insert(boxes.end(), {box.low.x, box.low.y, box.high.x, box.high.y});
    for (const auto& five : found.points) {
        for (const Point& point : five) points.insert(points.end(), {point.x, point.y});
    }
    expect_stats(boxes, candidates["boxes"], 1e-3, "boxes");
    expect_stats(points, candidates["points"], 1e-3, "points");
    expect_stats(found.scores, candidates["scores"], 1e-4, "scores");
}
INSTANTIATE_TEST_SUITE_P(Detectors, Recorded, ::testing::Values("yolo", "scrfd", "retinaface", "yunet"),
                         [](const auto& detector) { return std::string(detector.param); });

}  // namespace
}  // namespace mien
