# mien bench truth as a user meets it: rows that are there, finite, the same on any number of threads, better than what stands beside them; and sentences.
# SPDX-License-Identifier: Apache-2.0
import json
import math
import os
import shutil
import signal
import subprocess
import time

from program import INTERRUPTED, NETWORKS, PROGRAM, SOURCE, USAGE, ProgramTest, main

STARTER = os.path.join(SOURCE, "assets", "starter")
# What must be better than the constant beside it, however few pictures there are.
BETTER = {"nme", "nme_from_5", "tar_at_far_1e-3", "age_error", "miou", "iou", "cosine_to_source", "mean_abs", "delta_e_2000", "sex_right"}


class Bench(ProgramTest):
    def bench(self, *words, **more):
        return self.mien("bench", "truth", "--pack", "starter", *(() if "--sample" in words else ("--sample", "tiny")), *words, MIEN_STARTER=STARTER, **more)

    def rows(self, *words):
        result = self.bench("--json", *words)
        self.assertEqual(result.status, 0, result.err)
        lines = [json.loads(line) for line in result.out.splitlines()]
        self.assertEqual(lines[-1]["event"], "done")
        rows = [line for line in lines if line["event"] == "measure"]
        self.assertEqual(lines[-1]["measures"], len(rows))
        return rows

    def test_every_measure_of_the_page_is_taken_and_beats_what_stands_beside_it(self):
        with open(os.path.join(SOURCE, "docs", "generated", "bench.md")) as file:
            cells = [[cell.strip() for cell in line.split("|")[1:-1]] for line in file if line.startswith("| ") and line.count("|") == 7 and "`" in line]
        rows = self.rows("--execution-thread-count", "2")
        absent = {row["task"] for row in rows if not row["measure"]}
        for row in rows:
            if not row["measure"]:
                self.assertIsNone(row["value"])
                self.assertFalse(os.path.exists(os.path.join(STARTER, row["network"] + ".onnx")), row)
        measured = {(row["task"], row["measure"]): row for row in rows if row["measure"]}
        for task, measure, *_ in cells:
            name = measure.strip("`")
            if task in absent and task != "swap" or name == "nearer_to_source_outside":
                continue
            with self.subTest(task=task, measure=name):
                row = measured[task, name]
                if row["value"] is None:
                    self.assertEqual(row["count"], 0, row)
                    continue
                self.assertTrue(math.isfinite(row["value"]), row)
                self.assertGreater(row["count"], 0)
                if name in BETTER:
                    better = row["value"] > row["baseline"] if row["at_least"] else row["value"] < row["baseline"]
                    self.assertTrue(better, row)
                if row["target"] is not None:
                    self.assertEqual(row["met"], row["value"] >= row["target"] if row["at_least"] else row["value"] <= row["target"])
        again = self.rows("--execution-thread-count", "1", "--tasks", "occlude")
        self.assertEqual(again, [row for row in rows if row["task"] == "occlude"])

    def test_a_network_that_is_not_there_is_said_and_not_measured(self):
        folder = self.path("starter")
        os.mkdir(folder)
        for name in ("starter_detector.onnx", "starter_recogniser.onnx"):
            shutil.copy(os.path.join(STARTER, name), folder)
        result = self.mien("bench", "truth", "--pack", "starter", "--sample", "tiny", "--tasks", "occlude,swap,classify", MIEN_STARTER=folder)
        self.refused(result, NETWORKS, "none of the networks to measure is here", "starter")
        lines = [line for line in result.out.splitlines() if "no network" in line]
        self.assertEqual(len(lines), 4, result.out)  # two swappers

    def test_a_damaged_network_is_named_and_refused(self):
        folder = self.path("starter")
        os.mkdir(folder)
        with open(os.path.join(STARTER, "starter_occluder.onnx"), "rb") as file:
            content = bytearray(file.read())
        content[len(content) // 2] ^= 255
        with open(os.path.join(folder, "starter_occluder.onnx"), "wb") as file:
            file.write(content)
        result = self.mien("bench", "truth", "--pack", "starter", "--sample", "tiny", "--tasks", "occlude", MIEN_STARTER=folder)
        self.refused(result, NETWORKS, "starter_occluder")

    def test_words_that_make_no_sense(self):
        for words, fragment in ((("--tasks", "juggle"), "no task \"juggle\""), (("--sample", "huge"), "no sample \"huge\""), (("--people", "3"), "10 to 4000"),
                                (("--people", "many"), "whole number"), (("--execution-thread-count", "0"), "execution-thread-count"), (("--outside", "nothing.onnx", "--tasks", "swap"), "nothing.onnx")):
            with self.subTest(words=words):
                self.refused(self.bench(*words), NETWORKS if "--outside" in words else USAGE, fragment)
        self.refused(self.mien("bench"), USAGE)

    def test_it_stops_when_asked(self):
        process = subprocess.Popen([PROGRAM, "bench", "truth", "--pack", "starter", "--sample", "full"], cwd=self.folder, env=self.environment(MIEN_STARTER=STARTER), stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        time.sleep(1.5)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
        self.assertEqual(process.returncode, INTERRUPTED, err)
        self.assertIn(b"stopped on request", err)


if __name__ == "__main__":
    main()
