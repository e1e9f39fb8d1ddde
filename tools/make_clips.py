#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes the small films that the media tests read, with the ffmpeg program: make_clips.py FOLDER. Films that exist are kept."""
import pathlib
import shutil
import subprocess
import sys

PATTERN = "{source}=size={size}:rate={rate}:duration={seconds}"
X264 = ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-threads", "2"]


def pattern(size="96x64", rate="25", seconds="1.2", source="testsrc2"):
    return ["-f", "lavfi", "-i", PATTERN.format(source=source, size=size, rate=rate, seconds=seconds)]


def tone(seconds="1.2", pitch="440"):
    return ["-f", "lavfi", "-i", f"sine=frequency={pitch}:sample_rate=48000:duration={seconds}"]


# Frames 0 1 3 6 10 15 ... of the clock: every gap is another one.
UNEVEN = ["-vf", "setpts='N*(N+1)/2/TB/50'", "-fps_mode", "vfr"]
LYRICS = "1\n00:00:00,100 --> 00:00:00,500\nfirst line\n\n2\n00:00:00,700 --> 00:00:01,100\nsecond line\n"
CHAPTERS = (";FFMETADATA1\ntitle=a test pattern\nartist=nobody\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=600\ntitle=one\n"
            "[CHAPTER]\nTIMEBASE=1/1000\nSTART=600\nEND=1200\ntitle=two\n")


