"""Training of the networks that paint: swappers, face enhancer, frame enhancers, frame colorizer.

No pretrained network takes part: the only networks inside a loss are our own recogniser and landmarker.
SPDX-License-Identifier: Apache-2.0
"""
import torch
import torch.nn.functional as F

import geometry as g
import networks
import swapper
from finding import LandmarkerTask
from knowing import recogniser_crop
from task import Task


def edges(a, b):
    """Differences of gradients at three scales: what makes a picture sharp or blurred."""
    total = 0
    for level in range(3):
        if level:
            a, b = F.avg_pool2d(a, 2), F.avg_pool2d(b, 2)
        total = total + (a.diff(dim=3) - b.diff(dim=3)).abs().mean() + (a.diff(dim=2) - b.diff(dim=2)).abs().mean()
    return total / 3


def decibels(a, b, area=None):
    """PSNR of every picture [n], of pictures in -1..1, inside the area. As a loss its gradient is as large for a picture that is nearly right as for one far off."""
    if area is None:
        error = ((a - b) / 2).square().mean((1, 2, 3))
    else:
        error = (((a - b) / 2).square() * area).sum((1, 2, 3)) / (3 * area.sum((1, 2, 3))).clamp_min(1)
    return -10 * torch.log10(error.clamp_min(1e-6))


def told(source, target):
    """What a swapper is told of unit vectors of two people [n, 512]: the source's, moved away from the target's as far as a film's weight of a half moves it
    (src/pipeline/swap_source.cpp, apart)."""
    return F.normalize(source * 1.6 - target * 0.6)


def doubled(picture, mode):
    """A picture of twice the edge."""
    return F.interpolate(picture, scale_factor=2.0, mode=mode, align_corners=None if mode == "nearest" else False)


class SwapperTask(Task):
    name, network_class, rate, weight_decay = "starter_swapper_256", swapper.Swapper, 1.5e-3, 1e-5
    feeds, edge, begins = ("face", "source", "twin"), 256, 0.4

    @property
    def pose_weight(self):
        """Crops of 128 pixels have colours to spare above what is wanted of them, and less of the pose."""
        return 3.0 if self.setting.halved else 1.5

    def network_arguments(self):
        return {"grid_step": 0.1}

    def __init__(self, device, setting):
        super().__init__(device, setting)
        self.recogniser = self.landmarker = None  # averages that stay as they are here, given by the trainer
        to, back = g.template("arcface_128", device) * self.edge, g.template("arcface_112_v2", device) * 112
        self.to_recogniser = g.similarity(to[None], back[None])
        self.box_mask = g.box_mask(self.edge, device)

    def source_codes(self, feed, count):
        """Unit embeddings of the pictures of the faces' others: the first ones of `small`."""
        small = feed["small"]
        x = recogniser_crop(small, jitter=0.015)[:count]
        with torch.no_grad(), self.autocast():
            return F.normalize(self.recogniser((x * 2 - 1).contiguous(memory_format=torch.channels_last)).float())

    def place(self, batch, jitter):
        """Maps to the crops that the swapper is fed, with a detector's errors."""
        return g.align(g.jittered(batch["points_5"], jitter), "arcface_128", self.edge)

    def crops(self, batch, to_crop):
        """Target, truth and painted area of the faces: -1..1, -1..1, 0..1."""
        target, truth = (g.warp(batch[name], to_crop, self.edge) for name in ("picture", "twin"))
        area = g.warp(batch["face"].permute(0, 3, 1, 2).float() / 255, to_crop, self.edge, border="zeros")
        return target * 2 - 1, truth * 2 - 1, area

    def known(self, picture):
        """Embeddings of swapped crops, differentiable."""
        crop = g.warp(picture.float() * 0.5 + 0.5, self.to_recogniser.expand(len(picture), -1, -1), 112, over=2)
        with self.autocast():
            return F.normalize(self.recogniser((crop * 2 - 1).contiguous(memory_format=torch.channels_last)).float())

    def points_apart(self, batch, to_crop, picture):
        """How far the landmarks of films with swapped crops are from those read off the true swaps, in pixels of the landmarker's maps [n], and their pose from the true one of the
        twins, in degrees [n]. Eyes and lips where they belong, and all of them together looking the right way: what the landmarker reads off a true swap has an error of its own."""
        place = LandmarkerTask.place(batch["twin_box"], batch["twin_points_5"], jitter=0)
        to_place = g.chain(g.invert(to_crop), place)
        painted = g.warp(picture.float() * 0.5 + 0.5, to_place, 256, border="zeros")
        covered = g.warp(self.box_mask.expand(len(picture), -1, -1, -1), to_place, 256, border="zeros")

        def read(x):
            with self.autocast():
                maps = self.landmarker(x.flip(1).contiguous(memory_format=torch.channels_last))
            return self.landmarker.read(maps)[1]
        with torch.no_grad():
            wanted = read(g.warp(batch["twin"], place, 256, border="zeros"))
            facing = g.turn_of(g.apply(place, batch["twin_points_68"]), batch["twin_points_3d"])
        found = read(torch.lerp(g.warp(batch["picture"], place, 256, border="zeros"), painted, covered))
        apart = F.smooth_l1_loss(found, wanted, beta=0.2, reduction="none").sum(-1).mean(1)
        return apart, g.angle_between(g.turn_of(found, batch["twin_points_3d"]), facing)

    def loss(self, feed):
        batch = feed["face"]
        code = self.source_codes(feed, len(batch))
        to_crop = self.place(batch, 0.02)
        target, truth, area = self.crops(batch, to_crop)
        with torch.no_grad():
            theirs = self.known(target)
        # Crops of 128 pixels go as src/runtime/half_crop.h takes them through the file, and are shown as a film enlarges them.
        halved = self.setting.halved
        given = doubled(F.avg_pool2d(target, 2), "nearest") if halved else target
        with self.autocast():
            picture, mask, shown = self.network(told(code, theirs), given.contiguous(memory_format=torch.channels_last), swapper.PAINTED_SHARE if halved else 1.0)
        if halved:
            target, truth, picture, shown = (doubled(F.avg_pool2d(x, 2), "bilinear") for x in (target, truth, picture, shown))
        # A face that is hardly seen, or a source that is, teaches nothing about identity.
        seen = ((batch["visible_share"] > 0.5) & (feed["small"]["visible_share"][: len(batch)] > 0.5)).float()
        mean_of = lambda values, share: (values * share).sum() / share.sum().clamp_min(1)
        near = ((picture - truth).abs() * (1 + 4 * area)).mean()
        # What is moved lies where it belongs before anything is painted: half as fine, for its colours are still the target's.
        carried = (F.avg_pool2d((shown - truth) * area, 2).abs()).mean()
        # A film shows the crop through the box mask, and so do those who judge it.
        pasted = torch.lerp(target, picture, self.box_mask)
        mine = self.known(pasted)
        cosine = (mine * code).sum(1)
        # Every face is to be nearer to its source than to whom it replaces.
        behind = F.relu(0.2 + (mine * theirs).sum(1) - cosine)
        alike = mean_of(1 - cosine + 3 * behind, seen)
        cover = F.binary_cross_entropy_with_logits(mask, area)
        sharp = mean_of(decibels(picture, truth, area), (area.mean((1, 2, 3)) > 0.01).float())
        apart, turned = (mean_of(values, seen) for values in self.points_apart(batch, to_crop, picture))
        self.note(psnr=sharp, alike=mean_of(cosine, seen), apart=apart, turned=turned, moved=mean_of(decibels(shown, truth, area), seen))
        return 4 * near + 4 * carried - 0.4 * sharp + 1.5 * edges(picture, truth) + 0.5 * alike + 0.8 * apart + self.pose_weight * turned + 0.3 * cover


