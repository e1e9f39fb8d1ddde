// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <xxhash.h>
#include <zlib.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

#include "base/cost.h"
#include "base/error.h"

namespace mien {
namespace {
std::string hex(std::span<const unsigned char> bytes) {
    std::string text;
    for (const unsigned char byte : bytes) text += fmt::format("{:02x}", byte);
    return text;
}
}  // namespace

struct Sha256::State {
    EVP_MD_CTX* context = EVP_MD_CTX_new();
    State() { EVP_DigestInit_ex(context, EVP_sha256(), nullptr); }
    ~State() { EVP_MD_CTX_free(context); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};
Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;
void Sha256::update(std::span<const std::byte> data) { EVP_DigestUpdate(state_->context, data.data(), data.size()); }
std::string Sha256::finish() {
    std::array<unsigned char, 32> out{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(state_->context, out.data(), &size);
    return hex(out);
}

struct Xxh3::State {
    XXH3_state_t* context = XXH3_createState();
    State() { XXH3_128bits_reset(context); }
    ~State() { XXH3_freeState(context); }
    State(const State&) = delete;
    State& operator=(const State&) = delete;
};
Xxh3::Xxh3() : state_(std::make_unique<State>()) {}
Xxh3::~Xxh3() = default;
Xxh3::Xxh3(Xxh3&&) noexcept = default;
Xxh3& Xxh3::operator=(Xxh3&&) noexcept = default;
void Xxh3::update(std::span<const std::byte> data) { XXH3_128bits_update(state_->context, data.data(), data.size()); }
std::string Xxh3::hex() const {
    const XXH128_hash_t value = XXH3_128bits_digest(state_->context);
    return fmt::format("{:016x}{:016x}", value.high64, value.low64);
}

std::string sha256_hex(std::span<const std::byte> data) {
    Sha256 digest;
    digest.update(data);
    return digest.finish();
}

std::uint32_t crc32(std::span<const std::byte> data, std::uint32_t start) noexcept {
    return static_cast<std::uint32_t>(::crc32_z(start, reinterpret_cast<const Bytef*>(data.data()), data.size()));
}
std::string crc32_hex(std::uint32_t value) { return fmt::format("{:08x}", value); }

FileDigest digest_file(const std::filesystem::path& path) {
    const Charge charge(Cost::digests);
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"), std::fclose);
    if (!file) throw Error(Code::bad_input, fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    Sha256 sha;
    FileDigest result;
    std::vector<std::byte> piece(1 << 20);
    while (const std::size_t count = std::fread(piece.data(), 1, piece.size(), file.get())) {
        const std::span data(piece.data(), count);
        sha.update(data);
        result.crc32 = crc32(data, result.crc32);
        result.bytes += count;
    }
    if (std::ferror(file.get())) throw Error(Code::bad_input, fmt::format("cannot read {}: {}", path.string(), std::strerror(errno)));
    result.sha256 = sha.finish();
    return result;
}

}  // namespace mien
