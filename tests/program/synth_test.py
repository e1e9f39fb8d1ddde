# mien synth as a user meets it: films with sound and truth, the same bytes every time, and sentences for everything that is wrong.
# SPDX-License-Identifier: Apache-2.0
import array
import hashlib
import json
import os
import subprocess
import sys
import unittest
import wave

from program import HAVE_FFMPEG, INPUT, INTERRUPTED, OUTPUT, PROGRAM, SOURCE, USAGE, ProgramTest, main, needs_ffmpeg

sys.path.insert(0, os.path.join(SOURCE, "tools"))
import read_truth  # noqa: E402

SMALL = ("--size", "96x64", "--fps", "10")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class Synth(ProgramTest):
    def synth(self, *words, **more):
        return self.mien("synth", *words, **more)

    def made(self, *words, **more):
        result = self.synth(*words, **more)
        self.assertEqual(result.status, 0, result.err)
        return result

    def scene(self, text, name="scene.json"):
        with open(self.path(name), "w") as file:
            file.write(text if isinstance(text, str) else json.dumps(text))
        return name

    def digests(self, *words):
        return self.made(*words, "--writer", "digest").out.splitlines()

    def test_every_scene_draws_the_same_bytes_on_any_machine(self):
        """Against the committed list, which one thread wrote: MIEN_WRITE_GOLDEN=1 writes it anew after a wanted change."""
        page = os.path.join(SOURCE, "tests/golden/scenes.txt")
        write = os.environ.get("MIEN_WRITE_GOLDEN") == "1"
        names = [line.split()[0] for line in self.made("--scenes").out.splitlines()]
        self.assertEqual(len(names), 12)
        found = []
        for name in names:
            frames = self.digests(name, *SMALL, "--frames", "3", "--execution-thread-count", "1" if write else "2")[:3]
            found += ["%s %s" % (name, " ".join(line.split())) for line in frames]
        if write:
            with open(page, "w", encoding="utf-8") as file:
                file.write("".join(line + "\n" for line in found))
        with open(page, encoding="utf-8") as file:
            self.assertEqual(found, file.read().splitlines())
        self.assertEqual(len(found), 36)

    def test_files_repeat(self):
        for name, threads in (("a", "1"), ("b", "2")):
            self.made("cuts", *SMALL, "--frames", "12", "--out", name + ".mkv", "--truth", name, "--execution-thread-count", threads)
        self.assertEqual(digest(self.path("a.mkv")), digest(self.path("b.mkv")))
        self.assertEqual(digest(self.path("a", "truth.mien")), digest(self.path("b", "truth.mien")))

    def test_seeds_change_people(self):
        words = ("still", *SMALL, "--frames", "1")
        self.assertNotEqual(self.digests(*words, "--people", "1"), self.digests(*words, "--people", "2"))

    def test_truth_can_be_read(self):
        self.made("talk", *SMALL, "--frames", "10", "--out", "film.mp4", "--truth", "truth", "--pictures", "regions,depth,flow,normals,face,alpha")
        header, columns = read_truth.read(self.path("truth", "truth.mien"))
        self.assertEqual(header["size"], [96, 64])
        self.assertEqual(len(columns["frame"]), 20)  # two people
        self.assertEqual(sorted(set(columns["frame"])), list(range(10)))
        self.assertEqual(sorted(set(columns["identity"])), [21, 34])
        self.assertEqual([len(columns["points_68"][0]), len(columns["points_3d"][0]), len(columns["visible_68"][0])], [136, 204, 68])
        for number in range(20):
            points, box = columns["points_68"][number], columns["box"][number]
            self.assertTrue(0 < points[60] < 96 and 0 < points[61] < 64, points)  # the tip of the nose
            self.assertTrue(box[0] < points[60] < box[2] and box[1] < points[61] < box[3])
            self.assertGreater(sum(columns["visible_68"][number]), 40)
        for kind in ("regions", "depth", "flow", "normals", "face", "alpha"):
            self.assertEqual(sorted(os.listdir(self.path("truth", kind))), ["%06d.png" % i for i in range(10)])
            with open(self.path("truth", kind, "000000.png"), "rb") as file:
                data = file.read()
            self.assertEqual((data[24], data[25]), {"depth": (16, 0), "flow": (16, 2), "normals": (16, 2)}.get(kind, (8, 0)))
            self.assertIn(b"algorithmicMedia", data)
        shown = subprocess.run([sys.executable, os.path.join(SOURCE, "tools", "read_truth.py"), self.path("truth", "truth.mien")], stdout=subprocess.PIPE, text=True, check=True).stdout
        self.assertIn("20 rows, 10 frames, 2 people", shown)

    def test_receipt_and_mark(self):
        self.made("still", *SMALL, "--frames", "3", "--out", "film.mp4")
        with open(self.path("film.mp4.receipt.json")) as file:
            receipt = json.load(file)
        self.assertEqual(receipt["output"]["sha256"], digest(self.path("film.mp4")))
        self.assertEqual(receipt["receipt"]["scene"]["people"][0]["seed"], 5)
        self.assertEqual(receipt["receipt"]["networks"], [])
        with open(self.path("film.mp4"), "rb") as file:
            film = file.read()
        self.assertIn(b"algorithmicMedia", film)
        self.assertNotIn(b"rainedAlgorithmicMedia", film)
        self.assertIn(receipt["receipt_sha256"].encode(), film)

    def test_twins(self):
        result = self.made("still", *SMALL, "--frames", "2", "--out", "film.mkv", "--truth", "t", "--twins", "swap,age,expression,mouth,undegraded,colour,background", "--lossless", "--json")
        done = json.loads(result.out.splitlines()[-1])
        self.assertEqual(len(done["twins"]), 7)
        digests = set()
        for twin in done["twins"]:
            self.assertTrue(os.path.isfile(self.path(twin)))
            self.assertTrue(os.path.isfile(self.path(twin + ".receipt.json")))
            digests.add(digest(self.path(twin)))
        self.assertGreaterEqual(len(digests), 6)  # a film in colour is its own twin in colour

    @needs_ffmpeg
    def test_sound_and_visemes_are_aligned(self):
        scene = {"mien_scene": 1, "frame_rate": 25, "size": [64, 64], "people": [5],
                 "shots": [{"seconds": 3, "performers": [{"person": 0, "speech": [{"text": "AA1 AA1 AA1 . PP . aa aa .", "from": 0.4}]}]}]}
        self.made(self.scene(scene), "--out", "film.mkv", "--truth", "t")
        self.ffmpeg("-i", "film.mkv", "-ac", "1", "-c:a", "pcm_s16le", "sound.wav")
        with wave.open(self.path("sound.wav")) as sound:
            self.assertEqual((sound.getframerate(), sound.getnchannels(), sound.getsampwidth()), (48000, 1, 2))
            self.assertEqual(sound.getnframes(), 3 * 48000)
            samples = array.array("h", sound.readframes(sound.getnframes()))
        header, columns = read_truth.read(self.path("t", "truth.mien"))
        open_mouth = header["visemes"].index("aa")
        loud = quiet = 0
        for time, visemes in zip(columns["time"], columns["visemes"]):
            part = samples[int((time - 0.01) * 48000):int((time + 0.01) * 48000)] if time > 0.01 else samples[:960]
            rms = (sum(x * x for x in part) / len(part)) ** 0.5
            if visemes[open_mouth] > 0.7:
                loud += 1
                self.assertGreater(rms, 700, time)
            if visemes[0] > 0.999:
                quiet += 1
                self.assertLess(rms, 400, time)
        self.assertGreater(loud, 8)
        self.assertGreater(quiet, 20)

    @needs_ffmpeg
    def test_times_and_containers(self):
        self.made("gaps", "--size", "64x48", "--fps", "30000/1001", "--frames", "70", "--out", "film.mp4")
        shown = subprocess.run(["ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=r_frame_rate:packet=pts_time", "-of", "json", self.path("film.mp4")], stdout=subprocess.PIPE, check=True).stdout
        times = sorted(float(packet["pts_time"]) for packet in json.loads(shown)["packets"])
        self.assertEqual(len(times), 70 - 8)  # frames 60 to 67 are missing
        self.assertTrue(all(time < 2 or time > 2.2399 for time in times), times)
        for name in ("film.mkv", "film.webm", "film.mov", "film.avi"):
            self.made("talk", "--size", "48x32", "--frames", "20", "--out", name)
            streams = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_type", "-of", "csv=p=0", self.path(name)], stdout=subprocess.PIPE, check=True, text=True).stdout.split()
            self.assertEqual(sorted(streams), ["audio", "video"], name)

    def test_odd_sizes(self):
        self.made("still", "--size", "65x47", "--frames", "2", "--out", "odd.mp4")
        self.made("still", "--size", "16x16", "--frames", "1", "--out", "least.mkv")

    def test_a_rendered_film_as_a_target(self):
        words = ("run", "--processors", "face_debugger", "--face-selector-mode", "many", "-t", "synth:talk?size=128x96&frames=4")
        result = self.mien(*words, "--writer", "digest")
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(len([line for line in result.out.splitlines() if len(line.split()) == 3]), 4)
        self.assertIn("8 faces found", result.out)
        self.refused(self.mien("run", "--processors", "face_debugger", "-t", "synth:nothing", "--writer", "digest"), USAGE, "nothing", "talk still")

    def test_bad_words(self):
        out = ("--out", "film.mp4")
        cases = [
            (("nosuch", *out), USAGE, ("nosuch", "talk still shake")),
            (("nosuch.json", *out), INPUT, ("nosuch.json", "cannot be opened")),
            (("talk", "--frames", "0", *out), USAGE, ("frames is 0",)),
            (("talk", "--frames", "-3", *out), USAGE, ("frames",)),
            (("talk", "--frames", "many", *out), USAGE, ("many",)),
            (("talk", "--frames", "100000000", *out), USAGE, ("frames is 100000000",)),
            (("talk", "--size", "0x0", *out), USAGE, ("0x0",)),
            (("talk", "--size", "100000x100000", *out), USAGE, ("100000x100000", "8192")),
            (("talk", "--size", "8192x8192", *out), USAGE, ("8192 x 8192",)),
            (("talk", "--size", "big", *out), USAGE, ("big", "WIDTHxHEIGHT")),
            (("talk", "--fps", "0", *out), USAGE, ('"0"',)),
            (("talk", "--fps", "25/0", *out), USAGE, ("25/0",)),
            (("talk", "--fps", "nan", *out), USAGE, ("nan",)),
            (("talk", "--people", "", *out), 0, ()),
            (("talk", "--people", ",", *out), USAGE, ("seed",)),
            (("talk", "--people", "1-1000000", *out), USAGE, ("more than 64",)),
            (("crowd", "--people", "1-65", *out), USAGE, ("more than 64",)),
            (("talk", "--people", "9-3", *out), USAGE, ("backwards",)),
            (("talk", "--people", "4294967296", *out), USAGE, ("4294967295",)),
            (("talk", "--people", "1,2,3", *out), USAGE, ("3 people", "parts for 2")),
            (("talk",), USAGE, ("no output",)),
            (("talk", "--out", "film.txt"), USAGE, ("film.txt",)),
            (("talk", "--out", "no/folder/film.mp4"), OUTPUT, ("folder",)),
            (("talk", "--twins", "swap", *out), USAGE, ("--truth",)),
            (("talk", "--truth", "t", "--twins", "evil", *out), USAGE, ("evil", "swap")),
            (("talk", "--truth", "t", "--pictures", "shadows", *out), USAGE, ("shadows", "regions")),
            (("talk", "--device", "x", *out), USAGE, ("device",)),
            (("talk", "--output-video-scale", "2", *out), USAGE, ("output-video-scale",)),
        ]
        for words, status, fragments in cases:
            with self.subTest(words=words):
                if status == 0:
                    self.assertEqual(self.synth(*words, "--size", "32x32", "--frames", "1").status, 0)
                    os.remove(self.path("film.mp4"))
                    os.remove(self.path("film.mp4.receipt.json"))
                    continue
                self.refused(self.synth(*words), status, *fragments)
                self.nothing_left("film.mp4", "t")

    def test_bad_scenes(self):
        good = {"mien_scene": 1, "people": [1], "shots": [{"performers": [{"person": 0}]}], "size": [32, 32], "frames": 1}
        for key, value, fragment in (("sise", 3, "sise is not a key of a scene"), ("frames", 0, "frames is 0"), ("people", [], "people has 0 items"), ("people", [1] * 1000000, "people has 1000000 items"),
                                     ("size", [32], "size is a list of 1"), ("shots", [{}], "shots[0] shows nobody"), ("frame_rate", "x", "frame_rate"), ("mien_scene", 9, "mien_scene is 9")):
            with self.subTest(key=key):
                self.refused(self.synth(self.scene(dict(good, **{key: value})), "--out", "film.mp4"), INPUT, "scene.json: ", fragment)
        for text in ("", "{", "\0\1\2", "[1]", "nul", "{\"mien_scene\": 1e999}"):
            with self.subTest(text=text):
                self.refused(self.synth(self.scene(text), "--out", "film.mp4"), INPUT, "scene.json")
        self.nothing_left("film.mp4")

    def test_interruption_leaves_nothing(self):
        running = subprocess.Popen([PROGRAM, "synth", "talk", "--frames", "100000", "--out", "film.mp4", "--truth", "t", "--pictures", "regions", "--json"], cwd=self.folder, env=self.environment(),
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for line in running.stdout:
            if b'"progress"' in line:
                break
        running.terminate()
        running.stdout.read()
        self.assertEqual(running.wait(60), INTERRUPTED)
        self.nothing_left("film.mp4", "t")

    def test_schema_and_scenes(self):
        schema = json.loads(self.made("--schema").out)
        self.assertIn("camera", schema["$defs"])
        for name in (line.split()[0] for line in self.made("--scenes").out.splitlines()):
            scene = json.loads(self.made(name, "--show").out)
            self.assertEqual(scene["mien_scene"], 1)
            self.assertLessEqual(set(scene), set(schema["properties"]))


if __name__ == "__main__":
    main()
