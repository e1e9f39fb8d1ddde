// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cmath>

#include "base/error.h"
#include "unit/pipeline/made_up.h"

namespace mien {
namespace {

constexpr Size frame_size{320, 240};

Settings settings_for(const std::string& model, int blend = 80, bool faithful = false) {
    Settings settings;
    settings.enhancer.model = model;
    settings.enhancer.blend = blend;
    settings.faithful = faithful;
    return settings;
}
std::unique_ptr<Processor> open(const Settings& settings) { return open_face_enhancer({settings, made_up::store(), {}, host_queue()}); }

std::vector<std::uint8_t> paint(const Settings& settings, std::span<const Face> faces) {
    Picture<std::uint8_t> picture = made_up::picture<std::uint8_t>(frame_size, 8);
    Tally tally;
    made_up::paint_whole(*open(settings), faces, 8, picture, tally);
    EXPECT_EQ(tally.processed, static_cast<std::int64_t>(faces.size()));
    return made_up::samples<std::uint8_t>(picture);
}

TEST(FaceEnhancer, EveryNetworkPaintsInsideItsFootprintOnly) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<Face> faces{made_up::face({160, 120}, 100, 12)};
    int enhancers = 0;
    for (const ModelSpec& spec : zoo()) {
        if (spec.task != Task::enhance || spec.group == starter_group) continue;
        ++enhancers;
        if (spec.size.width > 512) continue;  // the larger ones only cost time here
        SCOPED_TRACE(spec.name);
        made_up::expect_footprint_holds<std::uint8_t>(*open(settings_for(std::string(spec.name))), faces, frame_size, 8);
    }
    EXPECT_EQ(enhancers, 9);
}

TEST(FaceEnhancer, ACanvasOfTheFootprintGivesTheWholeFramesBytes) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<std::vector<Face>> casts{{made_up::face({160.3, 120.8}, 300, -31)},
                                               {made_up::face({90, 110}, 60, 3), made_up::face({140, 120}, 70, -20, 2)},
                                               {made_up::face({5, 230}, 120, 45)}};
    for (const bool faithful : {false, true}) {
        const auto enhancer = open(settings_for("gpen_bfr_256", 80, faithful));
        for (const std::vector<Face>& faces : casts) {
            made_up::expect_footprint_holds<std::uint8_t>(*enhancer, faces, frame_size, 8);
            made_up::expect_footprint_holds<std::uint16_t>(*enhancer, faces, frame_size, 12);
        }
    }
}

TEST(FaceEnhancer, BlendMixesOldAndNew) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<Face> faces{made_up::face({160, 120}, 100, 12)};
    const std::vector<std::uint8_t> before = made_up::samples<std::uint8_t>(made_up::picture<std::uint8_t>(frame_size, 8));
    const std::vector<std::uint8_t> none = paint(settings_for("gfpgan_1.4", 0), faces), half = paint(settings_for("gfpgan_1.4", 50), faces),
                                    all = paint(settings_for("gfpgan_1.4", 100), faces);
    EXPECT_EQ(none, before);
    EXPECT_NE(all, before);
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_NEAR(half[i], (before[i] + all[i]) / 2.0, 0.5) << i;
}

TEST(FaceEnhancer, TheWeightReachesNetworksThatTakeOne) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<Face> faces{made_up::face({160, 120}, 100, 12)};
    const auto with_weight = [&](const std::string& model, double weight) {
        Settings settings = settings_for(model);
        settings.enhancer.weight = weight;
        return paint(settings, faces);
    };
    EXPECT_NE(with_weight("codeformer", 0), with_weight("codeformer", 1));
    EXPECT_EQ(with_weight("gfpgan_1.4", 0), with_weight("gfpgan_1.4", 1));
}

TEST(FaceEnhancer, MasksWithABoxWhateverWasChosen) {
    MIEN_NEEDS_NETWORKS();
    Settings settings = settings_for("gfpgan_1.4");
    settings.masks.types = {"area", "region"};
    settings.masks.padding = {40, 40, 40, 40};
    EXPECT_EQ(open(settings)->describe(), "face_enhancer gfpgan_1.4, crop 512 ffhq_512, masks box, blend 80");
    const std::vector<Face> faces{made_up::face({160, 120}, 100, 12)};
    EXPECT_EQ(paint(settings, faces), paint(settings_for("gfpgan_1.4"), faces));
    settings.masks.types = {"occlusion"};
    EXPECT_EQ(open(settings)->describe(), "face_enhancer gfpgan_1.4, crop 512 ffhq_512, masks box occlusion, blend 80");
}

TEST(FaceEnhancer, CropsAsItsRowSays) {
    MIEN_NEEDS_NETWORKS();
    EXPECT_EQ(open(settings_for("gpen_bfr_256"))->describe(), "face_enhancer gpen_bfr_256, crop 256 arcface_128, masks box, blend 80");
}

TEST(FaceEnhancer, RefusesOtherNetworks) {
    MIEN_NEEDS_NETWORKS();
    const std::string refusal = made_up::error_of([] { open(settings_for("inswapper_128")); });
    EXPECT_EQ(refusal.rfind("usage: ", 0), 0U) << refusal;
}

}  // namespace
}  // namespace mien
