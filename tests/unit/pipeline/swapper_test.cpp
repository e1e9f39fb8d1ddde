// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <thread>

#include "base/error.h"
#include "models/decode.h"
#include "pipeline/face_crop.h"
#include "pipeline/painting_network.h"
#include "pipeline/swap_source.h"
#include "unit/pipeline/made_up.h"

namespace mien {
namespace {

constexpr Size frame_size{320, 240};

Settings settings_for(const std::string& model, bool faithful = false) {
    Settings settings;
    settings.swapper.model = model;
    settings.faithful = faithful;
    return settings;
}

std::unique_ptr<Processor> open_with(const Settings& settings, std::vector<ProcessorContext::Source> sources, Trace* trace = nullptr) {
    return open_face_swapper({settings, made_up::store(), sources, host_queue(), trace});
}
std::unique_ptr<Processor> open(const Settings& settings) { return open_with(settings, {made_up::source()}); }

TEST(TargetShare, RunsFromPartOfTheTargetToBeyondTheSource) {
    EXPECT_FLOAT_EQ(static_cast<float>(target_share(0)), 0.35F);
    EXPECT_EQ(target_share(0.5), 0);
    EXPECT_FLOAT_EQ(static_cast<float>(target_share(1)), -0.35F);
}

TEST(BlendIdentity, MixesWithoutNormalising) {
    Embedding target{};
    target.fill(2);
    const std::vector<float> source(512, 1);
    std::vector<float> out(512);
    blend_identity(source, target, 0.25, out);
    EXPECT_FLOAT_EQ(out[0], 1.25F);
    blend_identity(source, target, -0.25, out);
    EXPECT_FLOAT_EQ(out[511], 0.75F);
}

TEST(NormaliseEmbedding, WorksInPlaceAndLeavesNothingness) {
    std::vector<float> values{3, 0, -4};
    normalise_embedding(values, values);
    EXPECT_EQ(values, (std::vector<float>{0.6F, 0, -0.8F}));
    values.assign(3, 0);
    normalise_embedding(values, values);
    EXPECT_EQ(values, std::vector<float>(3, 0));
}

TEST(ProjectEmbedding, DividesByTheLengthBeforeTheProduct) {
    std::vector<float> matrix(512 * 512, 0);
    for (std::size_t i = 0; i < 512; ++i) matrix[i * 512 + (i + 1) % 512] = 3;  // shifts by one and triples
    Embedding embedding{};
    embedding[0] = 3;
    embedding[10] = 4;
    const std::vector<float> out = project_embedding(embedding, matrix);
    EXPECT_FLOAT_EQ(out[1], 3 * 3 / 5.0F);
    EXPECT_FLOAT_EQ(out[11], 3 * 4 / 5.0F);
    EXPECT_EQ(out[0], 0);
}

TEST(Snap, MakesCoordinatesIndependentOfTheOrigin) {
    const Affine map = snap({0.912345678901, -0.3123456789, 141.98765432109, 0.3123456789, 0.912345678901, 31.123456789});
    EXPECT_NEAR(map.c, 141.98765432109, 1e-10);
    Affine shifted = map;
    shifted.c -= 137;
    for (int y = 0; y < 2048; y += 37)
        for (int x = 0; x < 2048; x += 41) {
            const Point whole = map({static_cast<double>(x), static_cast<double>(y)}), part = shifted({static_cast<double>(x), static_cast<double>(y)});
            ASSERT_EQ(whole.x - 137, part.x);
        }
}

TEST(PlaceCrop, SaysWhenAFaceIsOutsideOrNoFace) {
    EXPECT_FALSE(place_crop(Template::arcface_128, 128, made_up::face({160, 120}, 100).points5, frame_size, false).outside());
    EXPECT_TRUE(place_crop(Template::arcface_128, 128, made_up::face({1600, 120}, 100).points5, frame_size, false).outside());
    EXPECT_TRUE(place_crop(Template::arcface_128, 128, Points5{}, frame_size, false).outside());
    Points5 nonsense = made_up::face({160, 120}, 100).points5;
    nonsense[2].x = std::numeric_limits<double>::quiet_NaN();
    EXPECT_TRUE(place_crop(Template::arcface_128, 128, nonsense, frame_size, true).outside());
}

TEST(PasteCrop, KeepsThingsInPlaceAtEveryScale) {
    for (const double width : {700.0, 200.0, 90.0, 41.0}) {
        const FaceCrop place = place_crop(Template::arcface_128, 256, made_up::face({160.3, 120.4}, width).points5, frame_size, false);
        Picture<float> ramp(host_queue(), {256, 256}, 3), mask(host_queue(), {256, 256}, 1);
        for (int y = 0; y < 256; ++y)
            for (int x = 0; x < 256; ++x) {
                ramp.view().at(x, y, 0) = static_cast<float>(x);
                ramp.view().at(x, y, 1) = static_cast<float>(y);
                ramp.view().at(x, y, 2) = 77;
                mask.view().at(x, y) = 1;
            }
        Picture<std::uint16_t> picture = made_up::picture<std::uint16_t>(frame_size, 16);
        PasteScratch scratch;
        paste_crop<std::uint16_t>(host_queue(), ramp, mask, {{0, 0, frame_size.width, frame_size.height}, 16, false}, place, scratch, picture.view());
        int seen = 0;
        for (int y = 0; y < frame_size.height; ++y)
            for (int x = 0; x < frame_size.width; ++x) {
                const Point at = place.frame_to_crop({static_cast<double>(x), static_cast<double>(y)});
                if (at.x < 8 || at.y < 8 || at.x > 247 || at.y > 247) continue;
                ++seen;
                ASSERT_NEAR(picture.view().at(x, y, 0), at.x, 0.51) << width;
                ASSERT_NEAR(picture.view().at(x, y, 1), at.y, 0.51) << width;
                ASSERT_EQ(picture.view().at(x, y, 2), 77) << width;
            }
        EXPECT_GT(seen, 500);
    }
}

TEST(AllFinite, FindsOneBadValueAnywhere) {
    std::vector<float> values(200, 1e30F);
    const Tensor tensor{values.data(), Element::f32, {200}};
    EXPECT_TRUE(all_finite(tensor));
    for (const std::size_t at : {0U, 63U, 64U, 199U})
        for (const float bad : {std::numeric_limits<float>::infinity(), -std::numeric_limits<float>::infinity(), std::numeric_limits<float>::quiet_NaN()}) {
            values[at] = bad;
            EXPECT_FALSE(all_finite(tensor)) << at;
            values[at] = -1e-40F;
        }
    EXPECT_TRUE(all_finite(tensor));
    std::vector<std::uint16_t> halves{0x3C00, 0x7BFF, 0x7C00};
    EXPECT_FALSE(all_finite({halves.data(), Element::f16, {3}}));
    EXPECT_TRUE(all_finite({halves.data(), Element::f16, {2}}));
}

TEST(FaceSwapper, EveryNetworkPaintsInsideItsFootprintOnly) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<Face> faces{made_up::face({160, 120}, 100, 12)};
    for (const ModelSpec& spec : zoo()) {
        if (spec.task != Task::swap || spec.group == starter_group) continue;
        SCOPED_TRACE(spec.name);
        made_up::expect_footprint_holds<std::uint8_t>(*open(settings_for(std::string(spec.name))), faces, frame_size, 8);
    }
}

TEST(FaceSwapper, ACanvasOfTheFootprintGivesTheWholeFramesBytes) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<std::vector<Face>> casts{{made_up::face({160.3, 120.8}, 300, -31)},  // reaches over every edge, shrinks into the crop
                                               {made_up::face({151, 99}, 40, 77)},         // small: the paste shrinks
                                               {made_up::face({90, 110}, 90, 3), made_up::face({140, 120}, 110, -20, 2)},  // overlap
                                               {made_up::face({5, 230}, 120, 45)}};
    for (const bool faithful : {false, true}) {
        const auto swapper = open(settings_for("inswapper_128", faithful));
        for (const std::vector<Face>& faces : casts) {
            made_up::expect_footprint_holds<std::uint8_t>(*swapper, faces, frame_size, 8);
            made_up::expect_footprint_holds<std::uint16_t>(*swapper, faces, frame_size, 10);
        }
    }
}

