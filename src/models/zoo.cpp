// The zoo: the 92 networks of FaceFusion 3.5.4 and the starter networks that ship with mien, one row each, by task, then by name.
// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <string>
#include <vector>

#include "base/error.h"
#include "models/model_kinds.h"
#include "models/spec.h"

namespace mien {
namespace {

using namespace kinds;

constexpr ModelSpec starter_swapper =
    starter("starter_swapper_256", swapper({{}, {}, {}, {}, 256, Template::arcface_128, half, SwapSource::embedding_apart, true}), from_embedding);

constexpr auto rows = std::to_array<ModelSpec>({
    {.name = "retinaface_10g",
     .task = Task::detect,
     .group = g30,
     .licence = nc,
     .vendor = "InsightFace",
     .size = {640, 640},
     .bgr = true,
     .norm = by_128,
     .decode = Decode::anchors_scrfd,
     .signature = nine_tensors},
    {.name = "scrfd_2.5g",
     .task = Task::detect,
     .group = g30,
     .licence = nc,
     .vendor = "InsightFace",
     .size = {640, 640},
     .bgr = true,
     .norm = by_128,
     .decode = Decode::anchors_scrfd,
     .signature = nine_tensors},
    starter("starter_detector", {.task = Task::detect, .size = {640, 640}, .bgr = true, .norm = by_128, .decode = Decode::anchors_scrfd, .any_aspect = true}, nine_tensors),
    {.name = "yoloface_8n",
     .task = Task::detect,
     .group = g30,
     .licence = gpl,
     .vendor = "derronqi",
     .bytes = 12'659'761,
     .size = {640, 640},
     .bgr = true,
     .decode = Decode::anchors_yolo,
     .signature = "input[n,3,640,640] > [n,20,8400]"},
    {.name = "yunet_2023_mar",
     .task = Task::detect,
     .group = g34,
     .licence = mit,
     .vendor = "OpenCV",
     .size = {640, 640},
     .bgr = true,
     .norm = raw,
     .decode = Decode::anchors_yunet,
     .signature = "input[n,3,640,640] > [n,?,1] [n,?,1] [n,?,1] [n,?,1] [n,?,1] [n,?,1] [n,?,4] [n,?,4] [n,?,4] [n,?,10] [n,?,10] [n,?,10]"},

    {.name = "2dfan4",
     .task = Task::landmark,
     .group = g30,
     .licence = mit,
     .vendor = "breadbread1984",
     .bytes = 97'904'803,
     .size = {256, 256},
     .bgr = true,
     .decode = Decode::heatmap,
     .signature = "input[n,3,256,256] > [n,68,3] [n,68,64,64]"},
    {.name = "fan_68_5",
     .task = Task::landmark,
     .group = g30,
     .licence = openrail,
     .vendor = "FaceFusion",
     .bytes = 944'321,
     .crop = Template::ffhq_512,
     .decode = Decode::points,
     .signature = "input[n,5,2] > [n,68,2]"},
    {.name = "peppa_wutz",
     .task = Task::landmark,
     .group = g30,
     .licence = apache,
     .vendor = "unknown",
     .size = {256, 256},
     .bgr = true,
     .decode = Decode::points_scored,
     .signature = "input[n,3,256,256] > [n,68,3]"},
    starter("starter_landmarker", {.task = Task::landmark, .size = {256, 256}, .bgr = true, .decode = Decode::heatmap}, "input[n,3,256,256] > [n,68,3] [n,68,64,64]"),
    starter("starter_points", {.task = Task::landmark, .crop = Template::ffhq_512, .decode = Decode::points}, "input[n,5,2] > [n,68,2]"),

    {.name = "arcface_w600k_r50",
     .task = Task::recognise,
     .group = g30,
     .licence = nc,
     .vendor = "InsightFace",
     .bytes = 174'388'474,
     .size = {112, 112},
     .crop = Template::arcface_112_v2,
     .norm = half,
     .decode = Decode::embedding,
     .signature = "input[n,3,112,112] > [n,512]"},
    starter("starter_recogniser", {.task = Task::recognise, .size = {112, 112}, .crop = Template::arcface_112_v2, .norm = half, .decode = Decode::embedding},
            "input[n,3,112,112] > [n,512]"),

    {.name = "fairface",
     .task = Task::classify,
     .group = g30,
     .licence = nc,
     .vendor = "dchen236",
     .bytes = 85'170'772,
     .size = {224, 224},
     .crop = Template::arcface_112_v2,
     .norm = imagenet,
     .decode = Decode::fairface,
     .signature = "input[n,3,224,224] > :int[n] :int[n] :int[n]"},
    starter("starter_classifier", {.task = Task::classify, .size = {224, 224}, .crop = Template::arcface_112_v2, .norm = imagenet, .decode = Decode::fairface},
            "input[n,3,224,224] > :int[n] :int[n] :int[n]"),

    gate("nsfw_1", "EraX", apache, 80'414'194, 640, unit, Decode::scores_detection, "input[n,3,640,640] > [n,?,?]"),
    gate("nsfw_2", "Marqo", apache, 22'489'928, 384, half, Decode::scores_pair, "input[n,3,384,384] > [n,2]"),
    gate("nsfw_3", "Freepik", mit, 358'188'033, 448, clip, Decode::scores_four, "input[n,3,448,448] > [n,4]"),

    starter("starter_occluder", occluder({}, {}, 0), "input[n,256,256,3] > [n,256,256,1]"),
    occluder("xseg_1", g31, 70'324'286),
    occluder("xseg_2", g31, 0),
    occluder("xseg_3", g32, 0),

    parser("bisenet_resnet_18", g31, 0),
    parser("bisenet_resnet_34", g30, 93'632'546),
    starter("starter_parser", parser({}, {}, 0), "input[n,3,512,512] > [n,19,512,512]"),

    voice("kim_vocal_1", g34, "KimberleyJensen", 0),
    voice("kim_vocal_2", g30, "KimberleyJensen", 66'766'794),
    voice("uvr_mdxnet", g34, "Anjok07", 0),

    converter("crossface_ghost"),
    converter("crossface_hififace"),
    converter("crossface_simswap"),

    swapper({"blendswap_256",
             g30,
             "mapooon",
             nc,
             256,
             Template::ffhq_512,
             unit,
             SwapSource::picture_112,
             false,
             0,
             {},
             "source[n,3,112,112] target[n,3,256,256] > [n,3,256,256]"}),
    swapper({"ghost_1_256", g30, "ai-forever", apache, 256, Template::arcface_112_v1, half, SwapSource::embedding_ghost, true}),
    swapper({"ghost_2_256", g30, "ai-forever", apache, 256, Template::arcface_112_v1, half, SwapSource::embedding_ghost, true}),
    swapper({"ghost_3_256", g30, "ai-forever", apache, 256, Template::arcface_112_v1, half, SwapSource::embedding_ghost, true}),
    swapper({"hififace_unofficial_256", g31, "GuijiAI", unknown, 256, Template::mtcnn_512, half, SwapSource::embedding_hififace, true}),
    swapper({"hyperswap_1a_256", g33, "FaceFusion", research, 256, Template::arcface_128, half, SwapSource::embedding_unit, true, 402'742'682}),
    swapper({"hyperswap_1b_256", g33, "FaceFusion", research, 256, Template::arcface_128, half, SwapSource::embedding_unit, true}),
    swapper({"hyperswap_1c_256", g33, "FaceFusion", research, 256, Template::arcface_128, half, SwapSource::embedding_unit, true}),
    swapper({"inswapper_128", g30, "InsightFace", nc, 128, Template::arcface_128, unit, SwapSource::embedding_matrix, false, 0,
             "a290273ed497312095dac48cdef20feec9d5208298223dd01288ab202b54bea7"}),
    swapper({"inswapper_128_fp16", g30, "InsightFace", nc, 128, Template::arcface_128, unit, SwapSource::embedding_matrix, false}),
    swapper({"simswap_256", g30, "neuralchen", nc, 256, Template::arcface_112_v1, imagenet, SwapSource::embedding_simswap, false}),
    swapper({"simswap_unofficial_512", g30, "neuralchen", nc, 512, Template::arcface_112_v1, unit, SwapSource::embedding_simswap, false}),
    halved("starter_swapper_128", starter_swapper),
    starter_swapper,
    swapper({"uniface_256",
             g30,
             "xc-csc101",
             unknown,
             256,
             Template::ffhq_512,
             half,
             SwapSource::picture_256,
             true,
             0,
             {},
             "source[n,3,256,256] target[n,3,256,256] > [n,3,256,256]"}),

    enhancer("codeformer", "sczhou", slab, 512),
    enhancer("gfpgan_1.2", "TencentARC", apache, 512),
    enhancer("gfpgan_1.3", "TencentARC", apache, 512),
    enhancer("gfpgan_1.4", "TencentARC", apache, 512, Template::ffhq_512, 340'299'087),
    enhancer("gpen_bfr_1024", "yangxy", nc, 1024),
    enhancer("gpen_bfr_2048", "yangxy", nc, 2048),
    enhancer("gpen_bfr_256", "yangxy", nc, 256, Template::arcface_128),
    enhancer("gpen_bfr_512", "yangxy", nc, 512),
    enhancer("restoreformer_plus_plus", "wzhouxiff", apache, 512),
    starter("starter_enhancer", enhancer({}, {}, {}, 512), "input[n,3,S,S] weight?:f64[1] > [n,3,S,S]"),

    portrait("live_portrait_eye_retargeter", 0, Decode::none, "face editor", "input[n,66] > [n,63]"),
    portrait("live_portrait_feature_extractor", 256, Decode::none, both_portraits, "input[n,3,256,256] > [n,32,16,64,64]"),
    portrait("live_portrait_generator", 512, Decode::image, both_portraits, "feature_volume[n,32,16,64,64] source[n,21,3] target[n,21,3] > [n,3,512,512]"),
    portrait("live_portrait_lip_retargeter", 0, Decode::none, "face editor", "input[n,65] > [n,63]"),
    portrait("live_portrait_motion_extractor", 256, Decode::none, both_portraits, "input[n,3,256,256] > [] [] [] [n,1] [n,3] [n,21,3] [n,21,3]"),
    portrait("live_portrait_stitcher", 0, Decode::none, "face editor", "source[n,21,3] target[n,21,3] > [n,21,3]"),

    {.name = "styleganex_age",
     .task = Task::age,
     .group = g31,
     .licence = slab,
     .vendor = "williamyang1991",
     .size = {256, 256},
     .crop = Template::ffhq_512,
     .norm = half,
     .denormalise = true,
     .decode = Decode::image,
     .later = "age modifier",
     .signature = "target[n,3,256,256] target_with_background[n,3,384,384] direction[] > [n,3,?,?]"},

    upscaler("clear_reality_x4", g30, "Kim2091", nc, 4, tiles_128),
    upscaler("face_dat_x4", g35, "Helaman", nc, 4, tiles_128),
    upscaler("nomos8k_sc_x4", g30, "Helaman", nc, 4, tiles_128),
    upscaler("real_esrgan_x2", g30, "xinntao", bsd, 2, tiles_256),
    upscaler("real_esrgan_x2_fp16", g30, "xinntao", bsd, 2, tiles_256),
    upscaler("real_esrgan_x4", g30, "xinntao", bsd, 4, tiles_256),
    upscaler("real_esrgan_x4_fp16", g30, "xinntao", bsd, 4, tiles_256),
    upscaler("real_esrgan_x8", g30, "xinntao", bsd, 8, tiles_256),
    upscaler("real_esrgan_x8_fp16", g30, "xinntao", bsd, 8, tiles_256),
    upscaler("real_hatgan_x4", g30, "XPixelGroup", apache, 4, tiles_256),
    upscaler("real_web_photo_x4", g31, "Helaman", nc, 4, tiles_64),
    upscaler("realistic_rescaler_x4", g31, "Mutin Choler", wtfpl, 4, tiles_128),
    upscaler("remacri_x4", g31, "FoolhardyVEVO", nc, 4, tiles_128),
    upscaler("siax_x4", g31, "NMKD", wtfpl, 4, tiles_128),
    upscaler("span_kendata_x4", g30, "terrainer", nc, 4, tiles_128),
    starter("starter_upscaler_x2", upscaler({}, {}, {}, {}, 2, tiles_256), free_picture),
    starter("starter_upscaler_x4", upscaler({}, {}, {}, {}, 4, tiles_128), free_picture),
    upscaler("swin2_sr_x4", g31, "mv-lab", apache, 4, tiles_128),
    upscaler("tghq_face_x8", g35, "Torrentguy", gpl, 8, tiles_128),
    upscaler("ultra_sharp_2_x4", g33, "Kim2091", nc, 4, tiles_1024),
    upscaler("ultra_sharp_x4", g30, "Kim2091", nc, 4, tiles_128),

    colorizer("ddcolor", "piddnad", apache, "input[n,3,?,?] > [n,2,?,?]"),
    colorizer("ddcolor_artistic", "piddnad", apache, "input[n,3,?,?] > [n,2,?,?]"),
    colorizer("deoldify", "jantic", mit, free_picture),
    colorizer("deoldify_artistic", "jantic", mit, free_picture),
    colorizer("deoldify_stable", "jantic", mit, free_picture),
    starter("starter_colorizer", colorizer({}, {}, {}, {}), "input[n,3,?,?] > [n,2,?,?]"),

    matte("ben_2", "PramaLLC", mit, 1024, unit),
    matte("birefnet_general", "ZhengPeng7", mit, 1024, unit),
    matte("birefnet_portrait", "ZhengPeng7", mit, 1024, unit),
    matte("isnet_general", "xuebinqin", apache, 1024, half_only),
    matte("modnet", "ZHKKKe", apache, 512, half),
    matte("ormbg", "schirrmacher", apache, 1024, unit),
    matte("rmbg_1.4", "BRIA", nc, 1024, half_only),
    matte("rmbg_2.0", "BRIA", nc, 1024, imagenet),
    matte("silueta", "Kikedao", apache, 320, imagenet),
    starter("starter_background", matte({}, {}, {}, 512, half), picture_to_mask),
    matte("u2net_cloth", "levindabhi", mit, 768, imagenet, Decode::classes, "input[n,3,768,768] > [n,?,768,768]"),
    matte("u2net_general", "xuebinqin", apache, 320, imagenet),
    matte("u2net_human", "xuebinqin", apache, 320, imagenet),
    matte("u2netp", "xuebinqin", apache, 320, imagenet),

    {.name = "edtalk_256",
     .task = Task::lip_sync,
     .group = g33,
     .licence = apache,
     .vendor = "tanshuai0219",
     .size = {256, 256},
     .crop = Template::ffhq_512,
     .decode = Decode::image,
     .later = "lip syncer",
     .signature = "source[n,1,80,16] target[n,3,256,256] weight[1] > [n,3,256,256]"},
    wav2lip("wav2lip_96"),
    wav2lip("wav2lip_gan_96"),
});

static_assert(std::count_if(rows.begin(), rows.end(), [](const ModelSpec& row) { return row.group != starter_group; }) == 92);
static_assert(std::is_sorted(rows.begin(), rows.end(),
                             [](const ModelSpec& a, const ModelSpec& b) { return a.task != b.task ? a.task < b.task : a.name < b.name; }));
constexpr bool names_are_unique() {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        for (std::size_t k = i + 1; k < rows.size(); ++k) {
            if (rows[i].name == rows[k].name) return false;
        }
    }
    return true;
}
static_assert(names_are_unique());

/// Letters to insert, delete or change to turn one name into the other.
std::size_t distance(Text from, Text to) {
    std::vector<std::size_t> row(to.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= from.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t k = 1; k <= to.size(); ++k) {
            const std::size_t change = diagonal + (from[i - 1] == to[k - 1] ? 0 : 1);
            diagonal = row[k];
            row[k] = std::min({row[k] + 1, row[k - 1] + 1, change});
        }
    }
    return row.back();
}

}  // namespace

