// SPDX-License-Identifier: Apache-2.0
#include "target.h"

#include <unistd.h>

#include <fstream>
#include <stdexcept>
#include <string>

namespace mien::fuzz {

void must(bool holds, std::string_view what) {
    if (!holds) throw std::logic_error(std::string(what));
}

const std::filesystem::path& folder() {
    struct Folder {
        std::filesystem::path path = (std::filesystem::is_directory("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path()) / ("mien_fuzz_" + std::to_string(::getpid()));
        Folder() { std::filesystem::create_directories(path); }
        ~Folder() {
            std::error_code ignored;
            std::filesystem::remove_all(path, ignored);
        }
    };
    static const Folder made;
    return made.path;
}

std::filesystem::path write_file(std::string_view name, std::span<const std::byte> bytes) {
    std::filesystem::path path = folder() / name;
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    must(file.good(), "the input could not be written to memory");
    return path;
}

}  // namespace mien::fuzz
