"""torch.optim's SGD and AdamW over 20 steps, and LARS written out in numpy: writes optimizers.pt.

Three parameters, the last of which stands for a bias; the gradient at step k is given by a formula of the
parameters, so that an error in one step shows in the next.
"""

import pathlib

import numpy
import torch

STEPS = 20
torch.manual_seed(5)
start = [torch.randn(4, 3, dtype=torch.float64), torch.randn(7, dtype=torch.float64),
         torch.randn(3, dtype=torch.float64)]


def gradient(p, k):
    return p * 0.5 + torch.sin(torch.arange(p.numel(), dtype=torch.float64).view_as(p) + k)


def torch_run(make, groups=None):
    values = [x.clone().requires_grad_() for x in start]
    optimizer = make(groups(values) if groups else values)
    for k in range(STEPS):
        for value in values:
            value.grad = gradient(value.detach(), k)
        optimizer.step()
    return [x.detach() for x in values]


def lars(lr=0.5, falling=False, m=0.9, wd=1e-2, eta=1e-2, separate=False, eps=1e-8, inside=False, clip=False):
    values = [x.numpy().copy() for x in start]
    momenta = [numpy.zeros_like(x) for x in values]
    for k in range(STEPS):
        rate = lr * (1 - k / STEPS) if falling else lr
        for i, p in enumerate(values):
            g = gradient(torch.from_numpy(p), k).numpy()
            if i == 2:  # the bias: neither decay nor ratio
                u, r = g, 1.0
            else:
                u = g + wd * p
                norm = numpy.linalg.norm
                moves = norm(g) if separate else norm(u)
                below = norm(g) + wd * norm(p) + eps if separate else norm(u)
                r = eta * norm(p) / below if norm(p) > 0 and moves > 0 else 1.0
                if clip:
                    r = min(r, 1 / rate)
            momenta[i] = m * momenta[i] + (rate if inside else 1) * r * u
            values[i] = p - (1 if inside else rate) * momenta[i]
    return [torch.from_numpy(x) for x in values]


def no_decay_on_bias(wd):
    return lambda values: [{"params": values[:2], "weight_decay": wd}, {"params": values[2:], "weight_decay": 0.0}]


SGD, AdamW = torch.optim.SGD, torch.optim.AdamW
stored = {
    "start": start,
    "sgd": torch_run(lambda x: SGD(x, lr=0.1, momentum=0.9, weight_decay=1e-2)),
    "sgd_plain": torch_run(lambda x: SGD(x, lr=0.1)),
    "sgd_nesterov": torch_run(
        lambda x: SGD(x, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-2), no_decay_on_bias(1e-2)
    ),
    "adamw": torch_run(lambda x: AdamW(x, lr=0.05, weight_decay=1e-1)),
    "adamw_excluded": torch_run(lambda x: AdamW(x, lr=0.05, betas=(0.8, 0.95), eps=1e-6), no_decay_on_bias(1e-1)),
    "lars": lars(),
    "lars_no_decay": lars(wd=0.0),
    "lars_separate": lars(separate=True),
    # With a rate that never changes, inside and outside are the same.
    "lars_outside": lars(falling=True),
    "lars_inside": lars(falling=True, inside=True),
    "lars_clipped": lars(eta=5.0, clip=True),
}
torch.save(stored, pathlib.Path(__file__).parent / "optimizers.pt")
