"""The starter networks, but for the swapper (swapper.py), of the layers of layers.py.

Every network has `forward` for training (logits, maps) and `answer`, which is what the ONNX file computes: the names, orders and ranges of FaceFusion's files of the same task.
SPDX-License-Identifier: Apache-2.0
"""
import torch
import torch.nn.functional as F
from torch import nn

from grid import Conv2d, Linear
from layers import Conv, Residual, Separable, Unet, many, silent


class Detector(nn.Module):
    """scrfd: strides 8, 16, 32, two anchors a cell. Distances and points are in strides."""

    strides, bases = (8, 16, 32), ((16, 32), (64, 128), (256, 512))

    def __init__(self, widths=(16, 32, 64, 112, 144), neck=64):
        super().__init__()
        a, b, c, d, e = widths
        self.stem = nn.Sequential(Conv(3, a, stride=2), Conv(a, b, stride=2), Separable(b, b))
        self.down8 = nn.Sequential(Conv(b, c, stride=2), Separable(c, c), Separable(c, c))
        self.down16 = nn.Sequential(Conv(c, d, stride=2), Separable(d, d), Separable(d, d), Separable(d, d))
        self.down32 = nn.Sequential(Conv(d, e, stride=2), Separable(e, e, 5), Separable(e, e, 5), Separable(e, e, 5))
        self.side = nn.ModuleList(Conv(width, neck, 1) for width in (c, d, e))
        self.mix_down = nn.ModuleList(Separable(neck, neck) for _ in range(2))
        self.step_up = nn.ModuleList(Separable(neck, neck, stride=2) for _ in range(2))
        self.mix_up = nn.ModuleList(Separable(neck, neck) for _ in range(2))
        self.head = nn.ModuleList(many(lambda width: Separable(width, width), neck, 2) for _ in range(3))
        self.out = nn.ModuleList(Conv2d(neck, 2 * 15, 1) for _ in range(3))
        for out in self.out:
            nn.init.normal_(out.weight, std=0.01)
            with torch.no_grad():
                out.bias.zero_()
                out.bias[:2] = -4.6  # one anchor in a hundred

    def forward(self, x):
        """Per level: logits [n, cells * 2], log distances [n, cells * 2, 4] and points [n, cells * 2, 10] in shares of the anchor's base."""
        c8 = self.down8(self.stem(x))
        c16 = self.down16(c8)
        c32 = self.down32(c16)
        p8, p16, p32 = (side(c) for side, c in zip(self.side, (c8, c16, c32)))
        p16 = self.mix_down[1](p16 + F.interpolate(p32, scale_factor=2.0, mode="nearest"))
        p8 = self.mix_down[0](p8 + F.interpolate(p16, scale_factor=2.0, mode="nearest"))
        p16 = self.mix_up[0](p16 + self.step_up[0](p8))
        p32 = self.mix_up[1](p32 + self.step_up[1](p16))
        found = []
        for head, out, p in zip(self.head, self.out, (p8, p16, p32)):
            raw = out(head(p)).permute(0, 2, 3, 1)
            found.append(tuple(part.reshape(raw.shape[0], -1, width) for part, width in zip(raw.split((2, 8, 20), 3), (1, 4, 10))))
        return found

    def answer(self, x):
        scores, boxes, points = [], [], []
        for (score, box, point), stride, bases in zip(self.forward(x), self.strides, self.bases):
            base = torch.tensor(bases, dtype=torch.float32, device=x.device) / stride
            scores.append(torch.sigmoid(score).reshape(-1, 1))
            boxes.append((torch.exp(box.reshape(-1, 2, 4).clamp(-6, 3)) * (base / 2).reshape(1, 2, 1)).reshape(-1, 4))
            points.append((point.reshape(-1, 2, 10) * base.reshape(1, 2, 1)).reshape(-1, 10))
        return (*scores, *boxes, *points)


class Landmarker(nn.Module):
    """2dfan4: 256 x 256 to 68 maps of 64 x 64. One map is a distribution over places: its mean is the point, its peak, on the scale of the training Gaussian's, how sure it is."""

    sigma = 1.5

    def __init__(self):
        super().__init__()
        self.body = Unet(3, (48, 64, 80, 96, 112), (1, 1, 1, 1, 1), stem=4, stem_width=24)
        self.out = Conv2d(48, 68, 1)

    def forward(self, x):
        return self.out(self.body(x))

    @staticmethod
    def read(maps):
        """Distributions [n, 68, 64, 64] and their means [n, 68, 2], in map pixels."""
        share = torch.softmax(maps.float().flatten(2), 2).reshape(maps.shape)
        place = torch.arange(64, dtype=torch.float32, device=maps.device)
        return share, torch.stack([(share.sum(2) * place).sum(2), (share.sum(3) * place).sum(2)], 2)

    def answer(self, x):
        share, points = self.read(self.forward(x))
        heat = (share * (2 * torch.pi * self.sigma**2)).clamp(max=1)
        return torch.cat([points, heat.flatten(2).amax(2, keepdim=True)], 2), heat


class Guesser(nn.Module):
    """fan_68_5: 68 points from five, both in the unit square of ffhq_512."""

    def __init__(self, width=192):
        super().__init__()
        self.body = nn.Sequential(Linear(10, width), nn.ReLU(), Linear(width, width), nn.ReLU(), Linear(width, 136))

    def forward(self, points):
        return (self.body((points.flatten(1) - 0.55) * 4) * 0.1 + 0.55).reshape(-1, 68, 2)

    answer = forward


