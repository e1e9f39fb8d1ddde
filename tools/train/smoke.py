"""A training in small: everything once, part by part.

SPDX-License-Identifier: Apache-2.0
"""
import os
import time

import numpy as np
import torch

import checkpoint
import people
import score
from feeds import Feeds, make_on_stream
from trainer import export_all, numbers, prepare


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
    import sheet  # needs Pillow, which training does not
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
