# What the program tests share: running mien in a folder of its own, and films and pictures to give to it.
# SPDX-License-Identifier: Apache-2.0
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib

PROGRAM = os.environ["MIEN_PROGRAM"]
SOURCE = os.environ["MIEN_SOURCE_DIR"]
GOLDENS = os.environ.get("MIEN_GOLDENS", os.path.join(SOURCE, "..", "shared", "goldens"))
MODELS = os.environ.get("MIEN_GOLDENS_MODELS", os.path.join(GOLDENS, "models"))
DATA = os.environ.get("MIEN_GOLDENS_DATA", os.path.join(SOURCE, "..", "shared", "data"))
HAVE_MODELS = os.path.isfile(os.path.join(MODELS, "yoloface_8n.onnx"))
HAVE_FFMPEG = shutil.which("ffmpeg") is not None
needs_models = unittest.skipUnless(HAVE_MODELS, "the functional networks of ../shared are not here")
needs_ffmpeg = unittest.skipUnless(HAVE_FFMPEG, "the ffmpeg program is not here")

# Seconds that a run may take. tools/check_deep allows more to programs that are watched; what must be quick may then be slower by the same factor.
LIMIT = float(os.environ.get("MIEN_TEST_LIMIT", "120"))
SLOWER = LIMIT / 120

# For tests in which it does not matter who finds faces: a detector that looks at a quarter of the usual pixels.
QUICK = ("--face-detector-model", "scrfd", "--face-detector-size", "320x320")

small_films = {}  # their bytes by the ending of the name
proven = set()  # lines of models.lock: which networks (by digest) take batches; proving that anew for every test would cost more than most tests

USAGE, INPUT, NETWORKS, UNSUPPORTED, REFUSED, DEVICE, OUTPUT, INTERRUPTED = 64, 65, 66, 69, 70, 71, 73, 130


class Result:
    def __init__(self, status, out, err):
        self.status, self.out, self.err = status, out, err

    def sentence(self):
        lines = [line for line in self.err.splitlines() if line.startswith("mien: ")]
        return lines[-1][6:] if lines else ""


