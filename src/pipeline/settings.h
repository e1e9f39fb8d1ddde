// Everything a run depends on, as one value: what the options of the command line, the ini file and a job say.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "face/analyse.h"
#include "face/mask.h"
#include "face/select.h"

namespace mien {

struct OutputSettings {
    int image_quality = 80;
    double image_scale = 1;
    std::string audio_encoder;            ///< empty: copy packets
    int audio_quality = 80, audio_volume = 100;
    std::string video_encoder;            ///< empty: chosen by the container (libx264, or what webm and the like need)
    std::string video_preset = "veryfast";
    int video_quality = 80;
    bool lossless = false;
    double video_scale = 1;
    std::optional<double> video_fps;      ///< empty: every PTS as it came
    int encoder_threads = 4;
    int segment_frames = 0;
    std::string writer = "film";          ///< film digest null
};

struct SwapperSettings {
    std::string model = "hyperswap_1a_256";
    int pixel_boost = 0;                  ///< crop edge; 0: the first of the model's list
    double weight = 0.5;
};
struct EnhancerSettings {
    std::string model = "gfpgan_1.4";
    int blend = 80;
    double weight = 0.5;
};
struct DebuggerSettings {
    std::vector<std::string> items{"face-landmark-5/68", "face-mask"};
};

struct ExecutionSettings {
    std::string engine;                   ///< empty: ort-cpu
    std::vector<std::string> providers;   ///< FaceFusion's names, as given
    std::vector<int> device_ids{0};
    std::optional<int> threads;           ///< frames worked on at once; never changes a byte; unset: one per processor thread
    int batch = 1;                        ///< frames per detector call; never changes a byte
    std::string shape = "file";           ///< file: analyse, settle, render; live: joined
    int look_ahead = 0;                   ///< live: frames seen before one is answered, 0..4
    bool allow_fallback = false;
};

/// Thread-safety: a value.
struct Settings {
    std::vector<std::filesystem::path> sources;
    std::filesystem::path target, output;
    std::vector<std::string> processors{"face_swapper"};
    std::string pack = "auto";            ///< auto facefusion starter; decided in analysis.pack
    AnalysisSettings analysis;
    SelectorSettings selector;
    MaskSettings masks;
    OutputSettings output_settings;
    SwapperSettings swapper;
    EnhancerSettings enhancer;
    DebuggerSettings debugger;
    ExecutionSettings execution;
    std::optional<std::int64_t> trim_start, trim_end;
    std::vector<std::filesystem::path> model_folders;
    std::filesystem::path sidecar;        ///< empty: in the user's cache folder
    bool faithful = false;                ///< FaceFusion's numbers where the better way differs (docs/faithful.md)
    bool overwrite = true;
};

}  // namespace mien