class Trunk(nn.Module):
    """112 x 112 to features of 7 x 7."""

    def __init__(self, widths, blocks):
        super().__init__()
        stages, last = [Conv(3, widths[0], stride=2)], widths[0]
        for i, (width, count) in enumerate(zip(widths, blocks)):
            if i:
                stages.append(Conv(last, width, stride=2))
            stages.append(many(Residual, width, count))
            last = width
        self.body = nn.Sequential(*stages)

    def forward(self, x):
        return self.body(x)


class Recogniser(nn.Module):
    """arcface: 112 x 112 to 512 numbers; only their direction means something."""

    def __init__(self, widths=(48, 80, 112, 160), blocks=(2, 3, 3, 1)):
        super().__init__()
        self.trunk = Trunk(widths, blocks)
        self.pool = Conv2d(widths[-1], widths[-1], 7, groups=widths[-1], bias=False)
        self.norm = nn.BatchNorm1d(widths[-1], momentum=0.03)
        self.out = Linear(widths[-1], 512)

    def forward(self, x):
        return self.out(self.norm(self.pool(self.trunk(x)).flatten(1)))

    answer = forward


class Classifier(nn.Module):
    """fairface: race (always 0: mien does not guess it), gender (1 female), age group; then the age in years."""

    ages = 86

    def __init__(self):
        super().__init__()
        self.trunk = Trunk((16, 32, 64, 112), (1, 1, 1, 1))
        self.out = Linear(112, self.ages)
        self.shape = nn.Sequential(Conv(64, 40, stride=2), Residual(40))
        self.woman = Linear(40, 1)

    def forward(self, x):
        """From 224 or 112 pixels: age logits [n, 86] and the logit of a woman [n]."""
        if x.shape[-1] == 224:
            x = F.avg_pool2d(x, 2)
        middle = self.trunk.body[:6](x)  # 14 x 14
        return self.out(self.trunk.body[6:](middle).mean((2, 3))), self.woman(self.shape(middle).mean((2, 3)))[:, 0]

    def years(self, logits):
        return (torch.softmax(logits.float(), 1) * torch.arange(self.ages, dtype=torch.float32, device=logits.device)).sum(1)

    def answer(self, x):
        logits, woman = self.forward(x)
        years = self.years(logits)
        # 0-2, 3-9, 10-19, 20-29 ... 60-69, 70 and more
        group = (years >= 3).long()
        for start in range(10, 71, 10):
            group = group + (years >= start).long()
        return torch.zeros_like(group), (woman > 0).long(), group, years


class Occluder(nn.Module):
    """xseg: NHWC picture to the visible face, 0..1."""

    def __init__(self):
        super().__init__()
        self.body = Unet(3, (16, 32, 56, 72, 80), (0, 1, 1, 1, 1), stem=2)
        self.out = Conv2d(16, 4, 3, padding=1)

    def forward(self, x):
        """From NCHW: logits [n, 1, h, w]."""
        return F.pixel_shuffle(self.out(self.body(x)), 2)

    def answer(self, x):
        return torch.sigmoid(self.forward(x.permute(0, 3, 1, 2))).permute(0, 2, 3, 1)


class Parser(nn.Module):
    """bisenet: 19 classes. Works at a quarter of the picture; logits are enlarged."""

    def __init__(self):
        super().__init__()
        self.body = Unet(3, (32, 48, 72, 96, 96), (0, 1, 1, 1, 1), stem=4)
        self.out = Conv2d(32, 19, 1)

    def forward(self, x):
        return F.interpolate(self.out(self.body(x)), scale_factor=4.0, mode="bilinear", align_corners=False)

    answer = forward


class Matte(nn.Module):
    """modnet: how much of a pixel is a person, 0..1."""

    def __init__(self):
        super().__init__()
        self.body = Unet(3, (24, 32, 48, 64, 80), (0, 1, 1, 1, 1), stem=4)
        self.out = Conv2d(24, 16, 3, padding=1)

    def forward(self, x):
        return F.pixel_shuffle(self.out(self.body(x)), 4)

    def answer(self, x):
        return torch.sigmoid(self.forward(x))


class Restorer(nn.Module):
    """gfpgan: a blurred face to a sharp one, both in -1..1; what is painted is the difference. What is lost lies near: the finest level has most of the blocks."""

    def __init__(self, widths=(48, 64, 80), blocks=(8, 2, 1)):
        super().__init__()
        self.body = Unet(48, widths, blocks, stem=1)
        self.out = silent(Conv2d(widths[0], 48, 3, padding=1))

    def forward(self, x):
        return x + F.pixel_shuffle(self.out(self.body(F.pixel_unshuffle(x, 4))), 4).float()

    answer = forward


class Upscaler(nn.Module):
    """A frame enlarged, 0..1: nearest pixels plus what the network adds."""

    def __init__(self, scale, width=32, depth=4):
        super().__init__()
        self.scale = scale
        self.body = nn.Sequential(Conv(3, width), *[Residual(width) for _ in range(depth // 2)], Conv(width, width))
        self.out = silent(Conv2d(width, 3 * scale * scale, 3, padding=1))

    def forward(self, x):
        near = F.interpolate(x, scale_factor=float(self.scale), mode="nearest")
        return near + F.pixel_shuffle(self.out(self.body(x)), self.scale).float()

    answer = forward


class Colorizer(nn.Module):
    """ddcolor: a grey picture in RGB, 0..1, to a and b of Lab."""

    def __init__(self):
        super().__init__()
        self.body = Unet(3, (24, 40, 56, 64, 80), (0, 1, 1, 1, 1), stem=4)
        self.out = Conv2d(24, 8, 3, padding=1)

    def forward(self, x):
        ab = F.pixel_shuffle(self.out(self.body(x)), 2) * 30
        return F.interpolate(ab.float(), scale_factor=2.0, mode="bilinear", align_corners=False)

    answer = forward
