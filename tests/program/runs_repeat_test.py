# Determinism: the same frames for any number of threads, any batch, both shapes and every run; a second run calls no detector.
# SPDX-License-Identifier: Apache-2.0
import json
import os

from program import DATA, ProgramTest, main, needs_models


class RunsRepeat(ProgramTest):
    def digests(self, *words):
        result = self.run_mien("--writer", "digest", "-o", "digest.txt", *words)
        self.assertEqual(result.status, 0, result.err)
        return open(self.path("digest.txt")).read()

    def test_pattern(self):
        words = ("--processors", "face_debugger", "--face-selector-mode", "many", "-t", "pattern:320x180x30")
        first = self.digests(*words)
        self.assertEqual(len(first.splitlines()), 30)
        for more in (("--execution-thread-count", "1"), ("--execution-thread-count", "2"), ("--batch", "16"), ("--shape", "live"), ("--shape", "live", "--look-ahead", "4")):
            self.assertEqual(self.digests(*words, *more), first, more)

    def test_files_are_byte_equal(self):
        words = ("--processors", "face_debugger", "--face-selector-mode", "many", "-t", "pattern:160x96x20")
        for name in ("a.mp4", "b.mp4"):
            self.assertEqual(self.run_mien(*words, "-o", name).status, 0)
        for name in ("c.mkv", "d.mkv"):
            self.assertEqual(self.run_mien(*words, "-o", name, "--execution-thread-count", "1").status, 0)
        self.assertEqual(self.run_mien(*words, "-o", "a.mp4", "--log-level", "info").err.count("anew"), 0)
        self.assertEqual(open(self.path("a.mp4"), "rb").read(), open(self.path("b.mp4"), "rb").read())
        self.assertEqual(open(self.path("c.mkv"), "rb").read(), open(self.path("d.mkv"), "rb").read())

    @needs_models
    def test_swap(self):
        clip = os.path.join(DATA, "clips", "liveportrait_d18.mp4")
        words = ("--processors", "face_swapper", "face_enhancer", "--face-swapper-model", "inswapper_128", "--face-mask-types", "box", "occlusion", "-s", self.source_picture(), "-t", clip,
                 "--trim-frame-end", "10")
        first = self.digests(*words, "--sidecar", "first.db")
        for number, more in enumerate((("--execution-thread-count", "1"), ("--execution-thread-count", "2"), ("--batch", "16"), ("--shape", "live"), ())):
            self.assertEqual(self.digests(*words, "--sidecar", "other%d.db" % number, *more), first, more)

    @needs_models
    def test_a_second_run_calls_no_detector(self):
        clip = os.path.join(DATA, "clips", "liveportrait_d18.mp4")
        first = self.run_mien("--json", "--face-swapper-model", "inswapper_128", "-s", self.source_picture(), "-t", clip, "-o", "a.mp4", "--trim-frame-end", "6")
        self.assertEqual(first.status, 0, first.err)
        done = json.loads(first.out.splitlines()[-1])
        # The source's own detection is one call.
        self.assertEqual(done["detector_calls"], 7)
        other = self.run_mien("--json", "--processors", "face_enhancer", "-t", clip, "-o", "b.mp4", "--trim-frame-end", "6")
        self.assertEqual(other.status, 0, other.err)
        self.assertEqual(json.loads(other.out.splitlines()[-1])["detector_calls"], 0)


if __name__ == "__main__":
    main()
