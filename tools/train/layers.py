"""What the starter networks are made of: plain and depthwise convolutions with batch norms that fold away, ReLU, a U-net; what ONNX Runtime runs fast on one core.

SPDX-License-Identifier: Apache-2.0
"""
import torch.nn.functional as F
from torch import nn

from grid import Conv2d


class Conv(nn.Sequential):
    def __init__(self, inputs, outputs, size=3, stride=1, groups=1, act=True):
        super().__init__(Conv2d(inputs, outputs, size, stride, size // 2, groups=groups, bias=False), nn.BatchNorm2d(outputs, momentum=0.03),
                         *([nn.ReLU(inplace=True)] if act else []))


class Separable(nn.Module):
    """Depthwise, then pointwise, with a way around when the shape allows."""

    def __init__(self, inputs, outputs, size=3, stride=1):
        super().__init__()
        self.body = nn.Sequential(Conv(inputs, inputs, size, stride, groups=inputs, act=False), Conv(inputs, outputs, 1))
        self.around = inputs == outputs and stride == 1

    def forward(self, x):
        return x + self.body(x) if self.around else self.body(x)


def silent(layer):
    """The last layer, or its norm, of what is added to something: nothing at first."""
    nn.init.zeros_(layer.weight)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
    return layer


class Residual(nn.Module):
    """At first it changes nothing (Goyal et al. 2017, section 5.1), so that a network which goes on from a file may have more of them than the file."""

    def __init__(self, channels):
        super().__init__()
        self.body = nn.Sequential(Conv(channels, channels), Conv(channels, channels, act=False))
        silent(self.body[1][1])

    def forward(self, x):
        return F.relu(x + self.body(x))


def many(block, channels, count):
    return nn.Sequential(*[block(channels) for _ in range(count)])


class Unet(nn.Module):
    """Encoder and decoder over `widths`; the first level is at 1/stem of the picture. Returns features of the first level."""

    def __init__(self, inputs, widths, blocks, stem=2, stem_width=16, block=Residual):
        super().__init__()
        steps, last = [], inputs
        while stem > 1:
            stem //= 2
            width = widths[0] if stem == 1 else stem_width
            steps.append(Conv(last, width, stride=2))
            last = width
        if not steps:
            steps.append(Conv(last, widths[0]))
        self.stem = nn.Sequential(*steps, many(block, widths[0], blocks[0]))
        self.down = nn.ModuleList(nn.Sequential(Conv(a, b, stride=2), many(block, b, n)) for a, b, n in zip(widths, widths[1:], blocks[1:]))
        self.side = nn.ModuleList(Conv(b, a, 1) for a, b in zip(widths, widths[1:]))
        self.up = nn.ModuleList(Conv(a, a) for a in widths[:-1])

    def forward(self, x):
        levels = [self.stem(x)]
        for down in self.down:
            levels.append(down(levels[-1]))
        x = levels.pop()
        for side, up in zip(reversed(self.side), reversed(self.up)):
            x = up(levels.pop() + F.interpolate(side(x), scale_factor=2.0, mode="nearest"))
        return x
