// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/json.h"
#include "media/still.h"
#include "media/writer.h"

namespace mien {
namespace {
std::filesystem::path goldens() {
    if (const char* const named = std::getenv("MIEN_GOLDENS")) return named;
    const char* const source = std::getenv("MIEN_SOURCE_DIR");
    return std::filesystem::path(source ? source : ".") / ".." / "shared" / "goldens";
}

using Option = std::pair<std::string, std::string>;
// A recorded row is [input] or [input, "-option", value, ...].
Option recorded(const Json& row) { return row.size() < 3 ? Option{} : Option{row[1].get<std::string>().substr(1), row[2].get<std::string>()}; }

TEST(Quality, EqualsTheRecordedOptions) {
    std::ifstream file(goldens() / "functions.json");
    if (!file) GTEST_SKIP() << "no recorded results: set MIEN_GOLDENS to their folder";
    int compared = 0;
    const Json all = Json::parse(file);
    for (const Json& stage : all["cases"][0]["stages"]) {
        const std::string name = stage["stage"];
        if (name != "video_quality" && name != "audio_quality" && name != "image_quality" && name != "video_preset") continue;
        for (const auto& [encoder, rows] : stage["meta"].items())
            for (const Json& row : rows) {
                const Option ours = name == "video_preset"    ? video_preset_option(encoder, row[0].get<std::string>())
                                    : name == "video_quality" ? video_quality_option(encoder, row[0])
                                    : name == "audio_quality" ? audio_quality_option(encoder, row[0])
                                                              : image_quality_option(encoder, row[0]);
                EXPECT_EQ(ours, recorded(row)) << name << " " << encoder << " " << row;
                ++compared;
            }
    }
    EXPECT_GT(compared, 300);
}

TEST(Quality, RoundsHalfToEven) {
    EXPECT_EQ(video_quality_option("libx264", 80), (Option{"crf", "10"}));
    EXPECT_EQ(video_quality_option("libx264", 50), (Option{"crf", "26"}));
    EXPECT_EQ(video_quality_option("libvpx-vp9", 50), (Option{"crf", "32"}));
    EXPECT_EQ(video_quality_option("ffv1", 50), Option{});
    EXPECT_EQ(audio_quality_option("libvorbis", 0), (Option{"q:a", "-1.0"}));
    EXPECT_EQ(audio_quality_option("flac", 80), Option{});
    EXPECT_EQ(video_preset_option("libx264", "veryfast"), (Option{"preset", "veryfast"}));
    EXPECT_EQ(video_preset_option("libx264", "quick"), Option{});
}
}  // namespace
}  // namespace mien
