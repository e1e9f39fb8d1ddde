// Digests: SHA-256 for models and receipts, XXH3 for frames and caches, CRC-32 for FaceFusion's .hash files.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

namespace mien {

/// SHA-256 in pieces (FIPS 180-4). Thread-safety: one thread at a time.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;
    void update(std::span<const std::byte>);
    /// 64 lower-case hex digits. The object takes no more data afterwards.
    std::string finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// XXH3, 128 bits, in pieces; for frames and caches, never for trust. Thread-safety: one thread at a time.
class Xxh3 {
public:
    Xxh3();
    ~Xxh3();
    Xxh3(Xxh3&&) noexcept;
    Xxh3& operator=(Xxh3&&) noexcept;
    void update(std::span<const std::byte>);
    /// 32 lower-case hex digits of what came so far; more data may follow.
    std::string hex() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string sha256_hex(std::span<const std::byte>);
/// CRC-32 with zlib's polynomial, as FaceFusion writes it into .hash files.
std::uint32_t crc32(std::span<const std::byte>, std::uint32_t start = 0) noexcept;
std::string crc32_hex(std::uint32_t);  ///< 8 lower-case hex digits

struct FileDigest {
    std::string sha256;
    std::uint32_t crc32 = 0;
    std::uint64_t bytes = 0;
};
/// Reads a whole file once. Throws Error{bad_input} when it cannot be read.
FileDigest digest_file(const std::filesystem::path&);

inline std::span<const std::byte> bytes_of(std::string_view text) noexcept { return std::as_bytes(std::span(text.data(), text.size())); }

}  // namespace mien
