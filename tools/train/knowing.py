"""Training of the networks that know people: recogniser and classifier.

SPDX-License-Identifier: Apache-2.0
"""
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

import geometry as g
import networks
from task import Task


def recogniser_crop(batch, plane="picture", jitter=0.02, over=1, edge=112):
    points = g.jittered(batch["points_5"], jitter) if jitter else batch["points_5"]
    return g.warp(batch[plane], g.align(points, "arcface_112_v2", edge), edge, over=over)


# Not of the face that a swap changes, or not of the person for good: the recogniser need not know them.
PASSING = {"age", "hair_style", "glasses", "cloth_red", "cloth_green", "cloth_blue", "hair_red", "hair_green", "hair_blue", "grey", "recession", "ear_size", "ear_out",
           "neck_width", "adams_apple", "head_depth", "head_height"}


class RecogniserTask(Task):
    """Tells people apart, and says what their faces are made of: the numbers a person was rendered from can be read off the code by one linear layer. That teaches
    faces nobody has seen yet, and gives a swapper a code with everything in it that it has to paint."""

    name, network_class, rate, weight_decay = "starter_recogniser", networks.Recogniser, 2e-3, 5e-4
    feeds = ("face", "small", "twin")
    scale = 32.0
    ends = 0.6  # then frozen: the swapper settles on its language

    def make_parameters(self):
        setting = self.setting
        self.classes = nn.Parameter(torch.randn(setting.people, 512, device=self.device) * 0.05)
        self.lasting = [i for i, name in enumerate(setting.trait_names) if name not in PASSING]
        self.traits = nn.Linear(512, len(self.lasting), device=self.device)
        self.trait_mean, self.trait_spread = (torch.from_numpy(values[self.lasting]).to(self.device) for values in (setting.trait_mean, setting.trait_spread))
        return [*self.network.parameters(), self.classes, *self.traits.parameters()]

    def extra_state(self):
        return {"classes": self.classes.data, "traits": self.traits.weight.data, "traits_bias": self.traits.bias.data}

    def trait_loss(self, code, batches, shown):
        """How far the persons' own numbers are from what the codes say, in standard deviations."""
        truth = (torch.cat([batch["traits"] for batch in batches])[:, self.lasting] - self.trait_mean) / self.trait_spread
        away = F.smooth_l1_loss(self.traits(code[: len(truth)] * 22.627417), truth, beta=0.5, reduction="none").mean(1)
        shown = shown[: len(truth)]
        return (away * shown).sum() / shown.sum().clamp_min(1)

    def numbers(self, seeds):
        """Class numbers of person seeds."""
        order, table = self.setting.seed_order, self.setting.seed_table
        return torch.from_numpy(order[np.searchsorted(table, seeds, sorter=order)].astype("i8")).to(self.device)

    def loss(self, feed):
        face, small = feed["face"], feed["small"]
        # A twin counts as the one whose inner face it shows.
        x = torch.cat([recogniser_crop(small, over=1), recogniser_crop(face, over=2), recogniser_crop(face, "twin", over=2)])
        who = np.concatenate([small.faces["person"][:, 0], face.faces["person"][:, 0], face.faces["other"][:, 0]])
        label = self.numbers(who)
        shown = torch.cat([small["visible_share"], face["visible_share"], face["visible_share"]]) > 0.25
        x = g.varied(x)
        x = torch.where(torch.rand(len(x), 1, 1, 1, device=x.device) < 0.5, x.flip(3), x)
        with self.autocast():
            code = self.network((x * 2 - 1).contiguous(memory_format=torch.channels_last))
        code = F.normalize(code.float())
        cosine = F.linear(code, F.normalize(self.classes))
        margin = 0.35 * min(1.0, self.steps / 2000)
        at = torch.arange(len(label), device=x.device)
        right = cosine[at, label]
        logits = cosine * self.scale
        logits[at, label] = (right - margin) * self.scale
        each = F.cross_entropy(logits, label, reduction="none")
        traits = self.trait_loss(code, (small, face), shown)
        self.note(right=right.mean(), hits=(cosine.argmax(1) == label).float().mean(), traits=traits)
        return (each * shown).sum() / shown.sum().clamp_min(1) + 8 * traits


class ClassifierTask(Task):
    name, network_class, rate, weight_decay = "starter_classifier", networks.Classifier, 2e-3, 5e-4
    feeds, every = ("face", "small"), 3
    mean, deviation = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)

    def feed_of(self, x):
        return (x - x.new_tensor(self.mean)[:, None, None]) / x.new_tensor(self.deviation)[:, None, None]

    def loss(self, feed):
        face, small = feed["face"], feed["small"]
        half = len(small) // 2
        x = torch.cat([recogniser_crop(small)[:half], recogniser_crop(face, over=2)])
        age = torch.cat([small["age"][:half], face["age"]])
        woman = (torch.cat([small["sex"][:half], face["sex"]]) < 0.5).float()
        x = self.feed_of(g.varied(x))
        with self.autocast():
            logits, sex = self.network(x.contiguous(memory_format=torch.channels_last))
        years = self.network.years(logits)
        steps = torch.arange(self.network.ages, device=x.device, dtype=torch.float32)
        bell = torch.softmax(-(steps - age[:, None]).square() / (2 * 3.0**2), 1)
        sort = F.cross_entropy(logits.float(), bell)
        near = F.smooth_l1_loss(years / 10, age / 10, beta=0.2)
        self.note(years=(years - age).abs().mean(), right=((sex > 0) == (woman > 0.5)).float().mean())
        return sort + near + F.binary_cross_entropy_with_logits(sex.float(), woman)
