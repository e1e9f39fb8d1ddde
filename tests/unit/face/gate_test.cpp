// SPDX-License-Identifier: Apache-2.0
#include "face/gate.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

#include "base/error.h"
#include "models/spec.h"
#include "unit/face/networks.h"

namespace mien {
namespace {

namespace fs = std::filesystem;

std::vector<GateSample> film(const std::string& flags) {
    std::vector<GateSample> samples;
    for (const char flag : flags) {
        GateSample sample{"target", static_cast<double>(samples.size()), {0.5, 0.1, 12}, {flag == 'x', false, flag != '.'}};
        samples.push_back(sample);
    }
    return samples;
}

TEST(Gate, APictureIsFlaggedByTwoOfThree) {
    EXPECT_FALSE(film("1")[0].flagged());
    EXPECT_TRUE(film("x")[0].flagged());
}

TEST(Gate, AnyFlaggedStillIsRefused) {
    EXPECT_FALSE(decide(film("."), true).refused);
    const Verdict verdict = decide(film("x"), true);
    EXPECT_TRUE(verdict.refused);
    EXPECT_NE(verdict.sentence.find("target"), std::string::npos);
    EXPECT_NE(verdict.sentence.find("nsfw_1 0.50, nsfw_3 12.00"), std::string::npos) << verdict.sentence;
    EXPECT_EQ(verdict.sentence.find("nsfw_2"), std::string::npos) << "it did not vote against";
}

TEST(Gate, AFilmIsRefusedAboveTenPercent) {
    EXPECT_FALSE(decide(film("x........."), false).refused) << "10 % is not more than 10 %";
    EXPECT_FALSE(decide({}, false).refused);
    const Verdict verdict = decide(film("..x.1..x."), false);
    EXPECT_TRUE(verdict.refused);
    EXPECT_EQ(verdict.flagged, 2);
    EXPECT_EQ(verdict.samples, 9);
    EXPECT_NE(verdict.sentence.find("2 of 9"), std::string::npos) << verdict.sentence;
    EXPECT_NE(verdict.sentence.find("0:00:02.0"), std::string::npos) << verdict.sentence;
}

TEST(Gate, ThreeInARowAreTooManyInAnyFilm) {
    const std::string hour(3600, '.');
    EXPECT_FALSE(decide(film(hour + "xx.xx"), false).refused);
    const Verdict verdict = decide(film(hour + "xxx" + hour + "xx."), false);
    EXPECT_TRUE(verdict.refused);
    EXPECT_NE(verdict.sentence.find("from 1:00:00.0 to 1:00:02.0"), std::string::npos) << verdict.sentence;
    EXPECT_EQ(verdict.flagged, 5);
}

TEST(Gate, EverySecondIsSampledWhateverTheRateSays) {
    for (const double rate : {24.0, 25.0, 29.97, 59.94})
        for (std::int64_t second = 0; second < 20; ++second) {
            bool seen = false;
            for (std::int64_t frame = static_cast<std::int64_t>(std::ceil(second * rate)); frame <= static_cast<std::int64_t>((second + 1) * rate); ++frame)
                seen |= is_sample(frame, rate, false);
            EXPECT_TRUE(seen) << rate << " frames a second, second " << second;
        }
    EXPECT_TRUE(is_sample(58, 29.97, false));
    EXPECT_FALSE(is_sample(59, 29.97, false));
    EXPECT_TRUE(is_sample(59, 29.97, true));
    for (const double rate : {0.25, 0.0, -5.0, std::numeric_limits<double>::quiet_NaN(), 1.9}) EXPECT_TRUE(is_sample(7, rate, false)) << rate;
    for (const double rate : {1e9, std::numeric_limits<double>::infinity()}) EXPECT_TRUE(is_sample(1000, rate, false)) << rate;
}

TEST(Gate, WithoutNetworksItIsAbsentAndSaysWhich) {
    ModelStore store = test_networks::empty_store();
    const ContentGate gate(store);
    EXPECT_EQ(gate.state(), GateState::absent);
    EXPECT_EQ(name_of(gate.state()), "absent");
    EXPECT_NE(gate.why().find("nsfw_1.onnx, nsfw_2.onnx, nsfw_3.onnx"), std::string::npos) << gate.why();
    ContentGate::Scratch scratch;
    EXPECT_THROW(gate.judge(host_queue(), test_networks::noise({8, 8}), "target", 0, scratch), Error) << "it fails closed";
}

TEST(Gate, OtherFilesAreRefusedAndNotPinned) {
    ::unsetenv("MIEN_TEST_GATE");
    const test_networks::Folder folder;
    for (const char* name : {"nsfw_1.onnx", "nsfw_2.onnx"}) std::ofstream(folder.path / name) << "not a network";
    ModelStore store(folder.options());
    EXPECT_NE(ContentGate(store).why().find("nsfw_3.onnx is in none"), std::string::npos);
    std::ofstream(folder.path / "nsfw_3.onnx") << "not a network";
    try {
        const ContentGate gate(store);
        FAIL() << "the gate took a wrong file";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), Code::models);
        const std::string text = error.what();
        EXPECT_NE(text.find("nsfw_1.onnx"), std::string::npos) << text;
        EXPECT_NE(text.find("has 13 bytes and must have " + std::to_string(find_model("nsfw_1").bytes)), std::string::npos) << text;
    }
    EXPECT_FALSE(fs::exists(folder.options().lock_file)) << "a wrong file must not become the trusted one";
}

/// MIEN_TEST_GATE=1 for as long as it lives.
struct DevelopersGate {
    DevelopersGate() { ::setenv("MIEN_TEST_GATE", "1", 1); }
    ~DevelopersGate() { ::unsetenv("MIEN_TEST_GATE"); }
};

GateSample judged_by(const fs::path& models, Size size) {
    const DevelopersGate allowed;
    const test_networks::Folder folder;
    StoreOptions options = folder.options();
    options.folders = {models};
    ModelStore store(options);
    const ContentGate gate(store);
    EXPECT_EQ(gate.state(), GateState::unverified);
    ContentGate::Scratch scratch;
    return gate.judge(host_queue(), test_networks::noise(size), "source 1", 2.5, scratch);
}

TEST(Gate, NetworksThatPassAndNetworksThatBlock) {
    const fs::path models = test_networks::recorded();
    if (models.empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    const GateSample safe = judged_by(models, {64, 48});
    EXPECT_FALSE(safe.flagged());
    EXPECT_EQ(safe.what, "source 1");
    EXPECT_EQ(safe.time_s, 2.5);
    EXPECT_TRUE(judged_by(models / "variants" / "unsafe", {3000, 1}).flagged());
}

TEST(Gate, TheRecordedNetworksAreNotThePublishedOnes) {
    const fs::path models = test_networks::recorded();
    if (models.empty()) GTEST_SKIP() << "the recorded networks are not there; set MIEN_GOLDENS_MODELS";
    ::unsetenv("MIEN_TEST_GATE");
    ModelStore store = test_networks::recorded_store();
    EXPECT_THROW(ContentGate{store}, Error);
}

}  // namespace
}  // namespace mien