TEST(FaceSwapper, TakesEveryMaskAndEveryBoost) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<Face> faces{made_up::face({160, 120}, 130, 12)};
    Settings settings = settings_for("inswapper_128");
    settings.masks.types = {"box", "occlusion", "area", "region"};
    settings.swapper.pixel_boost = 256;
    made_up::expect_footprint_holds<std::uint16_t>(*open(settings), faces, frame_size, 10);
    settings.masks.types = {"box"};
    for (const int boost : {384, 512}) {
        settings.swapper.pixel_boost = boost;
        made_up::expect_footprint_holds<std::uint8_t>(*open(settings), faces, frame_size, 8);
    }
}

TEST(FaceSwapper, PaintsFacesInOrderOnWhatTheFormerLeft) {
    MIEN_NEEDS_NETWORKS();
    const auto swapper = open(settings_for("inswapper_128"));
    const std::vector<Face> faces{made_up::face({130, 120}, 130, 12), made_up::face({170, 120}, 110, -5, 2)};
    const auto paint = [&](std::vector<std::vector<Face>> rounds) {
        Picture<std::uint8_t> picture = made_up::picture<std::uint8_t>(frame_size, 8);
        Tally tally;
        for (const std::vector<Face>& round : rounds) made_up::paint_whole(*swapper, round, 8, picture, tally);
        return made_up::samples<std::uint8_t>(picture);
    };
    EXPECT_EQ(paint({faces}), paint({{faces[0]}, {faces[1]}}));
    EXPECT_NE(paint({faces}), paint({{faces[1]}, {faces[0]}}));
}

