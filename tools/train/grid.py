"""Layers whose weights lie on a coarse grid: whole numbers times one step an output. A file holds bytes instead of halves and packs to half a byte a weight.

A batch norm behind a layer folds into its steps, so that the file's whole numbers are those that were learned.
SPDX-License-Identifier: Apache-2.0
"""
import torch
import torch.nn.functional as F
from torch import nn


def grid_of(weight, step):
    """Whole numbers [like weight] within +-127 and the size [outputs, 1...] of their steps, `step` root mean squares of what leads to one output."""
    inputs = tuple(range(1, weight.dim()))
    steps = torch.maximum(weight.square().mean(inputs, keepdim=True).sqrt() * step, weight.abs().amax(inputs, keepdim=True) / 127).clamp_min(1e-12)
    return (weight / steps).round(), steps


def on_grid(layer):
    """The layer's weights as its file will hold them; learning goes straight through the rounding (Bengio et al. 2013, Estimating or Propagating Gradients, section 4)."""
    if not layer.grid_step:
        return layer.weight
    with torch.no_grad():
        codes, steps = grid_of(layer.weight, layer.grid_step)
        away = codes * steps - layer.weight
    return layer.weight + away


class Conv2d(nn.Conv2d):
    grid_step = 0.0  # of grid_of; 0: weights may be any number

    def forward(self, x):
        return self._conv_forward(x, on_grid(self), self.bias)


class Linear(nn.Linear):
    grid_step = 0.0

    def forward(self, x):
        return F.linear(x, on_grid(self), self.bias)


def lay_on_grid(network, step):
    """Every convolution and linear layer of this module's kinds learns with rounded weights from now on."""
    for layer in network.modules():
        if isinstance(layer, (Conv2d, Linear)):
            layer.grid_step = step


def layers_on_grid(network):
    return [layer for layer in network.modules() if getattr(layer, "grid_step", 0)]
