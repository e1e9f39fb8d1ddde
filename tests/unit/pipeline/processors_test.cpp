// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>

#include "base/error.h"
#include "models/spec.h"
#include "pipeline/processor.h"
#include "unit/pipeline/made_up.h"

namespace mien {
namespace {

TEST(Processors, AreFaceFusionsElevenInItsOrder) {
    std::vector<std::string_view> names;
    for (const ProcessorRow& row : processors()) names.push_back(row.name);
    EXPECT_EQ(names, (std::vector<std::string_view>{"age_modifier", "background_remover", "deep_swapper", "expression_restorer", "face_debugger", "face_editor", "face_enhancer",
                                                    "face_swapper", "frame_colorizer", "frame_enhancer", "lip_syncer"}));
}

TEST(Processors, ARowOpensOrSaysWhatIsMissing) {
    for (const ProcessorRow& row : processors()) {
        EXPECT_FALSE(row.help.empty()) << row.name;
        EXPECT_NE(row.open == nullptr, row.later.empty()) << row.name;
    }
}

TEST(Processors, AreFoundByName) {
    EXPECT_EQ(find_processor("face_swapper").open, &open_face_swapper);
    EXPECT_TRUE(find_processor("face_swapper").needs_source);
    EXPECT_FALSE(find_processor("face_enhancer").needs_source);
    const std::string unknown = made_up::error_of([] { find_processor("face_swaper"); });
    EXPECT_EQ(unknown.rfind("usage: ", 0), 0U) << unknown;
    EXPECT_NE(unknown.find("face_swapper"), std::string::npos) << unknown;
    const std::string later = made_up::error_of([] { find_processor("lip_syncer"); });
    EXPECT_EQ(later.rfind("unsupported: ", 0), 0U) << later;
}

TEST(PixelBoost, EveryEdgeIsAMultipleOfTheNetworksOwn) {
    int swappers = 0;
    for (const ModelSpec& spec : zoo()) {
        const std::span<const int> edges = pixel_boosts(spec.name);
        if (spec.task != Task::swap) {
            EXPECT_TRUE(edges.empty()) << spec.name;
            continue;
        }
        ++swappers;
        ASSERT_FALSE(edges.empty()) << spec.name;
        EXPECT_EQ(edges.front(), spec.size.width) << spec.name;
        EXPECT_EQ(edges.back(), 1024) << spec.name;
        EXPECT_TRUE(std::is_sorted(edges.begin(), edges.end())) << spec.name;
        for (const int edge : edges) EXPECT_EQ(edge % spec.size.width, 0) << spec.name;
    }
    EXPECT_EQ(swappers, 15) << "thirteen published ones, two of the starter pack";
    EXPECT_EQ(pixel_boosts("inswapper_128").size(), 6U);
    EXPECT_TRUE(pixel_boosts("no such network").empty());
}

}  // namespace
}  // namespace mien