def clips(folder):
    text, marks = str(folder / "lines.srt"), str(folder / "chapters.txt")
    many = pattern() + tone() + tone(pitch="880") + ["-i", text, "-i", marks, "-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s",
                                                    "-map_metadata", "4", "-map_chapters", "4", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu"]
    yield "plain.mp4", pattern() + X264 + ["-bf", "0", "-pix_fmt", "yuv420p"]
    yield "vfr.mkv", pattern(seconds="0.8") + UNEVEN + X264 + ["-bf", "2"]
    yield "vfr.mp4", pattern(seconds="0.8") + UNEVEN + X264 + ["-bf", "2", "-video_track_timescale", "90000"]
    yield "bframes_open_gop.mp4", pattern(seconds="2") + X264 + ["-bf", "3", "-g", "10", "-x264-params", "open-gop=1:b-adapt=0:scenecut=0", "-pix_fmt", "yuv420p"]
    yield "bframes_open_gop.mkv", pattern(seconds="2", rate="30000/1001") + X264 + ["-bf", "3", "-g", "10", "-x264-params", "open-gop=1:b-adapt=0:scenecut=0"]
    yield "open_gop.hevc.mp4", pattern(seconds="2") + ["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none:keyint=10:open-gop=1:bframes=3"]
    yield "rotated_source.mp4", pattern() + X264
    yield "many.mkv", many + X264 + ["-c:a:0", "libopus", "-c:a:1", "flac", "-c:s", "srt", "-pix_fmt", "yuv420p"]
    yield "many.mp4", many + X264 + ["-c:a", "aac", "-c:s", "mov_text", "-pix_fmt", "yuv420p"]
    yield "ten.hevc.mp4", pattern() + ["-pix_fmt", "yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast", "-color_primaries", "bt2020", "-color_trc", "smpte2084",
                                       "-colorspace", "bt2020nc", "-x265-params",
                                       "log-level=none:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400"]
    yield "ten.ffv1.mkv", pattern() + ["-pix_fmt", "yuv422p10le", "-c:v", "ffv1", "-level", "3"]
    yield "ten.prores.mov", pattern() + ["-pix_fmt", "yuv422p10le", "-c:v", "prores_ks"]
    yield "rgb.ffv1.mkv", pattern() + ["-pix_fmt", "bgr0", "-c:v", "ffv1", "-level", "3"]
    yield "rgb.x264.mp4", pattern() + ["-c:v", "libx264rgb", "-preset", "ultrafast", "-qp", "0"]
    yield "alpha.mov", pattern() + ["-pix_fmt", "yuva444p10le", "-c:v", "prores_ks"]
    yield "alpha.ffv1.mkv", pattern() + ["-pix_fmt", "yuva420p", "-c:v", "ffv1", "-level", "3"]
    yield "full_range.mkv", pattern() + ["-pix_fmt", "yuvj420p"] + X264
    yield "odd.webm", pattern(size="97x63", source="testsrc") + ["-pix_fmt", "yuv420p", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"]
    yield "odd.ffv1.mkv", pattern(size="35x17", source="testsrc") + ["-pix_fmt", "yuv420p", "-c:v", "ffv1", "-level", "3"]
    yield "odd444.mp4", pattern(size="97x63", source="testsrc") + ["-pix_fmt", "yuv444p"] + X264
    yield "long_gop.mp4", pattern(seconds="6", size="64x48") + X264 + ["-bf", "2", "-g", "1000"]
    yield "short_gop.mkv", pattern(seconds="4", size="64x48") + X264 + ["-bf", "2", "-g", "12"]
    yield "late.mkv", pattern() + X264 + ["-output_ts_offset", "5.125"]
    yield "late.mp4", pattern(rate="30000/1001") + tone() + X264 + ["-c:a", "aac", "-output_ts_offset", "2"]
    yield "no_durations.avi", pattern() + ["-c:v", "mpeg4", "-bf", "0", "-q:v", "4"]
    yield "gray.mkv", pattern() + ["-pix_fmt", "gray", "-c:v", "ffv1", "-level", "3"]
    yield "strange.nv12.avi", pattern() + ["-pix_fmt", "nv12", "-c:v", "rawvideo"]
    yield "strange.pal8.gif", pattern(rate="10")
    yield "strange.yuv411.mov", ["-f", "lavfi", "-i", "testsrc2=size=720x480:rate=30000/1001:duration=0.2", "-pix_fmt", "yuv411p", "-c:v", "dvvideo"]
    yield "square_not.mp4", pattern() + ["-vf", "setsar=16/11"] + X264
    yield "sound_only.m4a", tone() + ["-c:a", "aac"]
    yield "transport.ts", pattern(seconds="2") + tone("2") + X264 + ["-bf", "2", "-c:a", "aac"]


def run(ffmpeg, target, arguments):
    part = target.with_name("part-" + target.name)
    subprocess.run([ffmpeg, "-nostdin", "-v", "error", "-y", *arguments, "-fflags", "+bitexact", str(part)], check=True)
    part.rename(target)


def derived(ffmpeg, folder):
    """Films made from other ones: turned, cut short, cut inside, damaged."""
    rotated, cut = folder / "rotated.mp4", folder / "edit_list.mp4"
    if not rotated.exists():
        run(ffmpeg, rotated, ["-i", str(folder / "rotated_source.mp4"), "-c", "copy", "-metadata:s:v", "rotate=270"])
    if not cut.exists():
        # A copy that starts between key frames keeps the packets before and hides them with an edit list.
        run(ffmpeg, cut, ["-ss", "0.5", "-i", str(folder / "bframes_open_gop.mp4"), "-c", "copy"])
    whole = (folder / "short_gop.mkv").read_bytes()
    (folder / "truncated.mkv").write_bytes(whole[:len(whole) * 6 // 10])
    whole = (folder / "plain.mp4").read_bytes()
    (folder / "header_only.mp4").write_bytes(whole[:40])
    (folder / "no_index.mp4").write_bytes(whole[:len(whole) // 2])
    front = folder / "truncated.mp4"
    if not front.exists():
        whole_front = folder / "front.mp4"
        run(ffmpeg, whole_front, ["-i", str(folder / "bframes_open_gop.mp4"), "-c", "copy", "-movflags", "faststart"])
        data = whole_front.read_bytes()
        front.write_bytes(data[:len(data) * 7 // 10])
    zero = folder / "no_frames.mp4"
    if not zero.exists():
        run(ffmpeg, zero, ["-i", str(folder / "plain.mp4"), "-c", "copy", "-frames:v", "0"])


def main():
    folder = pathlib.Path(sys.argv[1])
    ffmpeg = shutil.which("ffmpeg")
    if not ffmpeg:
        print("make_clips: the ffmpeg program is not installed: no test films")
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lines.srt").write_text(LYRICS)
    (folder / "chapters.txt").write_text(CHAPTERS)
    for name, arguments in clips(folder):
        if not (folder / name).exists():
            run(ffmpeg, folder / name, arguments)
    derived(ffmpeg, folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
