# What a run must not change: times, the other streams, chapters, tags, shape and depth of a film, pixels without a face; and what it must add: its mark.
# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import subprocess
from fractions import Fraction

from program import QUICK, ProgramTest, main, needs_ffmpeg, needs_models, png

MARK = ("--processors", "face_debugger", "--face-selector-mode", "many", *QUICK)
CHAPTERS = """;FFMETADATA1
title=Drawn film
artist=Nobody
[CHAPTER]
TIMEBASE=1/1000
START=0
END=900
title=First half
[CHAPTER]
TIMEBASE=1/1000
START=900
END=2000
title=Second half
"""
SUBTITLES = "1\n00:00:00,200 --> 00:00:00,900\nHello\n\n2\n00:00:01,100 --> 00:00:01,700\nGoodbye\n\n"


def probe(path, *words):
    return json.loads(subprocess.run(["ffprobe", "-v", "error", "-of", "json", *words, path], check=True, stdout=subprocess.PIPE).stdout)


def streams(path, kind):
    return [stream for stream in probe(path, "-show_streams")["streams"] if stream["codec_type"] == kind]


def video(path):
    return streams(path, "video")[0]


def packets(path, selector):
    """(time as a fraction of seconds, digest of the bytes) of each packet of the selected stream."""
    told = probe(path, "-select_streams", selector, "-show_packets", "-show_streams", "-show_data_hash", "md5")
    base = Fraction(told["streams"][0]["time_base"])
    return [(packet["pts"] * base, packet["data_hash"]) for packet in told["packets"]]


def times(path):
    """Presentation times of the pictures, rising."""
    return sorted(time for time, _ in packets(path, "v:0"))


def pictures(path, pixels):
    """MD5 of every decoded picture as `pixels`."""
    done = subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-noautorotate", "-i", path, "-map", "0:v:0", "-pix_fmt", pixels, "-vsync", "passthrough", "-f", "framemd5", "-"], check=True, stdout=subprocess.PIPE)
    return [line.split(",")[-1].strip() for line in done.stdout.decode().splitlines() if not line.startswith("#")]


def rotation(path):
    for side in video(path).get("side_data_list", []):
        if "rotation" in side:
            return side["rotation"]
    return 0


