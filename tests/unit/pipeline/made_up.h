// Made-up pictures and faces, and the functional networks when they are there, for the tests of the processors.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "face/align.h"
#include "image/buffer.h"
#include "models/store.h"
#include "pipeline/processor.h"

namespace mien::made_up {

/// The folder of the functional networks, or an empty path.
inline std::filesystem::path network_folder() {
    const char* models = std::getenv("MIEN_GOLDENS_MODELS");
    const char* goldens = std::getenv("MIEN_GOLDENS");
    const char* source = std::getenv("MIEN_SOURCE_DIR");
    std::filesystem::path folder = models ? models : goldens ? std::filesystem::path(goldens) / "models" : std::filesystem::path(source ? source : ".") / "../shared/goldens/models";
    return std::filesystem::exists(folder / "inswapper_128.onnx") ? folder : std::filesystem::path();
}

/// One store for all tests of the program: networks are opened once.
inline ModelStore& store() {
    static const std::filesystem::path lock = std::filesystem::temp_directory_path() / ("mien_pipeline_test_" + std::to_string(std::random_device{}()) + ".lock");
    static ModelStore all({.folders = {network_folder()}, .lock_file = lock});
    return all;
}

#define MIEN_NEEDS_NETWORKS() \
    if (mien::made_up::network_folder().empty()) GTEST_SKIP() << "the functional networks are not there: set MIEN_GOLDENS_MODELS to their folder"

/// Smooth hills with some grain, so that warps and roundings have something to do.
template <class T> Picture<T> picture(Size size, int depth, unsigned seed = 1) {
    Picture<T> out(host_queue(), size, 3);
    std::mt19937 random(seed);
    const int full = (1 << depth) - 1;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width * 3; ++x) {
            const int hill = (x * 7 + y * 5 + (x * y) / 64) % 512;
            const int value = (hill < 256 ? hill : 511 - hill) * full / 255 + static_cast<int>(random() % 16) * full / 255 - 8 * full / 255;
            out.view().row(y)[x] = static_cast<T>(value < 0 ? 0 : value > full ? full : value);
        }
    return out;
}

/// A face of the given width around a centre, turned by an angle in degrees.
inline Face face(Point centre, double width, double degrees = 0, unsigned seed = 1) {
    Face out;
    const double turn = degrees * 3.14159265358979 / 180, cosine = std::cos(turn), sine = std::sin(turn);
    const auto place = [&](double u, double v) {
        const double x = (u - 0.5) * width, y = (v - 0.5) * width;
        return Point{centre.x + cosine * x - sine * y, centre.y + sine * x + cosine * y};
    };
    const Points5& shape = template_points(Template::arcface_128);
    for (std::size_t i = 0; i < 5; ++i) out.points5[i] = place(shape[i].x, shape[i].y);
    out.points5_68 = out.points5;
    out.points5_68[0].x += 0.7;
    for (std::size_t i = 0; i < 68; ++i) {
        const double around = 2 * 3.14159265358979 * static_cast<double>(i) / 68;
        out.points68[i] = place(0.5 + 0.3 * std::cos(around), 0.55 + 0.35 * std::sin(around));
        out.points68_5[i] = place(0.5 + 0.25 * std::cos(around), 0.5 + 0.3 * std::sin(around));
    }
    out.box = bounding_box(out.points68);
    out.score = 0.9;
    std::mt19937 random(seed);
    std::normal_distribution<float> normal;
    out.embedding.emplace();
    for (float& value : *out.embedding) value = normal(random);
    return out;
}

inline ProcessorContext::Source source(unsigned seed = 7, bool with_face = true) {
    Frame frame({Layout::rgb, 8, false}, {300, 260});
    const Picture<std::uint8_t> pixels = picture<std::uint8_t>(frame.size(), 8, seed);
    const View<std::uint8_t> to = frame.edit<std::uint8_t>(0);
    for (int y = 0; y < to.size.height; ++y) std::copy_n(pixels.view().row(y), to.size.width * 3, to.row(y));
    ProcessorContext::Source out{"source.png", frame, {}};
    if (with_face) out.faces.push_back(face({150, 130}, 140, 5, seed));
    return out;
}

/// A canvas over the part `region` of a picture.
inline Canvas canvas(View<std::uint8_t> whole, Rect region, int depth) { return {region, whole.size, depth, whole.part(region), {}, whole.part(region), {}}; }
inline Canvas canvas(View<std::uint16_t> whole, Rect region, int depth) { return {region, whole.size, depth, {}, whole.part(region), {}, {}}; }

template <class T> std::vector<T> samples(View<const T> view) {
    std::vector<T> out;
    for (int y = 0; y < view.size.height; ++y) out.insert(out.end(), view.row(y), view.row(y) + view.size.width * view.channels);
    return out;
}

/// Paints on the whole frame.
template <class T> Rect paint_whole(const Processor& processor, std::span<const Face> faces, int depth, Picture<T>& picture, Tally& tally, Trace* trace = nullptr) {
    Canvas whole = canvas(picture.view(), {0, 0, picture.size().width, picture.size().height}, depth);
    const auto scratch = processor.make_scratch();
    processor.paint(host_queue(), faces, whole, *scratch, tally, trace);
    return whole.touched;
}

/// Paints once on the whole frame and once on a copy of the footprint alone: the same bytes, and none changed outside what was said to be touched.
template <class T> void expect_footprint_holds(const Processor& processor, std::span<const Face> faces, Size size, int depth) {
    const Picture<T> before = picture<T>(size, depth);
    Picture<T> whole = picture<T>(size, depth);
    Tally first, second;
    const Rect touched = paint_whole(processor, faces, depth, whole, first);
    const Rect footprint = processor.footprint(faces, size);
    ASSERT_EQ(meet(footprint, {0, 0, size.width, size.height}), footprint);
    ASSERT_EQ(meet(touched, footprint), touched);
    ASSERT_FALSE(touched.empty());

    Picture<T> part(host_queue(), footprint.size(), 3);
    for (int y = 0; y < footprint.height; ++y) std::copy_n(before.view().part(footprint).row(y), footprint.width * 3, part.view().row(y));
    Canvas alone = canvas(part.view(), {0, 0, footprint.width, footprint.height}, depth);
    alone.region = footprint;
    alone.frame = size;
    const auto scratch = processor.make_scratch();
    processor.paint(host_queue(), faces, alone, *scratch, second, nullptr);
    EXPECT_EQ(alone.touched, touched);
    EXPECT_EQ(samples<T>(part), samples<T>(whole.view().part(footprint)));
    EXPECT_EQ(first.processed, second.processed);

    int outside = 0, inside = 0;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width; ++x) {
            const bool changed = !std::equal(&before.view().at(x, y), &before.view().at(x, y) + 3, &whole.view().at(x, y));
            const bool within = x >= touched.x && y >= touched.y && x < touched.x + touched.width && y < touched.y + touched.height;
            (within ? inside : outside) += changed;
        }
    EXPECT_EQ(outside, 0);
    EXPECT_GT(inside, 0);
}

/// Code and text of what a call throws.
template <class Call> std::string error_of(Call&& call) {
    try {
        call();
    } catch (const Error& error) {
        return std::string(fault(error.code()).name) + ": " + error.what();
    }
    return "nothing thrown";
}

}  // namespace mien::made_up
