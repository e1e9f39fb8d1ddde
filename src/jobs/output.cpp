// SPDX-License-Identifier: Apache-2.0
#include "jobs/output.h"

#include <cmath>

#include "base/digest.h"
#include "base/error.h"
#include "media/part_file.h"

namespace mien {

std::unique_ptr<Writer> open_output(const Settings& settings, const Target& target, Size size, const WritePermit* permit, std::vector<std::string>& remarks, bool composed) {
    const OutputSettings& wanted = settings.output_settings;
    if (wanted.writer == "null") return open_null_writer();
    if (wanted.writer == "digest") return open_digest_writer(settings.output);
    if (!permit) throw Error(Code::internal, "a film writer was asked for without a permit");
    WriterOptions options;
    options.video_encoder = choose_video_encoder(settings, remarks);
    options.video_preset = wanted.video_preset;
    options.video_quality = wanted.video_quality;
    options.lossless = wanted.lossless;
    options.encoder_threads = wanted.encoder_threads;
    options.segment_frames = wanted.segment_frames;
    options.audio_encoder = wanted.audio_encoder;
    options.audio_quality = wanted.audio_quality;
    options.audio_volume = wanted.audio_volume;
    options.sound = target.sound;
    options.composed = composed;
    if (target.kind == PlanTarget::Kind::film) options.source = target.path;
    if (size != target.info.size) options.size = size;
    options.trim_start = settings.trim_start;
    options.trim_end = settings.trim_end;
    if (wanted.video_fps) options.frame_rate = Ratio{std::llround(*wanted.video_fps * 1000), 1000};
    options.xmp = permit->mark().xmp();
    // MP4 and MOV have the XMP box for this; keys of our own there would turn all other tags into another dialect.
    const std::string extension = lower_extension(settings.output);
    if (extension != ".mp4" && extension != ".mov" && extension != ".m4v") options.metadata = permit->mark().metadata();
    return open_film_writer(settings.output, target.info, options);
}

void write_truth_picture(const std::filesystem::path& path, const Frame& picture, const WritePermit& permit) {
    StillOptions options;
    options.xmp = permit.mark().xmp();
    write_still(path, picture, options);
}

std::vector<std::string> write_picture(const Settings& settings, const Still& like, const Frame& frame, const WritePermit& permit,
                                       const BeforeStillNamed& before_named) {
    StillOptions options;
    options.quality = settings.output_settings.image_quality;
    options.lossless = settings.output_settings.lossless;
    options.xmp = permit.mark().xmp();
    options.icc = like.icc;
    options.even = settings.faithful ? 1 : 0;
    return write_still(settings.output, frame, options, before_named);
}

std::vector<std::byte> encode_picture(const Frame& frame, const WritePermit& permit) {
    StillOptions options;
    options.quality = 90;
    options.xmp = permit.mark().xmp();
    return encode_still("jpg", frame, options);
}

void write_page(const std::filesystem::path& path, const std::string& html, const WritePermit&, const BeforeNamed& before_named) {
    PartFile part(path);
    part.append(bytes_of(html));
    part.keep(before_named);
}

}  // namespace mien
