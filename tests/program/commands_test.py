# What every command says and answers: doctor, models, faces, explain, analyse, progress, JSON lines, the receipt, and FaceFusion's exit statuses.
# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import pty
import re
import shutil
import subprocess
import threading

from program import DATA, INPUT, LIMIT, MODELS, NETWORKS, OUTPUT, PROGRAM, REFUSED, SLOWER, SOURCE, UNSUPPORTED, USAGE, ProgramTest, main, needs_models, png

MARK = ("--processors", "face_debugger", "--face-selector-mode", "many")
PROGRESS = re.compile(r"render +\[[#.]{24}\] +\d+% \d+/\d+ frames +[\d.]+ fps +(?:\d+:\d\d left|in \d+:\d\d) +\d+ MiB")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class CommandTest(ProgramTest):
    def lines(self, result):
        """The JSON lines of a run: each must stand alone and say what it is."""
        told = [json.loads(line) for line in result.out.splitlines()]
        for line in told:
            self.assertIn("event", line)
        return told

    def own_networks(self, *names):
        """A folder with copies of these networks, which a test may spoil."""
        folder = self.path("own")
        os.makedirs(folder, exist_ok=True)
        for name in names:
            for ending in (".onnx", ".hash"):
                shutil.copy(os.path.join(MODELS, name + ending), folder)
        return folder


