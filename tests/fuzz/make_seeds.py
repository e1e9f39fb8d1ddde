#!/usr/bin/env python3
"""Writes the seeds of the fuzz targets that are not text: tests/fuzz/make_seeds.py [FOLDER]. Films and packed pictures are made by ffmpeg.

Everything is drawn or made up here; what is written is small, and its names say whether it is read (good_) or refused (bad_).
"""
# SPDX-License-Identifier: Apache-2.0
import os
import sqlite3
import struct
import subprocess
import sys
import tempfile
import zlib

FOLDER = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), "seeds")


def write(target, name, data):
    os.makedirs(os.path.join(FOLDER, target), exist_ok=True)
    with open(os.path.join(FOLDER, target, name), "wb") as file:
        file.write(data)


def varint(value):
    value &= (1 << 64) - 1
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def port(name, extents, element=1):
    dims = b"".join(field(1, field(2, extent) if isinstance(extent, str) else field(1, extent)) for extent in extents)
    return field(1, name) + field(2, field(1, field(1, element) + field(2, dims)))


def tensor(name, element, dims, raw):
    return b"".join(field(1, dim) for dim in dims) + field(2, element) + field(8, name) + field(9, raw)


def node(op, inputs, outputs, *attributes):
    return b"".join(field(1, name) for name in inputs) + b"".join(field(2, name) for name in outputs) + field(4, op) + b"".join(field(5, attribute) for attribute in attributes)


def model(nodes, tensors, inputs, outputs):
    graph = b"".join(field(1, one) for one in nodes) + field(2, "drawn") + b"".join(field(5, one) for one in tensors)
    graph += b"".join(field(11, one) for one in inputs) + b"".join(field(12, one) for one in outputs)
    return field(1, 8) + field(7, graph) + field(8, field(2, 14))