class ProgramTest(unittest.TestCase):
    """Each test has a folder of its own with links to the functional networks, and no other home than that folder."""

    maxDiff = None

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="mien_test_")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.models = os.path.join(self.folder, "networks")
        os.mkdir(self.models)
        if HAVE_MODELS:
            for name in os.listdir(MODELS):
                if name.endswith((".onnx", ".hash")):
                    os.symlink(os.path.join(MODELS, name), os.path.join(self.models, name))
        if proven:
            with open(os.path.join(self.models, "models.lock"), "w") as file:
                file.writelines(sorted(proven))

    def tearDown(self):
        lock = os.path.join(self.models, "models.lock")
        if os.path.isfile(lock):
            with open(lock, errors="replace") as file:
                proven.update(line for line in file if line.startswith("batch ") and line.endswith("\n"))

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def environment(self, **more):
        names = ("PATH", "LANG", "LD_LIBRARY_PATH", "MIEN_ORT_LIBRARY", "ASAN_OPTIONS", "LSAN_OPTIONS", "TSAN_OPTIONS", "UBSAN_OPTIONS", "LLVM_PROFILE_FILE")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        # Without networks of its own, so that what a test gives is all there is.
        kept.update(HOME=self.folder, XDG_CACHE_HOME=self.path("cache"), MIEN_TEST_GATE="1", MIEN_STARTER="")
        kept.update(more)
        return {name: value for name, value in kept.items() if value is not None}

    def mien(self, *words, limit=LIMIT, preexec=None, other=None, **environment):
        """Runs the program; `other` is what other_user() gave."""
        done = subprocess.run([PROGRAM, *words], cwd=self.folder, env=self.environment(**environment), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=limit,
                              preexec_fn=preexec, **(other or {}))
        return Result(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace"))

    def other_user(self):
        """Files that may not be read mean nothing to root: then the program is run as nobody, who gets a home in this test's folder."""
        if os.geteuid() != 0:
            return {}
        nobody = {"user": 65534, "group": 65534, "extra_groups": []}
        os.chmod(self.folder, 0o777)
        try:
            subprocess.run([PROGRAM, "--version"], cwd=self.folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **nobody)
        except (OSError, subprocess.CalledProcessError):
            self.skipTest("this user may read everything, and another one cannot start the program")
        return nobody

    def run_mien(self, *words, **more):
        return self.mien("run", "--model-folder", self.models, *words, **more)

    def refused(self, result, status, *fragments):
        """One sentence, the documented status, and the words that must be in it."""
        self.assertEqual(result.status, status, result.err)
        self.assertNotEqual(result.sentence(), "", result.err)
        for fragment in fragments:
            self.assertIn(fragment, result.sentence())

    def nothing_left(self, *names):
        """No file under these names, and nothing half-written beside them."""
        for name in names:
            self.assertFalse(os.path.lexists(self.path(name)), name)
        left = [name for name in os.listdir(self.folder) if ".part" in name or name.startswith(".out")]
        self.assertEqual(left, [])

    def start(self, *words):
        return subprocess.Popen([PROGRAM, *words], cwd=self.folder, env=self.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)

    def interrupted(self, run, *names, by=signal.SIGINT, wait=1.5):
        """A run that is told to stop after a while ends within a second (and a margin for a busy machine) with its own status, and leaves nothing under the names."""
        time.sleep(wait)
        self.assertIsNone(run.poll(), "the run ended by itself: make it longer")
        asked = time.monotonic()
        run.send_signal(by)
        _, err = run.communicate(timeout=LIMIT)
        self.assertLess(time.monotonic() - asked, 3.0 * SLOWER)
        self.assertEqual(run.returncode, INTERRUPTED, err)
        self.nothing_left(*names)

    def small_film(self, name="film.mp4"):
        """A dozen frames of somebody who was rendered: an ordinary file from then on, without a receipt. Rendered once per suite and kind of file."""
        kind = os.path.splitext(name)[1]
        if kind not in small_films:
            result = self.mien("synth", "still", "--size", "128x96", "--fps", "25", "--frames", "12", "--out", name)
            self.assertEqual(result.status, 0, result.err)
            os.remove(self.path(name + ".receipt.json"))
            with open(self.path(name), "rb") as file:
                small_films[kind] = file.read()
        with open(self.path(name), "wb") as file:
            file.write(small_films[kind])
        return self.path(name)

    def pattern_film(self, name, text):
        """A film that mien drew, where many frames are wanted quickly."""
        result = self.mien("run", "--processors", "face_debugger", "--face-selector-mode", "many", "-t", text, "-o", name)
        self.assertEqual(result.status, 0, result.err)
        return self.path(name)

    def ffmpeg(self, *words):
        subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", *words], cwd=self.folder, check=True)

    def source_picture(self):
        return os.path.join(DATA, "images", "obama.jpg")

    def target_picture(self):
        return os.path.join(DATA, "images", "astronaut.png")


def png(path, width, height, colour_type=2, depth=8, value=128, alpha=None):
    """Writes a one-colour PNG by hand: grey 0, rgb 2, palette 3, grey+alpha 4, rgba 6."""
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}[colour_type]
    sample = struct.pack(">H", value * 257) if depth == 16 else bytes([value if colour_type != 3 else 0])
    row = b"\0" + sample * (width * channels)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    body = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0))
    if colour_type == 3:
        body += chunk(b"PLTE", bytes([value, 10, 20]))
    packer = zlib.compressobj(1)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + body + chunk(b"IDAT", data) + chunk(b"IEND", b""))
    return path


def main():
    """unittest's own main, with a closing line that says what was left out and why."""
    program = unittest.main(exit=False, verbosity=1)
    for _, reason in program.result.skipped:
        print("skipped:", reason)
    sys.exit(0 if program.result.wasSuccessful() else 1)
