// SPDX-License-Identifier: Apache-2.0
#include "media/film_index.h"

#include <algorithm>

namespace mien::av {

std::optional<FilmIndex> FilmIndex::scan(AVFormatContext& input, int stream) {
    const AVCodecID codec = input.streams[stream]->codecpar->codec_id;
    // These hold packets that are decoded but never shown.
    const bool hidden_pictures = codec == AV_CODEC_ID_VP8 || codec == AV_CODEC_ID_VP9 || codec == AV_CODEC_ID_AV1 || codec == AV_CODEC_ID_MPEG4;
    if (hidden_pictures) return std::nullopt;
    FilmIndex index;
    const Packet packet = new_packet();
    for (unsigned other = 0; other < input.nb_streams; ++other)
        if (static_cast<int>(other) != stream) input.streams[other]->discard = AVDISCARD_ALL;
    while (av_read_frame(&input, packet.get()) >= 0) {
        if (packet->stream_index == stream) {
            const bool dropped = (packet->flags & AV_PKT_FLAG_DISCARD) != 0;
            const bool key = (packet->flags & AV_PKT_FLAG_KEY) != 0;
            if (packet->pts == AV_NOPTS_VALUE || dropped || (index.times_.empty() && !key) || (packet->flags & AV_PKT_FLAG_CORRUPT) != 0) return std::nullopt;
            if (key) index.keys_.push_back(packet->pts);
            index.times_.push_back(packet->pts);
        }
        av_packet_unref(packet.get());
    }
    if (index.times_.empty()) return std::nullopt;
    const std::int64_t first = index.times_.front();
    std::ranges::sort(index.times_);
    if (index.times_.front() != first || std::ranges::adjacent_find(index.times_) != index.times_.end()) return std::nullopt;
    return index;
}

std::optional<std::int64_t> FilmIndex::number_of(std::int64_t pts) const {
    const auto at = std::ranges::lower_bound(times_, pts);
    if (at == times_.end() || *at != pts) return std::nullopt;
    return at - times_.begin();
}

std::optional<std::int64_t> FilmIndex::seek_target(std::int64_t number) const {
    if (number <= 0 || number >= count()) return std::nullopt;
    const std::int64_t wanted = times_[static_cast<std::size_t>(number)];
    std::ptrdiff_t last = -1;
    for (std::size_t at = 0; at < keys_.size(); ++at)
        if (keys_[at] <= wanted) last = static_cast<std::ptrdiff_t>(at);
    return last >= 2 ? std::optional(keys_[static_cast<std::size_t>(last - 1)]) : std::nullopt;
}

}  // namespace mien::av
