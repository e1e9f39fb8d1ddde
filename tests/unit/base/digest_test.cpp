// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/error.h"

namespace mien {
namespace {

TEST(Digest, KnownVectors) {
    EXPECT_EQ(sha256_hex(bytes_of("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_EQ(sha256_hex(bytes_of("")), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(crc32_hex(crc32(bytes_of("123456789"))), "cbf43926");
}

TEST(Digest, PiecesEqualTheWhole) {
    Sha256 sha;
    Xxh3 pieces, whole;
    for (const std::string_view part : {"a", "b", "c"}) {
        sha.update(bytes_of(part));
        pieces.update(bytes_of(part));
    }
    whole.update(bytes_of("abc"));
    EXPECT_EQ(sha.finish(), sha256_hex(bytes_of("abc")));
    EXPECT_EQ(pieces.hex(), whole.hex());
    EXPECT_EQ(crc32(bytes_of("c"), crc32(bytes_of("ab"))), crc32(bytes_of("abc")));
}

TEST(Digest, OfAFile) {
    const std::filesystem::path path = std::filesystem::temp_directory_path() / ("mien_digest_" + std::to_string(::getpid()));
    std::ofstream(path, std::ios::binary) << "123456789";
    const FileDigest digest = digest_file(path);
    std::filesystem::remove(path);
    EXPECT_EQ(digest.bytes, 9u);
    EXPECT_EQ(crc32_hex(digest.crc32), "cbf43926");
    EXPECT_THROW(digest_file(path), Error);
}

}  // namespace
}  // namespace mien
