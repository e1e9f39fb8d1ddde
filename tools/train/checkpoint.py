"""The state of a training as pieces of at most 15 MiB, so that it travels in small files.

What goes on is the average over time, in half precision: training resumed from it warms its optimiser up again, which costs less than carrying the moments.
SPDX-License-Identifier: Apache-2.0
"""
import hashlib
import io
import json
import os

import torch

PIECE = 15 << 20
INDEX = "checkpoint.json"


def halved(tensors):
    return {name: value.half() if value.is_floating_point() else value for name, value in tensors.items()}


def whole(folder, name, data):
    """A file that has its name only when it is whole."""
    part = os.path.join(folder, name + ".part")
    with open(part, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(part, os.path.join(folder, name))


def save(folder, tasks, progress, step):
    """Writes pieces, then the index that names them, then removes what no index names any more: a training that is killed at any moment goes on from the last index.
    Returns the bytes."""
    state = {"progress": progress, "step": step, "tasks": {}}
    for task in tasks:
        state["tasks"][task.name] = {"average": halved(task.average.state_dict()), "extra": halved(task.extra_state()), "steps": task.steps}
    buffer = io.BytesIO()
    torch.save(state, buffer)
    data, names = buffer.getvalue(), []
    os.makedirs(folder, exist_ok=True)
    for start in range(0, len(data), PIECE):
        piece = data[start:start + PIECE]
        name = "checkpoint_%d_%03d.bin" % (step, len(names))
        whole(folder, name, piece)
        names.append({"name": name, "bytes": len(piece), "sha256": hashlib.sha256(piece).hexdigest()})
    whole(folder, INDEX, json.dumps({"pieces": names, "bytes": len(data), "progress": progress, "step": step}, indent=1).encode())
    kept = {piece["name"] for piece in names}
    for name in os.listdir(folder):
        if name.startswith("checkpoint_") and name not in kept:
            os.remove(os.path.join(folder, name))
    return len(data)


def load(folder, device):
    if not os.path.exists(os.path.join(folder, INDEX)):
        raise RuntimeError("%s holds no %s: no training was saved there" % (folder, INDEX))
    with open(os.path.join(folder, INDEX)) as file:
        index = json.load(file)
    data = b""
    for piece in index["pieces"]:
        with open(os.path.join(folder, piece["name"]), "rb") as file:
            part = file.read()
        if hashlib.sha256(part).hexdigest() != piece["sha256"]:
            raise RuntimeError("%s is not what checkpoint.json says; copy it again" % piece["name"])
        data += part
    return torch.load(io.BytesIO(data), map_location=device, weights_only=True)


def restore(state, tasks):
    """Tasks that the state does not know start fresh. Returns progress and step."""
    for task in tasks:
        held = state["tasks"].get(task.name)
        if not held:
            continue
        task.average.load_state_dict(held["average"])
        task.network.load_state_dict(held["average"])
        for name, value in task.extra_state().items():
            value.copy_(held["extra"][name])
        task.steps = task.warm_from = held["steps"]
    return state["progress"], state["step"]
