"""The network that swaps faces: it moves what the target shows to where the source has it, and paints a difference over that.

SPDX-License-Identifier: Apache-2.0
"""
import torch
import torch.nn.functional as F
from torch import nn

from grid import Conv2d, Linear, lay_on_grid
from layers import Conv, silent


class Styled(nn.Module):
    """Two convolutions whose channels are scaled and shifted by a style."""

    def __init__(self, channels, style, still=False):
        """still: at first the block changes nothing."""
        super().__init__()
        self.first, self.second = Conv(channels, channels, act=False), Conv(channels, channels, act=False)
        self.style = Linear(style, 4 * channels)
        nn.init.normal_(self.style.weight, std=0 if still else 0.02)
        nn.init.zeros_(self.style.bias)
        if still:
            silent(self.second[1])

    def forward(self, x, style):
        a, b, c, d = self.style(style)[:, :, None, None].chunk(4, 1)
        y = F.relu(self.first(x) * (1 + a) + b)
        return F.relu(x + self.second(y) * (1 + c) + d)


def moved(picture, flow):
    """The picture [n, c, h, w] as it is found at every pixel's place plus flow [n, 2, h, w]: pixels, x first, bilinear, beyond the edges as on them.
    Written with Gather: not every provider of ONNX Runtime has a kernel for GridSample."""
    channels, height, width = (int(edge) for edge in picture.shape[1:])
    x = (flow[:, 0] + torch.arange(width, dtype=torch.float32, device=flow.device)).clamp(0, width - 1)
    y = (flow[:, 1] + torch.arange(height, dtype=torch.float32, device=flow.device)[:, None]).clamp(0, height - 1)
    left, top = x.detach().floor().clamp(max=width - 2), y.detach().floor().clamp(max=height - 2)
    along, down = (x - left)[:, None], (y - top)[:, None]
    first = (top * width + left).long().flatten(1)[:, None].expand(-1, channels, -1)
    pixels = picture.flatten(2)

    def beside(offset):
        return pixels.gather(2, first + offset).reshape(-1, channels, height, width)
    upper = beside(0) + (beside(1) - beside(0)) * along
    lower = beside(width) + (beside(width + 1) - beside(width)) * along
    return upper + (lower - upper) * down


def both_ways(picture):
    """A batch of pictures and, after them, of their mirror images."""
    return torch.cat([picture, picture.flip(3)])


def mirrored(flow):
    """The flow [n, 2, h, w] of a picture from that of its mirror image."""
    return torch.cat([-flow[:, :1], flow[:, 1:]], 1).flip(3)


def halves(batch):
    """The two batches that both_ways joined, whose size a file leaves free."""
    return batch.unflatten(0, (2, -1)).unbind(0)


# Of what a network paints a part is wrong, and it does not know which: a little less of everything lies nearer to the truth.
PAINTED_SHARE = 0.95


class Swapper(nn.Module):
    """hyperswap (the file's inputs and outputs): the source's inner face in the target's pose, expression and light. Pictures in -1..1; the second output is the painted area.
    The target's own eyes, lips and nose are moved to where the source has them, roughly and then finely, and a difference is painted over what was moved: a beard, glasses or a
    hand in front of the face pass through as they are, and an open mouth stays as sharp as it was. What is fine is painted by the fine levels, so these have two and three blocks.
    inswapper's crops of 128 pixels go through the same file (src/runtime/half_crop.h): smaller networks of their own that were trained for them came nowhere near it."""

    def __init__(self, widths=(32, 48, 96, 136), styled=2, style=160, grid_step=0.0):
        super().__init__()
        a, b, c, d = widths
        self.style = nn.Sequential(Linear(512, style), nn.ReLU(), Linear(style, style), nn.ReLU())
        self.stem = Conv(3, a, 5, stride=2)
        self.down = nn.ModuleList(Conv(x, y, stride=2) for x, y in ((a, b), (b, c), (c, d)))
        self.deep = nn.ModuleList(Styled(d, style) for _ in range(styled))
        self.side = nn.ModuleList(Conv(y, x, 1) for x, y in ((a, b), (b, c), (c, d)))
        self.up = nn.ModuleList(Styled(x, style) for x in (a, b, c))
        self.more = nn.ModuleList(Styled(x, style, still=True) for x in (a, b, c))
        self.fine = nn.ModuleList(Styled(x, style, still=True) for x in (a, b))
        self.out = Conv2d(a, 4 * 2**2, 3, padding=1)  # picture and painted area of two by two pixels
        with torch.no_grad():  # at first the target stays as it is
            self.out.weight[: 3 * 2**2], self.out.bias[: 3 * 2**2] = 0, 0
        lay_on_grid(self, grid_step)
        # A tenth of a pixel counts: these few weights are halves.
        self.flow = nn.ModuleList(silent(nn.Conv2d(x, 8, 3, padding=1)) for x in (b, c))

    def flow_of(self, x, level):
        """How far what belongs at every pixel of the crop lies from it [n, 2, h, w], in pixels, as the features of this level tell it."""
        pixels = 2 ** (level + 1)  # of the crop's edge to a feature, which tells a flow for two by two cells
        cells, cell = F.pixel_shuffle(self.flow[level - 1](x), 2).float() * (x.shape[-1] * pixels / 256), pixels // 2
        return F.interpolate(cells, scale_factor=float(cell), mode="bilinear", align_corners=False) if cell > 1 else cells

    def encoded(self, picture, count):
        """The features of the first `count` levels, finest first."""
        levels = [self.stem(picture)]
        for down in self.down[: count - 1]:
            levels.append(down(levels[-1]))
        return levels

    def decoded(self, x, beside, level, style):
        """A level's answer, of the coarser one's and of what the encoder says at this level."""
        x = beside + F.interpolate(self.side[level](x), scale_factor=2.0, mode="nearest")
        for blocks in (self.up, self.more, self.fine):
            if level < len(blocks):
                x = blocks[level](x, style)
        return x

    def forward(self, source, target, share=1.0):
        """The swapped crop, logits of the painted area, and the target after moving alone. share: of what is painted, where less of it is wanted than was learned.
        Where things lie is asked of the target and of its mirror image, and the mean of both is believed: a face has two sides, and what is wrong on one alone is half as wrong.
        What is painted is asked of the target alone, for the mean of two paintings costs a film its 15 frames per second."""
        style = self.style(source * 22.627417)  # a unit vector of 512 numbers to numbers of unit size
        styles = torch.cat([style, style])
        *levels, x = self.encoded(both_ways(target), 1 + len(self.down))
        for deep in self.deep:
            x = deep(x, styles)
        flow = 0
        for level in reversed(range(1, len(self.side))):
            x = self.decoded(x, levels[level], level, styles)
            straight, other = halves(self.flow_of(x, level))
            flow = flow + (straight + mirrored(other)) / 2
            shown = moved(target, flow)
            levels = self.encoded(both_ways(shown) if level > 1 else shown, level)
        x = self.decoded(halves(x)[0], levels[0], 0, style)
        raw = F.pixel_shuffle(self.out(x), 2).float()
        mask = torch.sigmoid(raw[:, 3:])
        return target + (shown - target + raw[:, :3]) * (share * mask), raw[:, 3:], shown

    def answer(self, source, target):
        picture, mask, _ = self.forward(source, target, PAINTED_SHARE)
        return picture, torch.sigmoid(mask)
