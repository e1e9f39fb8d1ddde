// SPDX-License-Identifier: Apache-2.0
#include "media/writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <set>

#include "media/audio_encoder.h"
#include "media/ffmpeg.h"
#include "media/part_file.h"
#include "media/passengers.h"
#include "media/provenance.h"
#include "media/video_encoder.h"

namespace mien {
namespace {
enum class Xmp : std::uint8_t { box, tag, comment, beside };
struct ContainerRow {
    std::string_view extension;
    const char* muxer;
    bool any_time;  ///< false: every picture lasts equally long, and the first starts at 0
    bool below_zero;  ///< times before 0 are written as they are
    Xmp xmp;
};
constexpr std::array<ContainerRow, 10> containers{{
    {"mp4", "mp4", true, false, Xmp::box},
    {"m4v", "mp4", true, false, Xmp::box},
    {"mov", "mov", true, false, Xmp::box},
    {"mkv", "matroska", true, true, Xmp::tag},
    {"webm", "webm", true, true, Xmp::tag},
    {"avi", "avi", false, false, Xmp::comment},
    {"mpeg", "mpeg", true, false, Xmp::beside},
    {"mpg", "mpeg", true, false, Xmp::beside},
    {"mxf", "mxf", false, false, Xmp::beside},
    {"wmv", "asf", true, false, Xmp::comment},
}};

const ContainerRow& container_of(const std::filesystem::path& path) {
    std::string extension = path.extension().string();
    if (!extension.empty()) extension.erase(0, 1);
    std::ranges::transform(extension, extension.begin(), [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    const auto* const row = std::ranges::find(containers, extension, &ContainerRow::extension);
    if (row == containers.end()) {
        std::string known;
        for (const ContainerRow& each : containers) known += fmt::format("{}{}", known.empty() ? "" : " ", each.extension);
        throw Error(Code::usage, fmt::format("a film cannot be written as \"{}\": name the output with one of {}", av::shown(extension), known));
    }
    return *row;
}

// The keys that MP4's usual list of metadata has places for; others need the newer kind of list.
constexpr std::array<std::string_view, 26> listed_keys{"title",      "artist",       "album_artist", "composer",      "album",   "date",  "comment", "genre",         "copyright",
                                                       "grouping",   "lyrics",       "description",  "synopsis",      "show",    "network", "keywords", "episode_id",  "episode_sort",
                                                       "media_type", "season_number", "hd_video",    "creation_time", "location", "track", "disc",    "timecode"};

struct CloseOutput {
    void operator()(AVFormatContext* output) const noexcept {
        if (output->pb) avio_closep(&output->pb);
        avformat_free_context(output);
    }
};

class FilmWriter final : public Writer {
public:
    FilmWriter(const std::filesystem::path& path, const FilmInfo& info, const WriterOptions& options) : row_(container_of(path)), info_(info), options_(options), part_(checked_target(path)) {
        av::configure_logging();
        AVFormatContext* output = nullptr;
        if (avformat_alloc_output_context2(&output, nullptr, row_.muxer, av::url_of(part_.path()).c_str()) < 0)
            throw Error(Code::unsupported, fmt::format("this FFmpeg was built without the container {}: choose another extension", row_.muxer));
        output_.reset(output);
        output->flags |= AVFMT_FLAG_BITEXACT;  // no version and no date: bytes repeat
        output->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
        if (row_.below_zero) output->avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
        choose_time_base();
        choose_audio();
        if (options_.source.empty())
            add_video(nullptr);
        else
            passengers_.emplace(*output, options_, [this](const AVStream& source) { add_video(&source); }, remarks_);
        // The encoder needs the light levels that only an open source tells, and its stream needs the encoder's header: it is filled in here.
        const HighRange high = passengers_ ? passengers_->high_range() : HighRange{};
        encoder_.emplace(info_, options_, time_base_, (output->oformat->flags & AVFMT_GLOBALHEADER) != 0, high, remarks_);
        describe_video();
        if (options_.sound) add_sound();
        pass_on(high);
        add_metadata();
        const int opened = avio_open(&output->pb, av::url_of(part_.path()).c_str(), AVIO_FLAG_WRITE);
        if (opened < 0) fail(opened);
    }

    void put(const Frame& frame) override {
        if (finished_) throw Error(Code::internal, "a frame was put into a finished film");
        const std::int64_t ticks = av_rescale_q(frame.time.ticks, av::rational(frame.time.base), av::rational(info_.time_base));
        if (!started_) start(ticks);
        std::int64_t pts = to_output(ticks);
        if (options_.frame_rate) {
            put_at_rate(frame, pts);
            return;
        }
        if (waiting_ && pts <= waiting_pts_) {
            if (++collisions_ == 1) remarks_.push_back(fmt::format("frame {} has no later time than the one before it: it follows one tick after", frame.number));
            pts = waiting_pts_ + 1;
        }
        if (waiting_) encode(*waiting_, waiting_pts_, pts - waiting_pts_);
        wait(frame, pts);
    }

    void complete(const BeforeNamed& before_named) override {
        if (!started_) throw Error(Code::output, fmt::format("no frame came for {}: nothing is written", av::shown(part_.target())));
        finished_ = true;
        const std::int64_t last = last_duration();
        if (options_.frame_rate)
            // The last frame lasts until its own end, which may lie before the tick it rounds to.
            for (std::int64_t at = waiting_pts_; at < last_end() || encoded_ == 0; ++at) encode(*waiting_, at, 1);
        else
            encode(*waiting_, waiting_pts_, last);
        const double end_s = seconds(options_.frame_rate ? last_end() : waiting_pts_ + last, time_base_) + shift_s_;
        waiting_.reset();
        encoder_->finish([this](AVPacket& packet) { write_video(packet); });
        if (sound_) {
            write_sound(end_s);
            sound_->finish([this](AVPacket& packet) { write(packet, sound_->context().time_base, sound_stream_); });
        }
        const auto pass = [this](AVPacket& packet, AVRational base, int stream) { write(packet, base, stream); };
        if (passengers_) passengers_->finish(options_.trim_end ? std::optional(end_s) : std::nullopt, pass);
        close();
        if (!options_.xmp.empty() && row_.xmp == Xmp::box) part_.append(xmp_box(options_.xmp));
        compare_with_wanted();
        if (!options_.xmp.empty() && row_.xmp == Xmp::beside) remarks_.push_back(write_xmp_beside(part_.target(), options_.xmp, row_.extension));
        part_.keep(before_named);
    }

    const std::vector<std::string>& remarks() const noexcept override { return remarks_; }

private:
    static double seconds(std::int64_t ticks, AVRational base) { return static_cast<double>(ticks) * av_q2d(base); }

    const std::filesystem::path& checked_target(const std::filesystem::path& path) const {
        std::error_code ignored;
        if (!options_.source.empty() && std::filesystem::equivalent(path, options_.source, ignored))
            throw Error(Code::usage, fmt::format("the output {} is the input itself: choose another name", av::shown(path)));
        if (info_.size.width <= 0 || info_.size.height <= 0) throw Error(Code::internal, "a film without a size cannot be written");
        return path;
    }

    [[noreturn]] void fail(int error) const { throw Error(Code::output, fmt::format("cannot write {}: {}", av::shown(part_.target()), av::describe(error))); }

    void choose_time_base() {
        const Ratio rate = options_.frame_rate.value_or(info_.frame_rate);
        const bool constant = options_.frame_rate || !row_.any_time;
        if (constant && (rate.numerator <= 0 || rate.denominator <= 0))
            throw Error(Code::usage, fmt::format("{} needs a frame rate and the film has none: choose one, or another container", row_.muxer));
        time_base_ = constant ? av_inv_q(av::rational(rate)) : av::rational(info_.time_base);
    }

    void choose_audio() {
        if (!options_.audio_encoder.empty() && !is_audio_encoder(options_.audio_encoder))
            throw Error(Code::usage, fmt::format("the audio encoder {} is not offered: choose one of {}", options_.audio_encoder, audio_encoder_names()));
        if (options_.audio_volume < 0 || options_.audio_volume > 1000) throw Error(Code::usage, fmt::format("the volume {} is out of range: 0 to 1000", options_.audio_volume));
        if (options_.sound && !options_.source.empty()) throw Error(Code::internal, "a film gets its sound from a source or from samples, not from both");
        if (options_.sound && options_.audio_volume == 0) options_.sound.reset();
        const bool recoded = options_.sound || (options_.audio_volume != 100 && options_.audio_volume != 0);
        if (!recoded || !options_.audio_encoder.empty()) return;
        const auto is = [&](const char* muxer) { return std::strcmp(row_.muxer, muxer) == 0; };
        options_.audio_encoder = is("webm") ? "libopus" : is("mxf") ? "pcm_s16le" : "aac";
        if (options_.sound) {
            // Nothing is lost where the container is one for keeping things.
            if (is("matroska")) options_.audio_encoder = "flac";
            if (is("avi")) options_.audio_encoder = "pcm_s16le";
            if (is("mpeg")) options_.audio_encoder = "libmp3lame";
            return;
        }
        remarks_.push_back(fmt::format("the volume {} needs the sound encoded again: {} is used", options_.audio_volume, options_.audio_encoder));
    }

    void add_video(const AVStream* source) {
        AVStream* const stream = avformat_new_stream(output_.get(), nullptr);
        if (!stream) throw Error(Code::out_of_memory, "no memory for a stream");
        video_ = stream->index;
        if (source && (source->codecpar->field_order > AV_FIELD_PROGRESSIVE))
            remarks_.push_back("the film is interlaced: it is written as whole pictures that hold both fields");
    }

    void describe_video() {
        AVStream& stream = *output_->streams[video_];
        if (avcodec_parameters_from_context(stream.codecpar, &encoder_->context()) < 0) throw Error(Code::out_of_memory, "no memory for a stream");
        const int held = avformat_query_codec(output_->oformat, stream.codecpar->codec_id, FF_COMPLIANCE_EXPERIMENTAL);
        if (held == 0) throw Error(Code::usage, fmt::format("{} cannot hold pictures of {}: choose another encoder or extension", row_.extension, options_.video_encoder));
        // Apple's players know HEVC in MP4 by this tag only.
        if (stream.codecpar->codec_id == AV_CODEC_ID_HEVC && row_.xmp == Xmp::box) stream.codecpar->codec_tag = MKTAG('h', 'v', 'c', '1');
        stream.time_base = time_base_;
        stream.sample_aspect_ratio = av::rational(info_.sample_aspect);
        const Ratio rate = options_.frame_rate.value_or(info_.frame_rate);
        if (rate.numerator > 0) stream.avg_frame_rate = av::rational(rate);
        if (options_.source.empty() && info_.rotation != 0) {
            std::array<std::int32_t, 9> matrix{};
            av_display_rotation_set(matrix.data(), -info_.rotation);
            av::set_side_data(stream, AV_PKT_DATA_DISPLAYMATRIX, {reinterpret_cast<const std::uint8_t*>(matrix.data()), sizeof matrix});
        }
    }

    void add_sound() {
        AVStream* const stream = avformat_new_stream(output_.get(), nullptr);
        if (!stream) throw Error(Code::out_of_memory, "no memory for a stream");
        sound_stream_ = stream->index;
        sound_.emplace(*options_.sound, options_, (output_->oformat->flags & AVFMT_GLOBALHEADER) != 0);
        if (avcodec_parameters_from_context(stream->codecpar, &sound_->context()) < 0) throw Error(Code::out_of_memory, "no memory for a stream");
        stream->time_base = sound_->context().time_base;
        if (avformat_query_codec(output_->oformat, stream->codecpar->codec_id, FF_COMPLIANCE_EXPERIMENTAL) != 1)
            throw Error(Code::usage, fmt::format("{} cannot hold sound of {}: choose another audio encoder or container", row_.extension, options_.audio_encoder));
    }

    // Asks for samples and encodes them until the sound reaches a time of the film; what lies before a trimmed film's start is not heard.
    void write_sound(double until_s) {
        const GivenSound& given = *options_.sound;
        const auto channels = static_cast<std::size_t>(given.channels);
        const std::int64_t skipped = std::llround(std::max(0.0, shift_s_) * given.rate), until = std::llround(until_s * given.rate);
        std::vector<std::int16_t> samples;
        while (!sound_ended_ && sounded_ < until) {
            samples.resize(static_cast<std::size_t>(std::min<std::int64_t>(until - sounded_, 4800)) * channels);
            const std::size_t wanted = samples.size(), got = given.read(samples);
            sound_ended_ = got < wanted;
            const std::int64_t first = sounded_;
            sounded_ += static_cast<std::int64_t>(got / channels);
            const auto unheard = static_cast<std::size_t>(std::clamp<std::int64_t>(skipped - first, 0, static_cast<std::int64_t>(got / channels))) * channels;
            if (got > unheard) sound_->put(std::span(samples).subspan(unheard, got - unheard), [this](AVPacket& packet) { write(packet, sound_->context().time_base, sound_stream_); });
        }
    }

    // Players read light levels from the container as well as from the pictures.
    void pass_on(const HighRange& high) {
        AVStream& stream = *output_->streams[video_];
        const auto add = [&](AVPacketSideDataType type, const auto& value) {
            if (value && av::side_data(stream, type).empty()) av::set_side_data(stream, type, {reinterpret_cast<const std::uint8_t*>(&*value), sizeof *value});
        };
        add(AV_PKT_DATA_MASTERING_DISPLAY_METADATA, high.display);
        add(AV_PKT_DATA_CONTENT_LIGHT_LEVEL, high.light);
    }

    void add_metadata() {
        for (const auto& [key, value] : options_.metadata) av_dict_set(&output_->metadata, key.c_str(), value.c_str(), 0);
        if (options_.xmp.empty() || row_.xmp == Xmp::box || row_.xmp == Xmp::beside) return;
        av_dict_set(&output_->metadata, row_.xmp == Xmp::tag ? "XMP" : "comment", options_.xmp.c_str(), 0);
    }

    // The first frame says how far times move: a trimmed film starts at 0, and so does one in a container that knows no other start.
    void start(std::int64_t first) {
        const bool trimmed = options_.trim_start.value_or(0) > 0;
        const bool moved = trimmed || !row_.any_time || (first < 0 && !row_.below_zero);
        const AVRational base = av::rational(info_.time_base);
        shift_ = moved ? first : 0;
        shift_s_ = seconds(shift_, base);
        if (trimmed)
            remarks_.push_back(fmt::format("the trim starts at {:.6f} s, which becomes 0; copied sound and subtitles keep whole packets", seconds(first, base)));
        else if (shift_ != 0)
            remarks_.push_back(fmt::format("the first picture moves from {:.6f} s to 0: {} knows no other start", seconds(first, base), row_.extension));
        std::optional<double> about_end;
        if (options_.trim_end && info_.frame_rate.numerator > 0)
            about_end = seconds(first, base) + static_cast<double>(*options_.trim_end - options_.trim_start.value_or(0)) / av_q2d(av::rational(info_.frame_rate));
        if (passengers_) passengers_->begin(trimmed ? std::optional(seconds(first, base)) : std::nullopt, about_end, shift_s_);
        write_header();
        started_ = true;
    }

    void write_header() {
        av::Options options;
        if (row_.xmp == Xmp::box) {
            // Ticks of the film and of its edit list as the source has them: a start that is not a whole millisecond stays exact.
            options.set("video_track_timescale", std::to_string(time_base_.den));
            options.set("movie_timescale", std::to_string(time_base_.den));
            const AVDictionaryEntry* entry = nullptr;
            while ((entry = av_dict_get(output_->metadata, "", entry, AV_DICT_IGNORE_SUFFIX)))
                if (std::ranges::find(listed_keys, std::string_view(entry->key)) == listed_keys.end()) options.set("movflags", "use_metadata_tags");
        }
        if (std::strcmp(row_.muxer, "matroska") == 0 && options_.video_encoder == "rawvideo") options.set("allow_raw_vfw", "1");
        const int written = avformat_write_header(output_.get(), options.out());
        if (written < 0) {
            if (output_->pb->error < 0) fail(output_->pb->error);
            throw Error(Code::output, fmt::format("{} cannot hold {} with these streams ({}): choose another encoder or extension", row_.extension, options_.video_encoder, av::describe(written)));
        }
    }

    std::int64_t to_output(std::int64_t ticks) {
        const AVRational base = av::rational(info_.time_base);
        const std::int64_t pts = av_rescale_q(ticks - shift_, base, time_base_);
        if (!options_.frame_rate && av_rescale_q(pts, time_base_, base) != ticks - shift_ && ++moved_times_ == 1)
            remarks_.push_back(fmt::format("{} holds pictures of equal length only: some times move to its grid of {}/{} s", row_.extension, time_base_.num, time_base_.den));
        return pts;
    }

    void wait(const Frame& frame, std::int64_t pts) {
        waiting_ = frame;
        previous_gap_ = pts - waiting_pts_;
        waiting_pts_ = pts;
    }

    // Constant rate: each tick shows the frame whose time rounds to it or, where none does, the one before.
    void put_at_rate(const Frame& frame, std::int64_t pts) {
        if (waiting_)
            for (std::int64_t at = waiting_pts_; at < pts; ++at) encode(*waiting_, at, 1);
        waiting_ = frame;
        waiting_pts_ = std::max(pts, waiting_pts_);
    }

    // Of the last frame, in ticks of a constant rate.
    std::int64_t last_end() const {
        const AVRational base = av::rational(info_.time_base);
        const std::int64_t from = av_rescale_q(waiting_->time.ticks, av::rational(waiting_->time.base), base) - shift_;
        std::int64_t lasts = av_rescale_q(waiting_->duration, av::rational(waiting_->time.base), base);
        if (lasts <= 0 && info_.frame_rate.numerator > 0) lasts = av_rescale_q(1, av_inv_q(av::rational(info_.frame_rate)), base);
        return av_rescale_q(from + lasts, base, time_base_);
    }

    std::int64_t last_duration() const {
        const Ratio rate = options_.frame_rate.value_or(info_.frame_rate);
        std::int64_t ticks = av_rescale_q(waiting_->duration, av::rational(waiting_->time.base), time_base_);
        if (ticks <= 0 && encoded_ > 0 && !options_.frame_rate) ticks = previous_gap_;
        if (ticks <= 0 && rate.numerator > 0) ticks = av_rescale_q(1, av_inv_q(av::rational(rate)), time_base_);
        return std::max<std::int64_t>(ticks, 1);
    }

    void encode(const Frame& frame, std::int64_t pts, std::int64_t duration) {
        ++encoded_;
        encoder_->put(frame, pts, duration, [this](AVPacket& packet) { write_video(packet); });
    }

    void write_video(AVPacket& packet) {
        const auto pass = [this](AVPacket& other, AVRational base, int stream) { write(other, base, stream); };
        if (passengers_) passengers_->advance(seconds(packet.dts, time_base_) + shift_s_, pass);
        if (sound_) write_sound(seconds(packet.dts, time_base_) + shift_s_);
        const AVRational base = output_->streams[video_]->time_base;
        if (av_rescale_q(av_rescale_q(packet.pts, time_base_, base), base, time_base_) != packet.pts && ++rounded_times_ == 1)
            remarks_.push_back(fmt::format("{} keeps times in steps of {}/{} s: some are rounded to them", row_.extension, base.num, base.den));
        write(packet, time_base_, video_);
    }

    void write(AVPacket& packet, AVRational from, int stream) {
        const AVStream& to = *output_->streams[stream];
        av_packet_rescale_ts(&packet, from, to.time_base);
        const std::int64_t delay = av::unapplied_delay(*output_->oformat, to);
        if (packet.pts != AV_NOPTS_VALUE) packet.pts += delay;
        if (packet.dts != AV_NOPTS_VALUE) packet.dts += delay;
        packet.stream_index = stream;
        packet.pos = -1;
        last_dts_.resize(output_->nb_streams, AV_NOPTS_VALUE);
        std::int64_t& last = last_dts_[static_cast<std::size_t>(stream)];
        // Containers want decoding times in order; sources that broke this are mended as little as possible.
        const std::int64_t least = (output_->oformat->flags & AVFMT_TS_NONSTRICT) != 0 ? last : last + 1;
        if (packet.dts == AV_NOPTS_VALUE) packet.dts = packet.pts;
        if (last != AV_NOPTS_VALUE && packet.dts != AV_NOPTS_VALUE && packet.dts < least) {
            packet.dts = least;
            if (packet.pts != AV_NOPTS_VALUE) packet.pts = std::max(packet.pts, least);
            if (++mended_ == 1) remarks_.push_back(fmt::format("stream {} has packets out of order: their times are moved forward", stream));
        }
        if (packet.dts != AV_NOPTS_VALUE) last = packet.dts;
        const int written = av_interleaved_write_frame(output_.get(), &packet);
        if (written < 0 || output_->pb->error < 0) fail(output_->pb->error < 0 ? output_->pb->error : written);
    }

    void close() {
        const int ended = av_write_trailer(output_.get());
        const int error = output_->pb->error;
        const int closed = avio_closep(&output_->pb);
        for (const int code : {error, ended, closed})
            if (code < 0) fail(code);
    }

    // What the container lost silently is read from the file itself.
    void compare_with_wanted() {
        const av::Input written = av::open_input(part_.path());
        std::set<std::string> lost;
        const AVDictionaryEntry* entry = nullptr;
        while ((entry = av_dict_get(output_->metadata, "", entry, AV_DICT_IGNORE_SUFFIX)))
            if (!av_dict_get(written->metadata, entry->key, nullptr, 0)) lost.insert(entry->key);
        if (!lost.empty()) remarks_.push_back(fmt::format("{} cannot hold the metadata {}", row_.extension, fmt::join(lost, ", ")));
        if (written->nb_chapters < output_->nb_chapters) remarks_.push_back(fmt::format("{} cannot hold all {} chapters", row_.extension, output_->nb_chapters));
        for (unsigned index = 0; index < std::min(output_->nb_streams, written->nb_streams); ++index) {
            const AVDictionaryEntry* const language = av_dict_get(output_->streams[index]->metadata, "language", nullptr, 0);
            if (language && std::strcmp(language->value, "und") != 0 && !av_dict_get(written->streams[index]->metadata, "language", nullptr, 0))
                remarks_.push_back(fmt::format("{} cannot hold the language {} of stream {}", row_.extension, language->value, index));
        }
        const AVStream* const video = av::main_video(*written);
        if (!video) throw Error(Code::output, fmt::format("{} was written but cannot be read back: choose another encoder or extension", av::shown(part_.target())));
        const bool turned = !av::side_data(*output_->streams[video_], AV_PKT_DATA_DISPLAYMATRIX).empty();
        if (turned && info_.rotation != 0 && av::side_data(*video, AV_PKT_DATA_DISPLAYMATRIX).empty())
            remarks_.push_back(fmt::format("{} cannot hold the rotation of {} degrees", row_.extension, info_.rotation));
    }

    const ContainerRow& row_;
    FilmInfo info_;
    WriterOptions options_;
    PartFile part_;
    std::unique_ptr<AVFormatContext, CloseOutput> output_;
    std::optional<Passengers> passengers_;
    std::optional<VideoEncoder> encoder_;
    std::optional<AudioEncoder> sound_;
    int sound_stream_ = -1;
    std::int64_t sounded_ = 0;  // samples asked for
    bool sound_ended_ = false;
    AVRational time_base_{1, 1};  // of the encoder
    int video_ = 0;
    std::int64_t shift_ = 0;  // in ticks of info_.time_base
    double shift_s_ = 0;
    std::optional<Frame> waiting_;
    std::int64_t waiting_pts_ = 0, previous_gap_ = 0, encoded_ = 0;
    std::int64_t collisions_ = 0, moved_times_ = 0, rounded_times_ = 0, mended_ = 0;
    std::vector<std::int64_t> last_dts_;
    bool started_ = false, finished_ = false;
    std::vector<std::string> remarks_;
};

}  // namespace

std::unique_ptr<Writer> open_film_writer(const std::filesystem::path& path, const FilmInfo& info, const WriterOptions& options) {
    return std::make_unique<FilmWriter>(path, info, options);
}

}  // namespace mien
