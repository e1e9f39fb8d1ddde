// SPDX-License-Identifier: Apache-2.0
#include "jobs/options.h"

#include <gtest/gtest.h>

#include <set>

#include "base/error.h"

namespace mien {
namespace {

void set(JobOptions& options, std::string_view name, const std::vector<std::string>& words) { set_option(*find_option(name), words, options); }

std::string refusal(std::string_view name, const std::vector<std::string>& words) {
    JobOptions options;
    try {
        set(options, name, words);
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::usage);
        return error.what();
    }
    return "";
}

TEST(OptionRows, NamesAreUniqueAndEveryRowHasHelp) {
    std::set<std::string_view> names;
    for (const OptionRow& row : option_rows()) {
        EXPECT_TRUE(names.insert(row.name).second) << row.name;
        EXPECT_FALSE(row.help.empty()) << row.name;
        EXPECT_FALSE(row.section.empty()) << row.name;
    }
}

TEST(OptionRows, EveryDefaultIsAllowedByItsOwnRow) {
    const JobOptions initial;
    for (const OptionRow& row : option_rows()) {
        const std::vector<std::string> words = option_words(row, initial);
        if (words.empty() || row.name == "face-detector-size" || row.name == "face-swapper-pixel-boost") continue;  // 0: the model's own
        JobOptions again;
        EXPECT_NO_THROW(set_option(row, words, again)) << row.name;
        EXPECT_EQ(option_words(row, again), words) << row.name;
    }
}

TEST(Options, WordsComeBackAsGiven) {
    JobOptions options;
    set(options, "face-detector-size", {"320x320"});
    set(options, "face-selector-gender", {"male"});
    set(options, "trim-frame-end", {"12"});
    set(options, "source-paths", {"a b.png", "c.png"});
    EXPECT_EQ(options.settings.analysis.detector_size, 320);
    EXPECT_EQ(options.settings.selector.gender, Gender::male);
    EXPECT_EQ(options.settings.trim_end, 12);
    EXPECT_EQ(option_words(*find_option("face_detector_size"), options), std::vector<std::string>{"320x320"});
    EXPECT_EQ(option_words(*find_option("source-paths"), options), (std::vector<std::string>{"a b.png", "c.png"}));
}

TEST(Options, SidesFollowCss) {
    JobOptions options;
    set(options, "face-mask-padding", {"5"});
    EXPECT_EQ(options.settings.masks.padding, (std::array<int, 4>{5, 5, 5, 5}));
    set(options, "face-mask-padding", {"1", "2"});
    EXPECT_EQ(options.settings.masks.padding, (std::array<int, 4>{1, 2, 1, 2}));
    set(options, "face-mask-padding", {"1", "2", "3"});
    EXPECT_EQ(options.settings.masks.padding, (std::array<int, 4>{1, 2, 3, 2}));
}

TEST(Options, RangesAreStepsAsFaceFusionBuildsThem) {
    EXPECT_EQ(refusal("face-detector-score", {"0.35"}), "");
    EXPECT_EQ(refusal("face-detector-score", {"0.33"}), "--face-detector-score takes [0..1:0.05], not \"0.33\"");
    for (const std::string bad : {"1.05", "-0.05", "nan", "inf", "1e400", "0.5x", "", " 0.5"}) EXPECT_NE(refusal("face-detector-score", {bad}), "") << bad;
    EXPECT_NE(refusal("execution-thread-count", {"0"}), "");
    EXPECT_NE(refusal("trim-frame-start", {"1.5"}), "");
    EXPECT_NE(refusal("trim-frame-start", {"99999999999999999999"}), "");
}

TEST(Options, ChoicesNameWhatIsAllowed) {
    EXPECT_EQ(refusal("face-selector-mode", {"several"}), "--face-selector-mode takes {many,one,reference}, not \"several\"");
    EXPECT_NE(refusal("face-swapper-pixel-boost", {"128"}), "");
    EXPECT_NE(refusal("frame-enhancer-model", {"lsdir_x4"}), "") << "offered by 3.5.4 without a network behind it";
}

TEST(Options, OutputRateIsClampedAsFaceFusionDoes) {
    JobOptions options;
    set(options, "output-video-fps", {"0.5"});
    EXPECT_EQ(options.settings.output_settings.video_fps, 1);
    set(options, "output-video-fps", {"120"});
    EXPECT_EQ(options.settings.output_settings.video_fps, 60);
}

TEST(Options, LaterProcessorsAreRefusedByName) {
    JobOptions options;
    set(options, "processors", {"face_swapper", "lip_syncer"});
    try {
        check_options(options);
        FAIL();
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::unsupported);
        EXPECT_NE(std::string(error.what()).find("lip_syncer"), std::string::npos);
    }
}

TEST(Options, ContradictionsAreRefused) {
    const auto refused = [](const std::vector<std::pair<std::string_view, std::string>>& given) {
        JobOptions options;
        for (const auto& [name, word] : given) set(options, name, {word});
        EXPECT_THROW(check_options(options), Error) << given[0].first;
    };
    refused({{"face-swapper-model", "blendswap_256"}, {"face-swapper-pixel-boost", "384x384"}});
    refused({{"face-detector-model", "yunet"}, {"face-detector-size", "320x320"}});
    refused({{"trim-frame-start", "9"}, {"trim-frame-end", "9"}});
    refused({{"face-selector-age-start", "40"}, {"face-selector-age-end", "20"}});
    refused({{"look-ahead", "2"}});
    JobOptions twice;
    set(twice, "processors", {"face_swapper", "face_swapper"});
    EXPECT_THROW(check_options(twice), Error);
}

TEST(Options, AFilterAsksForAttributes) {
    JobOptions options;
    settle_options(options);
    EXPECT_FALSE(options.settings.analysis.classify);
    set(options, "face-selector-age-start", {"20"});
    settle_options(options);
    EXPECT_TRUE(options.settings.analysis.classify);
}

TEST(Options, NearestNames) {
    const std::vector<std::string_view> near = nearest_options("face-detector-scor");
    ASSERT_FALSE(near.empty());
    EXPECT_EQ(near[0], "face-detector-score");
}

}  // namespace
}  // namespace mien
