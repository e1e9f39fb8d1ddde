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


def weights_of(path):
    """The file's numbers by the names of the network's parameters."""
    values = {}
    for held in onnx.load(path).graph.initializer:
        name = held.name.removesuffix("_half")
        while name.startswith("network."):
            name = name.removeprefix("network.")
        values[name] = torch.from_numpy(numpy_helper.to_array(held).astype("f4"))
    return values


@torch.no_grad()
def read(network, folder, name):
    """Gives `network` the weights of folder/name.onnx. Returns the names of modules that the file does not have: they stay as they were made."""
    path = os.path.join(folder, name + ".onnx")
    values, lacking = weights_of(path), []
    for prefix, module in network.named_modules():
        norm = dict(zip(module._modules, list(module._modules)[1:])) if isinstance(module, nn.Sequential) else {}
        for part, layer in module._modules.items():
            place = (prefix + "." if prefix else "") + part
            own = dict(layer.named_parameters(recurse=False))
            if isinstance(layer, nn.BatchNorm2d) or not own:
                continue
            if place + ".weight" not in values:
                lacking.append(place)
                continue
            after = module._modules[norm[part]] if part in norm else None
            if isinstance(after, nn.BatchNorm2d):
                own["bias"] = after.bias
                after.weight.copy_((1 + after.eps) ** 0.5)
                after.running_mean.zero_()
                after.running_var.fill_(1)
            for what, value in (*own.items(), *layer.named_buffers(recurse=False)):
                if what == "num_batches_tracked":
                    continue
                if values[place + "." + what].shape != value.shape:
                    raise RuntimeError("%s has %s as %s where %s belongs" % (path, place, tuple(values[place + "." + what].shape), tuple(value.shape)))
                value.copy_(values[place + "." + what].to(value.device))
    return lacking


@torch.no_grad()
def settle(network, run):
    """Gives norms that do nothing the statistics of the batch that `run` feeds through the network, and answers that stay what they were."""
    def on_first(norm, inputs):
        axes = [i for i in range(inputs[0].dim()) if i != 1]
        x = inputs[0].float()
        mean, spread = x.mean(axes), x.var(axes, unbiased=False)
        norm.bias += norm.weight * (mean - norm.running_mean) / (norm.running_var + norm.eps).sqrt()
        norm.weight *= ((spread + norm.eps) / (norm.running_var + norm.eps)).sqrt()
        norm.running_mean.copy_(mean)
        norm.running_var.copy_(spread)
    hooks = [module.register_forward_pre_hook(on_first) for module in network.modules() if isinstance(module, NORMS)]
    was_training = network.training
    network.eval()
    run()
    network.train(was_training)
    for hook in hooks:
        hook.remove()
