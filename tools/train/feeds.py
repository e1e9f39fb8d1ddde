"""What a step is fed: batches that are rendered from its number alone, and a pool in which each serves several steps.

SPDX-License-Identifier: Apache-2.0
"""
import numpy as np
import torch

import people


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
            ready[kind] = stage.batch(shots, slot[kind]).warm(warm)

        whose = ("box", "points_5", "points_68", "points_3d", "visible", "visible_share", "age", "sex")
        if self.kinds & {"face", "small"}:
            faces = stage.sample(people.FACE, self.seeds(step, 0, self.faces), 320, window)
        if "face" in self.kinds:
            render("face", faces, (*whose, *(["twin_box", "twin_points_5", "twin_points_68", "twin_points_3d"] if "twin" in self.kinds else [])))
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
