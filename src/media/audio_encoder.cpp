// SPDX-License-Identifier: Apache-2.0
#include "media/audio_encoder.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace mien {
namespace {
constexpr std::array<std::string_view, 7> names{"flac", "aac", "libmp3lame", "libopus", "libvorbis", "pcm_s16le", "pcm_s32le"};

// A list an encoder gives, and the wanted value when the list holds it or does not exist.
template <class T> T nearest(std::span<const T> list, T wanted) noexcept {
    if (list.empty() || std::ranges::find(list, wanted) != list.end()) return wanted;
    return *std::ranges::min_element(list, {}, [&](T value) { return std::abs(static_cast<int>(value) - static_cast<int>(wanted)); });
}

void set_quality(AVCodecContext& codec, const WriterOptions& wanted) {
    const auto [option, value] = audio_quality_option(wanted.audio_encoder, wanted.audio_quality);
    if (option == "q:a") {
        codec.flags |= AV_CODEC_FLAG_QSCALE;
        codec.global_quality = static_cast<int>(std::lround(FF_QP2LAMBDA * std::stod(value)));
    } else if (option == "b:a") {
        codec.bit_rate = std::stol(value) * 1000;
    }
}
}  // namespace

bool is_audio_encoder(std::string_view name) noexcept { return std::ranges::find(names, name) != names.end(); }
std::string audio_encoder_names() { return fmt::format("{}", fmt::join(names, " ")); }

AudioEncoder::AudioEncoder(const AVStream& source, const WriterOptions& wanted, bool global_header) : source_base_(source.time_base) {
    const AVCodec* const reader = avcodec_find_decoder(source.codecpar->codec_id);
    if (!reader) throw Error(Code::unsupported, fmt::format("sound coded as {} cannot be decoded: copy it instead", avcodec_get_name(source.codecpar->codec_id)));
    decoder_.reset(avcodec_alloc_context3(reader));
    if (!decoder_ || avcodec_parameters_to_context(decoder_.get(), source.codecpar) < 0) throw Error(Code::out_of_memory, "no memory for a sound coder");
    decoder_->pkt_timebase = source.time_base;
    decoder_->thread_count = 1;
    const int opened = avcodec_open2(decoder_.get(), reader, nullptr);
    if (opened < 0) throw Error(Code::bad_input, fmt::format("the {} sound cannot be decoded ({})", reader->name, av::describe(opened)));
    if (decoder_->ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) av_channel_layout_default(&decoder_->ch_layout, decoder_->ch_layout.nb_channels);
    open(decoder_->ch_layout, decoder_->sample_rate, decoder_->sample_fmt, wanted, global_header);
}

AudioEncoder::AudioEncoder(const GivenSound& sound, const WriterOptions& wanted, bool global_header) {
    AVChannelLayout layout{};
    av_channel_layout_default(&layout, sound.channels);
    open(layout, sound.rate, AV_SAMPLE_FMT_S16, wanted, global_header);
    av_channel_layout_uninit(&layout);
    next_in_ = 0;
}

// The encoder, and what turns samples of this form into its own.
void AudioEncoder::open(AVChannelLayout& layout, int rate, AVSampleFormat format, const WriterOptions& wanted, bool global_header) {
    const AVCodec* const library = avcodec_find_encoder_by_name(wanted.audio_encoder.c_str());
    if (!library) throw Error(Code::unsupported, fmt::format("this FFmpeg was built without the audio encoder {}: choose one of {}", wanted.audio_encoder, audio_encoder_names()));
    encoder_.reset(avcodec_alloc_context3(library));
    if (!encoder_) throw Error(Code::out_of_memory, "no memory for a sound coder");
    AVCodecContext& codec = *encoder_;
    codec.sample_rate = nearest(av::sample_rates(*library), rate);
    codec.sample_fmt = nearest(av::sample_formats(*library), format);
    codec.time_base = {1, codec.sample_rate};
    codec.thread_count = 1;
    codec.flags |= AV_CODEC_FLAG_BITEXACT | (global_header ? AV_CODEC_FLAG_GLOBAL_HEADER : 0);
    codec.strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    set_quality(codec, wanted);
    av_channel_layout_copy(&codec.ch_layout, &layout);
    int ready = avcodec_open2(encoder_.get(), library, nullptr);
    if (ready < 0) throw Error(Code::output, fmt::format("{} refuses sound of {} channels at {} Hz ({}): choose another encoder", library->name, codec.ch_layout.nb_channels, codec.sample_rate, av::describe(ready)));
    SwrContext* resampler = nullptr;
    ready = swr_alloc_set_opts2(&resampler, &codec.ch_layout, codec.sample_fmt, codec.sample_rate, &layout, format, rate, 0, nullptr);
    resampler_.reset(resampler);
    if (ready >= 0 && wanted.audio_volume != 100) ready = av_opt_set_double(resampler, "rematrix_volume", wanted.audio_volume / 100.0, 0);
    if (ready >= 0) ready = swr_init(resampler);
    if (ready < 0) throw Error(Code::unsupported, fmt::format("sound of {} channels cannot be converted ({})", codec.ch_layout.nb_channels, av::describe(ready)));
    fifo_.reset(av_audio_fifo_alloc(codec.sample_fmt, codec.ch_layout.nb_channels, codec.sample_rate));
    if (!fifo_) throw Error(Code::out_of_memory, "no memory for sound");
}

void AudioEncoder::put(const AVPacket& packet, const PacketSink& sink) {
    // Damaged packets leave a gap, which align() fills with silence.
    if (avcodec_send_packet(decoder_.get(), &packet) >= 0) decode(sink);
}