class MediaKept(ProgramTest):
    def film(self, name, *words, picture="testsrc2=s=96x72:r=15:d=2"):
        self.ffmpeg("-f", "lavfi", "-i", picture, *words, name)
        return self.path(name)

    def full_film(self, name):
        """A film with sound, subtitles, chapters and tags."""
        for file, text in (("chapters.txt", CHAPTERS), ("words.srt", SUBTITLES)):
            with open(self.path(file), "w") as out:
                out.write(text)
        words = ("-f", "lavfi", "-i", "sine=f=440:d=2", "-i", "words.srt", "-i", "chapters.txt", "-map", "0:v", "-map", "1:a", "-map", "2:s", "-map_metadata", "3", "-map_chapters", "3",
                 "-c:v", "libx264", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", "-c:s", "mov_text" if name.endswith("mp4") else "srt",
                 "-metadata:s:a:0", "language=deu", "-metadata:s:s:0", "language=fra")
        return self.film(name, *words)

    def work(self, source, output, *more):
        result = self.run_mien(*MARK, "-t", source, "-o", output, *more)
        self.assertEqual(result.status, 0, result.err)
        self.nothing_left()
        return self.path(output)

    def receipt(self, output):
        """The digest in the receipt beside the output, after it was recomputed from the receipt's own text and from the output's bytes."""
        with open(output + ".receipt.json", encoding="utf-8") as file:
            told = json.load(file)
        text = json.dumps(told["receipt"], separators=(",", ":"), ensure_ascii=False)
        self.assertEqual(hashlib.sha256(text.encode()).hexdigest(), told["receipt_sha256"])
        with open(output, "rb") as file:
            self.assertEqual(hashlib.sha256(file.read()).hexdigest(), told["output"]["sha256"])
        return told["receipt_sha256"]

    def check_mark(self, path, digest):
        """One packet, of this run; in a file beside it where the format has no place."""
        beside = os.path.exists(path + ".xmp")
        self.assertEqual(beside, path.endswith((".bmp", ".mpeg", ".mpg", ".mxf")))
        with open(path + ".xmp" if beside else path, "rb") as file:
            data = file.read()
        if path.endswith(".wmv"):  # its texts are UTF-16
            data = data.replace(b"\0", b"")
        self.assertEqual(data.count(b"<x:xmpmeta"), 1, path)
        self.assertIn(b"mien:ReceiptSHA256=\"" + digest.encode() + b"\"", data)
        self.assertIn(b"digitalsourcetype/compositeWithTrainedAlgorithmicMedia", data)

    def untouched(self, film, *trim):
        """Numbers of the frames in which `mien faces` sees no face."""
        listed = self.mien("faces", "--json", "--model-folder", self.models, *QUICK, "-t", film, *trim)
        self.assertEqual(listed.status, 0, listed.err)
        lines = [json.loads(line) for line in listed.out.splitlines()]
        seen = {line["frame"] for line in lines if line["event"] == "face"}
        return [number for number in range(len(times(film))) if number not in seen]

    @needs_models
    @needs_ffmpeg
    def test_times_streams_chapters_and_tags(self):
        for container in ("mp4", "mkv"):
            with self.subTest(container=container):
                source = self.full_film("in." + container)
                output = self.work(source, "out." + container)
                self.assertEqual(times(output), times(source))
                self.assertEqual(len(times(output)), 30)
                for selector in ("a:0", "s:0"):
                    self.assertEqual(packets(output, selector), packets(source, selector))
                    self.assertGreater(len(packets(output, selector)), 1)
                for kind, language in (("audio", "deu"), ("subtitle", "fra")):
                    self.assertEqual([stream["tags"]["language"] for stream in streams(output, kind)], [language])
                chapters = [(chapter["start_time"], chapter["end_time"], chapter["tags"]["title"]) for chapter in probe(output, "-show_chapters")["chapters"]]
                self.assertEqual(chapters, [("0.000000", "0.900000", "First half"), ("0.900000", "2.000000", "Second half")])
                tags = {name.lower(): value for name, value in probe(output, "-show_format")["format"]["tags"].items()}
                self.assertEqual((tags["title"], tags["artist"]), ("Drawn film", "Nobody"))
                self.check_mark(output, self.receipt(output))

    @needs_models
    @needs_ffmpeg
    def test_marks_of_films(self):
        for container in ("mp4", "mov", "m4v", "mkv", "webm", "avi", "wmv", "mpeg", "mpg", "mxf", "MP4"):
            with self.subTest(container=container):
                codec = "libvpx-vp9" if container == "webm" else "libx264"
                source = self.film("in." + container, "-c:v", codec, "-pix_fmt", "yuv420p", "-metadata", "title=Drawn film", picture="testsrc2=s=96x72:r=25:d=0.4")
                first = self.work(source, "first." + container)
                self.check_mark(first, self.receipt(first))
                # A marked film worked on again carries the mark of the second run alone.
                second = self.work(first, "second." + container, "--face-detector-score", "0.6")
                self.assertNotEqual(self.receipt(second), self.receipt(first))
                self.check_mark(second, self.receipt(second))
                with open(second, "rb") as file:
                    self.assertNotIn(self.receipt(first).encode(), file.read().replace(b"\0", b""))
        # Keys of our own would turn the title into another dialect of tags.
        for name in ("first.mp4", "first.MP4"):
            self.assertEqual({key for key in probe(self.path(name), "-show_format")["format"]["tags"] if key.islower()}, {"major_brand", "minor_version", "compatible_brands", "title"})
            self.assertEqual([key for key in probe(self.path(name), "-show_format")["format"]["tags"] if not key.islower()], [])

    @needs_models
    def test_marks_of_pictures(self):
        source = png(self.path("in.png"), 64, 48)
        for extension in ("png", "jpg", "webp", "bmp"):
            with self.subTest(extension=extension):
                output = self.work(source, "out." + extension)
                self.check_mark(output, self.receipt(output))
                again = self.work(output, "again." + extension, "--face-detector-score", "0.6")
                self.check_mark(again, self.receipt(again))

    @needs_models
    @needs_ffmpeg
    def test_untouched_pictures_keep_their_bits(self):
        for pixels in ("yuv420p", "yuv422p10le"):
            with self.subTest(pixels=pixels):
                source = self.film("in_%s.mkv" % pixels, "-c:v", "libx264", "-pix_fmt", pixels)
                output = self.work(source, "out_%s.mkv" % pixels, "--output-video-encoder", "ffv1", "--lossless")
                self.assertEqual(video(output)["codec_name"], "ffv1")
                self.assertEqual(video(output)["pix_fmt"], pixels)
                wanted, found, numbers = pictures(source, pixels), pictures(output, pixels), self.untouched(source)
                self.assertEqual(len(found), len(wanted))
                self.assertGreater(len(numbers), 0, "every drawn frame seems to have a face: nothing was compared")
                self.assertEqual([found[number] for number in numbers], [wanted[number] for number in numbers])

    @needs_models
    @needs_ffmpeg
    def test_odd_sizes(self):
        source = self.film("in.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p", picture="testsrc=s=97x71:r=15:d=0.6")
        self.assertEqual((video(source)["width"], video(source)["height"]), (97, 71))
        for name in ("out.mkv", "out.mp4"):
            output = self.work(source, name)
            self.assertEqual((video(output)["width"], video(output)["height"]), (97, 71))
            self.assertEqual(len(times(output)), len(times(source)))

    @needs_models
    @needs_ffmpeg
    def test_other_sizes(self):
        """What --output-video-scale and --faithful make of a size, in both shapes; the rotation and the times stay."""
        self.film("plain.mp4", "-c:v", "libx264", "-pix_fmt", "yuv444p", picture="testsrc2=s=97x65:r=15:d=0.6")
        self.ffmpeg("-i", "plain.mp4", "-c", "copy", "-metadata:s:v", "rotate=90", "in.mp4")
        source = self.path("in.mp4")
        half = ("--output-video-scale", "0.5")
        for size, words in (((48, 32), half), ((192, 128), ("--output-video-scale", "2")), ((96, 64), ("--faithful",)), ((48, 32), (*half, "--shape", "live"))):
            with self.subTest(words=words):
                output = self.work(source, "out.mp4", *words)
                self.assertEqual((video(output)["width"], video(output)["height"]), size)
                self.assertEqual(times(output), times(source))
                self.assertEqual(rotation(output), rotation(source))

    @needs_models
    @needs_ffmpeg
    def test_rotation(self):
        self.film("plain.mp4", "-c:v", "libx264", "-pix_fmt", "yuv420p", picture="testsrc2=s=96x64:r=15:d=0.6")
        for degrees in ("90", "180", "270"):
            with self.subTest(degrees=degrees):
                self.ffmpeg("-i", "plain.mp4", "-c", "copy", "-metadata:s:v", "rotate=" + degrees, "in.mp4")
                output = self.work(self.path("in.mp4"), "out.mp4")
                self.assertNotEqual(rotation(self.path("in.mp4")), 0)
                self.assertEqual(rotation(output), rotation(self.path("in.mp4")))
                self.assertEqual((video(output)["width"], video(output)["height"]), (96, 64))

    @needs_models
    @needs_ffmpeg
    def test_ten_bits(self):
        source = self.film("in.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p10le", "-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc", picture="testsrc2=s=96x72:r=15:d=0.6")
        for name, encoder, codec in (("out.mp4", "libx265", "hevc"), ("out.mkv", "ffv1", "ffv1")):
            with self.subTest(encoder=encoder):
                told = video(self.work(source, name, "--output-video-encoder", encoder))
                self.assertEqual((told["codec_name"], told["pix_fmt"]), (codec, "yuv420p10le"))
                self.assertEqual((told["color_primaries"], told["color_transfer"], told["color_space"]), ("bt2020", "smpte2084", "bt2020nc"))

    @needs_models
    @needs_ffmpeg
    def test_uneven_times(self):
        for container in ("mp4", "mkv"):
            with self.subTest(container=container):
                source = self.film("in." + container, "-vf", "select='not(eq(mod(n,5),2))*not(eq(mod(n,7),3))'", "-vsync", "vfr", "-c:v", "libx264", "-pix_fmt", "yuv420p")
                kept = times(source)
                self.assertGreater(len({later - sooner for sooner, later in zip(kept, kept[1:])}), 1)
                self.assertEqual(times(self.work(source, "out." + container)), kept)

    @needs_models
    @needs_ffmpeg
    def test_trims(self):
        source = self.film("in.mkv", "-c:v", "libx264", "-bf", "2", "-g", "10", "-pix_fmt", "yuv420p")
        output = self.work(source, "out.mkv", "--output-video-encoder", "ffv1", "--lossless", "--trim-frame-start", "7", "--trim-frame-end", "19")
        wanted, found, numbers = pictures(source, "yuv420p")[7:19], pictures(output, "yuv420p"), [number - 7 for number in self.untouched(source) if 7 <= number < 19]
        self.assertEqual(len(found), 12)
        self.assertGreater(len(numbers), 0, "every drawn frame seems to have a face: nothing was compared")
        self.assertEqual([found[number] for number in numbers], [wanted[number] for number in numbers])
        self.assertEqual(times(output), [time - times(source)[7] for time in times(source)[7:19]])


if __name__ == "__main__":
    main()
