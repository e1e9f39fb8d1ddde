// Which FFmpeg libraries this program runs on, and under which licence.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

namespace mien {

/// {"libavcodec", "59.37.100"} ... and {"ffmpeg licence", "GPL version 2 or later"}, read from the libraries found at run time.
std::vector<std::pair<std::string, std::string>> media_versions();

}  // namespace mien
