// SPDX-License-Identifier: Apache-2.0
#include <webp/decode.h>
#include <webp/demux.h>
#include <webp/encode.h>
#include <webp/mux.h>

#include <cstring>
#include <memory>

#include "base/error.h"
#include "media/still_codecs.h"

namespace mien {
namespace {
struct DeleteDemuxer {
    void operator()(WebPDemuxer* demuxer) const noexcept { WebPDemuxDelete(demuxer); }
};
struct DeleteMux {
    void operator()(WebPMux* mux) const noexcept { WebPMuxDelete(mux); }
};

const std::uint8_t* data_of(ByteView bytes) { return reinterpret_cast<const std::uint8_t*>(bytes.data()); }

ByteView chunk(const WebPDemuxer* demuxer, const char* name, WebPChunkIterator& iterator) {
    if (!WebPDemuxGetChunk(demuxer, name, 1, &iterator)) return {};
    return {reinterpret_cast<const std::byte*>(iterator.chunk.bytes), iterator.chunk.size};
}

struct Picture {
    WebPPicture picture{};
    WebPMemoryWriter memory{};
    Picture() {
        WebPMemoryWriterInit(&memory);
        if (!WebPPictureInit(&picture)) throw Error(Code::internal, "the WebP library has another version than its header");
        picture.writer = WebPMemoryWrite;
        picture.custom_ptr = &memory;
    }
    ~Picture() {
        WebPPictureFree(&picture);
        WebPMemoryWriterClear(&memory);
    }
};

// Bare pictures have no place for side data: they are wrapped into the extended form.
Bytes with_chunks(ByteView bare, const StillOptions& options) {
    const WebPData image{data_of(bare), bare.size()};
    const std::unique_ptr<WebPMux, DeleteMux> mux(WebPMuxCreate(&image, 0));
    const WebPData xmp{reinterpret_cast<const std::uint8_t*>(options.xmp.data()), options.xmp.size()};
    const WebPData icc{data_of(options.icc), options.icc.size()};
    bool good = mux != nullptr;
    if (good && !options.icc.empty()) good = WebPMuxSetChunk(mux.get(), "ICCP", &icc, 0) == WEBP_MUX_OK;
    if (good && !options.xmp.empty()) good = WebPMuxSetChunk(mux.get(), "XMP ", &xmp, 0) == WEBP_MUX_OK;
    WebPData whole{};
    if (!good || WebPMuxAssemble(mux.get(), &whole) != WEBP_MUX_OK) throw Error(Code::output, "the WebP picture cannot be put together");
    const auto* const bytes = reinterpret_cast<const std::byte*>(whole.bytes);
    Bytes out(bytes, bytes + whole.size);
    WebPDataClear(&whole);
    return out;
}
}  // namespace

Still read_webp(ByteView bytes) {
    const WebPData data{data_of(bytes), bytes.size()};
    const std::unique_ptr<WebPDemuxer, DeleteDemuxer> demuxer(WebPDemux(&data));
    if (!demuxer) throw Error(Code::bad_input, "it is damaged or truncated");
    WebPIterator first{};
    if (!WebPDemuxGetFrame(demuxer.get(), 1, &first)) throw Error(Code::bad_input, "it holds no picture");
    Still still;
    WebPChunkIterator profile{}, exif{};
    const ByteView icc = chunk(demuxer.get(), "ICCP", profile);
    still.icc.assign(icc.begin(), icc.end());
    const int orientation = exif_orientation(chunk(demuxer.get(), "EXIF", exif));
    WebPDemuxReleaseChunkIterator(&profile);
    WebPDemuxReleaseChunkIterator(&exif);
    if (first.num_frames > 1) still.remarks.push_back("animated: first picture taken");
    const Size size = checked_size(static_cast<std::uint64_t>(first.width), static_cast<std::uint64_t>(first.height));
    still.frame = Frame({first.has_alpha ? Layout::rgba : Layout::rgb, 8, false}, size);
    const View<std::uint8_t> plane = still.frame.edit<std::uint8_t>(0);
    const std::size_t room = static_cast<std::size_t>(plane.pitch) * static_cast<std::size_t>(size.height);
    const auto decode = first.has_alpha ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
    const bool good = decode(first.fragment.bytes, first.fragment.size, plane.data, room, static_cast<int>(plane.pitch)) != nullptr;
    WebPDemuxReleaseIterator(&first);
    if (!good) throw Error(Code::bad_input, "it is damaged or truncated");
    still.frame = upright(still.frame, orientation);
    return still;
}

Bytes write_webp(const Frame& frame, const StillOptions& options) {
    if (frame.size().width > WEBP_MAX_DIMENSION || frame.size().height > WEBP_MAX_DIMENSION)
        throw Error(Code::output, "a WebP picture has at most 16383 pixels on a side: write PNG");
    WebPConfig config;
    if (!WebPConfigInit(&config)) throw Error(Code::internal, "the WebP library has another version than its header");
    config.quality = static_cast<float>(options.quality);
    if (options.lossless) {
        WebPConfigLosslessPreset(&config, 6);
        config.exact = 1;  // colours under full transparency stay
    }
    Picture work;
    work.picture.width = frame.size().width;
    work.picture.height = frame.size().height;
    work.picture.use_argb = options.lossless ? 1 : 0;
    const View<const std::uint8_t> plane = frame.plane<std::uint8_t>(0);
    const auto import = frame.format().layout == Layout::rgba ? WebPPictureImportRGBA : WebPPictureImportRGB;
    if (!import(&work.picture, plane.data, static_cast<int>(plane.pitch)) || !WebPEncode(&config, &work.picture)) throw Error(Code::output, "the WebP picture cannot be made");
    const ByteView bare(reinterpret_cast<const std::byte*>(work.memory.mem), work.memory.size);
    if (options.xmp.empty() && options.icc.empty()) return Bytes(bare.begin(), bare.end());
    return with_chunks(bare, options);
}

}  // namespace mien
