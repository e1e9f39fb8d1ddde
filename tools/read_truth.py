#!/usr/bin/env python3
# Reads a truth file (docs/truth_file.md): read(path) gives the header and the columns; run on a file it prints what is in it.
# SPDX-License-Identifier: Apache-2.0
import array
import json
import struct
import sys

TYPES = {"u8": "B", "i32": "i", "i64": "q", "f32": "f", "f64": "d"}


def read(path):
    """The header, and per column a list of rows; a row is a number, or a tuple where the column holds several."""
    with open(path, "rb") as file:
        mark, length = struct.unpack("<8sQ", file.read(16))
        if mark != b"mientrth":
            raise ValueError("%s is no truth file" % path)
        header = json.loads(file.read(length))
        columns = {column["name"]: [] for column in header["columns"]}
        while group := file.read(8):
            (rows,) = struct.unpack("<Q", group)
            for column in header["columns"]:
                numbers, count = array.array(TYPES[column["type"]]), column["count"]
                numbers.frombytes(file.read(rows * count * numbers.itemsize))
                columns[column["name"]] += numbers if count == 1 else zip(*[iter(numbers)] * count)
    return header, columns


if __name__ == "__main__":
    header, columns = read(sys.argv[1])
    print("%s: %d rows, %d frames, %d people" % (header["scene"], len(columns["frame"]), header["frames"], len(header["people"])))
    for column in header["columns"]:
        first = columns[column["name"]][0]
        print("%-14s %-4s x %-4d %-8s %s" % (column["name"], column["type"], column["count"], column["unit"], first if column["count"] < 5 else "..."))
