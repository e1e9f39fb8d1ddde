// SPDX-License-Identifier: Apache-2.0
#include "jobs/packs.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

#include "base/error.h"

namespace mien {
namespace {

/// A folder for the user's networks and one for the starter's; nothing else is searched.
class PackFolders : public testing::Test {
protected:
    void SetUp() override {
        std::filesystem::create_directories(users_);
        std::filesystem::create_directories(starters_);
        std::filesystem::current_path(root_);
        ::setenv("MIEN_STARTER", starters_.c_str(), 1);
        ::unsetenv("MIEN_MODELS");
        settings_.model_folders = {users_};
    }
    void TearDown() override {
        std::filesystem::current_path("/");
        std::filesystem::remove_all(root_);
        ::unsetenv("MIEN_STARTER");
    }
    static void put(const std::filesystem::path& folder, std::string_view name) { std::ofstream(folder / (std::string(name) + ".onnx")) << "x"; }

    std::filesystem::path root_ = std::filesystem::temp_directory_path() / ("mien_packs_" + std::to_string(::getpid()));
    std::filesystem::path users_ = root_ / "users", starters_ = root_ / "starters";
    Settings settings_;
};

TEST_F(PackFolders, PublishedNetworksTakePrecedence) {
    put(starters_, "starter_recogniser");
    put(users_, "arcface_w600k_r50");
    settle_pack(settings_);
    EXPECT_EQ(settings_.analysis.pack, "facefusion");
    EXPECT_EQ(settings_.swapper.model, "hyperswap_1a_256");
    EXPECT_EQ(pack_remark(settings_), "");
}

TEST_F(PackFolders, TheStarterServesWhereNothingElseIsThere) {
    put(starters_, "starter_recogniser");
    settings_.enhancer.model = "codeformer";
    settle_pack(settings_);
    EXPECT_EQ(settings_.analysis.pack, "starter");
    EXPECT_EQ(settings_.analysis.detector_model, "starter");
    EXPECT_EQ(settings_.analysis.landmarker_model, "starter");
    EXPECT_EQ(settings_.swapper.model, "starter_swapper_256");
    EXPECT_EQ(settings_.enhancer.model, "codeformer") << "what the user chose stays";
    EXPECT_NE(pack_remark(settings_), "");
}

TEST_F(PackFolders, WithoutAnythingThePublishedNamesAreAskedFor) {
    settle_pack(settings_);
    EXPECT_EQ(settings_.analysis.pack, "facefusion");
}

TEST_F(PackFolders, EmbeddingsOfAnotherRecogniserAreRefused) {
    settings_.pack = "starter";
    settings_.swapper.model = "inswapper_128";
    EXPECT_THROW(settle_pack(settings_), Error);
    settings_.swapper.model = "uniface_256";  // fed with a picture
    EXPECT_NO_THROW(settle_pack(settings_));
    settings_.pack = "facefusion";
    settings_.swapper.model = "starter_swapper_256";
    EXPECT_THROW(settle_pack(settings_), Error);
}

TEST_F(PackFolders, AClassifierWithoutRaceIsNotAskedForOne) {
    settings_.pack = "starter";
    settings_.selector.race = Race::asian;
    EXPECT_THROW(settle_pack(settings_), Error);
}

}  // namespace
}  // namespace mien
