// SPDX-License-Identifier: Apache-2.0
#include "media/video_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

#include "media/convert.h"
#include "media/samples.h"

namespace mien {
namespace {
struct EncoderRow {
    std::string_view name;
    const char* library;
    bool whole_chroma;  ///< 4:2:0 and 4:2:2 need even sizes
    void (*set)(av::Options&, const WriterOptions&, Size);
};

void set_x264(av::Options& options, const WriterOptions& wanted, Size) {
    // In its AVX-512 code of macroblock trees x264 (164) reads past the end of a row: where a row of macroblocks is no multiple of eight, the bytes follow from what memory
    // held before. Its AVX2 code gives the same bytes every time, and is no slower.
    if (av_get_cpu_flags() & AV_CPU_FLAG_AVX512) options.set("x264-params", "asm=AVX2,FMA3,BMI2,LZCNT");
    // The quantiser 0 is lossless at every depth; rate factor 0 is so for 8 bits only.
    if (wanted.lossless) options.set("qp", "0");
}
void set_x265(av::Options& options, const WriterOptions& wanted, Size) {
    // Pools and frame threads change the bytes, and their defaults follow the machine.
    const int threads = std::clamp(wanted.encoder_threads, 1, 16);
    // One frame at a time: with several in flight, what x265 writes was seen to depend on how busy the machine is. Rows of a frame still run side by side.
    options.set("x265-params", fmt::format("log-level=none:pools={}:frame-threads=1{}", threads, wanted.lossless ? ":lossless=1" : ""));
}
void set_vp9(av::Options& options, const WriterOptions& wanted, Size) {
    options.set("b", "0");
    if (wanted.lossless) options.set("lossless", "1");
}
void set_ffv1(av::Options& options, const WriterOptions&, Size size) {
    options.set("level", "3");
    options.set("slicecrc", "1");
    // Slices cut between whole chroma samples, which odd sizes do not have, and need some pixels each.
    const bool whole = size.width % 2 == 0 && size.height % 2 == 0 && size.width >= 16 && size.height >= 16;
    options.set("slices", whole ? "4" : "1");
}
void set_prores(av::Options& options, const WriterOptions&, Size) { options.set("vendor", "apl0"); }
void set_nothing(av::Options&, const WriterOptions&, Size) {}

constexpr std::array<EncoderRow, 7> encoders{{
    {"libx264", "libx264", true, set_x264},
    {"libx264rgb", "libx264rgb", false, set_x264},
    {"libx265", "libx265", true, set_x265},
    {"libvpx-vp9", "libvpx-vp9", false, set_vp9},
    {"ffv1", "ffv1", false, set_ffv1},
    {"prores", "prores_ks", false, set_prores},
    {"rawvideo", "rawvideo", false, set_nothing},
}};

const EncoderRow& row_of(const std::string& name) {
    const auto* const row = std::ranges::find(encoders, name, &EncoderRow::name);
    if (row == encoders.end()) throw Error(Code::usage, fmt::format("the video encoder {} is not offered: choose one of {}", name, video_encoder_names()));
    return *row;
}

struct Choice {
    AVPixelFormat pixel;
    Format format;
    int cost;
};

// The encoder's format that keeps most of the film's.
Choice choose(const EncoderRow& row, const AVCodec& library, const Format& film, Size size) {
    if (row.name == "rawvideo") return {av::pixel_format(film), film, 0};
    Choice best{AV_PIX_FMT_NONE, film, -1};
    for (const AVPixelFormat pixel : av::pixel_formats(library)) {
        const std::optional<Format> format = av::format_of(pixel);
        // Formats without planes of ours are packed on the way out; only RGB with a filler byte is needed so.
        const bool ours = format && av::pixel_format(*format) == pixel;
        if (!format || (!ours && pixel != AV_PIX_FMT_BGR0 && pixel != AV_PIX_FMT_BGRA)) continue;
        const bool odd = (format->layout == Layout::yuv420 && (size.width % 2 || size.height % 2)) || (format->layout == Layout::yuv422 && size.width % 2);
        if (row.whole_chroma && odd) continue;
        const int cost = conversion_cost(film, *format);
        if (cost >= 0 && (best.cost < 0 || cost < best.cost)) best = {pixel, *format, cost};
    }
    return best;
}

std::string ratio_text(AVRational value) { return fmt::format("{}", std::llround(av_q2d(value) * 50000)); }

std::string display_text(const AVMasteringDisplayMetadata& display) {
    const auto point = [&](int index) { return fmt::format("({},{})", ratio_text(display.display_primaries[index][0]), ratio_text(display.display_primaries[index][1])); };
    return fmt::format("G{}B{}R{}WP({},{})L({},{})", point(1), point(2), point(0), ratio_text(display.white_point[0]), ratio_text(display.white_point[1]),
                       std::llround(av_q2d(display.max_luminance) * 10000), std::llround(av_q2d(display.min_luminance) * 10000));
}

void set_high_range(av::Options& options, const EncoderRow& row, const HighRange& high) {
    const bool x265 = row.name == "libx265";
    if (!x265 && row.name != "libx264") return;
    const char* const key = x265 ? "x265-params" : "x264-params";
    const AVDictionaryEntry* const before = av_dict_get(*options.out(), key, nullptr, 0);
    std::string text = before ? before->value : "";
    const auto add = [&](const std::string& more) { text += (text.empty() ? "" : ":") + more; };
    if (high.display && high.display->has_primaries && high.display->has_luminance) add(fmt::format("{}={}", x265 ? "master-display" : "mastering-display", display_text(*high.display)));
    if (high.light) add(fmt::format("{}={},{}", x265 ? "max-cll" : "cll", high.light->MaxCLL, high.light->MaxFALL));
    if (!text.empty()) options.set(key, text);
}

void pack(const Frame& frame, AVFrame& out) {
    const AVPixFmtDescriptor& pixel = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(out.format));
    const View<const std::uint8_t> plane = frame.plane<std::uint8_t>(0);
    std::vector<std::uint16_t> line(static_cast<std::size_t>(plane.size.width));
    for (int channel = 0; channel < plane.channels; ++channel)
        for (int y = 0; y < plane.size.height; ++y) {
            for (int x = 0; x < plane.size.width; ++x) line[static_cast<std::size_t>(x)] = plane.at(x, y, channel);
            av_write_image_line(line.data(), out.data, out.linesize, &pixel, 0, y, channel, plane.size.width);
        }
}

int receive(AVCodecContext& codec, AVPacket& packet) {
    const Charge charge(Cost::encoder);
    return avcodec_receive_packet(&codec, &packet);
}
}  // namespace