std::span<const ModelSpec> zoo() noexcept { return rows; }

const ModelSpec* find_model_or_null(std::string_view name) noexcept {
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const ModelSpec& row) { return row.name == name; });
    return found == rows.end() ? nullptr : &*found;
}

const ModelSpec& find_model(std::string_view name) {
    if (const ModelSpec* found = find_model_or_null(name)) return *found;
    std::vector<const ModelSpec*> near;
    for (const ModelSpec& row : rows) near.push_back(&row);
    const std::string asked(name.substr(0, 100));
    std::stable_sort(near.begin(), near.end(), [&](const ModelSpec* a, const ModelSpec* b) { return distance(a->name, asked) < distance(b->name, asked); });
    throw Error(Code::models, fmt::format("There is no network named \"{}\"; the nearest are {}, {} and {} (mien models list shows all).", asked, near[0]->name,
                                          near[1]->name, near[2]->name));
}

std::string_view name_of(Task task) noexcept {
    constexpr std::array<Text, 18> names{"detect", "landmark",  "recognise",         "classify", "gate",       "occlude",
                                         "parse",  "voice",     "convert embedding", "swap",     "enhance",    "portrait",
                                         "age",    "deep swap", "frame enhance",     "colorize", "background", "lip sync"};
    return names[static_cast<std::size_t>(task)];
}

std::string_view name_of(Template crop) noexcept {
    constexpr std::array<Text, 8> names{"none", "arcface_112_v1", "arcface_112_v2", "arcface_128", "dfl_whole_face", "ffhq_512", "mtcnn_512", "styleganex_384"};
    return names[static_cast<std::size_t>(crop)];
}

}  // namespace mien
