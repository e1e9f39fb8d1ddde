# Ctrl-C and kill -9: nothing half-written under the output's name, and the next run works.
# SPDX-License-Identifier: Apache-2.0
import os
import signal
import time

from program import HAVE_MODELS, LIMIT, ProgramTest, main, needs_models

LONG = ("run", "--processors", "face_debugger", "--face-selector-mode", "many", "-t", "pattern:1280x720x4000", "-o", "out.mp4")


class Interruption(ProgramTest):
    def test_interrupt_ends_within_a_second_and_leaves_nothing(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            self.interrupted(self.start(*LONG), "out.mp4", "out.mp4.receipt.json", by=number)

    def test_the_other_passes_end_within_a_second_too(self):
        """The live shape, and the analysis of a film, with one thread: there the stop is asked for by the thread that works."""
        runs = {"live": (*LONG, "--shape", "live"), "one thread": (*LONG, "--execution-thread-count", "1")}
        if HAVE_MODELS:
            film = self.pattern_film("film.mp4", "pattern:320x240x600")
            runs["analyse"] = ("run", *LONG[1:5], "--model-folder", self.models, "-t", film, "-o", "out.mp4", "--sidecar", "a.db")
        for name, words in runs.items():
            with self.subTest(run=name):
                self.interrupted(self.start(*words), "out.mp4", "out.mp4.receipt.json")

    def test_a_long_file_is_let_go(self):
        """A film of 20 GiB, most of it a hole: its digest takes far longer than this test."""
        film = self.small_film()
        os.truncate(film, 20 << 30)
        self.interrupted(self.start("run", *LONG[1:5], "-t", film, "-o", "out.mp4"), "out.mp4", "out.mp4.receipt.json")

    def test_headless_run_answers_an_interrupt_as_facefusion_does(self):
        run = self.start("headless-run", *LONG[1:])
        time.sleep(1.5)
        run.send_signal(signal.SIGINT)
        run.communicate(timeout=LIMIT)
        self.assertEqual(run.returncode, 0)
        self.nothing_left("out.mp4", "out.mp4.receipt.json")

    def test_killed_runs_leave_no_result_and_the_next_one_works(self):
        for wait in (0.2, 0.6, 1.2):
            run = self.start(*LONG)
            time.sleep(wait)
            run.kill()
            run.communicate()
            self.assertFalse(os.path.exists(self.path("out.mp4")))
        result = self.mien("run", "--processors", "face_debugger", "--face-selector-mode", "many", "-t", "pattern:64x48x5", "-o", "out.mp4")
        self.assertEqual(result.status, 0, result.err)

    @needs_models
    def test_a_killed_analysis_is_not_lost(self):
        film = self.pattern_film("film.mp4", "pattern:320x240x60")
        words = ("analyse", "--model-folder", self.models, "-t", film, "--sidecar", "a.db", "--execution-thread-count", "1")
        run = self.start(*words)
        time.sleep(2.5)
        run.kill()
        run.communicate()
        result = self.mien(*words)
        self.assertEqual(result.status, 0, result.err)
        self.assertIn("60 frames", result.out)
        again = self.mien(*words)
        self.assertIn(" 0 detector calls", again.out)


if __name__ == "__main__":
    main()
