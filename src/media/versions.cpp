// SPDX-License-Identifier: Apache-2.0
#include "media/versions.h"

#include <fmt/format.h>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avutil.h>
#include <libswresample/swresample.h>
}

namespace mien {
namespace {
std::string dotted(unsigned version) { return fmt::format("{}.{}.{}", version >> 16, version >> 8 & 0xff, version & 0xff); }
}  // namespace

std::vector<std::pair<std::string, std::string>> media_versions() {
    return {{"libavformat", dotted(avformat_version())},
            {"libavcodec", dotted(avcodec_version())},
            {"libavutil", dotted(avutil_version())},
            {"libswresample", dotted(swresample_version())},
            {"ffmpeg licence", avcodec_license()}};
}

}  // namespace mien