std::string video_encoder_names() {
    std::string names;
    for (const EncoderRow& row : encoders) names += fmt::format("{}{}", names.empty() ? "" : " ", row.name);
    return names;
}

VideoEncoder::VideoEncoder(const FilmInfo& info, const WriterOptions& wanted, AVRational time_base, bool global_header, const HighRange& high, std::vector<std::string>& remarks)
    : name_(wanted.video_encoder), info_(info), wanted_(wanted), high_(high), time_base_(time_base), global_header_(global_header), expected_(info.format) {
    const EncoderRow& row = row_of(name_);
    library_ = avcodec_find_encoder_by_name(row.library);
    if (!library_) throw Error(Code::unsupported, fmt::format("this FFmpeg was built without the video encoder {}: choose another one", row.library));
    const Choice choice = choose(row, *library_, info.format, wanted.size.value_or(info.size));
    if (choice.cost < 0 || choice.pixel == AV_PIX_FMT_NONE) throw Error(Code::unsupported, fmt::format("{} cannot take {} pictures: choose ffv1", name_, name_of(info.format)));
    format_ = choice.format;
    pixel_ = choice.pixel;
    if (choice.cost > 1) remarks.push_back(fmt::format("{} cannot take {} of this size: it is given {}", name_, name_of(info.format), name_of(format_)));
    open();
}

void VideoEncoder::open() {
    codec_.reset(avcodec_alloc_context3(library_));
    if (!codec_) throw Error(Code::out_of_memory, "no memory for an encoder");
    const FilmInfo& info = info_;
    const WriterOptions& wanted = wanted_;
    const Size size = wanted.size.value_or(info.size);
    AVCodecContext& codec = *codec_;
    codec.time_base = time_base_;
    if (global_header_) codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    codec.width = size.width;
    codec.height = size.height;
    codec.pix_fmt = pixel_;
    codec.sample_aspect_ratio = av::rational(info.sample_aspect);
    const Ratio rate = wanted.frame_rate.value_or(info.frame_rate);
    if (rate.numerator > 0) codec.framerate = av::rational(rate);
    // What a conversion does to the colour codes, asked of the conversion itself on a picture of one pixel.
    Frame probe(info.format, {1, 1});
    for (int plane = 0; plane < plane_count(info.format); ++plane) std::memset(probe.edit<std::uint8_t>(plane).data, 0, static_cast<std::size_t>(channel_count(info.format) * sample_bytes(info.format)));
    probe.colour = info.colour;
    const Colour colour = convert(probe, format_).colour;
    codec.colorspace = static_cast<AVColorSpace>(colour.matrix);
    codec.color_primaries = static_cast<AVColorPrimaries>(colour.primaries);
    codec.color_trc = static_cast<AVColorTransferCharacteristic>(colour.transfer);
    codec.chroma_sample_location = static_cast<AVChromaLocation>(colour.siting);
    codec.color_range = colour.full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    codec.thread_count = std::clamp(wanted.encoder_threads, 1, 64);
    codec.flags |= AV_CODEC_FLAG_BITEXACT;
    codec.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    av::Options options;
    const EncoderRow& row = row_of(name_);
    row.set(options, wanted, size);
    set_high_range(options, row, high_);
    if (!wanted.lossless)
        if (const auto [key, value] = video_quality_option(name_, wanted.video_quality); !key.empty()) options.set(key.c_str(), value);
    const auto [preset, value] = video_preset_option(name_, wanted.video_preset);
    if (preset.empty() && !video_preset_option("libx264", "medium").first.empty() && !video_preset_option(name_, "medium").first.empty())
        throw Error(Code::usage, fmt::format("the preset {} is unknown: choose one from ultrafast to veryslow", wanted.video_preset));
    if (!preset.empty()) options.set(preset.c_str(), value);
    const int opened = threads_.watch([&] { return avcodec_open2(codec_.get(), library_, options.out()); });
    if (opened < 0)
        throw Error(Code::output, fmt::format("{} refuses pictures of {} x {} {} ({}): choose another encoder", name_, size.width, size.height, name_of(format_), av::describe(opened)));
}

