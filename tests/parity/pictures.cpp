// SPDX-License-Identifier: Apache-2.0
#include "parity/pictures.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

#include <memory>

#include "base/digest.h"
#include "base/error.h"
#include "media/still.h"
#include "parity/recorder.h"

namespace mien::parity {
namespace {

Frame rgb_of(const Frame& in) {
    if (in.format() == Format{Layout::rgb, 8, false}) return in;
    if (in.format().depth != 8 || (in.format().layout != Layout::rgba && in.format().layout != Layout::rgb)) throw Error(Code::unsupported, "The suite reads 8-bit pictures only.");
    Frame out(Format{}, in.size());
    const View<const std::uint8_t> from = in.plane<std::uint8_t>(0);
    const View<std::uint8_t> to = out.edit<std::uint8_t>(0);
    for (int y = 0; y < to.size.height; ++y)
        for (int x = 0; x < to.size.width; ++x)
            for (int c = 0; c < 3; ++c) to.at(x, y, c) = from.at(x, y, c);
    return out;
}

/// `tagged`: the frame whose matrix and range count; nullptr: libswscale's defaults.
Frame convert(const std::uint8_t* const* data, const int* pitch, Size from, AVPixelFormat format, const AVFrame* tagged, Size to) {
    SwsContext* scaler = sws_getContext(from.width, from.height, format, to.width, to.height, AV_PIX_FMT_RGB24, SWS_BICUBIC, nullptr, nullptr, nullptr);
    if (!scaler) throw Error(Code::unsupported, "libswscale has no way from this picture to rgb24.");
    if (tagged) {
        const int matrix = tagged->colorspace == AVCOL_SPC_UNSPECIFIED ? SWS_CS_DEFAULT : static_cast<int>(tagged->colorspace);
        sws_setColorspaceDetails(scaler, sws_getCoefficients(matrix), tagged->color_range == AVCOL_RANGE_JPEG, sws_getCoefficients(SWS_CS_DEFAULT), 0, 0, 1 << 16, 1 << 16);
    }
    Frame out(Format{}, to);
    const View<std::uint8_t> view = out.edit<std::uint8_t>(0);
    std::uint8_t* planes[4] = {view.data};
    const int pitches[4] = {static_cast<int>(view.pitch)};
    sws_scale(scaler, data, pitch, 0, from.height, planes, pitches);
    sws_freeContext(scaler);
    return out;
}

struct Close {
    void operator()(AVFormatContext* p) const { avformat_close_input(&p); }
    void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
    void operator()(AVFrame* p) const { av_frame_free(&p); }
    void operator()(AVPacket* p) const { av_packet_free(&p); }
};

}  // namespace

Frame read_picture(const std::filesystem::path& path) { return rgb_of(read_still(path).frame); }

std::vector<Frame> read_clip(const std::filesystem::path& path, std::int64_t first, std::int64_t count, ClipWay way, Size size) {
    AVFormatContext* opened = nullptr;
    if (avformat_open_input(&opened, path.c_str(), nullptr, nullptr) < 0) throw Error(Code::bad_input, path.string() + " cannot be opened as a clip.");
    const std::unique_ptr<AVFormatContext, Close> film(opened);
    avformat_find_stream_info(film.get(), nullptr);
    const AVCodec* codec = nullptr;
    const int stream = av_find_best_stream(film.get(), AVMEDIA_TYPE_VIDEO, -1, -1, &codec, 0);
    if (stream < 0) throw Error(Code::bad_input, path.string() + " has no video.");
    const std::unique_ptr<AVCodecContext, Close> decoder(avcodec_alloc_context3(codec));
    avcodec_parameters_to_context(decoder.get(), film->streams[stream]->codecpar);
    if (avcodec_open2(decoder.get(), codec, nullptr) < 0) throw Error(Code::bad_input, path.string() + " cannot be decoded.");
    const std::unique_ptr<AVFrame, Close> frame(av_frame_alloc());
    const std::unique_ptr<AVPacket, Close> packet(av_packet_alloc());
    std::vector<Frame> out;
    std::int64_t number = 0;
    for (bool more = true; more && static_cast<std::int64_t>(out.size()) < count;) {
        more = av_read_frame(film.get(), packet.get()) >= 0;
        if (!more || packet->stream_index == stream) avcodec_send_packet(decoder.get(), more ? packet.get() : nullptr);
        av_packet_unref(packet.get());
        while (static_cast<std::int64_t>(out.size()) < count && avcodec_receive_frame(decoder.get(), frame.get()) >= 0) {
            const Size own{frame->width, frame->height};
            if (number++ >= first) out.push_back(convert(frame->data, frame->linesize, own, static_cast<AVPixelFormat>(frame->format), way == ClipWay::extraction ? frame.get() : nullptr, size.width > 0 ? size : own));
        }
    }
    return out;
}

double clip_rate(const std::filesystem::path& path) {
    AVFormatContext* opened = nullptr;
    if (avformat_open_input(&opened, path.c_str(), nullptr, nullptr) < 0) throw Error(Code::bad_input, path.string() + " cannot be opened as a clip.");
    const std::unique_ptr<AVFormatContext, Close> film(opened);
    avformat_find_stream_info(film.get(), nullptr);
    const int stream = av_find_best_stream(film.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    return stream < 0 ? 0 : av_q2d(film->streams[stream]->avg_frame_rate);
}

Frame scale_picture(const Frame& in, Size size) {
    const View<const std::uint8_t> view = in.plane<std::uint8_t>(0);
    const std::uint8_t* planes[4] = {view.data};
    const int pitches[4] = {static_cast<int>(view.pitch)};
    return convert(planes, pitches, view.size, AV_PIX_FMT_RGB24, nullptr, size);
}

std::uint32_t picture_crc(View<const std::uint8_t> rgb) { return crc32(array_of(rgb, true).bytes); }

}  // namespace mien::parity
