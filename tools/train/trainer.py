"""The schedule: batches are rendered in one thread, and each feeds several networks that train side by side.

SPDX-License-Identifier: Apache-2.0
"""
import json
import os
import tarfile
import time

import numpy as np
import torch

import checkpoint
import export
import finding
import knowing
import masking
import pack
import painting
import people
import score
from feeds import Feeds, Pool, make_on_stream

# In the order of a step: the swappers use what the recogniser has become.
TASKS = [finding.DetectorTask, finding.LandmarkerTask, finding.GuesserTask, knowing.RecogniserTask, knowing.ClassifierTask, masking.OccluderTask, masking.ParserTask,
         painting.SwapperTask, painting.RestorerTask, masking.MatteTask, painting.ColorizerTask, painting.DoubleTask, painting.QuadrupleTask]
PIECE = 15 << 20
SETTLING = 40  # steps over which the norms of what is exported get their statistics


class Setting:
    """What the tasks share: seeds, and which person seed is which class."""

    def __init__(self, asked, stage):
        self.seed, self.people, self.whole, self.compile, self.rate = asked.seed, asked.people, asked.whole, asked.compile, asked.rate
        self.halved = asked.halved
        self.keep = [part for part in asked.keep.split(",") if part]
        self.seed_table = np.array([stage.person_seed(number, False) for number in range(asked.people)], "u4")
        self.seed_order = np.argsort(self.seed_table)
        self.trait_names = stage.trait_names()
        everybody = np.zeros(asked.people, people.PERSON)
        everybody["seed"], everybody["hair_style"], everybody["glasses"] = self.seed_table, -1, -1
        known = stage.traits(everybody)
        self.trait_mean, self.trait_spread = known.mean(0), known.std(0).clip(1e-3)


def prepare(asked):
    device = torch.device(asked.device or ("cuda" if torch.cuda.is_available() else "cpu"))
    if device.type == "cuda":
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = True
        device = torch.device("cuda", 0)
    threads = asked.threads or (12 if device.type == "cuda" else os.cpu_count())
    stage = people.People(asked.library, device, threads, int(asked.figure_gib * (1 << 30)))
    setting = Setting(asked, stage)
    left_out = set(filter(None, asked.without.split(",")))
    wanted = set(asked.tasks.split(",")) if asked.tasks else {kind.name for kind in TASKS}
    tasks = [kind(device, setting) for kind in TASKS if kind.name in wanted and kind.name not in left_out]
    check_kept(asked, setting, tasks)
    swappers = [task for task in tasks if isinstance(task, painting.SwapperTask)]
    for name, kind in (("recogniser", knowing.RecogniserTask), ("landmarker", finding.LandmarkerTask)) if swappers else ():
        network = judge(kind, tasks, device, setting, asked.judges)
        for task in swappers:
            setattr(task, name, network)
    if asked.warm and not asked.resume:
        for task in tasks:
            task.begin_with(asked.warm)
    return device, stage, tasks


def check_kept(asked, setting, tasks):
    """What is to stay must be there, and come from a file."""
    if setting.keep and not (asked.warm or asked.resume):
        raise SystemExit("train: --keep %s keeps what nothing was read into: name a pack's folder with --warm" % asked.keep)
    parts = {name for task in tasks for name, _ in task.network.named_modules() if name}
    pack.check_parts("train", setting.keep, parts, {name for task in tasks for name, _ in task.network.named_children()})


def judge(kind, tasks, device, setting, folder):
    """The network that losses ask: of the task that trains beside, of a training's checkpoint, or of a pack's file."""
    beside = next((task for task in tasks if isinstance(task, kind)), None)
    if beside:
        return beside.average
    task = kind(device, setting)
    if os.path.exists(os.path.join(folder, checkpoint.INDEX)):
        checkpoint.restore(checkpoint.load(folder, device), [task])
    else:
        pack.read(task.average, folder, task.name)
    if setting.compile:
        task.average.compile(dynamic=False)
    return task.average


def numbers(task):
    return {name: round(float(value), 5) for name, value in task.notes.items()}


