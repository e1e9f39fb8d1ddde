// SPDX-License-Identifier: Apache-2.0
#include "media/part_file.h"

#include <fstream>
#include <iterator>

#include "films.h"

namespace mien {
namespace {
using namespace test;

TEST(PartFile, GetsItsNameWhenWhole) {
    const Scratch scratch;
    {
        PartFile part(scratch / "name.bin");
        part.append(bytes_of("one "));
        part.append(bytes_of("two"));
        EXPECT_FALSE(std::filesystem::exists(scratch / "name.bin"));
        part.keep();
    }
    EXPECT_EQ(content(scratch / "name.bin"), "one two");
    EXPECT_EQ(scratch.files(), 1U);
}

TEST(PartFile, LeavesTheOldFileWhenGivenUp) {
    const Scratch scratch;
    std::ofstream(scratch / "name.bin") << "old";
    {
        PartFile part(scratch / "name.bin");
        part.append(bytes_of("new"));
    }
    EXPECT_EQ(content(scratch / "name.bin"), "old");
    EXPECT_EQ(scratch.files(), 1U);
}

TEST(PartFile, TwoOnOneNameDoNotMeet) {
    const Scratch scratch;
    PartFile one(scratch / "name.bin"), two(scratch / "name.bin");
    one.append(bytes_of("one"));
    two.append(bytes_of("two"));
    one.keep();
    EXPECT_EQ(content(scratch / "name.bin"), "one");
    two.keep();
    EXPECT_EQ(content(scratch / "name.bin"), "two");
}

TEST(PartFile, TakesLongNamesAndRefusesImpossibleOnes) {
    const Scratch scratch;
    PartFile longest(scratch / std::string(255, 'n'));
    longest.keep();
    EXPECT_TRUE(std::filesystem::exists(scratch / std::string(255, 'n')));
    EXPECT_EQ(code_of([&] { PartFile(scratch / std::string(256, 'n')); }), Code::output);
    EXPECT_EQ(code_of([&] { PartFile(scratch / "missing" / "name.bin"); }), Code::output);
    EXPECT_EQ(code_of([&] { PartFile(scratch.folder()); }), Code::output);
    std::filesystem::create_directory(scratch / "closed");
    std::filesystem::permissions(scratch / "closed", std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    if (getuid() == 0) GTEST_SKIP() << "root writes into read-only folders";
    EXPECT_EQ(code_of([&] { PartFile(scratch / "closed" / "name.bin"); }), Code::output);
}
}  // namespace
}  // namespace mien
