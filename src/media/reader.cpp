// SPDX-License-Identifier: Apache-2.0
#include "media/reader.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <deque>
#include <utility>

#include "base/cost.h"
#include "media/codec_threads.h"
#include "media/ffmpeg.h"
#include "media/film_index.h"
#include "media/samples.h"
#include "media/still_codecs.h"

namespace mien {
namespace {

std::string kind_name(AVMediaType type) {
    switch (type) {
        case AVMEDIA_TYPE_VIDEO: return "video";
        case AVMEDIA_TYPE_AUDIO: return "audio";
        case AVMEDIA_TYPE_SUBTITLE: return "subtitle";
        case AVMEDIA_TYPE_ATTACHMENT: return "attachment";
        default: return "data";
    }
}

int rotation_of(const AVStream& stream) {
    const std::span<const std::uint8_t> matrix = av::side_data(stream, AV_PKT_DATA_DISPLAYMATRIX);
    if (matrix.size() < 9 * sizeof(std::int32_t)) return 0;
    const double anticlockwise = av_display_rotation_get(reinterpret_cast<const std::int32_t*>(matrix.data()));
    if (std::isnan(anticlockwise)) return 0;
    const int quarter_turns = static_cast<int>(std::lround(-anticlockwise / 90.0));
    return ((quarter_turns % 4 + 4) % 4) * 90;
}

std::string tag(const AVDictionary* dictionary, const char* key) {
    const AVDictionaryEntry* const entry = av_dict_get(dictionary, key, nullptr, 0);
    return entry ? entry->value : "";
}

FilmInfo describe_film(AVFormatContext& input, AVStream& video, const std::filesystem::path& path) {
    const AVCodecParameters& codec = *video.codecpar;
    const auto pixel = static_cast<AVPixelFormat>(codec.format);
    FilmInfo info;
    info.size = {codec.width, codec.height};
    info.rotation = rotation_of(video);
    const char* const pixel_name = av_get_pix_fmt_name(pixel);
    const std::optional<Format> format = av::format_of(pixel);
    if (pixel_name && !format) throw Error(Code::unsupported, fmt::format("{} holds pictures of the kind {}, which cannot be taken: convert it first", av::shown(path), pixel_name));
    if (!format || codec.width <= 0 || codec.height <= 0)
        throw Error(Code::bad_input, fmt::format("{} has a video stream ({}) without a picture that can be read", av::shown(path), avcodec_get_name(codec.codec_id)));
    info.format = *format;
    info.colour = av::colour_of(codec);
    const AVRational aspect = av_guess_sample_aspect_ratio(&input, &video, nullptr);
    info.sample_aspect = aspect.num > 0 && aspect.den > 0 ? av::ratio_of(aspect) : Ratio{1, 1};
    info.time_base = av::ratio_of(video.time_base);
    const AVRational rate = video.avg_frame_rate.num > 0 ? video.avg_frame_rate : video.r_frame_rate;
    info.frame_rate = rate.num > 0 ? av::ratio_of(rate) : Ratio{0, 1};
    info.frame_count = video.nb_frames;
    if (video.duration != AV_NOPTS_VALUE)
        info.duration_s = static_cast<double>(video.duration) * av_q2d(video.time_base);
    else if (input.duration != AV_NOPTS_VALUE)
        info.duration_s = static_cast<double>(input.duration) / AV_TIME_BASE;
    info.container = input.iformat->name;
    info.video_codec = avcodec_get_name(codec.codec_id);
    for (unsigned index = 0; index < input.nb_streams; ++index) {
        const AVStream& stream = *input.streams[index];
        info.streams.push_back({static_cast<int>(index), kind_name(stream.codecpar->codec_type), avcodec_get_name(stream.codecpar->codec_id), tag(stream.metadata, "language")});
    }
    info.chapter_count = static_cast<int>(input.nb_chapters);
    return info;
}

// Matroska counts no frames, but its writers note when a stream ends: "00:00:04.040000000".
std::optional<double> noted_end(const AVStream& stream) {
    const std::string text = tag(stream.metadata, "DURATION");
    int hours = 0, minutes = 0;
    double seconds = 0;
    if (std::sscanf(text.c_str(), "%d:%d:%lf", &hours, &minutes, &seconds) != 3) return std::nullopt;
    return hours * 3600.0 + minutes * 60.0 + seconds;
}

class FilmReader final : public Reader {
public:
    FilmReader(const std::filesystem::path& path, const ReaderOptions& options) : path_(path), options_(options) {
        if (options_.trim_start && options_.trim_end && *options_.trim_end <= *options_.trim_start)
            throw Error(Code::usage, fmt::format("the trim from frame {} to {} holds no frame", *options_.trim_start, *options_.trim_end));
        open();
        info_ = describe_film(*input_, *video_, path_);
        promised_end_ = noted_end(*video_);
        if (options_.trim_start.value_or(0) > 0) seek();
        // Frames in the middle of damage are kept, those at a truncated end are not: one is read ahead so that open_film says at once that nothing can be read.
        first_ = decode();
        if (!first_) throw Error(Code::bad_input, missing_frames());
        // The decoder knows more than the container: chroma siting, and colours said inside the coded pictures.
        info_.colour = first_->colour;
    }