def worse(x, factor):
    """A picture in 0..1 as a small copy of it gives it back; one in four soft and noisy besides."""
    n, device = len(x), x.device
    small = F.interpolate(x, scale_factor=1 / factor, mode="bilinear", antialias=True, align_corners=False)
    soft = F.avg_pool2d(F.pad(small, (1, 1, 1, 1), mode="replicate"), 3, 1)
    poor = (torch.rand(n, device=device) < 1 / 4).float()[:, None, None, None]
    small = torch.lerp(small, soft, poor * torch.rand(n, 1, 1, 1, device=device) * 0.5)
    small = small + torch.randn_like(small) * poor * torch.rand(n, 1, 1, 1, device=device).square() * 0.03
    small = torch.round(small.clamp(0, 1) * 255) / 255
    return F.interpolate(small, x.shape[2:], mode="bicubic", align_corners=False).clamp(0, 1)


class RestorerTask(Task):
    name, network_class, rate, weight_decay, every = "starter_enhancer", networks.Restorer, 1.5e-3, 1e-5, 2
    feeds, begins = ("fine",), 0.15

    def loss(self, feed):
        batch = feed["fine"]
        x = g.warp(batch["picture"], g.align(g.jittered(batch["points_5"], 0.02), "ffhq_512", 512), 512)
        if self.steps % 2:
            x = x.flip(3)
        factor = (4, 4, 4, 3, 4, 4, 4, 2, 4, 4, 4, 6)[self.steps // 2 % 12]
        blurred = worse(x, factor) * 2 - 1
        x = x * 2 - 1
        with self.autocast():
            y = self.network(blurred.contiguous(memory_format=torch.channels_last))
        sharp = decibels(y, x).mean()
        self.note(gain=sharp - decibels(blurred, x).mean())
        return (y - x).abs().mean() + 0.1 * edges(y, x) - 0.1 * sharp


class UpscalerTask(Task):
    network_class, rate, weight_decay, every = networks.Upscaler, 1.5e-3, 0.0, 3
    feeds, begins = ("crowd",), 0.3
    scale, edge = 2, 192

    def network_arguments(self):
        return {"scale": self.scale}

    def loss(self, feed):
        picture = feed["crowd"]["picture"]
        room = picture.shape[1] - self.edge
        at = torch.randint(0, room + 1, (2,)).tolist()
        x = picture[:, at[0]:at[0] + self.edge, at[1]:at[1] + self.edge].permute(0, 3, 1, 2).float() / 255
        small = F.interpolate(x, scale_factor=1 / self.scale, mode="bicubic", antialias=True, align_corners=False)
        small = torch.round(small.clamp(0, 1) * 255) / 255
        with self.autocast():
            y = self.network(small.contiguous(memory_format=torch.channels_last))
        plain = F.interpolate(small, x.shape[2:], mode="bicubic", align_corners=False).clamp(0, 1)
        self.note(gain=(decibels(y * 2, x * 2) - decibels(plain * 2, x * 2)).mean())
        return (y - x).abs().mean() * 4 + edges(y, x)


class DoubleTask(UpscalerTask):
    name, scale = "starter_upscaler_x2", 2


class QuadrupleTask(UpscalerTask):
    name, scale = "starter_upscaler_x4", 4


def lab(x):
    """L 0..100, a and b of sRGB pictures in 0..1."""
    linear = torch.where(x > 0.04045, ((x.clamp_min(0) + 0.055) / 1.055) ** 2.4, x / 12.92)
    matrix = x.new_tensor([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])
    xyz = torch.einsum("ij,njhw->nihw", matrix, linear) / x.new_tensor([0.950456, 1.0, 1.088754])[:, None, None]
    f = torch.where(xyz > 0.008856, xyz.clamp_min(1e-6) ** (1 / 3), 7.787 * xyz + 16 / 116)
    return torch.cat([116 * f[:, 1:2] - 16, 500 * (f[:, 0:1] - f[:, 1:2]), 200 * (f[:, 1:2] - f[:, 2:3])], 1)


def grey_of(light):
    """The grey sRGB picture with a lightness [n, 1, h, w] in 0..100."""
    y = torch.where(light > 8, ((light + 16) / 116) ** 3, light / 903.3)
    grey = torch.where(y > 0.0031308, 1.055 * y.clamp_min(1e-6) ** (1 / 2.4) - 0.055, 12.92 * y)
    return grey.expand(-1, 3, -1, -1).clamp(0, 1)


def colours_apart(ab, truth):
    """CIEDE2000 of colours of one lightness (a and b of Lab), [n, h, w]; what depends on the mean hue alone takes no part in the gradient."""
    chroma = lambda x: x.square().sum(1).add(1e-6).sqrt()
    def seventh(mean):
        return (mean**7 / (mean**7 + 25.0**7)).sqrt()
    stretch = 1.5 - 0.5 * seventh((chroma(ab) + chroma(truth)) / 2).detach()
    ab, truth = (torch.stack([x[:, 0] * stretch, x[:, 1]], 1) for x in (ab, truth))
    first, second = chroma(ab), chroma(truth)
    mean, away = (first + second) / 2, first - second
    turn = ((ab - truth).square().sum(1) - away.square()).clamp_min(1e-6).sqrt()
    with torch.no_grad():
        between = ab / first[:, None] + truth / second[:, None]
        hue = torch.rad2deg(torch.atan2(between[:, 1], between[:, 0])) % 360
        wave = lambda times, shift: torch.cos(torch.deg2rad(times * hue + shift))
        evened = 1 - 0.17 * wave(1, -30) + 0.24 * wave(2, 0) + 0.32 * wave(3, 6) - 0.20 * wave(4, -63)
        blue = -2 * seventh(mean) * torch.sin(torch.deg2rad(60 * torch.exp(-((hue - 275) / 25).square())))
        side = torch.sign(ab[:, 1] * truth[:, 0] - ab[:, 0] * truth[:, 1])
    away, turn = away / (1 + 0.045 * mean), side * turn / (1 + 0.015 * mean * evened)
    return (away.square() + turn.square() + blue * away * turn + 1e-3).clamp_min(1e-3).sqrt()


class ColorizerTask(Task):
    name, network_class, rate, weight_decay, every = "starter_colorizer", networks.Colorizer, 2e-3, 1e-4, 3
    feeds, begins = ("crowd", "face"), 0.3

    def loss(self, feed):
        whole = lambda t: F.interpolate(t.permute(0, 3, 1, 2).float() / 255, (256, 256), mode="bilinear", antialias=True, align_corners=False)
        x = torch.cat([whole(feed["crowd"]["picture"]), whole(feed["face"]["picture"][: len(feed["crowd"])])])
        truth = lab(x)
        luma = (x * x.new_tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1, keepdim=True)
        grey = grey_of(lab(luma.expand(-1, 3, -1, -1))[:, :1])
        with self.autocast():
            ab = self.network(grey.contiguous(memory_format=torch.channels_last))
        wrong = colours_apart(ab, truth[:, 1:])
        self.note(away=wrong.mean(), grey=colours_apart(torch.zeros_like(ab), truth[:, 1:]).mean())
        return wrong.mean() / 6
