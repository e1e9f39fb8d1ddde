// SPDX-License-Identifier: Apache-2.0
#include "media/samples.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

namespace mien::av {
namespace {
struct NativeRow {
    AVPixelFormat pixel;
    Format format;
};
// Planes of these formats lie exactly as Format says: shared, never copied. The first row of a Format is the one encoders get.
constexpr NativeRow native[] = {
    {AV_PIX_FMT_YUV420P, {Layout::yuv420, 8, false}},      {AV_PIX_FMT_YUV422P, {Layout::yuv422, 8, false}},      {AV_PIX_FMT_YUV444P, {Layout::yuv444, 8, false}},
    {AV_PIX_FMT_YUVJ420P, {Layout::yuv420, 8, false}},     {AV_PIX_FMT_YUVJ422P, {Layout::yuv422, 8, false}},     {AV_PIX_FMT_YUVJ444P, {Layout::yuv444, 8, false}},
    {AV_PIX_FMT_YUV420P9LE, {Layout::yuv420, 9, false}},   {AV_PIX_FMT_YUV422P9LE, {Layout::yuv422, 9, false}},   {AV_PIX_FMT_YUV444P9LE, {Layout::yuv444, 9, false}},
    {AV_PIX_FMT_YUV420P10LE, {Layout::yuv420, 10, false}}, {AV_PIX_FMT_YUV422P10LE, {Layout::yuv422, 10, false}}, {AV_PIX_FMT_YUV444P10LE, {Layout::yuv444, 10, false}},
    {AV_PIX_FMT_YUV420P12LE, {Layout::yuv420, 12, false}}, {AV_PIX_FMT_YUV422P12LE, {Layout::yuv422, 12, false}}, {AV_PIX_FMT_YUV444P12LE, {Layout::yuv444, 12, false}},
    {AV_PIX_FMT_YUV420P14LE, {Layout::yuv420, 14, false}}, {AV_PIX_FMT_YUV422P14LE, {Layout::yuv422, 14, false}}, {AV_PIX_FMT_YUV444P14LE, {Layout::yuv444, 14, false}},
    {AV_PIX_FMT_YUV420P16LE, {Layout::yuv420, 16, false}}, {AV_PIX_FMT_YUV422P16LE, {Layout::yuv422, 16, false}}, {AV_PIX_FMT_YUV444P16LE, {Layout::yuv444, 16, false}},
    {AV_PIX_FMT_YUVA420P, {Layout::yuv420, 8, true}},      {AV_PIX_FMT_YUVA422P, {Layout::yuv422, 8, true}},      {AV_PIX_FMT_YUVA444P, {Layout::yuv444, 8, true}},
    {AV_PIX_FMT_YUVA420P10LE, {Layout::yuv420, 10, true}}, {AV_PIX_FMT_YUVA422P10LE, {Layout::yuv422, 10, true}}, {AV_PIX_FMT_YUVA444P10LE, {Layout::yuv444, 10, true}},
    {AV_PIX_FMT_YUVA422P12LE, {Layout::yuv422, 12, true}}, {AV_PIX_FMT_YUVA444P12LE, {Layout::yuv444, 12, true}}, {AV_PIX_FMT_YUVA420P16LE, {Layout::yuv420, 16, true}},
    {AV_PIX_FMT_YUVA422P16LE, {Layout::yuv422, 16, true}}, {AV_PIX_FMT_YUVA444P16LE, {Layout::yuv444, 16, true}}, {AV_PIX_FMT_GBRP, {Layout::gbr, 8, false}},
    {AV_PIX_FMT_GBRP9LE, {Layout::gbr, 9, false}},         {AV_PIX_FMT_GBRP10LE, {Layout::gbr, 10, false}},       {AV_PIX_FMT_GBRP12LE, {Layout::gbr, 12, false}},
    {AV_PIX_FMT_GBRP14LE, {Layout::gbr, 14, false}},       {AV_PIX_FMT_GBRP16LE, {Layout::gbr, 16, false}},       {AV_PIX_FMT_GBRAP, {Layout::gbr, 8, true}},
    {AV_PIX_FMT_GBRAP10LE, {Layout::gbr, 10, true}},       {AV_PIX_FMT_GBRAP12LE, {Layout::gbr, 12, true}},       {AV_PIX_FMT_GBRAP16LE, {Layout::gbr, 16, true}},
    {AV_PIX_FMT_GRAY8, {Layout::gray, 8, false}},          {AV_PIX_FMT_GRAY9LE, {Layout::gray, 9, false}},        {AV_PIX_FMT_GRAY10LE, {Layout::gray, 10, false}},
    {AV_PIX_FMT_GRAY12LE, {Layout::gray, 12, false}},      {AV_PIX_FMT_GRAY14LE, {Layout::gray, 14, false}},      {AV_PIX_FMT_GRAY16LE, {Layout::gray, 16, false}},
    {AV_PIX_FMT_RGB24, {Layout::rgb, 8, false}},           {AV_PIX_FMT_RGBA, {Layout::rgba, 8, false}},           {AV_PIX_FMT_RGB48LE, {Layout::rgb, 16, false}},
    {AV_PIX_FMT_RGBA64LE, {Layout::rgba, 16, false}},
};

const NativeRow* native_row(AVPixelFormat pixel) noexcept {
    const auto* const row = std::ranges::find(native, pixel, &NativeRow::pixel);
    return row == std::end(native) ? nullptr : row;
}

bool is_rgb(const AVPixFmtDescriptor& pixel) noexcept { return (pixel.flags & (AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL)) != 0; }

// An unpacked format: what the loss-free place of an unusual pixel format is.
std::optional<Format> unpacked(const AVPixFmtDescriptor& pixel) noexcept {
    constexpr std::uint64_t strange = AV_PIX_FMT_FLAG_HWACCEL | AV_PIX_FMT_FLAG_BAYER | AV_PIX_FMT_FLAG_FLOAT;
    if ((pixel.flags & strange) != 0 || pixel.nb_components == 0 || std::string_view(pixel.name).starts_with("xyz")) return std::nullopt;
    int depth = 8;
    for (int index = 0; index < pixel.nb_components; ++index) depth = std::max(depth, pixel.comp[index].depth);
    if (depth > 16) return std::nullopt;
    const bool alpha = (pixel.flags & AV_PIX_FMT_FLAG_ALPHA) != 0;
    if ((pixel.flags & AV_PIX_FMT_FLAG_PAL) != 0) return Format{Layout::rgba, 8, false};
    // Interleaved RGB has places for 8 and 16 bits only.
    if (is_rgb(pixel)) return Format{alpha ? Layout::rgba : Layout::rgb, depth > 8 ? 16 : 8, false};
    if (pixel.nb_components <= 2) return alpha ? Format{Layout::rgba, depth > 8 ? 16 : 8, false} : Format{Layout::gray, depth, false};
    const int across = pixel.log2_chroma_w, down = pixel.log2_chroma_h;
    const Layout layout = across == 0 ? Layout::yuv444 : down == 0 ? Layout::yuv422 : Layout::yuv420;
    return Format{layout, depth, alpha};
}

// Where component `index` of the source goes: plane and sample of the target, one or (grey into rgb) several.
struct Target {
    int plane, channel;
};
std::vector<Target> targets(const AVPixFmtDescriptor& pixel, const Format& format, int index) {
    if (format.layout == Layout::gray) return {{0, 0}};
    if (format.layout != Layout::rgb && format.layout != Layout::rgba) return {{index, 0}};
    if (is_rgb(pixel)) return {{0, index}};
    if (index == 0) return {{0, 0}, {0, 1}, {0, 2}};
    return {{0, 3}};
}

template <class T> void unpack_component(Frame& out, const AVFrame& in, const AVPixFmtDescriptor& pixel, int index) {
    const bool palette = (pixel.flags & AV_PIX_FMT_FLAG_PAL) != 0;
    const bool chroma = !is_rgb(pixel) && (index == 1 || index == 2) && pixel.nb_components > 2;
    const int across = chroma ? pixel.log2_chroma_w : 0, down = chroma ? pixel.log2_chroma_h : 0;
    const int source_width = -(-in.width >> across);
    const unsigned source_top = (1U << (palette ? 8 : pixel.comp[index].depth)) - 1;
    // RGB of unequal or odd depths is stretched to the whole range; YUV keeps its numbers, whose depth is the target's.
    const unsigned target_top = is_rgb(pixel) || out.format().layout == Layout::rgba ? (1U << (sizeof(T) * 8)) - 1 : source_top;
    std::vector<std::uint16_t> line(static_cast<std::size_t>(source_width));
    for (const Target& target : targets(pixel, out.format(), index)) {
        const View<T> plane = out.edit<T>(target.plane);
        for (int y = 0; y < plane.size.height; ++y) {
            const int source_y = (y << (plane.size.height < in.height ? 1 : 0)) >> down;
            av_read_image_line2(line.data(), const_cast<const std::uint8_t**>(in.data), in.linesize, &pixel, 0, std::min(source_y, (-(-in.height >> down)) - 1), index,
                                source_width, palette ? 1 : 0, 2);
            for (int x = 0; x < plane.size.width; ++x) {
                const int source_x = std::min((x << (plane.size.width < in.width ? 1 : 0)) >> across, source_width - 1);
                const unsigned value = line[static_cast<std::size_t>(source_x)];
                plane.row(y)[x * plane.channels + target.channel] = static_cast<T>((value * target_top + source_top / 2) / source_top);
            }
        }
    }
}

Frame unpack(const AVFrame& in, const Format& format) {
    const AVPixFmtDescriptor& pixel = *av_pix_fmt_desc_get(static_cast<AVPixelFormat>(in.format));
    Frame out(format, {in.width, in.height});
    const int components = (pixel.flags & AV_PIX_FMT_FLAG_PAL) != 0 ? 4 : pixel.nb_components;
    for (int index = 0; index < components; ++index)
        sample_bytes(format) == 1 ? unpack_component<std::uint8_t>(out, in, pixel, index) : unpack_component<std::uint16_t>(out, in, pixel, index);
    return out;
}

bool full_range(AVColorRange range, AVPixelFormat pixel) noexcept {
    if (pixel == AV_PIX_FMT_YUVJ420P || pixel == AV_PIX_FMT_YUVJ422P || pixel == AV_PIX_FMT_YUVJ444P) return true;
    if (const AVPixFmtDescriptor* const row = av_pix_fmt_desc_get(pixel); row && is_rgb(*row)) return range != AVCOL_RANGE_MPEG;
    return range == AVCOL_RANGE_JPEG;
}

Colour colour(int matrix, int primaries, int transfer, int siting, AVColorRange range, AVPixelFormat pixel) noexcept {
    const AVPixFmtDescriptor* const row = av_pix_fmt_desc_get(pixel);
    if (row && is_rgb(*row)) matrix = AVCOL_SPC_RGB;
    return {static_cast<std::uint8_t>(matrix), static_cast<std::uint8_t>(primaries), static_cast<std::uint8_t>(transfer), static_cast<std::uint8_t>(siting),
            full_range(range, pixel)};
}
}  // namespace

std::optional<Format> format_of(AVPixelFormat pixel) noexcept {
    if (const NativeRow* const row = native_row(pixel)) return row->format;
    const AVPixFmtDescriptor* const description = av_pix_fmt_desc_get(pixel);
    return description ? unpacked(*description) : std::nullopt;
}

AVPixelFormat pixel_format(const Format& format) noexcept {
    const auto* const row = std::ranges::find(native, format, &NativeRow::format);
    return row == std::end(native) ? AV_PIX_FMT_NONE : row->pixel;
}

Colour colour_of(const AVFrame& frame) noexcept {
    return colour(frame.colorspace, frame.color_primaries, frame.color_trc, frame.chroma_location, frame.color_range, static_cast<AVPixelFormat>(frame.format));
}
Colour colour_of(const AVCodecParameters& stream) noexcept {
    return colour(stream.color_space, stream.color_primaries, stream.color_trc, stream.chroma_location, stream.color_range, static_cast<AVPixelFormat>(stream.format));
}

Frame wrap(Picture picture) {
    const AVFrame& in = *picture;
    const auto pixel = static_cast<AVPixelFormat>(in.format);
    const std::optional<Format> format = format_of(pixel);
    if (!format) throw Error(Code::unsupported, std::string("pictures of the kind ") + av_get_pix_fmt_name(pixel) + " cannot be taken: convert the film first");
    const Colour colours = colour_of(in);
    const bool key = is_key(in);
    Frame frame;
    if (native_row(pixel)) {
        std::array<const void*, 4> data{};
        std::array<std::ptrdiff_t, 4> pitch{};
        for (std::size_t index = 0; index < 4; ++index) {
            data[index] = in.data[index];
            pitch[index] = in.linesize[index];
        }
        const Size size{in.width, in.height};
        frame = Frame(*format, size, std::shared_ptr<AVFrame>(std::move(picture)), data, pitch);
    } else {
        frame = unpack(in, *format);
    }
    frame.colour = colours;
    if (format->layout == Layout::rgb || format->layout == Layout::rgba) frame.colour.matrix = AVCOL_SPC_RGB, frame.colour.full_range = true;
    frame.key = key;
    return frame;
}

Picture share(const Frame& frame) {
    Picture picture = new_picture();
    picture->format = pixel_format(frame.format());
    picture->width = frame.size().width;
    picture->height = frame.size().height;
    for (int index = 0; index < plane_count(frame.format()); ++index) {
        const View<const std::uint8_t> plane = frame.plane<std::uint8_t>(index);
        picture->data[index] = const_cast<std::uint8_t*>(plane.data);
        picture->linesize[index] = static_cast<int>(plane.pitch);
    }
    auto owner = std::make_unique<Frame>(frame);
    const auto drop = [](void* opaque, std::uint8_t*) { delete static_cast<Frame*>(opaque); };
    // One buffer stands for all planes: it only keeps the frame alive, so its stated extent is the first plane's.
    const auto bytes = static_cast<std::size_t>(std::abs(picture->linesize[0])) * static_cast<std::size_t>(picture->height);
    picture->buf[0] = av_buffer_create(picture->data[0], bytes, drop, owner.get(), AV_BUFFER_FLAG_READONLY);
    if (!picture->buf[0]) throw Error(Code::out_of_memory, "no memory for a media structure");
    static_cast<void>(owner.release());  // drop frees it
    picture->colorspace = static_cast<AVColorSpace>(frame.colour.matrix);
    picture->color_primaries = static_cast<AVColorPrimaries>(frame.colour.primaries);
    picture->color_trc = static_cast<AVColorTransferCharacteristic>(frame.colour.transfer);
    picture->chroma_location = static_cast<AVChromaLocation>(frame.colour.siting);
    picture->color_range = frame.colour.full_range ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
    return picture;
}

}  // namespace mien::av
