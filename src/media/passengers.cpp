// SPDX-License-Identifier: Apache-2.0
#include "media/passengers.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>

namespace mien {
namespace {
// Facts about the old file that are not true of the new one.
constexpr std::array<std::string_view, 4> container_keys{"major_brand", "minor_version", "compatible_brands", "encoder"};
// What multiplexers noted about the old picture packets.
constexpr std::array<std::string_view, 10> picture_keys{"encoder", "DURATION", "BPS", "NUMBER_OF_BYTES", "NUMBER_OF_FRAMES", "BPS-eng", "NUMBER_OF_BYTES-eng", "NUMBER_OF_FRAMES-eng", "DURATION-eng", "_STATISTICS_TAGS"};

template <std::size_t count> void copy_tags(AVDictionary** to, const AVDictionary* from, const std::array<std::string_view, count>& without) {
    const AVDictionaryEntry* entry = nullptr;
    while ((entry = av_dict_get(from, "", entry, AV_DICT_IGNORE_SUFFIX)))
        if (std::ranges::find(without, std::string_view(entry->key)) == without.end()) av_dict_set(to, entry->key, entry->value, 0);
}

bool is_mov(const AVFormatContext& output) { return std::strcmp(output.oformat->name, "mp4") == 0 || std::strcmp(output.oformat->name, "mov") == 0; }
bool is_matroska(const AVFormatContext& output) { return std::strcmp(output.oformat->name, "matroska") == 0; }

std::string name_of(const AVStream& stream) {
    const AVDictionaryEntry* const language = av_dict_get(stream.metadata, "language", nullptr, 0);
    const char* const kind = av_get_media_type_string(stream.codecpar->codec_type);
    return fmt::format("stream {} ({} {}{}{})", stream.index, kind ? kind : "data", avcodec_get_name(stream.codecpar->codec_id), language ? " " : "", language ? language->value : "");
}
double seconds(std::int64_t ticks, AVRational base) { return static_cast<double>(ticks) * av_q2d(base); }
}  // namespace

Passengers::Passengers(AVFormatContext& output, const WriterOptions& options, const std::function<void(const AVStream&)>& add_video, std::vector<std::string>& remarks)
    : output_(output), options_(options), input_(av::open_input(options.source)), video_(av::main_video(*input_)) {
    if (!video_) throw Error(Code::bad_input, fmt::format("{} has no video stream: its sound cannot follow a film", av::shown(options.source)));
    copy_tags(&output_.metadata, input_->metadata, container_keys);
    for (unsigned index = 0; index < input_->nb_streams; ++index) {
        AVStream& stream = *input_->streams[index];
        if (&stream == video_) {
            add_video(stream);
            AVStream& ours = *output_.streams[output_.nb_streams - 1];
            copy_tags(&ours.metadata, stream.metadata, picture_keys);
            ours.disposition = stream.disposition;
            if (!options_.composed) av::copy_side_data(ours, stream);
            stream.discard = AVDISCARD_ALL;
        } else if (wanted(stream, remarks)) {
            add(stream, remarks);
        } else {
            stream.discard = AVDISCARD_ALL;
        }
    }
}

bool Passengers::wanted(const AVStream& stream, std::vector<std::string>& remarks) const {
    const AVCodecParameters& codec = *stream.codecpar;
    const bool data = codec.codec_type == AVMEDIA_TYPE_DATA || codec.codec_type == AVMEDIA_TYPE_UNKNOWN;
    // MP4 keeps chapters and time codes as streams; chapters are copied as chapters, a time code as the picture's metadata.
    if (data && codec.codec_id == AV_CODEC_ID_BIN_DATA && input_->nb_chapters > 0) return false;
    if (data && codec.codec_tag == MKTAG('t', 'm', 'c', 'd')) return false;
    if (codec.codec_type == AVMEDIA_TYPE_AUDIO && options_.audio_volume == 0) {
        remarks.push_back(fmt::format("{} is left out: the volume is 0", name_of(stream)));
        return false;
    }
    if (codec.codec_type == AVMEDIA_TYPE_AUDIO && !options_.audio_encoder.empty()) return true;
    const bool attached = codec.codec_type == AVMEDIA_TYPE_ATTACHMENT || (stream.disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
    const bool held = attached && is_matroska(output_) ? true
                      : codec.codec_type == AVMEDIA_TYPE_ATTACHMENT || codec.codec_id == AV_CODEC_ID_NONE ? false
                                                         : avformat_query_codec(output_.oformat, codec.codec_id, FF_COMPLIANCE_EXPERIMENTAL) == 1;
    if (!held) remarks.push_back(fmt::format("{} is left out: {} cannot hold it", name_of(stream), output_.oformat->name));
    return held;
}

void Passengers::add(AVStream& stream, std::vector<std::string>& remarks) {
    Route route;
    AVStream* const ours = avformat_new_stream(&output_, nullptr);
    if (!ours) throw Error(Code::out_of_memory, "no memory for a stream");
    route.stream = ours->index;
    const bool recode = stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO && !options_.audio_encoder.empty();
    if (recode) {
        route.encoder = std::make_unique<AudioEncoder>(stream, options_, (output_.oformat->flags & AVFMT_GLOBALHEADER) != 0);
        avcodec_parameters_from_context(ours->codecpar, &route.encoder->context());
        ours->time_base = route.encoder->context().time_base;
        if (avformat_query_codec(output_.oformat, ours->codecpar->codec_id, FF_COMPLIANCE_EXPERIMENTAL) != 1)
            throw Error(Code::usage, fmt::format("{} cannot hold sound of {}: choose another audio encoder or container", output_.oformat->name, options_.audio_encoder));
    } else {
        if (avcodec_parameters_copy(ours->codecpar, stream.codecpar) < 0) throw Error(Code::out_of_memory, "no memory for a stream");
        // A tag of the old container is kept only where the new one knows it for the same codec.
        unsigned known = 0;
        const AVCodecTag* const* const tags = output_.oformat->codec_tag;
        if (tags && av_codec_get_id(tags, stream.codecpar->codec_tag) != stream.codecpar->codec_id && av_codec_get_tag2(tags, stream.codecpar->codec_id, &known)) ours->codecpar->codec_tag = 0;
        if (!tags) ours->codecpar->codec_tag = 0;
        ours->time_base = stream.time_base;
        ours->avg_frame_rate = stream.avg_frame_rate;
        ours->sample_aspect_ratio = stream.sample_aspect_ratio;
        av::copy_side_data(*ours, stream);
        if (stream.disposition & AV_DISPOSITION_ATTACHED_PIC && is_matroska(output_)) add_attachment(stream);
    }
    copy_tags(&ours->metadata, stream.metadata, std::array<std::string_view, 0>{});
    ours->disposition = stream.disposition;
    routes_.emplace(stream.index, std::move(route));
    (void)remarks;
}

// Matroska keeps covers as attached files.
void Passengers::add_attachment(const AVStream& stream) {
    AVStream& ours = *output_.streams[output_.nb_streams - 1];
    const bool png = stream.codecpar->codec_id == AV_CODEC_ID_PNG;
    const AVPacket& cover = stream.attached_pic;
    ours.codecpar->codec_type = AVMEDIA_TYPE_ATTACHMENT;
    av_freep(&ours.codecpar->extradata);
    ours.codecpar->extradata = static_cast<std::uint8_t*>(av_mallocz(static_cast<std::size_t>(cover.size) + AV_INPUT_BUFFER_PADDING_SIZE));
    if (!ours.codecpar->extradata) throw Error(Code::out_of_memory, "no memory for a cover");
    std::memcpy(ours.codecpar->extradata, cover.data, static_cast<std::size_t>(cover.size));
    ours.codecpar->extradata_size = cover.size;
    av_dict_set(&ours.metadata, "filename", png ? "cover.png" : "cover.jpg", AV_DICT_DONT_OVERWRITE);
    av_dict_set(&ours.metadata, "mimetype", png ? "image/png" : "image/jpeg", AV_DICT_DONT_OVERWRITE);
}

HighRange Passengers::high_range() {
    HighRange high;
    const auto display = av::side_data(*video_, AV_PKT_DATA_MASTERING_DISPLAY_METADATA);
    const auto light = av::side_data(*video_, AV_PKT_DATA_CONTENT_LIGHT_LEVEL);
    if (display.size() >= sizeof(AVMasteringDisplayMetadata)) std::memcpy(&high.display.emplace(), display.data(), sizeof(AVMasteringDisplayMetadata));
    if (light.size() >= sizeof(AVContentLightMetadata)) std::memcpy(&high.light.emplace(), light.data(), sizeof(AVContentLightMetadata));
    const AVColorTransferCharacteristic transfer = video_->codecpar->color_trc;
    if ((high.display && high.light) || (transfer != AVCOL_TRC_SMPTE2084 && transfer != AVCOL_TRC_ARIB_STD_B67)) return high;
    // Only the coded pictures may say it: the first one is decoded.
    const av::Input again = av::open_input(options_.source);
    const AVStream& stream = *again->streams[video_->index];
    const AVCodec* const library = avcodec_find_decoder(stream.codecpar->codec_id);
    const av::Codec decoder(avcodec_alloc_context3(library));
    if (!library || !decoder || avcodec_parameters_to_context(decoder.get(), stream.codecpar) < 0 || avcodec_open2(decoder.get(), library, nullptr) < 0) return high;
    const av::Packet packet = av::new_packet();
    const av::Picture picture = av::new_picture();
    bool seen = false;
    for (int tries = 0; !seen && tries < 1000 && av_read_frame(again.get(), packet.get()) >= 0; ++tries) {
        if (packet->stream_index == stream.index) seen = avcodec_send_packet(decoder.get(), packet.get()) >= 0 && avcodec_receive_frame(decoder.get(), picture.get()) >= 0;
        av_packet_unref(packet.get());
    }
    if (!seen && avcodec_send_packet(decoder.get(), nullptr) >= 0) seen = avcodec_receive_frame(decoder.get(), picture.get()) >= 0;
    if (!seen) return high;
    if (const AVFrameSideData* const found = av_frame_get_side_data(picture.get(), AV_FRAME_DATA_MASTERING_DISPLAY_METADATA); found && !high.display)
        std::memcpy(&high.display.emplace(), found->data, sizeof(AVMasteringDisplayMetadata));
    if (const AVFrameSideData* const found = av_frame_get_side_data(picture.get(), AV_FRAME_DATA_CONTENT_LIGHT_LEVEL); found && !high.light)
        std::memcpy(&high.light.emplace(), found->data, sizeof(AVContentLightMetadata));
    return high;
}

void Passengers::begin(std::optional<double> start_s, std::optional<double> about_end_s, double shift_s) {
    start_ = start_s;
    shift_ = shift_s;
    copy_chapters(start_s.value_or(-1e9), about_end_s.value_or(1e9));
    for (auto& [index, route] : routes_)
        if (route.encoder) route.encoder->trim(start_s, std::nullopt);
}

void Passengers::copy_chapters(double start_s, double end_s) {
    for (unsigned index = 0; index < input_->nb_chapters; ++index) {
        const AVChapter& from = *input_->chapters[index];
        if (seconds(from.end, from.time_base) <= start_s || seconds(from.start, from.time_base) >= end_s) continue;
        auto* const chapter = static_cast<AVChapter*>(av_mallocz(sizeof(AVChapter)));
        if (!chapter) throw Error(Code::out_of_memory, "no memory for a chapter");
        chapter->id = from.id;
        chapter->time_base = from.time_base;
        const std::int64_t shift = std::llround(shift_ / av_q2d(from.time_base));
        const auto ticks = [&](double at) { return static_cast<std::int64_t>(std::llround(at / av_q2d(from.time_base))); };
        chapter->start = (seconds(from.start, from.time_base) < start_s ? ticks(start_s) : from.start) - shift;
        chapter->end = (seconds(from.end, from.time_base) > end_s ? ticks(end_s) : from.end) - shift;
        av_dict_copy(&chapter->metadata, from.metadata, 0);
        int count = static_cast<int>(output_.nb_chapters);
        av_dynarray_add(&output_.chapters, &count, chapter);
        output_.nb_chapters = static_cast<unsigned>(count);
    }
}

// Makes sure that a packet is held; false at the end of the source.
bool Passengers::next() {
    while (!holding_) {
        const int read = av_read_frame(input_.get(), packet_.get());
        if (read == AVERROR(EAGAIN)) continue;
        if (read < 0) return false;
        if (routes_.contains(packet_->stream_index))
            holding_ = true;
        else
            av_packet_unref(packet_.get());
    }
    return true;
}

// Cuts a packet's times to the trim; false when it lies outside. Packets stay whole: the error is at most one packet.
bool Passengers::fit(AVPacket& packet, const AVStream& stream) const {
    const std::int64_t at = packet.pts != AV_NOPTS_VALUE ? packet.pts : packet.dts;
    if (at == AV_NOPTS_VALUE) return !start_;
    const double from = seconds(at, stream.time_base), to = seconds(at + std::max<std::int64_t>(packet.duration, 0), stream.time_base);
    if (end_ && from >= *end_) return false;
    if (!start_ || from >= *start_) return true;
    if (to <= *start_) return false;
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_SUBTITLE) {
        // A line that is being read when the film starts is shown from its first picture on.
        const std::int64_t start = static_cast<std::int64_t>(std::ceil(*start_ / av_q2d(stream.time_base)));
        packet.duration = std::max<std::int64_t>(at + packet.duration - start, 0);
        packet.pts = packet.dts = start;
        return true;
    }
    // MP4 starts inside a packet by an edit list; other containers start with the first whole one.
    return is_mov(output_);
}

void Passengers::pass(const Write& write) {
    Route& route = routes_.at(packet_->stream_index);
    const AVStream& stream = *input_->streams[packet_->stream_index];
    holding_ = false;
    const bool cover = output_.streams[route.stream]->codecpar->codec_type == AVMEDIA_TYPE_ATTACHMENT;
    const auto out = [&](AVPacket& packet, AVRational base) {
        const std::int64_t shift = std::llround(shift_ / av_q2d(base));
        if (packet.pts != AV_NOPTS_VALUE) packet.pts -= shift;
        if (packet.dts != AV_NOPTS_VALUE) packet.dts -= shift;
        write(packet, base, route.stream);
    };
    if (cover) {
        av_packet_unref(packet_.get());
    } else if (route.encoder) {
        route.encoder->put(*packet_, [&](AVPacket& packet) { out(packet, route.encoder->context().time_base); });
        av_packet_unref(packet_.get());
    } else {
        if (fit(*packet_, stream)) out(*packet_, stream.time_base);
        av_packet_unref(packet_.get());
    }
}

void Passengers::advance(double until_s, const Write& write) {
    while (next()) {
        const std::int64_t at = packet_->dts != AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
        if (at != AV_NOPTS_VALUE && seconds(at, input_->streams[packet_->stream_index]->time_base) > until_s) return;
        pass(write);
    }
}

void Passengers::finish(std::optional<double> end_s, const Write& write) {
    end_ = end_s;
    for (auto& [index, route] : routes_)
        if (route.encoder) route.encoder->trim(start_, end_s);
    while (next()) {
        const std::int64_t at = packet_->dts != AV_NOPTS_VALUE ? packet_->dts : packet_->pts;
        // A minute beyond the end no container is still interleaving what belongs before it.
        if (end_s && at != AV_NOPTS_VALUE && seconds(at, input_->streams[packet_->stream_index]->time_base) > *end_s + 60) break;
        pass(write);
    }
    for (auto& [index, route] : routes_)
        if (route.encoder)
            route.encoder->finish([&, stream = route.stream, base = route.encoder->context().time_base](AVPacket& packet) {
                const std::int64_t shift = std::llround(shift_ / av_q2d(base));
                if (packet.pts != AV_NOPTS_VALUE) packet.pts -= shift;
                if (packet.dts != AV_NOPTS_VALUE) packet.dts -= shift;
                write(packet, base, stream);
            });
}

}  // namespace mien
