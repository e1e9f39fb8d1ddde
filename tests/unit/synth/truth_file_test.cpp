// SPDX-License-Identifier: Apache-2.0
#include "synth/truth_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"
#include "base/json.h"

namespace mien::synth {
namespace {

class TruthFile : public testing::Test {
protected:
    void SetUp() override { std::filesystem::create_directory(folder_); }
    void TearDown() override { std::filesystem::remove_all(folder_); }
    std::filesystem::path folder_ = std::filesystem::temp_directory_path() / ("mien_truth_" + std::to_string(::getpid()));
    std::filesystem::path file_ = folder_ / "truth.mien";
};

TruthRow row_of(std::int64_t number) {
    TruthRow row;
    row.frame = number;
    row.identity = 4000000000 + number;
    row.age = 33.5f;
    row.face.points[67] = {12.25, static_cast<double>(number)};
    row.face.points_3d[1] = {1, 2, 3};
    row.face.visible[5] = true;
    row.visemes[3] = 0.5f;
    return row;
}

TEST_F(TruthFile, ReadsBackWhatWasWritten) {
    TruthWriter writer(file_, R"({"scene": "talk"})");
    for (std::int64_t i = 0; i < 2500; ++i) writer.put(std::vector<TruthRow>{row_of(i)});
    EXPECT_FALSE(std::filesystem::exists(file_));
    writer.finish();
    const TruthTable table = read_truth(file_);
    EXPECT_EQ(table.rows, 2500);
    EXPECT_EQ(table.columns.size(), truth_columns().size());
    EXPECT_EQ(table.numbers("frame")[2499], 2499);
    EXPECT_EQ(table.numbers("identity")[7], 4000000007);
    EXPECT_EQ(table.numbers("age")[1], 33.5);
    EXPECT_EQ(table.numbers("points_68")[3 * 136 + 135], 3);
    EXPECT_EQ(table.numbers("points_3d")[5], 3);
    EXPECT_EQ(table.numbers("visible_68")[68 + 5], 1);
    EXPECT_EQ(table.numbers("visemes")[3], 0.5);
    EXPECT_EQ(Json::parse(table.header)["scene"], "talk");
    for (const TruthColumn& column : truth_columns()) EXPECT_EQ(table.numbers(column.name).size(), 2500u * static_cast<std::size_t>(column.count)) << column.name;
    EXPECT_THROW(table.numbers("nothing"), Error);
}

TEST_F(TruthFile, AnUnfinishedOneIsTakenAway) {
    {
        TruthWriter writer(file_, "{}");
        writer.put(std::vector<TruthRow>{row_of(1)});
    }
    EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(TruthFile, DamageIsSaid) {
    TruthWriter writer(file_, "{}");
    writer.put(std::vector<TruthRow>{row_of(1), row_of(2)});
    writer.finish();
    std::string bytes;
    {
        std::ifstream in(file_, std::ios::binary);
        bytes.assign(std::istreambuf_iterator<char>(in), {});
    }
    EXPECT_EQ(read_truth(file_).rows, 2);
    const auto refused = [&](const std::string& text) {
        std::ofstream(file_, std::ios::binary) << text;
        EXPECT_THROW(read_truth(file_), Error) << text.size();
    };
    for (const std::size_t cut : {0UL, 7UL, 15UL, 40UL, bytes.size() / 2, bytes.size() - 1}) refused(bytes.substr(0, cut));
    refused("x" + bytes.substr(1));
    std::string long_header = bytes;
    long_header[14] = '\x7f';
    refused(long_header);
    EXPECT_THROW(read_truth(folder_ / "none"), Error);
}

}  // namespace
}  // namespace mien::synth
