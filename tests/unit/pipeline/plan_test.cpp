// SPDX-License-Identifier: Apache-2.0
#include "pipeline/plan.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "pipeline/processor.h"

namespace mien {
namespace {

/// Every set of processors that can be asked for today, in both orders of two.
std::vector<std::vector<std::string>> processor_lists() {
    std::vector<std::string> names;
    for (const ProcessorRow& row : processors())
        if (row.later.empty()) names.emplace_back(row.name);
    std::vector<std::vector<std::string>> lists;
    for (const std::string& first : names) {
        lists.push_back({first});
        for (const std::string& second : names)
            if (second != first) lists.push_back({first, second});
    }
    return lists;
}

TEST(Plan, WhatWritesPicturesHasGateReceiptAndMark) {
    for (const auto& list : processor_lists())
        for (const auto kind : {PlanTarget::Kind::still, PlanTarget::Kind::film, PlanTarget::Kind::pattern})
            for (const char* shape : {"file", "live"}) {
                Settings settings;
                settings.processors = list;
                settings.execution.shape = shape;
                const Plan plan = compile(settings, {kind, true});
                for (const char* stage : {"gate", "verdict", "receipt", "mark"}) EXPECT_TRUE(plan.has(stage)) << stage << " is missing in\n" << plan.text();
            }
}

TEST(Plan, WritersWithoutPicturesNeedNone) {
    const Plan plan = compile(Settings{}, {PlanTarget::Kind::film, false});
    EXPECT_FALSE(plan.has("mark"));
    EXPECT_TRUE(plan.has("detect"));
}

TEST(Plan, ProcessorsKeepTheirOrder) {
    Settings settings;
    settings.processors = {"face_enhancer", "face_swapper"};
    const std::string text = compile(settings, {}).text();
    EXPECT_LT(text.find("face_enhancer"), text.find("face_swapper"));
}

TEST(Plan, ShapesDifferInLookAheadOnly) {
    Settings settings;
    settings.execution.look_ahead = 3;
    settings.execution.shape = "live";
    const Plan live = compile(settings, {});
    settings.execution.shape = "file";
    const Plan file = compile(settings, {});
    ASSERT_EQ(live.stages().size(), file.stages().size());
    for (std::size_t i = 0; i < live.stages().size(); ++i) {
        EXPECT_EQ(live.stages()[i].name, file.stages()[i].name);
        if (file.stages()[i].pass == "settle") {
            EXPECT_EQ(file.stages()[i].look_ahead, -1);
            EXPECT_EQ(live.stages()[i].look_ahead, 3);
        }
    }
}

TEST(Plan, SameSettingsSameText) { EXPECT_EQ(compile(Settings{}, {}).text(), compile(Settings{}, {}).text()); }

TEST(Plan, NothingToDoIsAnError) {
    Settings settings;
    settings.processors.clear();
    EXPECT_THROW(compile(settings, {}), Error);
}

}  // namespace
}  // namespace mien
