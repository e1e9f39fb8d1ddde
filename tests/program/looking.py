# What the tests of compare and report share: a rendered film, its true swap, and a result made of the same film.
# SPDX-License-Identifier: Apache-2.0
import hashlib
import json
import os
import shutil
import tempfile

from program import SOURCE, ProgramTest

STARTER = os.path.join(SOURCE, "assets", "starter")
FACE = os.path.join(SOURCE, "assets", "demo", "source.png")
FRAMES, SIZE = 8, "160x120"


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


class LookingTest(ProgramTest):
    """Films are made once for all tests of a class, in a folder beside those of the tests."""

    @classmethod
    def setUpClass(cls):
        cls.films = tempfile.mkdtemp(prefix="mien_films_")
        cls.addClassCleanup(shutil.rmtree, cls.films, ignore_errors=True)
        maker = cls("made")
        maker.folder = cls.films
        scene = json.loads(maker.made("synth", "still", "--show").out)
        scene["people"].append(11)
        scene["shots"][0]["performers"][0]["speech"] = [{"text": "babble", "from": 0}]
        with open(maker.path("scene.json"), "w") as file:
            json.dump(scene, file)
        maker.made("synth", "scene.json", "--size", SIZE, "--fps", "10", "--frames", str(FRAMES), "--out", "film.mp4", "--truth", "t", "--twins", "swap")
        for tail in ("", ".receipt.json"):
            os.rename(maker.path("t", "twins", "swap.mp4" + tail), maker.path("truth.mp4" + tail))
        # A run paints on what it renders itself; the frames are those of the film.
        maker.made("run", "--face-selector-mode", "many", "-s", FACE, "-t", "synth:scene.json?size=%s&fps=10&frames=%d" % (SIZE, FRAMES), "-o", "result.mp4")

    def made(self, *words, **more):
        """Runs the program with the starter networks and without a gate; it must succeed. What one test has analysed the others need not look for."""
        result = self.mien(*words, **dict({"MIEN_STARTER": STARTER, "MIEN_TEST_GATE": None, "XDG_CACHE_HOME": self.film("cache")}, **more))
        self.assertEqual(result.status, 0, result.err)
        return result

    def tried(self, *words, **more):
        return self.mien(*words, MIEN_STARTER=STARTER, MIEN_TEST_GATE=None, XDG_CACHE_HOME=self.film("cache"), **more)

    def film(self, name):
        return os.path.join(self.films, name)

    def copied(self, name, to=None, receipt=True):
        """A film of the class in the test's own folder."""
        shutil.copy(self.film(name), self.path(to or name))
        if receipt:
            with open(self.film(name + ".receipt.json"), "rb") as source, open(self.path((to or name) + ".receipt.json"), "wb") as out:
                out.write(source.read())
        return self.path(to or name)

    def receipt(self, name):
        with open(self.path(name + ".receipt.json")) as file:
            return json.load(file)