void AudioEncoder::put(std::span<const std::int16_t> samples, const PacketSink& sink) {
    const auto* const bytes = reinterpret_cast<const std::uint8_t*>(samples.data());
    resample(&bytes, static_cast<int>(samples.size() / static_cast<std::size_t>(encoder_->ch_layout.nb_channels)));
    encode(false, sink);
}

void AudioEncoder::finish(const PacketSink& sink) {
    if (decoder_) {
        avcodec_send_packet(decoder_.get(), nullptr);
        decode(sink);
    }
    resample(nullptr, 0);
    encode(true, sink);
    avcodec_send_frame(encoder_.get(), nullptr);
    drain(sink);
}

void AudioEncoder::decode(const PacketSink& sink) {
    const av::Picture frame = av::new_picture();
    while (avcodec_receive_frame(decoder_.get(), frame.get()) >= 0) {
        if (frame->best_effort_timestamp != AV_NOPTS_VALUE) align(av_rescale_q(frame->best_effort_timestamp, source_base_, encoder_->time_base));
        resample(const_cast<const std::uint8_t**>(frame->extended_data), frame->nb_samples);
        encode(false, sink);
        av_frame_unref(frame.get());
    }
}

// Silence where the source says nothing for a tenth of a second or more; smaller steps are rounding of its clock.
void AudioEncoder::align(std::int64_t pts) {
    if (!next_in_) {
        next_in_ = pts;
        next_out_ = pts;
        return;
    }
    std::int64_t gap = pts - *next_in_;
    if (gap < encoder_->sample_rate / 10 || gap > std::int64_t{3600} * encoder_->sample_rate) return;
    const av::Picture silence = av::new_picture();
    silence->format = encoder_->sample_fmt;
    silence->nb_samples = 4096;
    av_channel_layout_copy(&silence->ch_layout, &encoder_->ch_layout);
    if (av_frame_get_buffer(silence.get(), 0) < 0) throw Error(Code::out_of_memory, "no memory for sound");
    av_samples_set_silence(silence->extended_data, 0, silence->nb_samples, encoder_->ch_layout.nb_channels, encoder_->sample_fmt);
    for (; gap > 0; gap -= silence->nb_samples) append(silence->extended_data, static_cast<int>(std::min<std::int64_t>(gap, silence->nb_samples)));
}

// Null: what the resampler still holds.
void AudioEncoder::resample(const std::uint8_t* const* in, int samples) {
    const int most = swr_get_out_samples(resampler_.get(), samples);
    if (most <= 0) return;
    const av::Picture out = av::new_picture();
    out->format = encoder_->sample_fmt;
    out->nb_samples = most;
    av_channel_layout_copy(&out->ch_layout, &encoder_->ch_layout);
    if (av_frame_get_buffer(out.get(), 0) < 0) throw Error(Code::out_of_memory, "no memory for sound");
    const int count = swr_convert(resampler_.get(), out->extended_data, most, const_cast<const std::uint8_t**>(in), samples);
    if (count < 0) throw Error(Code::bad_input, fmt::format("the sound changes its form in the middle ({})", av::describe(count)));
    append(out->extended_data, count);
}

// Puts samples into the queue, less what lies outside the trim.
void AudioEncoder::append(std::uint8_t** samples, int count) {
    const std::int64_t from = next_in_.value_or(0), to = from + count;
    next_in_ = to;
    const auto samples_at = [&](double seconds) { return static_cast<std::int64_t>(std::llround(seconds * encoder_->sample_rate)); };
    const std::int64_t first = start_ ? std::max(from, samples_at(*start_)) : from;
    const std::int64_t last = end_ ? std::min(to, samples_at(*end_)) : to;
    if (first >= last) return;
    if (av_audio_fifo_size(fifo_.get()) == 0) next_out_ = first;
    const bool planar = av_sample_fmt_is_planar(encoder_->sample_fmt) != 0;
    const int channels = encoder_->ch_layout.nb_channels;
    const std::ptrdiff_t stride = static_cast<std::ptrdiff_t>(av_get_bytes_per_sample(encoder_->sample_fmt)) * (planar ? 1 : channels);
    std::vector<void*> planes;
    for (int index = 0; index < (planar ? channels : 1); ++index) planes.push_back(samples[index] + (first - from) * stride);
    if (av_audio_fifo_write(fifo_.get(), planes.data(), static_cast<int>(last - first)) < 0) throw Error(Code::out_of_memory, "no memory for sound");
}

void AudioEncoder::encode(bool all, const PacketSink& sink) {
    const int whole = encoder_->frame_size > 0 ? encoder_->frame_size : 1024;
    while (av_audio_fifo_size(fifo_.get()) >= (all ? 1 : whole)) {
        const av::Picture frame = av::new_picture();
        frame->format = encoder_->sample_fmt;
        frame->nb_samples = std::min(av_audio_fifo_size(fifo_.get()), whole);
        frame->sample_rate = encoder_->sample_rate;
        av_channel_layout_copy(&frame->ch_layout, &encoder_->ch_layout);
        if (av_frame_get_buffer(frame.get(), 0) < 0) throw Error(Code::out_of_memory, "no memory for sound");
        av_audio_fifo_read(fifo_.get(), reinterpret_cast<void**>(frame->extended_data), frame->nb_samples);
        frame->pts = next_out_;
        next_out_ += frame->nb_samples;
        const int sent = avcodec_send_frame(encoder_.get(), frame.get());
        if (sent < 0) throw Error(Code::output, fmt::format("{} failed ({})", encoder_->codec->name, av::describe(sent)));
        drain(sink);
    }
}

void AudioEncoder::drain(const PacketSink& sink) {
    const av::Packet packet = av::new_packet();
    while (avcodec_receive_packet(encoder_.get(), packet.get()) >= 0) {
        sink(*packet);
        av_packet_unref(packet.get());
    }
}

}  // namespace mien
