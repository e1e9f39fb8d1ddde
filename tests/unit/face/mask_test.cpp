// SPDX-License-Identifier: Apache-2.0
#include "face/mask.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "kernels/mask.h"
#include "unit/face/networks.h"

namespace mien {
namespace {

using Types = std::vector<std::string>;

MaskSettings settings_of(Types types) {
    MaskSettings settings;
    settings.types = std::move(types);
    return settings;
}

Picture<float> make_mask(const Masker& masker, const Masker::Crops& crops, int edge, Trace* trace = nullptr) {
    Picture<float> mask(host_queue(), {edge, edge});
    Masker::Scratch scratch;
    masker.make(host_queue(), crops, masker.settings().types, masker.settings().padding, mask, scratch, trace);
    return mask;
}

void expect_equal(View<const float> ours, View<const float> wanted) {
    ASSERT_EQ(ours.size, wanted.size);
    for (int y = 0; y < ours.size.height; ++y)
        for (int x = 0; x < ours.size.width; ++x) ASSERT_EQ(ours.at(x, y), wanted.at(x, y)) << x << ", " << y;
}

/// 68 points: all in the middle, but the mouth's on a square of 40..80 and the brows' on a line above.
Points68 square_mouth() {
    Points68 points;
    points.fill({60.9, 60.9});
    points[48] = {40.9, 40.2};
    points[51] = {80.7, 40.2};
    points[54] = {80.7, 80.9};
    points[57] = {40.9, 80.9};
    points[19] = {60.5, 5.5};
    return points;
}

struct StageNames final : Trace {
    void stage(std::string_view name, std::string_view) override { names.emplace_back(name); }
    void array(std::string_view, const Tensor&) override { ++arrays; }
    std::vector<std::string> names;
    int arrays = 0;
};

TEST(Mask, BoxIsTheKernelsAndStaysTheSameFromTheCache) {
    ModelStore store = test_networks::empty_store();
    MaskSettings settings = settings_of({"box"});
    settings.padding = {10, 20, 30, 5};
    const Masker masker(store, settings, false);
    Picture<float> wanted(host_queue(), {112, 112});
    kernels::box_mask(host_queue(), settings.blur, settings.padding, wanted);
    kernels::clip(host_queue(), wanted, 0, 1, wanted);
    for (int i = 0; i < 2; ++i) expect_equal(make_mask(masker, {}, 112), wanted);
}

TEST(Mask, AreaIsTheFeatheredHullOfTheChosenAreasTogether) {
    ModelStore store = test_networks::empty_store();
    MaskSettings settings = settings_of({"area"});
    settings.areas = {"mouth"};
    const Masker masker(store, settings, true);
    Picture<float> hull(host_queue(), {128, 128}), wanted(host_queue(), {128, 128});
    const std::array<Point, 4> corners{{{40, 40}, {80, 40}, {80, 80}, {40, 80}}};
    kernels::fill_hull(host_queue(), corners, hull);
    kernels::soft_step(host_queue(), hull, wanted);
    const Picture<float> mask = make_mask(masker, {{}, {}, square_mouth()}, 128);
    expect_equal(mask, wanted);
    EXPECT_EQ(mask.view().at(60, 20), 0);

    settings.areas = {"mouth", "upper-face"};
    const Masker both(store, settings, true);
    EXPECT_GT(make_mask(both, {{}, {}, square_mouth()}, 128).view().at(60, 32), 0) << "between brow and mouth";
}

TEST(Mask, AreaOfPointsThatAreNoNumbersIsEmpty) {
    ModelStore store = test_networks::empty_store();
    const Masker masker(store, settings_of({"area"}), false);
    Points68 points;
    points.fill({std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()});
    const Picture<float> mask = make_mask(masker, {{}, {}, points}, 64);
    for (int y = 0; y < 64; ++y)
        for (int x = 0; x < 64; ++x) ASSERT_EQ(mask.view().at(x, y), 0);
    points.fill({1e300, -1e300});
    EXPECT_EQ(make_mask(masker, {{}, {}, points}, 64).view().at(32, 32), 0);
}

TEST(Mask, SeveralTypesGiveTheirMinimumInTheReferencesOrder) {
    ModelStore store = test_networks::empty_store();
    MaskSettings settings = settings_of({"area", "box"});
    settings.areas = {"mouth"};
    const Masker both(store, settings, true);
    settings.types = {"box"};
    const Masker box(store, settings, true);
    settings.types = {"area"};
    const Masker area(store, settings, true);
    const Masker::Crops crops{{}, {}, square_mouth()};
    Picture<float> wanted(host_queue(), {96, 96});
    kernels::minimum(host_queue(), make_mask(box, crops, 96), make_mask(area, crops, 96), wanted);
    StageNames trace;
    expect_equal(make_mask(both, crops, 96, &trace), wanted);
    EXPECT_EQ(trace.names, (Types{"mask_box", "mask_area"}));
    EXPECT_EQ(trace.arrays, 3);
}

TEST(Mask, NoTypeMasksNothingAndUnknownNamesAreRefused) {
    ModelStore store = test_networks::empty_store();
    EXPECT_EQ(make_mask(Masker(store, settings_of({}), false), {}, 8).view().at(0, 0), 1);
    EXPECT_THROW(Masker(store, settings_of({"circle"}), false), Error);
    MaskSettings settings;
    settings.areas = {"ear"};
    EXPECT_THROW(Masker(store, settings, false), Error);
    settings = {};
    settings.regions = {"hat"};
    EXPECT_THROW(Masker(store, settings, false), Error);
    settings = settings_of({"occlusion"});
    settings.occluder_model = "bisenet_resnet_34";
    EXPECT_THROW(Masker(store, settings, false), Error);
}

TEST(Mask, AMissingCropIsSaidNotRead) {
    ModelStore store = test_networks::empty_store();
    const Masker masker(store, settings_of({"box"}), false);
    Picture<float> mask(host_queue(), {8, 8});
    Masker::Scratch scratch;
    EXPECT_THROW(masker.make(host_queue(), {}, Types{"occlusion"}, {}, mask, scratch), Error);
    EXPECT_THROW(masker.make(host_queue(), {}, Types{"region"}, {}, mask, scratch), Error);
}

TEST(Mask, ManyOccludersGiveTheLowestAnswer) {
    if (test_networks::recorded().empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    ModelStore store = test_networks::recorded_store();
    const Picture<std::uint8_t> crop = test_networks::noise({200, 200});
    const Masker::Crops crops{crop, {}, {}};
    MaskSettings settings = settings_of({"occlusion"});
    std::vector<Picture<float>> masks;
    for (const char* name : {"many", "xseg_1", "xseg_2", "xseg_3"}) {
        settings.occluder_model = name;
        masks.push_back(make_mask(Masker(store, settings, true), crops, 200));
    }
    bool any = false;
    for (int y = 0; y < 200; ++y)
        for (int x = 0; x < 200; ++x) {
            const float lowest = std::min({masks[1].view().at(x, y), masks[2].view().at(x, y), masks[3].view().at(x, y)});
            ASSERT_LE(masks[0].view().at(x, y), lowest + 1e-6F) << x << ", " << y;
            any |= masks[1].view().at(x, y) > 0;
        }
    EXPECT_TRUE(any);
}

TEST(Mask, RegionsAddUp) {
    if (test_networks::recorded().empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    ModelStore store = test_networks::recorded_store();
    const Picture<std::uint8_t> crop = test_networks::noise({256, 256});
    MaskSettings settings = settings_of({"region"});
    const Picture<float> all = make_mask(Masker(store, settings, true), {{}, crop, {}}, 256);
    settings.regions = {"nose"};
    const Picture<float> nose = make_mask(Masker(store, settings, true), {{}, crop, {}}, 256);
    bool any = false;
    for (int y = 0; y < 256; ++y)
        for (int x = 0; x < 256; ++x) {
            ASSERT_GE(all.view().at(x, y), nose.view().at(x, y) - 1e-6F) << x << ", " << y;
            any |= all.view().at(x, y) > 0;
        }
    EXPECT_TRUE(any);
}

}  // namespace
}  // namespace mien
