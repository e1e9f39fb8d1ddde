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

# In the order of a step: the swappers use what the recogniser has become.
TASKS = [finding.DetectorTask, finding.LandmarkerTask, finding.GuesserTask, knowing.RecogniserTask, knowing.ClassifierTask, masking.OccluderTask, masking.ParserTask,
         painting.SwapperTask, painting.SmallSwapperTask, painting.RestorerTask, masking.MatteTask, painting.ColorizerTask, painting.DoubleTask, painting.QuadrupleTask]
PIECE = 15 << 20
SETTLING = 40  # steps over which the norms of what is exported get their statistics


class Setting:
    """What the tasks share: seeds, and which person seed is which class."""

    def __init__(self, asked, stage):
        self.seed, self.people, self.whole, self.compile, self.rate = asked.seed, asked.people, asked.whole, asked.compile, asked.rate
        self.keep = [part for part in asked.keep.split(",") if part]
        self.seed_table = np.array([stage.person_seed(number, False) for number in range(asked.people)], "u4")
        self.seed_order = np.argsort(self.seed_table)
        self.trait_names = stage.trait_names()
        everybody = np.zeros(asked.people, people.PERSON)
        everybody["seed"], everybody["hair_style"], everybody["glasses"] = self.seed_table, -1, -1
        known = stage.traits(everybody)
        self.trait_mean, self.trait_spread = known.mean(0), known.std(0).clip(1e-3)


