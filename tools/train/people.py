"""Rendered people in batches: a thin binding of libmien_synth.so (src/synth/c_api.h), and a thread that keeps batches ready.

Pictures lie in torch tensors on the device, truth in numpy records on the host. Everything follows from seeds.
SPDX-License-Identifier: Apache-2.0
"""
import ctypes
import os
import queue
import threading

import numpy as np
import torch

VERSION, ACTIONS, PERFORMERS, OCCLUDERS = 3, 40, 8, 8
FACE, CROWD = 0, 1

# The structs of c_api.h: every member has four bytes, so numpy's packed records are C's.
PERSON = np.dtype([("seed", "u4"), ("age", "f4"), ("hair_style", "i4"), ("glasses", "i4")])
PERFORMER = np.dtype([("person", PERSON), ("other", PERSON), ("tone", "f4"), ("detail", "i4"), ("expression", "f4", ACTIONS), ("pitch", "f4"), ("yaw", "f4"), ("roll", "f4"),
                      ("place", "f4", 3), ("turn", "f4")])
OCCLUDER = np.dtype([("kind", "i4"), ("skin", "i4"), ("from", "f4", 3), ("to", "f4", 3), ("radius", "f4"), ("colour", "f4", 3), ("gloss", "f4")])
SHOT = np.dtype([("performer_count", "i4"), ("occluder_count", "i4"), ("performers", PERFORMER, PERFORMERS), ("occluders", OCCLUDER, OCCLUDERS), ("camera_place", "f4", 3),
                 ("camera_axes", "f4", 9), ("focal", "f4"), ("centre", "f4", 2), ("width", "i4"), ("height", "i4"), ("key_direction", "f4", 3), ("key", "f4", 3),
                 ("fill_direction", "f4", 3), ("fill", "f4", 3), ("rim_direction", "f4", 3), ("rim", "f4", 3), ("ground", "f4", 3), ("sky", "f4", 3), ("exposure", "f4"),
                 ("scenery", "i4"), ("scenery_seed", "u4"), ("tint", "f4", 3), ("pan", "f4", 2), ("noise", "f4"), ("defocus", "f4"), ("noise_seed", "u4"), ("samples", "i4")])
FACE_TRUTH = np.dtype([("person", "u4"), ("other", "u4"), ("age", "f4"), ("sex", "f4"), ("other_age", "f4"), ("other_sex", "f4"), ("box", "f4", 4), ("points_5", "f4", (5, 2)),
                       ("points_68", "f4", (68, 2)), ("points_3d", "f4", (68, 3)),
                       ("visible", "f4", 68), ("pitch", "f4"), ("yaw", "f4"), ("roll", "f4"), ("visible_share", "f4")])
CAST = np.dtype([("first", "u4"), ("count", "u4"), ("held_out", "i4"), ("looks", "i4"), ("partners", "i4"), ("detail", "i4")])
PLANES = {"picture": 3, "twin": 3, "regions": 1, "face": 1, "alpha": 1}


class _Output(ctypes.Structure):
    _fields_ = [(name, ctypes.c_void_p) for name in (*PLANES, "faces", "twin_faces")]


class People:
    """The renderer on one device. One thread at a time, except sample()."""

    def __init__(self, library, device="cuda", threads=None, figure_bytes=24 << 30):
        folder = os.path.dirname(os.path.abspath(library))
        os.environ.setdefault("MIEN_CUDA_LIBRARY", os.path.join(folder, "libmien_cuda.so"))
        self.library = ctypes.CDLL(library)
        self.library.mien_synth_error.restype = ctypes.c_char_p
        self.library.mien_synth_person_seed.restype = ctypes.c_uint32
        self.library.mien_synth_trait_name.restype = ctypes.c_char_p
        if self.library.mien_synth_version() != VERSION:
            raise RuntimeError("%s belongs to another version of tools/train: build it again" % library)
        self.device = torch.device(device)
        self.handle = ctypes.c_void_p()
        number = -1 if self.device.type == "cpu" else (self.device.index or 0)
        self._check(self.library.mien_synth_open(number, threads or max(1, (os.cpu_count() or 2) - 2), ctypes.c_uint64(figure_bytes), ctypes.byref(self.handle)))

    def _check(self, failed):
        if failed:
            raise RuntimeError(self.library.mien_synth_error().decode())

    def person_seed(self, number, held_out):
        return self.library.mien_synth_person_seed(ctypes.c_uint32(number), int(held_out))

    def trait_names(self):
        return [self.library.mien_synth_trait_name(i).decode() for i in range(self.library.mien_synth_trait_count())]

    def traits(self, persons):
        """The numbers of people (records PERSON): [n, traits], in the order of trait_names()."""
        persons = np.ascontiguousarray(persons, PERSON)
        numbers = np.empty((len(persons), self.library.mien_synth_trait_count()), "f4")
        self._check(self.library.mien_synth_traits(persons.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(len(persons)), numbers.ctypes.data_as(ctypes.c_void_p)))
        return numbers

    def sample(self, kind, seeds, size, cast, numbers=None):
        """Shots (numpy records SHOT) of square pictures. cast: a dict of CAST's members."""
        seeds = np.ascontiguousarray(seeds, "u4")
        record = np.array([tuple(cast[name] for name in CAST.names)], CAST)
        shots = np.zeros(len(seeds), SHOT)
        pointer = None
        if numbers is not None:
            numbers = np.ascontiguousarray(numbers, "u4")
            pointer = numbers.ctypes.data_as(ctypes.c_void_p)
        self._check(self.library.mien_synth_sample(kind, seeds.ctypes.data_as(ctypes.c_void_p), pointer, ctypes.c_size_t(len(seeds)), size, size,
                                                   record.ctypes.data_as(ctypes.c_void_p), shots.ctypes.data_as(ctypes.c_void_p)))
        return shots

    def render(self, shots, planes, twin_faces=None):
        """Draws the shots into `planes`: a dict of u8 tensors [n, h, w, channels] by the names of PLANES. Returns truth, records [n, PERFORMERS].
        twin_faces: records [n, PERFORMERS] for the truth of the twins."""
        output = _Output()
        for name, tensor in planes.items():
            assert tensor.dtype == torch.uint8 and tensor.is_contiguous() and tensor.shape[0] == len(shots) and tensor.shape[-1] == PLANES[name], name
            setattr(output, name, tensor.data_ptr())
        faces = np.zeros((len(shots), PERFORMERS), FACE_TRUTH)
        output.faces = faces.ctypes.data
        if twin_faces is not None:
            assert twin_faces.dtype == FACE_TRUTH and twin_faces.shape == faces.shape and twin_faces.flags.c_contiguous
            output.twin_faces = twin_faces.ctypes.data
        self._check(self.library.mien_synth_render(self.handle, shots.ctypes.data_as(ctypes.c_void_p), ctypes.c_size_t(len(shots)), ctypes.byref(output)))
        return faces

    def batch(self, shots, planes):
        """Draws the shots into `planes`: a Batch of them and of their truth; of the twins' truth, too, where they are drawn."""
        twins = np.zeros((len(shots), PERFORMERS), FACE_TRUTH) if "twin" in planes else None
        return Batch(planes, self.render(shots, planes, twins), shots, self.device, twins)

    def new_planes(self, names, count, size):
        return {name: torch.empty(count, size, size, PLANES[name], dtype=torch.uint8, device=self.device) for name in names}

    def figures(self):
        counts = [ctypes.c_uint64() for _ in range(3)]
        self._check(self.library.mien_synth_figures(self.handle, *(ctypes.byref(c) for c in counts)))
        return dict(zip(("built", "reused", "bytes"), (c.value for c in counts)))

    def close(self):
        self.library.mien_synth_close(self.handle)
        self.handle = ctypes.c_void_p()


