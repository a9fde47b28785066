"""BYOL's training step in PyTorch, float64, from Grill et al. 2020 (section 3, algorithm 1) and docs/ alone."""

import copy
import math

import losses
import networks
import optimizers
import torch

KNOWN = {"run.steps", "run.accumulate", "run.batch_statistics", "run.memory_format", "encoder.plugin", "encoder.depth",
         "encoder.width", "encoder.stem", "encoder.freeze", "projector.freeze", "predictor.freeze",
         "encoder.lr_factor", "predictor.lr_factor", "predictor.plugin", "predictor.load", "target.plugin",
         "target.load", "target.tau", "target.when", "target.init", "target.gradient", "target.buffers",
         "target.interval", "target.encoder", "target.projector", "loss.plugin", "loss.temperature", "loss.alpha",
         "loss.beta", "loss.scale", "loss.symmetric", "optimizer.plugin", "optimizer.lr", "optimizer.momentum",
         "optimizer.weight_decay", "optimizer.nesterov", "optimizer.exclude_bias_norm",
         "optimizer.lr_reference_batch", "optimizer.trust_coefficient"}
BASE = {"run.steps": 20, "optimizer.plugin": "sgd", "optimizer.lr": 0.01, "optimizer.momentum": 0.9,
        "optimizer.weight_decay": 1e-3, "target.plugin": "ema", "target.tau": 0.9, "loss.plugin": "byol"}


def scheduled(value, step, steps):
    """A number, or "{ schedule = "cosine", from = A, to = B }": B - (B - A) (1 + cos(pi k / K)) / 2."""
    if not isinstance(value, str):
        return value
    start, end = (float(value.split(word + " = ")[1].split(",")[0].split("}")[0]) for word in ("from", "to"))
    return end - (end - start) * (1 + math.cos(math.pi * step / steps)) / 2


class Loop:
    def __init__(self, options, first):
        assert set(options) <= KNOWN, set(options) - KNOWN
        self.options = {**BASE, **options}
        self.first = first
        self.steps = self.options["run.steps"]
        self.online = networks.parts(self.options)
        self.load(self.online, "online")
        self.optimizer = optimizers.make(self.online, self.options)
        self.target = None
        if self.options["target.plugin"] != "online":
            self.target = copy.deepcopy(torch.nn.ModuleDict({p: self.online[p] for p in ("encoder", "projector")}))
            if self.options.get("target.init", "own") == "own":
                self.load(self.target, "target")
            self.target.requires_grad_(False)

    def load(self, module, side):
        wanted = {name: self.first[f"{side}/{name.replace('.', '/', 1)}"] for name in module.state_dict()}
        module.load_state_dict(wanted)

    # The forward pass.

    def views(self, pictures):
        """What the networks make of each view; BatchNorm sees each by itself, or, joint, all of them as one batch."""
        joint = self.options.get("run.batch_statistics", "per_view") == "joint"
        fed = [torch.cat(list(pictures))] if joint else list(pictures)
        made = [self.view(x) for x in fed]
        if not joint:
            return made
        halves = [{}, {}]
        for name, rows in made[0].items():
            halves[0][name], halves[1][name] = rows.chunk(2)
        return halves

    def view(self, x):
        projection = self.online["projector"](self.online["encoder"](x))
        if self.target is None:  # the online network is its own target
            gradient = self.options.get("target.gradient", False)
            target = projection if gradient else projection.detach()
        else:
            target = self.target["projector"](self.target["encoder"](x))
        return {"projection": projection, "prediction": self.online["predictor"](projection), "target": target}

    def loss(self, views):
        kind = self.options["loss.plugin"]
        names = {"byol": ("scale", "symmetric"), "simclr": ("temperature",), "info_nce": ("alpha", "beta", "symmetric")}
        chosen = {name: self.options["loss." + name] for name in names[kind] if "loss." + name in self.options}
        return getattr(losses, kind)(views, **chosen)

    # The target.

    @torch.no_grad()
    def follow(self, keep, parts=("encoder", "projector"), buffers="own"):
        """xi <- keep xi + (1 - keep) theta."""
        for part in parts:
            pairs = zip(self.target[part].parameters(), self.online[part].parameters(), strict=True)
            for mine, theirs in pairs:
                mine.copy_(keep * mine + (1 - keep) * theirs)
            if buffers == "own":
                continue
            pairs = zip(self.target[part].buffers(), self.online[part].buffers(), strict=True)
            for mine, theirs in pairs:
                if buffers == "copy" or not mine.is_floating_point():
                    mine.copy_(theirs)
                else:
                    mine.copy_(keep * mine + (1 - keep) * theirs)

    def move_target(self, step):
        rule, o = self.options["target.plugin"], self.options
        buffers = o.get("target.buffers", "own")
        if rule == "ema":
            self.follow(scheduled(o["target.tau"], step, self.steps), buffers=buffers)
        elif rule == "periodic_checkpoint":
            if (step + 1) % int(o["target.interval"].split()[0]) == 0:
                self.follow(0.0, buffers=buffers)
        elif rule == "hybrid":  # of which the one case has an encoder that stays
            assert o["target.encoder"] == "fixed_random"
            self.follow(float(o["target.projector"].split("tau = ")[1].rstrip(" }")), parts=("projector",))
        else:
            assert rule in ("online", "fixed_random", "ladder"), rule

    def climb(self, step):
        """The ladder: a new stage predicts the network that the one before left, statistics too, and starts anew."""
        interval = int(self.options["target.interval"].split()[0])
        rest = self.steps - step
        if step > 0 and step % interval == 0 and (rest >= interval or 2 * rest >= interval):
            self.follow(0.0, buffers="copy")
            self.load(self.online, "online")
            self.optimizer = optimizers.make(self.online, self.options)

    # A step.

    def step(self, index, batches):
        """Gradients are averaged over the batches of one step; the target moves once."""
        if self.options["target.plugin"] == "ladder":
            self.climb(index)
        if self.options.get("target.when") == "before_forward":
            self.move_target(index)
        self.online.zero_grad()
        found = []
        for pictures in batches:
            loss = self.loss(self.views(pictures))
            (loss / len(batches)).backward()
            found.append(loss.item())
        optimizers.set_rate(self.optimizer, scheduled(self.options["optimizer.lr"], index, self.steps))
        self.optimizer.step()
        if self.options.get("target.when", "after_optimizer") == "after_optimizer":
            self.move_target(index)
        return found

    def run(self, batches):
        """The losses of all batches. `batches`: [batch, view, n, 3, h, w]."""
        each = self.options.get("run.accumulate", 1)
        assert len(batches) == each * self.steps
        losses = []
        for k in range(self.steps):
            losses += self.step(k, batches[k * each:(k + 1) * each])
        return losses

    def weights(self):
        """{"online/encoder/conv1.weight": tensor}, of both networks."""
        found = {}
        for side, module in (("online", self.online), ("target", self.target)):
            if module is not None:
                for name, value in module.state_dict().items():
                    found[f"{side}/{name.replace('.', '/', 1)}"] = value
        return found
