// A folder of recorded results: <group>.json says what was computed, <group>.npz holds the arrays.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/json.h"
#include "image/tensor.h"

namespace mien::parity {

/// An array that owns its values. `element` is the type FaceFusion had; `bytes` are little-endian.
struct Array {
    Element element = Element::f32;
    bool is_unsigned = false;  ///< of i32: uint32
    std::vector<std::int64_t> shape;
    std::vector<std::byte> bytes;
    std::int64_t count() const noexcept;
    double value(std::int64_t at) const noexcept;
    std::vector<double> values() const;
    template <class T> const T* as() const noexcept { return reinterpret_cast<const T*>(bytes.data()); }
};

/// Members of a numpy zip, inflated when asked for.
class Archive {
public:
    explicit Archive(const std::filesystem::path&);
    /// The array stored under `key`. Throws Error{bad_input}.
    Array load(const std::string& key) const;

private:
    struct Member {
        std::size_t at = 0, packed = 0, plain = 0;
        int method = 0;
    };
    std::filesystem::path path_;
    std::vector<std::byte> file_;
    std::map<std::string, Member> members_;
};

/// One recorded array: what is known of all of it, and the values that were kept.
struct Stored {
    std::string name, key, store;  ///< store: full png float16 probe; empty for an empty array
    Element element = Element::f32;
    bool is_unsigned = false;
    std::vector<std::int64_t> shape;
    std::uint32_t crc = 0;  ///< CRC-32 of the exact little-endian bytes
    std::int64_t count() const noexcept;
    /// Positions of the kept values in the flattened array: all of them, or 512 of a probe.
    std::vector<std::int64_t> positions() const;
};

struct Stage {
    std::string name;
    Json meta;
    std::vector<Stored> arrays;
    const Stored* find(std::string_view array) const noexcept;
    /// What tells apart stages of one name: network, template, mask model ... empty when nothing does.
    std::string subject() const;
};

struct Case {
    std::string id, kind, target, variant;
    std::vector<std::string> sources;
    std::vector<std::string> options;
    std::optional<std::int64_t> frame;
    std::optional<std::uint32_t> decoded_crc;
    std::string error;  ///< the exception that ended the reference's run
    Json json;          ///< everything but the stages
    std::vector<Stage> stages;
};

/// One group of a folder. Arrays stay in the archive until asked for.
class Group {
public:
    Group(const std::filesystem::path& folder, const std::string& name);
    const std::string& name() const noexcept { return name_; }
    const std::vector<Case>& cases() const noexcept { return cases_; }
    /// The kept values in the recorded type (float16 storage is widened); a png is decoded to its samples in memory order.
    Array load(const Stored&) const;

private:
    std::string name_;
    std::vector<Case> cases_;
    Archive archive_;
};

/// Groups of a folder in the order of its index.json, else by name.
std::vector<std::string> groups_of(const std::filesystem::path& folder);

}  // namespace mien::parity
