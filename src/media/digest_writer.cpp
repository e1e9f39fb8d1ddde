// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "base/digest.h"
#include "media/part_file.h"
#include "media/writer.h"

namespace mien {
namespace {

class NullWriter : public Writer {
public:
    void put(const Frame&) override {}
    const std::vector<std::string>& remarks() const noexcept override { return remarks_; }

private:
    void complete(const BeforeNamed&) override {}
    std::vector<std::string> remarks_;
};

class DigestWriter final : public NullWriter {
public:
    explicit DigestWriter(const std::filesystem::path& path) {
        if (!path.empty()) part_.emplace(path);
    }
    void put(const Frame& frame) override { text_ += fmt::format("{} {} {}\n", frame.number, frame.time.ticks, digest(frame)); }
    std::string text() const override { return text_; }

private:
    void complete(const BeforeNamed& before_named) override {
        if (!part_) return;
        part_->append(bytes_of(text_));
        part_->keep(before_named);
    }
    std::optional<PartFile> part_;
    std::string text_;
};

}  // namespace

std::unique_ptr<Writer> open_digest_writer(const std::filesystem::path& path) { return std::make_unique<DigestWriter>(path); }
std::unique_ptr<Writer> open_null_writer() { return std::make_unique<NullWriter>(); }

}  // namespace mien
