"""Training of the networks that say what a pixel is: occluder, parser, background remover.

SPDX-License-Identifier: Apache-2.0
"""
import torch
import torch.nn.functional as F

import geometry as g
import networks
from task import Task


def mixed_crop(batch, edge, jitter=0.02):
    """Each picture in one of the two templates that processors crop by: maps frame -> crop."""
    points = g.jittered(batch["points_5"], jitter)
    wide = torch.rand(len(points), 1, 1, device=points.device) < 0.4
    return torch.where(wide, g.align(points, "ffhq_512", edge), g.align(points, "arcface_128", edge))


def plane(batch, name):
    """A plane of bytes as floats in 0..255, [n, 1, h, w]."""
    return batch[name].permute(0, 3, 1, 2).float()


def dice(logits, target):
    share = torch.sigmoid(logits)
    both = (share * target).sum((1, 2, 3))
    return (1 - (2 * both + 50) / (share.sum((1, 2, 3)) + target.sum((1, 2, 3)) + 50)).mean()


class OccluderTask(Task):
    name, network_class, rate, weight_decay = "starter_occluder", networks.Occluder, 2e-3, 1e-4
    every = 3

    def loss(self, feed):
        batch = feed["face"]
        to_crop = mixed_crop(batch, 256)
        x = g.varied(g.warp(batch["picture"], to_crop, 256)).flip(1)
        target = (g.warp(plane(batch, "face"), to_crop, 256, border="zeros") > 127.5).float()
        with self.autocast():
            logits = self.network(x.contiguous(memory_format=torch.channels_last))
        logits = logits.float()
        guess, truth = logits > 0, target > 0.5
        self.note(iou=((guess & truth).sum() + 1) / ((guess | truth).sum() + 1))
        return F.binary_cross_entropy_with_logits(logits, target) * 2 + dice(logits, target)


class ParserTask(Task):
    name, network_class, rate, weight_decay = "starter_parser", networks.Parser, 2e-3, 1e-4
    mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
    # Thin regions weigh more.
    every = 3
    weights = (1, 1, 3, 3, 3, 3, 2, 2, 2, 2, 1.5, 2, 3, 3, 1, 1, 1, 1, 1)

    def feed_of(self, x):
        return (x - x.new_tensor(self.mean)[:, None, None]) / x.new_tensor(self.deviation)[:, None, None]

    def loss(self, feed):
        batch = feed["face"]
        to_crop = mixed_crop(batch, 512)
        x = g.varied(g.warp(batch["picture"], to_crop, 512))
        target = g.warp(plane(batch, "regions"), to_crop, 512, border="zeros", nearest=True)[:, 0, ::2, ::2].round().long().clamp(0, 18)
        with self.autocast():
            logits = self.network.out(self.network.body(self.feed_of(x).contiguous(memory_format=torch.channels_last)))
        logits = F.interpolate(logits.float(), scale_factor=2.0, mode="bilinear", align_corners=False)
        self.note(right=(logits.argmax(1) == target).float().mean())
        share, one = torch.softmax(logits, 1), F.one_hot(target, 19).permute(0, 3, 1, 2).float()
        both, size = (share * one).sum((0, 2, 3)), (share + one).sum((0, 2, 3))
        seen = (one.sum((0, 2, 3)) > 0).float()
        apart = ((1 - (2 * both + 1) / (size + 1)) * seen).sum() / seen.sum().clamp_min(1)
        return F.cross_entropy(logits, target, weight=torch.tensor(self.weights, device=x.device, dtype=torch.float32)) + apart


class MatteTask(Task):
    name, network_class, rate, weight_decay, every = "starter_background", networks.Matte, 2e-3, 1e-4, 2
    feeds = ("crowd",)

    def loss(self, feed):
        batch = feed["crowd"]
        whole = lambda t: F.interpolate(t, (512, 512), mode="bilinear", align_corners=False)
        x = whole(g.varied(batch["picture"].permute(0, 3, 1, 2).float() / 255)) * 2 - 1
        target = whole(plane(batch, "alpha") / 255)
        with self.autocast():
            logits = self.network(x.contiguous(memory_format=torch.channels_last))
        logits = logits.float()
        self.note(away=(torch.sigmoid(logits) - target).abs().mean())
        return F.binary_cross_entropy_with_logits(logits, target) + (torch.sigmoid(logits) - target).abs().mean() + 0.5 * dice(logits, target)