def undegraded(shots):
    """Takes a sensor's noise and a lens' blur from shots (records SHOT): what degraded pictures are to be restored to."""
    shots["noise"], shots["defocus"] = 0, 0
    return shots


def unhidden(shots):
    """Takes away what stands in front of faces: pictures to know somebody by."""
    shots["occluder_count"] = 0
    return shots


class Batch:
    """Pictures of one kind: planes on the device, truth records, and the same numbers as tensors (first performer only, but for crowds)."""

    def __init__(self, planes, faces, shots, device, twins=None):
        self.planes, self.faces, self.shots, self.twins = planes, faces, shots, twins
        self.device = device
        self._tensors = {}

    def __len__(self):
        return len(self.shots)

    def __getitem__(self, name):
        """A plane, or a member of the truth as a float tensor [n, ...] of the first performer; "all_" in front: of every performer; "twin_" in front: of the first performer's twin."""
        if name in self.planes:
            return self.planes[name]
        if name not in self._tensors:
            whose, member = (self.twins, name[5:]) if name.startswith("twin_") else (self.faces, name.removeprefix("all_"))
            values = whose[member] if name.startswith("all_") else whose[member][:, 0]
            self._tensors[name] = torch.from_numpy(np.ascontiguousarray(values).astype("f4")).to(self.device, non_blocking=True)
        return self._tensors[name]

    def keep(self, name, values):
        """A further number of every picture, under a name of its own."""
        self._tensors[name] = torch.from_numpy(np.ascontiguousarray(values, "f4")).to(self.device, non_blocking=True)

    def warm(self, names):
        """Copies truth to the device ahead of use."""
        for name in names:
            self[name]
        return self


class Producer:
    """Renders batch after batch in a thread of its own. make(people, step, slot) -> anything; `slots` are reused in turn once released."""

    def __init__(self, people, make, slots, first_step):
        self.people, self.make, self.step = people, make, first_step
        self.free, self.ready = queue.Queue(), queue.Queue()
        self.failure, self.stopping, self.seconds, self.waited = None, False, 0.0, 0.0
        for slot in slots:
            self.free.put((slot, None))
        self.thread = threading.Thread(target=self._work, daemon=True)
        self.thread.start()

    def _work(self):
        import time
        try:
            while not self.stopping:
                start = time.monotonic()
                slot, event = self.free.get()
                if slot is None:
                    return
                if event is not None:
                    event.synchronize()  # the networks have read what lay here
                begin = time.monotonic()
                made = self.make(self.people, self.step, slot)
                self.seconds += time.monotonic() - begin
                self.waited += begin - start
                self.ready.put((self.step, made, slot))
                self.step += 1
        except Exception as error:  # handed to the thread that asks for the next batch
            self.failure = error
            self.ready.put((None, None, None))

    def next(self):
        step, made, slot = self.ready.get()
        if step is None:
            raise self.failure
        return step, made, slot

    def release(self, slot):
        event = None
        if self.people.device.type == "cuda":
            event = torch.cuda.Event()
            event.record()
        self.free.put((slot, event))

    def stop(self):
        self.stopping = True
        self.free.put((None, None))
        while self.thread.is_alive():
            try:
                self.ready.get(timeout=0.2)
            except queue.Empty:
                pass
