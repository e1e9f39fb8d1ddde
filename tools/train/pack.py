"""Networks read back from the files that export.py wrote: judges inside a loss, and starts of further training.

Files hold convolutions with their batch norms folded in. A network that only answers gets norms that do nothing; one that learns on gets back, from the first batch it sees,
norms with that batch's statistics that still answer as the file does.
SPDX-License-Identifier: Apache-2.0
"""
import os

import onnx
import torch
from onnx import numpy_helper
from torch import nn

NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)


def parameter_of(name):
    """The network's parameter that an initialiser of a file belongs to: its halves, or its whole numbers or their steps."""
    return name.removeprefix("network.").removesuffix("_half").removesuffix("_codes").removesuffix("_steps")


def weights_of(path):
    """The file's numbers by the names of the network's parameters."""
    held = {one.name: torch.from_numpy(numpy_helper.to_array(one).astype("f4")) for one in onnx.load(path).graph.initializer}
    values = {}
    for name, value in held.items():
        if name.endswith("_steps"):
            continue
        if name.endswith("_codes"):
            value = value * held[name.removesuffix("_codes") + "_steps"]
        values[parameter_of(name)] = value
    return values


def lies_in(name, parts):
    """Whether a layer is one of the parts or lies in one."""
    return any(name == part or name.startswith(part + ".") for part in parts)


def check_parts(tool, parts, network_parts, known):
    """Says a part that no network has. network_parts: the names of all; known: those to be named in the sentence."""
    for part in parts:
        if part not in network_parts:
            raise SystemExit("%s: --keep %s: no network here has this part; there are %s, and what lies in them" % (tool, part, ", ".join(sorted(known))))


def layers(network):
    """(name, layer, the norm that was folded into it or None) of every layer that has numbers of its own."""
    for prefix, module in network.named_modules():
        parts = list(module._modules.items())
        for (name, layer), (_, after) in zip(parts, [*parts[1:], ("", None)]):
            folds = isinstance(module, nn.Sequential) and isinstance(layer, nn.Conv2d) and isinstance(after, nn.BatchNorm2d)
            if not isinstance(layer, nn.BatchNorm2d) and any(True for _ in layer.parameters(recurse=False)):
                yield (prefix + "." if prefix else "") + name, layer, after if folds else None


def own_numbers(layer, norm):
    """A layer's numbers by what a file calls them: the bias of what was folded is that of the norm."""
    own = dict(layer.named_parameters(recurse=False)) | {what: value for what, value in layer.named_buffers(recurse=False) if value.is_floating_point()}
    return own if norm is None else own | {"bias": norm.bias}


@torch.no_grad()
def read(network, folder, name):
    """Gives `network` the weights of folder/name.onnx. Returns the names of layers that the file does not have: they stay as they were made."""
    path = os.path.join(folder, name + ".onnx")
    if not os.path.exists(path):
        raise SystemExit("train: %s is not there; name the folder of a pack's files" % path)
    values, lacking = weights_of(path), []
    for place, layer, norm in layers(network):
        if place + ".weight" not in values:
            lacking.append(place)
            continue
        own = own_numbers(layer, norm)
        if norm is not None:
            norm.weight.copy_((1 + norm.eps) ** 0.5)
            norm.running_mean.zero_()
            norm.running_var.fill_(1)
        for what, value in own.items():
            held = values.get(place + "." + what)
            if held is None:
                raise RuntimeError("%s has no %s of %s: the export merged equal numbers of a network that has learned nothing" % (path, what, place))
            if held.shape != value.shape:
                raise RuntimeError("%s has %s of %s as %s where %s belongs" % (path, what, place, tuple(held.shape), tuple(value.shape)))
            value.copy_(held.to(value.device))
    return lacking


@torch.no_grad()
def settle(network, norms, run):
    """Gives norms that do nothing the statistics of the batch that `run` feeds through their network, and answers that stay what they were."""
    def on_first(norm, inputs):
        axes = [i for i in range(inputs[0].dim()) if i != 1]
        x = inputs[0].float()
        mean, spread = x.mean(axes), x.var(axes, unbiased=False)
        norm.bias += norm.weight * (mean - norm.running_mean) / (norm.running_var + norm.eps).sqrt()
        norm.weight *= ((spread + norm.eps) / (norm.running_var + norm.eps)).sqrt()
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(spread)
    hooks = [module.register_forward_pre_hook(on_first) for module in norms]
    was_training = network.training
    network.eval()
    run()
    network.train(was_training)
    for hook in hooks:
        hook.remove()
