# The benchmark runs, and every line it prints is JSON with the numbers it promises. No time is judged.
# SPDX-License-Identifier: Apache-2.0
import json
import os
import shutil
import subprocess
import sys
import unittest

RUN = os.path.join(os.environ["MIEN_SOURCE_DIR"], "tests", "benchmark", "run")
BUILD = os.environ["MIEN_BUILD_DIR"]


class Lines(unittest.TestCase):
    def lines(self, *words, **environment):
        done = subprocess.run([sys.executable, RUN, "--build", BUILD, "--runs", "1", *words], env=dict(os.environ, **environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return [json.loads(line) for line in done.stdout.splitlines()]

    def test_whole_runs(self):
        lines = self.lines("--only", "whole", "--frames", "6", MIEN_GOLDENS_DATA="nowhere")
        self.assertEqual([(line["run"], line["writer"], line["film"], line["frames"]) for line in lines], [("marked", "film", "drawn", 6), ("marked", "null", "drawn", 6)])
        for line in lines:
            self.assertNotIn("facefusion", line)
            self.assertGreater(line["processor_s"], 0)
            self.assertGreater(line["peak_mib"], 1)
            # The parts are the whole.
            self.assertAlmostEqual(sum(line["of_processor"].values()), 1, delta=0.01)
            self.assertGreaterEqual(min(line["ms_per_frame"].values()), 0)
        self.assertGreater(lines[0]["ms_per_frame"]["encoder"], 0)
        self.assertEqual(lines[1]["ms_per_frame"]["encoder"], 0)

    def test_memory(self):
        line, = self.lines("--only", "memory", "--frames", "10", MIEN_GOLDENS_DATA="nowhere")
        self.assertEqual(line["frames"], [10, 100])
        self.assertEqual(len(line["peak_mib"]), 2)

    def test_kernels(self):
        lines = self.lines("--only", "kernels", "--kernel", "keep_unchanged")
        self.assertIn("copy", lines[0])
        self.assertEqual([line["kernel"] for line in lines[1:]], ["keep_unchanged.u8", "keep_unchanged.u16"])
        for line in lines[1:]:
            self.assertGreater(line["share_of_copy"], 0)


if __name__ == "__main__":
    if not os.path.isfile(os.path.join(BUILD, "bin", "mien")) or not shutil.which("ffmpeg"):
        print("skipped: the program or ffmpeg is not here")
        sys.exit(77)
    unittest.main()
