# mien compare as a user meets it: films and pictures side by side, and sentences for everything that is wrong.
# SPDX-License-Identifier: Apache-2.0
import json
import struct
import subprocess

from looking import FACE, FRAMES, LookingTest, digest
from program import INPUT, OUTPUT, REFUSED, USAGE, main, needs_ffmpeg


class Compare(LookingTest):
    def streams(self, path):
        shown = subprocess.run(["ffprobe", "-v", "error", "-show_entries", "stream=codec_type,width,height:packet=stream_index,pts_time,data_hash", "-show_data_hash", "md5", "-of", "json", path],
                               stdout=subprocess.PIPE, check=True).stdout
        shown = json.loads(shown)
        kinds = [stream["codec_type"] for stream in shown["streams"]]
        return shown["streams"], {kind: [(p["pts_time"], p["data_hash"]) for p in shown["packets"] if kinds[p["stream_index"]] == kind] for kind in kinds}

    @needs_ffmpeg
    def test_a_film_keeps_times_and_sound_of_the_first(self):
        self.made("compare", self.film("film.mp4"), self.film("result.mp4"), self.film("truth.mp4"), "-o", "c.mp4")
        streams, packets = self.streams(self.path("c.mp4"))
        _, own = self.streams(self.film("film.mp4"))
        self.assertEqual([(s["width"], s["height"]) for s in streams if s["codec_type"] == "video"], [(3 * 160 + 2 * 2, 120)])
        self.assertEqual(sorted(time for time, _ in packets["video"]), sorted(time for time, _ in own["video"]))
        self.assertEqual(packets["audio"], own["audio"])
        self.assertGreater(len(packets["audio"]), 10)

    def test_receipt_and_mark(self):
        done = self.made("compare", self.film("film.mp4"), FACE, self.film("result.mp4"), "-o", "c.mp4", "--labels", "film", "", "result", "--json").out.splitlines()
        done = json.loads(done[-1])
        self.assertEqual((done["frames"], done["size"], done["gate"]), (FRAMES, [160 + 2 + 120 + 2 + 160, 120], "absent"))
        receipt = self.receipt("c.mp4")
        self.assertEqual(receipt["receipt"]["comparison"]["labels"], ["film", "", "result"])
        self.assertEqual([entry["sha256"] for entry in receipt["receipt"]["inputs"]], [digest(path) for path in (self.film("film.mp4"), FACE, self.film("result.mp4"))])
        self.assertEqual(receipt["output"]["sha256"], digest(self.path("c.mp4")))
        self.assertEqual(receipt["result"]["frames"], FRAMES)
        with open(self.path("c.mp4"), "rb") as file:
            film = file.read()
        self.assertIn(b"compositeWithTrainedAlgorithmicMedia", film)
        self.assertIn(receipt["receipt_sha256"].encode(), film)

    def test_the_same_bytes_for_any_number_of_threads(self):
        for threads in ("1", "3"):
            self.made("compare", self.film("film.mp4"), self.film("truth.mp4"), "-o", threads + ".mp4", "--execution-thread-count", threads)
        self.assertEqual(digest(self.path("1.mp4")), digest(self.path("3.mp4")))

    def test_labels_are_drawn_and_nothing_else_is_changed(self):
        def lines(*labels):
            return self.made("compare", self.film("film.mp4"), self.film("film.mp4"), "--writer", "digest", "--labels", *labels).out.splitlines()[:FRAMES]

        plain = lines("", "")
        self.assertEqual(len(plain), FRAMES)
        for labels in (("a", ""), ("", "a"), ("b", ""), ("a very long label that is far wider than the picture it is drawn into", ""), ("\u00e9\u4e16\U0001f600", "")):
            drawn = lines(*labels)
            self.assertEqual(len(drawn), FRAMES)
            self.assertNotEqual(drawn, plain, labels)
        self.assertEqual(lines("x", "y"), lines("x", "y"))

    def test_pictures_give_a_picture(self):
        self.made("compare", FACE, FACE, FACE, FACE, "-o", "c.png")
        with open(self.path("c.png"), "rb") as file:
            head = file.read(24)
        self.assertEqual(struct.unpack(">II", head[16:24]), (2 * 512 + 6, 2 * 512 + 6))
        self.made("compare", FACE, FACE, "-o", "c.jpg", "--columns", "1")
        self.assertEqual(self.receipt("c.jpg")["receipt"]["comparison"]["size"], [512, 2 * 512 + 6])

    def test_sizes_follow_the_first(self):
        self.made("synth", "still", "--size", "96x128", "--fps", "10", "--frames", str(FRAMES), "--out", "tall.mkv")
        self.made("synth", "still", "--size", "101x75", "--fps", "10", "--frames", str(FRAMES), "--out", "odd.mkv")
        for words, size in ((("tall.mkv", self.film("film.mp4")), [96 + 2 + 170, 128]), (("odd.mkv", "odd.mkv"), [102 + 2 + 102, 76]), ((FACE, "tall.mkv"), [512 + 6 + 384, 512])):
            with self.subTest(words=words):
                done = json.loads(self.made("compare", *words, "--writer", "digest", "--json").out.splitlines()[-1])
                self.assertEqual((done["size"], done["frames"]), (size, FRAMES))

    def test_bad_words(self):
        film, result, out = self.film("film.mp4"), self.film("result.mp4"), ("-o", "c.mp4")
        with open(self.path("noise.mp4"), "wb") as file:
            file.write(b"no film at all" * 100)
        self.made("synth", "still", "--size", "160x120", "--fps", "10", "--frames", str(FRAMES + 1), "--out", "longer.mp4")
        cases = [
            ((*out,), USAGE, ("at least two",)),
            ((film, *out), USAGE, ("at least two",)),
            ((*[film] * 13, *out), USAGE, ("13", "12 are the most")),
            ((film, result), USAGE, ("--output-path",)),
            ((film, "", *out), USAGE, ("no name",)),
            ((film, "nothing.mp4", *out), INPUT, ("nothing.mp4",)),
            ((film, "noise.mp4", *out), INPUT, ("noise.mp4",)),
            ((film, "longer.mp4", *out), INPUT, ("film.mp4 has 8 frames", "longer.mp4 has more")),
            (("longer.mp4", film, *out), INPUT, ("film.mp4 has 8 frames", "longer.mp4 has more")),
            ((film, result, "-o", "c.txt"), USAGE, ("c.txt",)),
            ((film, result, "-o", "c.png"), USAGE, ("c.png",)),
            ((FACE, FACE, "-o", "c.mp4"), USAGE, ("c.mp4", "no picture")),
            ((film, result, "-o", "no/folder/c.mp4"), OUTPUT, ("no/folder",)),
            (("longer.mp4", "longer.mp4", "-o", "longer.mp4"), USAGE, ("longer.mp4", "choose another name")),
            ((film, "longer.mp4", "-o", "longer.mp4"), USAGE, ("longer.mp4", "choose another name")),
            ((film, result, *out, "--labels", "one"), USAGE, ("1 labels for 2 inputs",)),
            ((film, result, *out, "--columns", "0"), USAGE, ("--columns",)),
            ((film, result, *out, "--columns", "two"), USAGE, ("two",)),
            ((film, result, *out, "--columns", "13"), USAGE, ("--columns is 13",)),
            ((film, result, *out, "--column-count", "2"), USAGE, ("--column-count",)),
            ((*["pattern:4096x4096x1"] * 5, *out, "--columns", "5"), USAGE, ("16384",)),
        ]
        before = digest(self.path("longer.mp4"))
        for words, status, fragments in cases:
            with self.subTest(words=words):
                self.refused(self.tried("compare", *words), status, *fragments)
                self.nothing_left("c.mp4", "c.txt", "c.png", "c.mp4.receipt.json")
        self.assertEqual(digest(self.path("longer.mp4")), before)

    def test_the_gate_looks_at_everything(self):
        """Without its networks only what mien rendered, or made of nothing else, is shown."""
        out = ("-o", "c.mp4")
        bare = self.copied("result.mp4", "bare.mp4", receipt=False)
        self.refused(self.tried("compare", self.film("film.mp4"), bare, *out), REFUSED, "content gate")
        changed = self.copied("result.mp4", "changed.mp4")
        with open(self.path("changed.mp4.receipt.json")) as file:
            text = file.read()
        with open(self.path("changed.mp4.receipt.json"), "w") as file:
            file.write(text.replace("face_swapper", "face_debugger", 1))
        self.refused(self.tried("compare", self.film("film.mp4"), changed, *out), REFUSED, "content gate")
        other = self.copied("result.mp4", "other.mp4")
        with open(other, "ab") as file:
            file.write(b"\0\0\0\10free")
        self.refused(self.tried("compare", self.film("film.mp4"), other, *out), REFUSED, "content gate")
        for text in ("", "{}", "[1", "{\"receipt\": 3}", "\0", "{\"receipt\": {}, \"output\": {}, \"result\": {}, \"receipt_sha256\": 7}"):
            with open(self.path("bare.mp4.receipt.json"), "w") as file:
                file.write(text)
            self.refused(self.tried("compare", self.film("film.mp4"), bare, *out), REFUSED, "content gate")
        self.nothing_left("c.mp4", "c.mp4.receipt.json")

    def test_an_interrupt_leaves_nothing(self):
        self.interrupted(self.start("compare", "pattern:1280x720x4000", "pattern:1280x720x4000", "-o", "c.mp4"), "c.mp4", "c.mp4.receipt.json")


if __name__ == "__main__":
    main()
