// The option table. FaceFusion's names, ranges, choices and defaults (3.5.4), the newer keys of 3.8.1, and mien's own.
// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "jobs/options.h"

namespace mien {
namespace {

using Words = std::string_view;
constexpr std::array<Words, 6> detectors{"many", "retinaface", "scrfd", "starter", "yolo_face", "yunet"};
constexpr std::array<Words, 5> detector_sizes{"160x160", "320x320", "480x480", "512x512", "640x640"};
constexpr std::array<Words, 4> quarter_turns{"0", "90", "180", "270"};
constexpr std::array<Words, 4> landmarkers{"many", "2dfan4", "peppa_wutz", "starter"};
constexpr std::array<Words, 3> packs{"auto", "facefusion", "starter"};
constexpr std::array<Words, 3> selector_modes{"many", "one", "reference"};
constexpr std::array<Words, 8> selector_orders{"left-right", "right-left", "top-bottom", "bottom-top", "small-large", "large-small", "best-worst", "worst-best"};
constexpr std::array<Words, 2> genders{"female", "male"};
constexpr std::array<Words, 6> races{"white", "black", "latino", "asian", "indian", "arabic"};
constexpr std::array<Words, 5> occluders{"many", "starter_occluder", "xseg_1", "xseg_2", "xseg_3"};
constexpr std::array<Words, 3> parsers{"bisenet_resnet_18", "bisenet_resnet_34", "starter_parser"};
constexpr std::array<Words, 4> mask_types{"box", "occlusion", "area", "region"};
constexpr std::array<Words, 3> mask_areas{"upper-face", "lower-face", "mouth"};
constexpr std::array<Words, 10> mask_regions{"skin", "left-eyebrow", "right-eyebrow", "left-eye", "right-eye", "glasses", "nose", "mouth", "upper-lip", "lower-lip"};
constexpr std::array<Words, 3> voice_extractors{"kim_vocal_1", "kim_vocal_2", "uvr_mdxnet"};
constexpr std::array<Words, 4> temp_formats{"bmp", "jpeg", "png", "tiff"};
constexpr std::array<Words, 7> audio_encoders{"flac", "aac", "libmp3lame", "libopus", "libvorbis", "pcm_s16le", "pcm_s32le"};
constexpr std::array<Words, 15> video_encoders{"libx264",  "libx264rgb", "libx265",  "libvpx-vp9",        "h264_nvenc",        "hevc_nvenc", "h264_amf", "hevc_amf",
                                               "h264_qsv", "hevc_qsv",   "h264_videotoolbox", "hevc_videotoolbox", "rawvideo", "ffv1",     "prores"};
constexpr std::array<Words, 9> video_presets{"ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower", "veryslow"};
constexpr std::array<Words, 11> processor_names{"age_modifier",  "background_remover", "deep_swapper", "expression_restorer", "face_debugger", "face_editor",
                                                "face_enhancer", "face_swapper",       "frame_colorizer", "frame_enhancer",   "lip_syncer"};
constexpr std::array<Words, 2> age_models{"styleganex_age", "fran"};
constexpr std::array<Words, 15> background_models{"ben_2", "birefnet_general", "birefnet_portrait", "corridor_key_1024", "corridor_key_2048", "isnet_general", "modnet", "ormbg",
                                                  "rmbg_1.4", "rmbg_2.0", "silueta", "u2net_cloth", "u2net_general", "u2net_human", "u2netp"};
constexpr std::array<Words, 1> live_portrait{"live_portrait"};
constexpr std::array<Words, 2> restorer_areas{"upper-face", "lower-face"};
constexpr std::array<Words, 6> debugger_items{"bounding-box", "face-landmark-5", "face-landmark-5/68", "face-landmark-68", "face-landmark-68/5", "face-mask"};
constexpr std::array<Words, 10> enhancers{"codeformer", "gfpgan_1.2", "gfpgan_1.3", "gfpgan_1.4", "gpen_bfr_256", "gpen_bfr_512", "gpen_bfr_1024", "gpen_bfr_2048", "restoreformer_plus_plus", "starter_enhancer"};
constexpr std::array<Words, 15> swappers{"blendswap_256",     "ghost_1_256",       "ghost_2_256",   "ghost_3_256",        "hififace_unofficial_256", "hyperswap_1a_256", "hyperswap_1b_256",
                                         "hyperswap_1c_256", "inswapper_128", "inswapper_128_fp16", "simswap_256", "simswap_unofficial_512", "starter_swapper_128", "starter_swapper_256", "uniface_256"};
constexpr std::array<Words, 6> boosts{"128x128", "256x256", "384x384", "512x512", "768x768", "1024x1024"};
constexpr std::array<Words, 5> colorizers{"ddcolor", "ddcolor_artistic", "deoldify", "deoldify_artistic", "deoldify_stable"};
constexpr std::array<Words, 4> colorizer_sizes{"192x192", "256x256", "384x384", "512x512"};
constexpr std::array<Words, 19> frame_enhancers{"clear_reality_x4", "face_dat_x4", "nomos8k_sc_x4", "real_esrgan_x2", "real_esrgan_x2_fp16", "real_esrgan_x4", "real_esrgan_x4_fp16",
                                                "real_esrgan_x8", "real_esrgan_x8_fp16", "real_hatgan_x4", "real_web_photo_x4", "realistic_rescaler_x4", "remacri_x4", "siax_x4",
                                                "span_kendata_x4", "swin2_sr_x4", "tghq_face_x8", "ultra_sharp_x4", "ultra_sharp_2_x4"};
constexpr std::array<Words, 3> lip_syncers{"edtalk_256", "wav2lip_96", "wav2lip_gan_96"};
constexpr std::array<Words, 4> ui_layouts{"default", "jobs", "webcam", "benchmark"};
constexpr std::array<Words, 3> ui_workflows{"instant_runner", "job_runner", "job_manager"};
constexpr std::array<Words, 2> download_providers{"github", "huggingface"};
constexpr std::array<Words, 2> download_scopes{"lite", "full"};
constexpr std::array<Words, 2> benchmark_modes{"warm", "cold"};
constexpr std::array<Words, 7> benchmark_resolutions{"240p", "360p", "540p", "720p", "1080p", "1440p", "2160p"};
constexpr std::array<Words, 9> providers{"cuda", "tensorrt", "rocm", "migraphx", "coreml", "openvino", "qnn", "directml", "cpu"};
constexpr std::array<Words, 3> memory_strategies{"strict", "moderate", "tolerant"};
constexpr std::array<Words, 4> log_levels{"error", "warn", "info", "debug"};
constexpr std::array<Words, 3> workflow_modes{"auto", "image-to-image", "image-to-video"};
constexpr std::array<Words, 2> workflow_strategies{"disk", "memory"};
constexpr std::array<Words, 2> pixel_formats{"bgr24", "bgra"};
constexpr std::array<Words, 5> engines{"ort-cpu", "native", "ort-cuda", "ort-tensorrt", "ort-openvino"};
constexpr std::array<Words, 2> shapes{"file", "live"};
constexpr std::array<Words, 3> writers{"film", "digest", "null"};

constexpr OptionRange unit{0, 1, 0.05}, percent{0, 100, 1}, slider{-1, 1, 0.05}, scale{0.25, 8, 0.25};

// NOLINTNEXTLINE(bugprone-macro-parentheses): a member access takes none
#define FIELD(path) +[](JobOptions& o) -> auto& { return o.path; }
const auto rows = std::to_array<OptionRow>({
    {"config-path", 0, "paths", FIELD(config_path), "ini file with defaults", {}, {}, Use::job},
    {"temp-path", 0, "paths", FIELD(temp_path), "accepted for compatibility: mien keeps no frames on disk", {}, {}, Use::job},
    {"jobs-path", 0, "paths", FIELD(jobs_path), "folder of jobs", {}, {}, Use::job},
    {"source-paths", 's', "paths", FIELD(settings.sources), "pictures (and sounds) to take faces (and speech) from"},
    {"target-path", 't', "paths", FIELD(settings.target), "film or picture to work on, or pattern:WIDTHxHEIGHTxFRAMES, or synth:SCENE"},
    {"output-path", 'o', "paths", FIELD(settings.output), "file to write"},
    {"source-pattern", 0, "patterns", Kept::text, "sources of a batch, as a glob"},
    {"target-pattern", 0, "patterns", Kept::text, "targets of a batch, as a glob"},
    {"output-pattern", 0, "patterns", Kept::text, "outputs of a batch, with {index} {source_name} {target_name} {target_extension}"},
    {"face-detector-model", 0, "face_detector", FIELD(settings.analysis.detector_model), "network that finds faces", detectors},
    {"face-detector-size", 0, "face_detector", FIELD(settings.analysis.detector_size), "edge of the picture given to the detector; without it the largest the network takes", detector_sizes},
    {"face-detector-margin", 0, "face_detector", FIELD(settings.analysis.detector_margin), "black border around the picture, percent: top right bottom left", {}, percent},
    {"face-detector-angles", 0, "face_detector", FIELD(settings.analysis.detector_angles), "quarter turns to look at as well", quarter_turns},
    {"face-detector-score", 0, "face_detector", FIELD(settings.analysis.detector_score), "confidence a face needs", {}, unit},
    {"face-landmarker-model", 0, "face_landmarker", FIELD(settings.analysis.landmarker_model), "network that finds 68 points", landmarkers},
    {"face-landmarker-score", 0, "face_landmarker", FIELD(settings.analysis.landmarker_score), "confidence the points need; 0 leaves them out", {}, unit},
    {"face-selector-mode", 0, "face_selector", FIELD(settings.selector.mode), "all faces, one, or those like the reference", selector_modes},
    {"face-selector-order", 0, "face_selector", FIELD(settings.selector.order), "order of faces", selector_orders},
    {"face-selector-age-start", 0, "face_selector", FIELD(settings.selector.age_start), "youngest age", {}, percent},
    {"face-selector-age-end", 0, "face_selector", FIELD(settings.selector.age_end), "oldest age", {}, percent},
    {"face-selector-gender", 0, "face_selector", FIELD(settings.selector.gender), "only this gender", genders},
    {"face-selector-race", 0, "face_selector", FIELD(settings.selector.race), "only this race", races},
    {"reference-face-position", 0, "face_selector", FIELD(settings.selector.reference_position), "which face of the reference frame", {}, {0, 1000000, 1}},
    {"reference-face-distance", 0, "face_selector", FIELD(settings.selector.reference_distance), "how far a face may be from the reference", {}, unit},
    {"reference-frame-number", 0, "face_selector", FIELD(settings.selector.reference_frame), "frame the reference is taken from", {}, {0, 2000000000, 1}},
    {"face-occluder-model", 0, "face_masker", FIELD(settings.masks.occluder_model), "network for occlusion masks", occluders},
    {"face-parser-model", 0, "face_masker", FIELD(settings.masks.parser_model), "network for region masks", parsers},
    {"face-mask-types", 0, "face_masker", FIELD(settings.masks.types), "masks to combine", mask_types},
    {"face-mask-areas", 0, "face_masker", FIELD(settings.masks.areas), "areas of the area mask", mask_areas},
    {"face-mask-regions", 0, "face_masker", FIELD(settings.masks.regions), "regions of the region mask", mask_regions},
    {"face-mask-blur", 0, "face_masker", FIELD(settings.masks.blur), "softness of the box mask", {}, unit},
    {"face-mask-padding", 0, "face_masker", FIELD(settings.masks.padding), "percent cut off the box mask: top right bottom left", {}, percent},
    {"voice-extractor-model", 0, "voice_extractor", Kept::text, "network that separates the voice", voice_extractors},
    {"trim-frame-start", 0, "frame_extraction", FIELD(settings.trim_start), "first frame to take", {}, {0, 2000000000, 1}},
    {"trim-frame-end", 0, "frame_extraction", FIELD(settings.trim_end), "frame to stop before", {}, {0, 2000000000, 1}},
    {"temp-frame-format", 0, "frame_extraction", Kept::text, "accepted for compatibility: mien keeps no frames on disk", temp_formats},
    {"temp-pixel-format", 0, "frame_extraction", Kept::text, "accepted for compatibility", pixel_formats},
    {"keep-temp", 0, "frame_extraction", Kept::flag, "accepted for compatibility: mien keeps no frames on disk"},
    {"output-image-quality", 0, "output_creation", FIELD(settings.output_settings.image_quality), "quality of written pictures", {}, percent},
    {"output-image-scale", 0, "output_creation", FIELD(settings.output_settings.image_scale), "size of written pictures, as a factor", {}, scale},
    {"output-audio-encoder", 0, "output_creation", FIELD(settings.output_settings.audio_encoder), "re-encode sound; without it sound is copied packet for packet", audio_encoders},
    {"output-audio-quality", 0, "output_creation", FIELD(settings.output_settings.audio_quality), "quality of re-encoded sound", {}, percent},
    {"output-audio-volume", 0, "output_creation", FIELD(settings.output_settings.audio_volume), "volume; below 100 sound is re-encoded, 0 leaves it out", {}, percent},
    {"output-video-encoder", 0, "output_creation", FIELD(settings.output_settings.video_encoder), "video encoder; without it the container decides", video_encoders},
    {"output-video-preset", 0, "output_creation", FIELD(settings.output_settings.video_preset), "speed against size", video_presets},
    {"output-video-quality", 0, "output_creation", FIELD(settings.output_settings.video_quality), "quality of the film", {}, percent},
    {"output-video-scale", 0, "output_creation", FIELD(settings.output_settings.video_scale), "size of the film, as a factor", {}, scale},
    {"output-video-fps", 0, "output_creation", FIELD(settings.output_settings.video_fps), "constant frame rate; without it every frame keeps its time", {}, {1, 60, 0}, Use::both, true},
    {"processors", 0, "processors", FIELD(settings.processors), "processors in their order", processor_names},
    {"age-modifier-model", 0, "processors", Kept::text, "age modifier: network", age_models},
    {"age-modifier-direction", 0, "processors", Kept::number, "age modifier: younger or older", {}, {-100, 100, 1}},
    {"background-remover-model", 0, "processors", Kept::text, "background remover: network", background_models},
    {"background-remover-color", 0, "processors", Kept::numbers, "background remover: red green blue alpha", {}, {0, 255, 1}},
    {"background-remover-fill-color", 0, "processors", Kept::numbers, "background remover: colour to fill with", {}, {0, 255, 1}},
    {"background-remover-despill-color", 0, "processors", Kept::numbers, "background remover: colour to take out", {}, {0, 255, 1}},
    {"deep-swapper-model", 0, "processors", Kept::text, "deep swapper: custom/NAME"},
    {"deep-swapper-morph", 0, "processors", Kept::number, "deep swapper: morph", {}, percent},
    {"expression-restorer-model", 0, "processors", Kept::text, "expression restorer: network", live_portrait},
    {"expression-restorer-factor", 0, "processors", Kept::number, "expression restorer: strength", {}, percent},
    {"expression-restorer-areas", 0, "processors", Kept::texts, "expression restorer: areas", restorer_areas},
    {"face-debugger-items", 0, "processors", FIELD(settings.debugger.items), "face debugger: what to draw", debugger_items},
    {"face-editor-model", 0, "processors", Kept::text, "face editor: network", live_portrait},
    {"face-editor-eyebrow-direction", 0, "processors", Kept::number, "face editor: eyebrows", {}, slider},
    {"face-editor-eye-gaze-horizontal", 0, "processors", Kept::number, "face editor: gaze across", {}, slider},
    {"face-editor-eye-gaze-vertical", 0, "processors", Kept::number, "face editor: gaze up and down", {}, slider},
    {"face-editor-eye-open-ratio", 0, "processors", Kept::number, "face editor: eyes open", {}, slider},
    {"face-editor-lip-open-ratio", 0, "processors", Kept::number, "face editor: lips open", {}, slider},
    {"face-editor-mouth-grim", 0, "processors", Kept::number, "face editor: grim mouth", {}, slider},
    {"face-editor-mouth-pout", 0, "processors", Kept::number, "face editor: pouting mouth", {}, slider},
    {"face-editor-mouth-purse", 0, "processors", Kept::number, "face editor: pursed mouth", {}, slider},
    {"face-editor-mouth-smile", 0, "processors", Kept::number, "face editor: smile", {}, slider},
    {"face-editor-mouth-position-horizontal", 0, "processors", Kept::number, "face editor: mouth across", {}, slider},
    {"face-editor-mouth-position-vertical", 0, "processors", Kept::number, "face editor: mouth up and down", {}, slider},
    {"face-editor-head-pitch", 0, "processors", Kept::number, "face editor: nod", {}, slider},
    {"face-editor-head-yaw", 0, "processors", Kept::number, "face editor: turn", {}, slider},
    {"face-editor-head-roll", 0, "processors", Kept::number, "face editor: tilt", {}, slider},
    {"face-enhancer-model", 0, "processors", FIELD(settings.enhancer.model), "face enhancer: network", enhancers},
    {"face-enhancer-blend", 0, "processors", FIELD(settings.enhancer.blend), "face enhancer: share of the result", {}, percent},
    {"face-enhancer-weight", 0, "processors", FIELD(settings.enhancer.weight), "face enhancer: fidelity, where the network has that input", {}, unit},
    {"face-swapper-model", 0, "processors", FIELD(settings.swapper.model), "face swapper: network", swappers},
    {"face-swapper-pixel-boost", 0, "processors", FIELD(settings.swapper.pixel_boost), "face swapper: edge to work at; without it the network's own", boosts},
    {"face-swapper-weight", 0, "processors", FIELD(settings.swapper.weight), "face swapper: identity, 0.5 is the source alone", {}, unit},
    {"frame-colorizer-model", 0, "processors", Kept::text, "frame colorizer: network", colorizers},
    {"frame-colorizer-size", 0, "processors", Kept::text, "frame colorizer: edge to work at", colorizer_sizes},
    {"frame-colorizer-blend", 0, "processors", Kept::number, "frame colorizer: share of the result", {}, percent},
    {"frame-enhancer-model", 0, "processors", Kept::text, "frame enhancer: network", frame_enhancers},
    {"frame-enhancer-blend", 0, "processors", Kept::number, "frame enhancer: share of the result", {}, percent},
    {"lip-syncer-model", 0, "processors", Kept::text, "lip syncer: network", lip_syncers},
    {"lip-syncer-weight", 0, "processors", Kept::number, "lip syncer: strength", {}, unit},
    {"face-tracker-score", 0, "face_tracker", Kept::number, "face tracker: overlap", {}, {0, 0.5, 0.05}},
    {"target-frame-amount", 0, "frame_distribution", Kept::number, "face tracker: frames to either side", {}, {0, 10, 1}},
    {"workflow-mode", 0, "workflow", Kept::text, "accepted for compatibility: the target decides", workflow_modes},
    {"workflow-strategy", 0, "workflow", Kept::text, "accepted for compatibility: frames stay in memory", workflow_strategies},
    {"open-browser", 0, "uis", Kept::flag, "accepted for compatibility", {}, {}, Use::job},
    {"ui-layouts", 0, "uis", Kept::texts, "accepted for compatibility", ui_layouts, {}, Use::job},
    {"ui-workflow", 0, "uis", Kept::text, "accepted for compatibility", ui_workflows, {}, Use::job},
    {"download-providers", 0, "download", Kept::texts, "accepted for compatibility: mien downloads nothing", download_providers, {}, Use::job},
    {"download-scope", 0, "download", Kept::text, "accepted for compatibility: mien downloads nothing", download_scopes, {}, Use::job},
    {"benchmark-mode", 0, "benchmark", Kept::text, "benchmark: with or without a first untimed run", benchmark_modes, {}, Use::job},
    {"benchmark-resolutions", 0, "benchmark", Kept::texts, "benchmark: sizes", benchmark_resolutions, {}, Use::job},
    {"benchmark-cycle-count", 0, "benchmark", Kept::number, "benchmark: runs of each size", {}, {1, 10, 1}, Use::job},
    {"execution-device-ids", 0, "execution", FIELD(settings.execution.device_ids), "devices", {}, {0, 255, 1}, Use::job},
    {"execution-providers", 0, "execution", FIELD(settings.execution.providers), "engines by FaceFusion's names", providers, {}, Use::job},
    {"execution-thread-count", 0, "execution", FIELD(settings.execution.threads), "frames worked on at once; never changes a byte; without it one per processor thread", {}, {1, 32, 1}, Use::job},
    {"video-memory-strategy", 0, "memory", Kept::text, "accepted for compatibility", memory_strategies, {}, Use::job},
    {"system-memory-limit", 0, "memory", Kept::number, "accepted for compatibility: mien's memory does not grow", {}, {0, 128, 4}, Use::job},
    {"log-level", 0, "misc", FIELD(log_level), "what to print", log_levels, {}, Use::job},
    {"halt-on-error", 0, "misc", Kept::flag, "stop a list of jobs at the first failure", {}, {}, Use::job},
    {"faithful", 0, "mien", FIELD(settings.faithful), "FaceFusion's numbers where the better way differs", {}, {}, Use::mien},
    {"model-folder", 0, "mien", FIELD(settings.model_folders), "folders with network files, searched first", {}, {}, Use::mien},
    {"pack", 0, "mien", FIELD(settings.pack), "whose networks serve where no option names one: FaceFusion's, or those that ship with mien; auto takes what is there", packs, {}, Use::mien},
    {"engine", 0, "mien", FIELD(settings.execution.engine), "what runs the networks", engines, {}, Use::mien},
    {"allow-fallback", 0, "mien", FIELD(settings.execution.allow_fallback), "use the CPU when the engine asked for is not there, and say so", {}, {}, Use::mien},
    {"batch", 0, "mien", FIELD(settings.execution.batch), "frames per detector call; never changes a byte", {}, {1, 64, 1}, Use::mien},
    {"shape", 0, "mien", FIELD(settings.execution.shape), "file: analyse, settle, render; live: one pass", shapes, {}, Use::mien},
    {"look-ahead", 0, "mien", FIELD(settings.execution.look_ahead), "live: frames seen before one is answered", {}, {0, 4, 1}, Use::mien},
    {"sidecar", 0, "mien", FIELD(settings.sidecar), "where the analysis is kept", {}, {}, Use::mien},
    {"writer", 0, "mien", FIELD(settings.output_settings.writer), "film, or digest (a line per frame), or null", writers, {}, Use::mien},
    {"lossless", 0, "mien", FIELD(settings.output_settings.lossless), "encode without loss", {}, {}, Use::mien},
    {"encoder-threads", 0, "mien", FIELD(settings.output_settings.encoder_threads), "threads of the video encoder; part of what its bytes depend on", {}, {1, 64, 1}, Use::mien},
    {"segment-frames", 0, "mien", FIELD(settings.output_settings.segment_frames), "start the encoder afresh after so many frames, 0 never; part of what its bytes depend on", {}, {0, 1000000, 1}, Use::mien},
});
#undef FIELD

}  // namespace

std::span<const OptionRow> option_rows() noexcept { return rows; }

}  // namespace mien