av::Picture VideoEncoder::prepare(const Frame& frame) const {
    const Frame converted = convert(frame, format_);
    if (av::pixel_format(format_) == pixel_) return av::share(converted);
    av::Picture picture = av::share(converted);
    av::Picture packed = av::new_picture();
    packed->format = pixel_;
    packed->width = picture->width;
    packed->height = picture->height;
    if (av_frame_get_buffer(packed.get(), 0) < 0) throw Error(Code::out_of_memory, "no memory for a picture");
    std::memset(packed->data[0], 0, static_cast<std::size_t>(packed->linesize[0]) * static_cast<std::size_t>(packed->height));
    pack(converted, *packed);
    if (av_frame_copy_props(packed.get(), picture.get()) < 0) throw Error(Code::out_of_memory, "no memory for a picture");
    return packed;
}

void VideoEncoder::put(const Frame& frame, std::int64_t pts, std::int64_t duration, const PacketSink& sink) {
    if (frame.size() != Size{codec_->width, codec_->height})
        throw Error(Code::internal, fmt::format("a frame of {} x {} was put into a film of {} x {}", frame.size().width, frame.size().height, codec_->width, codec_->height));
    if (wanted_.segment_frames > 0 && in_segment_ == wanted_.segment_frames) start_segment(sink);
    ++in_segment_;
    const av::Picture picture = prepare(frame);
    picture->pts = pts;
    picture->sample_aspect_ratio = codec_->sample_aspect_ratio;
    av::set_duration(*picture, duration);
    durations_.emplace_back(pts, duration);
    const int sent = send(picture.get());
    if (sent < 0) throw Error(Code::output, fmt::format("{} failed at frame {} ({})", name_, frame.number, av::describe(sent)));
    drain(sink);
}

void VideoEncoder::finish(const PacketSink& sink) {
    // x264 ends its look-ahead when it is told that no more pictures come.
    threads_.count();
    const int sent = send(nullptr);
    if (sent < 0 && sent != AVERROR_EOF) throw Error(Code::output, fmt::format("{} failed at the end of the film ({})", name_, av::describe(sent)));
    drain(sink);
}

// A fresh encoder, not only a key picture: rate control and look-ahead remember nothing of the segment before.
void VideoEncoder::start_segment(const PacketSink& sink) {
    finish(sink);
    open();
    in_segment_ = 0;
}

int VideoEncoder::send(const AVFrame* picture) {
    const Charge charge(Cost::encoder);
    return avcodec_send_frame(codec_.get(), picture);
}

void VideoEncoder::drain(const PacketSink& sink) {
    const av::Packet packet = av::new_packet();
    for (;;) {
        const int got = receive(*codec_, *packet);
        if (got == AVERROR(EAGAIN) || got == AVERROR_EOF) return;
        if (got < 0) throw Error(Code::output, fmt::format("{} failed ({})", name_, av::describe(got)));
        const auto known = std::ranges::find(durations_, packet->pts, &std::pair<std::int64_t, std::int64_t>::first);
        if (known != durations_.end()) {
            packet->duration = known->second;
            durations_.erase(known);
        }
        // The first decoding times of a segment lie before its first picture, and may reach back into the segment before.
        if (packet->dts != AV_NOPTS_VALUE) {
            if (wanted_.segment_frames > 0 && last_dts_) packet->dts = std::max(packet->dts, *last_dts_ + 1);
            last_dts_ = packet->dts;
        }
        sink(*packet);
        av_packet_unref(packet.get());
    }
}

}  // namespace mien
