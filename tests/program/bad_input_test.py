# Bad input: one sentence, the documented exit status, nothing half-written.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import resource
import shutil
import struct
import subprocess
import sqlite3
import stat

from program import DATA, DEVICE, INPUT, LIMIT, MODELS, NETWORKS, OUTPUT, QUICK, REFUSED, UNSUPPORTED, USAGE, ProgramTest, main, needs_ffmpeg, needs_models, png

MARK = ("--processors", "face_debugger", "--face-selector-mode", "many", *QUICK)


def nan_network():
    """An ONNX file with the signature of inswapper_128 that answers NaN whatever it is given, written field by field."""
    def varint(value):
        head = b""
        while value > 127:
            head, value = head + bytes([value & 127 | 128]), value >> 7
        return head + bytes([value])

    def number(field, value):
        return varint(field << 3) + varint(value)

    def part(field, content):
        return varint(field << 3 | 2) + varint(len(content)) + content

    def value(name, dims):
        shape = b"".join(part(1, number(1, extent)) for extent in dims)
        return part(1, name) + part(2, part(1, number(1, 1) + part(2, shape)))

    def tensor(name, dims, data):
        return b"".join(number(1, extent) for extent in dims) + number(2, 1) + part(8, name) + part(9, data)

    def node(op, inputs, output):
        return b"".join(part(1, name) for name in inputs) + part(2, output) + part(4, op)

    nodes = [node(b"ReduceMean", [b"source"], b"mean"), node(b"Mul", [b"mean", b"nan"], b"factor"), node(b"Reshape", [b"factor", b"one"], b"single"),
             node(b"Mul", [b"target", b"single"], b"output")]
    one = number(1, 1) + number(2, 7) + part(8, b"one") + part(9, struct.pack("<q", 1))
    initialisers = [one, tensor(b"nan", [1], struct.pack("<f", float("nan"))), tensor(b"emap", [512, 512], struct.pack("<f", 0.01) * (512 * 512))]
    graph = b"".join(part(1, text) for text in nodes) + part(2, b"graph") + b"".join(part(5, text) for text in initialisers)
    graph += part(11, value(b"target", [1, 3, 128, 128])) + part(11, value(b"source", [1, 512])) + part(12, value(b"output", [1, 3, 128, 128]))
    return number(1, 8) + part(7, graph) + part(8, number(2, 13))


