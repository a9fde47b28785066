"""torch.optim's SGD and AdamW over 20 steps, and three projects' LARS written out in torch: writes optimizers.pt.

Three parameters, the last of which stands for a bias; the gradient at step k is given by a formula of the
parameters, so that an error in one step shows in the next. What each LARS follows, file and lines:

  reference_code   google-deepmind/deepmind-research f5de0ed, byol/utils/optimizers.py: decay 133, ratio 91-96,
                   momentum 101, rate 187; biases and norms left out 30-35
  simclr           google-research/simclr 383d414, lars_optimizer.py: decay 99, ratio 104-110, rate and momentum 111-118
  solo_learn       vturrisi/solo-learn 9187ea3, solo/utils/lars.py: norms 136-137, ratio 140-143, clip 146-147,
                   decay 149-150, momentum 153-163, rate 165. Without the clip lightly-ai/lightly e8d317f,
                   lightly/utils/lars.py 140-169, where the decay is not 0
"""

import pathlib

import torch

STEPS = 20
torch.manual_seed(5)
start = [
    torch.randn(4, 3, dtype=torch.float64),
    torch.randn(7, dtype=torch.float64),
    torch.randn(3, dtype=torch.float64),
]
# Of these, the first weights are zero, and the second ones have no gradient in even steps.
edges = [torch.zeros(4, 3, dtype=torch.float64), start[1], start[2]]


def gradient(p, k, rests=False):
    wave = p * 0.5 + torch.sin(torch.arange(p.numel(), dtype=torch.float64).view_as(p) + k)
    return torch.zeros_like(wave) if rests and k % 2 == 0 else wave


def torch_run(make, groups=None):
    values = [x.clone().requires_grad_() for x in start]
    optimizer = make(groups(values) if groups else values)
    for k in range(STEPS):
        for value in values:
            value.grad = gradient(value.detach(), k)
        optimizer.step()
    return [x.detach() for x in values]


def reference_code(p, g, v, lr, bias, wd, eta, m=0.9):
    if not bias:
        g = g + wd * p
        p_norm, g_norm = p.norm(), g.norm()
        if p_norm > 0 and g_norm > 0:
            g = g * (eta * p_norm / g_norm)
    v = m * v + g
    return p - lr * v, v


def simclr(p, g, v, lr, bias, wd, eta, m=0.9):
    ratio = 1.0
    if not bias:
        g = g + wd * p
        if p.norm() > 0 and g.norm() > 0:
            ratio = eta * p.norm() / g.norm()
    v = m * v + lr * ratio * g
    return p - v, v


def solo_learn(p, g, v, lr, bias, wd, eta, m=0.9, eps=1e-8, clip=False):
    p_norm, g_norm = p.norm(), g.norm()
    if not bias and p_norm != 0 and g_norm != 0:
        ratio = eta * p_norm / (g_norm + p_norm * wd + eps)
        if clip:
            ratio = min(ratio / lr, 1)  # tensors: at a rate of 0 the quotient is infinite, and the ratio 1
        g = (g + wd * p) * ratio
    v = m * v + g
    return p - lr * v, v


def lars(update, rate=lambda k: 0.5, wd=1e-2, eta=1e-2, first=start, **more):
    values, momenta = list(first), [torch.zeros_like(x) for x in first]
    for k in range(STEPS):
        for i, p in enumerate(values):
            g = gradient(p, k, rests=first is edges and i == 1)
            values[i], momenta[i] = update(p, g, momenta[i], rate(k), i == 2, wd, eta, **more)
    return values


def no_decay_on_bias(wd):
    return lambda values: [{"params": values[:2], "weight_decay": wd}, {"params": values[2:], "weight_decay": 0.0}]


def falling(k):
    return 0.5 * (1 - k / STEPS)


def rising(k):
    return 0.5 * k / STEPS


SGD, AdamW = torch.optim.SGD, torch.optim.AdamW
stored = {
    "start": start,
    "edges": edges,
    "sgd": torch_run(lambda x: SGD(x, lr=0.1, momentum=0.9, weight_decay=1e-2)),
    "sgd_plain": torch_run(lambda x: SGD(x, lr=0.1)),
    "sgd_nesterov": torch_run(
        lambda x: SGD(x, lr=0.1, momentum=0.9, nesterov=True, weight_decay=1e-2), no_decay_on_bias(1e-2)
    ),
    "adamw": torch_run(lambda x: AdamW(x, lr=0.05, weight_decay=1e-1)),
    "adamw_excluded": torch_run(lambda x: AdamW(x, lr=0.05, betas=(0.8, 0.95), eps=1e-6), no_decay_on_bias(1e-1)),
    "lars": lars(reference_code),
    "lars_no_decay": lars(reference_code, wd=0.0),
    "lars_edges": lars(reference_code, first=edges),
    # With a rate that never changes, inside and outside are the same.
    "lars_outside": lars(reference_code, falling),
    "lars_inside": lars(simclr, falling),
    "lars_separate": lars(solo_learn),
    "lars_separate_no_decay": lars(solo_learn, wd=0.0),
    "lars_separate_edges": lars(solo_learn, first=edges),
    # The ratio reaches the clip in some of the steps. The rising rate begins at 0.
    "lars_clipped": lars(solo_learn, eta=0.5, clip=True),
    "lars_clipped_rising": lars(solo_learn, rising, eta=0.2, clip=True),
}
torch.save(stored, pathlib.Path(__file__).parent / "optimizers.pt")
