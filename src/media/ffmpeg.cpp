// SPDX-License-Identifier: Apache-2.0
#include "media/ffmpeg.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <mutex>

namespace mien::av {
namespace {
// Playlists and scripts are left out: they make a reader open other files and addresses.
constexpr const char* containers =
    "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,mpeg,mpegvideo,mpegts,mxf,asf,nut,gif,flv,ogg,wav,w64,aiff,flac,mp3,aac,ac3,eac3,h264,hevc,ivf,obu,m4v,dv,apng,yuv4mpegpipe,rm,caf,au";

template <class T> T* checked(T* handle) {
    if (!handle) throw Error(Code::out_of_memory, "no memory for a media structure");
    return handle;
}
}  // namespace

void configure_logging() {
    static std::once_flag once;
    std::call_once(once, [] { av_log_set_level(AV_LOG_QUIET); });
}

Packet new_packet() { return Packet(checked(av_packet_alloc())); }
Picture new_picture() { return Picture(checked(av_frame_alloc())); }

std::string describe(int error) {
    char text[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(error, text, sizeof text);
    return text;
}

std::string url_of(const std::filesystem::path& path) { return "file:" + path.string(); }

std::string shown(const std::filesystem::path& path) {
    std::string text = path.string();
    for (char& letter : text)
        if (static_cast<unsigned char>(letter) < 32 || letter == 127) letter = '?';
    constexpr std::size_t longest = 200;
    if (text.size() > longest) text = text.substr(0, longest / 2) + "..." + text.substr(text.size() - longest / 2);
    return text;
}

std::string check_readable(const std::filesystem::path& path) {
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (status.type() == std::filesystem::file_type::not_found) throw Error(Code::bad_input, fmt::format("there is no file {}", shown(path)));
    if (failure) throw Error(Code::bad_input, fmt::format("cannot look at {}: {}", shown(path), failure.message()));
    if (std::filesystem::is_directory(status)) throw Error(Code::bad_input, fmt::format("{} is a folder: name a file", shown(path)));
    if (!std::filesystem::is_regular_file(status)) throw Error(Code::bad_input, fmt::format("{} is not a regular file", shown(path)));
    std::ifstream file(path, std::ios::binary);
    if (!file) throw Error(Code::bad_input, fmt::format("cannot open {}: {}", shown(path), std::strerror(errno)));
    std::string head(64, '\0');
    file.read(head.data(), static_cast<std::streamsize>(head.size()));
    head.resize(static_cast<std::size_t>(file.gcount()));
    if (head.empty()) throw Error(Code::bad_input, fmt::format("{} is empty", shown(path)));
    return head;
}

Input open_input(const std::filesystem::path& path) {
    check_readable(path);
    configure_logging();
    Options options;
    options.set("format_whitelist", containers);
    options.set("protocol_whitelist", "file");
    AVFormatContext* context = nullptr;
    const int opened = avformat_open_input(&context, url_of(path).c_str(), nullptr, options.out());
    if (opened < 0)
        throw Error(Code::bad_input, fmt::format("{} cannot be read as film or sound ({}): it is damaged, truncated or of another kind", shown(path), describe(opened)));
    Input input(context);
    const int found = avformat_find_stream_info(context, nullptr);
    if (found < 0) throw Error(Code::bad_input, fmt::format("{} holds no stream that can be read ({})", shown(path), describe(found)));
    return input;
}

AVStream* main_video(AVFormatContext& input) {
    const int index = av_find_best_stream(&input, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (index < 0) return nullptr;
    AVStream* const stream = input.streams[index];
    constexpr int stills = AV_DISPOSITION_ATTACHED_PIC | AV_DISPOSITION_TIMED_THUMBNAILS;
    return (stream->disposition & stills) != 0 ? nullptr : stream;
}

#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(57, 30, 100)
std::int64_t duration_of(const AVFrame& frame) noexcept { return frame.duration; }
void set_duration(AVFrame& frame, std::int64_t ticks) noexcept { frame.duration = ticks; }
#else
std::int64_t duration_of(const AVFrame& frame) noexcept { return frame.pkt_duration; }
void set_duration(AVFrame& frame, std::int64_t ticks) noexcept { frame.pkt_duration = ticks; }
#endif

#if LIBAVUTIL_VERSION_INT >= AV_VERSION_INT(58, 7, 100)
bool is_key(const AVFrame& frame) noexcept { return (frame.flags & AV_FRAME_FLAG_KEY) != 0; }
void set_key(AVFrame& frame, bool key) noexcept { frame.flags = key ? frame.flags | AV_FRAME_FLAG_KEY : frame.flags & ~AV_FRAME_FLAG_KEY; }
#else
bool is_key(const AVFrame& frame) noexcept { return frame.key_frame != 0; }
void set_key(AVFrame& frame, bool key) noexcept { frame.key_frame = key ? 1 : 0; }
#endif

#if LIBAVFORMAT_VERSION_INT >= AV_VERSION_INT(60, 15, 100)
namespace {
const AVPacketSideData* entries(const AVStream& stream, int& count) noexcept {
    count = stream.codecpar->nb_coded_side_data;
    return stream.codecpar->coded_side_data;
}
}  // namespace
void set_side_data(AVStream& to, AVPacketSideDataType type, std::span<const std::uint8_t> bytes) {
    AVPacketSideData* const entry = av_packet_side_data_new(&to.codecpar->coded_side_data, &to.codecpar->nb_coded_side_data, type, bytes.size(), 0);
    std::memcpy(checked(entry)->data, bytes.data(), bytes.size());
}
#else
namespace {
const AVPacketSideData* entries(const AVStream& stream, int& count) noexcept {
    count = stream.nb_side_data;
    return stream.side_data;
}
}  // namespace
void set_side_data(AVStream& to, AVPacketSideDataType type, std::span<const std::uint8_t> bytes) {
    std::memcpy(checked(av_stream_new_side_data(&to, type, bytes.size())), bytes.data(), bytes.size());
}
#endif

#if LIBAVFORMAT_VERSION_MAJOR >= 60
std::int64_t unapplied_delay(const AVOutputFormat&, const AVStream&) noexcept { return 0; }
#else
std::int64_t unapplied_delay(const AVOutputFormat& format, const AVStream& stream) noexcept {
    const bool matroska = std::strcmp(format.name, "matroska") == 0 || std::strcmp(format.name, "webm") == 0;
    if (!matroska || stream.codecpar->codec_id != AV_CODEC_ID_OPUS) return 0;
    return av_rescale_q(stream.codecpar->initial_padding, {1, 48000}, stream.time_base);
}
#endif

std::span<const std::uint8_t> side_data(const AVStream& stream, AVPacketSideDataType type) noexcept {
    int count = 0;
    const AVPacketSideData* const all = entries(stream, count);
    for (int index = 0; index < count; ++index)
        if (all[index].type == type) return {all[index].data, all[index].size};
    return {};
}

void copy_side_data(AVStream& to, const AVStream& from) {
    int count = 0;
    const AVPacketSideData* const all = entries(from, count);
    for (int index = 0; index < count; ++index) set_side_data(to, all[index].type, {all[index].data, all[index].size});
}

namespace {
template <class T> std::span<const T> until(const T* list, T end) noexcept {
    std::size_t count = 0;
    while (list && list[count] != end) ++count;
    return {list, count};
}
}  // namespace

#if LIBAVCODEC_VERSION_INT >= AV_VERSION_INT(61, 13, 100)
namespace {
template <class T> std::span<const T> configured(const AVCodec& codec, AVCodecConfig what) noexcept {
    const void* list = nullptr;
    int count = 0;
    if (avcodec_get_supported_config(nullptr, &codec, what, 0, &list, &count) < 0 || !list) return {};
    return {static_cast<const T*>(list), static_cast<std::size_t>(count)};
}
}  // namespace
std::span<const AVPixelFormat> pixel_formats(const AVCodec& codec) noexcept { return configured<AVPixelFormat>(codec, AV_CODEC_CONFIG_PIX_FORMAT); }
std::span<const AVSampleFormat> sample_formats(const AVCodec& codec) noexcept { return configured<AVSampleFormat>(codec, AV_CODEC_CONFIG_SAMPLE_FORMAT); }
std::span<const int> sample_rates(const AVCodec& codec) noexcept { return configured<int>(codec, AV_CODEC_CONFIG_SAMPLE_RATE); }
#else
std::span<const AVPixelFormat> pixel_formats(const AVCodec& codec) noexcept { return until(codec.pix_fmts, AV_PIX_FMT_NONE); }
std::span<const AVSampleFormat> sample_formats(const AVCodec& codec) noexcept { return until(codec.sample_fmts, AV_SAMPLE_FMT_NONE); }
std::span<const int> sample_rates(const AVCodec& codec) noexcept { return until(codec.supported_samplerates, 0); }
#endif

}  // namespace mien::av