def onnx_seeds():
    whole = lambda *values: struct.pack("<%dq" % len(values), *values)
    real = lambda *values: struct.pack("<%df" % len(values), *values)
    x, y = port("x", (1, 3, 4, 4)), port("y", (1, 48))
    axis = field(1, "axis") + field(3, 1) + field(20, 2)
    reshape = model([node("Reshape", ("x", "shape"), ("flat",)), node("Gemm", ("flat", "weight"), ("y",))],
                    [tensor("shape", 7, (2,), whole(1, 48)), tensor("weight", 1, (2, 2), real(1, 0, 0, 1))], [x], [y])
    write("onnx_walk", "good_reshape.onnx", reshape)
    write("onnx_walk", "good_free_batch.onnx", model([node("Relu", ("x",), ("y",))], [], [port("x", ("batch", 4))], [port("y", ("batch", 4))]))
    write("onnx_walk", "good_swapper.onnx", model([node("Relu", ("target",), ("y",))], [], [port("target", ("batch", 3, 8, 8))], [port("y", ("batch", 3, 8, 8))]))
    write("onnx_walk", "good_input_twice.onnx", model([node("Relu", ("x",), ("y",))], [], [x, port("x", ())], [y]))
    own = [tensor("w", 1, (1,), real(1)), tensor("w_halved_codes", 3, (1,), b"\x05"), tensor("w_halved_steps", 1, (1,), real(0.5)), tensor("_halved_codes", 3, (1,), b"\x01")]
    write("onnx_walk", "good_swapper_halved.onnx",
          model([node("Mul", ("target", "w"), ("y",))], own, [port("target", ("batch", 3, 8, 8))], [port("y", ("batch", 3, 8, 8))]))
    joined = model([node("Constant", (), ("one",), field(1, "value") + field(5, tensor("", 7, (1,), whole(1))) + field(20, 4)), node("Shape", ("x",), ("size",)),
                    node("Concat", ("one", "size"), ("both",), axis), node("Slice", ("x", "zero", "one"), ("cut",)), node("Resize", ("cut", "", "", "sizes"), ("big",)),
                    node("Expand", ("big", "sizes"), ("y",))],
                   [tensor("zero", 7, (1,), whole(0)), tensor("sizes", 7, (4,), whole(1, 3, 8, 8))], [x], [port("y", (1, 3, 8, 8))])
    write("onnx_walk", "good_joined.onnx", joined)
    write("onnx_walk", "good_half.onnx", model([node("Add", ("x", "half"), ("y",))], [tensor("half", 10, (2,), b"\x00\x3c\x00\xc0")], [port("x", (1, 2), 10)], [port("y", (1, 2), 10)]))
    inner = field(1, node("Identity", ("x",), ("z",))) + field(12, port("z", (1,)))
    branch = field(1, "then_branch") + field(6, inner) + field(20, 5)
    write("onnx_walk", "good_branch.onnx", model([node("If", ("x",), ("y",), branch)], [], [port("x", (), 9)], [port("y", (1,))]))
    write("onnx_walk", "bad_short_tensor.onnx", model([], [tensor("w", 1, (1000, 1000), real(1))], [x], [y]))
    write("onnx_walk", "bad_outside.onnx", model([], [tensor("w", 1, (1,), b"") + field(14, 1) + field(13, field(1, "location") + field(2, "/etc/passwd"))], [x], [y]))
    write("onnx_walk", "bad_cut.onnx", reshape[:len(reshape) // 2])
    deep = b""
    for _ in range(12):
        deep = field(1, node("If", (), (), field(1, "g") + field(6, deep)))
    write("onnx_walk", "bad_deep.onnx", field(1, 8) + field(7, deep))


def decode_seeds():
    def head(kind, *choices):
        return bytes((kind, *choices)) + bytes(12 - 1 - len(choices))
    numbers = struct.pack("<7f", 0.25, 0.75, -1.5, 2.0, 0.96875, 31.0, 0.0)
    strange = struct.pack("<5f", float("nan"), float("inf"), -float("inf"), 1e38, 1e-40)
    for kind, name in enumerate(("scrfd", "yolo", "yunet")):
        write("decode", "good_" + name, head(kind, 1, 128, 0, 1, 0, 0, 0) + numbers)
        write("decode", "good_%s_strange" % name, head(kind, 0, 1, 3, 0, 1, 0, 0) + strange)
        write("decode", "bad_%s_short" % name, head(kind, 1, 128, 0, 1, 0, 3, 9) + numbers)
    for kind, count, name in ((3, 204, "heatmap"), (4, 204, "points_scored"), (5, 136, "points"), (6, 64, "embedding"), (7, 88, "scores")):
        write("decode", "good_" + name, head(kind, 0, 0, 0, 0, 0, count, 1 if kind == 3 else 0) + numbers)
        write("decode", "bad_" + name, head(kind, 0, 0, 0, 0, 0, 1, 0) + numbers)
    write("decode", "good_classes", head(8, 3, 2) + struct.pack("<q", 4))
    write("decode", "bad_classes", head(8, 2, 2) + struct.pack("<q", 4))


def sidecar_seeds():
    schema = (
        "CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
        "CREATE TABLE frame (number INTEGER PRIMARY KEY, ticks INTEGER NOT NULL, base_num INTEGER NOT NULL, base_den INTEGER NOT NULL, first_of_shot INTEGER NOT NULL, has_faces INTEGER NOT NULL, shot INTEGER)",
        "CREATE TABLE face (id INTEGER PRIMARY KEY, track INTEGER, x1 REAL, y1 REAL, x2 REAL, y2 REAL, score REAL, landmarker_score REAL, angle INTEGER, points5 BLOB, points5_68 BLOB, points68 BLOB,"
        " embedding BLOB, gender INTEGER, race INTEGER, age_start INTEGER, age_end INTEGER, pitch REAL, yaw REAL, roll REAL, covariance BLOB)",
        "CREATE TABLE gate (frame INTEGER PRIMARY KEY, networks TEXT NOT NULL, seconds REAL, s1 REAL, s2 REAL, s3 REAL, votes INTEGER)",
        "CREATE TABLE whole (from_frame INTEGER, to_frame INTEGER, PRIMARY KEY (from_frame, to_frame)) WITHOUT ROWID")
    face = "INSERT INTO face (id, x1, y1, x2, y2, score, landmarker_score, angle, points5, points5_68, points68, embedding, gender, race) VALUES (?,1,2,3,4,0.9,0.8,0,?,?,?,?,?,?)"
    points = struct.pack("<10d", *range(10))

    def database(name, *more, skip=()):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "a.db")
            base = sqlite3.connect(path)
            base.execute("PRAGMA page_size=512")
            for line in schema:
                if line.split()[2] not in skip:
                    base.execute(line)
            if "meta" not in skip:
                base.executemany("INSERT INTO meta VALUES (?,?)", (("schema", "1"), ("film", "film"), ("analysis", "analysis"), ("models", "models")))
            for line, values in more:
                base.execute(line, values)
            base.commit()
            base.close()
            with open(path, "rb") as file:
                data = file.read()
        write("sidecar", name, data)
        return data

    frames = [("INSERT INTO frame VALUES (?,?,1,25,0,1,NULL)", (number, number)) for number in range(3)]
    whole = (face, (1024, points, points, bytes(68 * 8), bytes(512 * 4), 1, 2))
    gate = ("INSERT INTO gate VALUES (0,'gate',0.5,0.1,0.2,0.3,5)", ())
    data = database("good_faces.db", *frames, whole, gate, ("INSERT INTO whole VALUES (0, 3)", ()))
    database("good_empty.db")
    database("bad_points.db", *frames, (face, (1024, points[:-1], points, bytes(68 * 8), None, None, None)))
    database("bad_race.db", *frames, (face, (1024, points, points, bytes(68 * 8), None, 1, 77)))
    database("bad_other_film.db", ("UPDATE meta SET value = 'another' WHERE key = 'film'", ()))
    database("bad_other_columns.db", ("CREATE TABLE face (id INTEGER PRIMARY KEY, other)", ()), skip=("face",))
    database("bad_view.db", ("CREATE VIEW frame AS SELECT value AS number FROM meta", ()), skip=("frame",))
    write("sidecar", "bad_cut.db", data[:len(data) - 700])
    write("sidecar", "bad_text.db", b"no database " * 50)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth, colour, rows, *extra):
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)) + b"".join(extra) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def bitmap(width, height, bits, rows, palette=b""):
    start = 54 + len(palette)
    return b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + struct.pack("<IiiHHIIiiII", 40, width, height, 1, bits, 0, len(rows), 0, 0, len(palette) // 4, 0) + palette + rows


def tiff(width, height, samples):
    entries = ((256, 3, 1, width), (257, 3, 1, height), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1), (273, 4, 1, 8), (277, 3, 1, 1), (278, 3, 1, height), (279, 4, 1, len(samples)))
    return b"II*\0" + struct.pack("<I", 8 + len(samples)) + samples + struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + bytes(4)