class Progress(CommandTest):
    def test_json_lines(self):
        result = self.mien("run", "--json", *MARK, "-t", "pattern:640x360x200", "-o", "out.mp4")
        self.assertEqual(result.status, 0, result.err)
        told = self.lines(result)
        progress = [line for line in told if line["event"] == "progress" and line["pass"] == "render"]
        self.assertEqual(progress[-1]["done"], 200)
        self.assertEqual([line["done"] for line in progress], sorted(line["done"] for line in progress))
        for line in progress:
            self.assertEqual(line["total"], 200)
            self.assertGreater(line["memory_mib"], 1)
        self.assertGreater(progress[-1]["frames_per_second"], 0)
        self.assertEqual(progress[-1]["seconds_left"], 0)
        done = told[-1]
        self.assertEqual((done["event"], done["frames"], done["output"], done["receipt"]), ("done", 200, "out.mp4", "out.mp4.receipt.json"))
        self.assertGreater(done["faces_processed"], 0)
        self.assertEqual(result.err, "")

    def test_failures_are_json_too(self):
        result = self.mien("run", "--json", *MARK, "-t", "nowhere.mp4", "-o", "out.mp4")
        self.refused(result, INPUT, "nowhere.mp4")
        told = self.lines(result)
        self.assertEqual((told[-1]["event"], told[-1]["code"]), ("failed", "bad_input"))
        self.assertEqual(told[-1]["sentence"], result.sentence())
        self.assertEqual(self.lines(self.mien("run", "--json", "--face-detector-score", "2"))[-1]["code"], "usage")
        self.assertEqual(self.lines(self.mien("run", "--json", "--no-such-option"))[-1]["code"], "usage")

    def test_a_terminal_sees_rate_time_left_and_memory(self):
        try:
            here, there = pty.openpty()
        except OSError as error:
            self.skipTest("this machine gives no terminal to look through (%s)" % error)
        run = subprocess.Popen([PROGRAM, "run", *MARK, "-t", "pattern:640x360x300", "-o", "out.mp4"], cwd=self.folder, env=self.environment(), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, stderr=there)
        os.close(there)
        seen = []

        def listen():
            try:
                while data := os.read(here, 4096):
                    seen.append(data)
            except OSError:
                pass  # the other side is closed

        listener = threading.Thread(target=listen)
        listener.start()
        out, _ = run.communicate(timeout=LIMIT)
        listener.join(10)
        os.close(here)
        text = b"".join(seen).decode()
        self.assertEqual(run.returncode, 0, text)
        shown = PROGRESS.findall(text)
        self.assertTrue(any(" left " in line for line in shown), text)
        self.assertIn("300/300 frames", shown[-1])
        self.assertIn(b"300 frames", out)

    def test_quiet_levels(self):
        result = self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4", "--log-level", "error")
        self.assertEqual((result.status, result.err), (0, ""))

    def test_a_full_device_is_no_success(self):
        with open("/dev/full", "w") as full:
            for words in (("doctor",), ("models", "list"), ("--help",), ("explain", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4")):
                done = subprocess.run([PROGRAM, *words], cwd=self.folder, env=self.environment(), stdout=full, stderr=subprocess.PIPE, timeout=LIMIT)
                self.assertEqual(done.returncode, OUTPUT, words)
                self.assertIn(b"standard output", done.stderr)


class CompatibleStatuses(CommandTest):
    def test_headless_run(self):
        for status, words in (
            (0, (*MARK, "-t", "pattern:64x48x3", "-o", "out.mp4")),
            (1, (*MARK, "-t", "nowhere.mp4", "-o", "out.mp4")),
            (1, (*MARK, "-t", "pattern:64x48x3", "-o", "nowhere/out.mp4")),
            (1, ("--processors", "lip_syncer", "-t", "pattern:64x48x3", "-o", "out.mp4")),
            (2, (*MARK, "-t", "pattern:64x48x3", "-o", "out.mp4", "--face-detector-score", "2")),
            (2, ("--no-such-option",)),
            (2, (*MARK, "--shape", "live", "-t", "pattern:64x48x3", "-o", "out.mp4")),
        ):
            with self.subTest(words=words):
                result = self.mien("headless-run", *words)
                self.assertEqual(result.status, status, result.err)
                self.assertEqual(result.sentence() != "", status != 0, result.err)

    @needs_models
    def test_headless_run_without_its_networks(self):
        png(self.path("plain.png"), 64, 48)
        os.unlink(os.path.join(self.models, "yoloface_8n.onnx"))
        self.assertEqual(self.mien("headless-run", *MARK, "-t", "plain.png", "-o", "out.png", "--model-folder", self.models).status, 2)

    def test_benchmark(self):
        words = ("benchmark", *MARK, "-t", "pattern:64x48x5", "--benchmark-cycle-count", "2")
        for mode in ("warm", "cold"):
            told = self.lines(self.mien(*words, "--json", "--benchmark-mode", mode))[-1]
            self.assertEqual((told["event"], told["cycle_count"], told["target_path"]), ("benchmark", 2, "pattern:64x48x5"))
            self.assertLessEqual(told["fastest_run"], told["average_run"])
            self.assertLessEqual(told["average_run"], told["slowest_run"])
            self.assertGreater(told["relative_fps"], 0)
        text = self.mien(*words)
        self.assertEqual(text.status, 0, text.err)
        self.assertIn("relative_fps", text.out)
        self.assertEqual(self.mien("benchmark", *MARK, "-t", "nowhere.mp4", "--benchmark-cycle-count", "1").status, 1)
        self.assertEqual(self.mien("benchmark", "--benchmark-cycle-count", "11").status, 2)


class Receipts(CommandTest):
    @needs_models
    def test_content(self):
        source, target = self.source_picture(), self.target_picture()
        result = self.run_mien("-s", source, "-t", target, "-o", "out.png", "--face-swapper-model", "inswapper_128", "--face-mask-blur", "0.45")
        self.assertEqual(result.status, 0, result.err)
        with open(self.path("out.png.receipt.json"), encoding="utf-8") as file:
            told = json.load(file)
        claim = told["receipt"]
        self.assertEqual(claim["mien_receipt"], 1)
        self.assertEqual((claim["job"]["face_mask_blur"], claim["job"]["face_swapper_model"], claim["job"]["processors"]), ("0.45", "inswapper_128", ["face_swapper"]))
        for stage in ("detect", "gate", "verdict", "face_swapper", "mark", "receipt"):
            self.assertIn(stage, claim["plan"])
        for name in ("mien", "onnxruntime", "libavcodec"):
            self.assertTrue(claim["versions"][name], name)
        networks = {network["name"]: network["sha256"] for network in claim["networks"]}
        self.assertLessEqual({"yoloface_8n", "arcface_w600k_r50", "inswapper_128", "nsfw_1", "nsfw_2", "nsfw_3"}, set(networks))
        for name, sha256 in networks.items():
            self.assertEqual(sha256, digest(os.path.join(MODELS, name + ".onnx")), name)
        self.assertEqual([(row["role"], row["sha256"], row["bytes"]) for row in claim["inputs"]],
                         [("target", digest(target), os.path.getsize(target)), ("source 1", digest(source), os.path.getsize(source))])
        self.assertEqual([(row["input"], row["samples"], row["flagged"]) for row in claim["gate"]["inputs"]], [("target", 1, 0), ("source 1", 1, 0)])
        self.assertEqual((told["output"]["path"], told["output"]["sha256"]), ("out.png", digest(self.path("out.png"))))
        counts = told["result"]
        self.assertEqual((counts["frames"], counts["frames_with_faces"], counts["faces_with_non_finite_results"]), (1, 1, 0))
        self.assertEqual(counts["faces_found"], counts["faces_processed"] + counts["faces_skipped"] + counts["faces_outside_the_frame"])
        self.assertEqual(counts["detector_calls"], 2)

    def test_the_claim_does_not_depend_on_names_and_threads(self):
        claims = []
        for name, more in (("a.mp4", ()), ("b.mp4", ("--execution-thread-count", "1", "--log-level", "error"))):
            self.assertEqual(self.mien("run", *MARK, "-t", "pattern:64x48x3", "-o", name, *more).status, 0)
            with open(self.path(name + ".receipt.json"), encoding="utf-8") as file:
                claims.append(json.load(file)["receipt_sha256"])
        self.assertEqual(claims[0], claims[1])
        self.assertEqual(digest(self.path("a.mp4")), digest(self.path("b.mp4")))


class Doctor(CommandTest):
    def test_text_and_json(self):
        result = self.mien("doctor")
        self.assertEqual(result.status, 0, result.err)
        told = self.lines(self.mien("doctor", "--json"))
        names = [line["what"] for line in told]
        for name in ("mien", "processor", "libavcodec", "onnxruntime", "CUDA kernels", "networks", "content gate"):
            self.assertIn(name, names)
            self.assertIn(name, result.out)
        for line in told:
            self.assertTrue(line["good"] or line["cure"], "what is missing has a cure: %s" % line)

    @needs_models
    def test_networks_are_counted(self):
        told = {line["what"]: line for line in self.lines(self.mien("doctor", "--json", "--model-folder", self.models))}
        self.assertTrue(told["networks"]["good"])
        self.assertTrue(told["content gate"]["good"])
        told = {line["what"]: line for line in self.lines(self.mien("doctor", "--json", "--model-folder", self.path("nowhere")))}
        self.assertFalse(told["networks"]["good"])
        self.assertFalse(told["content gate"]["good"])


@needs_models
class Models(CommandTest):
    def models_command(self, *words, **more):
        return self.mien("models", *words, "--model-folder", self.models, **more)

    def test_list(self):
        told = self.lines(self.models_command("list", "--json"))
        self.assertEqual(len(told), len({line["name"] for line in told}))
        here = {line["name"] for line in told if line["path"]}
        self.assertEqual(here, {name[:-5] for name in os.listdir(self.models) if name.endswith(".onnx")} & {line["name"] for line in told})
        self.assertIn("%d of %d files are here" % (len(here), len(told)), self.models_command("list").out)

    def test_check(self):
        result = self.models_command("check", "yoloface_8n", "inswapper_128")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("2 networks are whole", result.out)
        told = {line["name"]: line for line in self.lines(self.models_command("list", "--json"))}
        self.assertEqual(told["yoloface_8n"]["sha256"], digest(os.path.join(MODELS, "yoloface_8n.onnx")))
        self.refused(self.models_command("check", "no_such_network"), NETWORKS, "no_such_network")
        os.unlink(os.path.join(self.models, "inswapper_128.hash"))
        with open(os.path.join(self.models, "inswapper_128.hash"), "w") as file:
            file.write("00000000")
        result = self.models_command("check", "yoloface_8n", "inswapper_128")
        self.refused(result, NETWORKS, "1 of 2")
        self.assertIn("CRC-32", result.out)

    def test_import(self):
        folder = self.own_networks("yoloface_8n", "inswapper_128")
        result = self.mien("models", "import", folder, "--model-folder", "home")
        self.assertEqual(result.status, 0, result.err)
        self.assertLessEqual({"yoloface_8n.onnx", "yoloface_8n.hash", "inswapper_128.onnx", "inswapper_128.hash"}, set(os.listdir(self.path("home"))))
        self.assertEqual(digest(self.path("home", "inswapper_128.onnx")), digest(os.path.join(MODELS, "inswapper_128.onnx")))
        self.refused(self.mien("models", "import", "nowhere", "--model-folder", "home"), INPUT, "nowhere")
        os.mkdir(self.path("bare"))
        self.refused(self.mien("models", "import", "bare", "--model-folder", "home"), NETWORKS, "bare")

    def test_import_of_a_damaged_network(self):
        folder = self.own_networks("yoloface_8n", "inswapper_128")
        with open(os.path.join(folder, "yoloface_8n.onnx"), "r+b") as file:
            file.truncate(5000)
        self.assertEqual(self.mien("models", "import", self.own_networks("inswapper_128"), "--model-folder", "home").status, NETWORKS)
        self.assertFalse(os.path.exists(self.path("home", "yoloface_8n.onnx")), "a damaged file was taken into the model folder")
        self.assertTrue(os.path.exists(self.path("home", "inswapper_128.onnx")))
        self.assertEqual([name for name in os.listdir(self.path("home")) if ".part" in name], [])

    def test_licence_and_trust(self):
        result = self.models_command("licence", "inswapper_128")
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("inswapper_128", result.out)
        self.assertIn("licence", result.out)
        self.refused(self.models_command("licence", "no_such_network"), NETWORKS, "no_such_network")
        self.assertEqual(self.models_command("trust", "inswapper_128").status, 0)
        self.refused(self.models_command("trust", "no_such_network"), NETWORKS, "no_such_network")
        os.unlink(os.path.join(self.models, "simswap_256.onnx"))
        self.refused(self.models_command("trust", "simswap_256"), NETWORKS, "simswap_256")
        self.assertEqual(self.models_command().status, USAGE)


class Faces(CommandTest):
    @needs_models
    def test_list_and_sheet(self):
        group = os.path.join(DATA, "images", "group5.jpg")
        told = self.lines(self.mien("faces", "--json", "--model-folder", self.models, "-t", group))
        self.assertEqual([line["position"] for line in told], list(range(len(told))))
        self.assertGreater(len(told), 1)
        text = self.mien("faces", "--model-folder", self.models, "-t", group)
        self.assertIn("%d faces" % len(told), text.out)
        sheet = self.mien("faces", "--model-folder", self.models, "-t", group, "--sheet", "sheet.png")
        self.assertEqual(sheet.status, 0, sheet.err)
        with open(self.path("sheet.png"), "rb") as file:
            data = file.read()
        self.assertIn(b"compositeWithTrainedAlgorithmicMedia", data)
        self.assertTrue(os.path.exists(self.path("sheet.png.receipt.json")))

    @needs_models
    def test_a_sheet_never_takes_the_place_of_its_input(self):
        picture = shutil.copy(os.path.join(DATA, "images", "group5.jpg"), self.path("group.jpg"))
        before = digest(picture)
        self.refused(self.mien("faces", "--model-folder", self.models, "-t", "group.jpg", "--sheet", "group.jpg"), USAGE, "itself")
        self.refused(self.mien("faces", "--model-folder", self.models, "-t", "group.jpg", "--sheet", "nowhere/sheet.png"), OUTPUT, "nowhere")
        self.refused(self.mien("faces", "--model-folder", self.models, "-t", "group.jpg", "--sheet", "sheet.mp4"), USAGE, ".png")
        self.assertEqual(digest(picture), before)

    @needs_models
    def test_nothing_to_show(self):
        png(self.path("plain.png"), 64, 48)
        self.refused(self.mien("faces", "--model-folder", self.models, "-t", "plain.png", "--sheet", "sheet.png"), INPUT, "no face")
        self.nothing_left("sheet.png")

    def test_of_a_drawn_film(self):
        told = self.lines(self.mien("faces", "--json", "-t", "pattern:320x180x4"))
        self.assertEqual({line["frame"] for line in told if line["event"] == "face"}, {0, 1, 2, 3})
        result = self.mien("faces", "-t", "pattern:320x180x4", "--sheet", "sheet.png")
        self.assertEqual(result.status, 0, result.err)
        self.assertTrue(os.path.exists(self.path("sheet.png")))


class Explain(CommandTest):
    def test_plan(self):
        result = self.mien("explain", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4")
        self.assertEqual(result.status, 0, result.err)
        for word in ("face_debugger", "gate", "mark", "receipt"):
            self.assertIn(word, result.out)
        self.assertEqual(self.lines(self.mien("explain", "--json", *MARK, "-t", "pattern:64x48x3", "-o", "out.mp4"))[0]["text"], result.out)
        self.nothing_left("out.mp4")
        # A plan needs no digest: a film of 20 GiB, most of it a hole, is not read.
        os.truncate(self.small_film(), 20 << 30)
        self.assertEqual(self.mien("explain", *MARK, "-t", "film.mp4", "-o", "out.mp4", limit=20 * SLOWER).status, 0)
        self.refused(self.mien("explain", *MARK, "-t", "nowhere.mp4", "-o", "out.mp4"), INPUT, "nowhere.mp4")
        self.refused(self.mien("explain", "--processors", "lip_syncer", "-t", "pattern:64x48x3", "-o", "out.mp4"), UNSUPPORTED, "lip_syncer")


class Analyse(CommandTest):
    @needs_models
    def test_film_and_picture(self):
        film = self.small_film()
        told = self.lines(self.mien("analyse", "--json", "--model-folder", self.models, "-t", film, "--sidecar", "a.db"))[-1]
        self.assertEqual((told["event"], told["frames"], told["sidecar"]), ("done", 12, "a.db"))
        self.assertEqual(told["detector_calls"], 12)
        again = self.lines(self.mien("analyse", "--json", "--model-folder", self.models, "-t", film, "--sidecar", "a.db"))[-1]
        self.assertEqual(again["detector_calls"], 0)
        self.refused(self.mien("analyse", "--model-folder", self.models, "-t", self.target_picture()), USAGE, "picture")

    @needs_models
    def test_reading_a_large_film_is_shown(self):
        film = self.small_film()
        with open(film, "ab") as file:  # a box that players skip
            file.write((80 << 20).to_bytes(4, "big") + b"free")
            file.truncate(file.tell() - 8 + (80 << 20))
        reading = [line for line in self.lines(self.mien("analyse", "--json", "--model-folder", self.models, "-t", film)) if line.get("pass") == "read"]
        self.assertEqual((reading[-1]["done"], reading[-1]["total"]), (80, 80))
        self.assertIn("mib_per_second", reading[-1])



STARTER = os.path.join(SOURCE, "assets", "starter")
DEMO = os.path.join(SOURCE, "assets", "demo")


class Starter(ProgramTest):
    """The networks and the film that ship with mien: no gate network is here, and none is needed for people who were rendered."""

    def run_demo(self, *more):
        return self.mien("run", "--source-paths", os.path.join(DEMO, "source.png"), "--target-path", os.path.join(DEMO, "story.mp4"), "--output-path", "out.mp4", "--trim-frame-end", "3",
                         "--face-selector-mode", "many", *more, MIEN_STARTER=STARTER, MIEN_TEST_GATE=None)

    def test_rendered_people_are_swapped_and_restored(self):
        result = self.run_demo("--processors", "face_swapper", "face_enhancer")
        self.assertEqual(result.status, 0, result.err)
        with open(self.path("out.mp4.receipt.json")) as file:
            receipt = json.load(file)
        self.assertEqual(receipt["result"]["faces_found"], 3)
        self.assertEqual(receipt["result"]["faces_processed"], 6)
        self.assertIn("starter_swapper_256", json.dumps(receipt))
        first = digest(self.path("out.mp4"))
        self.assertEqual(self.run_demo("--processors", "face_swapper", "face_enhancer", "--execution-thread-count", "1").status, 0)
        self.assertEqual(digest(self.path("out.mp4")), first)

    def test_other_pictures_are_refused_without_a_gate(self):
        shutil.copy(os.path.join(DEMO, "source.png"), self.path("other.png"))
        with open(self.path("other.png"), "ab") as file:
            file.write(b"\0")
        result = self.mien("run", "--source-paths", "other.png", "--target-path", os.path.join(DEMO, "story.mp4"), "--output-path", "out.mp4", MIEN_STARTER=STARTER, MIEN_TEST_GATE=None)
        self.assertEqual(result.status, REFUSED, result.err)
        self.assertFalse(os.path.exists(self.path("out.mp4")))

    def test_source_and_target_the_wrong_way_round(self):
        for output in ("out.mp4", "out.png"):
            result = self.mien("run", "--source-paths", os.path.join(DEMO, "story.mp4"), "--target-path", os.path.join(DEMO, "source.png"), "--output-path", output, MIEN_STARTER=STARTER,
                               MIEN_TEST_GATE=None)
            self.refused(result, INPUT, "story.mp4", "--target-path")
            self.nothing_left(output)

    def test_a_damaged_network_is_named(self):
        folder = self.path("starter")
        shutil.copytree(STARTER, folder)
        with open(os.path.join(folder, "starter_detector.onnx"), "r+b") as file:
            file.seek(1000)
            file.write(b"damage")
        result = self.mien("analyse", "--target-path", os.path.join(DEMO, "story.mp4"), MIEN_STARTER=folder)
        self.assertEqual(result.status, NETWORKS, result.err)
        self.assertIn("starter_detector", result.sentence())

    def test_race_is_not_told(self):
        result = self.mien("analyse", "--target-path", os.path.join(DEMO, "story.mp4"), "--face-selector-race", "asian", MIEN_STARTER=STARTER)
        self.assertEqual(result.status, USAGE, result.err)

if __name__ == "__main__":
    main()
