// The starter detector on pictures that are no squares.
// SPDX-License-Identifier: Apache-2.0
#include "face/detect.h"

#include <gtest/gtest.h>

#include <cmath>

#include "kernels/geometry.h"
#include "unit/face/networks.h"
#include "unit/png_file.h"

namespace mien {
namespace {

std::filesystem::path source_folder() {
    const char* const source = std::getenv("MIEN_SOURCE_DIR");
    return source ? source : ".";
}

/// The one face of the demo's source, its picture's top left corner in that of a black picture.
Detection found_in(Size size) {
    const test_networks::Folder folder;
    StoreOptions options = folder.options();
    options.folders = {source_folder() / "assets/starter"};
    ModelStore store(options);
    AnalysisSettings settings;
    settings.detector_model = "starter";
    const Picture<std::uint8_t> portrait = png_file::read_picture(source_folder() / "assets/demo/source.png");
    Picture<std::uint8_t> small(host_queue(), {300, 300}, 3), picture(host_queue(), size, 3);
    kernels::resize<std::uint8_t>(host_queue(), portrait.view(), kernels::Filter::area_cv, small.view());
    kernels::fill<std::uint8_t>(host_queue(), picture.view(), 0);
    kernels::copy<std::uint8_t>(host_queue(), small.view(), picture.view().part({0, 0, 300, 300}));
    DetectScratch scratch;
    std::int64_t non_finite = 0;
    const View<const std::uint8_t> shown = picture.view();
    const auto found = Detector(store, settings).detect(host_queue(), std::span(&shown, 1), scratch, nullptr, non_finite);
    EXPECT_EQ(found[0].size(), 1U) << size.width << "x" << size.height;
    EXPECT_EQ(non_finite, 0);
    return found[0].empty() ? Detection{} : found[0][0];
}

// 360 and 350 are no multiples of the coarsest cell; bars that make a square of these pictures would change nothing but the time.
TEST(DetectStarter, AFaceIsWhereItIsInPicturesOfAnySides) {
    const Detection square = found_in({640, 640});
    EXPECT_GT(square.score, 0.6);
    for (const Size size : {Size{640, 360}, Size{350, 640}, Size{301, 303}}) {
        const Detection found = found_in(size);
        EXPECT_NEAR(found.score, square.score, 0.05) << size.width << "x" << size.height;
        for (std::size_t i = 0; i < 5; ++i) {
            EXPECT_NEAR(found.points[i].x, square.points[i].x, 1.5) << size.width << "x" << size.height << " point " << i;
            EXPECT_NEAR(found.points[i].y, square.points[i].y, 1.5) << size.width << "x" << size.height << " point " << i;
        }
    }
}

}  // namespace
}  // namespace mien
