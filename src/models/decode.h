// What networks answer, read as boxes, points, scores and vectors. Pure functions over float tensors; no picture, no face.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "image/tensor.h"
#include "image/view.h"
#include "models/spec.h"

namespace mien {

/// What a detector found, before suppression; index i of the three lists is one candidate.
struct Candidates {
    std::vector<Box> boxes;
    std::vector<double> scores;
    std::vector<std::array<Point, 5>> points;
    int non_finite = 0;  ///< left out: NaN or infinite numbers in score, box or points
    std::size_t size() const noexcept { return boxes.size(); }
    void clear() noexcept {
        boxes.clear();
        scores.clear();
        points.clear();
        non_finite = 0;
    }
};

/// How a detector's output is read. The ratios map input pixels to picture pixels; they differ by axis because fitted sizes are whole.
struct Reading {
    Size input{640, 640};  ///< of the detector, pixels
    double threshold = 0.5;
    double ratio_x = 1, ratio_y = 1;
    bool drop_lone_first = false;  ///< FaceFusion drops a level whose only surviving anchor is number 0 (docs/faithful.md)
};

/// Outputs of one item in the file's order, each as long as its level has anchors. Corners are ordered, low <= high. Candidates are appended; the same
/// `into` cleared and used again allocates nothing new. Throws Error{device} when an output is too short. Formulas: InsightFace SCRFD (score >= threshold,
/// distances to the anchor, two anchors per cell), Ultralytics (score > threshold, centre and size), libfacedetection (cls * obj >= threshold).
void append_scrfd(std::span<const std::span<const float>> outputs, const Reading&, Candidates& into);
void append_yolo(std::span<const float> output, const Reading&, Candidates& into);
void append_yunet(std::span<const std::span<const float>> outputs, const Reading&, Candidates& into);
/// By the row's decode family. Throws Error{internal} for a row that is no detector.
void append_candidates(Decode, std::span<const std::span<const float>> outputs, const Reading&, Candidates& into);

/// 68 points in pixels of the 256 x 256 crop, and how sure the network is, 0..1.
struct ScoredPoints {
    std::array<Point, 68> points{};
    double score = 0;
};
/// landmarks[68,3] in steps of 4 pixels and heatmaps[68,64,64]: the score is the mean of the maps' maxima, 0..0.9 read as 0..1.
ScoredPoints read_heatmap(std::span<const float> landmarks, std::span<const float> heatmaps);
/// output[68,3] of x, y in steps of 4 pixels and confidence: the score is the mean confidence, 0..0.95 read as 0..1.
ScoredPoints read_points_scored(std::span<const float> output);
/// output[68,2] as it is.
std::array<Point, 68> read_points(std::span<const float> output);

/// The vector divided by its length; all zero for a zero vector. Throws Error{device} when sizes differ.
void normalise_embedding(std::span<const float> raw, std::span<float> unit);

/// Class numbers of fairface; what they mean is said where attributes live.
struct FairfaceClasses {
    int race = 0, gender = 0, age = 0;
};
/// Three single values of 32 or 64 bits in the file's order race, gender, age. Throws Error{device}.
FairfaceClasses read_fairface(std::span<const Tensor> outputs);

/// One number per picture of a gate network, and whether it speaks against the picture (spec: detection 0.2, pair 0.25, four 10.5).
/// `output` is one item; `channels` of the detection family is 4 + classes. Throws Error{device} when it is too short.
double read_gate_score(Decode, std::span<const float> output, int channels = 0);
bool is_flagged(Decode, double score) noexcept;

/// numpy's order of adding (eight partial sums up to 128 numbers, halves above), so that means equal the reference to the last bit.
float mean_in_reference_order(const float* values, std::size_t count, std::size_t step = 1) noexcept;

}  // namespace mien