class Feeds:
    """What one step renders: kinds of batches, their sizes and casts."""

    def __init__(self, asked, tasks):
        count = lambda usual: max(2, int(round(usual * asked.share)))
        self.people, self.seed = asked.people, asked.seed
        self.faces, self.small, self.crowd, self.fine = count(48), count(192), count(24), count(8)
        self.window = min(112, asked.people)
        self.kinds = {kind for task in tasks for kind in task.feeds}
        self.small = max(self.small, self.faces) if "small" in self.kinds else self.faces
        if "source" in self.kinds:
            self.kinds.add("small")

    def slots(self, stage, count):
        """Memory for batches, used in turn."""
        made = []
        for _ in range(count):
            face = ("picture", "regions", "face", *(["twin"] if "twin" in self.kinds else []))
            shapes = {"face": (face, self.faces, 320), "small": (("picture",), self.small, 160), "crowd": (("picture", "alpha"), self.crowd, 448), "fine": (("picture",), self.fine, 576)}
            made.append({kind: stage.new_planes(*shape) for kind, shape in shapes.items() if kind in self.kinds})
        return made

    def seeds(self, step, kind, count):
        """Shot seeds of a step: never the same twice, the same in every run."""
        start = (step * 8 + kind) * 1024 + self.seed * 0x9E3779B1
        return ((start + np.arange(count, dtype="u8")) & 0xFFFFFFFF).astype("u4")

    def make(self, stage, step, slot):
        """Renders one step's batches. Windows of people move on, so that finished people serve many steps."""
        window = {"first": step // 70 * self.window % max(1, self.people - self.window + 1), "count": self.window, "held_out": 0, "looks": 2, "partners": 2, "detail": 1}
        everybody = {"first": 0, "count": self.people, "held_out": 0, "looks": 2, "partners": 0, "detail": 2}
        ready = {}

        def render(kind, shots, warm):
            ready[kind] = people.Batch(slot[kind], stage.render(shots, slot[kind]), shots, stage.device).warm(warm)

        whose = ("box", "points_5", "points_68", "points_3d", "visible", "visible_share", "age", "sex")
        if self.kinds & {"face", "small"}:
            faces = stage.sample(people.FACE, self.seeds(step, 0, self.faces), 320, window)
        if "face" in self.kinds:
            render("face", faces, whose)
        if "small" in self.kinds:
            render("small", stage.sample(people.FACE, self.seeds(step, 1, self.small), 160, everybody, self.numbers_of(stage, faces, step)), whose)
        if "crowd" in self.kinds:
            render("crowd", stage.sample(people.CROWD, self.seeds(step, 2, self.crowd), 448, {**window, "partners": 0, "detail": 2}),
                   ("all_box", "all_points_5", "all_person", "all_visible_share"))
        if "fine" in self.kinds:
            # What is to be restored is the face, not a camera's noise and blur.
            render("fine", people.undegraded(stage.sample(people.FACE, self.seeds(step, 3, self.fine), 576, {**window, "partners": 0})), ("points_5",))
        for kind in ready.keys() & {"face", "small"}:
            ready[kind].keep("traits", stage.traits(ready[kind].shots["performers"]["person"][:, 0]))
        if stage.device.type == "cuda":
            torch.cuda.current_stream().synchronize()
        return ready

    def numbers_of(self, stage, faces, step):
        """Who plays in the small pictures: first the others of the faces, as sources of swaps, then anybody, from the seed."""
        if not hasattr(self, "number_of"):
            self.number_of = {stage.person_seed(number, False): number for number in range(self.people)}
        others = [self.number_of[int(seed)] for seed in faces["performers"]["other"]["seed"][:, 0]]
        rest = np.random.default_rng((self.seed, step)).integers(0, self.people, self.small - len(others))
        return np.concatenate([np.array(others, "u4"), rest.astype("u4")])


class Pool:
    """Batches that were rendered: each serves several steps, in company that changes. What a step gets follows from its number alone."""

    def __init__(self, producer, room, reuse, seed):
        self.producer, self.room, self.reuse, self.seed = producer, room, reuse, seed
        self.held = []

    def feed(self, step):
        """The batches of a step. One step in `reuse` sees new ones; the others draw from what is held. Kinds that do not belong together come from different times."""
        fresh = step % self.reuse == 0 or not self.held
        if fresh:
            if len(self.held) == self.room:
                self.producer.release(self.held.pop(0)[1])
            _, made, slot = self.producer.next()
            self.held.append((made, slot))
        draw = np.random.default_rng((self.seed, step, 7)).integers(0, len(self.held), 3)
        if fresh:
            draw[:] = len(self.held) - 1
        faces, crowd, fine = (self.held[i][0] for i in draw)
        return {kind: origin[kind] for kind, origin in (("face", faces), ("small", faces), ("crowd", crowd), ("fine", fine)) if kind in origin}


def make_on_stream(feeds):
    """Feeds.make with its copies on a stream of their own, beside the networks' work."""
    stream = torch.cuda.Stream() if torch.cuda.is_available() else None

    def make(stage, step, slot):
        if stream is None or stage.device.type != "cuda":
            return feeds.make(stage, step, slot)
        with torch.cuda.stream(stream):
            return feeds.make(stage, step, slot)

    return make


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
    for part in setting.keep:
        if part not in parts:
            known = sorted({name for task in tasks for name, _ in task.network.named_children()})
            raise SystemExit("train: --keep %s: no network that is trained has this part; there are %s, and what lies in them" % (part, ", ".join(known)))


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


def timed(device, work):
    if device.type == "cuda":
        torch.cuda.synchronize()
    start = time.monotonic()
    made = work()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return made, time.monotonic() - start


def compare_threads(asked, device, feed):
    """Frames per second of the faces with other numbers of threads."""
    if device.type != "cuda":
        return {}
    speeds, batch = {}, feed["face"]
    for threads in (4, 8, 15):
        other = people.People(asked.library, device, threads, 8 << 30)
        given = {name: batch.planes[name] for name in ("picture", "regions", "face")}
        other.render(batch.shots, given)
        _, seconds = timed(device, lambda: [other.render(batch.shots, given) for _ in range(3)])
        speeds[threads] = round(3 * len(batch) / seconds, 1)
        other.close()
    print("smoke: faces per second by threads", speeds, flush=True)
    return speeds


def compare_with_host(asked, stage):
    """Whether the host draws the same bytes: the share of equal bytes of each plane."""
    if stage.device.type != "cuda":
        return {}
    host, equal = people.People(asked.library, "cpu", os.cpu_count(), 4 << 30), {}
    cast = {"first": 0, "count": 32, "held_out": 0, "looks": 2, "partners": 2, "detail": 1}
    for kind, size, count in ((people.FACE, 128, 16), (people.CROWD, 224, 8)):
        shots = stage.sample(kind, np.arange(count), size, cast)
        made = [one.new_planes(people.PLANES, count, size) for one in (stage, host)]
        truth = [one.render(shots, planes) for one, planes in zip((stage, host), made)]
        for name in people.PLANES:
            equal["%d %s" % (kind, name)] = float((made[0][name].cpu() == made[1][name]).float().mean())
        equal["%d truth" % kind] = truth[0].tobytes() == truth[1].tobytes()
    host.close()
    print("smoke: equal to the host:", equal, flush=True)
    return equal


def smoke(asked, start):
    """Everything once, part by part: what is slow and what breaks shows here, before minutes are spent on it."""
    import sheet
    device, stage, tasks = prepare(asked)
    print("smoke: ready after %.1f s" % (time.monotonic() - start), flush=True)
    feeds = Feeds(asked, tasks)
    slots = feeds.slots(stage, 3)
    report = {"render": [], "tasks": {}}
    steps = asked.steps or 20
    for step in range(3):
        feed, seconds = timed(device, lambda: feeds.make(stage, 2 * step, slots[0]))
        report["render"].append({"seconds": round(seconds, 3), **stage.figures()})
        print("smoke: batches of step %d rendered in %.2f s, %s" % (step, seconds, stage.figures()), flush=True)
    for kind, planes in (("face", ("picture", "regions", "face")), ("face", ("picture",)), ("small", ("picture",)), ("crowd", ("picture", "alpha"))):
        if kind not in feed:
            continue
        batch = feed[kind]
        given = {name: batch.planes[name] for name in planes}
        _, seconds = timed(device, lambda: [stage.render(batch.shots, given) for _ in range(3)])
        size = batch.planes["picture"].shape[1]
        report["render"].append({"kind": kind, "planes": planes, "size": size, "frames_per_second": round(3 * len(batch) / seconds, 1)})
        print("smoke: %s %s at %d: %.0f frames/s" % (kind, "+".join(planes), size, 3 * len(batch) / seconds), flush=True)
    report["threads"] = compare_threads(asked, device, feed)
    report["host"] = compare_with_host(asked, stage)
    sheet.write(asked.out, feed)
    for task in tasks:
        try:
            def several(count):
                for i in range(count):
                    task.step(feed, max(task.begins, 0.3 * task.ends))
            _, first = timed(device, lambda: several(1))
            _, seconds = timed(device, lambda: several(steps))
            report["tasks"][task.name] = {"first": round(first, 2), "milliseconds": round(1000 * seconds / steps, 2), "every": task.every, **numbers(task)}
        except Exception as error:  # the others are tried all the same
            report["tasks"][task.name] = {"failed": "%s: %s" % (type(error).__name__, str(error)[:300])}
        print("smoke: %s %s" % (task.name, report["tasks"][task.name]), flush=True)
    producer = people.Producer(stage, make_on_stream(feeds), slots, 100)
    begun = time.monotonic()
    for i in range(steps):
        step, feed, slot = producer.next()
        for task in tasks:
            if step % task.every == 0 and "failed" not in report["tasks"][task.name]:
                task.step(feed, max(task.begins, 0.3 * task.ends))
        producer.release(slot)
    _, seconds = timed(device, lambda: None)
    report["together"] = {"seconds_per_step": round((time.monotonic() - begun) / steps, 4), "render_seconds_per_step": round(producer.seconds / steps, 4)}
    producer.stop()
    print("smoke: together %s, %s" % (report["together"], stage.figures()), flush=True)
    for name, work in (("checkpoint", lambda: checkpoint.save(asked.out, tasks, 0.5, steps)), ("restored", lambda: checkpoint.restore(checkpoint.load(asked.out, device), tasks)),
                       ("files", lambda: export_all(asked, tasks)), ("scores", lambda: score.everything(stage, {task.name: task for task in tasks}, asked, small=True))):
        try:
            report[name], seconds = timed(device, work)
            print("smoke: %s in %.1f s: %s" % (name, seconds, str(report[name])[:600]), flush=True)
        except Exception as error:
            report[name] = "%s: %s" % (type(error).__name__, str(error)[:500])
            print("smoke: %s failed: %s" % (name, report[name]), flush=True)
    if device.type == "cuda":
        report["memory"] = {"peak": torch.cuda.max_memory_allocated(), "free": torch.cuda.mem_get_info()}
        print("smoke: memory", report["memory"], flush=True)
    return report