class StageNames final : public Trace {
public:
    void stage(std::string_view name, std::string_view) override { names.emplace_back(name); }
    void array(std::string_view name, const Tensor& data) override {
        EXPECT_NE(data.data, nullptr) << name;
        ++arrays;
    }
    std::vector<std::string> names;
    int arrays = 0;
};

TEST(FaceSwapper, TellsItsStagesTileByTile) {
    MIEN_NEEDS_NETWORKS();
    Settings settings = settings_for("inswapper_128");
    settings.swapper.pixel_boost = 256;
    const auto swapper = open(settings);
    Picture<std::uint8_t> heard = made_up::picture<std::uint8_t>(frame_size, 8), unheard = made_up::picture<std::uint8_t>(frame_size, 8);
    const std::vector<Face> faces{made_up::face({160, 120}, 130, 12)};
    Tally tally;
    StageNames trace;
    made_up::paint_whole(*swapper, faces, 8, heard, tally, &trace);
    made_up::paint_whole(*swapper, faces, 8, unheard, tally);
    EXPECT_EQ(made_up::samples<std::uint8_t>(heard), made_up::samples<std::uint8_t>(unheard));
    std::vector<std::string> expected{"processor", "selected", "warp_points", "boost_split"};
    for (int tile = 0; tile < 4; ++tile) expected.insert(expected.end(), {"source_embedding", "balanced_embedding", "model", "swapped_crop"});
    expected.insert(expected.end(), {"boost_join", "mask_box", "paste"});
    EXPECT_EQ(trace.names, expected);
}

TEST(FaceSwapper, ThreadsWithTheirOwnScratchGiveTheSameBytes) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<Face> faces{made_up::face({160, 120}, 130, 12), made_up::face({60, 60}, 70)};
    const auto swapper = open(settings_for("inswapper_128"));
    std::array<std::vector<std::uint8_t>, 2> results;
    const auto work = [&](std::size_t index) {
        for (int round = 0; round < 3; ++round) {
            Picture<std::uint8_t> picture = made_up::picture<std::uint8_t>(frame_size, 8);
            Tally tally;
            made_up::paint_whole(*swapper, faces, 8, picture, tally);
            results[index] = made_up::samples<std::uint8_t>(picture);
        }
    };
    std::thread other(work, 1);
    work(0);
    other.join();
    EXPECT_EQ(results[0], results[1]);
}

TEST(FaceSwapper, UsedScratchPaintsLikeAFreshOne) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<Face> faces{made_up::face({160, 120}, 130, 12)};
    const auto swapper = open(settings_for("hyperswap_1a_256"));
    const auto scratch = swapper->make_scratch();
    std::vector<std::vector<std::uint8_t>> results;
    for (int round = 0; round < 2; ++round) {
        Picture<std::uint8_t> picture = made_up::picture<std::uint8_t>(frame_size, 8);
        Canvas canvas = made_up::canvas(picture.view(), {0, 0, frame_size.width, frame_size.height}, 8);
        Tally tally;
        swapper->paint(host_queue(), faces, canvas, *scratch, tally, nullptr);
        results.push_back(made_up::samples<std::uint8_t>(picture));
    }
    EXPECT_EQ(results[0], results[1]);
}

TEST(FaceSwapper, LeavesAFaceWhoseNetworkAnswersNothingFinite) {
    MIEN_NEEDS_NETWORKS();
    Settings settings = settings_for("inswapper_128");
    settings.swapper.weight = 0;  // so that the target's identity goes in
    const auto swapper = open(settings);
    std::vector<Face> faces{made_up::face({160, 120}, 130, 12)};
    faces[0].embedding->fill(std::numeric_limits<float>::quiet_NaN());
    Picture<std::uint8_t> picture = made_up::picture<std::uint8_t>(frame_size, 8);
    const std::vector<std::uint8_t> before = made_up::samples<std::uint8_t>(picture);
    Tally tally;
    EXPECT_TRUE(made_up::paint_whole(*swapper, faces, 8, picture, tally).empty());
    EXPECT_EQ(tally.non_finite, 1);
    EXPECT_EQ(tally.processed, 0);
    EXPECT_EQ(made_up::samples<std::uint8_t>(picture), before);
}

