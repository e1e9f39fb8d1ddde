// SPDX-License-Identifier: Apache-2.0
#include "models/lock_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "base/error.h"
#include "base/log.h"
#include "base/scope.h"

namespace mien {
namespace {

bool is_hex(const std::string& text, std::size_t digits) { return text.size() == digits && text.find_first_not_of("0123456789abcdef") == std::string::npos; }

/// The rest of a line after one space.
std::string rest_of(std::istringstream& words) {
    std::string rest;
    if (words.get() == ' ') std::getline(words, rest);
    return rest;
}

bool read_line(const std::string& line, LockContent& content) {
    std::istringstream words(line);
    std::string kind, sha256;
    if (!(words >> kind >> sha256) || !is_hex(sha256, 64)) return false;
    if (kind == "pin") {
        LockContent::Pin pin{sha256};
        words >> pin.bytes;
        const std::string name = rest_of(words);
        if (!words && name.empty()) return false;
        return !name.empty() && content.pins.emplace(name, pin).second;
    }
    if (kind == "file") {
        LockContent::Seen seen;
        std::string crc;
        FileStamp& stamp = seen.stamp;
        if (!(words >> crc >> stamp.bytes >> stamp.inode >> stamp.device >> stamp.written_ns >> stamp.changed_ns) || !is_hex(crc, 8)) return false;
        seen.digest = {sha256, static_cast<std::uint32_t>(std::stoul(crc, nullptr, 16)), stamp.bytes};
        const std::string path = rest_of(words);
        return !path.empty() && content.files.emplace(path, seen).second;
    }
    std::string version, batching;
    if (kind != "batch" || !(words >> version >> batching)) return false;
    return content.batching.emplace(std::pair(sha256, version), batching).second;
}

std::string read_text(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

// Answers why it could not be written; empty when it was.
std::string write_whole(const std::filesystem::path& path, const std::string& text) {
    const std::string temporary = fmt::format("{}.{}.new", path.string(), ::getpid());
    const int file = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return std::strerror(errno);
    std::size_t written = 0;
    bool good = true;
    while (good && written < text.size()) {
        const ssize_t step = ::write(file, text.data() + written, text.size() - written);
        good = step > 0;
        if (good) written += static_cast<std::size_t>(step);
    }
    good = good && ::fsync(file) == 0;
    ::close(file);
    if (good && std::rename(temporary.c_str(), path.c_str()) == 0) return {};
    std::string why = std::strerror(errno);
    ::unlink(temporary.c_str());
    return why;
}

}  // namespace

FileStamp stamp_of(const std::filesystem::path& path) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0)
        throw Error(Code::models, fmt::format("The network file {} cannot be read; check its path and permissions.", path.string()));
    const auto ns = [](const timespec& time) { return static_cast<std::int64_t>(time.tv_sec) * 1'000'000'000 + time.tv_nsec; };
    return {static_cast<std::uint64_t>(found.st_size), found.st_ino, found.st_dev, ns(found.st_mtim), ns(found.st_ctim)};
}

LockContent parse_lock(const std::string& text, const std::string& name) {
    LockContent content;
    std::istringstream lines(text);
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
        ++number;
        if (line.empty() || line[0] == '#') continue;
        if (!read_line(line, content)) {
            throw Error(Code::models,
                        fmt::format("Line {} of {} makes no sense; restore the file, or delete it to trust the network files as they are now.", number, name));
        }
    }
    return content;
}

std::string text_of(const LockContent& content) {
    std::string text = "# Digests of network files at their first use. \"mien models trust NAME\" changes a pin.\n";
    for (const auto& [name, pin] : content.pins) text += fmt::format("pin {} {} {}\n", pin.sha256, pin.bytes, name);
    for (const auto& [path, seen] : content.files) {
        text += fmt::format("file {} {} {} {} {} {} {} {}\n", seen.digest.sha256, crc32_hex(seen.digest.crc32), seen.stamp.bytes, seen.stamp.inode,
                            seen.stamp.device, seen.stamp.written_ns, seen.stamp.changed_ns, path);
    }
    for (const auto& [key, batching] : content.batching) text += fmt::format("batch {} {} {}\n", key.first, key.second, batching);
    return text;
}

LockFile::LockFile(std::filesystem::path path) : path_(std::move(path)) {}

LockContent LockFile::read() const { return parse_lock(read_text(path_), path_.string()); }

void LockFile::update(const std::function<bool(LockContent&)>& change) {
    std::error_code ignored;
    const std::filesystem::path folder = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path(".");
    std::filesystem::create_directories(folder, ignored);
    // The folder is locked, not the file: the file is replaced while others wait for it.
    const int guard = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const ScopeExit close_guard([guard] {
        if (guard >= 0) ::close(guard);
    });
    if (guard >= 0) ::flock(guard, LOCK_EX);
    LockContent content = read();
    if (!change(content)) return;
    const std::string why = guard < 0 ? "its folder cannot be made" : write_whole(path_, text_of(content));
    if (why.empty() || said_) return;
    said_ = true;
    log(Level::warn, fmt::format("{} cannot be written ({}): digests of network files are not remembered.", path_.string(), why));
}

}  // namespace mien
