// SPDX-License-Identifier: Apache-2.0
#include "media/part_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>

#include "base/error.h"
#include "base/scope.h"
#include "media/ffmpeg.h"

namespace mien {
namespace {
[[noreturn]] void fail(const std::filesystem::path& target, int error) {
    throw Error(Code::output, fmt::format("cannot write {}: {}", av::shown(target), std::strerror(error)));
}

std::filesystem::path part_name(const std::filesystem::path& target) {
    static std::atomic<unsigned> count{0};
    constexpr std::size_t longest = 200;  // file systems take 255 bytes, and the marks below need some
    return target.parent_path() / fmt::format(".{}.part-{}-{}", target.filename().string().substr(0, longest), getpid(), count++);
}

void make_durable(const std::filesystem::path& path, const std::filesystem::path& target) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) fail(target, errno);
    const ScopeExit close_it([file] { ::close(file); });
    // Some file systems know no fsync for folders; a file's own failure is what counts.
    if (::fsync(file) != 0 && errno != EINVAL) fail(target, errno);
}
}  // namespace

PartFile::PartFile(const std::filesystem::path& target) : target_(target), path_(part_name(target)) {
    std::error_code failure;
    const std::filesystem::path folder = target.parent_path().empty() ? std::filesystem::path(".") : target.parent_path();
    if (target.filename().string().size() > 255) fail(target, ENAMETOOLONG);
    if (!std::filesystem::is_directory(folder, failure))
        throw Error(Code::output, fmt::format("cannot write {}: its folder does not exist, make it first", av::shown(target)));
    if (std::filesystem::is_directory(target, failure)) fail(target, EISDIR);
    const int file = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) fail(target, errno);
    ::close(file);
}

PartFile::~PartFile() {
    std::error_code ignored;
    if (!kept_) std::filesystem::remove(path_, ignored);
}

void PartFile::append(std::span<const std::byte> bytes) {
    const int file = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC);
    if (file < 0) fail(target_, errno);
    const ScopeExit close_it([file] { ::close(file); });
    while (!bytes.empty()) {
        const ssize_t written = ::write(file, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail(target_, errno);
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
}

void PartFile::keep(const BeforeNamed& before_named) {
    make_durable(path_, target_);
    if (before_named) before_named(path_);
    if (std::rename(path_.c_str(), target_.c_str()) != 0) fail(target_, errno);
    kept_ = true;
    const std::filesystem::path folder = target_.parent_path().empty() ? std::filesystem::path(".") : target_.parent_path();
    make_durable(folder, target_);
}

}  // namespace mien
