// SPDX-License-Identifier: Apache-2.0
#include "jobs/ini.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace mien {
namespace {

TEST(Ini, ReadsFaceFusionsFile) {
    JobOptions options;
    const auto remarks = apply_ini("[paths]\nsource_paths = a.png b.png\ntarget_path =\n\n# a comment\n[face_detector]\nface_detector_score = 0.35\nface_detector_margin: 1 2\n"
                                   "[processors]\nprocessors = face_swapper\n face_enhancer\n[misc]\nhalt_on_error = yes\n",
                                   "facefusion.ini", options);
    EXPECT_TRUE(remarks.empty());
    EXPECT_EQ(options.settings.sources.size(), 2u);
    EXPECT_TRUE(options.settings.target.empty());
    EXPECT_DOUBLE_EQ(options.settings.analysis.detector_score, 0.35);
    EXPECT_EQ(options.settings.analysis.detector_margin, (std::array<int, 4>{1, 2, 1, 2}));
    EXPECT_EQ(options.settings.processors, (std::vector<std::string>{"face_swapper", "face_enhancer"}));
}

TEST(Ini, EveryKeyOfBothGenerationsIsKnown) {
    for (const char* key : {"temp_path", "output_pattern", "face_selector_age_start", "voice_extractor_model", "keep_temp", "background_remover_color", "face_editor_head_roll", "ui_workflow", "download_scope",
                            "benchmark_cycle_count", "video_memory_strategy", "system_memory_limit", "halt_on_error", "face_tracker_score", "target_frame_amount", "workflow_mode", "temp_pixel_format",
                            "background_remover_fill_color", "background_remover_despill_color"})
        EXPECT_NE(find_option(key), nullptr) << key;
}

TEST(Ini, UnknownKeysAreSaidWithTheNearest) {
    JobOptions options;
    const auto remarks = apply_ini("[face_detector]\nface_detector_scores = 0.5\nfaithful = 1\n", "x.ini", options);
    ASSERT_EQ(remarks.size(), 2u);
    EXPECT_NE(remarks[0].find("face-detector-score"), std::string::npos);
    EXPECT_FALSE(options.settings.faithful) << "mien's own options are not ini keys";
}

TEST(Ini, BadLinesNameFileAndLine) {
    const std::pair<const char*, const char*> cases[] = {
        {"[paths\n", "x.ini, line 1: a section is written [name]"},
        {"key = 1\n", "x.ini, line 1: a key stands before the first [section]"},
        {"[a]\nnonsense\n", "x.ini, line 2: \"nonsense\" is neither [section] nor key = value"},
        {"[face_detector]\n\nface_detector_score = 2\n", "x.ini, line 3: --face-detector-score takes [0..1:0.05], not \"2\""},
    };
    for (const auto& [text, sentence] : cases) {
        JobOptions options;
        try {
            apply_ini(text, "x.ini", options);
            FAIL() << text;
        } catch (const Error& error) {
            EXPECT_EQ(error.code(), Code::usage);
            EXPECT_STREQ(error.what(), sentence);
        }
    }
}

TEST(Ini, AMissingFileMattersOnlyWhenNamed) {
    JobOptions options;
    EXPECT_TRUE(apply_ini_file("/nonexistent/facefusion.ini", false, options).empty());
    EXPECT_THROW(apply_ini_file("/nonexistent/facefusion.ini", true, options), Error);
}

}  // namespace
}  // namespace mien