    const FilmInfo& info() const noexcept override { return info_; }
    const std::vector<std::string>& remarks() const noexcept override { return remarks_; }

    std::optional<Frame> next() override {
        if (first_) return std::exchange(first_, std::nullopt);
        return decode();
    }

private:
    void open() {
        input_ = av::open_input(path_);
        video_ = av::main_video(*input_);
        if (!video_) throw Error(Code::bad_input, fmt::format("{} has no video stream: a film is needed", av::shown(path_)));
        for (unsigned index = 0; index < input_->nb_streams; ++index)
            if (input_->streams[index] != video_) input_->streams[index]->discard = AVDISCARD_ALL;
        const AVCodec* const codec = avcodec_find_decoder(video_->codecpar->codec_id);
        if (!codec) throw Error(Code::unsupported, fmt::format("{} is coded as {}, for which this FFmpeg has no decoder", av::shown(path_), avcodec_get_name(video_->codecpar->codec_id)));
        threads_.count();
        decoder_.reset(avcodec_alloc_context3(codec));
        if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), video_->codecpar) < 0) throw Error(Code::out_of_memory, "no memory for a decoder");
        decoder_->pkt_timebase = video_->time_base;
        decoder_->thread_count = std::max(options_.threads, 1);
        // Concealment works on slices but not on frames in parallel: without it a damaged film has the same bytes for any number of threads.
        decoder_->error_concealment = 0;
        av::Options options;
        if (video_->codecpar->codec_id == AV_CODEC_ID_H264) options.set("enable_er", "0");
        const int opened = threads_.watch([&] { return avcodec_open2(decoder_.get(), codec, options.out()); });
        if (opened < 0) throw Error(Code::bad_input, fmt::format("the {} stream of {} cannot be decoded ({})", codec->name, av::shown(path_), av::describe(opened)));
    }

    std::string missing_frames() const {
        if (options_.trim_start.value_or(0) > 0 && number_ > 0)
            return fmt::format("the trim starts at frame {}, but {} holds only {} frames", *options_.trim_start, av::shown(path_), number_);
        return fmt::format("{} holds no frame that can be decoded", av::shown(path_));
    }

    // Jumps to a key frame before the trim when packets tell frame numbers for certain; otherwise everything before is decoded and dropped.
    void seek() {
        const int stream = video_->index;
        index_ = av::FilmIndex::scan(*input_, stream);
        if (index_ && *options_.trim_start >= index_->count()) {
            number_ = index_->count();
            throw Error(Code::bad_input, missing_frames());
        }
        const bool landed = index_ && jump(stream, index_->seek_target(*options_.trim_start).value_or(AV_NOPTS_VALUE));
        if (landed) return;
        index_.reset();
        open();
    }

    bool jump(int stream, std::int64_t target) {
        open();
        return target != AV_NOPTS_VALUE && av_seek_frame(input_.get(), stream, target, AVSEEK_FLAG_BACKWARD) >= 0 && landed_before(target);
    }

    // Whether the first packet after a seek is a key frame not later than asked for; the packet is kept for decoding.
    bool landed_before(std::int64_t target) {
        const av::Packet packet = av::new_packet();
        while (av_read_frame(input_.get(), packet.get()) >= 0) {
            if (packet->stream_index == video_->index) {
                if ((packet->flags & AV_PKT_FLAG_KEY) == 0 || packet->pts == AV_NOPTS_VALUE || packet->pts > target) return false;
                decoded_from_ = packet->pts;
                return avcodec_send_packet(decoder_.get(), packet.get()) >= 0;
            }
            av_packet_unref(packet.get());
        }
        return false;
    }

    // The next whole frame inside the trim.
    std::optional<Frame> decode() {
        const Charge charge(Cost::decoder);
        for (;;) {
            if (!ready_.empty()) {
                Frame frame = std::move(ready_.front());
                ready_.pop_front();
                return frame;
            }
            if (finished_) return std::nullopt;
            av::Picture picture = receive();
            if (!picture) {
                end();
                continue;
            }
            take(std::move(picture));
        }
    }

    av::Picture receive() {
        av::Picture picture = av::new_picture();
        for (;;) {
            const int got = avcodec_receive_frame(decoder_.get(), picture.get());
            if (got >= 0) return picture;
            if (got == AVERROR_EOF) return nullptr;
            if (got == AVERROR(EAGAIN)) {
                send();
                continue;
            }
            damaged_ = true;
            // A decoder that keeps failing while it is drained has nothing more to give.
            if (draining_ && ++failures_ > 100) return nullptr;
        }
    }

    void send() {
        const av::Packet packet = av::new_packet();
        for (;;) {
            const int read = draining_ ? AVERROR_EOF : av_read_frame(input_.get(), packet.get());
            if (read == AVERROR(EAGAIN)) continue;
            if (read < 0) {
                if (read != AVERROR_EOF) damaged_ = true;
                draining_ = true;
                avcodec_send_packet(decoder_.get(), nullptr);
                return;
            }
            if (packet->stream_index == video_->index) {
                if ((packet->flags & AV_PKT_FLAG_CORRUPT) != 0) damaged_ = true;
                ++packets_;
                // A packet that cannot be decoded is damage, not the end: later key frames may be whole.
                if (avcodec_send_packet(decoder_.get(), packet.get()) < 0) damaged_ = true;
                return;
            }
            av_packet_unref(packet.get());
        }
    }

    std::int64_t time_of(const AVFrame& picture) {
        std::int64_t ticks = picture.best_effort_timestamp;
        if (ticks == AV_NOPTS_VALUE) {
            const AVRational rate = av::rational(info_.frame_rate);
            const std::int64_t step = rate.num > 0 ? std::max<std::int64_t>(av_rescale_q(1, av_inv_q(rate), video_->time_base), 1) : 1;
            ticks = last_time_ ? *last_time_ + step : 0;
            if (!guessed_) remarks_.push_back(fmt::format("the film gives no time for some frames: they follow at {}/{} frames per second", rate.num, rate.den));
            guessed_ = true;
        }
        last_time_ = ticks;
        return ticks;
    }

    void take(av::Picture picture) {
        const std::int64_t ticks = time_of(*picture);
        if (index_) {
            // Pictures before the key frame that was sought refer to others that were not read.
            const std::optional<std::int64_t> number = index_->number_of(ticks);
            if (!number || ticks < decoded_from_) return;
            number_ = *number;
        }
        const std::int64_t number = number_++;
        if (number < options_.trim_start.value_or(0)) return;
        if (options_.trim_end && number >= *options_.trim_end) {
            finished_ = true;
            ready_.insert(ready_.end(), std::make_move_iterator(suspect_.begin()), std::make_move_iterator(suspect_.end()));
            suspect_.clear();
            return;
        }
        const bool broken = picture->decode_error_flags != 0 || (picture->flags & AV_FRAME_FLAG_CORRUPT) != 0;
        const std::int64_t duration = std::max<std::int64_t>(av::duration_of(*picture), 0);
        Frame frame = av::wrap(std::move(picture));
        if (frame.size() != info_.size || frame.format() != info_.format)
            throw Error(Code::bad_input,
                        fmt::format("the pictures of {} change from {} x {} {} to {} x {} {} at frame {}: split the film there", av::shown(path_), info_.size.width,
                                    info_.size.height, name_of(info_.format), frame.size().width, frame.size().height, name_of(frame.format()), number));
        frame.time = {ticks, info_.time_base};
        frame.duration = duration;
        frame.number = number;
        place(std::move(frame), broken);
    }

    // Broken frames wait until a whole one follows: at the end of a truncated film none does.
    void place(Frame frame, bool broken) {
        constexpr std::size_t longest_wait = 16;
        std::optional<Frame> whole;
        if (!broken) {
            whole = std::move(frame);
        } else {
            suspect_.push_back(std::move(frame));
            if (suspect_.size() <= longest_wait) return;
        }
        damaged_frames_ += static_cast<std::int64_t>(suspect_.size());
        ready_.insert(ready_.end(), std::make_move_iterator(suspect_.begin()), std::make_move_iterator(suspect_.end()));
        suspect_.clear();
        if (whole) ready_.push_back(std::move(*whole));
    }

    void end() {
        finished_ = true;
        if (damaged_frames_ > 0) remarks_.push_back(fmt::format("{} frames of the film are damaged and shown as far as they could be decoded", damaged_frames_));
        const bool fewer_frames = !index_ && info_.frame_count > 0 && packets_ < info_.frame_count;
        const double step = info_.frame_rate.numerator > 0 ? av_q2d(av_inv_q(av::rational(info_.frame_rate))) : 0;
        const bool too_early = promised_end_ && last_time_ && static_cast<double>(*last_time_) * av_q2d(video_->time_base) + std::max(0.2, 3 * step) < *promised_end_;
        if (damaged_ || !suspect_.empty() || fewer_frames || too_early)
            remarks_.push_back(fmt::format("the film is damaged or truncated: {} whole frames{} were found", number_ - static_cast<std::int64_t>(suspect_.size()),
                                           info_.frame_count > 0 ? fmt::format(" of {}", info_.frame_count) : ""));
        suspect_.clear();
    }

    std::filesystem::path path_;
    ReaderOptions options_;
    FilmInfo info_;
    av::Input input_;
    AVStream* video_ = nullptr;
    av::Codec decoder_;
    CodecThreads threads_{Cost::decoder};
    std::optional<av::FilmIndex> index_;
    std::int64_t decoded_from_ = 0;
    std::int64_t number_ = 0;  // of the next frame
    std::int64_t packets_ = 0, damaged_frames_ = 0, failures_ = 0;
    std::optional<std::int64_t> last_time_;
    std::optional<double> promised_end_;  // seconds
    std::deque<Frame> ready_, suspect_;
    std::optional<Frame> first_;
    bool draining_ = false, finished_ = false, damaged_ = false, guessed_ = false;
    std::vector<std::string> remarks_;
};

}  // namespace

std::unique_ptr<Reader> open_film(const std::filesystem::path& path, const ReaderOptions& options) {
    if (!still_format(av::check_readable(path)).empty())
        throw Error(Code::bad_input, fmt::format("{} is a picture: a film is needed", av::shown(path)));
    return std::make_unique<FilmReader>(path, options);
}

MediaKind probe_kind(const std::filesystem::path& path) {
    if (!still_format(av::check_readable(path)).empty()) return MediaKind::picture;
    const av::Input input = av::open_input(path);
    if (av::main_video(*input)) return MediaKind::film;
    if (av_find_best_stream(input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0) >= 0) return MediaKind::sound;
    throw Error(Code::bad_input, fmt::format("{} holds neither picture nor sound", av::shown(path)));
}

}  // namespace mien