TEST(FaceSwapper, CountsFacesOutside) {
    MIEN_NEEDS_NETWORKS();
    const auto swapper = open(settings_for("inswapper_128"));
    const std::vector<Face> faces{made_up::face({1600, 120}, 100)};
    EXPECT_TRUE(swapper->footprint(faces, frame_size).empty());
    Picture<std::uint8_t> picture = made_up::picture<std::uint8_t>(frame_size, 8);
    Tally tally;
    made_up::paint_whole(*swapper, faces, 8, picture, tally);
    EXPECT_EQ(tally.outside, 1);
}

TEST(FaceSwapper, TheWeightChangesTheResult) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<Face> faces{made_up::face({160, 120}, 130, 12, 3)};
    std::vector<std::vector<std::uint8_t>> results;
    for (const double weight : {0.0, 0.5, 1.0}) {
        Settings settings = settings_for("hyperswap_1a_256");
        settings.swapper.weight = weight;
        Picture<std::uint8_t> picture = made_up::picture<std::uint8_t>(frame_size, 8);
        Tally tally;
        made_up::paint_whole(*open(settings), faces, 8, picture, tally);
        results.push_back(made_up::samples<std::uint8_t>(picture));
    }
    EXPECT_NE(results[0], results[1]);
    EXPECT_NE(results[1], results[2]);
}

TEST(SwapIdentity, IsTheMeanOfTheSourceFaces) {
    MIEN_NEEDS_NETWORKS();
    const Settings settings = settings_for("hyperswap_1a_256", true);
    const std::vector<ProcessorContext::Source> sources{made_up::source(1), made_up::source(2, false), made_up::source(3)};
    const SwapIdentity identity = make_swap_identity({settings, made_up::store(), sources, host_queue()}, find_model("hyperswap_1a_256"));
    EXPECT_EQ(identity.pictures, 2);
    const Embedding first = unit(*sources[0].faces[0].embedding), third = unit(*sources[2].faces[0].embedding);
    for (std::size_t i = 0; i < 512; ++i) ASSERT_NEAR(identity.values[i], (first[i] + third[i]) / 2, 1e-6);
}

TEST(SwapIdentity, PicturesAreCutFromTheOneThatHoldsTheFace) {
    MIEN_NEEDS_NETWORKS();
    const std::vector<ProcessorContext::Source> sources{made_up::source(1, false), made_up::source(2)}, alone{made_up::source(2)};
    for (const bool faithful : {false, true}) {
        const Settings settings = settings_for("uniface_256", faithful);
        const SwapIdentity both = make_swap_identity({settings, made_up::store(), sources, host_queue()}, find_model("uniface_256"));
        const SwapIdentity one = make_swap_identity({settings, made_up::store(), alone, host_queue()}, find_model("uniface_256"));
        EXPECT_EQ(both.values == one.values, !faithful);  // faithful: first picture, although its face is in the second
        EXPECT_EQ(both.shape, (Shape{1, 3, 256, 256}));
    }
}

TEST(FaceSwapper, RefusesInOneSentence) {
    MIEN_NEEDS_NETWORKS();
    const auto refusal = [](const std::string& model, int boost, std::vector<ProcessorContext::Source> sources) {
        Settings settings = settings_for(model);
        settings.swapper.pixel_boost = boost;
        return made_up::error_of([&] { open_with(settings, sources); });
    };
    EXPECT_EQ(refusal("inswapper_128", 0, {}).rfind("usage: ", 0), 0U);
    EXPECT_EQ(refusal("inswapper_128", 0, {made_up::source(1, false)}).rfind("bad_input: ", 0), 0U);
    EXPECT_EQ(refusal("uniface_256", 0, {made_up::source(1, false), made_up::source(2, false)}).rfind("bad_input: ", 0), 0U);
    const std::string boost = refusal("blendswap_256", 384, {made_up::source()});
    EXPECT_EQ(boost.rfind("usage: ", 0), 0U) << boost;
    EXPECT_NE(boost.find("512x512"), std::string::npos) << boost;
    EXPECT_EQ(refusal("gfpgan_1.4", 0, {made_up::source()}).rfind("usage: ", 0), 0U);
    EXPECT_EQ(refusal("swapper_9000", 0, {made_up::source()}).rfind("models: ", 0), 0U);
}

TEST(FaceSwapper, DescribesItself) {
    MIEN_NEEDS_NETWORKS();
    Settings settings = settings_for("inswapper_128");
    settings.swapper.pixel_boost = 256;
    settings.masks.types = {"box", "area"};
    EXPECT_EQ(open(settings)->describe(), "face_swapper inswapper_128, crop 256 arcface_128 as 4 of 128, masks box area, sources 1");
}

}  // namespace
}  // namespace mien
