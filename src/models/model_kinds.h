// What networks of one kind have in common: a function per kind that makes a row of the zoo from what is the network's own. Used by models/zoo.cpp only.
// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <string_view>

#include "models/spec.h"
#include "models/starter_digests.h"

namespace mien::kinds {

using Text = std::string_view;

inline constexpr Text g30 = "models-3.0.0", g31 = "models-3.1.0", g32 = "models-3.2.0", g33 = "models-3.3.0", g34 = "models-3.4.0", g35 = "models-3.5.0";
inline constexpr Text apache = "Apache-2.0", mit = "MIT", gpl = "GPL-3.0", bsd = "BSD-3-Clause", wtfpl = "WTFPL", nc = "non-commercial", unknown = "unknown";
inline constexpr Text openrail = "OpenRAIL-M", research = "ResearchRAIL", slab = "S-Lab-1.0";

inline constexpr Norm unit{};                              // 0..1
inline constexpr Norm half{{.5, .5, .5}, {.5, .5, .5}};    // -1..1
inline constexpr Norm half_only{{.5, .5, .5}, {1, 1, 1}};  // -1/2..1/2
inline constexpr Norm imagenet{{.485, .456, .406}, {.229, .224, .225}};
inline constexpr Norm clip{{.48145466, .4578275, .40821073}, {.26862954, .26130258, .27577711}};
inline constexpr Norm raw{{0, 0, 0}, {1 / 255., 1 / 255., 1 / 255.}};              // 0..255
inline constexpr Norm by_128{{.5, .5, .5}, {128 / 255., 128 / 255., 128 / 255.}};  // (sample - 127.5) / 128

inline constexpr Text picture_to_mask = "input[n,3,S,S] > [n,1,S,S]";
inline constexpr Text nine_tensors = "input[n,3,?,?] > [?,1] [?,1] [?,1] [?,4] [?,4] [?,4] [?,10] [?,10] [?,10]";
inline constexpr Text embedding_to_embedding = "input[n,512] > [n,512]";
inline constexpr Text from_embedding = "source[n,512] target[n,3,S,S] > [n,3,S,S]";
inline constexpr Text free_picture = "input[n,3,?,?] > [n,3,?,?]";

inline constexpr std::array<int, 3> tiles_64{64, 4, 2}, tiles_128{128, 8, 4}, tiles_256{256, 16, 8}, tiles_1024{1024, 64, 32};

constexpr ModelSpec gate(Text name, Text vendor, Text licence, std::uint64_t bytes, int size, Norm norm, Decode decode, Text signature) {
    return {.name = name,
            .task = Task::gate,
            .group = g33,
            .licence = licence,
            .vendor = vendor,
            .bytes = bytes,
            .size = {size, size},
            .norm = norm,
            .decode = decode,
            .signature = signature};
}
constexpr ModelSpec occluder(Text name, Text group, std::uint64_t bytes) {
    return {.name = name,
            .task = Task::occlude,
            .group = group,
            .licence = gpl,
            .vendor = "DeepFaceLab",
            .bytes = bytes,
            .size = {256, 256},
            .bgr = true,
            .nhwc = true,
            .decode = Decode::mask,
            .signature = "input[n,256,256,3] > [n,256,256,1]"};
}
constexpr ModelSpec parser(Text name, Text group, std::uint64_t bytes) {
    return {.name = name,
            .task = Task::parse,
            .group = group,
            .licence = mit,
            .vendor = "yakhyo",
            .bytes = bytes,
            .size = {512, 512},
            .norm = imagenet,
            .decode = Decode::classes,
            .signature = "input[n,3,512,512] > [n,19,512,512]"};
}
constexpr ModelSpec voice(Text name, Text group, Text vendor, std::uint64_t bytes) {
    return {.name = name,
            .task = Task::voice,
            .group = group,
            .licence = nc,
            .vendor = vendor,
            .bytes = bytes,
            .later = "lip syncer",
            .signature = "input[n,4,?,?] > [n,4,?,?]"};
}
constexpr ModelSpec converter(Text name) {
    return {.name = name,
            .task = Task::convert_embedding,
            .group = g34,
            .licence = unknown,
            .vendor = "FaceFusion",
            .decode = Decode::embedding,
            .signature = embedding_to_embedding};
}
struct Swap {
    Text name, group, vendor, licence;
    int size;
    Template crop;
    Norm norm;
    SwapSource source;
    bool denormalise;
    std::uint64_t bytes = 0;
    Text sha256 = {};
    Text signature = from_embedding;
};
constexpr ModelSpec swapper(const Swap& row) {
    return {.name = row.name,
            .task = Task::swap,
            .group = row.group,
            .licence = row.licence,
            .vendor = row.vendor,
            .bytes = row.bytes,
            .sha256 = row.sha256,
            .size = {row.size, row.size},
            .crop = row.crop,
            .norm = row.norm,
            .denormalise = row.denormalise,
            .decode = Decode::image,
            .source = row.source,
            .signature = row.signature};
}
constexpr ModelSpec enhancer(Text name, Text vendor, Text licence, int size, Template crop = Template::ffhq_512, std::uint64_t bytes = 0) {
    return {.name = name,
            .task = Task::enhance,
            .group = g30,
            .licence = licence,
            .vendor = vendor,
            .bytes = bytes,
            .size = {size, size},
            .crop = crop,
            .norm = half,
            .denormalise = true,
            .decode = Decode::image,
            .signature = "input[n,3,S,S] weight?:f64[1] > [n,3,S,S]"};
}
/// A starter network has the layout of a published one: only its name, origin and licence are its own.
constexpr ModelSpec starter(Text name, ModelSpec like, Text signature) {
    like.name = name;
    like.group = starter_group;
    like.licence = apache;
    like.vendor = "mien";
    like.bytes = 0;
    like.sha256 = {};
    for (const auto& [of, digest] : starter_digests)
        if (of == name) like.sha256 = digest;
    like.signature = signature;
    return like;
}
/// A starter swapper for crops of half the edge, valued 0..1 as inswapper's are: the same file, opened so.
constexpr ModelSpec halved(Text name, ModelSpec whole) {
    whole.half_of = whole.name;
    whole.name = name;
    whole.size = {whole.size.width / 2, whole.size.height / 2};
    whole.norm = unit;
    whole.denormalise = false;
    return whole;
}
constexpr ModelSpec portrait(Text name, int size, Decode decode, Text later, Text signature) {
    return {.name = name,
            .task = Task::portrait,
            .group = g30,
            .licence = mit,
            .vendor = "KwaiVGI",
            .size = {size, size},
            .decode = decode,
            .later = later,
            .signature = signature};
}
inline constexpr Text both_portraits = "expression restorer and face editor";
constexpr ModelSpec upscaler(Text name, Text group, Text vendor, Text licence, int scale, std::array<int, 3> tile) {
    return {.name = name,
            .task = Task::frame_enhance,
            .group = group,
            .licence = licence,
            .vendor = vendor,
            .size = {tile[0], tile[0]},
            .decode = Decode::image,
            .scale = scale,
            .tile = tile,
            .later = "frame enhancer",
            .signature = free_picture};
}
constexpr ModelSpec colorizer(Text name, Text vendor, Text licence, Text signature) {
    return {.name = name,
            .task = Task::colorize,
            .group = g30,
            .licence = licence,
            .vendor = vendor,
            .size = {256, 256},
            .decode = Decode::image,
            .later = "frame colorizer",
            .signature = signature};
}
constexpr ModelSpec matte(Text name, Text vendor, Text licence, int size, Norm norm, Decode decode = Decode::mask, Text signature = picture_to_mask) {
    return {.name = name,
            .task = Task::background,
            .group = g35,
            .licence = licence,
            .vendor = vendor,
            .size = {size, size},
            .norm = norm,
            .decode = decode,
            .later = "background remover",
            .signature = signature};
}
constexpr ModelSpec wav2lip(Text name) {
    return {.name = name,
            .task = Task::lip_sync,
            .group = g30,
            .licence = nc,
            .vendor = "Rudrabha",
            .size = {96, 96},
            .crop = Template::ffhq_512,
            .bgr = true,
            .decode = Decode::image,
            .later = "lip syncer",
            .signature = "source[n,1,80,16] target[n,6,96,96] > [n,3,96,96]"};
}

}  // namespace mien::kinds
