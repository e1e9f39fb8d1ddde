// SPDX-License-Identifier: Apache-2.0
#include "jobs/receipt_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/digest.h"

namespace mien {
namespace {

class ReceiptFileTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() / ("mien_receipt_file_test_" + std::to_string(::getpid()));
        std::filesystem::create_directory(folder_);
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path film() const { return folder_ / "film.mp4"; }
    void write(const std::string& text) const { std::ofstream(folder_ / "film.mp4.receipt.json", std::ios::binary) << text; }
    /// A receipt that fits a file of this digest.
    static Json fitting(const Json& claim, const std::string& sha256) {
        return {{"receipt", claim}, {"receipt_sha256", sha256_hex(bytes_of(claim.dump()))}, {"output", {{"sha256", sha256}}}, {"result", {{"frames", 3}}}};
    }
    std::optional<ReceiptFile> read(const std::string& sha256) {
        trouble_.clear();
        return read_receipt(film(), sha256, trouble_);
    }
    std::filesystem::path folder_;
    std::string trouble_;
};

TEST_F(ReceiptFileTest, NoneIsNoTrouble) {
    EXPECT_FALSE(read("aa"));
    EXPECT_EQ(trouble_, "");
}

TEST_F(ReceiptFileTest, OneThatFitsIsRead) {
    write(fitting({{"job", {{"pack", "starter"}}}}, "aa").dump(2));
    const std::optional<ReceiptFile> receipt = read("aa");
    ASSERT_TRUE(receipt);
    EXPECT_EQ(receipt->claim["job"]["pack"], "starter");
    EXPECT_EQ(receipt->result["frames"], 3);
    EXPECT_FALSE(read("ab"));
    EXPECT_NE(trouble_.find("another file"), std::string::npos);
}

TEST_F(ReceiptFileTest, AChangedOneIsNot) {
    Json receipt = fitting({{"job", {{"pack", "starter"}}}}, "aa");
    receipt["receipt"]["job"]["pack"] = "facefusion";
    write(receipt.dump());
    EXPECT_FALSE(read("aa"));
    EXPECT_NE(trouble_.find("changed"), std::string::npos);
}

TEST_F(ReceiptFileTest, DamagedOnesAreSaid) {
    for (const std::string text :
         {"", "{", "[]", "null", "3", "{}", R"({"receipt":3,"output":{},"result":{}})", R"({"receipt":{},"output":{},"result":{},"receipt_sha256":{}})",
          R"({"receipt":{},"output":[],"result":{}})", "\xff\xfe", R"({"receipt":{},"output":{},"result":{},"receipt_sha256":null})"}) {
        write(text);
        EXPECT_FALSE(read("aa")) << text;
        EXPECT_NE(trouble_, "") << text;
    }
    write(std::string((8U << 20) + 10, ' '));
    EXPECT_FALSE(read("aa"));
    EXPECT_NE(trouble_.find("too long"), std::string::npos);
}

TEST(MadeOfRendered, AsksForEveryInput) {
    const std::string shipped = "940d7b438c6bc467ca063771060ad5fbac04237968da0d88f35e36c2e272cf77", scene = "synth:talk?size=64x64";
    const Json good{{"role", "target"}, {"path", "story.mp4"}, {"sha256", shipped}},
        drawn{{"role", "target"}, {"path", scene}, {"sha256", sha256_hex(bytes_of(scene))}},
        foreign{{"role", "source 1"}, {"path", "face.png"}, {"sha256", std::string(64, 'a')}};
    const auto made_of = [](const Json& inputs) { return made_of_rendered({{}, {{"inputs", inputs}}, {}, {}}); };
    EXPECT_TRUE(made_of(Json::array({good, drawn})));
    EXPECT_FALSE(made_of(Json::array({good, foreign})));
    EXPECT_FALSE(made_of(Json::array()));
    EXPECT_FALSE(made_of("story.mp4"));
    EXPECT_FALSE(made_of(Json::array({3, nullptr})));
    EXPECT_FALSE(made_of(Json::array({Json{{"path", scene}, {"sha256", std::string(64, 'b')}}})));
    EXPECT_FALSE(made_of_rendered({{}, Json::object(), {}, {}}));
    EXPECT_TRUE(made_of_rendered({{}, {{"scene", {{"title", "x"}}}}, {}, {}}));
}

}  // namespace
}  // namespace mien