def container_seeds():
    row = b"\0" + bytes(range(24))
    write("container", "good_rgb.png", png(8, 8, 8, 2, row * 8))
    write("container", "good_rgba16.png", png(4, 4, 16, 6, (b"\0" + bytes(range(32))) * 4))
    write("container", "good_palette.png", png(8, 2, 1, 3, (b"\0\xa5") * 2, chunk(b"PLTE", b"\x10\x20\x30\xf0\xe0\xd0"), chunk(b"tRNS", b"\x80\xff")))
    write("container", "bad_huge.png", png(1 << 20, 1 << 20, 8, 2, row))
    write("container", "good_24.bmp", bitmap(4, 3, 24, bytes(range(36))))
    write("container", "good_palette.bmp", bitmap(8, -2, 4, bytes(range(8)), bytes(range(64))))
    write("container", "good_grey.tif", tiff(8, 8, bytes(range(64))))
    write("container", "bad_text.mp4", b"no film " * 20)
    with tempfile.TemporaryDirectory() as folder:
        def make(name, *words, picture="testsrc2=s=32x24:r=5:d=0.6"):
            path = os.path.join(folder, name)
            subprocess.run(["ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi", "-i", picture, *words, "-fflags", "+bitexact", "-flags:v", "+bitexact", path], check=True)
            with open(path, "rb") as file:
                data = file.read()
            write("container", name, data)
            return data
        one = ("-frames:v", "1")
        make("good_one.jpg", *one)
        make("good_one.webp", "-c:v", "libwebp", "-quality", "60", *one)
        film = make("good_h264.mp4", "-c:v", "libx264", "-x264-params", "no-info=1")
        make("good_ffv1.mkv", "-c:v", "ffv1", "-pix_fmt", "yuv420p10le", "-metadata:s:v", "rotate=90")
        make("good_mpeg4.avi", "-c:v", "mpeg4", "-qscale:v", "20")
        make("good_vp9.webm", "-c:v", "libvpx-vp9", "-crf", "50", "-b:v", "0")
        make("good_odd.mov", "-c:v", "libx264", "-pix_fmt", "yuv444p", picture="testsrc=s=33x25:r=5:d=0.4")
        make("good_sound.mkv", "-f", "lavfi", "-i", "sine=d=0.2", "-c:v", "mpeg4", "-c:a", "aac", "-b:a", "24k", "-shortest")
        make("good_tone.wav", "-f", "lavfi", "-i", "sine=d=0.02:r=8000", "-map", "1:a")
    write("container", "bad_cut.mp4", film[:len(film) // 3])


onnx_seeds()
decode_seeds()
sidecar_seeds()
container_seeds()
