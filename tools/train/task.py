"""What every training task has: a network, its optimiser, its average over time, and its part of the schedule.

SPDX-License-Identifier: Apache-2.0
"""
import copy
import math

import torch

import grid
import pack


class Task:
    name = ""             # of the row and the file
    network_class = None
    rate, weight_decay = 1e-3, 1e-4
    feeds = ("face",)     # kinds of batches that it sees; "twin": the faces with their twins; "source": small pictures of the faces' others alone
    every = 1             # trains in one step of so many
    begins, ends = 0.0, 1.0  # shares of the whole training

    def __init__(self, device, setting):
        self.device, self.setting = device, setting
        if setting.whole:
            self.begins, self.ends, self.every = 0.0, 1.0, 1
        self.rate = self.rate * setting.rate
        torch.manual_seed(setting.seed + sum(map(ord, self.name)))
        self.network = self.network_class(**self.network_arguments()).to(device).to(memory_format=torch.channels_last)
        for name, value in self.network.named_parameters():
            value.requires_grad_(not self.keeps(name))
        for name, layer in self.network.named_modules():
            if self.keeps(name) and hasattr(layer, "grid_step"):
                layer.grid_step = 0.0
        self.average = copy.deepcopy(self.network).eval().requires_grad_(False)
        self.on_grid = bool(grid.layers_on_grid(self.network))
        self.parameters = self.make_parameters()
        fused = device.type == "cuda"
        self.optimiser = torch.optim.AdamW(self.parameters, lr=self.rate, betas=(0.9, 0.99), weight_decay=self.weight_decay, fused=fused)
        self.steps, self.warm_from, self.notes = 0, 0, {}
        self.begun, self.unsettled = False, False

    def network_arguments(self):
        return {}

    def make_parameters(self):
        return [value for value in self.network.parameters() if value.requires_grad]

    def keeps(self, name):
        """Whether a part of the network stays as the file has it that it began with."""
        return pack.lies_in(name, self.setting.keep)

    def learning_norms(self, network):
        return [module for name, module in network.named_modules() if isinstance(module, pack.NORMS) and not self.keeps(name)]

    def to_learning(self, network):
        """Norms take the statistics of batches, but for those of parts that stay."""
        network.eval()
        for norm in self.learning_norms(network):
            norm.train()

    def begin_with(self, folder):
        """Starts from a finished network's file; its norms get their statistics from the first batch."""
        lacking = pack.read(self.network, folder, self.name)
        print("train: %s goes on from %s%s" % (self.name, folder, ", new: " + ", ".join(sorted({name.rsplit(".", 2)[0] for name in lacking})) if lacking else ""), flush=True)
        self.unsettled = True

    def begin(self, feed):
        self.begun = True
        if self.unsettled:
            pack.settle(self.network, self.learning_norms(self.network), lambda: self.loss(feed))
            self.average.load_state_dict(self.network.state_dict())
        if self.setting.compile:
            # Sizes never change; the second of two swappers would be compiled for any size, which took eight minutes.
            self.network.compile(dynamic=False)

    def extra_state(self):
        """Parameters beside the network that training needs to go on: a dict of tensors."""
        return {}

    def autocast(self):
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda")

    def note(self, **values):
        """Numbers for the curves; they stay on the device until they are asked for."""
        self.notes = {name: value.detach() for name, value in values.items()}

    def is_active(self, step, progress):
        return step % self.every == 0 and self.begins <= progress < self.ends

    def rate_at(self, progress):
        """Warm up over 200 steps, then a half cosine over this task's part of the schedule."""
        part = min(1.0, max(0.0, (progress - self.begins) / (self.ends - self.begins)))
        return self.rate * min(1.0, (self.steps - self.warm_from + 1) / 200) * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * part)))

    def step(self, feed, progress):
        for group in self.optimiser.param_groups:
            group["lr"] = self.rate_at(progress)
        if not self.begun:
            self.begin(feed)
        self.to_learning(self.network)
        loss = self.loss(feed)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.parameters, 5.0, foreach=True)
        self.optimiser.step()
        self.steps += 1
        self.follow()
        self.notes["loss"] = loss.detach()

    @torch.no_grad()
    def settle(self, feeds):
        """Gives the norms of the average the statistics that its own layers have over `feeds`: averages of statistics belong to no network (Izmailov et al. 2018, Averaging
        Weights Leads to Wider Optima, section 3.2). It brought a face enhancer 0.27 dB."""
        norms = self.learning_norms(self.average)
        usual = [norm.momentum for norm in norms]
        for norm in norms:
            norm.reset_running_stats()
            norm.momentum = None  # the mean over all batches
        steps, notes = self.steps, self.notes
        self.network, self.average = self.average, self.network
        self.to_learning(self.network)
        for feed in feeds:
            self.loss(feed)
            self.steps += 1
        self.network.eval()
        self.network, self.average = self.average, self.network
        self.steps, self.notes = steps, notes
        for norm, momentum in zip(norms, usual):
            norm.momentum = momentum

    @torch.no_grad()
    def follow(self):
        """The average moves towards the network; quickly at first. Weights on a grid are not averaged: the average of what was learned in front of a rounding, rounded, is another
        network (1 dB worse for a swapper); a schedule that ends slowly does the same for them."""
        share = 1 if self.on_grid else 1 - min(0.998, (self.steps + 1) / (self.steps + 20))
        ours, theirs = list(self.average.state_dict().values()), list(self.network.state_dict().values())
        floats = [(a, b) for a, b in zip(ours, theirs) if a.is_floating_point()]
        torch._foreach_lerp_([a for a, _ in floats], [b for _, b in floats], share)
