"""The optimizers of steps.py: torch.optim's own, and LARS as the paper's code has it."""

import torch


def no_decay(parameter):
    """Biases and what normalisation layers have: vectors."""
    return parameter.dim() < 2


class Lars:
    """deepmind-research, byol/utils/optimizers.py, scale_by_lars: p <- p - lr u, u <- momentum u + r (g + wd p),
    r = trust * |p| / |g + wd * p| where both norms are above 0; biases and norms have neither decay nor r."""

    def __init__(self, groups, momentum, weight_decay, trust):
        self.param_groups, self.momentum, self.weight_decay, self.trust = groups, momentum, weight_decay, trust
        self.buffers = {}

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                update = p.grad
                if group["adapted"]:
                    update = update + self.weight_decay * p
                    if p.norm() > 0 and update.norm() > 0:
                        update = update * (self.trust * p.norm() / update.norm())
                self.buffers[p] = self.momentum * self.buffers.get(p, 0) + update
                p -= group["lr"] * self.buffers[p]


def groups_of(modules, options):
    """A group for each part and for whether decay applies, with the part's factor; none for frozen parts."""
    kind = options["optimizer.plugin"]
    exclude = options.get("optimizer.exclude_bias_norm", kind == "lars")
    for part, module in modules.items():
        if options.get(f"{part}.freeze", False):
            continue
        for plain in (False, True):
            chosen = [p for p in module.parameters() if no_decay(p) == plain]
            if chosen:
                spared = exclude and plain
                decay = 0.0 if spared else options["optimizer.weight_decay"]
                yield {"params": chosen, "factor": options.get(f"{part}.lr_factor", 1.0), "adapted": not spared,
                       "weight_decay": decay, "lr": 0.0}


def make(modules, options):
    groups = list(groups_of(modules, options))
    kind, momentum = options["optimizer.plugin"], options.get("optimizer.momentum", 0.9)
    if kind == "sgd":
        return torch.optim.SGD(groups, lr=0.0, momentum=momentum, nesterov=options.get("optimizer.nesterov", False))
    if kind == "adamw":
        return torch.optim.AdamW(groups, lr=0.0, betas=(0.9, 0.999), eps=1e-8)
    if kind == "lars":
        return Lars(groups, momentum, options["optimizer.weight_decay"], options["optimizer.trust_coefficient"])
    raise ValueError(kind)


def set_rate(optimizer, rate):
    for group in optimizer.param_groups:
        group["lr"] = rate * group["factor"]