class Arguments(ProgramTest):
    def test_options(self):
        for words, status, fragment in (
            (("--face-detector-score", "2"), USAGE, "[0..1:0.05]"),
            (("--face-detector-score", "0.33"), USAGE, "0.33"),
            (("--face-detector-scre", "0.5"), USAGE, "face-detector-score"),
            (("--face-mask", "box"), USAGE, "fits several"),
            (("--face-selector-mode", "all"), USAGE, "many"),
            (("--processors", "lip_syncer"), UNSUPPORTED, "lip_syncer"),
            (("--trim-frame-start", "5", "--trim-frame-end", "5"), USAGE, "trim"),
            (("--execution-thread-count", "many"), USAGE, "execution-thread-count"),
            (("--face-mask-padding", "1", "2", "3", "4", "5"), USAGE, "face-mask-padding"),
            (("--config-path", "nowhere.ini"), USAGE, "nowhere.ini"),
            (("stray",), USAGE, "stray"),
            (("--face-selector-age-start", "40", "--face-selector-age-end", "30"), USAGE, "age"),
            (("--face-swapper-model", "hyperswap_1a_256", "--face-swapper-pixel-boost", "128x128"), USAGE, "128x128"),
            (("--look-ahead", "2"), USAGE, "--shape live"),
            (("--processors", "face_debugger", "face_debugger"), USAGE, "twice"),
        ):
            with self.subTest(words=words):
                self.refused(self.mien("run", "-t", "pattern:64x48x3", "-o", "out.mp4", *words), status, fragment)
                self.nothing_left("out.mp4")

    def test_commands(self):
        self.refused(self.mien("swap"), USAGE, "swap")
        self.refused(self.mien("batch-run"), UNSUPPORTED, "batch-run")
        self.assertEqual(self.mien("headless-run", "--face-detector-score", "2").status, 2)
        self.assertEqual(self.mien("headless-run", "-t", "nowhere.mp4", "-o", "out.mp4").status, 1)
        self.assertEqual(self.mien("--help").status, 0)
        self.assertEqual(self.mien().status, 0)

    def test_providers_that_are_not_here_are_refused_by_name(self):
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4", "--execution-providers", "coreml"), DEVICE, "coreml")
        result = self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4", "--execution-providers", "coreml", "--allow-fallback")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("coreml", result.err)

    def test_ini(self):
        with open(self.path("facefusion.ini"), "w") as file:
            file.write("[face_detector]\nface_detector_score = 7\n")
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4"), USAGE, "line 2", "face-detector-score")
        with open(self.path("facefusion.ini"), "w") as file:
            file.write("[face_detector\n")
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4"), USAGE, "line 1")
        with open(self.path("facefusion.ini"), "wb") as file:
            file.write(os.urandom(4096))
        self.assertIn(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4").status, (0, USAGE))


class Targets(ProgramTest):
    def bad_target(self, name, *fragments, status=INPUT):
        result = self.mien("run", *MARK, "-t", name, "-o", "out.mp4")
        self.refused(result, status, *fragments)
        self.nothing_left("out.mp4")

    def test_missing_empty_and_foreign_files(self):
        self.bad_target("nowhere.mp4", "nowhere.mp4")
        open(self.path("empty.mp4"), "w").close()
        self.bad_target("empty.mp4", "empty.mp4")
        with open(self.path("text.mp4"), "w") as file:
            file.write("this is no film\n" * 100)
        self.bad_target("text.mp4", "text.mp4")
        os.mkdir(self.path("folder.mp4"))
        self.bad_target("folder.mp4", "folder.mp4")
        self.bad_target("", status=USAGE)

    def test_unreadable(self):
        other = self.other_user()
        for name in ("locked.mp4", "locked.png"):
            self.small_film(name) if name.endswith("mp4") else png(self.path(name), 32, 32)
            os.chmod(self.path(name), 0)
            result = self.mien("run", *MARK, "-t", name, "-o", "out" + name[-4:], other=other)
            self.refused(result, INPUT, name)
            self.nothing_left("out.mp4", "out.png")

    def test_header_only(self):
        film = self.small_film()
        with open(film, "rb") as file:
            start = file.read(200)
        with open(self.path("head.mp4"), "wb") as file:
            file.write(start)
        self.bad_target("head.mp4", "head.mp4")

    @needs_ffmpeg
    def test_without_frames(self):
        film = self.small_film()
        self.ffmpeg("-i", film, "-c", "copy", "-frames:v", "0", "bare.mp4")
        self.bad_target("bare.mp4", "bare.mp4")

    @needs_models
    @needs_ffmpeg
    def test_cut_off_in_the_middle(self):
        """What can be read is worked on, and what is missing is said."""
        self.ffmpeg("-f", "lavfi", "-i", "testsrc2=s=96x72:r=25:d=4", "-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p", "whole.mkv")
        self.ffmpeg("-i", "whole.mkv", "-c", "copy", "-movflags", "faststart", "whole.mp4")
        for name in ("whole.mkv", "whole.mp4"):
            with self.subTest(name=name):
                with open(self.path(name), "rb") as file:
                    data = file.read()
                with open(self.path("cut" + name[-4:]), "wb") as file:
                    file.write(data[: len(data) * 7 // 10])
                result = self.run_mien(*MARK, "-t", "cut" + name[-4:], "-o", "out" + name[-4:])
                self.assertEqual(result.status, 0, result.err)
                frames = int(result.out.split(" frames")[0])
                self.assertGreater(frames, 20)
                self.assertLess(frames, 100)
                self.assertRegex(result.err, "cut off|truncated|ends early|damaged|100 frames")

    def test_without_its_index(self):
        """The index of an ordinary MP4 stands at its end."""
        with open(self.small_film("late.mp4"), "r+b") as file:
            file.truncate(os.path.getsize(file.name) // 2)
        self.bad_target("late.mp4", "late.mp4")

    @needs_ffmpeg
    def test_sound_only(self):
        self.ffmpeg("-f", "lavfi", "-i", "sine=duration=0.2", "sound.m4a")
        os.rename(self.path("sound.m4a"), self.path("sound.mp4"))
        self.bad_target("sound.mp4", "sound.mp4")

    @needs_models
    def test_names_do_not_decide(self):
        film = self.small_film("film.mp4")
        shutil.copy(film, self.path("film.png"))
        result = self.run_mien(*MARK, "-t", "film.png", "-o", "out.mp4")
        self.assertEqual(result.status, 0, result.err)
        png(self.path("picture.mp4"), 32, 32)
        result = self.run_mien(*MARK, "-t", "picture.mp4", "-o", "out.png")
        self.assertEqual(result.status, 0, result.err)
        self.refused(self.run_mien(*MARK, "-t", "picture.mp4", "-o", "out2.mp4"), USAGE, "picture")

    @needs_models
    def test_every_kind_of_picture(self):
        for name, words in {
            "one.png": (1, 1), "odd.png": (7, 5), "wide.png": (16384, 16), "grey.png": (33, 21, 0), "grey_alpha.png": (33, 21, 4), "deep.png": (33, 21, 2, 16), "deep_grey.png": (33, 21, 0, 16),
            "palette.png": (33, 21, 3), "alpha.png": (33, 21, 6), "deep_alpha.png": (33, 21, 6, 16),
        }.items():
            with self.subTest(name=name):
                png(self.path(name), *words)
                result = self.run_mien(*MARK, "-t", name, "-o", "out_" + name)
                self.assertEqual(result.status, 0, result.err)
                self.assertIn("no face", result.err)

    @needs_models
    @needs_ffmpeg
    def test_animated_and_foreign_pictures(self):
        self.ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=1", "moving.apng")
        self.ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=1", "moving.webp")
        self.ffmpeg("-f", "lavfi", "-i", "testsrc=size=64x48:rate=5:duration=1", "moving.gif")
        for name, out in (("moving.apng", "a.png"), ("moving.webp", "b.png"), ("moving.gif", "c.mp4")):
            with self.subTest(name=name):
                result = self.run_mien(*MARK, "-t", name, "-o", out)
                self.assertIn(result.status, (0, INPUT), result.err)
                if result.status:
                    self.assertIn(name, result.sentence())

    @needs_models
    def test_paths_are_bytes(self):
        film = self.small_film()
        for name in ("with space.mp4", "\u4eba\u7684\u8138.mp4", "new\nline.mp4", "-dash.mp4", "quote'\".mp4"):
            with self.subTest(name=name):
                shutil.copy(film, self.path(name))
                result = self.run_mien(*MARK, "--target-path=" + self.path(name), "--output-path=" + self.path("out " + name))
                self.assertEqual(result.status, 0, result.err)
                self.assertTrue(os.path.exists(self.path("out " + name)))
        self.refused(self.run_mien(*MARK, "-t", "x" * 4096 + ".mp4", "-o", "out.mp4"), INPUT)
        self.refused(self.run_mien(*MARK, "-t", film, "-o", "y" * 4096 + ".mp4"), OUTPUT)

    def test_pattern_text(self):
        for bad in ("pattern:1x1x1", "pattern:axb", "pattern:640x360x0", "pattern:999999x10x10"):
            self.bad_target(bad, "pattern", status=USAGE)


class Outputs(ProgramTest):
    def test_places(self):
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "nowhere/out.mp4"), OUTPUT, "nowhere")
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3"), USAGE, "--output-path")
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.xyz"), USAGE, ".mp4")
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.png"), USAGE, ".mp4")
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", self.folder), OUTPUT, "folder")
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "/dev/full"), OUTPUT, "/dev/full")
        self.nothing_left("out.xyz", "out.png")

    def test_read_only_folder(self):
        other = self.other_user()
        os.mkdir(self.path("closed"))
        os.chmod(self.path("closed"), stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
        self.addCleanup(os.chmod, self.path("closed"), stat.S_IRWXU)
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "closed/out.mp4", other=other), OUTPUT, "closed")

    def test_disk_full(self):
        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        result = self.mien("run", *MARK, "-t", "pattern:640x360x50", "-o", "out.mp4", "--output-video-quality", "100", preexec=small)
        self.refused(result, OUTPUT, "out.mp4")
        self.nothing_left("out.mp4", "out.mp4.receipt.json")

    @needs_models
    def test_disk_full_for_pictures(self):
        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        result = self.run_mien("--processors", "face_debugger", "-t", self.target_picture(), "-o", "out.png", preexec=small)
        self.refused(result, OUTPUT, "out.png")
        self.nothing_left("out.png", "out.png.receipt.json")

    def test_an_older_result_survives_a_failed_run(self):
        film = self.small_film("out.mp4")
        before = open(film, "rb").read()

        def small():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))

        self.refused(self.mien("run", *MARK, "-t", "pattern:640x360x50", "-o", "out.mp4", "--output-video-quality", "100", preexec=small), OUTPUT)
        self.assertEqual(open(film, "rb").read(), before)

    def test_no_film_without_its_receipt(self):
        os.mkdir(self.path("out.mp4.receipt.json"))
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4"), OUTPUT, "receipt")
        os.rmdir(self.path("out.mp4.receipt.json"))
        self.nothing_left("out.mp4")

    @needs_models
    def test_output_equals_input(self):
        film = self.small_film()
        self.refused(self.run_mien(*MARK, "-t", film, "-o", film), USAGE, "itself")
        os.link(film, self.path("other.mp4"))
        self.refused(self.run_mien(*MARK, "-t", film, "-o", "other.mp4"), USAGE, "itself")

    def test_two_runs_on_one_output(self):
        start = lambda: subprocess.Popen([os.environ["MIEN_PROGRAM"], "run", *MARK, "-t", "pattern:320x180x40", "-o", "out.mp4"], cwd=self.folder, env=self.environment(),
                                         stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        runs = [start(), start()]
        statuses = [run.wait(LIMIT) for run in runs]
        self.assertIn(0, statuses)
        alone = self.pattern_film("alone.mp4", "pattern:320x180x40")
        self.assertEqual(open(self.path("out.mp4"), "rb").read()[-4096:-2048], open(alone, "rb").read()[-4096:-2048])
        self.nothing_left()

    def test_encoders_by_name(self):
        self.refused(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4", "--output-video-encoder", "h264_nvenc"), UNSUPPORTED, "h264_nvenc")


@needs_models
class Faces(ProgramTest):
    def test_no_face_in_the_source(self):
        png(self.path("plain.png"), 64, 64)
        film = self.small_film()
        self.refused(self.run_mien("-s", "plain.png", "-t", film, "-o", "out.mp4", "--face-swapper-model", "inswapper_128"), INPUT, "face")
        self.nothing_left("out.mp4")

    def test_no_source_at_all(self):
        self.refused(self.run_mien("-t", self.target_picture(), "-o", "out.png"), USAGE, "--source-paths")

    def test_no_face_in_the_target_passes_through(self):
        png(self.path("plain.png"), 64, 48, value=77)
        result = self.run_mien("-s", self.source_picture(), "-t", "plain.png", "-o", "out.png", "--face-swapper-model", "inswapper_128")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("no face was found in the target", result.err)
        self.assertTrue(os.path.exists(self.path("out.png.receipt.json")))

    def test_many_faces_in_the_source(self):
        result = self.run_mien("-s", os.path.join(DATA, "images", "group5.jpg"), "-t", self.target_picture(), "-o", "out.png", "--face-swapper-model", "inswapper_128")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("the largest is taken", result.err)

    def test_sources_that_are_no_pictures(self):
        film = self.small_film()
        self.refused(self.run_mien("-s", film, "-t", self.target_picture(), "-o", "out.png"), INPUT, "film")
        self.refused(self.run_mien("-s", "nowhere.png", "-t", self.target_picture(), "-o", "out.png"), INPUT, "nowhere.png")

    def test_trim_outside_the_film(self):
        film = self.small_film()
        self.refused(self.run_mien(*MARK, "-t", film, "-o", "out.mp4", "--trim-frame-start", "500"), INPUT, "trim")
        self.nothing_left("out.mp4")

    def test_reference_outside_the_film(self):
        film = self.small_film()
        self.refused(self.run_mien("--processors", "face_debugger", "-t", film, "-o", "out.mp4", "--reference-frame-number", "500"), INPUT, "500")


@needs_models
class Networks(ProgramTest):
    def replace(self, name, data):
        for ending in (".onnx", ".hash"):
            os.unlink(os.path.join(self.models, name + ending))
        with open(os.path.join(self.models, name + ".onnx"), "wb") as file:
            file.write(data)

    def swap(self):
        return self.run_mien("-s", self.source_picture(), "-t", self.target_picture(), "-o", "out.png", "--face-swapper-model", "inswapper_128")

    def test_wrong_network_under_a_right_name(self):
        self.replace("yoloface_8n", open(os.path.join(MODELS, "fairface.onnx"), "rb").read())
        self.refused(self.swap(), NETWORKS, "yoloface_8n")
        self.nothing_left("out.png")

    def test_truncated_and_hostile(self):
        whole = open(os.path.join(MODELS, "yoloface_8n.onnx"), "rb").read()
        for data in (b"", whole[: len(whole) // 2], os.urandom(5000), b"\x08\x08" + b"\x3a\xff\xff\xff\xff\x0f" + bytes(50)):
            self.replace("yoloface_8n", data) if os.path.lexists(os.path.join(self.models, "yoloface_8n.hash")) else open(os.path.join(self.models, "yoloface_8n.onnx"), "wb").write(data)
            if os.path.exists(os.path.join(self.models, "models.lock")):
                os.unlink(os.path.join(self.models, "models.lock"))
            self.refused(self.swap(), NETWORKS, "yoloface_8n")

    def test_missing(self):
        os.unlink(os.path.join(self.models, "inswapper_128.onnx"))
        self.refused(self.swap(), NETWORKS, "inswapper_128")

    def test_results_that_are_no_numbers(self):
        self.replace("inswapper_128", nan_network())
        result = self.run_mien("--json", "-s", self.source_picture(), "-t", self.target_picture(), "-o", "out.png", "--face-swapper-model", "inswapper_128")
        self.assertEqual(result.status, 0, result.err)
        done = json.loads(result.out.splitlines()[-1])
        self.assertEqual((done["faces_processed"], done["faces_non_finite"]), (0, 1))
        self.assertIn("NaN", result.out)
        with open(self.path("out.png.receipt.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file)["result"]["faces_with_non_finite_results"], 1)
        # The picture is the target's own, to the pixel: the same as from a run in which nobody is meant.
        result = self.run_mien("--processors", "face_debugger", "--face-detector-score", "1", "-t", self.target_picture(), "-o", "kept.png")
        self.assertEqual(result.status, 0, result.err)
        self.assertEqual(self.pixels("out.png"), self.pixels("kept.png"))

    def pixels(self, name):
        """The compressed pixels of a PNG."""
        with open(self.path(name), "rb") as file:
            data = file.read()
        out, at = b"", 8
        while at < len(data):
            length, kind = struct.unpack(">I4s", data[at:at + 8])
            out += data[at + 8:at + 8 + length] if kind == b"IDAT" else b""
            at += length + 12
        return out

    def test_changed_after_the_first_use(self):
        self.assertEqual(self.swap().status, 0)
        self.replace("inswapper_128", open(os.path.join(MODELS, "inswapper_128_fp16.onnx"), "rb").read())
        self.refused(self.swap(), NETWORKS, "models trust inswapper_128")
        self.assertEqual(self.mien("models", "trust", "inswapper_128", "--model-folder", self.models).status, 0)
        self.assertEqual(self.swap().status, 0)

    def test_the_gate_fails_closed(self):
        for name in ("nsfw_1", "nsfw_2", "nsfw_3"):
            os.unlink(os.path.join(self.models, name + ".onnx"))
        self.refused(self.swap(), REFUSED, "content gate")
        self.nothing_left("out.png", "out.png.receipt.json")

    def test_unknown_gate_networks_are_not_trusted(self):
        result = self.run_mien("-s", self.source_picture(), "-t", self.target_picture(), "-o", "out.png", "--face-swapper-model", "inswapper_128", MIEN_TEST_GATE=None)
        self.assertIn(result.status, (NETWORKS, REFUSED), result.err)
        self.nothing_left("out.png")

    def test_the_gate_refuses(self):
        for name in ("nsfw_1", "nsfw_2", "nsfw_3"):
            for ending in (".onnx", ".hash"):
                os.unlink(os.path.join(self.models, name + ending))
                unsafe = os.path.join(MODELS, "variants", "unsafe", name + ending)
                if os.path.exists(unsafe):
                    os.symlink(unsafe, os.path.join(self.models, name + ending))
        self.refused(self.swap(), REFUSED, "target")
        self.nothing_left("out.png", "out.png.receipt.json")


@needs_models
class Sidecars(ProgramTest):
    def run_with(self, sidecar):
        return self.run_mien(*MARK, "-t", self.path("film.mp4"), "-o", "out.mp4", "--sidecar", sidecar)

    def test_damaged(self):
        self.small_film()
        with open(self.path("a.db"), "wb") as file:
            file.write(os.urandom(20000))
        result = self.run_with("a.db")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("a.db", result.err)

    def test_damaged_in_the_middle(self):
        self.small_film()
        self.assertEqual(self.run_with("a.db").status, 0)
        size = os.path.getsize(self.path("a.db"))
        with open(self.path("a.db"), "r+b") as file:
            file.seek(size // 2)
            file.write(b"\xff" * (size // 4))
        self.assertEqual(self.run_with("a.db").status, 0)

    def test_locked(self):
        self.small_film()
        self.assertEqual(self.run_with("a.db").status, 0)
        held = sqlite3.connect(self.path("a.db"), isolation_level=None)
        held.execute("PRAGMA locking_mode=EXCLUSIVE")
        held.execute("BEGIN EXCLUSIVE")
        result = self.run_with("a.db")
        held.close()
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("a.db", result.err)

    def test_a_sidecar_never_takes_the_place_of_another_file(self):
        film = self.small_film()
        before = open(film, "rb").read()
        self.refused(self.run_with("film.mp4"), USAGE, "--sidecar", "film.mp4")
        self.refused(self.run_with("out.mp4"), USAGE, "--sidecar", "out.mp4")
        self.assertEqual(open(film, "rb").read(), before)
        os.mkdir(self.path("folder.db"))
        result = self.run_with("folder.db")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("folder.db", result.err)
        self.assertTrue(os.path.isdir(self.path("folder.db")))
        # A database of somebody else is set aside whole, not written into.
        with sqlite3.connect(self.path("notes.db")) as notes:
            notes.execute("CREATE TABLE notes (text)")
            notes.execute("INSERT INTO notes VALUES ('remember')")
        notes.close()
        result = self.run_with("notes.db")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("notes.db", result.err)
        kept = sqlite3.connect(self.path("notes.db.damaged"))
        self.assertEqual(kept.execute("SELECT text FROM notes").fetchall(), [("remember",)])
        self.assertEqual(kept.execute("SELECT count(*) FROM sqlite_schema").fetchall(), [(1,)])
        kept.close()

    def test_of_another_film(self):
        self.small_film()
        self.assertEqual(self.run_with("a.db").status, 0)
        self.pattern_film("film.mp4", "pattern:160x96x7")
        result = self.run_with("a.db")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("made anew", result.err)
        self.assertIn("7 frames", result.out)

    def test_in_a_closed_folder(self):
        other = self.other_user()
        self.small_film()
        os.mkdir(self.path("closed"))
        os.chmod(self.path("closed"), stat.S_IRUSR | stat.S_IXUSR | stat.S_IROTH | stat.S_IXOTH)
        result = self.mien("analyse", "--model-folder", self.models, "-t", "film.mp4", "--sidecar", "closed/a.db", other=other)
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("closed/a.db", result.err)
        self.assertIn("12 frames", result.out)


if __name__ == "__main__":
    main()
