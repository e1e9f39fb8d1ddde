# mien report as a user meets it: one page that stands by itself, measures that fit their definitions, sentences for everything that is wrong.
# SPDX-License-Identifier: Apache-2.0
import base64
import html.parser
import json
import re
import struct

from looking import FACE, FRAMES, LookingTest, digest
from program import INPUT, OUTPUT, REFUSED, USAGE, main

VOID = {"meta", "img", "br", "link", "input", "hr"}
DRAWN = {"path", "rect", "line", "circle"}


class Page(html.parser.HTMLParser):
    """Reads a page strictly: every element closed in order, every picture inside it."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.open, self.wrong, self.counts, self.pictures, self.texts, self.lines, self.meta = [], [], {}, [], {}, [], {}
        self.feed(text)
        self.close()
        self.wrong += ["%s is not closed" % tag for tag in self.open]

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if tag == "img":
            self.pictures.append(attributes)
        if tag == "meta" and "name" in attributes:
            self.meta[attributes["name"]] = attributes["content"]
        if tag == "path" and attributes.get("class", "").startswith("line "):
            self.lines.append((attributes["class"].split()[1], attributes["d"]))
        for name in ("src", "href", "action", "data", "poster", "srcset"):
            if name in attributes and not attributes[name].startswith("data:image/jpeg;base64,"):
                self.wrong.append("%s has %s=%s" % (tag, name, attributes[name][:80]))
        self.wrong += ["%s has %s" % (tag, name) for name in attributes if name.startswith("on")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag in DRAWN:
            self.open.pop()
        elif tag not in VOID:
            self.wrong.append("%s closes itself" % tag)

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.wrong.append("</%s> inside %s" % (tag, self.open))
        else:
            self.open.pop()

    def handle_data(self, data):
        if self.open:
            self.texts[self.open[-1]] = self.texts.get(self.open[-1], "") + data


def jpeg_size(data):
    at = 2
    while at < len(data):
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2:at + 4])[0]
        if 0xC0 <= marker <= 0xC2:
            height, width = struct.unpack(">HH", data[at + 5:at + 9])
            return width, height
        at += 2 + length
    raise AssertionError("no picture in it")


class Report(LookingTest):
    def reported(self, *words, name="r.html", **more):
        done = json.loads(self.made("report", *words, "-o", name, "--json", **more).out.splitlines()[-1])
        with open(self.path(name), encoding="utf-8") as file:
            text = file.read()
        return done, text, Page(text)

    def whole(self):
        return self.reported(self.film("film.mp4"), self.film("result.mp4"), "--truth", self.film("truth.mp4"), "--source", FACE)

    def test_the_page_stands_by_itself(self):
        done, text, page = self.whole()
        self.assertEqual(page.wrong, [])
        self.assertNotIn("http", re.sub(r"base64,[A-Za-z0-9+/=]+", "", text))
        for word in ("<script", "@import", "url(", "src=\"/", "javascript"):
            self.assertNotIn(word, text)
        self.assertIn("color-scheme:light dark", text)
        # Source, target and result; then the source once more and four rows of six moments.
        self.assertEqual(len(page.pictures), 3 + 1 + 4 * 6)
        receipt = self.receipt("r.html")
        for picture in page.pictures:
            data = base64.b64decode(picture["src"].split(",", 1)[1], validate=True)
            self.assertEqual((data[:3], data[-2:]), (b"\xff\xd8\xff", b"\xff\xd9"))
            self.assertEqual(jpeg_size(data), (int(picture["width"]), int(picture["height"])))
            self.assertIn(receipt["receipt_sha256"].encode(), data)
            self.assertTrue(picture["alt"])
        self.assertEqual(page.meta["mien-receipt-sha256"], receipt["receipt_sha256"])
        self.assertEqual(page.meta["digital-source-type"], "compositeWithTrainedAlgorithmicMedia")
        self.assertEqual(receipt["output"]["sha256"], digest(self.path("r.html")))
        self.assertEqual([entry["role"] for entry in receipt["receipt"]["inputs"]], ["target", "result", "truth", "source 1"])
        self.assertEqual(done["gate"], "absent")

    def test_measures_fit_their_definitions(self):
        done, _, page = self.whole()
        self.assertEqual((done["frames"], done["followed"], done["found"]), (FRAMES, FRAMES, FRAMES))
        figures = done["figures"]
        self.assertEqual(sorted(figures), ["jitter", "jitter_truth", "margin", "margin_truth", "psnr", "psnr_target"])
        self.assertTrue(10 < figures["psnr_target"] < 45 and 10 < figures["psnr"] < 45, figures)
        self.assertTrue(all(-2 <= figures[name] <= 2 for name in ("margin", "margin_truth")), figures)
        self.assertTrue(all(0 <= figures[name] < 30 for name in ("jitter", "jitter_truth")), figures)
        self.assertEqual(page.counts["svg"], 3)
        self.assertEqual([name for name, _ in page.lines], ["film", "result", "truth", "result", "truth", "result"])
        for _, path in page.lines:
            numbers = [float(number) for number in re.findall(r"[ML](-?[\d.]+) (-?[\d.]+)", path) for number in number]
            self.assertTrue(all(0 <= number <= 960 for number in numbers), path)
        # A place under the pointer for every frame of every plot.
        self.assertEqual(page.counts["rect"], 3 * FRAMES)

    def test_what_is_equal_measures_as_equal(self):
        film, truth = self.film("film.mp4"), self.film("truth.mp4")
        figures = self.reported(film, truth, "--truth", truth, "--source", FACE, "--face-selector-mode", "many")[0]["figures"]
        self.assertEqual(figures["psnr"], 100)
        self.assertEqual((figures["margin"], figures["jitter"]), (figures["margin_truth"], figures["jitter_truth"]))
        figures = self.reported(film, film, "--truth", film, "--source", FACE, "--face-selector-mode", "many")[0]["figures"]
        self.assertEqual((figures["psnr"], figures["psnr_target"], figures["jitter"]), (100, 100, 0))
        self.assertLess(figures["margin"], 0)

    def test_the_same_bytes_every_time(self):
        words = (self.film("film.mp4"), self.film("result.mp4"), "--truth", self.film("truth.mp4"), "--source", FACE)
        for name, more in (("a.html", ("--execution-thread-count", "1")), ("b.html", ("--execution-thread-count", "2", "--batch", "4"))):
            self.made("report", *words, "-o", name, *more, XDG_CACHE_HOME=self.path(name + ".cache"))
        self.assertEqual(digest(self.path("a.html")), digest(self.path("b.html")))

    def test_a_second_report_finds_no_face_again(self):
        self.whole()
        shown = self.made("report", self.film("film.mp4"), self.film("result.mp4"), "--truth", self.film("truth.mp4"), "--source", FACE, "-o", "again.html", "--json").out
        passes = {json.loads(line)["pass"] for line in shown.splitlines() if "\"progress\"" in line}
        self.assertEqual(passes, {"measure"})
        self.assertEqual(digest(self.path("r.html")), digest(self.path("again.html")))

    def test_the_receipt_in_words(self):
        _, text, page = self.whole()
        with open(self.film("result.mp4.receipt.json")) as file:
            receipt = json.load(file)
        for network in receipt["receipt"]["networks"]:
            self.assertIn(network["name"], text)
            self.assertIn(network["sha256"], text)
        said = page.texts["li"]
        self.assertIn("%d frames were written; each held a face, %d faces in all. Faces were painted %d times; none was skipped." % (FRAMES, FRAMES, FRAMES), said)
        self.assertIn("face_swapper (model starter_swapper_256", said)
        self.assertIn("Nothing was refused.", said)
        self.copied("result.mp4", "changed.mp4")
        with open(self.path("changed.mp4.receipt.json"), "w") as file:
            json.dump({"receipt": {}, "output": {}, "result": {}}, file)
        self.refused(self.tried("report", self.film("film.mp4"), "changed.mp4", "-o", "c.html"), REFUSED, "content gate")

    def test_less_is_known_without_truth_and_source(self):
        done, text, page = self.reported(self.film("film.mp4"), self.film("result.mp4"))
        self.assertEqual(sorted(done["figures"]), ["jitter"])
        self.assertEqual((page.wrong, page.counts["svg"], len(page.pictures)), ([], 1, 2 + 3 * 6))
        self.assertNotIn("Truth", page.texts["th"])

    def test_a_trimmed_result_is_held_against_its_own_part(self):
        scene = "synth:%s?size=160x120&fps=10&frames=%d" % (self.film("scene.json"), FRAMES)
        self.made("run", "--face-selector-mode", "many", "-s", FACE, "-t", scene, "-o", "part.mp4", "--trim-frame-start", "2", "--trim-frame-end", "6")
        done, text, page = self.reported(self.film("film.mp4"), "part.mp4", "--truth", self.film("truth.mp4"), "--source", FACE)
        self.assertEqual((page.wrong, done["frames"], done["found"]), ([], 4, 4))
        # The same frames as in the whole film, but for what the encoder made of them.
        whole = self.whole()[0]["figures"]
        self.assertLess(abs(done["figures"]["psnr"] - whole["psnr"]), 3)
        self.assertIn("frame 2 &#183; 0.20 s", text)

    def test_pictures(self):
        self.made("compare", FACE, FACE, "-o", "two.png", "--labels", "", "")
        done, text, page = self.reported("two.png", "two.png", "--truth", "two.png", "--source", FACE)
        self.assertEqual((page.wrong, page.counts.get("svg", 0), done["frames"]), ([], 0, 1))
        self.assertEqual(done["figures"]["psnr"], 100)

    def test_a_film_without_faces(self):
        # No detector is as sure as that.
        film = self.copied("film.mp4", "empty.mp4")
        done, text, page = self.reported(film, film, "--face-selector-mode", "many", "--face-detector-score", "1")
        self.assertEqual((page.wrong, done["followed"], done["figures"], page.counts.get("svg", 0)), ([], 0, {}, 0))
        self.assertIn("No face was found in empty.mp4", text)

    def test_names_cannot_break_the_page(self):
        name = "<b onload=x>\"&'\xff.mp4".encode("latin-1").decode("utf-8", "surrogateescape")
        film = self.copied("film.mp4", name)
        _, text, page = self.reported(film, film, "--face-selector-mode", "many")
        self.assertEqual(page.wrong, [])
        self.assertNotIn("<b ", text)
        self.assertIn("&lt;b onload=x&gt;&quot;&amp;'\ufffd.mp4", text)

    def test_bad_words(self):
        film, result, out = self.film("film.mp4"), self.film("result.mp4"), ("-o", "r.html")
        self.made("synth", "still", "--size", "96x64", "--fps", "10", "--frames", str(FRAMES), "--out", "small.mp4")
        self.made("synth", "still", "--size", "160x120", "--fps", "10", "--frames", "3", "--out", "short.mp4")
        cases = [
            ((*out,), USAGE, ("name both",)),
            ((film, *out), USAGE, ("name both",)),
            ((film, result), USAGE, ("--output-path",)),
            ((film, result, "-o", "r.txt"), USAGE, ("r.txt", ".html")),
            ((film, result, "-o", "r"), USAGE, (".html",)),
            ((film, result, "-o", "no/folder/r.html"), OUTPUT, ("no/folder",)),
            ((film, "nothing.mp4", *out), INPUT, ("nothing.mp4",)),
            (("nothing.mp4", result, *out), INPUT, ("nothing.mp4",)),
            ((film, result, "--truth", "nothing.mp4", *out), INPUT, ("nothing.mp4",)),
            ((film, result, "--source", "nothing.png", *out), INPUT, ("nothing.png",)),
            ((film, result, "--source", film, *out), INPUT, ("film.mp4", "give pictures")),
            ((film, "small.mp4", *out), INPUT, ("160 x 120", "96 x 64")),
            ((film, "short.mp4", *out), INPUT, ("short.mp4 has 3 frames",)),
            ((film, result, "--truth", "short.mp4", *out), INPUT, ("short.mp4 has 3 frames",)),
            ((film, FACE, *out), INPUT, ("film.mp4 is a film", "source.png is a picture")),
            ((film, result, "--lie", "x", *out), USAGE, ("--lie",)),
            ((film, result, *out, "--columns", "2"), USAGE, ("--columns",)),
        ]
        for words, status, fragments in cases:
            with self.subTest(words=words):
                self.refused(self.tried("report", *words), status, *fragments)
                self.nothing_left("r.html", "r.txt", "r", "r.html.receipt.json")

    def test_the_gate_looks_at_everything(self):
        bare = self.copied("result.mp4", "bare.mp4", receipt=False)
        self.refused(self.tried("report", self.film("film.mp4"), bare, "--face-selector-mode", "many", "-o", "r.html"), REFUSED, "content gate")
        self.made("compare", FACE, FACE, "-o", "face.png")
        self.refused(self.tried("report", self.film("film.mp4"), self.film("result.mp4"), "--source", "face.png", "-o", "r.html"), REFUSED, "content gate", "source 1")
        self.nothing_left("r.html", "r.html.receipt.json")

    def test_an_interrupt_leaves_nothing(self):
        self.interrupted(self.start("report", "pattern:640x360x20000", "pattern:640x360x20000", "-o", "r.html"), "r.html", "r.html.receipt.json")


if __name__ == "__main__":
    main()
