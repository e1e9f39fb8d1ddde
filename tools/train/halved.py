"""What a swapper's file adds to its numbers for crops of 128 pixels (src/runtime/half_crop.h): to a constant X, X_halved_codes times X_halved_steps.

SPDX-License-Identifier: Apache-2.0
"""
import os
import sys

import onnx
import torch
from onnx import numpy_helper

import pack
import swapper

SUFFIXES = "_halved_codes", "_halved_steps"


def codes_of(difference, steps):
    """(bytes, steps) of what a constant lacks; steps: those that the file has for it already, where it holds bytes."""
    if steps is None:  # halves and biases: an eighth of what they lack
        rows = difference.reshape(len(difference) if difference.dim() > 1 else 1, -1)
        steps = torch.maximum(rows.square().mean(1).sqrt() / 8, rows.abs().amax(1) / 127).clamp_min(1e-12)
        steps = steps.reshape(-1, *[1] * (difference.dim() - 1))
    return (difference / steps).round().clamp(-127, 127).to(torch.int8), steps.float()


def hold(model, constant, codes, steps):
    for suffix, values in zip(SUFFIXES, (codes, steps)):
        model.graph.initializer.append(numpy_helper.from_array(values.numpy(), constant + suffix))


def share_in(model, path):
    """The file's name for the share that is painted."""
    for node in model.graph.node:
        if node.op_type == "Constant" and node.attribute[0].HasField("t"):
            value = numpy_helper.to_array(node.attribute[0].t)
            if value.size == 1 and value.dtype.kind == "f" and abs(float(value.reshape(-1)[0]) - swapper.PAINTED_SHARE) < 1e-6:
                return node.output[0]
    sys.exit("average: %s paints another share than %g; take a file that today's tools/train wrote" % (path, swapper.PAINTED_SHARE))


def write(base, network, kept, out):
    """Writes the file `base` to the folder `out`, with what its numbers lack to those of `network` outside the parts that are kept. Returns how many numbers that are."""
    model, held, count = onnx.load(base), pack.weights_of(base), 0
    first = {one.name: one for one in model.graph.initializer if not one.name.endswith(SUFFIXES)}  # what was added before is another network's
    own = list(first.values())
    del model.graph.initializer[:]
    model.graph.initializer.extend(own)
    wanted = {place + "." + what: value.detach() for place, layer, norm in pack.layers(network) for what, value in pack.own_numbers(layer, norm).items()}
    for parameter in sorted(name for name in wanted if not pack.lies_in(name, kept)):
        name = "network." + parameter
        steps = first.get(name + "_steps")
        codes, steps = codes_of(wanted[parameter] - held[parameter], None if steps is None else torch.from_numpy(numpy_helper.to_array(steps).copy()))
        hold(model, name, codes, steps)
        count += codes.numel()
    # Small crops have colours to spare and likeness to gain: all is painted that was learned.
    hold(model, share_in(model, base), torch.tensor(100 - round(100 * swapper.PAINTED_SHARE), dtype=torch.int8), torch.tensor(0.01))
    onnx.checker.check_model(model)
    os.makedirs(out, exist_ok=True)
    onnx.save(model, os.path.join(out, os.path.basename(base)))
    return count
