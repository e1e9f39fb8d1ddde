// Stores for the tests of this room: one without networks, one with the recorded ones, and folders of their own.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>

#include "image/buffer.h"
#include "models/store.h"
#include "unit/runtime/onnx_text.h"

namespace mien::test_networks {

/// A folder for networks and their lock file, removed at the end.
struct Folder {
    std::filesystem::path path;
    Folder() {
        static int count = 0;
        path = std::filesystem::temp_directory_path() / ("mien_face_" + std::to_string(::getpid()) + "_" + std::to_string(count++));
        std::filesystem::create_directories(path);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() { std::filesystem::remove_all(path); }
    StoreOptions options() const {
        StoreOptions options;
        options.folders = {path};
        options.lock_file = path / "models.lock";
        options.only_folders = true;
        return options;
    }
};

inline ModelStore empty_store() {
    StoreOptions options;
    options.folders = {"/nonexistent/models"};
    options.only_folders = true;
    return ModelStore(options);
}

inline std::filesystem::path recorded() { return onnx_text::golden_models(); }
/// Its lock file lives as long as the test program.
inline ModelStore recorded_store() {
    static const Folder folder;
    StoreOptions options = folder.options();
    options.folders = {recorded()};
    return ModelStore(options);
}

/// An RGB picture of even noise, the same every time.
inline Picture<std::uint8_t> noise(Size size) {
    Picture<std::uint8_t> picture(host_queue(), size, 3);
    std::uint32_t state = 1;
    for (int y = 0; y < size.height; ++y)
        for (int x = 0; x < size.width * 3; ++x) picture.view().row(y)[x] = static_cast<std::uint8_t>((state = state * 1664525U + 1013904223U) >> 24U);
    return picture;
}

}  // namespace mien::test_networks