def train(asked, start):
    device, stage, tasks = prepare(asked)
    progress, step, before = 0.0, 0, []
    if asked.resume:
        progress, step = checkpoint.restore(checkpoint.load(asked.resume, device), tasks)
        progress = progress if asked.again is None else asked.again
        held = os.path.join(asked.resume, "curves.json")
        if os.path.exists(held):
            with open(held) as file:
                before = json.load(file).get("curves", [])
    feeds = Feeds(asked, tasks)
    reserve = 12 + (25 if asked.export else 0) + (30 if asked.score else 0)
    reuse = asked.reuse
    producer = people.Producer(stage, make_on_stream(feeds), feeds.slots(stage, asked.pool + 3), (step + reuse - 1) // reuse)
    pool = Pool(producer, asked.pool, reuse, asked.seed)
    begun, first_progress, first_step, curves, waited, told = time.monotonic(), progress, step, [], 0.0, time.monotonic()
    saved = told
    # The last step ends the schedule, however long the steps before it were.
    whole = max(1.0, asked.minutes * 60 - reserve - (begun - start)) / max(1e-6, 1 - progress) if asked.export and asked.steps is None else asked.of * 60
    print("train: %d networks on %s, ready after %.0f s" % (len(tasks), device, begun - start), flush=True)
    while time.monotonic() - start < asked.minutes * 60 - reserve and progress < 1 and (asked.steps is None or step - first_step < asked.steps):
        asking = time.monotonic()
        feed = pool.feed(step)
        waited += time.monotonic() - asking
        progress = min(1.0, first_progress + (time.monotonic() - begun) / whole)
        for task in tasks:
            if task.is_active(step, progress):
                task.step(feed, progress)
        step += 1
        if time.monotonic() - told > 10:
            told = time.monotonic()
            curves.append({"step": step, "progress": round(progress, 4), "seconds": round(told - begun, 1), "waited": round(waited, 1), "rendered": round(producer.seconds, 1),
                           "figures": stage.figures(), **{task.name: numbers(task) for task in tasks if task.notes}})
            print(json.dumps(curves[-1]), flush=True)
            broken = [task.name for task in tasks if "loss" in task.notes and not np.isfinite(float(task.notes["loss"]))]
            if broken:
                raise RuntimeError("the loss of %s is no number any more" % ", ".join(broken))
            if told - saved > asked.save_every * 60:
                saved = told
                checkpoint.save(asked.out, tasks, progress, step)
    if asked.export:
        settling = time.monotonic()
        for task in tasks:
            task.settle(pool.feed(step + i) for i in range(SETTLING))
        print("train: norms settled in %.0f s" % (time.monotonic() - settling), flush=True)
    producer.stop()
    held = checkpoint.save(asked.out, tasks, progress, step)
    print("train: %d steps in %.0f s, waited %.0f s for pictures; checkpoint of %.1f MiB" % (step - first_step, time.monotonic() - begun, waited, held / (1 << 20)), flush=True)
    report = {"curves": before + curves}
    if asked.score:
        report["scores"] = score.everything(stage, {task.name: task for task in tasks}, asked)
        print(json.dumps(report["scores"], indent=1), flush=True)
    if asked.export:
        report["files"] = export_all(asked, tasks)
    return report


def export_all(asked, tasks):
    """Writes, verifies and packs the files; returns their rows."""
    import hashlib
    folder = os.path.join("/tmp" if os.path.isdir("/tmp") else asked.out, "starter_%d" % os.getpid())
    os.makedirs(folder, exist_ok=True)
    rows, whole = [], os.path.join(folder, "starter.tar")
    with tarfile.open(whole, "w") as pack:
        for task in tasks:
            path, module = export.write(task.name, task.average, folder)
            with open(path, "rb") as file:
                digest = hashlib.sha256(file.read()).hexdigest()
            row = {"name": task.name, "bytes": os.path.getsize(path), "sha256": digest, "difference": export.verify(task.name, path, module),
                   "milliseconds": round(export.milliseconds(task.name, path), 2), "steps": task.steps}
            rows.append(row)
            print("train:", json.dumps(row), flush=True)
            pack.add(path, task.name + ".onnx")
    with open(whole, "rb") as file:
        data = file.read()
    for i, at in enumerate(range(0, len(data), PIECE)):
        with open(os.path.join(asked.out, "starter.tar.%d" % i), "wb") as file:
            file.write(data[at:at + PIECE])
    return rows
