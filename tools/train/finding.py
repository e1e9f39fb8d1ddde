"""Training of the networks that find faces and their points: detector, landmarker, guesser.

SPDX-License-Identifier: Apache-2.0
"""
import torch
import torch.nn.functional as F

import geometry as g
import networks
from task import Task


def overlap(a, b):
    """Intersection over union and its generalised form, of boxes [..., 4]."""
    low, high = torch.maximum(a[..., :2], b[..., :2]), torch.minimum(a[..., 2:], b[..., 2:])
    both = (high - low).clamp_min(0).prod(-1)
    area = lambda box: (box[..., 2:] - box[..., :2]).clamp_min(1e-3).prod(-1)
    union = area(a) + area(b) - both
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp_min(1e-3).prod(-1)
    iou = both / union
    return iou, iou - (hull - union) / hull


def anchors_of(edge, device):
    """Positions [a, 2], bases [a] and strides [a] of all anchors of a square picture, level by level, two to a cell."""
    places, bases, strides = [], [], []
    for stride, pair in zip(networks.Detector.strides, networks.Detector.bases):
        steps = torch.arange(edge // stride, device=device, dtype=torch.float32) * stride
        y, x = torch.meshgrid(steps, steps, indexing="ij")
        places.append(torch.stack([x, y], -1).reshape(-1, 1, 2).expand(-1, 2, -1).reshape(-1, 2))
        bases.append(torch.tensor(pair, device=device, dtype=torch.float32).repeat(len(steps) ** 2))
        strides.append(torch.full((2 * len(steps) ** 2,), float(stride), device=device))
    return torch.cat(places), torch.cat(bases), torch.cat(strides)


def detector_input(x):
    """RGB in 0..1 to what scrfd takes."""
    return (x.flip(1) - 0.5) * (255 / 128)


def who_counts(people, box, share, edge):
    """Faces to be found [n, p], and faces that neither count nor are wrong: hidden, tiny or mostly outside."""
    size = (box[..., 2:] - box[..., :2]).clamp_min(1e-3).prod(-1).sqrt()
    middle = (box[..., 2:] + box[..., :2]) / 2
    inside = ((middle > 0) & (middle < edge - 1)).all(-1)
    there = people > 0
    wanted = there & inside & (size >= 9) & (share >= 0.35)
    return wanted, there & ~wanted & (share > 0.02), size


def turned_about(batch, quarters, mirrored):
    """A crowd seen from another side: picture [n, 3, h, w] in 0..1, boxes and five points of everybody. Turns are counter-clockwise; a mirror swaps the sides of a face."""
    picture, box, five = batch["picture"].permute(0, 3, 1, 2).float() / 255, batch["all_box"].unflatten(-1, (2, 2)), batch["all_points_5"]
    edge = picture.shape[-1] - 1
    if mirrored:
        picture = picture.flip(3)
        box, five = (torch.stack([edge - at[..., 0], at[..., 1]], -1) for at in (box, five))
        five = five[..., [1, 0, 2, 4, 3], :]
    for _ in range(quarters):
        box, five = (torch.stack([at[..., 1], edge - at[..., 0]], -1) for at in (box, five))
    return torch.rot90(picture, quarters, (2, 3)), torch.cat([box.amin(-2), box.amax(-2)], -1), five


class DetectorTask(Task):
    name, network_class, rate, weight_decay = "starter_detector", networks.Detector, 2e-3, 1e-4
    feeds = ("crowd",)

    def assign(self, box, wanted, size, places, bases, strides):
        """For every anchor the face it stands for [n, a] and whether it does."""
        middle = (box[..., 2:] + box[..., :2]) / 2
        away = (places[None, None] - middle[:, :, None]).abs()
        reach = torch.maximum(0.25 * (box[..., 2:] - box[..., :2])[:, :, None], 0.75 * strides[None, None, :, None])
        fits = (torch.log2(size.clamp(12, 680)[:, :, None] / bases) .abs() <= 0.62) & wanted[:, :, None] & (away <= reach).all(-1)
        distance = (away.square().sum(-1) / size[:, :, None].square()).masked_fill(~fits, 1e9)
        nearest, face = distance.min(1)
        return face, nearest < 1e8

    def loss(self, feed):
        batch = feed["crowd"]
        # A batch serves several steps, each time from another side.
        quarters, mirrored = torch.randint(0, 4, (1,)).item(), torch.rand(1).item() < 0.5
        picture, box, points_5 = turned_about(batch, quarters, mirrored)
        x = g.varied(picture)
        with self.autocast():
            found = self.network(detector_input(x).contiguous(memory_format=torch.channels_last))
        logits, boxes, points = (torch.cat([level[i] for level in found], 1).float() for i in range(3))
        places, bases, strides = anchors_of(x.shape[-1], x.device)
        share = batch["all_visible_share"]
        wanted, ignored, size = who_counts(batch["all_person"], box, share, x.shape[-1])
        face, match = self.assign(box, wanted, size, places, bases, strides)
        half = boxes.clamp(-6, 3).exp() * (bases / 2)[:, None]
        guess = torch.cat([places - half[..., :2], places + half[..., 2:]], -1)
        truth = torch.gather(box, 1, face[..., None].expand(-1, -1, 4))
        five = torch.gather(points_5.flatten(2), 1, face[..., None].expand(-1, -1, 10)).unflatten(2, (5, 2))
        iou, general = overlap(guess, truth)
        held = match.float()
        count = held.sum().clamp_min(1)
        quality = (0.5 + 0.5 * iou.detach()) * held
        beside = ((places[None, None] >= box[:, :, None, :2]) & (places[None, None] <= box[:, :, None, 2:])).all(-1) & ignored[:, :, None]
        weight = torch.where(beside.any(1) & ~match, 0.0, 1.0)
        logits = logits[..., 0]
        score = (F.binary_cross_entropy_with_logits(logits, quality, reduction="none") * (torch.sigmoid(logits) - quality).abs().square() * weight).sum() / count
        place = ((1 - general) * held).sum() / count
        wanted_points = (five - places[None, :, None]) / bases[None, :, None, None]
        spread = F.smooth_l1_loss(points.unflatten(2, (5, 2)), wanted_points, beta=0.05, reduction="none").mean((2, 3))
        spread = (spread * held).sum() / count
        self.note(score=score, iou=(iou * held).sum() / count, points=spread)
        return 2 * score + 2 * place + 3 * spread


class LandmarkerTask(Task):
    name, network_class, rate, weight_decay = "starter_landmarker", networks.Landmarker, 1.5e-3, 1e-4
    copies = 2

    @staticmethod
    def place(box, five, jitter=1.0):
        """Maps to mien's landmarker crop of faces, with the errors of a detector."""
        size = (box[:, 2:] - box[:, :2]).amax(1, keepdim=True)
        n, device = len(box), box.device
        shift = torch.randn(n, 2, device=device) * 0.035 * size * jitter
        grow = torch.exp2(torch.randn(n, 1, device=device) * 0.12 * jitter)
        middle = (box[:, :2] + box[:, 2:]) / 2 + shift
        half = (box[:, 2:] - box[:, :2]) / 2 * grow
        to_crop = g.box_crop(torch.cat([middle - half, middle + half], 1), 256, 195)
        down = (five[:, 3] + five[:, 4] - five[:, 0] - five[:, 1]) / 2
        angle = torch.rad2deg(torch.atan2(-down[:, 0], down[:, 1]))
        quarter = torch.round((angle + torch.randn(n, device=device) * 6 * jitter) / 90) * 90
        return g.turned(to_crop, quarter, 256)

    @classmethod
    def crop(cls, batch, copies=1, jitter=1.0):
        """The landmarker's crop of every picture, and points in map pixels."""
        picture, box, points, five = (batch[name].repeat(copies, *[1] * (batch[name].dim() - 1)) for name in ("picture", "box", "points_68", "points_5"))
        to_crop = cls.place(box, five, jitter)
        return g.warp(picture, to_crop, 256, border="zeros"), g.apply(to_crop, points) / 4

    def loss(self, feed):
        batch = feed["face"]
        x, target = self.crop(batch, self.copies)
        x = g.varied(x).flip(1)
        with self.autocast():
            maps = self.network(x.contiguous(memory_format=torch.channels_last))
        share, points = self.network.read(maps)
        inside = ((target > -1) & (target < 64)).all(-1).float()
        weight = inside * (0.5 + 0.5 * batch["visible"].repeat(self.copies, 1))
        steps = torch.arange(64, device=x.device, dtype=torch.float32)
        bell = lambda v: torch.softmax(-(steps - v[..., None]).square() / (2 * self.network.sigma**2), -1)
        logs = torch.log(share.clamp_min(1e-9))
        # A Gaussian is a product: rows and columns are summed one after the other.
        across = torch.einsum("nkyx,nkx->nky", logs, bell(target[..., 0]))
        cross = -(across * bell(target[..., 1])).sum(-1)
        near = F.smooth_l1_loss(points, target, beta=0.3, reduction="none").sum(-1)
        count = weight.sum().clamp_min(1)
        eyes = (batch["points_5"][:, 0] - batch["points_5"][:, 1]).norm(dim=1)
        self.note(cross=(cross * weight).sum() / count, pixels=((points - target).norm(dim=-1) * 4 * weight).sum() / count, eyes=eyes.mean())
        return (cross * weight).sum() / count + 0.7 * (near * weight).sum() / count


class GuesserTask(Task):
    name, network_class, rate, weight_decay, every = "starter_points", networks.Guesser, 3e-3, 0.0, 2
    feeds = ("face", "small")

    def loss(self, feed):
        five = torch.cat([feed[kind]["points_5"] for kind in ("face", "small")])
        all68 = torch.cat([feed[kind]["points_68"] for kind in ("face", "small")])
        moved = g.jittered(five, 0.015)
        to_unit = g.align(moved, "ffhq_512", 1)
        guess = self.network(g.apply(to_unit, moved))
        wrong = guess - g.apply(to_unit, all68)
        self.note(share=wrong.norm(dim=-1).mean() / 0.246)  # of the eyes' distance in the template
        return F.smooth_l1_loss(guess * 40, (guess - wrong).detach() * 40)
